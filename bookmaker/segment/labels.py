"""Label every row — body, head, display — and cut paragraphs, by one global optimum (Viterbi).

The state after a row says whether a paragraph is open, whether a head waits for its paragraph, and whether all
this happens in a box that interrupts an open paragraph. Display text leaves the state as it is: a sentence cut by
it goes on behind it.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from bookmaker.segment.costs import COSTS, Costs
from bookmaker.segment.prices import Prices, price_rows

__all__ = [
    "MOVES",
    "STATES",
    "Label",
    "Labelled",
    "Onward",
    "Prices",
    "end_cost",
    "find_onward",
    "in_box",
    "label_rows",
    "price_rows",
    "readings",
    "steps",
]

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookmaker.segment.rows import Row


class Label(IntEnum):
    """What a row is. ``FIRST`` begins a paragraph, ``ONLY`` is a whole one, ``LAST`` ends one."""

    FIRST = 0
    ONLY = 1
    MIDDLE = 2
    LAST = 3
    HEAD = 4
    HEAD_MORE = 5
    DISPLAY = 6


class Labelled(msgspec.Struct, frozen=True):
    """A row's label, and whether it stands in a box that interrupts the article."""

    label: Label
    boxed: bool = False


# A box stands in an open paragraph, an aside between two paragraphs; both are boxed text.
_CLOSED, _OPEN, _HEADED, _HEADED_MORE, _BOX_CLOSED, _BOX_OPEN, _ASIDE_CLOSED, _ASIDE_OPEN = range(8)
STATES = 8
_INFINITE = float("inf")
_ALIKE = 1e-9
"""Costs that differ by less are one: what is left of rounding."""


class Onward(msgspec.Struct, frozen=True):
    """What every reading of every row costs (``spent``), and what the text costs at least from there on.

    ``ahead`` holds the least cost from before every row, and from the end, in every state to the end of the text.
    """

    spent: list[tuple[float, ...]]
    ahead: list[list[float]]


def find_onward(
    rows: Sequence[Row],
    prices: Sequence[Prices],
    costs: Costs = COSTS,
    *,
    before: tuple[Sequence[Prices], Onward] | None = None,
) -> Onward:
    """Find the least costs onward of ``rows``, from the last to the first.

    ``before`` are earlier prices of the same rows, and what was found of them: behind the last row that costs something
    else nothing is reckoned anew, nor before the first one where every state has come to cost as much more or less.
    """
    told, known = before or ((), Onward([], []))
    changed = [i for i, price in enumerate(prices) if price is not told[i]] if told else range(len(rows))
    if not changed:
        return known
    behind = changed[-1] + 1
    spent = known.spent[behind:][::-1]
    out = known.ahead[behind:][::-1] or [[end_cost(state, costs) for state in range(STATES)]]
    ahead = out[-1]
    for i in range(behind - 1, -1, -1):
        here = []
        cost = readings(prices[i], costs)
        for moves in MOVES[rows[i].first_on_page]:
            least = _INFINITE
            for target, reading, _ in moves:
                total = cost[reading] + ahead[target]
                if total < least:  # noqa: PLR1730 - min() takes three times as long
                    least = total
            here.append(least)
        spent.append(cost)
        out.append(here)
        ahead = here
        if told and i <= changed[0] and (more := _shift(here, known.ahead[i])) is not None:
            spent += known.spent[:i][::-1]
            out += [[cost + more for cost in states] for states in known.ahead[:i][::-1]]
            break
    spent.reverse()
    out.reverse()
    return Onward(spent, out)


def _shift(costs: Sequence[float], others: Sequence[float]) -> float | None:
    """What ``costs`` are more than ``others``, where each is more by as much."""
    more = costs[0] - others[0]
    return more if all(abs(a - b - more) < _ALIKE for a, b in zip(costs, others, strict=True)) else None


def label_rows(rows: Sequence[Row], onward: Onward) -> list[Labelled]:
    """Label ``rows`` at least total cost: from the beginning, where no paragraph is open, the cheapest way onward."""
    out: list[Labelled] = []
    state = _CLOSED
    for row, cost, ahead in zip(rows, onward.spent, onward.ahead[1:], strict=True):
        least, best = _INFINITE, _NOWHERE
        for move in MOVES[row.first_on_page][state]:
            total = cost[move[1]] + ahead[move[0]]
            if total < least - _ALIKE:
                least, best = total, move
        state, _, labelled = best
        out.append(labelled)
    return out


def end_cost(state: int, costs: Costs) -> float:
    """Cost of a text that ends in ``state``: a paragraph still open there ends all the same."""
    return costs.ends_none if state in {_OPEN, _BOX_OPEN, _ASIDE_OPEN} else 0.0


def in_box(state: int) -> bool:
    """Tell whether the row that led to ``state`` stands in a box."""
    return state >= _BOX_CLOSED


class _Reading(IntEnum):
    """What a row may be read as, depending on the state before it."""

    MIDDLE = 0
    LAST = 1
    DISPLAY_INSIDE = 2  # display text in an open paragraph
    FIRST = 3
    ONLY = 4
    DISPLAY = 5
    HEAD = 6
    FIRST_BOXED = 7  # a box begins
    ONLY_BOXED = 8
    DISPLAY_IN_BOX = 9
    DISPLAY_INSIDE_BOX = 10  # in an open paragraph of a box
    FIRST_BEHIND = 11  # the box is over
    ONLY_BEHIND = 12
    HEAD_BEHIND = 13
    DISPLAY_BEHIND = 14
    MIDDLE_BEHIND = 15  # the box is over and the interrupted sentence goes on
    LAST_BEHIND = 16
    HEAD_MORE = 17
    HEAD_THIRD = 18
    HEAD_ON_HEAD = 19


