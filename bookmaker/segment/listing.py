"""Contents pages that give no page numbers: a list of short rows near the beginning that stand in the text again.

That they recur one after another over most of the text, and nothing else, tells such a list from other short rows.
A row that recurs directly above the next of the list names a department: it has no text of its own.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from bookmaker.chars import squeeze
from bookmaker.segment.bylines import ROLE
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
LEAST_SHARE = 0.3
"""The part of the rows below the word for contents that recur."""
LONGEST_WORD = 10
"""Characters of the row that heads the contents."""
MOST_SKIPPED = 2
"""Rows of the list in a row that do not recur as they are: with a subtitle, or with other words."""
MOST_ROWS = 3
"""Rows that a title takes where it is set again."""
LONGEST_LISTED = 60
"""Characters of a title, with its author."""

_REMARK = re.compile(r"[（(][^（()）]{1,6}[）)]$")
_CLAUSES = frozenset({"comma", "stop", "colon"})


def find_listing(rows: Sequence[Row], keys: Sequence[str]) -> Contents:
    """Find and read such a list; empty where there is none. ``keys`` are the skeletons of the rows."""
    places = _places(rows, keys)
    headed = _headed_listing(rows, keys, places)
    if headed.entries and headed.entries[0].authors:
        return headed
    for start in range(int(FRONT * len(rows))):
        if not _recurs(keys, places, start, start):
            continue
        end = _end(rows, keys, places, start)
        found = _places_behind(keys, places, range(start, end), end)
        if _is_list(found, end - start, len(rows)):
            top = start
            while top and _led(rows[top - 1].text) is not None:
                top -= 1
            above = [entry for i in range(top, start) if (entry := _led(rows[i].text)) is not None]
            return Contents([*above, *_entries(rows, keys, found, end)], set(range(_head(rows, top), end)))
    return headed


def _headed_listing(rows: Sequence[Row], keys: Sequence[str], places: dict[str, list[int]]) -> Contents:
    """Read a page of short rows below the word for contents, of which fewer recur: with their authors on other rows."""
    for head in range(int(FRONT * len(rows))):
        if len(rows[head].text) > LONGEST_WORD or not CONTENTS_WORD.fullmatch(squeeze(rows[head].text)):
            continue
        end = head + 1
        while (
            end < len(rows)
            and rows[end].sheet == rows[head].sheet
            and rows[end].folio is None
            and rows[end].ending not in _CLAUSES
        ):
            end += 1
        found = _places_behind(keys, places, range(head + 1, end), end)
        if (
            len(found) >= LEAST_LISTED
            and len(found) >= LEAST_SHARE * (end - head)
            and found[-1][1] - found[0][1] >= LEAST_SPREAD * len(rows)
        ):
            entries = _with_authors(rows[head + 1 : end]) or _entries(rows, keys, found, end)
            return Contents(entries, set(range(head, end)))
    return Contents()


def _with_authors(listed: Sequence[Row]) -> list[Entry]:
    """The entries of a list that sets the authors below most titles; rows without them name departments."""
    authors = [i for i, row in enumerate(listed) if i and (signature(row.text) or ROLE.fullmatch(row.text))]
    out: list[Entry] = []
    section: str | None = None
    for i, row in enumerate(listed):
        if i + 1 in authors and i not in authors:
            out.append(Entry(None, row.text, authors=listed[i + 1].text, section=section))
        elif i not in authors:
            section = row.text
    return out if len(out) >= LEAST_LISTED and 3 * len(out) >= len(listed) else []


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


def _led(text: str) -> Entry | None:
    """The entry of a row with a leader, without a remark in brackets behind its title; None where it has none."""
    title, authors = split_leader(text)
    if title == text:
        return None
    return Entry(None, _REMARK.sub("", title), authors=authors)


def _entries(
    rows: Sequence[Row], keys: Sequence[str], found: Sequence[tuple[int, int]], end: int
) -> list[Entry]:
    """The entries of the list: rows that recur with text of their own, below the departments, above their authors."""
    out: list[Entry] = []
    section: str | None = None
    places = {i for i, _ in found}
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
        # what a leader ends is an entry, though the text has other words
        out += [
            entry for j in range(i + 1, k) if j not in places and (entry := _led(rows[j].text)) is not None
        ]
    return out
