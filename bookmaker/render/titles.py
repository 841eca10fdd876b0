"""Breaking display lines: a title over as few lines as it needs, where its words allow."""

from __future__ import annotations

import re
from functools import cache

from bookmaker.chars import CLOSING, NOT_AT_LINE_START, OPENING

_UNITS = re.compile(r"[A-Za-z0-9][A-Za-z0-9.,%'’-]*|—+|…+|\s+|.", re.DOTALL)
_AFTER_MARK, _WITHIN = 2.0, 6.0
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


def break_lines(text: str, width: float, measure: dict[str, float]) -> tuple[str, ...] | None:
    """Break ``text`` into the fewest lines no wider than ``width``, as even as its words allow.

    ``measure`` gives every character's width, in the unit of ``width``. Blanks at a line's end go; None if a
    piece is wider than a line.
    """
    pieces = units(text)
    widths = [sum(measure[character] for character in piece) for piece in pieces]

    @cache
    def best(start: int, lines: int) -> tuple[float, tuple[int, ...]] | None:
        """Return the least cost of setting the pieces from ``start`` in ``lines`` lines, and their ends."""
        found: tuple[float, tuple[int, ...]] | None = None
        for end in range(start + 1, len(pieces) + 1):
            line = widths[start:end]
            if end > start + 1 and pieces[end - 1].isspace():
                line = line[:-1]
            if sum(line) > width:
                break
            slack = (width - sum(line)) / width
            if lines == 1:
                if end == len(pieces):
                    return slack**2 * 4, (end,)
                continue
            if end == len(pieces) or (pieces[end].isspace()):
                continue
            rest = best(end, lines - 1)
            if rest is not None:
                cost = slack**2 * 4 + _cost(pieces[end - 1]) * 0.1 + rest[0]
                if found is None or cost < found[0]:
                    found = cost, (end, *rest[1])
        return found

    total = sum(widths)
    for lines in range(max(1, int(total // width)), len(pieces) + 1):
        result = best(0, lines)
        if result is not None:
            starts = (0, *result[1][:-1])
            return tuple("".join(pieces[a:b]).strip() for a, b in zip(starts, result[1], strict=True))
    return None if pieces else ()


def _cost(piece: str) -> float:
    if piece.isspace():
        return 0.0
    return _AFTER_MARK if piece[-1] in CLOSING or piece[-1] in "，、；：。！？——…" else _WITHIN
