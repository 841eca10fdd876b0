"""The blocks of an article as XHTML: one method for each kind of the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bookmaker.model import (
    Block,
    Byline,
    Figure,
    Head,
    Kicker,
    Lead,
    List,
    Note,
    Paragraph,
    Quote,
    Subtitle,
    Table,
    Title,
    Unplaced,
    Verse,
    plain,
)
from bookmaker.render.ids import Ids, name
from bookmaker.render.inline import InlineWriter, note_marks
from bookmaker.render.pictures import shape
from bookmaker.render.placeholder import placeholder
from bookmaker.render.xhtml import element

if TYPE_CHECKING:
    from lxml import etree

    from bookmaker.book import Resource
    from bookmaker.model import Article, Content
    from bookmaker.render.pages import PageTrail
    from bookmaker.render.pictures import Pictures
    from bookmaker.render.words import Words

_KINDS: dict[type[Block], str] = {
    Kicker: "kicker",
    Subtitle: "subtitle",
    Byline: "byline",
    Head: "h",
    Paragraph: "p",
    Lead: "lead",
    List: "list",
    Quote: "quote",
    Figure: "f",
    Note: "n",
    Table: "table",
    Verse: "verse",
    Unplaced: "unplaced",
    Title: "title",
}
"""What an id calls a block that has none of its own; a running number for each kind follows."""


class Album:
    """The pictures of a book: found or drawn as figures are met, each file once."""

    def __init__(self, pictures: Pictures, words: Words) -> None:
        self._pictures = pictures
        self._words = words
        self._resources: dict[str, tuple[Resource, str | None]] = {}

    @property
    def resources(self) -> tuple[Resource, ...]:
        """The resources that the figures met so far refer to."""
        return tuple(resource for resource, _ in self._resources.values())

    def picture(self, figure: Figure, stem: str) -> tuple[Resource, str | None, str, bool]:
        """Return the figure's resource, its shape, its alternative text, and whether it is a placeholder."""
        caption = plain(figure.caption)
        file = self._pictures.find(figure, stem)
        said = self._words.picture if file else self._words.picture_missing
        alternative = figure.alt if file and figure.alt else f"{said}：{figure.alt or caption}".rstrip("：")
        key = file or stem
        if key not in self._resources:
            wanted = figure.image or f"{stem}.jpg"
            self._resources[key] = (
                self._pictures.resource(file, stem)
                if file
                else (placeholder(stem, wanted, alternative, figure.aspect), shape(figure.aspect))
            )
        return (*self._resources[key], alternative, file is None)


class Registers(msgspec.Struct, frozen=True):
    """What is kept over all chapters of a book: ids given, pages begun, pictures met."""

    ids: Ids
    pages: PageTrail
    album: Album


