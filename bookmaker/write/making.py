"""Making: every chapter of a book becomes a sheaf, and its margins the furniture.

What is to be made is settled first, in an ``Order``, which holds plain data and parsed style sheets; then each part of
it can be made by itself, in this process or another, in any sequence, always with the same result.
"""

from __future__ import annotations

from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, SubElement, tostring

import msgspec
import weasyprint
from weasyprint.urls import FatalURLFetchingError

from bookmaker import resources
from bookmaker.diagnostics import OutputError
from bookmaker.write import drawing, furniture, messages, press, sheaf_cache, structure, vertical
from bookmaker.write.composition import composing
from bookmaker.write.document import Page, address, combine
from bookmaker.write.drawing import Fonts, Manner, draw
from bookmaker.write.engine import font_configuration
from bookmaker.write.faces import face_fingerprint
from bookmaker.write.furniture import Furniture, Heads
from bookmaker.write.joining import Trim
from bookmaker.write.layout import ACCENT, Fetcher, Style, geometry, sheet_geometry, style_sheet, table_height

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bookmaker.book import Book, Entry
    from bookmaker.write.profiles import Profile
    from bookmaker.write.sheaf import Sheaf
    from bookmaker.write.vertical import Sheet


class Chapter(msgspec.Struct, frozen=True):
    """One chapter as it is laid out: its tree, what its running heads show, and the level of the head before it."""

    tree: Element
    heads: Heads
    level: int

    @property
    def name(self) -> str:
        """The chapter's name among the identifiers of the book."""
        (section,) = self.tree[-1]
        return section.get("id", section.get("class", ""))

    @property
    def entries(self) -> list[Element]:
        """Return what shows page numbers of other chapters: the entries of the contents."""
        return [link for link in self.tree.iter("a") if link.get("class") == "entry-page"]


class Order:
    """What is to be made of a book for the pages of a profile: chapters, style sheets, faces, pictures."""

    def __init__(self, book: Book, page: Page | Sheet, profile: Profile) -> None:
        self._language, self.mode = book.edition.language, book.edition.mode
        title = book.edition.issue.metadata.title
        pictures = (*book.resources, *((book.cover,) if book.cover else ()))
        convert = press.for_press(profile.condition) if profile.is_press else press.for_screen
        self._files = [
            msgspec.structs.replace(file, data=convert(file.media_type, file.data)) for file in pictures
        ]
        if isinstance(page, vertical.Sheet):
            leaf = page.page
            style = style_sheet("pdf.css") + style_sheet("pdf-vertical.css") + sheet_geometry(page, title)
            margins = style_sheet("pdf-furniture.css") + style_sheet("pdf-vertical-furniture.css")
            margins += furniture.sheet_geometry(page)
            tree = vertical.combine_turned(
                book, page, lambda table, width: table_height(table, width, style, self._language)
            )
            self.faces = vertical.font_files(tree, self._language)
            shift = (0.0, (leaf.top - leaf.bottom) * page.scale)
        else:
            leaf = page
            style = style_sheet("pdf.css") + geometry(page, title)
            margins = style_sheet("pdf-furniture.css") + furniture.geometry(page)
            tree = combine(book, page)
            self.faces = {face.family: face.path for face in resources.FACES.values()}
            shift = ((leaf.outer - leaf.inner) * page.scale, 0.0)
        if profile.is_press:
            bleed = press.geometry(leaf.width, leaf.height, page.scale)
            style, margins = style + bleed, margins + bleed
        accent = book.edition.issue.metadata.accent or ACCENT
        self._style, self._margins = style.replace(ACCENT, accent), margins
        is_turned = self.mode == "vertical"
        self._manner = Manner(
            scale=page.scale,
            tagged=not profile.is_press,
            shift=shift,
            turned=is_turned,
            is_press=profile.is_press,
            condition=profile.condition,
            head=leaf.inner / drawing.PIXEL,
        )
        self.trim = Trim(leaf.width * page.scale, leaf.height * page.scale, shift, is_turned)
        self.lines = leaf.lines
        self.covered = book.cover is not None
        self.chapters = tuple(_chapters(tree))
        self.opening = Heads(tree[-1].get("data-issue", ""))
        self._known = frozenset(ident for element in tree.iter() if (ident := element.get("id")))
        self._labels = _labels(book.outline)
        faces = [face_fingerprint(path) for path in self.faces.values()]
        self._common = [repr(msgspec.structs.replace(self._manner, condition=None)).encode(), *faces]
        if profile.condition:
            self._common.append(blake2b(profile.condition.profile).digest())
        self._pictures = {address(file.href): file for file in self._files}

    def key(self, chapter: Chapter) -> str:
        """Return a digest of all that decides of a chapter's sheaf."""
        links = sorted({link.get("href", "")[1:] for link in chapter.tree.iter("a")})
        targets = [(link, link in self._known, self._labels.get(link)) for link in links]
        pictures = sorted({picture.get("src", "") for picture in chapter.tree.iter("img")})
        data = [self._pictures[source].data for source in pictures if source in self._pictures]
        own = repr((chapter.level, targets, pictures)).encode()
        return sheaf_cache.key_of(
            [b"chapter", *self._common, self._style.encode(), own, tostring(chapter.tree, "utf-8"), *data]
        )

    def furniture_key(self) -> str:
        """Return a digest of all that decides of the book's furniture."""
        own = repr((self.pairs, self._language, self.mode)).encode()
        return sheaf_cache.key_of([b"furniture", *self._common, self._margins.encode(), own])

    @cached_property
    def pairs(self) -> tuple[Heads, ...]:
        """All heads of the book, each once, those of opening pages first."""
        return tuple(dict.fromkeys([self.opening, *(chapter.heads for chapter in self.chapters)]))

    @cached_property
    def style(self) -> Style:
        """The style sheet of chapters, parsed."""
        return Style(self._style)

    @cached_property
    def margins(self) -> Style:
        """The style sheet of the furniture, parsed."""
        return Style(self._margins)


