"""Contents pages that give no page numbers: a list of short rows near the beginning that stand in the text again.

That they recur one after another over most of the text, and nothing else, tells such a list from other short rows.
A row that recurs directly above the next of the list names a department: it has no text of its own.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from typing import TYPE_CHECKING

from bookmaker.segment.entries import CONTENTS_WORD, Contents, Entry, signature, signed, split_leader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookmaker.segment.rows import Row

LEAST_LISTED = 6
"""Rows that recur; a shorter list may be a box that sums up what follows."""
FRONT = 0.2
"""The part of the text within which the list begins."""
LEAST_SPREAD = 0.4
"""The part of the text over which the rows recur."""
MOST_SKIPPED = 2
"""Rows of the list in a row that do not recur as they are: with a subtitle, or with other words."""
MOST_ROWS = 3
"""Rows that a title takes where it is set again."""
LONGEST_LISTED = 60
"""Characters of a title, with its author."""

_CLAUSES = frozenset({"comma", "stop", "colon"})


def find_listing(rows: Sequence[Row], keys: Sequence[str]) -> Contents:
    """Find and read such a list; empty where there is none. ``keys`` are the skeletons of the rows."""
    places = _places(rows, keys)
    for start in range(int(FRONT * len(rows))):
        if not _recurs(keys, places, start, start):
            continue
        end = _end(rows, keys, places, start)
        found = _places_behind(keys, places, range(start, end), end)
        if _is_list(found, end - start, len(rows)):
            return Contents(_entries(rows, keys, found, end), set(range(_head(rows, start), end)))
    return Contents()


def _places(rows: Sequence[Row], keys: Sequence[str]) -> dict[str, list[int]]:
    """Where each row that may be listed stands, also over several rows: the indices of the last of them."""
    wanted = {key for key in keys[: int(2 * FRONT * len(rows))] if 1 < len(key) <= LONGEST_LISTED}
    places: dict[str, list[int]] = {key: [] for key in wanted}
    for i in range(len(keys)):
        for count in range(1, min(MOST_ROWS, i + 1) + 1):
            if (key := "".join(keys[i + 1 - count : i + 1])) in places:
                places[key].append(i)
    return places


def _recurs(keys: Sequence[str], places: dict[str, list[int]], i: int, behind: int) -> bool:
    """Tell whether row ``i`` stands somewhere ``behind`` again, and not before it, as running heads do."""
    found = places.get(keys[i], [])
    return bool(found) and found[0] == i and found[-1] > behind


def _end(rows: Sequence[Row], keys: Sequence[str], places: dict[str, list[int]], start: int) -> int:
    """Where the list that begins with row ``start`` ends: before the first of its own titles is set again."""
    end, listed = start + 1, {keys[start]}
    for i in range(start + 1, len(rows)):
        again = _recurs(keys, places, i, i)
        if keys[i] in listed or i - end > MOST_SKIPPED or (rows[i].ending in _CLAUSES and not again):
            break
        if again:
            end = i + 1
            listed.add(keys[i])
    return end


def _places_behind(
    keys: Sequence[str], places: dict[str, list[int]], listed: range, end: int
) -> list[tuple[int, int]]:
    """For every row of the list that recurs behind it: the row, and where it stands first behind the one before."""
    out: list[tuple[int, int]] = []
    at = end - 1
    for i in listed:
        found = places.get(keys[i], [])
        next_one = bisect_right(found, at)
        if next_one < len(found):
            at = found[next_one]
            out.append((i, at))
    return out


def _is_list(found: Sequence[tuple[int, int]], length: int, total: int) -> bool:
    """Tell whether enough rows recur in their order, over enough of the text."""
    return (
        len(found) >= LEAST_LISTED
        and len(found) >= 0.7 * length
        and found[-1][1] - found[0][1] >= LEAST_SPREAD * total
    )


def _head(rows: Sequence[Row], start: int) -> int:
    """The first row that belongs to the list: the word for contents above it, where there is one."""
    return start - 1 if start and CONTENTS_WORD.fullmatch(rows[start - 1].text.strip()) else start


def _entries(
    rows: Sequence[Row], keys: Sequence[str], found: Sequence[tuple[int, int]], end: int
) -> list[Entry]:
    """The entries of the list: rows that recur with text of their own, below the departments, above their authors."""
    out: list[Entry] = []
    section: str | None = None
    bare = (i for i, _ in found[1:] if split_leader(rows[i].text)[0] == rows[i].text)
    named = {i: authors for i in bare if (authors := signed(rows[i].text)) and signature(authors)}
    for (i, at), (k, then) in itertools.pairwise([*found, (end, -1)]):
        if i in named:
            if out:
                out[-1].authors = out[-1].authors or named[i]
        elif (
            k < end
            and k not in named
            and then - at <= MOST_ROWS
            and "".join(keys[at + 1 : then + 1]) == keys[k]
        ):
            section = rows[i].text
        else:
            title, authors = split_leader(rows[i].text)
            out.append(Entry(None, title, authors=authors, section=section))
    return out
