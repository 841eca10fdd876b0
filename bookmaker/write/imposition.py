"""Imposition: where each page of each sheaf comes to stand in the book, on which side, with which number.

Every sheaf begins a new page. Page numbers count all pages but those of the kind ``full``, which have none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bookmaker.model import Mode
    from bookmaker.write.sheaf import Leaf, Sheaf, Side

FULL = "full"
"""Kind of the pages that a picture fills: without margins, heads and number."""

PLAIN = ""
"""Kind of the pages with running heads and page numbers."""


class Placed(msgspec.Struct, frozen=True):
    """A page in its place: of which sheaf, on which side, its number in the book, whether it opens the sheaf."""

    sheaf: int
    leaf: Leaf
    side: Side
    number: int
    opens: bool

    @property
    def is_moved(self) -> bool:
        """Whether the page, drawn as a right page, is moved to be a left one."""
        return self.side == "left" and self.leaf.kind != FULL


def impose(sheaves: Iterable[Sheaf], *, covered: bool) -> list[Placed]:
    """Return all pages in order; the first one is a left page if the book is ``covered``, else a right one."""
    placed: list[Placed] = []
    number = 0
    for index, sheaf in enumerate(sheaves):
        for place, leaf in enumerate(sheaf.leaves):
            number += leaf.kind != FULL
            side: Side = "left" if (len(placed) % 2 == 0) == covered else "right"
            placed.append(Placed(index, leaf, side, number, place == 0))
    return placed


def anchors(placed: Sequence[Placed], shift: tuple[float, float]) -> Mapping[str, tuple[int, float, float]]:
    """Return the page (counted from 0) and the point of every place that links lead to; the first of a name counts.

    A point below the page, as vertical pages have them (``vertical.turn_places``), becomes one at its foot.
    """
    found: dict[str, tuple[int, float, float]] = {}
    for index, page in enumerate(placed):
        across, down = shift if page.is_moved else (0.0, 0.0)
        for name, x, y in page.leaf.anchors:
            found.setdefault(name, (index, x + across, max(0.0, y + down)))
    return found


_HAN = "〇一二三四五六七八九"

NUMERALS: Mapping[Mode, str] = {"horizontal": "0123456789", "vertical": f"{_HAN}十"}
"""All characters that page numbers are made of."""


def page_number(number: int, mode: Mode) -> str:
    """Return a page number as it is printed: in vertical editions in Han numerals, 十二 or 一〇三."""
    if mode == "horizontal":
        return str(number)
    if not 0 < number < 100:
        return "".join(_HAN[int(digit)] for digit in str(number))
    tens, ones = divmod(number, 10)
    return (_HAN[tens] if tens > 1 else "") + ("十" if tens else "") + (_HAN[ones] if ones else "")
