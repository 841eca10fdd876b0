"""Layout: trees of chapters become pages, through WeasyPrint. Everything comes from the book; nothing is fetched."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote
from xml.etree.ElementTree import Element, SubElement

import cssselect2
import weasyprint
from weasyprint.css.counters import CounterStyle
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from bookmaker import resources
from bookmaker.diagnostics import OutputError
from bookmaker.write import messages, vertical
from bookmaker.write.document import EM, SCHEME, Page, title_page
from bookmaker.write.engine import font_configuration

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bookmaker.book import Resource
    from bookmaker.write.vertical import Sheet

ACCENT = "#8c2f25"
"""What stands for the issue's accent in the style sheet, and the accent of a book that names none."""


class _Tree(weasyprint.HTML):  # type: ignore[misc]
    """A document that is given as a tree: nothing is serialised to be parsed again."""

    def __init__(self, root: Element, url_fetcher: URLFetcher) -> None:
        self.base_url = None
        self.url_fetcher = url_fetcher
        self.media_type = "print"
        self.wrapper_element = cssselect2.ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element


class Fetcher(URLFetcher):  # type: ignore[misc]
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


class Style:
    """A style sheet, parsed once for all trees that are laid out by it; ``warnings`` are what the engine said of it."""

    def __init__(self, text: str) -> None:
        self._counters = CounterStyle()
        with messages.listening() as records:
            self._sheet = weasyprint.CSS(string=text, counter_style=self._counters, media_type="print")
        self.warnings, _ = messages.sorted_out(records)

    def lay_out(self, tree: Element, fonts: Any, fetcher: Fetcher) -> list[Any]:
        """Return the pages of a tree, set with the engine's table of ``fonts``."""
        counters = CounterStyle(self._counters)
        document = _Tree(tree, fetcher).render(
            font_config=fonts, counter_style=counters, stylesheets=[self._sheet]
        )
        pages: list[Any] = document.pages
        return pages


@cache
def style_sheet(name: str) -> str:
    """Return one of bookmaker's style sheets; raises OutputError where it cannot be read."""
    path = resources.styles_dir() / name
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise OutputError(f"the style sheet {path} cannot be read: {error.strerror}") from error


_NARROW = 16
"""Ems of measure below which two ems of indent would be too many (CLREQ, indents of narrow columns)."""


def geometry(page: Page, title: str) -> str:
    """Return the rules of the box of a right page, the narrow margin inside, and of the page of the ``title``."""
    narrow = page.columns > 1 and page.column.measure < _NARROW * EM
    return title_page(page, title) + (
        f"@page{{size:{page.width:.3f}pt {page.height:.3f}pt;"
        f"margin:{page.top:.3f}pt {page.outer:.3f}pt {page.bottom:.3f}pt {page.inner:.3f}pt}}"
        f".full-page img{{width:{page.width:.3f}pt;height:{page.height:.3f}pt}}"
        f".columns{{columns:{page.columns};column-gap:{page.gap:.3f}pt}}"
        + (".columns p,.columns li{text-indent:1em}" if narrow else "")
    )


def table_height(table: Element, width: float, style: str, language: str) -> float:
    """Return the height in points of a table that is laid out upright in a width."""
    tree = Element("html", {"lang": language})
    SubElement(tree, "body").append(table)
    style += f"@page{{margin:0;size:{width:.2f}pt {_ENDLESS}pt}}.table{{margin:0!important}}"
    fonts = font_configuration(vertical.upright_files(list(vertical.strings(table)), language).values())
    (page, *_) = Style(style).lay_out(tree, fonts, Fetcher(()))
    body = page._page_box.children[0].children[0]  # page, html, body
    return max(float(box.position_y + box.margin_height()) for box in body.children) * _POINTS_PER_PIXEL


_ENDLESS, _POINTS_PER_PIXEL = 10000, 0.75


def sheet_geometry(sheet: Sheet, title: str) -> str:
    """Return the rules of the box of a vertical page, laid out lying, its spine at the top, and of the title page."""
    page = sheet.page
    return title_page(page, title, most=4) + (
        f"@page{{size:{page.width:.3f}pt {page.height:.3f}pt;"
        f"margin:{page.top:.3f}pt {page.outer:.3f}pt {page.bottom:.3f}pt {page.inner:.3f}pt}}"
    )