class Maker:
    """Makes sheaves of an order, in one process, with fonts of its own."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self.configuration = font_configuration(order.faces.values())
        self._fonts = Fonts()
        self._fetcher = Fetcher(order._files)
        self._replacements = structure.replacements(order._labels)

    def sheaf(self, chapter: Chapter) -> Sheaf:
        """Return the sheaf of a chapter; raises OutputError for what it shows that the book lacks."""
        order = self._order
        # What stands in the margins is the furniture's.
        bare = (weasyprint.layout, "make_margin_boxes", lambda *_: ())
        with messages.listening() as records, composing((*self._replacements, bare)):
            pages = self._lay_out(order.style, chapter.tree)
            made = draw(
                pages, self._fonts, order._manner, name=chapter.name, level=chapter.level, known=order._known
            )
        said, missing = messages.sorted_out(records)
        return msgspec.structs.replace(made, warnings=(*order.style.warnings, *said), missing=missing)

    def furniture(self) -> Furniture:
        """Return the furniture of the book."""
        order = self._order
        with messages.listening() as records, composing(self._replacements):
            tree = furniture.tree(order.pairs, order._language, order.mode)
            pages = self._lay_out(order.margins, tree)
            made = draw(pages, self._fonts, msgspec.structs.replace(order._manner, in_margins=True))
        said, missing = messages.sorted_out(records)
        made = msgspec.structs.replace(made, warnings=(*order.margins.warnings, *said), missing=missing)
        scale = order._manner.scale * drawing.PIXEL
        return furniture.furnish(pages, made, order.pairs, scale, order.mode)

    def _lay_out(self, style: Style, tree: Element) -> Sequence[Any]:
        try:
            pages = style.lay_out(tree, self.configuration, self._fetcher)
        except FatalURLFetchingError as error:
            raise OutputError(str(error)) from error
        if self._order.trim.turned:
            vertical.turn_places(pages)
        return pages


def _labels(entries: Iterable[Entry]) -> dict[str, str]:
    """Return what the places of the outline are called, by their ids; articles before departments."""
    found: dict[str, str] = {}
    for entry in entries:
        found.update(_labels(entry.children))
        found.setdefault(entry.href.partition("#")[2], entry.title)
    return found


_HEADS = {f"h{level}" for level in range(1, 7)}


def _chapters(tree: Element) -> Iterator[Chapter]:
    """Yield the chapters of a book's tree, each as a tree of its own."""
    body = tree[-1]
    issue = body.get("data-issue", "")
    level = 0
    for section in body:
        html = Element("html", dict(tree.items()))
        SubElement(html, "body").append(section)
        named = next((element for element in section.iter() if "data-article" in element.attrib), None)
        heads = Heads(issue)
        if named is not None:
            heads = Heads(issue, named.get("data-department", ""), named.get("data-article", ""))
        yield Chapter(html, heads, level)
        if any(element.tag in _HEADS for element in section.iter()):
            level = 1
