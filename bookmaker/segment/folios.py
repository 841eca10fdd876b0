"""Page numbers and the running heads that hold one, told by how they count up from page to page.

A folio stands alone (``17``, ``— 17 —``) or beside the magazine's name, a department or a date
(``2024.03 江声月刊 12``, ``9 特稿``, ``科学口袋|20``). No such line is judged by itself: what counts is the longest chain of
them whose numbers rise with the pages.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from bookmaker.chars import squeeze

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bookmaker.segment.rows import Row

LEAST_FOLIOS = 3
"""Page numbers that rise with the pages, by which others are known."""
EDGE = 3
"""Rows at a page's top and foot among which folios stand."""
LONGEST_HEAD = 16
"""Characters: what stands beside a folio is no longer, or it is a sentence."""
LONGEST_NAME = 14
"""Characters: a department's name, or an article's author and title, beside a folio, printed on a page or two only."""
LOST_PAGES = 4
"""Pages without a mark between two folios of a chain."""
UNNUMBERED = 2
"""Pages that do not count between two folios of a chain: a contents page, an advertisement."""
MOST_LISTED = 6
"""Rows between two page numbers of a contents page, one of which ends a sentence where they are folios."""
WINDOW = 24
"""Candidates behind one another among which a chain goes on."""

_LONE = re.compile(r"[·•\-—–－\s]*(?:第\s*)?(\d{1,4})(?:\s*[页頁版])?[·•\-—–－\s]*")
_AT_END = re.compile(
    r"(.*?[^\d\s|｜·•—–/.-]|.*?[12]\d{3}[./-]\d{1,2}(?:[./-]\d{1,2})?(?=\s))([\s|｜·•—–/-]*)(?:第\s*)?(\d{1,4})(?:\s*[页頁版])?[\s·•—–-]*"
)
_AT_START = re.compile(r"[\s·•—–-]*(?:第\s*)?(\d{1,4})(?:\s*[页頁版])?([\s|｜·•—–/-]*)([^\d\s|｜·•—–/.-].*)")
_NUMBER = re.compile(r"\d+")
LONGEST_NUMERALS = 3
"""Characters of a folio in Chinese numerals."""
_DIGITS = {numeral: digit for digit, numeral in enumerate("〇一二三四五六七八九")} | {"○": 0}
_NUMERALS = "〇"
"""What is said to stand beside a folio in Chinese numerals: they stand at the edge of pages only, and
those of one character, as heads are, beside longer ones."""


class _Folio(msgspec.Struct, frozen=True):
    """A row that may be a folio: its index, the number, and what stands beside it with other numbers left open."""

    index: int
    number: int
    beside: str


def mark_folios(rows: Sequence[Row]) -> None:
    """Mark the rows that are folios (``folio`` is their number); begin pages where a folio shows a lost mark."""
    found = _candidates(rows)
    chain = _chain(found, rows)
    if len(chain) < LEAST_FOLIOS:
        return
    for folio in chain:
        rows[folio.index].folio = folio.number
    heads = _stand_above(chain, rows)
    last = 0
    for i, row in enumerate(rows):
        inside = row.from_top >= EDGE and row.from_foot >= EDGE
        if row.folio:
            last = row.folio
        elif last and inside and len(row.text) <= 3 and _lone_number(row) == last + 1:
            row.folio = last = last + 1
        else:
            continue
        begin = i if heads else i + 1
        if inside and begin < len(rows):
            _begin_page(rows, begin)


def _lone_number(row: Row) -> int | None:
    found = _LONE.fullmatch(row.text)
    return int(found.group(1)) if found and found.group(1).isascii() else None


