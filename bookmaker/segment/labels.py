"""Label every row — body, head, display — and cut paragraphs, by one global optimum (Viterbi).

The state after a row says whether a paragraph is open (and how much room its last line left), whether a head
waits for its paragraph, and whether all this happens in a box that interrupts an open paragraph. Display text
leaves the state as it is: a sentence cut by it goes on behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from bookmaker.segment.costs import COSTS, Costs
from bookmaker.segment.rows import Row


WHOLE_PAGE = 25.0
"""A column this wide, in ems, is set over the whole page: leads and notices, whose points end without a mark."""


class Label(IntEnum):
    """What a row is. ``FIRST`` begins a paragraph, ``ONLY`` is a whole one, ``LAST`` ends one."""

    FIRST = 0
    ONLY = 1
    MIDDLE = 2
    LAST = 3
    HEAD = 4
    HEAD_MORE = 5
    DISPLAY = 6


@dataclass(frozen=True, slots=True)
class Labelled:
    """A row's label, and whether it stands in a box that interrupts the article."""

    label: Label
    boxed: bool = False


@dataclass(slots=True)
class Evidence:
    """What is known of a row beyond its own features, as costs.

    ``display`` prices the reading as display text, ``body`` is added to every other reading; ``notice`` says
    that the row is the title of a boxed notice.
    """

    display: float
    body: float = 0.0
    notice: bool = False
    box_ahead: bool = False


# A paragraph whose last line was its first is a state of its own: its room is two ems smaller, and merging the
# two would let the cheaper history hide the right one.
_CLOSED, _OPEN_FIRST, _OPEN, _HEADED, _HEADED_MORE, _BOX_CLOSED, _BOX_OPEN_FIRST, _BOX_OPEN = range(8)
_STATES = 8
_OPENED = frozenset({_OPEN_FIRST, _OPEN, _BOX_OPEN_FIRST, _BOX_OPEN})
_INFINITE = float("inf")


@dataclass(frozen=True, slots=True)
class _Prices:
    """Costs of one row that do not depend on the state before it."""

    first: float
    first_gap: float
    gap: float
    overfull: float
    end: float
    only: float
    head: float
    head_more: float


def label_rows(rows: list[Row], evidence: list[Evidence], costs: Costs = COSTS, *, indents: bool = False,
               blanks: bool = False) -> tuple[list[Labelled], float]:
    """Label ``rows`` at least total cost; return the labels and that cost.

    ``indents`` and ``blanks`` say that the layer keeps first-line indents or blank lines between paragraphs.
    """
    # each live state: (cost so far, room left by the open paragraph, the same of the interrupted one)
    live: list[tuple[float, float, float]] = [(_INFINITE, 0.0, 0.0)] * _STATES
    live[_CLOSED] = (0.0, 0.0, 0.0)
    back: list[list[tuple[int, Label]]] = []
    for row, known in zip(rows, evidence, strict=True):
        price = _prices(row, known, costs, indents=indents, blanks=blanks)
        new: list[tuple[float, float, float]] = [(_INFINITE, 0.0, 0.0)] * _STATES
        came: list[tuple[int, Label]] = [(0, Label.DISPLAY)] * _STATES

        def offer(target: int, total: float, gap: float, outer: float, origin: int, label: Label) -> None:
            if total < new[target][0]:
                new[target] = (total, gap, outer)
                came[target] = (origin, label)

        for state in range(_STATES):
            so_far, gap, outer = live[state]
            if so_far == _INFINITE:
                continue
            boxed = state >= _BOX_CLOSED
            closed = _BOX_CLOSED if boxed else _CLOSED
            if state in _OPENED:
                total = so_far + price.overfull + _early(gap, row.unit, costs)
                offer(_BOX_OPEN if boxed else _OPEN, total, price.gap, outer, state, Label.MIDDLE)
                offer(closed, total + price.end, 0.0, outer, state, Label.LAST)
                offer(state, so_far + known.display + costs.display_open, gap, outer, state, Label.DISPLAY)
                if not boxed and row.first_on_page:
                    total = so_far + price.first + (costs.box_titled if known.box_ahead else costs.box)
                    offer(_BOX_OPEN_FIRST, total, price.first_gap, gap, state, Label.FIRST)
                    offer(_BOX_CLOSED, total + price.only, 0.0, gap, state, Label.ONLY)
                continue
            total = so_far + price.first
            offer(_BOX_OPEN_FIRST if boxed else _OPEN_FIRST, total, price.first_gap, outer, state, Label.FIRST)
            offer(closed, total + price.only, 0.0, outer, state, Label.ONLY)
            astray = costs.notice_astray if known.notice and not boxed else 0.0
            offer(state, so_far + known.display + astray, gap, outer, state, Label.DISPLAY)
            if boxed:
                # the box is over and the interrupted sentence goes on
                total = so_far + costs.box_end + price.overfull + _early(outer, row.unit, costs)
                offer(_OPEN, total, price.gap, 0.0, state, Label.MIDDLE)
                offer(_CLOSED, total + price.end, 0.0, 0.0, state, Label.LAST)
                continue
            if state == _CLOSED:
                offer(_HEADED, so_far + price.head, 0.0, 0.0, state, Label.HEAD)
            else:
                more = price.head_more + (costs.head_third if state == _HEADED_MORE else 0.0)
                offer(_HEADED_MORE, so_far + more, 0.0, 0.0, state, Label.HEAD_MORE)
                offer(_HEADED, so_far + price.head + costs.head_on_head, 0.0, 0.0, state, Label.HEAD)
        live = new
        back.append(came)
    # a paragraph still open at the end of the text ends there all the same
    finals = [live[s][0] + (costs.ends_none if s in _OPENED else 0.0) for s in range(_STATES)]
    state = min(range(_STATES), key=finals.__getitem__)
    total = finals[state]
    out: list[Labelled] = []
    for came in reversed(back):
        origin, label = came[state]
        out.append(Labelled(label, boxed=state >= _BOX_CLOSED))
        state = origin
    out.reverse()
    return out, total


