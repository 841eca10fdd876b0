"""A line of Chinese text: where it may break, what stands closer or wider, and how it fills the measure.

Pure rules over characters and widths; nothing here knows the layout engine (``bookmaker.write.composition``
joins the two). Widths are in ems of the text's own size unless a name says otherwise. Rules follow CLREQ
(Requirements for Chinese Text Layout): prohibition rules for line start and line end, adjustment of
adjacent marks, mixed setting of Han and Western text, and line adjustment; and GB/T 15834–2011, part 5.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

import msgspec

from bookmaker.chars import OPENING
from bookmaker.write.kinds import Kind, han_runs, is_mixed, kind, may_break, split_units

if TYPE_CHECKING:
    from collections.abc import Callable

AUTO_SPACE = 0.125
"""Space between Han and Western characters: CLREQ allows at most 1/4 em, CSS Text 4 settled on 1/8."""

HALF = 0.5
"""What a full-width mark may lose of its blank side (CLREQ: marks are compressed to half an em at most)."""

SHRINK_OF_PAUSE = 0.25
"""How far a comma's blank is closed to draw a mark back into the line, before the line is opened instead."""

_LONGEST_TAIL = 6
"""Pieces of text among which a lone character and its marks are looked for."""

LONE_FROM = 12.0
"""Ems of measure from which a last line has two characters at least; narrower columns cannot afford it."""

EDGE = 1e-4
"""Tolerance of comparisons of widths, in ems: less than the thousandth that PDF text positions resolve."""


class Glyphs(msgspec.Struct, frozen=True):
    """Measures of one face at one size, in ems: the advance of a piece, and the blank sides of a mark."""

    advance: Callable[[str], float]
    blank_before: Callable[[str], float]
    blank_after: Callable[[str], float]
    pairs: dict[str, tuple[float, bool]] = {}
    """What has been found out about neighbours: the gap between them and whether a line may end there."""


def adjacent(before: str, after: str, glyphs: Glyphs) -> float:
    """Return what is added between two neighbours (negative: taken out), in ems.

    Of two full-width marks that meet with blank between them, half an em goes (CLREQ, adjustment of
    adjacent marks); between Han and Western characters ``AUTO_SPACE`` comes in.
    """
    first, second = kind(before), kind(after)
    if first in (Kind.CLOSING, Kind.PAUSE) and second in (Kind.CLOSING, Kind.PAUSE, Kind.OPENING):
        blank = glyphs.blank_after(before)
        return -blank if blank else -glyphs.blank_before(after) * (second is Kind.OPENING)
    if first is Kind.OPENING and second is Kind.OPENING:
        return -glyphs.blank_before(after)
    return AUTO_SPACE if is_mixed(before, after) else 0.0


_SHOUTS = frozenset("！？")


def _ends_pair(text: str, end: int) -> bool:
    """Tell whether two marks of question or exclamation end before ``end``, which take one em (GB/T 15834 5.1.2).

    Of three, which take two, only the blanks between them go.
    """
    pair = text[max(0, end - 2) : end]
    around = text[max(0, end - 3) : end - 2] + text[end : end + 1]
    return len(pair) == 2 and _SHOUTS.issuperset(pair) and _SHOUTS.isdisjoint(around)


class Fit(msgspec.Struct, frozen=True):
    """One line cut out of a text.

    ``end`` is the character after the line's last one and ``resume`` the first of the next line, None where
    the text ends. ``width`` is in ems; ``gaps`` are pairs (character of the line, ems added behind it);
    ``shift`` is what an opening mark at the line's start is moved into the margin.
    """

    end: int
    resume: int | None
    width: float
    gaps: tuple[tuple[int, float], ...] = ()
    shift: float = 0.0