def _candidates(rows: Sequence[Row]) -> list[_Folio]:
    """The rows that may be folios: at the edge of a page, or alike but for their number wherever they stand."""
    alike: Counter[str] = Counter()
    read: list[tuple[Row, _Folio, bool]] = []
    for i, row in enumerate(rows):
        if row.doubled or row.ending in {"stop", "comma", "semicolon"} or len(row.text) > 3 * LONGEST_HEAD:
            continue
        for number, beside, parted in _readings(row.text):
            alike[beside] += beside != _NUMERALS or len(row.text) > 1
            read.append((row, _Folio(i, number, beside), parted))
    unmarked = bool(rows) and rows[0].page == rows[-1].page
    out = []
    for row, folio, parted in read:
        edge = row.from_top < EDGE or row.from_foot < EDGE
        again = alike[folio.beside] >= LEAST_FOLIOS
        if folio.beside == _NUMERALS:
            fits = edge and again
        elif not folio.beside:
            fits = edge or unmarked
        elif edge:
            fits = again or (parted and len(folio.beside) <= LONGEST_NAME)
        else:
            fits = again and parted
        if fits:
            out.append(folio)
    return out


def _readings(text: str) -> Iterator[tuple[int, str, bool]]:
    """The numbers that a row's folio may be, with what stands beside, and whether a blank or a stroke parts them."""
    if len(text) <= LONGEST_NUMERALS and text[0] in _DIGITS and all(c in _DIGITS for c in text):
        yield int("".join(str(_DIGITS[c]) for c in text)), _NUMERALS, True
        return
    if _NUMBER.search(text) is None:
        return
    if (lone := _LONE.fullmatch(text)) is not None:
        yield int(lone.group(1)), _NUMBER.sub("", squeeze(text)), True
        return
    if (found := _AT_END.fullmatch(text)) is not None:
        beside = _NUMBER.sub("#", squeeze(found.group(1)))
        if len(beside) <= LONGEST_HEAD:
            yield int(found.group(3)), beside, bool(found.group(2))
    if (found := _AT_START.fullmatch(text)) is not None:
        beside = _NUMBER.sub("#", squeeze(found.group(3)))
        if len(beside) <= LONGEST_HEAD:
            yield int(found.group(1)), beside, bool(found.group(2))


def _chain(found: Sequence[_Folio], rows: Sequence[Row]) -> list[_Folio]:
    """The longest chain of candidates whose numbers rise by as much as their pages do, or nearly."""
    score: list[float] = []
    back: list[int] = []
    for i, folio in enumerate(found):
        best, before = 1.0, -1
        page = rows[folio.index].page
        for k in range(max(0, i - WINDOW), i):
            other = found[k]
            if other.index == folio.index:
                continue
            if page == rows[other.index].page and _listed(rows[other.index + 1 : folio.index]):
                continue
            pages = page - rows[other.index].page
            more = folio.number - other.number - pages
            if folio.number <= other.number or not -UNNUMBERED <= more <= LOST_PAGES:
                continue
            total = score[k] + (1.0 if more == 0 else 0.6)
            if total > best:
                best, before = total, k
        score.append(best)
        back.append(before)
    out: list[_Folio] = []
    at = max(range(len(found)), key=score.__getitem__, default=-1)
    while at >= 0:
        out.append(found[at])
        at = back[at]
    return out[::-1]


def _listed(between: Sequence[Row]) -> bool:
    """Tell whether the rows ``between`` two numbers that no mark of a page parts are those of a contents page."""
    return len(between) <= MOST_LISTED and all(row.ending != "stop" for row in between)


def _stand_above(chain: Sequence[_Folio], rows: Sequence[Row]) -> bool:
    """Tell whether folios stand at the top of pages; where no page shows it, those beside a name do."""
    top = sum(rows[folio.index].from_top < EDGE for folio in chain)
    foot = sum(rows[folio.index].from_foot < EDGE for folio in chain)
    if top == foot:
        return 2 * sum(bool(folio.beside) for folio in chain) > len(chain)
    return top > foot


def _begin_page(rows: Sequence[Row], start: int) -> None:
    """Let a page without a mark begin with row ``start``."""
    end = start
    while end < len(rows) and rows[end].page == rows[start].page:
        end += 1
    for i in range(start, end):
        rows[i].from_top = i - start
    rows[start].first_on_page = True
    back = start - 1
    if back < 0:
        return
    rows[back].last_on_page = True
    while back >= 0 and rows[back].page == rows[start].page:
        rows[back].from_foot = start - 1 - back
        if rows[back].first_on_page:
            break
        back -= 1
