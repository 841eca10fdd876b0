"""Chinese line composition for WeasyPrint: the one module over its private line functions.

WeasyPrint stretches only spaces, so Chinese lines end ragged; it breaks no line beside curly quotes and
gives every mark a full em. Inside ``composing()`` its functions that cut and justify lines are replaced for
text that holds Chinese; all other text goes the engine's own way. Lines are cut by ``bookmaker.write.line``
from widths measured once, and the result is carried out when the line is drawn, glyph by glyph.

The functions replaced are private, so the version is pinned (``bookmaker.write.engine``). Lengths are CSS
pixels, except that measures in ems are called so.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil, floor, inf
from typing import TYPE_CHECKING, Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline, preferred
from weasyprint.text import line_break
from weasyprint.text.ffi import FROM_UNITS, TO_UNITS, ffi, pango

from bookmaker.write import engine
from bookmaker.write.line import (
    EDGE,
    HALF,
    Analysis,
    Fit,
    Glyphs,
    Kind,
    is_chinese,
    is_mixed,
    kind,
    may_break,
    may_stretch,
    split_units,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

STRETCH_LIMIT = 0.5
"""Ems by which a gap may be opened; a line that needs more is left short of the measure."""

SPACE_LIMIT = 0.25
"""Ems by which a word space is opened before Chinese characters are moved apart."""

MIXED_LIMIT = 0.125
"""Ems by which a gap between Han and Western characters is opened before others (CLREQ: 1/4 em in all)."""


@contextmanager
def composing(others: Sequence[engine.Replacement] = ()) -> Iterator[None]:
    """Compose Chinese lines while the block runs; ``others`` are replaced as well.

    Raises OutputError as ``engine.check_engine`` does.
    """
    functions: Sequence[engine.Replacement] = (
        *others,
        (inline, "split_text_box", _split_text_box),
        (inline, "justify_line", _justify_line),
        (inline, "can_break_text", _can_break_text),
        (preferred, "can_break_text", _can_break_text),
        (preferred, "split_first_line", _split_first_line),
    )
    with engine.replacing(functions):
        yield


_engine_split_text_box = inline.split_text_box
_engine_split_first_line = line_break.split_first_line
_engine_justify_line = inline.justify_line
_engine_can_break_text = line_break.can_break_text


class ComposedLayout(line_break.Layout):  # type: ignore[misc]
    """A line whose gaps are known: shaped when it is drawn, its glyphs then moved by what the line needs.

    ``gaps`` maps a character of the line to the pixels added behind it; ``shift`` is what the first glyph is
    moved to the left, its blank side standing in the margin.
    """

    def __init__(self, text: str, style: Any, gaps: dict[int, float], shift: float = 0.0) -> None:
        self.text = text
        self.gaps = gaps
        self.shift = shift
        self.justification_spacing = 0
        self.max_width = None
        self.first_line_direction = 0
        self.active = False
        if style["text_decoration_line"] != "none":
            # The engine asks for the places of underlines before it has the line shaped.
            self.setup(style)
            super().deactivate()

    def reactivate(self, style: Any) -> None:
        """Shape the line for drawing."""
        self.setup(style)
        self.set_text(self.text)
        self.active = True

    def deactivate(self) -> None:
        """Release what shaping holds."""
        if self.active:
            super().deactivate()
            self.active = False

    def get_first_line(self) -> tuple[Any, int | None]:
        """Return the shaped line, its glyphs moved."""
        line, index = super().get_first_line()
        if self.gaps or self.shift:
            self._move(line)
        return line, index

    def _move(self, line: Any) -> None:
        thousandth = self.style["font_size"] * TO_UNITS / 1000
        behind = self._bytes_before_gaps()
        owed = 0.0
        run, is_first = line.runs, True
        while run != ffi.NULL:
            item = run.data
            glyphs, clusters, count = item.glyphs.glyphs, item.glyphs.log_clusters, item.glyphs.num_glyphs
            offset, length = item.item.offset, item.item.length
            for i in range(count):
                end = clusters[i + 1] if i + 1 < count else length
                gap = behind.get(offset + end) if end != clusters[i] else None
                if gap is None:
                    continue
                # PDF moves text by whole thousandths of an em and WeasyPrint cuts the fraction off, so
                # whole thousandths are asked for, a hair more of each, and the rest is owed to the next gap.
                owed += gap * TO_UNITS / thousandth
                step = round(owed)
                owed -= step
                glyphs[i].geometry.width += ceil(step * thousandth) if step > 0 else floor(step * thousandth)
            if is_first and self.shift and count:
                width = round(self.shift * TO_UNITS)
                glyphs[0].geometry.width -= width
                # WeasyPrint takes this offset for thousandths of an em without leaving Pango's 1024.
                glyphs[0].geometry.x_offset -= round(width * 1000 / TO_UNITS)
            is_first = False
            run = run.next

    def _bytes_before_gaps(self) -> dict[int, float]:
        """Return the gaps by the number of UTF-8 bytes that stand before them."""
        if not self.gaps:
            return {}
        behind, size = {}, 0
        for i, character in enumerate(self.text):
            size += len(character.encode())
            if i in self.gaps:
                behind[size] = self.gaps[i]
        return behind


# --- measuring -------------------------------------------------------------------------------------


@dataclass
class _Measures:
    """What is known of a style's face: metrics of its line, advances and blank sides, in ems."""

    height: float
    baseline: float
    glyphs: Glyphs
    analyses: dict[str, Analysis]


