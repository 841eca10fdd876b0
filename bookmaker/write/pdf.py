"""The PDF writer: a rendered book becomes pages, through WeasyPrint, as bytes.

Everything comes from the book and from the shipped faces; nothing is fetched. The same book gives the same
bytes: dates and identifiers are the book's own.
"""

from __future__ import annotations

import atexit
import gc
import io
import warnings
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote
from xml.etree.ElementTree import Element, SubElement

import cssselect2
import pydyf
import weasyprint
from weasyprint.css.counters import CounterStyle
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

import bookmaker
from bookmaker import resources
from bookmaker.diagnostics import Diagnostic, OutputError
from bookmaker.write import messages, press, structure, vertical, xmp
from bookmaker.write.composition import composing
from bookmaker.write.document import EM, SCHEME, Page, combine, issue_title, title_page
from bookmaker.write.engine import font_configuration
from bookmaker.write.formats import PAGE_SIZE, format_of
from bookmaker.write.package import issue_name
from bookmaker.write.profiles import SCREEN, Profile, Source
from bookmaker.write.vertical import Sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from bookmaker.book import Book, Entry, Resource
    from bookmaker.write.messages import Progress

ACCENT = "#8c2f25"
"""What stands for the issue's accent in the style sheet, and the accent of a book that names none."""


@dataclass(frozen=True)
class Pdf:
    """A written PDF: its bytes, the number of its pages, and what there is to know about it."""

    data: bytes
    pages: int
    diagnostics: tuple[Diagnostic, ...] = ()


def write_pdf(
    book: Book,
    *,
    profile: Profile = SCREEN,
    page_size: tuple[float, float] | None = None,
    margins: tuple[float, float, float, float] | None = None,
    columns: int = 1,
    progress: Progress | None = None,
) -> Pdf:
    """Return ``book`` as a PDF of one profile; everything else is as in ``write_pdfs``."""
    return write_pdfs(
        book, (profile,), page_size=page_size, margins=margins, columns=columns, progress=progress
    )[0]


def write_pdfs(
    book: Book,
    profiles: Sequence[Profile],
    *,
    page_size: tuple[float, float] | None = None,
    margins: tuple[float, float, float, float] | None = None,
    columns: int = 1,
    progress: Progress | None = None,
) -> tuple[Pdf, ...]:
    """Return ``book`` as one PDF for each profile, its pages horizontal or vertical as the edition says.

    ``page_size`` is width and height, ``margins`` top, outer, bottom and inner, in millimetres; the defaults are
    16开 and the margins of the size (``formats``). ``columns`` are those of the body on horizontal pages. Pages
    that look alike are laid out once. Raises OutputError for a character that no font has (naming it, its article
    and its line), for a page without room for text, for a resource that the book lacks, and where the installed
    WeasyPrint is not the one bookmaker knows.
    """
    size = page_size or PAGE_SIZE
    usual = format_of(size)
    try:
        page: Page | Sheet
        if book.edition.mode == "vertical":
            page = Sheet.of(size, margins or usual.vertical)
        else:
            page = Page.of(size, margins or usual.horizontal, usual.body).in_columns(columns)
    except ValueError as error:
        raise OutputError(f"[pdf] page-size and margins: {error}; make the margins smaller") from error
    _leave_garbage_to_the_system()
    made: list[Pdf] = []
    documents: dict[tuple[bool, int], Any] = {}
    said = tuple(messages.fallbacks(book, messages.lacking_characters(book)))
    for profile in profiles:
        with messages.listening() as records:
            try:
                others = *structure.replacements(_labels(book.outline)), *messages.telling(progress)
                with composing(others), _without_collection():
                    layout = profile.is_press, profile.multiple
                    if layout not in documents:
                        documents[layout] = _lay_out(book, page, profile)
                    data = _write(documents[layout], book, page, profile)
            except FatalURLFetchingError as error:
                raise OutputError(str(error)) from error
        messages.refuse_missing(book, records)
        made.append(Pdf(data, len(documents[layout].pages), (*said, *messages.warnings(records))))
    return tuple(made)


