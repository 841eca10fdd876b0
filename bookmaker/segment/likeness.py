"""Titles that the contents page prints in other words than the article: shortened, misread, with a character less.

An entry whose title stands nowhere as it is listed is looked for where its page number says, as far as the entries
that were found show what page that is; elsewhere it must be nearly the same.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bookmaker.chars import skeleton
from bookmaker.segment.contents import Match

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bookmaker.segment.entries import Contents
    from bookmaker.segment.rows import Row

LEAST_ALIKE, LEAST_ALIKE_ASTRAY = 0.7, 0.8
"""Likeness of a title to its entry on the page that the entry names, and elsewhere; 1 is the same."""
LEAST_KEY = 4
"""Characters of a title that may be compared loosely."""
MOST_ROWS = 4
"""Rows of a title."""
LEAST_AGREEING = 2
"""Entries that agree on how printed pages are counted."""
_ENDINGS = frozenset({"none", "bracket", "stop", "dash"})


def match_loosely(
    rows: Sequence[Row], contents: Contents, keys: Sequence[str], found: Mapping[int, Match]
) -> dict[int, Match]:
    """Match entries that print no title in ``found`` with the rows most like theirs; ``keys`` are skeletons of rows."""
    titled: dict[int, int] = {}
    for i in sorted(found):
        if found[i].part == "title":
            titled.setdefault(found[i].entry, i)
    missing = [n for n in range(len(contents.entries)) if n not in titled]
    if not missing or not titled:
        return {}
    agreed = Counter(
        rows[i].sheet - page for n, i in titled.items() if (page := contents.entries[n].page) is not None
    )
    offset, votes = agreed.most_common(1)[0] if agreed else (0, 0)
    known = votes >= LEAST_AGREEING and 2 * votes > len(titled)
    taken = contents.rows | found.keys()
    best: dict[int, tuple[float, range]] = {}
    for start, n, wanted in _candidates(rows, contents, keys, missing):
        if start in taken:
            continue
        page = contents.entries[n].page
        there = known and page is not None and abs(rows[start].sheet - offset - page) <= 1
        least = LEAST_ALIKE if there else LEAST_ALIKE_ASTRAY
        for alike, end in _readings(rows, keys, start, wanted):
            if alike >= least and alike > best.get(n, (0.0, range(0)))[0]:
                best[n] = alike, range(start, end)
    out: dict[int, Match] = {}
    for n, (_, run) in sorted(best.items()):
        if taken.isdisjoint(run):
            out |= dict.fromkeys(run, Match(n, "title"))
    return out


def _candidates(
    rows: Sequence[Row], contents: Contents, keys: Sequence[str], missing: Iterable[int]
) -> Iterator[tuple[int, int, str]]:
    """Yield the rows that may begin a missing title: those that have two characters in a row in common with it.

    That is (row, entry, the title's skeleton). Rows are looked through once, however many titles are missing.
    """
    wanted: list[tuple[int, str]] = []
    by_pair: dict[str, list[int]] = {}
    for n in missing:
        entry = contents.entries[n]
        for key in sorted({skeleton(entry.title), skeleton(entry.parts[1])}):
            if len(key) >= LEAST_KEY:
                for pair in {key[i : i + 2] for i in range(len(key) - 1)}:
                    by_pair.setdefault(pair, []).append(len(wanted))
                wanted.append((n, key))
    for start, key in enumerate(keys):
        if not wanted or not key or rows[start].ending not in _ENDINGS or rows[start].sentence:
            continue
        shared = {k for i in range(len(key) - 1) for k in by_pair.get(key[i : i + 2], ())}
        for k in sorted(shared):
            yield start, *wanted[k]


def _readings(
    rows: Sequence[Row], keys: Sequence[str], start: int, wanted: str
) -> Iterable[tuple[float, int]]:
    """How much the rows from ``start`` on look like the title ``wanted``, and where they end."""
    known = frozenset(wanted)
    text = ""
    for end in range(start, min(start + MOST_ROWS, len(rows))):
        row = rows[end]
        if (end > start and row.first_on_page) or not keys[end] or row.folio is not None:
            break
        if row.ending not in _ENDINGS or len(known.intersection(keys[end])) < 0.5 * len(keys[end]):
            break
        text += keys[end]
        if len(text) > 1.5 * len(wanted) or row.sentence:
            break
        if len(text) >= 0.6 * len(wanted):
            yield _likeness(wanted, text), end + 1


def _likeness(one: str, other: str) -> float:
    from difflib import SequenceMatcher  # noqa: PLC0415 - most contents pages are as the text has it

    return SequenceMatcher(None, one, other, autojunk=False).ratio()
