"""Pull quotes: rows in quotation marks amid a sentence, whose words stand in the text nearby once more."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from bookmaker.segment.rows import Row

LEAST_PULLED = 8
"""Characters that are no chance when they stand twice."""
MOST_ROWS = 6
"""Rows of a pull quote, its marks among them."""
NEAR = 80
"""Rows to each side within which its words stand again."""

_OPENING = frozenset("“「『")
_CLOSING = frozenset("”」』")
_AMID = frozenset({"none", "comma"})


def find_pull_quotes(rows: Sequence[Row], keys: Sequence[str], other: Container[int]) -> None:
    """Mark the rows of pull quotes (``pulled``, and ``caption_more`` behind the first).

    A pull quote begins with an opening mark; where that has a row of its own, so has the closing one. ``other`` rows
    are known to be something else: those of the contents page, and what it lists; ``keys`` are the skeletons of rows.
    """
    i = 0
    while i < len(rows):
        end = _end(rows, i, keys, other) if i not in other and _may_begin(rows, i) else i
        for k in range(i, end):
            rows[k].pulled = True
            rows[k].caption_more = k > i
        i = max(end, i + 1)


def _may_begin(rows: Sequence[Row], i: int) -> bool:
    row = rows[i]
    if row.text[0] not in _OPENING or not i:
        return False
    above = rows[i - 1]
    if above.ending not in _AMID or above.tag or above.folio is not None:
        return False
    return not (
        row.doubled or row.tag or row.caption or row.caption_more or row.drawn or row.folio is not None
    )


def _end(rows: Sequence[Row], i: int, keys: Sequence[str], other: Container[int]) -> int:
    """The row behind the pull quote that begins with row ``i``; ``i`` itself where none does."""
    if rows[i].text in _OPENING:
        last = min(i + MOST_ROWS, len(rows))
        closed = (k + 1 for k in range(i + 2, last) if rows[k].text in _CLOSING)
        return next(closed, i)
    near: str | None = None
    text = ""
    for k in range(i, min(i + MOST_ROWS, len(rows))):
        row = rows[k]
        if (k > i and row.first_on_page) or row.tag or row.folio is not None:
            break
        text += keys[k]
        if len(text) < LEAST_PULLED and row.text[-1] not in _CLOSING:
            continue
        if len(text) < LEAST_PULLED:
            break
        if near is None:
            around = (*range(max(0, i - NEAR), i), -1, *range(k + 1, min(k + 1 + NEAR, len(rows))))
            near = "".join("\n" if at < 0 or at in other else keys[at] for at in around)
        if text not in near:
            break
        closes = row.text[-1] in _CLOSING
        below = rows[k + 1] if k + 1 < len(rows) else None
        if closes or below is None or below.first_on_page or text + keys[k + 1] not in near:
            whole = closes or k > i
            return k + 1 if whole else i
    return i
