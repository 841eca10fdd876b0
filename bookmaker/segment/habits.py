"""What a text layer keeps of the page: first-line indents, blank lines between paragraphs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookmaker.segment.rows import Row

LEAST = 5
"""Fewer signs are chance."""


@dataclass(frozen=True)
class Habits:
    """Whether paragraphs show by their indents or by blank lines."""

    indents: bool = False
    blanks: bool = False


def habits_of(rows: Sequence[Row]) -> Habits:
    """Judge a layer's habits from all its rows."""
    return Habits(_keeps_indents(rows), _keeps_blanks(rows))


def _keeps_indents(rows: Sequence[Row]) -> bool:
    """Indents of one to three ems on some rows, mostly behind the end of a sentence, and none on most."""
    indented = [i for i, row in enumerate(rows) if 0.9 <= row.indent <= 3.1]
    if not LEAST <= len(indented) <= 0.7 * len(rows):
        return False
    behind = sum(i == 0 or rows[i - 1].ending in {"stop", "colon"} or rows[i].first_on_page for i in indented)
    return behind >= 0.5 * len(indented)


def _keeps_blanks(rows: Sequence[Row]) -> bool:
    """Blank lines before some rows, nearly always behind the end of a sentence or around display text."""
    parted = [i for i, row in enumerate(rows) if i and row.blank_before and not row.first_on_page]
    if not LEAST <= len(parted) <= 0.5 * len(rows):
        return False
    behind = sum(rows[i - 1].ending in {"stop", "colon"} for i in parted)
    return behind >= 0.6 * len(parted)
