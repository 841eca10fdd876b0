"""The printed contents page: where it stands, and which rows of the text print what it lists.

It is evidence of titles, authors, departments and page numbers, never the truth.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from bookmaker.chars import skeleton, squeeze
from bookmaker.segment.entries import (
    BEFORE,
    BEHIND,
    CONTENTS_WORD,
    LONGEST_SECTION,
    Contents,
    Entry,
    Order,
    authors_below,
    parse,
    signature,
    signed,
)
from bookmaker.segment.listing import find_listing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookmaker.segment.rows import Row

_LONE = re.compile(r"\d{1,3}")
_PADDED = re.compile(r"\d{2,3}[ \u3000]\S")

NEAR = 8
"""Rows from a title within which its kicker, subtitle and authors are looked for."""
WIDEST_ENTRY = 6
"""Rows that an entry takes at most, with a department's name."""
_CLAUSES = frozenset({"stop", "semicolon", "comma", "colon"})
LEAST_ENTRIES = 4
"""A page with fewer numbered entries is no contents page, unless not one of its rows ends a sentence."""
APART = 4
"""Pages over which the contents of an issue stand together."""


def find_contents(rows: list[Row], keys: Sequence[str]) -> Contents:
    """Find contents pages among ``rows`` and read them; empty where there is none.

    ``keys`` are the skeletons of the rows. Numbered rows are contents where they are headed so, or where a title that
    they list stands in the text. Where no page is listed, a list of titles that recur is.
    """
    entries, taken = [], set()
    start = 0
    while start < len(rows):
        end = start
        while end < len(rows) and rows[end].sheet == rows[start].sheet:
            end += 1
        span = _span_of_entries(rows, start, end) or _span_of_numbers(rows, start, end, keys)
        if span is not None:
            first, last, order = span
            found = Contents(parse(rows[first:last], order), set(range(first, last)))
            _mend(found, rows, keys)
            if not _worded(found.entries):
                start = end
                continue
            headed = any(CONTENTS_WORD.fullmatch(squeeze(row.text)) for row in rows[first:last])
            if headed or any(match.part == "title" for match in match_entries(rows, found, keys).values()):
                entries += found.entries
                taken |= found.rows
        start = end
        if taken and rows[start - 1].sheet - rows[min(taken)].sheet > APART:
            break
    return Contents(entries, taken) if entries else find_listing(rows, keys)


def _worded(entries: Sequence[Entry]) -> bool:
    """Tell whether most entries hold words: what a program printed holds numbers and signs."""
    words = sum(sum(character.isalpha() for character in entry.title) > 1 for entry in entries)
    return 2 * words > len(entries)


def _mend(contents: Contents, rows: Sequence[Row], keys: Sequence[str]) -> None:
    """Give back to titles what was guessed to be an author's name, where the text shows it as part of the title."""
    for entry in contents.entries:
        parts = entry.authors.split() if entry.guessed else []
        for n in range(1, len(parts) + 1):
            longer = Entry(entry.page, " ".join([entry.title, *parts[:n]]))
            found = match_entries(rows, Contents([longer], contents.rows), keys)
            if any(match.part == "title" for match in found.values()):
                entry.title, entry.authors = longer.title, " ".join(parts[n:])


def _number(row: Row, pattern: re.Pattern[str]) -> int | None:
    found = pattern.match(row.text)
    if not found or row.drawn or row.folio:
        return None
    digits = found.group(1) if found.group(1).isdecimal() else found.group(2)
    return int(digits)


def _span_of_numbers(
    rows: list[Row], start: int, end: int, keys: Sequence[str]
) -> tuple[int, int, Order] | None:
    """Rows of a page between its first and last entry, if page numbers stand on lines of their own above them.

    Where sentences stand among them, most rows below a number must stand in the text again.
    """
    lone = [(i, int(rows[i].text)) for i in range(start, end) if _LONE.fullmatch(rows[i].text)]
    if len(lone) < LEAST_ENTRIES or not _rise([number for _, number in lone]):
        return None
    last = lone[-1][0] + 1
    apart = [b[0] - a[0] for a, b in itertools.pairwise(lone)]
    if not all(2 <= n <= WIDEST_ENTRY for n in apart):
        return None
    listed = {keys[i + 1] for i, _ in lone if i + 1 < end}
    while last < end and last < lone[-1][0] + max(apart) and rows[last].folio is None:
        if last > lone[-1][0] + 1 and keys[last] in listed:
            break
        last += 1
        if signed(rows[last - 1].text):
            break
    first = lone[0][0]
    if first > start and len(squeeze(rows[first - 1].text)) <= LONGEST_SECTION:
        first -= 1
    while first > start and _looks_like_section(rows[first - 1]):
        first -= 1
    if any(row.ending in _CLAUSES or row.sentence for row in rows[first:last]):
        again = Counter(key for key in keys if key in listed)
        if 2 * sum(again[key] > 1 for key in listed) < len(lone):
            return None
    return first, last, Order.ALONE


