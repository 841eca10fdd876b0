"""The PDF writer: a rendered book becomes pages, through WeasyPrint, as bytes.

Everything comes from the book and from the shipped faces; nothing is fetched. The same book gives the same
bytes: dates and identifiers are the book's own.
"""

from __future__ import annotations

import atexit
import gc
import logging
import zlib
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
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
from bookmaker.diagnostics import Code, Diagnostic, OutputError
from bookmaker.model import block_text, walk
from bookmaker.write import vertical
from bookmaker.write.composition import composing
from bookmaker.write.document import GRID, SCHEME, Page, combine, issue_title
from bookmaker.write.engine import font_configuration
from bookmaker.write.vertical import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bookmaker.book import Book, Chapter, Entry, Resource

PAGE_SIZE = (185.0, 260.0)
"""Width and height of the 16开 page of Chinese magazines, in millimetres."""

MARGINS = (21.0, 29.0, 22.5, 22.0)
"""Top, outer, bottom and inner margin in millimetres: 36 ems by 34 lines on the page above."""

ACCENT = "#8c2f25"
"""What stands for the issue's accent in the style sheet, and the accent of a book that names none."""

Progress = Callable[[str, int, int], None]
"""Called with a stage's name, how much of it is done, and how much there is (0 where nobody knows)."""


@dataclass(frozen=True)
class Pdf:
    """A written PDF: its bytes, the number of its pages, and what there is to know about it."""

    data: bytes
    pages: int
    diagnostics: tuple[Diagnostic, ...] = ()


def write_pdf(
    book: Book,
    *,
    page_size: tuple[float, float] | None = None,
    margins: tuple[float, float, float, float] | None = None,
    progress: Progress | None = None,
) -> Pdf:
    """Return ``book`` as a PDF for the screen, its pages horizontal or vertical as the edition says.

    ``page_size`` is width and height, ``margins`` top, outer, bottom and inner, in millimetres; both have the
    defaults ``PAGE_SIZE`` and ``MARGINS`` (``vertical.MARGINS``). Raises OutputError for a character that no
    font has (naming it, its article and its line), for a page without room for text, for a resource that the
    book lacks, and where the installed WeasyPrint is not the one bookmaker knows.
    """
    try:
        page: Page | Sheet
        if book.edition.mode == "vertical":
            page = Sheet.of(page_size or PAGE_SIZE, margins or vertical.MARGINS)
        else:
            page = Page.of(page_size or PAGE_SIZE, margins or MARGINS)
    except ValueError as error:
        raise OutputError(f"[pdf] page-size and margins: {error}; make the margins smaller") from error
    _leave_garbage_to_the_system()
    lacking = _lacking(book)
    with _listening(progress) as messages:
        try:
            with composing(), _without_collection():
                document = _lay_out(book, page)
                data = document.write_pdf(
                    finisher=_finisher(book),
                    zoom=page.scale if isinstance(page, Sheet) else 1,
                    pdf_identifier=book.identifier.removeprefix("urn:uuid:").encode(),
                )
        except FatalURLFetchingError as error:
            raise OutputError(str(error)) from error
    _refuse_missing(book, messages)
    return Pdf(data, len(document.pages), (*_fallbacks(book, lacking), *_warnings(messages)))


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


def _geometry(page: Page) -> str:
    """Return the rules of the page box: facing pages with the narrow margin inside."""

    def margins(left: float, right: float) -> str:
        return f"margin:{page.top:.3f}pt {right:.3f}pt {page.bottom:.3f}pt {left:.3f}pt"

    return (
        f"@page{{size:{page.width:.3f}pt {page.height:.3f}pt}}"
        f"@page :right{{{margins(page.inner, page.outer)}}}"
        f"@page :left{{{margins(page.outer, page.inner)}}}"
        f".full-page img{{width:{page.width:.3f}pt;height:{page.height:.3f}pt}}"
        f".title-page{{height:{(page.lines - 1) * GRID:.3f}pt}}"
    )


def _lay_out(book: Book, page: Page | Sheet) -> Any:
    fetcher = _Fetcher((*book.resources, *((book.cover,) if book.cover else ())))
    if isinstance(page, Sheet):
        style = _style() + _style("pdf-vertical.css") + vertical.geometry(page)
        tree = vertical.combine_turned(
            book, page, lambda table, width: _table_height(table, width, style, book.edition.language)
        )
        fonts = font_configuration(vertical.font_files(tree, book.edition.language))
    else:
        style, tree, fonts = _style() + _geometry(page), combine(book, page), _fonts()
    style = style.replace(ACCENT, book.edition.issue.metadata.accent or ACCENT)
    document = _render(tree, style, fonts, fetcher)
    if isinstance(page, Sheet):
        vertical.turn_places(document)
    _describe(document.metadata, book)
    places = {
        name: (number, x, y)
        for number, leaf in reversed(list(enumerate(document.pages)))
        for name, (x, y, *_) in leaf.anchors.items()
    }
    document.make_bookmark_tree = lambda scale=1, transform_pages=False: _bookmarks(  # noqa: ARG005
        book.outline, places, [leaf.height for leaf in document.pages], scale
    )
    return document


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