def _early(gap: float, unit: float, costs: Costs) -> float:
    """Cost of a line that was broken although ``unit`` ems would have fitted into the ``gap`` it left."""
    room = gap - unit + costs.early_slack
    if room <= 0.0 or gap <= costs.slack:
        return 0.0
    return min(costs.early_most, costs.early * room + costs.early_square * room * room)


def _prices(row: Row, known: Evidence, costs: Costs, *, indents: bool, blanks: bool) -> _Prices:
    column = row.column
    indent = costs.indent if not indents else row.indent
    over_first = row.tight - (column - indent) - costs.slack
    first = costs.paragraph + known.body
    if over_first > 0:
        first += costs.overfull + costs.overfull_em * over_first
    over = row.tight - column - costs.slack
    overfull = known.body
    if over > 0:
        overfull += costs.overfull + costs.overfull_em * over
    if row.point:
        overfull += costs.point_inside
    if row.bullet:
        overfull += costs.kept_indent
        over_first = over
        first = costs.paragraph + known.body + (costs.overfull + costs.overfull_em * over if over > 0 else 0.0)
        indent = 0.0
    if indents:
        if row.indent >= 0.9:
            overfull += costs.kept_indent
        else:
            first += costs.kept_indent
    if blanks:
        if row.blank_before:
            overfull += costs.kept_blank
        else:
            first += costs.kept_blank
    gap = 0.0 if row.stretched else column - row.width
    end = {
        "stop": costs.ends_stop,
        "colon": costs.ends_colon,
        "semicolon": costs.ends_semicolon,
        "dash": costs.ends_dash,
        "comma": costs.ends_comma,
        "none": costs.ends_none,
    }[row.ending]
    if row.ending == "none" and gap > 2 and (row.before_bullet or (row.last_on_page and column >= WHOLE_PAGE)):
        end = costs.ends_none_before_bullet
    if row.stretched:
        end += costs.ends_stretched
    only = end + costs.single + (costs.tiny if row.width < 5 else 0.0)
    end += costs.ends_full if gap <= 0.5 else 0.0
    head, head_more = _head_prices(row, known, costs)
    return _Prices(first, max(0.0, gap - indent), gap, overfull, end, only, head, head_more)


def _head_prices(row: Row, known: Evidence, costs: Costs) -> tuple[float, float]:
    if row.bullet:
        head = costs.head_marked
    elif row.enumerated:
        head = costs.head_enumerated
    elif row.ending == "dash":
        head = costs.head_dash
    else:
        head = costs.head
    if row.width > row.column - 1 and not row.enumerated:
        head += costs.head_long
    if row.width > min(row.column + 1, costs.head_longest):
        head += costs.head_long
    if "，" in row.text and not row.bullet:
        head += costs.head_comma
    shared = known.body
    if row.ending not in {"none", "dash"}:
        shared += costs.head_stop
    if row.last_on_page:
        shared += costs.head_at_foot
    if " " in row.text and not row.stretched and not row.bullet:
        head += costs.head_two_parts
    more = costs.head_more
    if row.bullet or row.enumerated:
        more += costs.head_third
    if row.width > row.column - 0.5:
        more += costs.head_long
    return head + shared, more + shared
