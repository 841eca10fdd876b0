"""Openings that neither byline nor contents page announces: a short row at the top of a page.

Such a row opens an article where the page before was not filled, or where a line below says when and where the
article was written. A department's name in brackets may stand above it, or at the foot of the page before.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from bookmaker.chars import squeeze

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookmaker.segment.habits import Habits
    from bookmaker.segment.rows import Row

_ENCLOSED = re.compile(r"(?:《[^《》]{1,12}》|【[^【】]{1,12}】|〔[^〔〕]{1,12}〕)")
_NOTE_MARK = re.compile(r"(?:[（(〔\[](?:註|注)?[一二三四五六七八九十\d]{0,3}[)）〕\]]|[①-⑳*＊])$")
_CLAUSE = re.compile(r"[，。；：！？,;:!?]")
_NUMBERED = re.compile(
    r"^[（(]|^[\d０-９]|^[甲乙丙丁戊己庚辛壬癸][　 、]|^第[〇一二三四五六七八九十百\d]{1,4}[條条章节節款項项目編编]"
)
LEAST_OPENINGS = 5
"""Openings by which a layer shows that its articles begin at the top of a page."""
LONGEST_OPENING = 26.0
"""Ems: a row at the top of a page that is longer is no title of one row."""


def enclosed(row: Row) -> bool:
    """Tell whether a row is nothing but a short name in brackets: a department's, above a title."""
    return _ENCLOSED.fullmatch(squeeze(row.text)) is not None


def bracketless(name: str) -> str:
    """A department's name without the brackets around it."""
    return name.strip("《》【】〔〕")


def note_mark(text: str) -> str:
    """The mark of a note at the end of a title (``（註一）``), empty where there is none."""
    found = _NOTE_MARK.search(text)
    return found.group() if found else ""


def dated(row: Row) -> bool:
    """A row between two dashes: it says when and where the article was written or spoken."""
    return row.dashed and row.ending == "dash"


def find_openings(rows: Sequence[Row], habits: Habits) -> frozenset[int]:
    """Indices of the rows at the top of a page that open an article.

    Where most short rows at the top of a page are such openings, those behind a page that was just filled by the
    end of its text are too.
    """
    sure, other = set(), set()
    for i, row in enumerate(rows):
        if not row.first_on_page:
            continue
        top = _above_date(rows, i)
        if top is not None:
            sure.add(top)
            continue
        top = i + 1 if enclosed(row) and i + 1 < len(rows) and not rows[i + 1].first_on_page else i
        if not _titular(rows[top]):
            continue
        if row.page - 1 in habits.short_pages:
            sure.add(top)
        elif i and rows[i - 1].ending in {"stop", "bracket"}:
            other.add(top)
    if len(sure) >= LEAST_OPENINGS and len(sure) > len(other):
        return frozenset(sure | other)
    return frozenset(sure)


def _above_date(rows: Sequence[Row], first: int) -> int | None:
    """The row above a date line that stands among the first rows of the page that begins with ``first``."""
    for i in range(first, min(first + 3, len(rows) - 1)):
        below = rows[i + 1]
        if below.first_on_page or (i > first and not _titular(rows[i]) and not enclosed(rows[i])):
            return None
        if dated(below):
            return i if _titular(rows[i]) else None
    return None


def find_enclosed(rows: Sequence[Row], openings: frozenset[int]) -> frozenset[int]:
    """Indices of the rows directly above an opening that name its department in brackets."""
    return frozenset(
        i for i, (above, _) in enumerate(pairwise(rows)) if i + 1 in openings and enclosed(above)
    )


def _titular(row: Row) -> bool:
    """Tell whether a row can be a title of one line: short, without end mark and without number."""
    text = row.text
    mark = note_mark(text)
    return (
        not (row.doubled or row.tag or row.vertical or row.drawn or row.bullet or row.dashed or row.folio)
        and not (row.enumerated or row.point or _NUMBERED.match(text))
        and (row.ending == "none" or bool(mark))
        and not _CLAUSE.search(text)
        and 3.0 <= row.width <= LONGEST_OPENING
        and row.indent < 2.9
    )
