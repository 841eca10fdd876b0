"""Furniture: what stands in the margins of pages, running heads and page numbers.

Heads are laid out and drawn once for each pair of a department and an article, on a right and a left page, and then
shown by every page of that article; numbers are set from the widths of their glyphs when the book is joined.
Lengths are points unless said otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, SubElement

from bookmaker.write.imposition import NUMERALS
from bookmaker.write.sheaf import Record, Sheaf, Side

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bookmaker.model import Mode
    from bookmaker.write.document import Page
    from bookmaker.write.sheaf import Leaf
    from bookmaker.write.vertical import Sheet

_SIDES: tuple[Side, Side] = ("right", "left")


class Heads(Record, frozen=True):
    """What running heads show; an opening page shows only the issue."""

    issue: str
    department: str = ""
    article: str = ""


class Place(Record, frozen=True):
    """Where page numbers of a side stand: the edge they are set against, the base line, and the size of type."""

    edge: float
    is_left: bool
    base: float
    size: float


class Furniture(Record, frozen=True):
    """The furniture of a book as a sheaf, with two leaves for each pair of heads, and how numbers are set."""

    sheaf: Sheaf
    pairs: tuple[Heads, ...]
    places: dict[Side, Place]
    font: str
    glyphs: dict[str, tuple[int, float]]

    def heads(self, heads: Heads, side: Side) -> Leaf:
        """Return the page whose content is the running heads of a side."""
        pair = 1 + self.pairs.index(heads)  # the first shows the numerals
        return self.sheaf.leaves[2 * pair + _SIDES.index(side)]

    def number(self, text: str, side: Side, colour: bytes, *, tagged: bool) -> bytes:
        """Return the content that shows a page number, an artifact of the page (ISO 32000-1, 14.8.2.2)."""
        place = self.places[side]
        glyphs = [self.glyphs[character] for character in text]
        width = sum(advance for _, advance in glyphs) * place.size / 1000
        x = place.edge if place.is_left else place.edge - width
        shown = "".join(f"{glyph:04x}" for glyph, _ in glyphs)
        line = (
            f"q {colour.decode()} BT /{self.font} {place.size:.4f} Tf "
            f"1 0 0 1 {x:.4f} {place.base:.4f} Tm [<{shown}>] TJ ET Q"
        )
        return (f"/Artifact <</Type /Pagination>> BDC {line} EMC" if tagged else line).encode()


def tree(pairs: Sequence[Heads], language: str, mode: Mode) -> Element:
    """Return the document of all pairs of heads, one page a side; the first two pages show all numerals instead."""
    html = Element("html", {"lang": language})
    body = SubElement(html, "body")
    for heads, number in ((Heads(""), NUMERALS[mode]), *((heads, "") for heads in pairs)):
        for _ in _SIDES:
            values = {
                "data-issue": heads.issue,
                "data-department": heads.department,
                "data-article": heads.article,
            }
            SubElement(body, "section", {**values, "data-number": number})
    return html


def geometry(page: Page) -> str:
    """Return the rules of facing pages, the narrow margin inside, heads where there is room."""

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
    )


def sheet_geometry(sheet: Sheet) -> str:
    """Return the same for vertical pages; in a book bound on the right, odd pages have the spine on their right."""
    page = sheet.page

    def margins(right: float, left: float) -> str:
        return f"margin:{right:.3f}pt {page.outer:.3f}pt {left:.3f}pt {page.inner:.3f}pt"

    return (
        f"@page{{size:{page.width:.3f}pt {page.height:.3f}pt}}"
        f"@page :right{{{margins(page.top, page.bottom)}}}"
        f"@page :left{{{margins(page.bottom, page.top)}}}"
    )


def furnish(
    pages: Sequence[Any], sheaf: Sheaf, pairs: Iterable[Heads], scale: float, mode: Mode
) -> Furniture:
    """Return the furniture of the engine's ``pages`` of ``tree``, drawn as ``sheaf``; ``scale`` makes pixels points."""
    places: dict[Side, Place] = {}
    family = ""
    for page, side in zip(pages, _SIDES, strict=False):
        box, text = _number_box(page, NUMERALS[mode])
        edge = box.content_box_x() + (0 if (is_left := box.style["text_align_all"] == "left") else box.width)
        base = page.height - text.position_y - text.baseline
        places[side] = Place(edge * scale, is_left, base * scale, text.style["font_size"] * scale)
        family = text.style["font_family"][0]
    numerals = set(NUMERALS[mode])
    font = next(
        font for font in sheaf.fonts if font.family == family and numerals <= set(font.texts.values())
    )
    glyphs = {text: (glyph, font.widths[glyph]) for glyph, text in font.texts.items() if text in numerals}
    return Furniture(sheaf, tuple(pairs), places, font.font, glyphs)


def _number_box(page: Any, numerals: str) -> tuple[Any, Any]:
    """Return the margin box with the numerals, and their text box."""
    for box in page._page_box.children:
        if getattr(box, "at_keyword", "").startswith("@"):
            for text in box.descendants():
                if getattr(text, "text", "") == numerals:
                    return box, text
    raise ValueError("the style sheet of the margins shows no number")
