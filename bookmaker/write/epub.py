"""The EPUB writer: a rendered book becomes an EPUB 3 publication, through ebooklib, as bytes.

ebooklib 0.20 would parse and reformat chapters, draw random identifiers, stamp the present hour and hide
write errors. All of that is avoided through its own interface: documents go in as raw items, metadata as
explicit elements, and a writer of our own puts dates and order in place. The same book gives the same bytes.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from ebooklib import epub

from bookmaker.diagnostics import OutputError
from bookmaker.write.navigation import nav_document, ncx_document
from bookmaker.write.package import COVER_ID, IDENTIFIER_ID, SVG, Item, metadata, prefixes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from bookmaker.book import Book, Chapter, Resource

CHAPTERS = "text"
"""Folder of the chapters inside the publication."""

_XHTML_TYPE = "application/xhtml+xml"
_COMPRESSED = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".woff", ".woff2"})
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_LEVEL = 6
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ZIP_ERA = (datetime(1980, 1, 1, tzinfo=UTC), datetime(2107, 12, 31, 23, 59, 58, tzinfo=UTC))


def write_epub(book: Book, *, head_levels: int = 1) -> bytes:
    """Return ``book`` as an EPUB 3.3 publication.

    Chapters are stored exactly as they were serialised. ``head_levels`` is how many levels of heads stand
    below an article in the navigation. Raises ``InputError`` for metadata that a package cannot hold and
    ``OutputError`` for resources that contradict each other.
    """
    items = metadata(book)
    package = _package(book, items, head_levels)
    modified = _EPOCH + timedelta(seconds=book.modified)
    out = io.BytesIO()
    options = {"mtime": modified, "raise_exceptions": True, "compresslevel": _LEVEL}
    writer = _Writer(out, package, options, language=book.edition.language, prefix=prefixes(items))
    writer.process()
    writer.write()
    return out.getvalue()


class _Container:
    """A zip whose members carry one given date and no trace of the machine (EPUB 3.3 §4.2)."""

    def __init__(self, archive: zipfile.ZipFile, date: datetime) -> None:
        moment = min(max(date, _ZIP_ERA[0]), _ZIP_ERA[1])
        self._archive = archive
        self._date = moment.timetuple()[:6]
        self._names: set[str] = set()

    def writestr(self, name: str, data: bytes | str) -> None:
        """Add a member; what is compressed already, and the mimetype, is stored.

        Raises ``OutputError`` where there is one of that name: a zip may hold two, a publication may not.
        """
        if name in self._names:
            raise OutputError(f"{name}: two files of the book have this path; rename one of them")
        self._names.add(name)
        member = zipfile.ZipInfo(name, self._date)
        member.create_system = 3  # Unix, wherever the build runs
        member.external_attr = 0o100644 << 16
        stored = name == "mimetype" or posixpath.splitext(name)[1].lower() in _COMPRESSED
        kind = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
        self._archive.writestr(member, data, kind, _LEVEL)


class _Writer(epub.EpubWriter):  # type: ignore[misc]
    """ebooklib's writer with a dated container, and with language and prefixes on the package element."""

    def __init__(
        self, file: io.BytesIO, package: epub.EpubBook, options: dict[str, Any], *, language: str, prefix: str
    ) -> None:
        super().__init__(file, package, options)
        self._language = language
        self._prefix = prefix

    def _write_opf_file(self, root: etree._Element) -> None:
        root.set(_LANG, self._language)
        root.set("prefix", self._prefix)
        super()._write_opf_file(root)

    def write(self) -> None:
        """Write mimetype, container file, package document and items, in that order."""
        with zipfile.ZipFile(self.file_name, "w") as archive:
            self.out = _Container(archive, self.options["mtime"])
            self.out.writestr("mimetype", "application/epub+zip")
            self._write_container()
            self._write_opf()
            self._write_items()


def _package(book: Book, items: tuple[Item, ...], head_levels: int) -> epub.EpubBook:
    """Return ebooklib's book with nothing in it but ours."""
    package = epub.EpubBook()
    package.metadata = {}
    package.IDENTIFIER_ID = IDENTIFIER_ID
    package.uid = book.identifier
    package.language = book.edition.language
    package.set_direction("rtl" if book.edition.mode == "vertical" else "ltr")
    for item in items:
        namespace, _, name = item.name.rpartition(":")
        package.add_metadata("DC" if namespace else "OPF", name, item.value, dict(item.attributes))
    folder = f"{CHAPTERS}/"
    styles = [_path(sheet) for sheet in book.stylesheets]
    nav = nav_document(book, folder=folder, stylesheets=styles, head_levels=head_levels)
    package.add_item(_item("nav", "nav.xhtml", _XHTML_TYPE, nav, "nav"))
    ncx = ncx_document(book, folder=folder, head_levels=head_levels)
    package.add_item(_item("ncx", "toc.ncx", "application/x-dtbncx+xml", ncx))
    taken = {"nav", "ncx", COVER_ID}
    for chapter in book.chapters:
        ident = _manifest_id(chapter.id, taken)
        svg = ("svg",) if next(chapter.root.iter(f"{{{SVG}}}svg"), None) is not None else ()
        package.add_item(_item(ident, folder + chapter.href, _XHTML_TYPE, chapter.xml, *svg))
        package.spine.append(ident)
    if not any(chapter.role == "contents" for chapter in book.chapters):
        package.spine.insert(_front(book.chapters), "nav")
    for path, resource in _resources(book):
        if book.cover and path == _path(book.cover):
            item = _item(COVER_ID, path, resource.media_type, resource.data, "cover-image")
        else:
            item = _item(_manifest_id(path, taken), path, resource.media_type, resource.data)
        package.add_item(item)
    return package


def _front(chapters: tuple[Chapter, ...]) -> int:
    """Return the place after cover and title page."""
    return next((place for place, chapter in enumerate(chapters) if chapter.role == "article"), len(chapters))


def _item(ident: str, path: str, media_type: str, data: bytes, *properties: str) -> epub.EpubItem:
    item = epub.EpubItem(uid=ident, file_name=path, media_type=media_type, content=data)
    item.properties = list(properties)
    return item


def _manifest_id(wanted: str, taken: set[str]) -> str:
    """Return ``wanted`` made an XML name that no other manifest item has, and note it in ``taken``."""
    name = re.sub(r"[^\w.-]", "-", wanted.replace("/", "-"))
    if not re.match(r"[^\W\d]", name):
        name = f"i-{name}"
    ident, count = name, 1
    while ident in taken:
        count += 1
        ident = f"{name}-{count}"
    taken.add(ident)
    return ident


def _path(resource: Resource) -> str:
    """Return a resource's path inside the publication; raises ``OutputError`` where it lies outside."""
    path = posixpath.normpath(posixpath.join(CHAPTERS, resource.href))
    if path.startswith(("../", "/")) or path == "..":
        raise OutputError(f"resource {resource.href}: the path leads out of the publication")
    return path


def _resources(book: Book) -> Iterator[tuple[str, Resource]]:
    """Yield stylesheets, cover and other resources by path, each once.

    Raises ``OutputError`` where two different files claim one path.
    """
    seen: dict[str, Resource] = {}
    cover = (book.cover,) if book.cover else ()
    for resource in (*book.stylesheets, *cover, *book.resources):
        path = _path(resource)
        if path not in seen:
            seen[path] = resource
            yield path, resource
        elif seen[path].data != resource.data:
            raise OutputError(f"{path}: two different files of the book have this path; rename one of them")