class Analysis:
    """A text measured once, of which lines are cut one after another in time independent of its length."""

    def __init__(self, text: str, glyphs: Glyphs) -> None:
        self.text = text
        self._glyphs = glyphs
        self._starts: list[int] = []
        self._left: list[float] = []
        self._right: list[float] = []
        self._breaks: list[bool] = []
        self._gaps: list[tuple[int, float]] = []  # (unit before which the gap stands, ems)
        self._measure()
        self._ends = [*self._starts[1:], len(text)]

    def _measure(self) -> None:
        text, glyphs, pairs = self.text, self._glyphs, self._glyphs.pairs
        starts, left, right, breaks = self._starts, self._left, self._right, self._breaks
        ideograph = glyphs.advance("\u6c34")  # 水: all ideographs of a face have one advance
        x = 0.0
        bounds = split_units(text)
        ends = [*bounds[1:], len(text)]
        runs = {run.start(): run.end() for run in han_runs(text) if run.lastgroup}
        before_is_han = before_is_space = False
        i, count = 0, len(bounds)
        while i < count:
            start, end = bounds[i], ends[i]
            unit = text[start:end]
            unit_is_han = end - start == 1 and kind(unit) is Kind.HAN
            breakable = i > 0
            if breakable and not (before_is_han and unit_is_han):
                pair = text[start - 1 : start + 1]
                known = pairs.get(pair)
                if known is None:
                    known = pairs[pair] = adjacent(pair[0], pair[1], glyphs), may_break(pair[0], pair[1])
                gap, breakable = known
                if not gap and _ends_pair(text, start):
                    gap = -glyphs.blank_after(pair[0])
                if gap:
                    self._gaps.append((i, gap))
                    x += gap
                if breakable and before_is_space and text[:start].rstrip()[-1:] in OPENING:
                    breakable = False
            breaks.append(breakable)
            starts.append(start)
            left.append(x)
            x += ideograph if unit_is_han else glyphs.advance(unit)
            right.append(x)
            before_is_han, before_is_space = unit_is_han, kind(unit[0]) is Kind.SPACE
            i += 1
            if unit_is_han and (end_of_run := runs.get(start, 0)) > start + 2:
                # All but the first and the last, to which something may be joined, are alike.
                more = end_of_run - start - 2
                places = [x + k * ideograph for k in range(more + 1)]
                starts.extend(bounds[i : i + more])
                breaks.extend([True] * more)
                left.extend(places[:-1])
                right.extend(places[1:])
                x = places[-1]
                i += more

    def cut(self, start: int, measure: float | None, *, at_edge: bool = False, whole: bool = True) -> Fit:
        """Cut the line that begins with character ``start`` and takes at most ``measure`` ems.

        ``measure`` None sets the rest of the text in one line. ``at_edge`` says that nothing stands before it
        in its line, so that an opening mark here loses its blank side.
        ``whole`` False allows a word wider than the measure to be divided. A line is never empty; it is
        wider than the measure only where no break is allowed.
        """
        first, count = bisect_left(self._starts, start), len(self._starts)
        if first == count or self._starts[first] != start:
            return self._rest(start, measure)
        shift = self._glyphs.blank_before(self.text[start]) if at_edge else 0.0
        if measure is None or self._right[-1] <= self._left[first] + shift + measure + EDGE:
            return self._fit(first, count, shift)
        fits = self._longest(first, shift, measure)
        if fits is None:
            if not whole:
                return self._divide(first, measure)
            return self._fit(first, self._next_end(first + 1), shift)
        # Behind other text of the line, what is left of the measure does not tell how narrow the column is.
        minds_lone = measure >= LONE_FROM or not at_edge
        if fits < count and minds_lone and self._is_lone(fits):
            pulled = count
            over, room = (self._over(first, end, shift, measure) for end in (pulled, fits))
            if EDGE < over <= -room and (closed := self._close(first, pulled, over)):
                return self._fit(first, pulled, shift, closed, trim=True)
            least = first + 1 if at_edge else first  # behind other text in the line one character may stand
            shorter = (end for end in range(fits - 1, least, -1) if self._is_end(end))
            fits = next((end for end in shorter if not self._is_lone(end)), fits)
            return self._fit(first, fits, shift, trim=True)
        if fits < count:
            pulled = self._next_end(fits + 1)
            over, room = (self._over(first, end, shift, measure) for end in (pulled, fits))
            leaves_lone = minds_lone and self._is_lone(pulled)
            if EDGE < over <= -room and not leaves_lone and (closed := self._close(first, pulled, over)):
                return self._fit(first, pulled, shift, closed, trim=True)
        return self._fit(first, fits, shift, trim=True)

    def _longest(self, first: int, shift: float, measure: float) -> int | None:
        """Return the end of the longest line that fits, None if not even the shortest does."""
        reach = bisect_right(self._right, self._left[first] + shift + measure + EDGE, first)
        ends = (end for end in range(reach + 1, first, -1) if self._is_end(end))
        return next((end for end in ends if self._over(first, end, shift, measure) <= EDGE), None)

    def _next_end(self, unit: int) -> int:
        """Return the first end of a line from ``unit`` on."""
        return next(end for end in range(unit, len(self._starts) + 1) if self._is_end(end))

    def _rest(self, start: int, measure: float | None) -> Fit:
        """Cut the line that begins inside a divided word."""
        fit = Analysis(self.text[start:], self._glyphs).cut(0, measure, whole=False)
        resume = None if fit.resume is None else fit.resume + start
        return Fit(fit.end + start, resume, fit.width, fit.gaps)

    def _is_end(self, unit: int) -> bool:
        return unit == len(self._starts) or self._breaks[unit]

    def _is_lone(self, unit: int) -> bool:
        """Tell whether what follows ``unit`` is a lone character with its marks (CLREQ, widows of paragraphs)."""
        if len(self._starts) - unit > _LONGEST_TAIL:
            return False
        characters = 0
        for start, end in zip(self._starts[unit:], self._ends[unit:], strict=True):
            if kind(self.text[start]) in (Kind.HAN, Kind.WESTERN, Kind.SYMBOL):
                characters += end - start
            if characters > 1:
                return False
        return characters == 1

    def _last(self, first: int, end: int) -> int:
        """Return the last unit of a line that is not space."""
        last = end - 1
        while last > first and kind(self.text[self._starts[last]]) is Kind.SPACE:
            last -= 1
        return last

    def _trim(self, last: int) -> float:
        """Return what the mark at the line's end loses (GB/T 15834 5.1.10: it takes half an em)."""
        return self._glyphs.blank_after(self.text[self._ends[last] - 1])

    def _over(self, first: int, end: int, shift: float, measure: float) -> float:
        """Return by how many ems the line of units ``first`` to ``end`` exceeds the measure."""
        last = self._last(first, end)
        return self._right[last] - self._trim(last) - self._left[first] - shift - measure

    def _close(self, first: int, end: int, over: float) -> list[tuple[int, float]] | None:
        """Take ``over`` ems out of the marks of a line, pauses before stops; None if they cannot give it."""
        last = self._last(first, end)
        taken = {unit - 1 for unit, gap in self._gaps_between(first, last) if gap < 0}
        pauses: list[int] = []
        stops: list[int] = []
        for unit in range(first, last):
            mark = self.text[self._starts[unit]]
            if unit not in taken and self._glyphs.blank_after(mark):
                (stops if mark in "。．！？" else pauses).append(unit)
        for units in (pauses, pauses + stops):
            if units and over / len(units) <= SHRINK_OF_PAUSE:
                return [(unit, -over / len(units)) for unit in units]
        return None

    def _gaps_between(self, first: int, last: int) -> list[tuple[int, float]]:
        low, high = bisect_left(self._gaps, (first + 1, -9.0)), bisect_right(self._gaps, (last, 9.0))
        return self._gaps[low:high]

    def _fit(
        self,
        first: int,
        end: int,
        shift: float,
        closed: list[tuple[int, float]] | None = None,
        *,
        trim: bool = False,
    ) -> Fit:
        resume = None if end == len(self._starts) else self._starts[end]
        begin = self._starts[first]
        last = end - 1 if resume is None else self._last(first, end)
        gaps = [(self._starts[unit] - 1 - begin, gap) for unit, gap in self._gaps_between(first, last)]
        width = self._right[last] - self._left[first] - shift
        if trim:
            width -= self._trim(last)
        for unit, gap in closed or ():
            gaps.append((self._ends[unit] - 1 - begin, gap))
            width += gap
        return Fit(self._ends[last], resume, width, tuple(gaps), shift)

    def _divide(self, unit: int, measure: float) -> Fit:
        """Cut a word that is wider than the measure where the measure ends."""
        start, end = self._starts[unit], self._ends[unit]
        while end - start > 1 and self._glyphs.advance(self.text[start:end]) > measure:
            end -= 1
        return Fit(end, end if end < len(self.text) else None, self._glyphs.advance(self.text[start:end]))
