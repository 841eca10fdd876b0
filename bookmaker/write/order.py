"""An order: what is to be made of a book for the pages of a profile, chapter by chapter.

Nothing here knows the layout engine, so that a process which only joins what others have laid out never loads it
(``bookmaker.write.making`` does the work).
"""

from __future__ import annotations

from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, tostring

import msgspec

from bookmaker import resources
from bookmaker.write import furniture, press, sheaf_cache, vertical
from bookmaker.write.document import Page, address, combine
from bookmaker.write.faces import face_fingerprint
from bookmaker.write.furniture import Heads
from bookmaker.write.joining import Trim
from bookmaker.write.manner import PIXEL, Manner
from bookmaker.write.sheets import ACCENT, geometry, sheet_geometry, style_sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from bookmaker.book import Book, Entry, Resource
    from bookmaker.model import Mode
    from bookmaker.write.profiles import Profile
    from bookmaker.write.vertical import Sheet


class Chapter(msgspec.Struct, frozen=True):
    """One chapter as it is laid out: its tree, what its running heads show, and the level of the head before it.

    ``files`` are the pictures that it shows.
    """

    tree: Element
    heads: Heads
    level: int
    files: tuple[Resource, ...] = ()

    @property
    def name(self) -> str:
        """The chapter's name among the identifiers of the book."""
        (section,) = self.tree[-1]
        return section.get("id", section.get("class", ""))

    @property
    def entries(self) -> list[Element]:
        """Return what shows page numbers of other chapters: the entries of the contents."""
        return [link for link in self.tree.iter("a") if link.get("class") == "entry-page"]


class Terms(msgspec.Struct, frozen=True):
    """What all chapters of an order have in common.

    ``style`` and ``margins`` are the style sheets of chapters and of the furniture, ``faces`` the files of faces by
    family, ``known`` all places that links may lead to, ``labels`` what some of these are called, and ``pairs`` all
    heads of the book.
    """

    language: str
    mode: Mode
    style: str
    margins: str
    faces: Mapping[str, Path]
    manner: Manner
    known: frozenset[str]
    labels: Mapping[str, str]
    pairs: tuple[Heads, ...]


class Order:
    """What is to be made of a book for the pages of a profile: chapters, and the terms that all of them are made on."""

    def __init__(self, book: Book, page: Page | Sheet, profile: Profile) -> None:
        language, mode = book.edition.language, book.edition.mode
        title = book.edition.issue.metadata.title
        if isinstance(page, vertical.Sheet):
            leaf = page.page
            style = style_sheet("pdf.css") + style_sheet("pdf-vertical.css") + sheet_geometry(page, title)
            margins = style_sheet("pdf-furniture.css") + style_sheet("pdf-vertical-furniture.css")
            margins += furniture.sheet_geometry(page)
            tree = vertical.combine_turned(
                book, page, lambda table, width: _table_height(table, width, style, language)
            )
            faces = vertical.font_files(tree, language)
            shift = (0.0, (leaf.top - leaf.bottom) * page.scale)
        else:
            leaf = page
            style = style_sheet("pdf.css") + geometry(page, title)
            margins = style_sheet("pdf-furniture.css") + furniture.geometry(page)
            tree = combine(book, page)
            faces = {face.family: face.path for face in resources.FACES.values()}
            shift = ((leaf.outer - leaf.inner) * page.scale, 0.0)
        if profile.is_press:
            bleed = press.geometry(leaf.width, leaf.height, page.scale)
            style, margins = style + bleed, margins + bleed
        is_turned = mode == "vertical"
        manner = Manner(
            scale=page.scale,
            tagged=not profile.is_press,
            shift=shift,
            turned=is_turned,
            is_press=profile.is_press,
            condition=profile.condition,
            head=leaf.inner / PIXEL,
        )
        self.trim = Trim(leaf.width * page.scale, leaf.height * page.scale, shift, is_turned)
        self.lines = leaf.lines
        self.covered = book.cover is not None
        self.opening = Heads(tree[-1].get("data-issue", ""))
        self.chapters = tuple(_chapters(tree, _pictures(book, profile)))
        self.terms = Terms(
            language=language,
            mode=mode,
            style=style.replace(ACCENT, book.edition.issue.metadata.accent or ACCENT),
            margins=margins,
            faces=faces,
            manner=manner,
            known=frozenset(ident for element in tree.iter() if (ident := element.get("id"))),
            labels=_labels(book.outline),
            # Each once, those of opening pages first.
            pairs=tuple(dict.fromkeys([self.opening, *(chapter.heads for chapter in self.chapters)])),
        )

    @cached_property
    def _common(self) -> list[bytes]:
        manner = self.terms.manner
        common = [repr(msgspec.structs.replace(manner, condition=None)).encode()]
        common += [face_fingerprint(path) for path in self.terms.faces.values()]
        if manner.condition:
            common.append(blake2b(manner.condition.profile).digest())
        return common

    def key(self, chapter: Chapter) -> str:
        """Return a digest of all that decides of a chapter's sheaf."""
        terms = self.terms
        links = sorted({link.get("href", "")[1:] for link in chapter.tree.iter("a")})
        targets = [(link, link in terms.known, terms.labels.get(link)) for link in links]
        own = repr((chapter.level, targets, [file.href for file in chapter.files])).encode()
        data = [file.data for file in chapter.files]
        return sheaf_cache.key_of(
            [b"chapter", *self._common, terms.style.encode(), own, tostring(chapter.tree, "utf-8"), *data]
        )

    def furniture_key(self) -> str:
        """Return a digest of all that decides of the book's furniture."""
        terms = self.terms
        own = repr((terms.pairs, terms.language, terms.mode)).encode()
        return sheaf_cache.key_of([b"furniture", *self._common, terms.margins.encode(), own])


def _table_height(table: Element, width: float, style: str, language: str) -> float:
    from bookmaker.write.layout import table_height  # noqa: PLC0415 - few books have tables in columns

    return table_height(table, width, style, language)


def _pictures(book: Book, profile: Profile) -> Mapping[str, Resource]:
    """Return all pictures by the addresses that trees ask for them by, in the colours of the profile."""
    convert = press.for_press(profile.condition) if profile.is_press else press.for_screen
    files = (*book.resources, *((book.cover,) if book.cover else ()))
    return {
        address(file.href): msgspec.structs.replace(file, data=convert(file.media_type, file.data))
        for file in files
    }


def _labels(entries: Iterable[Entry]) -> dict[str, str]:
    """Return what the places of the outline are called, by their ids; articles before departments."""
    found: dict[str, str] = {}
    for entry in entries:
        found.update(_labels(entry.children))
        found.setdefault(entry.href.partition("#")[2], entry.title)
    return found


_HEADS = {f"h{level}" for level in range(1, 7)}


def _chapters(tree: Element, pictures: Mapping[str, Resource]) -> Iterator[Chapter]:
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
        shown = sorted({picture.get("src", "") for picture in section.iter("img")})
        yield Chapter(html, heads, level, tuple(pictures[source] for source in shown if source in pictures))
        if any(element.tag in _HEADS for element in section.iter()):
            level = 1