def _describe(metadata: Any, book: Book) -> None:
    issue = book.edition.issue.metadata
    modified = datetime.fromtimestamp(book.modified, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    metadata.title = issue_title(issue)
    metadata.authors = [issue.publisher] if issue.publisher else []
    metadata.description = issue.description
    metadata.lang = book.edition.language
    metadata.generator = f"bookmaker {bookmaker.__version__}"
    metadata.created = metadata.modified = modified


def _compress(stream: Any) -> None:
    """Compress a stream once: pydyf would do it for the file and again for the file's identifier."""
    stream.compress = False
    content = stream.data.partition(b"\nstream\n")[2].removesuffix(b"\nendstream")
    stream.stream = [zlib.compress(content, 6)]
    stream.extra["Filter"] = "/FlateDecode"


def _finisher(book: Book) -> Callable[[Any, Any], None]:
    def finish(_document: Any, pdf: Any) -> None:
        pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})
        if book.edition.mode == "vertical":
            vertical.turn_pages(pdf)
        decimal = pydyf.Dictionary({"S": "/D", "St": 1})
        ranges: list[Any] = [0, decimal]
        if book.cover:
            ranges = [0, pydyf.Dictionary({"P": pydyf.String("封面")}), 1, decimal]
        pdf.catalog["PageLabels"] = pydyf.Dictionary({"Nums": pydyf.Array(ranges)})
        for item in pdf.objects:
            if isinstance(item, pydyf.Stream) and item.compress and "Filter" not in item.extra:
                _compress(item)

    return finish


# --- what the engine says ----------------------------------------------------------------------------


class _Listener(logging.Handler):
    def __init__(self, progress: Progress | None) -> None:
        super().__init__(logging.INFO)
        self.records: list[logging.LogRecord] = []
        self._progress = progress

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.WARNING:
            self.records.append(record)
        elif self._progress and record.args and "Page %" in str(record.msg):
            self._progress("layout", int(str(record.args[-1])) if isinstance(record.args, tuple) else 0, 0)


@contextmanager
def _listening(progress: Progress | None) -> Iterator[list[logging.LogRecord]]:
    """Collect the engine's warnings instead of printing them, and pass its progress on."""
    listener = _Listener(progress)
    loggers = logging.getLogger("weasyprint"), logging.getLogger("weasyprint.progress")
    before = [(logger, logger.propagate, logger.level) for logger in loggers]
    for logger, level in zip(
        loggers, (logging.WARNING, logging.INFO if progress else logging.ERROR), strict=True
    ):
        logger.addHandler(listener)
        logger.propagate = False
        logger.setLevel(level)
    try:
        yield listener.records
    finally:
        for logger, propagate, level in before:
            logger.removeHandler(listener)
            logger.propagate = propagate
            logger.setLevel(level)


_NO_GLYPH = ".notdef"


def _refuse_missing(book: Book, messages: Iterable[logging.LogRecord]) -> None:
    """Raise OutputError for the characters that were drawn as empty boxes."""
    missing = [
        str(record.args[0])
        for record in messages
        if str(record.msg).startswith(_NO_GLYPH) and isinstance(record.args, tuple)
    ]
    if missing:
        places = "; ".join(_where(book, character) for character in dict.fromkeys(missing))
        raise OutputError(f"no font has {places}: correct the text, or install a font that has the character")


def _where(book: Book, character: str) -> str:
    """Name a character, its article and its line of the text layer."""
    name = f"{character!r} (U+{ord(character):04X})"
    for article, block in walk(book.edition.issue):
        if character in block_text(block):
            line = f", line {block.source.lines[0][0]}" if block.source and block.source.lines else ""
            return f"{name} in article {article.id}{line}"
    for chapter in book.chapters:
        if character in _text(chapter):
            return f"{name} in {chapter.href}"
    return name


def _text(chapter: Chapter) -> str:
    return "".join(map(str, chapter.root.itertext()))


def _lacking(book: Book) -> frozenset[str]:
    """Return the characters of the book that none of the shipped faces has."""
    known = frozenset().union(*(resources.repertoire(face) for face in resources.FACES.values()))
    used = {character for chapter in book.chapters for character in _text(chapter)}
    return frozenset(
        character for character in used if ord(character) not in known and not character.isspace()
    )


def _fallbacks(book: Book, lacking: Iterable[str]) -> Iterator[Diagnostic]:
    for character in sorted(lacking):
        for article, block in walk(book.edition.issue):
            if character in block_text(block):
                source = block.source
                yield Diagnostic(
                    Code.FALLBACK_GLYPH,
                    f"{character!r} (U+{ord(character):04X}) is set in a system font: the faces lack it",
                    page=source.page if source else None,
                    line=source.lines[0][0] if source and source.lines else None,
                    article=article.id,
                )
                break


def _warnings(messages: Iterable[logging.LogRecord]) -> Iterator[Diagnostic]:
    for text in dict.fromkeys(record.getMessage() for record in messages):
        yield Diagnostic(Code.RENDERER, text)