_ANALYSES_KEPT = 32


def _measures(style: Any) -> _Measures:
    known = style.cache.setdefault("bookmaker", {})
    key = line_break._font_style_cache_key(style, include_size=True)
    if key not in known:
        known[key] = _measure(style)
    measures: _Measures = known[key]
    return measures


def _measure(style: Any) -> _Measures:
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
    return _Measures(height, baseline, glyphs, {})


def advances(text: str, style: Any) -> Iterator[tuple[str, float]]:
    """Yield each character of a text with its advance in pixels, of one piece on its first character."""
    glyphs, size = _measures(style).glyphs, style["font_size"]
    starts = split_units(text)
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        yield text[start], glyphs.advance(text[start:end]) * size
        yield from ((character, 0.0) for character in text[start + 1 : end])


def _analysis(text: str, measures: _Measures) -> Analysis:
    found = measures.analyses.get(text)
    if found is None:
        if len(measures.analyses) >= _ANALYSES_KEPT:
            del measures.analyses[next(iter(measures.analyses))]
        found = measures.analyses[text] = Analysis(text, measures.glyphs)
    return found


def _is_composed(text: str, style: Any) -> bool:
    """Tell whether a text is set by this module: Chinese, white space collapsed, nothing spaced by hand."""
    return (
        style["white_space"] in ("normal", "nowrap")
        and style["letter_spacing"] == "normal"
        and not style["word_spacing"]
        and style["font_size"] > 0
        and is_chinese(text)
    )


# --- what replaces WeasyPrint's functions ------------------------------------------------------------


def _cut(
    text: str, start: int, style: Any, width: float | None, *, at_edge: bool, whole: bool
) -> tuple[Fit, _Measures]:
    measures, size = _measures(style), style["font_size"]
    endless = style["white_space"] == "nowrap" or width == inf
    measure = None if endless or width is None else max(width, 0) / size
    fit = _analysis(text, measures).cut(start, measure, at_edge=at_edge, whole=whole)
    return fit, measures


def _split_text_box(
    context: Any, box: Any, available_width: float | None, skip: int | None, is_line_start: bool = True
) -> tuple[Any, int | None, bool]:
    if not box.text or not _is_composed(box.text, box.style):
        result: tuple[Any, int | None, bool] = _engine_split_text_box(
            context, box, available_width, skip, is_line_start=is_line_start
        )
        return result
    start = len(box.text.encode()[:skip].decode()) if skip else 0
    if start >= len(box.text):
        return None, None, False
    can_divide = is_line_start and box.style["overflow_wrap"] in ("anywhere", "break-word")
    # The engine tells of the line's children only: within one of them, text behind other text is not told apart.
    at_edge = start > 0 or is_line_start
    fit, measures = _cut(box.text, start, box.style, available_width, at_edge=at_edge, whole=not can_divide)
    size = box.style["font_size"]
    text = box.text
    box = box.copy_with_text(text[start : fit.end])
    box.width = fit.width * size
    hair = 2 * EDGE * size
    if available_width is not None and abs(box.width - available_width) < hair:
        # A line that is a hair too wide would be justified as if it stood below the float that it stands beside.
        box.width = available_width - hair
    box.height = measures.height
    gaps = {i: gap * size for i, gap in fit.gaps}
    box.pango_layout = ComposedLayout(box.text, box.style, gaps, fit.shift * size)
    line_height, _ = line_break.strut(box.style)
    box.margin_top = box.margin_bottom = (line_height - measures.height) / 2
    box.baseline = measures.baseline + box.margin_top
    resume = None if fit.resume is None else len(text[: fit.resume].encode())
    return box, resume, False


