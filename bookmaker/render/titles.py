"""Breaking display lines: a title over as few lines as it needs, where its words allow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bookmaker.chars import NOT_AT_LINE_START, OPENING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_UNITS = re.compile(r"[A-Za-z0-9][A-Za-z0-9.,%'’-]*|—+|…+|\s+|.", re.DOTALL)
_AFTER_MARK, _WITHIN = 0.2, 0.6
"""What a break costs behind a mark and between two characters; at a blank it costs nothing."""


def units(text: str) -> list[str]:
    """Cut ``text`` into pieces between which a line may end: kinsoku marks stay with their characters.

    Rules: CLREQ, prohibition rules for line start and line end; words, numbers, —— and …… stay whole. A
    blank is a piece of its own.
    """
    pieces: list[str] = []
    for piece in _UNITS.findall(text.strip()):
        joins = bool(pieces) and not pieces[-1].isspace()
        if joins and (piece[0] in NOT_AT_LINE_START or pieces[-1][-1] in OPENING):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces


def break_lines(text: str, width: float, measure: Mapping[str, float]) -> tuple[str, ...] | None:
    """Break ``text`` into the fewest lines no wider than ``width``, as even as its words allow.

    ``measure`` gives every character's width, in the unit of ``width``. Blanks at a line's end go; None if a
    piece is wider than a line.
    """
    pieces = units(text)
    if not pieces:
        return ()
    widths = [sum(measure[character] for character in piece) for piece in pieces]
    # After each further line: where it may end, and the cheapest way there (cost, ends of its lines).
    ways: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    while ways and len(pieces) not in ways:
        further: dict[int, tuple[float, tuple[int, ...]]] = {}
        for start, (cost, ends) in ways.items():
            for end, used in _ends(pieces, widths, start, width):
                slack = (width - used) / width
                total = cost + 4 * slack**2 + (0.0 if end == len(pieces) else _cost(pieces[end - 1]))
                if end not in further or total < further[end][0]:
                    further[end] = total, (*ends, end)
        ways = further
    if len(pieces) not in ways:
        return None
    ends = ways[len(pieces)][1]
    starts = (0, *ends[:-1])
    return tuple("".join(pieces[a:b]).strip() for a, b in zip(starts, ends, strict=True))


def _ends(
    pieces: Sequence[str], widths: Sequence[float], start: int, width: float
) -> Iterator[tuple[int, float]]:
    """Yield every place where a line from ``start`` may end, with the width that it fills."""
    used = 0.0
    for end in range(start + 1, len(pieces) + 1):
        blank = pieces[end - 1].isspace()
        used += widths[end - 1]
        filled = used - widths[end - 1] if blank else used
        if filled > width:
            return
        if end == len(pieces) or not pieces[end].isspace():
            yield end, filled


def _cost(piece: str) -> float:
    """Return what a break after ``piece`` costs, against a line left half empty, which costs 1."""
    if piece.isspace():
        return 0.0
    return _AFTER_MARK if piece[-1] in NOT_AT_LINE_START else _WITHIN
