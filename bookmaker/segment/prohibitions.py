"""Lines that only go on with the line above: they begin with a mark that begins no line, or close its bracket."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bookmaker.chars import CLOSING

if TYPE_CHECKING:
    from bookmaker.segment.rows import Row

LEFT_OVER = re.compile(r"[，。、；：！？．」』”’）》①-⑳]{1,2}(?<!？？)")
"""Marks that a line broken at a fixed number of characters left to the next."""
MOST_LEFT_OVER = 2
_NO_END = "」』”’）》①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
"""Marks behind the end of a sentence."""
_NEVER_FIRST = frozenset("，。｡、；：！？．」』）》】〕")
"""Marks that no line begins with, unless the layer was broken at a fixed number of characters (CLREQ prohibition rules)."""
_OPENED = re.compile(r"[（(][^（()）]{0,14}$")
_CLOSED = re.compile(r"[^（()）。！？]{0,14}[）)]")


def mark_going_on(above: Row, row: Row) -> None:
    """Mark a row that only goes on with the row ``above``; marks that were left to it end what ended there."""
    if row.text[0] in _NEVER_FIRST and not row.text.startswith("？？"):
        row.goes_on = above.held = True
    elif ("（" in above.text or "(" in above.text) and above.text[-1] not in CLOSING:
        opened = _OPENED.search(above.text)
        row.goes_on = opened is not None and _CLOSED.match(row.text) is not None
    if (
        len(row.text) <= MOST_LEFT_OVER
        and LEFT_OVER.fullmatch(row.text) is not None
        and not row.text.strip(_NO_END)
    ):
        row.goes_on, row.ending = True, above.ending
