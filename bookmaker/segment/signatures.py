"""Bylines that are nothing but names: told by how often a row of names stands between a short row and the text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bookmaker.chars import squeeze
from bookmaker.segment.bylines import SURNAMES, split_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookmaker.segment.rows import Row

LEAST_SIGNED = 3
"""Rows of names between a short row and the text, from which on they are bylines."""
LONGEST_SIGNED = 16
"""Characters of a row of names."""
LONGEST_ABOVE = 16.0
"""Ems of the row above it: a title's or a subtitle's line."""
LEAST_COLUMN = 10.0
"""Ems: beside short rows a column seems narrower than any is."""
MOST_ABOVE = 5
"""Rows of an opening above the names."""
LEAST_BELOW = 0.7
"""Share of its column that the text below fills at least."""

_APART = re.compile(r"[\u3000、，]| {2,}")


def names_alone(text: str) -> tuple[str, ...] | None:
    """The names of a row that holds nothing else, each with a family name; they may be set apart (``江 小 禾``)."""
    if len(text) > 2 * LONGEST_SIGNED:
        return None
    parts = [squeeze(part) for part in _APART.split(text)] if _APART.search(text) else None
    whole = squeeze(text)
    for names in (split_names(text), parts, [whole]):
        if names and all(2 <= len(name) <= 4 and name[0] in SURNAMES for name in names):
            known = split_names(" ".join(names))
            if known is not None and len("".join(names)) <= LONGEST_SIGNED:
                return tuple(names)
    return None


def find_signatures(rows: Sequence[Row]) -> frozenset[int]:
    """Find the rows of names that are bylines, where they are that in ``LEAST_SIGNED`` places."""
    found = [
        i
        for i in range(1, len(rows) - 1)
        if _display(rows[i])
        and _display(rows[i - 1])
        and not (rows[i].first_on_page or rows[i + 1].first_on_page)
        and rows[i - 1].width <= LONGEST_ABOVE
        and _text(rows[i + 1])
        and names_alone(rows[i].text)
        and not names_alone(rows[i - 1].text)
        and _ended(rows, i)
    ]
    return frozenset(found) if len(found) >= LEAST_SIGNED else frozenset()


def _ended(rows: Sequence[Row], i: int) -> bool:
    """Tell whether the text above the short rows over row ``i`` came to an end, or the page begins with them."""
    for k in range(i - 1, max(-1, i - 1 - MOST_ABOVE), -1):
        if rows[k].first_on_page or rows[k].folio is not None or rows[k].tag:
            return True
        if not _display(rows[k]):
            return rows[k].ending in {"stop", "bracket"} or rows[k].closing
    return i <= MOST_ABOVE


def _display(row: Row) -> bool:
    short = row.width < 0.8 * max(row.column, LEAST_COLUMN) or row.spaced
    return (
        short
        and row.ending in {"none", "bracket", "stop"}
        and not (row.bullet or row.point or row.closing or row.drawn or "。" in row.text)
    )


def _text(row: Row) -> bool:
    return row.width + row.indent >= LEAST_BELOW * row.column or row.initial or row.indent >= 1 or row.drawn
