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

from bookmaker.write import messages, vertical
from bookmaker.write.document import SCHEME
from bookmaker.write.engine import font_configuration
from bookmaker.write.sheets import style_sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bookmaker.book import Resource


class _Tree(weasyprint.HTML):  # type: ignore[misc]
    """A document that is given as a tree: nothing is serialised to be parsed again."""

    def __init__(self, root: Element, url_fetcher: URLFetcher) -> None:
        self.base_url = None
        self.url_fetcher = url_fetcher
        self.media_type = "print"
        self.wrapper_element = cssselect2.ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element

    def _ua_stylesheets(self, forms: bool = False) -> list[Any]:  # noqa: ARG002
        return [_ground()]

    def _ua_counter_style(self) -> list[Any]:
        return []  # nothing is counted


@cache
def _ground() -> Any:
    return weasyprint.CSS(string=style_sheet("pdf-ground.css"))


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