@contextmanager
def _without_collection() -> Iterator[None]:
    """Hold back the garbage collector: walking all boxes again and again is a sixth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@cache
def _leave_garbage_to_the_system() -> None:
    """Spare the process a last collection at its end: freeing what layouts left takes a tenth of its time."""
    atexit.register(gc.freeze)


# --- layout ----------------------------------------------------------------------------------------


class _Tree(weasyprint.HTML):  # type: ignore[misc]
    """A document that is given as a tree: nothing is serialised to be parsed again."""

    def __init__(self, root: Element, url_fetcher: URLFetcher) -> None:
        self.base_url = None
        self.url_fetcher = url_fetcher
        self.media_type = "print"
        self.wrapper_element = cssselect2.ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element


class _Fetcher(URLFetcher):  # type: ignore[misc]
    """Serves the book's own resources and refuses everything else."""

    def __init__(self, files: Iterable[Resource]) -> None:
        super().__init__(allowed_protocols=("book",), fail_on_errors=True)
        self._files: Mapping[str, Resource] = {file.href: file for file in files}

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:  # noqa: ARG002
        """Return what ``book:HREF`` names; raises FatalURLFetchingError for all else."""
        if url.startswith(SCHEME):
            href = unquote(url.removeprefix(SCHEME))
            if (file := self._files.get(href)) is not None:
                return URLFetcherResponse(url, file.data, {"Content-Type": file.media_type})
            raise FatalURLFetchingError(f"a chapter shows {href}, which is not among the book's resources")
        raise FatalURLFetchingError(f"a chapter refers to {url}: pages are made without any network or file")


@cache
def _fonts() -> Any:
    """Return the engine's font table with the shipped faces in it, made once for all books of a process."""
    return font_configuration(face.path for face in resources.FACES.values())


@cache
def _style(name: str = "pdf.css") -> str:
    path = resources.styles_dir() / name
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise OutputError(f"the style sheet {path} cannot be read: {error.strerror}") from error


_NARROW = 16
"""Ems of measure below which two ems of indent would be too many (CLREQ, indents of narrow columns)."""


def _geometry(page: Page) -> str:
    """Return the rules of the page box: facing pages with the narrow margin inside, heads where there is room."""

    def margins(left: float, right: float) -> str:
        return f"margin:{page.top:.3f}pt {right:.3f}pt {page.bottom:.3f}pt {left:.3f}pt"

    above, below = (min(usual, (margin - 12) * 0.5) for usual, margin in ((20, page.top), (22, page.bottom)))
    heads, feet = f"padding-bottom:{above:.2f}pt", f"padding-top:{below:.2f}pt"
    return (
        f"@page{{size:{page.width:.3f}pt {page.height:.3f}pt}}"
        f"@page :right{{@top-right{{{heads}}}@bottom-left{{{feet}}}@bottom-right{{{feet}}}}}"
        f"@page :left{{@top-left{{{heads}}}@bottom-left{{{feet}}}@bottom-right{{{feet}}}}}"
        f"@page :right{{{margins(page.inner, page.outer)}}}"
        f"@page :left{{{margins(page.outer, page.inner)}}}"
        f".full-page img{{width:{page.width:.3f}pt;height:{page.height:.3f}pt}}"
        f".columns{{columns:{page.columns};column-gap:{page.gap:.3f}pt}}"
        + (".columns p,.columns li{text-indent:1em}" if page.column.measure < _NARROW * EM else "")
    )


