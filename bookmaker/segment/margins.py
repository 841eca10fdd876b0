"""How much dearer the next best reading of every row is: the margins of the labelling's optimum.

The cost of a row is its own, so the cheapest labelling in which a row is read in a certain way is the cheapest way
to it, the row itself and the cheapest way on: forward and backward costs, as in Viterbi's algorithm run from both
ends (min-marginals). The margin says how far the whole text's reading is from another in which this row differs.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from bookmaker.segment.labels import MOVES, STATES, Label, Labelled, Onward, Prices, in_box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookmaker.segment.rows import Row

_INFINITE = float("inf")


class Role(IntEnum):
    """What a row is to the text around it; where a paragraph ends is told by the row behind."""

    BEGINS = 0
    CONTINUES = 1
    HEAD = 2
    HEAD_GOES_ON = 3
    DISPLAY = 4


_ROLES = {
    Label.FIRST: Role.BEGINS,
    Label.ONLY: Role.BEGINS,
    Label.MIDDLE: Role.CONTINUES,
    Label.LAST: Role.CONTINUES,
    Label.HEAD: Role.HEAD,
    Label.HEAD_MORE: Role.HEAD_GOES_ON,
    Label.DISPLAY: Role.DISPLAY,
}

Reading: TypeAlias = tuple[Role, bool]
"""A role, and whether the row stands in a box that interrupts the article."""

_READINGS: tuple[Reading, ...] = tuple((role, boxed) for role in Role for boxed in (False, True))
_PLACES = [[2 * int(_ROLES[label]) + in_box(state) for label in Label] for state in range(STATES)]


class Margin(msgspec.Struct, frozen=True):
    """A row's reading, the next best one, and what the whole text would cost more with that.

    ``margin`` is in units of the cost table; it is infinite, and ``other`` None, where no other reading was found
    within the bound.
    """

    reading: Reading
    other: Reading | None = None
    margin: float = _INFINITE


class Weighed(msgspec.Struct, frozen=True):
    """The rows of a stretch of text that was read as one, their labels, their prices and the costs onward."""

    rows: Sequence[Row]
    labels: Sequence[Labelled]
    prices: Sequence[Prices]
    onward: Onward

    def margins(self, bound: float = _INFINITE) -> list[Margin]:
        """Return the margin of every row's reading, where the labels are the optimum.

        Readings that cost more by ``bound`` are not looked for, which leaves few ways to follow.
        """
        onward = self.onward
        limit = onward.ahead[0][0] + bound + 1e-9  # the text begins in state 0, no paragraph open
        so_far = {0: 0.0}
        out: list[Margin] = []
        for row, cost, labelled, ahead in zip(
            self.rows, onward.spent, self.labels, onward.ahead[1:], strict=True
        ):
            least = [_INFINITE] * len(_READINGS)
            reached: dict[int, float] = {}
            moves = MOVES[row.first_on_page]
            for state, spent in so_far.items():
                for target, reading, follows in moves[state]:
                    here = spent + cost[reading]
                    total = here + ahead[target]
                    if total > limit:
                        continue
                    if here < reached.get(target, _INFINITE):
                        reached[target] = here
                    place = _PLACES[target][follows.label]
                    if total < least[place]:  # noqa: PLR1730 - min() takes three times as long
                        least[place] = total
            so_far = reached
            out.append(_margin(least, 2 * int(_ROLES[labelled.label]) + labelled.boxed))
        return out


def _margin(least: list[float], chosen: int) -> Margin:
    best = least[chosen]
    other = -1
    cost = _INFINITE
    for place, total in enumerate(least):
        if total < cost and place != chosen:
            other, cost = place, total
    if other < 0:
        return Margin(_READINGS[chosen])
    return Margin(_READINGS[chosen], _READINGS[other], max(0.0, cost - best))