def readings(price: Prices, costs: Costs) -> tuple[float, ...]:
    """The cost of every reading of a row, in the order of ``_Reading``."""
    first, only, middle, last = price.first, price.only, price.middle, price.last
    head, display, stray, end = price.head, price.display, price.stray, costs.box_end
    inside = price.display_open
    boxed = display + price.boxed
    return (
        middle,
        last,
        inside + stray,
        first,
        only,
        display + stray,
        head,
        first + price.box,
        only + price.box,
        boxed,
        inside + price.boxed,
        first + end,
        only + end,
        head + end,
        display + stray + end,
        middle + end,
        last + end,
        price.head_more + price.after_dash,
        price.head_more + costs.head_third,
        head + costs.head_on_head,
    )


def _moves_of(state: int, *, page_begins: bool) -> list[tuple[int, Label, _Reading]]:
    """What may follow ``state``: (state after it, label, reading); of those that cost the same the first is taken."""
    if state == _OPEN:
        out = [
            (_OPEN, Label.MIDDLE, _Reading.MIDDLE),
            (_CLOSED, Label.LAST, _Reading.LAST),
            (_OPEN, Label.DISPLAY, _Reading.DISPLAY_INSIDE),
        ]
        box = (_BOX_OPEN, _BOX_CLOSED)
    elif state == _CLOSED:
        out = [
            (_OPEN, Label.FIRST, _Reading.FIRST),
            (_CLOSED, Label.ONLY, _Reading.ONLY),
            (_CLOSED, Label.DISPLAY, _Reading.DISPLAY),
            (_HEADED, Label.HEAD, _Reading.HEAD),
        ]
        box = (_ASIDE_OPEN, _ASIDE_CLOSED)
    elif state in {_BOX_OPEN, _ASIDE_OPEN}:
        return [
            (state, Label.MIDDLE, _Reading.MIDDLE),
            (state - 1, Label.LAST, _Reading.LAST),
            (state, Label.DISPLAY, _Reading.DISPLAY_INSIDE_BOX),
        ]
    elif state == _ASIDE_CLOSED:
        return [
            (_CLOSED, Label.DISPLAY, _Reading.DISPLAY_BEHIND),
            (_OPEN, Label.FIRST, _Reading.FIRST_BEHIND),
            (_CLOSED, Label.ONLY, _Reading.ONLY_BEHIND),
            (_HEADED, Label.HEAD, _Reading.HEAD_BEHIND),
            (_ASIDE_OPEN, Label.FIRST, _Reading.FIRST),
            (_ASIDE_CLOSED, Label.ONLY, _Reading.ONLY),
            (_ASIDE_CLOSED, Label.DISPLAY, _Reading.DISPLAY_IN_BOX),
        ]
    elif state == _BOX_CLOSED:
        return [
            (_OPEN, Label.MIDDLE, _Reading.MIDDLE_BEHIND),
            (_CLOSED, Label.LAST, _Reading.LAST_BEHIND),
            (_BOX_OPEN, Label.FIRST, _Reading.FIRST),
            (_BOX_CLOSED, Label.ONLY, _Reading.ONLY),
            (_BOX_CLOSED, Label.DISPLAY, _Reading.DISPLAY_IN_BOX),
        ]
    else:
        more = _Reading.HEAD_THIRD if state == _HEADED_MORE else _Reading.HEAD_MORE
        return [
            (_OPEN, Label.FIRST, _Reading.FIRST),
            (_CLOSED, Label.ONLY, _Reading.ONLY),
            (state, Label.DISPLAY, _Reading.DISPLAY),
            (_HEADED_MORE, Label.HEAD_MORE, more),
            (_HEADED, Label.HEAD, _Reading.HEAD_ON_HEAD),
        ]
    if page_begins:
        out.append((box[0], Label.FIRST, _Reading.FIRST_BOXED))
        out.append((box[1], Label.ONLY, _Reading.ONLY_BOXED))
    return out


_Move: TypeAlias = tuple[int, int, Labelled]
MOVES: tuple[tuple[tuple[_Move, ...], ...], ...] = tuple(
    tuple(
        tuple(
            (target, int(reading), Labelled(label, boxed=in_box(target)))
            for target, label, reading in _moves_of(state, page_begins=page_begins)
        )
        for state in range(STATES)
    )
    for page_begins in (False, True)
)
"""What may follow, by whether a page begins and by the state before the row: (state after it, the index of its cost
among ``readings``, the row's label)."""
_NOWHERE: _Move = (_CLOSED, int(_Reading.DISPLAY), Labelled(Label.DISPLAY))


def steps(
    state: int, price: Prices, costs: Costs, *, page_begins: bool
) -> tuple[tuple[int, Label, float], ...]:
    """The readings of a row that ``state`` allows: (state after it, label, cost)."""
    spent = readings(price, costs)
    return tuple(
        (target, labelled.label, spent[reading]) for target, reading, labelled in MOVES[page_begins][state]
    )
