"""The width of the column at every row, estimated from the rows around it.

The width changes from article to article and, beside pictures, within one. A hidden width is followed along
the rows by dynamic programming: a row is explained by its column (full, a first line two ems short, a line that
gave way to prohibition rules, a paragraph's last line) and a change of width has its price.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookmaker.segment.rows import Row

# Negative logarithms, so that a column is the width most rows have, not the widest or the narrowest.
CHANGE = 5.0  # a new column width
CHANGE_OF_PAGE = 2.5  # a new column width where a page begins, or behind a notice's title
WIDEST = 7.0  # one row of display text is no reason to change the column, however wide
NEAR = 0.35  # a row half an em from its column
OVERFULL = 3.0  # a row wider than its column can be squeezed, before the excess itself is counted
SQUEEZED = 1.2  # a row an em wider whose marks can be squeezed by as much
YIELDED = 1.2  # a row about one em short: a mark or a number did not fit any more
FIRST = 1.6  # a row two ems short: a paragraph's first line whose indent was lost
SHORT = 2.0  # a shorter row: the last line of a paragraph
SHORT_AMID = 2.3  # the same amid a sentence: a line of a narrower column rather
LEAST_LINE = 9.0  # ems; a shorter row is a head rather than such a line
INDENTED = 2.6  # ems by which rows of one column differ at a paragraph's start
COMPANY = 2  # rows as wide among the two above and the two below
REACH = 40  # rows to each side among which the candidates are looked for
MAX_CANDIDATES = 7
OTHER = 0.3  # a row in another column than the one that is said to be usual
NEAREST = 20  # rows of a short article

_AMID = frozenset({"none", "comma"})


def estimate_columns(rows: list[Row], *, indents: bool = False, usual: float | None = None) -> None:
    """Set ``column`` of every row, in ems.

    ``indents`` says that the layer keeps first-line indents, ``usual`` is the usual column's width if it is known:
    where the text begins, and wherever a row fits it as well as another, the column is taken to be that.
    """
    body = [
        row
        for row in rows
        if not (row.doubled or row.vertical or row.tag or row.folio or row.initial or row.beside)
    ]
    if not body:
        return
    shown = [row.width + (row.indent if indents else 0.0) for row in body]
    widths = [round(width * 2) / 2 for width in shown]
    choices = _candidates(widths)
    if usual is not None:
        choices = [(*(width for width in widths if width != usual), usual) for widths in choices]
    current = choices[0]
    best = [0.0 if usual in {None, width} else CHANGE for width in current]
    back: list[tuple[float, bytes]] = []  # the column changed from, and for every choice whether it was kept
    fits: dict[tuple[float, ...], dict[tuple[bool, float, float, bool], list[float]]] = {}
    known = fits.setdefault(current, {})
    for i, row in enumerate(body):
        least = min(best)
        low = current[best.index(least)]
        free = row.first_on_page or (i > 0 and body[i - 1].notice)
        floor = least + (CHANGE_OF_PAGE if free else CHANGE)
        if choices[i] is not current:
            before = dict(zip(current, best, strict=True))
            current = choices[i]
            best = [before.get(column, floor) for column in current]
            known = fits.setdefault(current, {})
        kept = bytes([cost < floor for cost in best])
        amid = row.ending in _AMID and row.width >= LEAST_LINE and _in_company(widths, i)
        shape = row.stretched, shown[i], shown[i] + row.tight - row.width, amid
        fit = known.get(shape)
        if fit is None:
            fit = known[shape] = [_fit(*shape, column) for column in current]
            if usual is not None:
                fit = known[shape] = [
                    cost + (OTHER if column != usual else 0.0)
                    for cost, column in zip(fit, current, strict=True)
                ]
        best = [
            (cost if cost < floor else floor) + more  # min() takes three times as long
            for cost, more in zip(best, fit, strict=True)
        ]
        back.append((low, kept))
    column = current[best.index(min(best))]
    for i in range(len(body) - 1, -1, -1):
        body[i].column = column
        low, kept = back[i]
        if not kept[choices[i].index(column)]:
            column = low
    last = body[0].column
    for row in rows:
        last = row.column = row.column or last


def _in_company(widths: Sequence[float], i: int) -> bool:
    """Tell whether the rows above and below are about as wide, or one of them and the row beyond it."""
    near = [abs(width - widths[i]) <= INDENTED for width in widths[max(0, i - 2) : i + 3]]
    return sum(near) > COMPANY


def _candidates(widths: list[float]) -> list[tuple[float, ...]]:
    """For every row the column widths worth trying: the commonest among its neighbours, shared in blocks."""
    out: list[tuple[float, ...]] = []
    for start in range(0, len(widths), REACH):
        near = widths[max(0, start - REACH) : start + 2 * REACH]
        counts = Counter(int(width) for width in near if width >= 4)
        common = [width for width, _ in counts.most_common(MAX_CANDIDATES)] or [20]
        # a short article has a column of its own: the width that its widest rows share
        for begin in range(start, min(start + REACH, len(widths)), NEAREST):
            own = sorted(width for width in widths[begin : begin + NEAREST] if width >= 4)
            if len(own) > 3 and max(common) < int(own[-3]) <= 1.5 * max(common):
                common.append(int(own[-3]))
        # a lead set over the whole page takes few rows, hardly two of one width
        wide = sorted(width for width in near if width > 1.5 * max(common))
        if len(wide) > 1:
            common.append(int(wide[len(wide) // 2]))
        halves = {w + 0.5 for w in common if counts[w + 1] > 0.5 * counts[w]}
        chosen = tuple(sorted({*map(float, common), *halves}))
        out.extend([chosen] * len(widths[start : start + REACH]))
    return out


def _fit(stretched: bool, width: float, tight: float, amid: bool, column: float) -> float:
    gap = column - width
    if stretched:
        return 0.2 if -1.0 <= gap <= 4.0 else 2.0
    loose = 0.6 + max(0.0, column - 20.0) * 0.06
    if -loose <= gap < -0.6:
        return NEAR
    if gap < -0.6:
        over = tight - column
        return min(WIDEST, OVERFULL + over) if over > 0.6 else SQUEEZED * -gap
    if gap <= 0.6:
        return NEAR if abs(gap) > 0.3 else 0.0
    if gap <= 1.1:
        return YIELDED
    return FIRST if gap <= 2.6 else SHORT_AMID if amid else SHORT