def _lay_out(book: Book, page: Page | Sheet, profile: Profile) -> Any:
    pictures = (*book.resources, *((book.cover,) if book.cover else ()))
    convert = press.for_press(profile.condition) if profile.is_press else press.for_screen
    fetcher = _Fetcher(replace(file, data=convert(file.media_type, file.data)) for file in pictures)
    title = book.edition.issue.metadata.title
    if isinstance(page, Sheet):
        style = _style() + _style("pdf-vertical.css") + vertical.geometry(page, title)
        tree = vertical.combine_turned(
            book, page, lambda table, width: _table_height(table, width, style, book.edition.language)
        )
        fonts = font_configuration(vertical.font_files(tree, book.edition.language))
    else:
        style = _style() + _geometry(page) + title_page(page, title)
        tree, fonts = combine(book, page), _fonts()
    if profile.is_press:
        leaf = page.page if isinstance(page, Sheet) else page
        style += press.geometry(leaf.width, leaf.height, page.scale)
    style = style.replace(ACCENT, book.edition.issue.metadata.accent or ACCENT)
    document = _render(tree, style, fonts, fetcher)
    if blank := -len(document.pages) % profile.multiple:
        document.pages += _render(press.blank_pages(blank), style, fonts, fetcher).pages
    if isinstance(page, Sheet):
        vertical.turn_places(document)
    _describe(document.metadata, book)
    return document


