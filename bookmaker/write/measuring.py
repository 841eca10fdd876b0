"""Measuring: what is known of a style's face, and texts analysed by it (``bookmaker.write.line``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from weasyprint.text import line_break
from weasyprint.text.ffi import FROM_UNITS, ffi, pango

from bookmaker.write.kinds import Kind, kind, split_units
from bookmaker.write.line import HALF, Analysis, Glyphs

if TYPE_CHECKING:
    from collections.abc import Iterator


class Measures(msgspec.Struct):
    """What is known of a style's face: metrics of its line in pixels, advances and blank sides in ems.

    ``line`` is the distance of base lines, ``height`` what the face takes of it.
    """

    line: float
    height: float
    baseline: float
    glyphs: Glyphs
    analyses: dict[str, Analysis]


_ANALYSES_KEPT = 32


def measures_of(style: Any) -> Measures:
    """Return the measures of a style, kept with the fonts, for what is laid out with them later as well."""
    found: Measures | None = style.__dict__.get("bookmaker_measures")
    if found is None:
        known = style.font_config.__dict__.setdefault("bookmaker_measures", {})
        key = line_break._font_style_cache_key(style, include_size=True)
        if key not in known:
            known[key] = _measure(style)
        found = style.__dict__["bookmaker_measures"] = known[key]
    return found


def _measure(style: Any) -> Measures:
    size = style["font_size"]
    advances: dict[str, float] = {}
    blanks: dict[str, tuple[float, float]] = {}
    layout = line_break.Layout(style)

    def extents(text: str) -> tuple[float, float, float]:
        layout.set_text(text)
        line, _ = layout.get_first_line()
        ink, logical = ffi.new("PangoRectangle *"), ffi.new("PangoRectangle *")
        pango.pango_layout_line_get_extents(line, ink, logical)
        scale = FROM_UNITS / size
        return logical.width * scale, ink.x * scale, (ink.x + ink.width) * scale

    def advance(text: str) -> float:
        if text not in advances:
            if kind(text[0]) in (Kind.WESTERN, Kind.SPACE):
                advances[text] = extents(text)[0]
            else:
                # Marks take other glyphs beside ideographs than alone: —— is one glyph of two ems there.
                advances[text] = extents(f"水{text}水")[0] - extents("水水")[0]
        return advances[text]

    def sides(mark: str) -> tuple[float, float]:
        if mark not in blanks:
            role = kind(mark)
            if role in (Kind.OPENING, Kind.CLOSING, Kind.PAUSE):
                width, left, right = extents(mark)
                full = abs(width - 1) < 0.01
                before = HALF if full and role is Kind.OPENING and left >= 0.45 else 0.0
                after = HALF if full and role is not Kind.OPENING and right <= 0.55 else 0.0
                blanks[mark] = before, after
            else:
                blanks[mark] = 0.0, 0.0
        return blanks[mark]

    layout.set_text("水")
    line, _ = layout.get_first_line()
    _, height = line_break.line_size(line, style)
    baseline = pango.pango_layout_get_baseline(layout.layout) * FROM_UNITS
    glyphs = Glyphs(advance, lambda mark: sides(mark)[0], lambda mark: sides(mark)[1])
    return Measures(line_break.strut(style)[0], height, baseline, glyphs, {})


def advances(text: str, style: Any) -> Iterator[tuple[str, float]]:
    """Yield each character of a text with its advance in pixels, of one piece on its first character."""
    glyphs, size = measures_of(style).glyphs, style["font_size"]
    starts = split_units(text)
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        yield text[start], glyphs.advance(text[start:end]) * size
        yield from ((character, 0.0) for character in text[start + 1 : end])


def analysis_of(text: str, measures: Measures) -> Analysis:
    """Return the analysis of a text, kept for the lines that are cut out of it one after another."""
    found = measures.analyses.get(text)
    if found is None:
        if len(measures.analyses) >= _ANALYSES_KEPT:
            del measures.analyses[next(iter(measures.analyses))]
        found = measures.analyses[text] = Analysis(text, measures.glyphs)
    return found
