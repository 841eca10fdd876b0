"""Tags: rows that name a department or the magazine again and again, at a page's edge or within its text."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from bookmaker.chars import STYLES, is_han, squeeze
from bookmaker.layer import Change, Reason
from bookmaker.segment.bylines import ROLE, byline_bullets, marked_byline, picture_credit, says_author

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from bookmaker.segment.contents import Match
    from bookmaker.segment.rows import Row

MAX_TAG = 14
"""A running head or department's tab is at most this long, in characters."""

LONGEST_HEAD_ROW = 9.0
"""Ems: a longer row without end mark goes on in the next."""
LONGEST_RUNNING, LEAST_OUTER, OUTER = 40, 3, 3
"""Characters of a running head that is the very first or last line of its page, and the pages on which it stands."""
LONGEST_MARKED = 7
"""Characters of a department's name with the mark before it."""
_BARE_END = re.compile(r"[\w》）)]$")


def _department_marks(rows: list[Row]) -> frozenset[str]:
    """The marks that stand before departments: before short names at the top of pages, no two of them a byline."""
    top: Counter[str] = Counter()
    marked: Counter[str] = Counter(row.bullet for row in rows if row.bullet)
    for row in rows:
        if row.bullet and len(squeeze(row.text)) <= LONGEST_MARKED and row.ending == "none":
            top[row.bullet] += row.from_top < 2
    return frozenset(
        mark
        for mark, n in top.items()
        if n >= 2
        and n >= 0.7 * marked[mark]
        and mark not in byline_bullets(row.text for row in rows if row.bullet)
    )


def bare_name(name: str) -> str:
    """A department's name without the marks and brackets around it."""
    adorned = not (name[:1].isalnum() and name[-1:].isalnum())
    return _LABEL.sub("", _ADORNMENT.sub("", name) if adorned else name)


_LABEL = re.compile(r"^(?:栏目|欄目|专栏|專欄)[:：]")


_FRAMED = re.compile(r"([＊*※◆■●★~～·|｜丨—-])[^\W\d_]{1,8}\1")
"""A department's name between two marks that are the same."""
_ADORNMENT = re.compile(r"^[\W_]+|[\W_]+$")


def mark_tags(rows: list[Row], departments: set[str], authors: AbstractSet[str] = frozenset()) -> None:
    """Mark rows that are a department's tab or a running head.

    Such a row is a department named on the contents page, or a short line without end mark that stands alone
    on three pages or more (two, where it does so each time) at a page's edge or within a sentence, or a
    single character that does so twice. The ``authors`` that the contents page names are none.
    """
    pages: Counter[str] = Counter()
    edge: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    outer: dict[str, set[int]] = {}
    seen: set[tuple[str, int]] = set()
    before = "stop"
    keys = [squeeze(row.text) for row in rows]
    for row, key in zip(rows, keys, strict=True):
        # a head stands behind the end of a paragraph or below another short line
        inside, before = (
            before not in {"stop", "colon"},
            row.ending if row.width > LONGEST_HEAD_ROW or row.vertical else "stop",
        )
        if (
            len(key) <= LONGEST_RUNNING
            and row.ending in {"none", "bracket"}
            and min(row.from_top, row.from_foot) < (OUTER if len(key) > MAX_TAG else 1)
        ):
            outer.setdefault(key, set()).add(row.sheet)
        if (
            row.folio
            or len(key) > MAX_TAG
            or row.ending != "none"
            or row.vertical
            or row.doubled
            or row.drawn
            or row.closing
        ):
            continue
        if (
            not _BARE_END.search(key)
            or row.bullet
            or row.point
            or row.dashed
            or key[0] in "（("
            or ROLE.fullmatch(key)
        ):
            continue
        if len(key) == 1:
            alone[key] += 1
        if (key, row.sheet) in seen:
            continue
        seen.add((key, row.sheet))
        pages[key] += 1
        if any(map(is_han, key)):
            edge[key] += row.from_top < 3 or row.from_foot < 5 or inside
        else:
            edge[key] += min(row.from_top, row.from_foot) < 2  # a line of code stands anywhere, and again
    # the same head may stand in several articles, but between paragraphs
    tags = {k for k, n in pages.items() if (n >= 3 and edge[k] > 0.6 * n) or (n == 2 and edge[k] == 2)}
    tags |= {k for k, on in outer.items() if len(on) >= LEAST_OUTER}
    tags |= {k for k, n in alone.items() if n >= 2 and is_han(k)}
    # an author may write for several pages
    tags -= {
        key
        for row, key in zip(rows, keys, strict=True)
        if key in tags and (says_author(row.text) or picture_credit(row.text))
    }
    tags -= authors - outer.keys()
    marks = _department_marks(rows)
    for row, key in zip(rows, keys, strict=True):
        row.framed = (not key[:1].isalnum() and _FRAMED.fullmatch(key) is not None) or (
            row.bullet in marks and len(key) <= LONGEST_MARKED
        )
        row.tag = not (row.vertical or row.doubled or row.drawn or row.dashed) and (
            key in departments
            or key in tags
            or row.framed
            or (len(key) <= MAX_TAG + 4 and bare_name(key) in departments)
        )
    for row in rows:
        # a logo that stands on every page runs into the display text beside it
        if row.doubled and row.single == 1 and row.text[0] in tags and len(row.text) > 6:
            row.changes.append(Change(row.page, row.line, Reason.RUNNING_HEAD, row.text[0]))
            row.text = row.text[1:].lstrip()
            row.measure(STYLES["full"])


NEAR_TITLE = 5
"""Rows below a running head within which the title stands that it repeats."""
MOST_SHEETS = 12
"""Pages behind an article's opening on which its title may be the running head."""


def mark_running_titles(rows: Sequence[Row], keys: Sequence[str], matches: dict[int, Match]) -> None:
    """Mark running heads that print an article's title or department: ``tag``; what they match is taken from ``matches``.

    Such a row is the first of its page, and a row with the same letters (its skeleton in ``keys``) stands a few rows
    below it; or it prints the title of an entry that stood on a page shortly before, and no byline is below it.
    """
    opened: dict[int, int] = {}  # the sheet on which the title of an entry was set last
    for i, row in enumerate(rows):
        match = matches.get(i)
        title = match is not None and match.part == "title"
        if (
            row.first_on_page
            and keys[i]
            and not (row.doubled or row.drawn or row.folio or row.ending != "none")
        ):
            near = range(i + 1, min(i + 1 + NEAR_TITLE, len(rows) - 1))
            again = any(keys[k] == keys[i] and rows[k].sheet == row.sheet for k in near)
            before = opened.get(match.entry) if match is not None and title else None
            if again or (
                before is not None
                and 0 < row.sheet - before <= MOST_SHEETS
                and not any(marked_byline(rows[k].text) for k in near if rows[k].sheet == row.sheet)
            ):
                row.tag = True
                matches.pop(i, None)
                continue
        if match is not None and title:
            opened.setdefault(match.entry, row.sheet)