class BlockWriter:
    """Writes the blocks of one article into the elements it is given, in reading order.

    ``title_id`` is the id of its title once that is written, ``heads`` are its heads as (level, text, href).
    """

    def __init__(self, article: Article, file: str, registers: Registers) -> None:
        self._file = file
        self._ids = ids = registers.ids
        self._pages = registers.pages
        self._album = registers.album
        self._prefix = name(article.id)
        self._numbers: dict[str, int] = {}
        self._level = 1
        self._notes = {
            block.id: ids.take(self._own(block.id))
            for block in article.blocks
            if isinstance(block, Note) and block.id
        }
        # The first reference to each note: its mark and the id to which the note leads back.
        self._first: dict[str, tuple[str, str]] = {}
        for note, mark in note_marks(article):
            if note in self._notes and note not in self._first:
                self._first[note] = (mark, ids.take(f"{self._notes[note]}-ref"))
        self._referred: set[str] = set()
        self.title_id: str | None = None
        self.heads: list[tuple[int, str, str]] = []

    def write(self, parent: etree._Element, block: Block) -> None:
        """Append ``block`` to ``parent``; raises ValueError for a character that XML forbids."""
        match block:
            case Title() | Head():
                self._heading(parent, block)
            case Kicker() | Subtitle() | Byline() | Paragraph() | Lead() | Unplaced():
                self._paragraph(parent, block)
            case List():
                self._list(parent, block)
            case Quote():
                self._quote(parent, block)
            case Figure():
                self._figure(parent, block)
            case Note():
                self._note(parent, block)
            case Table():
                self._table(parent, block)
            case Verse():
                self._verse(parent, block)

    def label(self, parent: etree._Element, text: str) -> None:
        """Append the name of an article that has no title: a quiet heading of the first level."""
        self.title_id = self._ids.take(f"{self._prefix}-title")
        element(parent, "h1", text, css="untitled", id=self.title_id)

    def mark(self, parent: etree._Element, page: int | None) -> None:
        """Append the marker of ``page`` to ``parent`` unless the page has begun before."""
        self._pages.mark(parent, page, self._file)

    def _own(self, block_id: str) -> str:
        ident = name(block_id)
        return ident if ident.startswith(f"{self._prefix}-") else f"{self._prefix}-{ident}"

    def _id(self, block: Block) -> str:
        kind = _KINDS[type(block)]
        number = self._numbers[kind] = self._numbers.get(kind, 0) + 1
        return self._ids.take(self._own(block.id) if block.id else f"{self._prefix}-{kind}{number}")

    def _inline(self, block: Block) -> InlineWriter:
        return InlineWriter(block.source.breaks if block.source else (), self.mark, self._reference)

    def _begin(self, parent: etree._Element, block: Block) -> None:
        self.mark(parent, block.source.page if block.source else None)

    def _fill(self, parent: etree._Element, block: Block, content: Content) -> None:
        self._begin(parent, block)
        inline = self._inline(block)
        inline.write(parent, content)
        inline.finish(parent)

    def _heading(self, parent: etree._Element, block: Title | Head) -> None:
        # The marker stands before the heading: inside it, a screen reader would read it as its first word.
        self._begin(parent, block)
        inline = self._inline(block)
        title = plain(block.text)
        if not title.strip():
            # A heading without text is an error to every checker of accessibility (WCAG 1.3.1).
            inline.finish(parent)
            return
        ident = self._id(block)
        if isinstance(block, Title):
            if self.title_id is None:
                self.title_id = ident = self._ids.take(f"{self._prefix}-title")
                heading = element(parent, "h1", css="title", id=ident)
            else:
                heading = element(parent, "p", css="title", id=ident)
        else:
            # Levels must not be skipped on the way down (WCAG 1.3.1; PDF/UA-1, 7.4.2).
            self._level = min(block.level, self._level + 1)
            heading = element(parent, f"h{self._level}", id=ident)
            self.heads.append((self._level, title, f"{self._file}#{ident}"))
        inline.write(heading, block.text)
        inline.finish(heading)

    def _paragraph(
        self, parent: etree._Element, block: Kicker | Subtitle | Byline | Paragraph | Lead | Unplaced
    ) -> None:
        css = None if isinstance(block, Paragraph) else _KINDS[type(block)]
        role = "doc-subtitle" if isinstance(block, Subtitle) else None
        paragraph = element(parent, "p", css=css, role=role, id=self._id(block))
        self._fill(paragraph, block, block.text)

    def _list(self, parent: etree._Element, block: List) -> None:
        items = element(parent, "ol" if block.ordered else "ul", css="items", id=self._id(block))
        inline = self._inline(block)
        item: etree._Element | None = None
        for number, entry in enumerate(block.items):
            item = element(items, "li")
            if number == 0:
                self._begin(item, block)
            else:
                inline.next_part()
            if entry.source:
                self.mark(item, entry.source.page)
                own = InlineWriter(entry.source.breaks, self.mark, self._reference)
                own.write(item, entry.text)
                own.finish(item)
            else:
                inline.write(item, entry.text)
        if item is not None:
            inline.finish(item)

    def _quote(self, parent: etree._Element, block: Quote) -> None:
        quote = element(parent, "blockquote", id=self._id(block))
        paragraph = element(quote, "p")
        self._begin(paragraph, block)
        inline = self._inline(block)
        inline.write(paragraph, block.text)
        if block.attribution:
            inline.next_part()
            paragraph = element(quote, "p", css="attribution")
            inline.write(paragraph, block.attribution)
        inline.finish(paragraph)

    def _figure(self, parent: etree._Element, block: Figure) -> None:
        ident = self._id(block)
        resource, form, alternative, missing = self._album.picture(
            block, f"{self._prefix}-f{self._numbers[_KINDS[Figure]]}"
        )
        kind = "placeholder" if missing else "picture"
        if not (missing or block.alt or plain(block.caption)):
            # All that can be said of it is that it is a picture.
            kind += " undescribed"
        figure = element(parent, "figure", css=f"figure {kind}", id=ident)
        self._begin(figure, block)
        element(figure, "img", css=form, src=resource.href, alt=alternative)
        if block.caption or block.credit or (block.source and block.source.breaks):
            caption = element(figure, "figcaption")
            inline = self._inline(block)
            inline.write(caption, block.caption)
            inline.finish(caption)
            if block.credit:
                element(caption, "span", block.credit, css="credit")

    def _reference(self, note: str) -> tuple[str, str] | None:
        if note not in self._notes:
            return None
        target = self._notes[note]
        if note in self._first and note not in self._referred:
            self._referred.add(note)
            return f"#{target}", self._first[note][1]
        return f"#{target}", self._ids.take(f"{target}-ref")

    def _note(self, parent: etree._Element, block: Note) -> None:
        ident = self._notes[block.id] if block.id else self._id(block)
        aside = element(parent, "aside", css="note", epub="footnote", role="doc-footnote", id=ident)
        paragraph = element(aside, "p")
        self._begin(paragraph, block)
        mark, reference = self._first.get(block.id or "", ("", None))
        label = block.label or mark
        if reference:
            element(paragraph, "a", label, css="note-label", role="doc-backlink", href=f"#{reference}")
        elif label:
            element(paragraph, "span", label, css="note-label")
        inline = self._inline(block)
        inline.write(paragraph, block.text)
        inline.finish(paragraph)

    def _table(self, parent: etree._Element, block: Table) -> None:
        self._begin(parent, block)
        table = element(parent, "table", css="table", id=self._id(block))
        inline = self._inline(block)
        last = table
        written = False
        if block.caption:
            last = element(table, "caption")
            inline.write(last, block.caption)
            written = True
        for number, row in enumerate(block.rows):
            header = number < block.header_rows
            if number in {0, block.header_rows}:
                group = element(table, "thead" if header else "tbody")
            line = element(group, "tr")
            for cell in row:
                if written:
                    inline.next_part()
                last = element(line, "th", scope="col") if header else element(line, "td")
                inline.write(last, cell)
                written = True
        if written:
            inline.finish(last)

    def _verse(self, parent: etree._Element, block: Verse) -> None:
        verse = element(parent, "p", css="verse", id=self._id(block))
        self._begin(verse, block)
        inline = self._inline(block)
        for number, line in enumerate(block.lines):
            if number:
                element(verse, "br")
                inline.next_part()
            inline.write(verse, line)
        inline.finish(verse)