def _write(document: Any, book: Book, page: Page | Sheet, profile: Profile) -> bytes:
    """Return a document as a file of a profile; it may be written again for another one."""
    document = document.copy()
    marks: Mapping[str, str] = xmp.SCREEN
    options: dict[str, Any] = {"pdf_tags": True}
    document.color_profiles = {}
    document.metadata.attachments = []
    if profile.name == "archive":
        marks = xmp.ARCHIVE_3 if profile.source else xmp.ARCHIVE_2
        options = {"pdf_variant": "pdf/a-3a" if profile.source else "pdf/a-2a"}
        if profile.source:
            document.metadata.attachments = [_attachment(book, profile.source)]
    elif profile.is_press:
        marks, options = xmp.PRESS, {"pdf_version": "1.6"}
    document.metadata.generate_rdf_metadata = lambda *_: xmp.rdf(
        book, marks, f"WeasyPrint {weasyprint.__version__}"
    )
    places = {
        name: (number, x, y)
        for number, leaf in reversed(list(enumerate(document.pages)))
        for name, (x, y, *_) in leaf.anchors.items()
    }
    document.make_bookmark_tree = lambda scale=1, transform_pages=False: _bookmarks(  # noqa: ARG005
        () if profile.is_press else book.outline, places, [leaf.height for leaf in document.pages], scale
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # the engine leaves its profile of sRGB open
        return bytes(
            document.write_pdf(
                finisher=_finisher(book, profile, page.scale),
                zoom=page.scale,
                pdf_identifier=book.identifier.removeprefix("urn:uuid:").encode(),
                **options,
            )
        )


def _attachment(book: Book, source: Source) -> weasyprint.Attachment:
    """Return the source of the pages as PDF/A-3 wants it: named, described, dated, and related to them."""
    when = datetime.fromtimestamp(book.modified, UTC)
    return weasyprint.Attachment(
        file_obj=io.BytesIO(source.data),
        name=source.name,
        description=f"{issue_title(book.edition.issue.metadata)}: the segmented issue that the pages were made from",
        created=when,
        modified=when,
        relationship="Source",
    )


def _render(tree: Element, style: str, fonts: Any, fetcher: _Fetcher) -> Any:
    counters = CounterStyle()
    sheet = weasyprint.CSS(
        string=style, font_config=fonts, url_fetcher=fetcher, counter_style=counters, media_type="print"
    )
    return _Tree(tree, fetcher).render(font_config=fonts, counter_style=counters, stylesheets=[sheet])


def _table_height(table: Element, width: float, style: str, language: str) -> float:
    """Return the height in points of a table that is laid out upright in a width."""
    tree = Element("html", {"lang": language})
    SubElement(tree, "body").append(table)
    page = f"margin:0;size:{width:.2f}pt {_ENDLESS}pt"
    style += f"@page{{{page}}}@page :right{{{page}}}.table{{margin:0!important}}"
    fonts = font_configuration(vertical.upright_files(list(vertical.strings(table)), language))
    document = _render(tree, style, fonts, _Fetcher(()))
    body = document.pages[0]._page_box.children[0].children[0]  # page, html, body
    return max(float(box.position_y + box.margin_height()) for box in body.children) * _POINTS_PER_PIXEL


_ENDLESS, _POINTS_PER_PIXEL = 10000, 0.75

_Bookmark = tuple[str, tuple[int, float, float], list[Any], str]


def _bookmarks(
    entries: Iterable[Entry],
    places: Mapping[str, tuple[int, float, float]],
    heights: list[float],
    scale: float,
) -> list[_Bookmark]:
    """Return the outline as the engine wants it: label, place in PDF points, children, open or closed."""
    made: list[_Bookmark] = []
    for entry in entries:
        children = _bookmarks(entry.children, places, heights, scale)
        place = places.get(entry.href.partition("#")[2])
        if place is None:
            made += children
            continue
        number, x, y = place
        point = number, x * scale, (heights[number] - y) * scale
        made.append((entry.title, point, children, "open" if entry.kind == "section" else "closed"))
    return made


# --- metadata --------------------------------------------------------------------------------------


def _labels(entries: Iterable[Entry]) -> dict[str, str]:
    """Return what the places of the outline are called, by their ids; articles before departments."""
    found: dict[str, str] = {}
    for entry in entries:
        found.update(_labels(entry.children))
        found.setdefault(entry.href.partition("#")[2], entry.title)
    return found


def _describe(metadata: Any, book: Book) -> None:
    issue = book.edition.issue.metadata
    metadata.title = issue_name(issue)  # as in XMP: ISO 15930-7, 6.16, wants them alike
    metadata.authors = [issue.publisher] if issue.publisher else []
    metadata.description = issue.description
    metadata.lang = book.edition.language
    metadata.generator = f"bookmaker {bookmaker.__version__}"
    metadata.created = metadata.modified = xmp.timestamp(book)


def _compress(stream: Any) -> None:
    """Compress a stream once: pydyf would do it for the file and again for the file's identifier."""
    stream.compress = False
    content = stream.data.partition(b"\nstream\n")[2].removesuffix(b"\nendstream")
    stream.stream = [zlib.compress(content, 6)]
    stream.extra["Filter"] = "/FlateDecode"


def _finisher(book: Book, profile: Profile, scale: float) -> Callable[[Any, Any], None]:
    def finish(document: Any, pdf: Any) -> None:
        pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})
        if profile.is_press:
            press.finish(document, pdf, profile.condition, scale)
        structure.finish_tree(pdf)
        if book.edition.mode == "vertical":
            vertical.turn_pages(pdf)
        decimal = pydyf.Dictionary({"S": "/D", "St": 1})
        ranges: list[Any] = [0, decimal]
        if book.cover:
            ranges = [0, pydyf.Dictionary({"P": pydyf.String("封面")}), 1, decimal]
        pdf.catalog["PageLabels"] = pydyf.Dictionary({"Nums": pydyf.Array(ranges)})
        if "AF" in pdf.catalog:
            pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))
        if "Metadata" not in pdf.catalog:
            document.metadata.include_in_pdf(pdf, "", None, None, compress=False)
        for item in pdf.objects:
            if isinstance(item, pydyf.Stream):
                if item.extra.get("Subtype") == "/Image":
                    item.extra["Interpolate"] = "false"  # ISO 19005-2, 6.2.8
                if item.extra.get("Type") == "/Metadata":
                    item.compress = False  # to be found by programs that know no PDF (XMP part 3, 1.2)
                elif item.compress and "Filter" not in item.extra:
                    _compress(item)
        pdf.objects = [_Fixed.of(item) for item in pdf.objects]

    return finish


class _Fixed(pydyf.Object):  # type: ignore[misc]
    """A finished object: pydyf serialises every one for the file and again for the file's identifier."""

    data = b""

    @classmethod
    def of(cls, item: Any) -> Any:
        """Return ``item`` serialised; streams, which are so already, and what is void stay as they are."""
        if isinstance(item, pydyf.Stream) or item.free == "f":
            return item
        fixed = cls()
        fixed.number, fixed.generation, fixed.data = item.number, item.generation, item.data
        return fixed
