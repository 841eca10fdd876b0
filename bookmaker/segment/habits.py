"""What a text layer keeps of the page: first-line indents, blank lines between paragraphs, pages of one length."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from bookmaker.segment.shapes import Setting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookmaker.segment.rows import Row

LEAST = 5
"""Fewer signs are chance."""
INDENT = 2.0
"""Ems that a first line is indented by (CLREQ: paragraph indent), unless the layer shows otherwise."""


class Habits(msgspec.Struct, frozen=True):
    """How paragraphs show.

    ``indents``: their indents stand in the layer; ``blanks``: blank lines part them; ``lost``: ems by which
    first lines are shorter since their indent was lost; ``wide``: ems from which a column runs over the whole
    page, as leads and notices do; ``short_pages``: pages that end before their foot, in a
    layer whose pages hold the same number of lines; ``setting``: how lines are set.
    """

    indents: bool = False
    blanks: bool = False
    lost: float = INDENT
    wide: float = 25.0
    short_pages: frozenset[int] = frozenset()
    setting: Setting = Setting.WRAPPED


def habits_of(rows: Sequence[Row], setting: Setting = Setting.WRAPPED) -> Habits:
    """Judge a layer's habits from all its rows, whose columns have been estimated."""
    if setting is not Setting.WRAPPED:
        return Habits(setting=setting)
    openings = _openings(rows)
    indented = sum(0.9 <= row.indent <= 3.1 for row in openings)
    indents = indented >= max(LEAST, 0.6 * len(openings))
    shorter = sum(1.5 <= row.column - row.width <= 2.6 for row in openings)
    flush = sum(abs(row.column - row.width) <= 0.6 for row in openings)
    lost = 0.0 if flush > max(LEAST, 2 * shorter) and not indents else INDENT
    columns = sorted(row.column for row in rows)
    wide = max(25.0, 1.5 * columns[len(columns) // 2]) if columns else 25.0
    return Habits(indents, _keeps_blanks(rows), lost, wide, _short_pages(rows))


def _openings(rows: Sequence[Row]) -> list[Row]:
    """The rows behind a row that surely ends a paragraph: a full stop far from the end of its column."""
    return [
        row
        for before, row in pairwise(rows)
        if before.ending == "stop"
        and before.column - before.width - before.indent > 3
        and row.width > 0.6 * row.column
        and not (row.doubled or row.bullet or row.point)
    ]


def _keeps_blanks(rows: Sequence[Row]) -> bool:
    """Blank lines before some rows, nearly always behind the end of a sentence or around display text."""
    parted = [i for i, row in enumerate(rows) if i and row.blank_before and not row.first_on_page]
    if not LEAST <= len(parted) <= 0.5 * len(rows):
        return False
    behind = sum(rows[i - 1].ending in {"stop", "colon"} for i in parted)
    return behind >= 0.6 * len(parted)


def _short_pages(rows: Sequence[Row]) -> frozenset[int]:
    """The pages with fewer rows than most have, where most have the same number."""
    lengths = Counter(row.sheet for row in rows)
    if len(lengths) < 2 * LEAST:
        return frozenset()
    usual, pages = Counter(lengths.values()).most_common(1)[0]
    if pages < 0.4 * len(lengths):
        return frozenset()
    return frozenset(page for page, length in lengths.items() if length < usual)
