"""Captions that say themselves that they are one: ``图1 …``, ``图为…``, ``▲ …``, or who took the picture at their end."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from typing import TYPE_CHECKING

from bookmaker.chars import HAN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookmaker.segment.rows import Row

MOST_ROWS = 3
"""Rows of a caption that is set in a narrow measure."""
LEAST_POINTED = 10.0
"""Ems: rows behind a pointing mark that are longer, as a rule, are captions rather than heads."""

_POINTING = frozenset("▲△▼▽◀▶◄►◁▷")
_NUMBERED = re.compile(
    r"[图圖][ \u3000]?(?:\d{1,2}(?:[-—.．]\d{1,2})?|[一二三四五六七八九十]{1,3})[ \u3000:：.．]\s*\S"
)
_SHOWS = re.compile(r"(?:[图圖][为為:：]|[上下左右][图圖](?:[为為]|[:：]))")
_NAME = rf"(?:(?:{HAN}|·){{2,4}}|{HAN}[ \u3000]{HAN})"
_MAKES = "(?:摄影?|攝影?|供图|供圖|制图|製圖|绘图?|繪圖?)"
CREDITED = re.compile(
    rf"[\s／/（(]{_NAME}[\s/／]?{_MAKES}[）)]?$"
    rf"|[（(［\[](?:{_MAKES}|图片?|圖片?)[\s:：/／|｜]+{_NAME}(?:[\s、]{_NAME})*[）)］\]]$"
    r"|[（(](?:资料图片?|資料圖片?|[图圖]片?(?:来源|來源|由)[^（()）]{1,20})[）)]$"
)
"""Who took or gave the picture, at the end of a caption."""
_CREDIT_ALONE = re.compile(
    rf"[（(［\[]?(?:{_MAKES}|图片?|圖片?)[\s:：/／|｜]+{_NAME}(?:[\s、]{_NAME})*[）)］\]]?"
    rf"|[（(［\[]?{_NAME}[\s/／|｜]*{_MAKES}[）)］\]]?"
)


def find_captions(rows: Sequence[Row]) -> None:
    """Mark the rows where a caption begins (``caption``), and those where it goes on (``caption_more``).

    A row that only says who took the picture belongs to the caption above it.
    """
    pointing = _pointing(rows)
    for above, row in itertools.pairwise(rows):
        if not row.first_on_page and above.ending == "none" and _CREDIT_ALONE.fullmatch(row.text):
            above.caption = row.caption_more = True
    for i, row in enumerate(rows):
        if row.caption_more or not (
            row.bullet in pointing or _NUMBERED.match(row.text) or _SHOWS.match(row.text)
        ):
            continue
        row.caption = True
        credited = next(
            (k for k in range(i, min(i + MOST_ROWS, len(rows))) if CREDITED.search(rows[k].text)), i
        )
        below = rows[i + 1 : credited + 1]
        if all(not (more.first_on_page or more.bullet or _NUMBERED.match(more.text)) for more in below):
            for more in below:
                more.caption_more = True


def _pointing(rows: Sequence[Row]) -> frozenset[str]:
    """The pointing marks that stand before captions here: before rows too long for heads, or with a credit."""
    marked = [row for row in rows if row.text[0] in _POINTING]
    count = Counter(row.text[0] for row in marked)
    long = Counter(
        row.text[0] for row in marked if row.width >= LEAST_POINTED or CREDITED.search(row.text) is not None
    )
    return frozenset(mark for mark, n in count.items() if 2 * long[mark] > n)
