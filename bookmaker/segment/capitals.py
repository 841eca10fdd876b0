"""Initials set over several lines (drop caps), and the names that speakers of an interview are announced by."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from bookmaker.chars import HAN, OPENING, is_han

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookmaker.segment.rows import Row

MOST_BESIDE = 4
"""Lines that an initial is as high as, at most."""
LEAST_NARROWER = 1.4
"""Ems that an initial takes from the lines beside it."""
LEAST_SPOKEN = 3
"""Paragraphs that a name begins, from which on it is a speaker's."""

_SPEAKER = re.compile(rf"((?:(?:{HAN}|·){{1,5}}|[A-Z]))[：:](?=.)")


def mark_initials(rows: Sequence[Row]) -> None:
    """Mark rows that are an initial (``initial``), and the lines it makes narrower (``beside``)."""
    for i, row in enumerate(rows):
        if not _lone(row) or row.vertical or row.tag:
            continue
        below = [rows[k] for k in range(i + 1, min(i + 2 + MOST_BESIDE, len(rows)))]
        if len(below) < 3 or any(other.first_on_page for other in below[:3]):
            continue
        widths = [_set_close(other) for other in below]
        beside = 1
        while beside < min(MOST_BESIDE, len(below) - 1) and abs(widths[beside] - widths[0]) <= 1.0:
            beside += 1
        widest = max(widths[:beside])
        if beside < 2 or widths[beside] - widest < LEAST_NARROWER or widths[0] < 6:
            continue
        if any(other.ending == "stop" and other.width < widest - 1 for other in below[: beside - 1]):
            continue
        row.initial = True
        for other in below[:beside]:
            other.beside = True


def _set_close(row: Row) -> float:
    """The width of a row without the blanks it was stretched by."""
    return row.width - 0.25 * row.text.count(" ") if row.stretched else row.width


def _lone(row: Row) -> bool:
    text = row.text
    return is_han(text[-1]) and (len(text) == 1 or (len(text) == 2 and text[0] in OPENING))


def mark_speakers(rows: Sequence[Row]) -> None:
    """Mark rows that begin with the name of a speaker: one that begins many rows, mostly behind a sentence's end."""
    begins: Counter[str] = Counter()
    behind: Counter[str] = Counter()
    stopped = True
    names = [_SPEAKER.match(row.text) for row in rows]
    for row, found in zip(rows, names, strict=True):
        if found is not None:
            begins[found.group(1)] += 1
            behind[found.group(1)] += stopped
        stopped = row.ending == "stop"
    speakers = {name for name, n in begins.items() if n >= LEAST_SPOKEN and behind[name] >= 0.6 * n}
    for row, found in zip(rows, names, strict=True):
        row.speaks = found is not None and found.group(1) in speakers
