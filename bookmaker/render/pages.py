"""Page-break markers: where each page of the source begins (EPUB Accessibility 1.1, sec-page-list)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bookmaker.book import PageMarker
from bookmaker.render.xhtml import element

if TYPE_CHECKING:
    from lxml import etree

    from bookmaker.model import Page
    from bookmaker.render.ids import Ids


class PageTrail:
    """The pages begun so far, in reading order over the whole book; each is marked once."""

    def __init__(self, pages: tuple[Page, ...], ids: Ids) -> None:
        self._labels = {page.number: page.label for page in pages}
        self._ids = ids
        self._markers: dict[int, PageMarker] = {}

    @property
    def markers(self) -> tuple[PageMarker, ...]:
        """The markers set so far, in reading order."""
        return tuple(self._markers.values())

    def mark(self, parent: etree._Element, page: int | None, file: str) -> None:
        """Append the marker of ``page`` to ``parent``, in chapter ``file``, unless it stands already.

        Its label is the printed number, or the page's place in the text layer where none is known.
        """
        if page is None or page in self._markers:
            return
        label = self._labels.get(page) or str(page)
        ident = self._ids.take(f"page-{page}")
        marker = element(parent, "span", epub="pagebreak", role="doc-pagebreak", id=ident, aria_label=label)
        # An empty text keeps the end tag: read as HTML, <span/> would swallow what follows.
        marker.text = ""
        self._markers[page] = PageMarker(label=label, href=f"{file}#{ident}")
