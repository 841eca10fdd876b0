"""Openings that neither byline nor contents page announces: a short row at the top of a page.

Such a row opens an article where the page before was not filled, or where a line below says when and where the
article was written. A department's name in brackets may stand above it, or at the foot of the page before.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bookmaker.chars import squeeze
from bookmaker.segment.bylines import bare_names
from bookmaker.segment.shapes import Setting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookmaker.segment.habits import Habits
    from bookmaker.segment.rows import Row

_ENCLOSED = re.compile(r"(?:《[^《》]{1,12}》|【[^【】]{1,12}】|〔[^〔〕]{1,12}〕)")
_NOTE_MARK = re.compile(r"(?:[（(〔\[](?:註|注)?[一二三四五六七八九十\d]{0,3}[)）〕\]]|[①-⑳*＊])$")
_WORD = re.compile(r"\w")
_DATE = re.compile(r"(?:中[華华]民[國国]|民[國国])?\s*[\d一二三四五六七八九十〇○零]{2,4}\s*年")
_CLAUSE = re.compile(r"[，。；：！？,;:!?]")
_NUMBERED = re.compile(
    r"^[（(]|^[\d０-９]|^[甲乙丙丁戊己庚辛壬癸][　 、]|^第[〇一二三四五六七八九十百\d]{1,4}[條条章节節款項项目編编]"
)
LEAST_OPENINGS = 5
"""Openings by which a layer shows that its articles begin at the top of a page."""
LONGEST_NAME = 8.0
"""Ems: a row of this length directly below a document's title names its author."""
MOST_OPENING_ROWS = 6
"""Rows of a document's opening: department, office, title, date."""
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


def find_openings(rows: Sequence[Row], habits: Habits) -> dict[int, str]:
    """Find the openings at the top of pages: row index → title, department, kicker, subtitle or author.

    Where most short rows at the top of a page are such openings, those behind a page that was just filled by the
    end of its text are too. In a layer whose lines are whole paragraphs no page can be one of paper: each is a
    document.
    """
    if habits.setting is Setting.LINES:
        return _documents(rows)
    if habits.setting is Setting.VERSE:
        return {}
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
        if row.sheet - 1 in habits.short_pages:
            sure.add(top)
        elif i and rows[i - 1].ending in {"stop", "bracket"}:
            other.add(top)
    titles = sure | other if len(sure) >= LEAST_OPENINGS and len(sure) > len(other) else sure
    found = dict.fromkeys(titles, "title")
    found |= {i - 1: "department" for i in titles if i and enclosed(rows[i - 1])}
    return found


def _documents(rows: Sequence[Row]) -> dict[int, str]:
    """The openings of pages that are documents: rows without end mark as far to the left as the page's first.

    The title is by far the widest of them, or the first; department and kicker stand above it, the date below.
    """
    found: dict[int, str] = {}
    firsts = [i for i, row in enumerate(rows) if row.first_on_page]
    if not all(rows[i].ending == "none" and rows[i].width <= LONGEST_OPENING for i in firsts):
        return found
    for i, after in zip(firsts, [*firsts[1:], len(rows)], strict=True):
        run = [i]
        for k in range(i + 1, min(after, i + MOST_OPENING_ROWS)):
            if (
                rows[k].ending != "none"
                or abs(rows[k].indent - rows[i].indent) > 1
                or not _WORD.search(rows[k].text)
            ):
                break
            run.append(k)
            if _DATE.match(rows[k].text):
                break
        named = [k for k in run if not _DATE.match(rows[k].text)]
        widest = max(named, key=lambda k: rows[k].width, default=i)
        title = widest if rows[widest].width > 2 * rows[i].width else i
        above, below = [k for k in run if k < title], [k for k in run if k > title]
        found[title] = "title"
        found |= dict.fromkeys(above[1:], "kicker")
        found |= dict.fromkeys(above[:1], "department")
        for k in below:
            lone = k == title + 1 and rows[k].width <= LONGEST_NAME and not _DATE.match(rows[k].text)
            found[k] = "author" if lone or bare_names(rows[k].text) else "subtitle"
    return found


def _above_date(rows: Sequence[Row], first: int) -> int | None:
    """The row above a date line that stands among the first rows of the page that begins with ``first``."""
    for i in range(first, min(first + 3, len(rows) - 1)):
        below = rows[i + 1]
        if below.first_on_page or (i > first and not _titular(rows[i]) and not enclosed(rows[i])):
            return None
        if dated(below):
            return i if _titular(rows[i]) else None
    return None


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