def _span_of_entries(rows: list[Row], start: int, end: int) -> tuple[int, int, Order] | None:
    """Rows of a page between its first and last entry, if their numbers rise as a contents page's do."""
    stops = sum(rows[i].ending == "stop" for i in range(start, end))
    for pattern in (BEFORE, BEHIND):
        numbered = [(i, n) for i in range(start, end) if (n := _number(rows[i], pattern)) is not None]
        if not numbered:
            continue
        if 3 * stops > len(numbered):
            # a page may begin behind the contents without a mark
            numbered = _dense(numbered)
            if any(rows[i].ending in _CLAUSES for i in range(numbered[0][0], numbered[-1][0] + 1)):
                continue
        first, last = numbered[0][0], numbered[-1][0]
        clear = not stops and all(" " in rows[i].text for i, _ in numbered) and numbered[0][1] > 1
        clear = clear or (pattern is BEFORE and _evident(rows, numbered))
        if len(numbered) < (2 if clear else LEAST_ENTRIES) or len(numbered) < 0.25 * (last - first + 1):
            continue
        if not _rise([number for _, number in numbered]):
            continue
        while first > start and _looks_like_section(rows[first - 1]):
            first -= 1
        if pattern is BEFORE:
            # what follows the last number still belongs to its entry
            rest = range(last + 1, next((i for i in range(last, end) if rows[i].folio is not None), end))
            if 3 * stops > len(numbered):
                rest = range(last + 1, next((i for i in rest if not _goes_on(rows[i])), end))
            last = rest.stop - 1
        else:
            if first > start:
                first = max(start, first - 2)
                while first > start and _looks_like_section(rows[first - 1]):
                    first -= 1
            if authors_below(rows[first : last + 1]) and last + 1 < end and signature(rows[last + 1].text):
                last += 1
        return first, last + 1, Order.BEFORE if pattern is BEFORE else Order.BEHIND
    return None


def _rise(numbers: list[int]) -> bool:
    """Tell whether page numbers rise, in one column of entries or in two whose lines come by turns."""
    return any(
        len(numbers) > columns
        and sum(a <= b for a, b in zip(numbers, numbers[columns:], strict=False))
        >= 0.8 * (len(numbers) - columns)
        for columns in (1, 2)
    )


def _dense(numbered: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of numbered rows with at most ``WIDEST_ENTRY`` rows from one to the next."""
    runs: list[list[tuple[int, int]]] = []
    for entry in numbered:
        if runs and entry[0] - runs[-1][-1][0] <= WIDEST_ENTRY:
            runs[-1].append(entry)
        else:
            runs.append([entry])
    return max(runs, key=len)


def _evident(rows: list[Row], numbered: list[tuple[int, int]]) -> bool:
    """Tell whether numbers of two digits and authors behind a slash leave no doubt that these are entries."""
    texts = [rows[i].text for i in range(numbered[0][0], numbered[-1][0] + 1)]
    return all(_PADDED.match(rows[i].text) for i, _ in numbered) and any("/" in text[1:] for text in texts)


def _goes_on(row: Row) -> bool:
    """Tell whether a row behind the last numbered one is certainly its entry's: authors or a subtitle."""
    return row.text[0] in "/／" or row.dashed


def _looks_like_section(row: Row) -> bool:
    text = squeeze(row.text)
    return CONTENTS_WORD.fullmatch(text) is not None or row.spaced or row.text[0] in ">＞》»▶►"


class Match(msgspec.Struct, frozen=True):
    """Rows that print (part of) an entry: ``part`` is title, kicker, subtitle or author."""

    entry: int
    part: str


def match_entries(rows: Sequence[Row], contents: Contents, skeletons: Sequence[str]) -> dict[int, Match]:
    """Find the rows that print an entry's title (one to three rows), kicker or subtitle.

    Returns row index → match. Blanks, marks and quotation marks do not count in the comparison: it is one of
    ``skeletons``, those of the rows.
    """
    wanted: dict[str, list[Match]] = {}
    longest = 0
    for number, entry in enumerate(contents.entries):
        kicker, title = entry.parts
        for part, text in (
            ("title", title),
            ("title", entry.title),
            ("kicker", kicker),
            ("subtitle", entry.subtitle),
            ("author", entry.authors),
        ):
            key = skeleton(text)
            if len(key) >= 2:
                wanted.setdefault(key, []).append(Match(number, part))
                longest = max(longest, len(key))
    if not wanted:
        return {}
    found: dict[int, list[Match]] = {}
    prefixes = {key[:2] for key in wanted}
    keys = list(skeletons)
    for i in contents.rows:
        keys[i] = ""
    for i, key in enumerate(keys):
        if not key or key[:2] not in prefixes or len(key) > longest or i in found:
            continue
        text = key
        best: list[Match] = []
        end = i
        for j in range(i, min(i + 3, len(rows))):
            if j > i:
                if not keys[j] or (best and best[0].part != "title"):
                    break
                text += keys[j]
            hits = wanted.get(text)
            if hits and not (hits[0].part in {"kicker", "author"} and (j > i or rows[i].ending != "none")):
                best, end = hits, j  # the longest match counts: one title may begin like another
        for k in range(i, end + 1) if best else ():
            found[k] = best
    return _nearest(_once(found, contents))


def _once(found: dict[int, list[Match]], contents: Contents) -> dict[int, list[Match]]:
    """Keep of an entry that gives no page only the first place where its title stands: more would be mentions."""
    begun: set[int] = set()
    out: dict[int, list[Match]] = {}
    for i in sorted(found):
        entry, title = found[i][0].entry, found[i][0].part == "title"
        if title and contents.entries[entry].page is None:
            if entry in begun and out.get(i - 1) != found[i]:
                continue
            begun.add(entry)
        out[i] = found[i]
    return out


def _nearest(found: dict[int, list[Match]]) -> dict[int, Match]:
    """Choose among entries that share a kicker, an author or a title the one whose title stands nearest."""
    titles = {i: hits[0] for i, hits in found.items() if hits[0].part == "title" and len(hits) == 1}
    out: dict[int, Match] = {}
    for i, hits in found.items():
        near = (titles[k] for d in range(1, NEAR + 1) for k in (i + d, i - d) if k in titles)
        choice = next((hit for title in near for hit in hits if hit.entry == title.entry), None)
        if choice is not None or len(hits) == 1 or hits[0].part == "title":
            out[i] = choice or hits[0]
    return out
