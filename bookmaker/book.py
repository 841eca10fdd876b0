"""What the renderer hands to the writers: an edition as chapters, one outline and page markers.

EPUB and PDF are written from the same ``Book``, so their texts cannot differ. Chapters are XHTML element
trees with the EPUB namespaces; hrefs are relative to the chapters' folder, so a link from one chapter to another
reads ``a03.xhtml#a03-h2``. Every id is unique over the whole book, which lets the PDF writer lay all chapters
out as one document by dropping the file part of such links.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec
from lxml import etree

if TYPE_CHECKING:
    from bookmaker.model import Edition

XHTML = "http://www.w3.org/1999/xhtml"
OPS = "http://www.idpf.org/2007/ops"

Role = Literal["cover", "title-page", "contents", "article"]


class Chapter(msgspec.Struct, frozen=True):
    """One XHTML document of the spine: its file name, its name in contents, and its ``html`` element."""

    id: str
    href: str
    title: str
    role: Role
    root: etree._Element
    section: str | None = None
    byline: str | None = None

    @property
    def xml(self) -> bytes:
        """The document as UTF-8 bytes, serialised without any change of white space."""
        return etree.tostring(self.root, xml_declaration=True, encoding="utf-8", doctype="<!DOCTYPE html>")


class Entry(msgspec.Struct, frozen=True):
    """An entry of the outline: a department (href of its first article, not a file of its own), an article or a head."""

    title: str
    href: str
    kind: Literal["section", "article", "head"]
    children: tuple[Entry, ...] = ()


class PageMarker(msgspec.Struct, frozen=True):
    """Where a page of the source begins: its printed number (or place) and the marker's ``file#id``."""

    label: str
    href: str


class Resource(msgspec.Struct, frozen=True):
    """A file that chapters refer to: path relative to the chapters' folder, media type and bytes."""

    href: str
    media_type: str
    data: bytes


class Book(msgspec.Struct, frozen=True):
    """One edition, rendered. ``identifier`` is a ``urn:uuid:`` (version 5), ``modified`` seconds since 1970."""

    edition: Edition
    identifier: str
    modified: int
    chapters: tuple[Chapter, ...]
    outline: tuple[Entry, ...]
    pages: tuple[PageMarker, ...] = ()
    resources: tuple[Resource, ...] = ()
    cover: Resource | None = None
    stylesheets: tuple[Resource, ...] = ()