def _split_first_line(  # noqa: PLR0917 - WeasyPrint's own parameters
    text: str,
    style: Any,
    context: Any,
    max_width: float | None,
    justification_spacing: float,
    is_line_start: bool = True,
    minimum: bool = False,
) -> tuple[Any, int, int | None, float, float, float]:
    if not _is_composed(text, style):
        result: tuple[Any, int, int | None, float, float, float] = _engine_split_first_line(
            text, style, context, max_width, justification_spacing, is_line_start, minimum
        )
        return result
    fit, measures = _cut(text, 0, style, max_width, at_edge=False, whole=True)
    resume = None if fit.resume is None else len(text[: fit.resume].encode())
    layout = ComposedLayout(text[: fit.end], style, {})
    length = len(layout.text.encode())
    return layout, length, resume, fit.width * style["font_size"], measures.height, measures.baseline


def _can_break_text(text: str, lang: str | None) -> bool:
    if text and is_chinese(text):
        return any(may_break(text[i], text[i + 1]) for i in range(len(text) - 1))
    return bool(_engine_can_break_text(text, lang))


@dataclass(slots=True)
class _Gap:
    """A place where a justified line may be opened: behind a character of a text box."""

    box: Any
    index: int
    limit: float
    added: float = 0.0


def _text_boxes(box: Any) -> Iterator[Any]:
    """Yield the text boxes of a line in order, and None for anything else that takes room."""
    for child in box.children:
        if isinstance(child, boxes.TextBox):
            yield child
        elif isinstance(child, boxes.InlineBox):
            yield from _text_boxes(child)
        elif child.is_in_normal_flow():
            yield None


def _gaps(line: Any) -> list[_Gap]:
    """Return the places where a line may be opened."""
    gaps: list[_Gap] = []
    previous: tuple[Any, int] | None = None
    for box in _text_boxes(line):
        if box is None:
            previous = None
            continue
        size = box.style["font_size"]
        for i, character in enumerate(box.text):
            if previous is not None:
                owner, place = previous
                before = owner.text[place]
                if may_stretch(before, character):
                    gaps.append(_Gap(owner, place, size * _limit(before, character)))
            previous = box, i
    return gaps


def _limit(before: str, character: str) -> float:
    """Return by how many ems a gap is opened before all gaps are."""
    if kind(before) is Kind.SPACE:
        return SPACE_LIMIT
    return MIXED_LIMIT if is_mixed(before, character) else 0.0


def _justify_line(context: Any, line: Any, extra_width: float) -> None:
    """Open a line to its measure: word spaces first, then Han–Western gaps, then all alike (CLREQ)."""
    if not any(box is not None and is_chinese(box.text) for box in _text_boxes(line)):
        _engine_justify_line(context, line, extra_width)
        return
    gaps = _gaps(line)
    rest = extra_width
    if (first := sum(gap.limit for gap in gaps)) > 0:
        part = min(1.0, rest / first)
        for gap in gaps:
            gap.added = gap.limit * part
        rest -= first * part
    if rest > 0:
        if not gaps or rest / len(gaps) > STRETCH_LIMIT * line.style["font_size"]:
            return
        for gap in gaps:
            gap.added += rest / len(gaps)
    added: dict[int, dict[int, float]] = {}
    for gap in gaps:
        added.setdefault(id(gap.box), {})[gap.index] = gap.added
    _open(line, added, 0.0)


def _open(box: Any, added: dict[int, dict[int, float]], x: float) -> float:
    """Widen and move a box and what it holds; return how far what follows is moved."""
    if isinstance(box, boxes.TextBox):
        box.position_x += x
        gaps = added.get(id(box))
        if gaps:
            layout = box.pango_layout
            known, shift = (layout.gaps, layout.shift) if isinstance(layout, ComposedLayout) else ({}, 0.0)
            merged = {i: known.get(i, 0.0) + gaps.get(i, 0.0) for i in known.keys() | gaps.keys()}
            box.pango_layout = ComposedLayout(box.text, box.style, merged, shift)
            wider = sum(gaps.values())
            box.width += wider
            x += wider
    elif isinstance(box, (boxes.LineBox, boxes.InlineBox)):
        box.position_x += x
        before = x
        for child in box.children:
            if child.is_in_normal_flow():
                x = _open(child, added, x)
        box.width += x - before
    else:
        box.translate(x, 0)
    return x
