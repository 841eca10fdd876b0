"""Inline content as XHTML, with page markers at their places inside the text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bookmaker.model import (
    Article,
    Content,
    Emphasis,
    Figure,
    Inline,
    Link,
    List,
    NoteReference,
    Ruby,
    Strong,
    Table,
    Verse,
)
from bookmaker.render.xhtml import append_text, element

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from lxml import etree

_ABSOLUTE = re.compile(r"(?:https?://|mailto:)[^\s<>\"{}|\\^`]+", re.IGNORECASE)
"""Addresses that may stand in a book, ideographs among them (URL standard; RFC 3987)."""


def note_marks(article: Article) -> Iterator[tuple[str, str]]:
    """Yield (note, mark) for every reference to a note in the article's body, in reading order."""
    for block in article.blocks:
        match block:
            case List():
                contents: tuple[Content, ...] = tuple(item.text for item in block.items)
            case Verse():
                contents = block.lines
            case Table():
                contents = (block.caption or "", *(cell for row in block.rows for cell in row))
            case Figure():
                contents = (block.caption,)
            case _:
                contents = (block.text,)
        for content in contents:
            yield from _marks(content)


def _marks(content: Content) -> Iterator[tuple[str, str]]:
    if isinstance(content, str):
        return
    for part in content:
        if isinstance(part, NoteReference):
            yield part.note, part.text
        elif isinstance(part, Emphasis | Strong):
            yield from _marks(part.text)


class InlineWriter:
    """Writes the content of one block, part by part, and counts the characters of its plain text.

    ``breaks`` are pairs (page, offset) as in ``Source``; ``mark(parent, page)`` sets a page's marker.
    ``reference(note)`` returns the href of a note and the id for the reference to it, None for a note that
    does not exist. A page that begins inside a ruby or a reference is marked before it, since neither can be
    divided.
    """

    def __init__(
        self,
        breaks: Iterable[tuple[int, int]],
        mark: Callable[[etree._Element, int], None],
        reference: Callable[[str], tuple[str, str] | None],
    ) -> None:
        self._breaks = sorted(breaks, key=lambda item: item[1])
        self._mark = mark
        self._reference = reference
        self._offset = 0

    def write(self, parent: etree._Element, content: Content) -> None:
        """Append ``content`` to ``parent``."""
        if isinstance(content, str):
            self._text(parent, content)
        else:
            for part in content:
                self._part(parent, part)

    def next_part(self) -> None:
        """Count the new line that stands between two parts of a list, table or verse (``block_text``)."""
        self._offset += 1

    def finish(self, parent: etree._Element) -> None:
        """Set the markers of pages that begin behind the last character."""
        while self._breaks:
            self._mark(parent, self._breaks.pop(0)[0])

    def _text(self, parent: etree._Element, text: str) -> None:
        start, end = self._offset, self._offset + len(text)
        while self._breaks and self._breaks[0][1] < end:
            page, offset = self._breaks.pop(0)
            if offset > start:
                append_text(parent, text[: offset - start])
                text, start = text[offset - start :], offset
            self._mark(parent, page)
        if text:
            append_text(parent, text)
        self._offset = end

    def _whole(self, parent: etree._Element, length: int) -> None:
        self._offset += length
        while self._breaks and self._breaks[0][1] < self._offset:
            self._mark(parent, self._breaks.pop(0)[0])

    def _part(self, parent: etree._Element, part: Inline) -> None:
        match part:
            case str():
                self._text(parent, part)
            case Emphasis():
                self.write(element(parent, "em", css="emphasis"), part.text)
            case Strong():
                self.write(element(parent, "strong"), part.text)
            case Ruby():
                self._whole(parent, len(part.text))
                ruby = element(parent, "ruby", part.text)
                element(ruby, "rp", "（")
                element(ruby, "rt", part.reading)
                element(ruby, "rp", "）")
            case NoteReference():
                self._note_reference(parent, part)
            case Link():
                # A link inside a link is no XHTML, and a relative address leads nowhere in a book.
                linked = parent.tag.endswith("}a") or any(parent.iterancestors("{*}a"))
                if linked or not _ABSOLUTE.fullmatch(part.href):
                    self.write(element(parent, "span", css="link"), part.text)
                else:
                    self.write(element(parent, "a", css="link", href=part.href), part.text)

    def _note_reference(self, parent: etree._Element, part: NoteReference) -> None:
        self._whole(parent, len(part.text))
        target = self._reference(part.note)
        if target is None or parent.tag.endswith("}a"):
            element(parent, "span", part.text, css="noteref")
            return
        href, ident = target
        element(
            parent, "a", part.text, css="noteref", epub="noteref", role="doc-noteref", href=href, id=ident
        )
