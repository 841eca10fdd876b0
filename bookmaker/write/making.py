"""Making: the chapters of an order, each laid out and drawn by itself as a sheaf, and the furniture of its pages."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from bookmaker.write import start  # noqa: F401 - first of all, see there

# isort: split
import weasyprint
from msgspec import structs
from weasyprint.urls import FatalURLFetchingError

from bookmaker.diagnostics import OutputError
from bookmaker.write import drawing, figures, furniture, messages, showing, structure, vertical
from bookmaker.write.composition import composing
from bookmaker.write.drawing import Fonts, draw
from bookmaker.write.engine import font_configuration
from bookmaker.write.layout import Fetcher, Style
from bookmaker.write.manner import PIXEL

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from xml.etree.ElementTree import Element

    from bookmaker.book import Resource
    from bookmaker.write.furniture import Furniture
    from bookmaker.write.order import Chapter, Terms
    from bookmaker.write.sheaf import Sheaf


class Maker:
    """Makes sheaves on the terms of an order, in one process, with fonts of its own."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self.configuration = font_configuration(terms.faces.values())
        self._fonts = Fonts()
        self._replacements = (
            *structure.replacements(terms.labels),
            *drawing.REPLACEMENTS,
            *showing.REPLACEMENTS,
            *figures.REPLACEMENTS,
        )

    @cached_property
    def _style(self) -> Style:
        return Style(self._terms.style)

    def sheaf(self, chapter: Chapter) -> Sheaf:
        """Return the sheaf of a chapter; raises OutputError for what it shows that the book lacks."""
        terms = self._terms
        # What stands in the margins is the furniture's.
        bare = (weasyprint.layout, "make_margin_boxes", lambda *_: ())
        with messages.listening() as records, composing((*self._replacements, bare)):
            pages = self._lay_out(self._style, chapter.tree, chapter.files)
            made = draw(
                pages, self._fonts, terms.manner, name=chapter.name, level=chapter.level, known=terms.known
            )
        said, missing = messages.sorted_out(records)
        return structs.replace(made, warnings=(*self._style.warnings, *said), missing=missing)

    def furniture(self) -> Furniture:
        """Return the furniture of the book."""
        terms = self._terms
        style = Style(terms.margins)
        with messages.listening() as records, composing(self._replacements):
            tree = furniture.tree(terms.pairs, terms.language, terms.mode)
            pages = self._lay_out(style, tree)
            made = draw(pages, self._fonts, structs.replace(terms.manner, in_margins=True))
        said, missing = messages.sorted_out(records)
        made = structs.replace(made, warnings=(*style.warnings, *said), missing=missing)
        scale = terms.manner.scale * PIXEL
        return furniture.furnish(pages, made, terms.pairs, scale, terms.mode)

    def _lay_out(self, style: Style, tree: Element, files: Iterable[Resource] = ()) -> Sequence[Any]:
        try:
            pages = style.lay_out(tree, self.configuration, Fetcher(files))
        except FatalURLFetchingError as error:
            raise OutputError(str(error)) from error
        if self._terms.manner.turned:
            vertical.turn_places(pages)
        return pages
