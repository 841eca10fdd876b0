"""The printed contents page: evidence of titles, authors, departments and page numbers, never the truth.

Entries put the page number before the title (``26 湖州市：题目/作者 作者``) or behind it (``题目……作者 26``); a wrapped
entry goes on over the next rows, as a subtitle (``——…``), as authors (``/…``) or as more title; departments stand
alone, letter-spaced or behind ``>>``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from bookmaker.chars import skeleton, squeeze
from bookmaker.segment.bylines import ROLE, SURNAMES, author_list, split_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bookmaker.segment.rows import Row

_BEFORE = re.compile(r"^[\[(（P]?(\d{1,3})[\])）]?[\s/.．·、|｜:：]*(?=\D)(.*)$")
_BEHIND = re.compile(r"^(.*?[^\d\s.．…·‧・])(?:[\s.．…·‧・/|｜(（]+[Pp]?|)(\d{1,3})[)）]?$")
_PADDED = re.compile(r"\d{2,3}[ \u3000]\S")
_SECTION_MARKS = re.compile(r"^[>＞》»▶►■◆●★＊*【〔\s]+|[<＜《«◀■◆●★＊*】〕\s]+$")
_CONTENTS_WORD = re.compile(
    r"(?:本期|今日)?(?:目录|目次|目錄|要目|导读|導讀|看点|看點)(?:contents)?|contents", re.IGNORECASE
)
_LEADER = re.compile(r"^(.*?\S)\s*[.．…·‧・]{2,}\s*(.*)$")
_TRANSLATION = re.compile(r"\s+[A-Za-z][\w’'\"“”()-]*(?:[ ,:;&-]+[\w’'\"“”()-]+)+[.?!]?(?=\s|$)", re.ASCII)
"""Two Latin words or more behind a title: the same in English."""
_SIGNED = re.compile(r"(.{3,}?)[\s　]*[（(]([^（()）]*(?:[（(][^（()）]*[）)])?)[）)]?")
"""An entry with its authors in brackets, which may hold a remark in brackets, and may lack the last one."""
_HAN = re.compile(r"[\u3400-\u9fff]")

LEAST_TITLE = 3
"""Characters: before names a title is longer."""
NEAR = 8
"""Rows from a title within which its kicker, subtitle and authors are looked for."""
WIDEST_ENTRY = 6
"""Rows that an entry takes at most, with a department's name."""
_CLAUSES = frozenset({"stop", "semicolon", "comma", "colon"})
LEAST_ENTRIES = 4
"""A page with fewer numbered entries is no contents page, unless not one of its rows ends a sentence."""


@dataclass
class Entry:
    """One entry: printed page number, title (with its kicker), subtitle, authors, department."""

    page: int
    title: str
    subtitle: str = ""
    authors: str = ""
    section: str | None = None

    @property
    def parts(self) -> tuple[str, str]:
        """The kicker and the title, divided at the first colon; the kicker is empty where there is none."""
        kicker, colon, title = self.title.replace(":", "：").partition("：")
        return (kicker, title) if colon and title and len(kicker) <= 16 else ("", self.title)


@dataclass
class Contents:
    """What the contents pages say, and which rows they take."""

    entries: list[Entry] = field(default_factory=list)
    rows: set[int] = field(default_factory=set)

    @property
    def sections(self) -> set[str]:
        """Names of the departments, without blanks."""
        return {entry.section for entry in self.entries if entry.section}


def find_contents(rows: list[Row]) -> Contents:
    """Find contents pages among ``rows`` and parse them; empty where there is none."""
    contents = Contents()
    start = 0
    while start < len(rows):
        end = start
        while end < len(rows) and rows[end].page == rows[start].page:
            end += 1
        span = _span_of_entries(rows, start, end)
        if span is not None:
            _parse(rows, *span, contents)
        start = end
        if len(contents.rows) and rows[start - 1].page - rows[min(contents.rows)].page > 4:
            break  # contents stand together at the front
    return contents


def borne_out(contents: Contents, rows: list[Row], matches: Mapping[int, Match]) -> bool:
    """Tell whether contents are contents: headed so, or a title they list stands in the text."""
    headed = any(_CONTENTS_WORD.fullmatch(squeeze(rows[i].text)) for i in contents.rows)
    return headed or any(match.part == "title" for match in matches.values())


def _number(row: Row, pattern: re.Pattern[str]) -> int | None:
    found = pattern.match(row.text)
    if not found or row.drawn or row.folio:
        return None
    digits = found.group(1) if found.group(1).isdecimal() else found.group(2)
    return int(digits)


