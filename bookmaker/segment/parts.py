"""Divide the rows into stretches that no sentence crosses: at contents pages and at pages of mere lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bookmaker.segment.shapes import Setting

if TYPE_CHECKING:
    from collections.abc import Iterator, Set

    from bookmaker.segment.rows import Row

LEAST_LISTED = 5
"""Fewer rows without any end mark are no list."""


class Part(msgspec.Struct, frozen=True):
    """Rows from ``start`` to before ``end``; ``listed`` when they stand one below another and must not be joined."""

    start: int
    end: int
    listed: bool = False


def divide(rows: list[Row], contents: Set[int], setting: Setting = Setting.WRAPPED) -> Iterator[Part]:
    """Yield the stretches of ``rows`` outside the contents pages, in order."""
    start = 0
    while start < len(rows):
        if start in contents:
            start += 1
            continue
        end = start
        while end < len(rows) and end not in contents:
            end += 1
        if setting is Setting.WRAPPED:
            head = _masthead(rows, start, end)
            yield from _without_lists(rows, start, head)
            if head < end:
                yield Part(head, end, listed=True)
        else:
            yield Part(start, end)
        start = end


def _masthead(rows: list[Row], start: int, end: int) -> int:
    """Where, on the page of the contents that begin with row ``end``, rows begin none of which is of a sentence."""
    head = end
    while end < len(rows) and head > start and rows[head - 1].sheet == rows[end].sheet:
        head -= 1
    above = rows[head:end]
    clear = all(row.ending in {"none", "bracket"} and "，" not in row.text for row in above)
    clear = clear and any(not row.tag and row.folio is None for row in above)
    return head if clear else end


def _without_lists(rows: list[Row], start: int, end: int) -> Iterator[Part]:
    """Set pages apart on which not one row ends a sentence and the rows are of many widths."""
    begin = i = start
    while i < end:
        j = i
        while j < end and rows[j].sheet == rows[i].sheet:
            j += 1
        if _is_list(rows[i:j], at_edge=i == start or j == end):
            if begin < i:
                yield Part(begin, i)
            yield Part(i, j, listed=True)
            begin = j
        i = j
    if begin < end:
        yield Part(begin, end)


def _is_list(rows: list[Row], *, at_edge: bool) -> bool:
    """Names and institutions at the front or the back of an issue: no marks, and no common width."""
    if not at_edge or len(rows) < LEAST_LISTED:
        return False
    if any(
        row.ending not in {"none", "bracket"}
        or row.bullet
        or row.doubled
        or row.vertical
        or "，" in row.text
        or "。" in row.text
        for row in rows
    ):
        return False
    widths = sorted(row.width for row in rows)
    return widths[-1] - widths[len(widths) // 4] > 1.5 or len(rows) >= 2 * LEAST_LISTED
