"""Captions that say themselves that they are one: ``图1 …``, ``图为…``, ``▲ …``, or who took the picture at their end."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from typing import TYPE_CHECKING

from bookmaker.chars import HAN
from bookmaker.segment.bylines import marked_byline
from bookmaker.segment.shapes import usual_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookmaker.segment.rows import Row

MOST_ROWS = 3
"""Rows of a caption that is set in a narrow measure."""
LONGEST_REST, LONGEST_BRACKET = 2, 5
"""Characters of a caption, and with its bracket, that are left for a line of their own, at most."""
LONGEST_NAME = 4
LONGEST_CREDIT = 30
"""Characters of a photographer's name on a row of its own, and of a byline that gives it."""
LEAST_POINTED = 10.0
"""Ems: rows behind a pointing mark that are longer, as a rule, are captions rather than heads."""

_TAKES = frozenset("摄攝")
PICTURING = frozenset("摄攝供制製绘繪图圖")
"""One of these is in every credit of a picture."""
_POINTING = frozenset("▲△▼▽◀▶◄►◁▷")
_NUMBERED = re.compile(
    r"[图圖][ \u3000]?(?:\d{1,2}(?:[-—.．]\d{1,2})?|[一二三四五六七八九十]{1,3})[ \u3000:：.．]\s*\S"
)
_SHOWS = re.compile(
    rf"(?:[图圖][为為:：]|[上下左右][图圖](?:[为為]|[:：])|[↑↓←→↖↗↘↙][ \u3000]?(?:{HAN}|[“《]))"
)
_NAME = rf"(?:(?:{HAN}|·){{2,4}}|{HAN}[ \u3000]{HAN})"
_MAKES = "(?:摄影?|攝影?|供图|供圖|制图|製圖|绘图?|繪圖?)"
CREDITED = re.compile(
    rf"[\s／/（(]{_NAME}[\s/／]?{_MAKES}[）)]?$"
    rf"|\s{_MAKES}[\s:：/／|｜]+{_NAME}$"
    rf"|[（(［\[](?:{_MAKES}|图片?|圖片?)[\s:：/／|｜]+{_NAME}(?:[\s、]{_NAME})*[）)］\]]$"
    r"|[（(](?:资料图片?|資料圖片?|[图圖]片?(?:来源|來源|由)[^（()）]{1,20})[）)]$"
)
"""Who took or gave the picture, at the end of a caption."""
_CREDIT_ALONE = re.compile(
    rf"[（(［\[]?(?:{_MAKES}|图片?|圖片?)[\s:：/／|｜]+{_NAME}(?:[\s、]{_NAME})*[）)］\]]?"
    rf"|[（(［\[]?{_NAME}[\s/／|｜]*{_MAKES}[）)］\]]?"
)
_ENDS_CREDITED = re.compile(rf"[（(［\[](?:{_MAKES})[\s:：/／|｜]+{_NAME}[）)］\]]$")
WIDER = 3.0
"""Ems by which a caption's line is wider than the usual column's, so that it is none of the text."""


def find_captions(rows: Sequence[Row]) -> None:
    """Mark the rows where a caption begins (``caption``), and those where it goes on (``caption_more``).

    A row that only says who took the picture belongs to the caption above it, or to the byline; so does the name of
    a photographer, whom bylines name, below a row that no sentence runs into.
    """
    pointing = _pointing(rows)
    usual = usual_width(rows)
    photographers: frozenset[str] | None = None
    for k, (above, row) in enumerate(itertools.pairwise(rows)):
        if row.first_on_page or above.ending != "none":
            continue
        torn = row.goes_on and len(row.text) <= LONGEST_BRACKET and CREDITED.search(above.text + row.text)
        alone = not PICTURING.isdisjoint(row.text) and _CREDIT_ALONE.fullmatch(row.text)
        if torn or (alone and marked_byline(above.text) is None):
            if k and not torn and _runs_on(rows[k - 1], above):
                row.caption = True
            else:
                above.caption = row.caption_more = True
        elif above.width > usual + WIDER and _ENDS_CREDITED.search(row.text):
            above.caption = row.caption_more = True
        elif k and len(row.text) <= LONGEST_NAME and _interrupts(rows[k - 1], above, usual):
            photographers = _photographers(rows) if photographers is None else photographers
            if row.text in photographers:
                above.caption = row.caption_more = True
                row.tag = False
    for i, row in enumerate(rows):
        if row.caption_more or not (
            row.bullet in pointing or _NUMBERED.match(row.text) or _SHOWS.match(row.text)
        ):
            continue
        row.caption = True
        credited = next(
            (k for k in range(i, min(i + MOST_ROWS, len(rows))) if CREDITED.search(rows[k].text)),
            _last_row(rows, i, usual),
        )
        below = rows[i + 1 : credited + 1]
        if all(not (more.first_on_page or more.bullet or _NUMBERED.match(more.text)) for more in below):
            for more in below:
                more.caption_more = True


def _photographers(rows: Sequence[Row]) -> frozenset[str]:
    """The names of those who took pictures, as bylines give them."""
    return frozenset(
        person.name
        for row in rows
        if len(row.text) <= LONGEST_CREDIT and not _TAKES.isdisjoint(row.text)
        for person in marked_byline(row.text) or ()
        if person.role and not _TAKES.isdisjoint(person.role)
    )


def _interrupts(before: Row, row: Row, usual: float) -> bool:
    """Tell whether a row stands between the lines of a sentence, set in another measure than they are."""
    full = before.ending in {"none", "comma"} and abs(before.width - usual) <= 1 and not before.caption
    return full and abs(row.width - usual) > 0.5 and row.ending == "none"


def _runs_on(above: Row, row: Row) -> bool:
    """Tell whether a row is a full line of the sentence above it."""
    return above.ending in {"none", "comma"} and abs(above.width - row.width) <= 1 and not above.caption


def _last_row(rows: Sequence[Row], i: int, usual: float) -> int:
    """The last row of the caption that row ``i`` begins: the next one if it closes its bracket, or is the rest of it.

    A rest is a few characters that a line as wide as the ``usual`` column had no room for, before the page ends.
    """
    row, k = rows[i], i + 1
    if k == len(rows) or rows[k].first_on_page or row.ending != "none":
        return i
    short = len(rows[k].text) <= LONGEST_REST and rows[k].ending == "none" and row.width >= usual - 1
    below = rows[k + 1] if k + 1 < len(rows) else None
    ends = below is None or below.first_on_page or below.folio is not None or _NUMBERED.match(below.text)
    torn = rows[k].goes_on and not row.held
    return k if torn or (short and ends and rows[k].folio is None) else i


def _pointing(rows: Sequence[Row]) -> frozenset[str]:
    """The pointing marks that stand before captions here: before rows too long for heads, or with a credit."""
    marked = [row for row in rows if row.text[0] in _POINTING]
    count = Counter(row.text[0] for row in marked)
    long = Counter(
        row.text[0] for row in marked if row.width >= LEAST_POINTED or CREDITED.search(row.text) is not None
    )
    return frozenset(mark for mark, n in count.items() if 2 * long[mark] > n)
