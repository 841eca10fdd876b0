"""Running heads of which a part only repeats: the issue's number beside the title of the article on the page."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from bookmaker.chars import squeeze
from bookmaker.segment.bylines import marked_byline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookmaker.segment.rows import Row

LEAST_PAGES = 3
"""Pages at whose edge a part of a line stands again, by which the whole line is a running head."""
LONGEST_HEAD = 60
"""Characters of such a line."""
LEAST_PART = 3
"""Characters of the part that repeats."""

_PARTS = re.compile(r"[\u3000 ]{2,}|\s*[|｜]\s*")


def mark_furniture(rows: Sequence[Row]) -> None:
    """Mark the first and last rows of pages of which a part stands at the edge of other pages too (``tag``)."""
    pages: Counter[str] = Counter()
    edges: list[tuple[Row, list[str]]] = []
    for i, row in enumerate(rows):
        if not _at_edge(rows, i) or len(row.text) > LONGEST_HEAD or row.ending in {"stop", "comma"}:
            continue
        parts = [squeeze(part) for part in _PARTS.split(row.text)]
        plain = not (row.doubled or row.drawn or row.bullet or row.closing)
        if len(parts) > 1 and plain and marked_byline(row.text) is None:
            edges.append((row, parts))
            pages.update({part for part in parts if len(part) >= LEAST_PART})
    for row, parts in edges:
        row.tag = row.tag or any(pages[part] >= LEAST_PAGES for part in parts)


def _at_edge(rows: Sequence[Row], i: int) -> bool:
    """Tell whether a row is the first or the last of its page but for a folio."""
    row = rows[i]
    if row.from_top == 0 or row.from_foot == 0:
        return True
    return (row.from_top == 1 and rows[i - 1].folio is not None) or (
        row.from_foot == 1 and rows[i + 1].folio is not None
    )