def _span_of_entries(rows: list[Row], start: int, end: int) -> tuple[int, int, bool] | None:
    """Rows of a page between its first and last entry, if their numbers rise as a contents page's do."""
    stops = sum(rows[i].ending == "stop" for i in range(start, end))
    for pattern in (_BEFORE, _BEHIND):
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
        clear = clear or (pattern is _BEFORE and _evident(rows, numbered))
        if len(numbered) < (2 if clear else LEAST_ENTRIES) or len(numbered) < 0.25 * (last - first + 1):
            continue
        if not _rise([number for _, number in numbered]):
            continue
        while first > start and _looks_like_section(rows[first - 1]):
            first -= 1
        if pattern is _BEFORE:
            # what follows the last number still belongs to its entry
            rest = range(last + 1, end)
            if 3 * stops > len(numbered):
                rest = range(last + 1, next((i for i in rest if not _goes_on(rows[i])), end))
            last = rest.stop - 1
        elif first > start:
            first = max(start, first - 2)
        return first, last + 1, pattern is _BEFORE
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
    return _CONTENTS_WORD.fullmatch(text) is not None or row.spaced or row.text[0] in ">＞》»▶►"


def _parse(rows: list[Row], start: int, end: int, before: bool, contents: Contents) -> None:
    section: str | None = None
    pending: list[str] = []
    for i in range(start, end):
        row = rows[i]
        contents.rows.add(i)
        text = row.text
        name = squeeze(_SECTION_MARKS.sub("", text))
        if _CONTENTS_WORD.fullmatch(name) or not (_HAN.search(text) or any(c.isdigit() for c in text)):
            continue
        found = (_BEFORE if before else _BEHIND).match(text)
        last = contents.entries[-1] if contents.entries else None
        if found and before:
            contents.entries.append(_entry(int(found.group(1)), found.group(2), section))
        elif found:
            contents.entries.append(_entry(int(found.group(2)), "".join([*pending, found.group(1)]), section))
            pending = []
        elif before and last and row.spaced and ROLE.fullmatch(last.authors) and split_names(text):
            last.authors += " " + text  # a padded name behind its role
        elif row.spaced or text[0] in ">＞»▶►■◆●★":
            section = name
        elif before and last and (text[0] in "/／" or rows[i - 1].text[-1] in "/／"):
            text = text if text[0] in "/／" else "/" + text
            last.authors = (last.authors + " " + text[1:]).strip()
        elif before and last and row.dashed:
            last.subtitle += text.lstrip("—─－- ")
        elif before and last and not last.authors and len(name) > 4:
            title, authors = _split_authors(text)
            last.title += title
            last.authors = authors
        elif name.isdecimal():
            continue
        elif len(name) <= 8 and (last is None or last.authors or not before or not _names(text)):
            section = name
        elif not before:
            pending.append(text)
        elif last:
            last.authors = (last.authors + " " + text).strip()


def _names(text: str) -> bool:
    """Tell whether a short row is rather a list of authors than a department's name."""
    return ROLE.match(text) is not None or (len(text.split()) > 1 and split_names(text) is not None)


def _entry(page: int, text: str, section: str | None) -> Entry:
    title, authors = _split_authors(text)
    return Entry(page, title.strip(), authors=authors, section=section)


def _split_authors(text: str) -> tuple[str, str]:
    """Divide an entry into title and authors: at a slash, at a leader, or before names at its end.

    Its translation is left out.
    """
    bare = _TRANSLATION.sub("", text) if _HAN.match(text) else text
    signed = _SIGNED.fullmatch(bare)
    if signed and author_list(signed.group(2)):
        return signed.group(1), signed.group(2).strip()
    for slash in "/／":
        title, found, authors = bare.rpartition(slash)
        if found and title:
            return title, authors.strip()
    leader = _LEADER.match(bare)
    if leader and (not leader.group(2) or split_names(ROLE.sub("", leader.group(2))) is not None):
        return leader.group(1), leader.group(2).strip()
    parts = bare.rstrip(" .．…·").split()
    end = len(parts)
    while (
        end > 1 and len(parts[end - 1]) <= 3 and parts[end - 1][0] in SURNAMES and split_names(parts[end - 1])
    ):
        end -= 1
    if end < len(parts) and len(" ".join(parts[:end])) > LEAST_TITLE:
        return " ".join(parts[:end]), " ".join(parts[end:])
    return " ".join(parts), ""


def similarity(a: str, b: str) -> float:
    """How alike two titles are, from 0 to 1, by their skeletons."""
    a, b = skeleton(a), skeleton(b)
    if not a or not b:
        return 0.0
    if a == b:
        return 1.0
    return SequenceMatcher(None, a, b, autojunk=False).ratio()


@dataclass(frozen=True)
class Match:
    """Rows that print (part of) an entry: ``part`` is title, kicker, subtitle or author."""

    entry: int
    part: str


def match_entries(rows: list[Row], contents: Contents) -> dict[int, Match]:
    """Find the rows that print an entry's title (one to three rows), kicker or subtitle.

    Returns row index → match. Blanks, marks and quotation marks do not count in the comparison.
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
    keys = [skeleton(row.text) if i not in contents.rows else "" for i, row in enumerate(rows)]
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
    return _nearest(found)


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
