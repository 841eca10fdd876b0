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
from math import ceil, floor, inf
from typing import TYPE_CHECKING, Any

import msgspec
from weasyprint.formatting_structure import boxes
from weasyprint.layout import block, inline, preferred
from weasyprint.text import line_break
from weasyprint.text.ffi import TO_UNITS, ffi

from bookmaker.write import engine
from bookmaker.write.kinds import Kind, is_chinese, is_mixed, kind, may_break, may_stretch
from bookmaker.write.line import EDGE, Fit
from bookmaker.write.measuring import Measures, analysis_of, measures_of

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
    """Compose Chinese lines while the block runs; ``others`` are replaced as well."""
    functions: Sequence[engine.Replacement] = (
        *others,
        (block, "iter_line_boxes", _iter_line_boxes),
        (inline, "split_text_box", _split_text_box),
        (inline, "justify_line", _justify_line),
        (inline, "can_break_text", _can_break_text),
        (preferred, "can_break_text", _can_break_text),
        (preferred, "split_first_line", _split_first_line),
    )
    with engine.replacing(functions):
        yield


_engine_iter_line_boxes = inline.iter_line_boxes
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
) -> tuple[Fit, Measures]:
    measures, size = measures_of(style), style["font_size"]
    endless = style["white_space"] == "nowrap" or width == inf
    measure = None if endless or width is None else max(width, 0) / size
    fit = analysis_of(text, measures).cut(start, measure, at_edge=at_edge, whole=whole)
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
    text = box.text
    # The engine tells of the line's children only: within one of them, text behind other text is not told apart.
    at_edge = start > 0 or is_line_start
    box, following = _line_of(box, start, available_width, at_edge=at_edge, is_line_start=is_line_start)
    return box, None if following is None else len(text[:following].encode()), False


def _line_of(
    box: Any, start: int, available_width: float | None, *, at_edge: bool, is_line_start: bool
) -> tuple[Any, int | None]:
    """Return the text of a line, which begins with a character of a text box, and the first one of the next line."""
    text, size = box.text, box.style["font_size"]
    can_divide = is_line_start and box.style["overflow_wrap"] in ("anywhere", "break-word")
    fit, measures = _cut(text, start, box.style, available_width, at_edge=at_edge, whole=not can_divide)
    box = box.copy_with_text(text[start : fit.end])
    box.width = fit.width * size
    hair = 2 * EDGE * size
    if available_width is not None and abs(box.width - available_width) < hair:
        # A line that is a hair too wide would be justified as if it stood below the float that it stands beside.
        box.width = available_width - hair
    box.height = measures.height
    gaps = {i: gap * size for i, gap in fit.gaps}
    box.pango_layout = ComposedLayout(box.text, box.style, gaps, fit.shift * size)
    box.margin_top = box.margin_bottom = (measures.line - measures.height) / 2
    box.baseline = measures.baseline + box.margin_top
    return box, fit.resume


def _iter_line_boxes(  # noqa: PLR0917 - WeasyPrint's own parameters
    context: Any,
    box: Any,
    position_y: float,
    bottom_space: float,
    skip_stack: Any,
    containing_block: Any,
    *others: Any,
) -> Iterator[tuple[Any, Any]]:
    """Yield lines; of a box with nothing but Chinese text those after the first are made after its pattern."""
    lines = _engine_iter_line_boxes(
        context, box, position_y, bottom_space, skip_stack, containing_block, *others
    )
    pattern, resume_at = next(lines, (None, None))
    if pattern is None:
        return
    yield pattern, resume_at
    text = box.children[0]
    is_plain = (
        len(box.children) == 1
        and type(text) is boxes.TextBox
        and len(pattern.children) == 1
        and isinstance(pattern.children[0].pango_layout, ComposedLayout)
        and containing_block.style["direction"] == "ltr"
        and not text.text.endswith(" ")
    )
    while resume_at is not None:
        if not is_plain or context.excluded_shapes:
            yield from lines
            return
        ((skip, _),) = resume_at[0].items()
        line, resume_at = _next_line(context, pattern, text, skip, containing_block)
        position_y = pattern.position_y + pattern.height
        line.children[0].position_y += position_y - pattern.position_y
        line.position_y = position_y
        pattern = line
        yield line, resume_at


def _next_line(context: Any, pattern: Any, box: Any, skip: int, containing_block: Any) -> tuple[Any, Any]:
    """Return the line of a text box from a byte on, at the place of the line before, and where to resume."""
    text = box.text
    start = len(text.encode()[:skip].decode())
    while text[start] == " ":
        start += 1
    x, width = containing_block.content_box_x(), containing_block.width
    # A hair more room, as the engine gives.
    part, following = _line_of(box, start, (x + width) * (1 + 1e-9) - x, at_edge=True, is_line_start=True)
    part.position_x, part.position_y = x, pattern.children[0].position_y
    line = pattern.copy_with_children([part])
    line.position_x, line.width = x, part.width
    offset = inline.text_align(context, line, width, last=following is None)
    if offset:
        line.translate(offset, 0)
    return line, None if following is None else {0: {len(text[:following].encode()): None}}


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


class _Gap(msgspec.Struct):
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
        size, text = box.style["font_size"], box.text
        if not text:
            continue
        if previous is not None:
            owner, place = previous
            limit = _openings[owner.text[place] + text[0]]
            if limit is not None:
                gaps.append(_Gap(owner, place, size * limit))
        for i in range(len(text) - 1):
            limit = _openings[text[i : i + 2]]
            if limit is not None:
                gaps.append(_Gap(box, i, size * limit))
        previous = box, len(text) - 1
    return gaps


class _Openings(dict[str, "float | None"]):
    """For two neighbours by how many ems they are moved apart before all others are, None for not at all."""

    def __missing__(self, pair: str) -> float | None:
        before, character = pair[0], pair[1]
        limit = None
        if may_stretch(before, character):
            mixed = MIXED_LIMIT if is_mixed(before, character) else 0.0
            limit = SPACE_LIMIT if kind(before) is Kind.SPACE else mixed
        self[pair] = limit
        return limit


_openings = _Openings()


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
