"""Label every row — body, head, display — and cut paragraphs, by one global optimum (Viterbi).

The state after a row says whether a paragraph is open, whether a head waits for its paragraph, and whether all
this happens in a box that interrupts an open paragraph. Display text leaves the state as it is: a sentence cut by
it goes on behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from bookmaker.segment.costs import COSTS, Costs
from bookmaker.segment.prices import Prices, price_rows

__all__ = ["STATES", "Label", "Labelled", "Prices", "end_cost", "in_box", "label_rows", "price_rows", "steps"]

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


@dataclass(frozen=True, slots=True)
class Labelled:
    """A row's label, and whether it stands in a box that interrupts the article."""

    label: Label
    boxed: bool = False


# A box stands in an open paragraph, an aside between two paragraphs; both are boxed text.
_CLOSED, _OPEN, _HEADED, _HEADED_MORE, _BOX_CLOSED, _BOX_OPEN, _ASIDE_CLOSED, _ASIDE_OPEN = range(8)
STATES = 8
_INFINITE = float("inf")


def label_rows(
    rows: Sequence[Row], prices: Sequence[Prices], costs: Costs = COSTS
) -> tuple[list[Labelled], float]:
    """Label ``rows`` at least total cost; return the labels and that cost."""
    live = [_INFINITE] * STATES
    live[_CLOSED] = 0.0
    back: list[list[tuple[int, Label]]] = []
    for row, price in zip(rows, prices, strict=True):
        new = [_INFINITE] * STATES
        came: list[tuple[int, Label]] = [(0, Label.DISPLAY)] * STATES
        for state in range(STATES):
            so_far = live[state]
            if so_far == _INFINITE:
                continue
            for target, label, cost in steps(state, price, costs, page_begins=row.first_on_page):
                total = so_far + cost
                if total < new[target]:
                    new[target] = total
                    came[target] = (state, label)
        live = new
        back.append(came)
    finals = [live[s] + end_cost(s, costs) for s in range(STATES)]
    state = min(range(STATES), key=finals.__getitem__)
    total = finals[state]
    out: list[Labelled] = []
    for came in reversed(back):
        origin, label = came[state]
        out.append(Labelled(label, boxed=in_box(state)))
        state = origin
    out.reverse()
    return out, total


def end_cost(state: int, costs: Costs) -> float:
    """Cost of a text that ends in ``state``: a paragraph still open there ends all the same."""
    return costs.ends_none if state in {_OPEN, _BOX_OPEN, _ASIDE_OPEN} else 0.0


def in_box(state: int) -> bool:
    """Tell whether the row that led to ``state`` stands in a box."""
    return state >= _BOX_CLOSED


def steps(
    state: int, price: Prices, costs: Costs, *, page_begins: bool
) -> tuple[tuple[int, Label, float], ...]:
    """The readings of a row that ``state`` allows: (state after it, label, cost)."""
    if state == _OPEN:
        going_on = (
            (_OPEN, Label.MIDDLE, price.middle),
            (_CLOSED, Label.LAST, price.last),
            (_OPEN, Label.DISPLAY, price.display_open + price.stray),
        )
        if not page_begins:
            return going_on
        return (
            *going_on,
            (_BOX_OPEN, Label.FIRST, price.first + price.box),
            (_BOX_CLOSED, Label.ONLY, price.only + price.box),
        )
    if state == _CLOSED:
        beginning = (
            (_OPEN, Label.FIRST, price.first),
            (_CLOSED, Label.ONLY, price.only),
            (_CLOSED, Label.DISPLAY, price.display + price.stray),
            (_HEADED, Label.HEAD, price.head),
        )
        if not page_begins:
            return beginning
        return (
            *beginning,
            (_ASIDE_OPEN, Label.FIRST, price.first + price.box),
            (_ASIDE_CLOSED, Label.ONLY, price.only + price.box),
        )
    if state in {_BOX_OPEN, _ASIDE_OPEN}:
        return (
            (state, Label.MIDDLE, price.middle),
            (state - 1, Label.LAST, price.last),
            (state, Label.DISPLAY, price.display_open + price.boxed),
        )
    if state == _ASIDE_CLOSED:
        return (
            (_ASIDE_OPEN, Label.FIRST, price.first),
            (_ASIDE_CLOSED, Label.ONLY, price.only),
            (_ASIDE_CLOSED, Label.DISPLAY, price.display + price.boxed),
            (_CLOSED, Label.DISPLAY, price.display + price.stray + costs.box_end),
            (_OPEN, Label.FIRST, price.first + costs.box_end),
            (_CLOSED, Label.ONLY, price.only + costs.box_end),
            (_HEADED, Label.HEAD, price.head + costs.box_end),
        )
    if state == _BOX_CLOSED:
        return (
            (_BOX_OPEN, Label.FIRST, price.first),
            (_BOX_CLOSED, Label.ONLY, price.only),
            (_BOX_CLOSED, Label.DISPLAY, price.display + price.boxed),
            # the box is over and the interrupted sentence goes on
            (_OPEN, Label.MIDDLE, price.middle + costs.box_end),
            (_CLOSED, Label.LAST, price.last + costs.box_end),
        )
    third = costs.head_third if state == _HEADED_MORE else price.after_dash
    return (
        (_OPEN, Label.FIRST, price.first),
        (_CLOSED, Label.ONLY, price.only),
        (state, Label.DISPLAY, price.display + price.stray),
        (_HEADED_MORE, Label.HEAD_MORE, price.head_more + third),
        (_HEADED, Label.HEAD, price.head + costs.head_on_head),
    )
