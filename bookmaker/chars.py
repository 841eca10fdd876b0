"""Named sets of characters for Chinese text, and widths in ems as a typesetter counts them.

Sets follow CLREQ (Requirements for Chinese Text Layout), sections "Prohibition Rules for Line Start and Line
End" and "Positions and widths of punctuation marks", and GB/T 15834–2011 part 5.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

FULL_STOPS = frozenset("。！？!?.…")
"""Marks that end a sentence (GB/T 15834 4.1–4.3, and the ellipsis)."""

OPENING = frozenset("“‘（《〈「『【〔［｛〖([{")
"""Marks forbidden at the end of a line (CLREQ prohibition rules)."""

CLOSING = frozenset("”’）》〉」』】〕］｝〗)]}")
PAUSES = frozenset("，、；：。．！？,.;:!?·•‧～~％%‰℃°…—-/／")
NOT_AT_LINE_START = CLOSING | PAUSES
"""Marks forbidden at the start of a line (CLREQ prohibition rules; GB/T 15834 5.1.1–5.1.3)."""

BULLETS = frozenset("■□●○◆◇▲△▼▽★☆※◎▶►▪•➤")
"""Marks that a magazine sets before bylines, heads and leads."""

HAN_NUMERALS = "〇一二三四五六七八九十百"

_WIDE_MARKS = frozenset("“”‘’—…·■□●○◆◇▲△▼▽★☆※◎∶①②③④⑤⑥⑦⑧⑨⑩→←↑↓×÷±≥≤≈Ⅰ∠ⅡⅢⅣⅤⅥⅦⅧⅨⅩ")
_HAN = re.compile(
    "[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)


@cache
def em(character: str) -> float:
    """Width of one character in ems: Han and full-width marks 1, Latin letters and digits 1/2, a blank 1/4."""
    if character == " ":
        return 0.25
    if character in _WIDE_MARKS or unicodedata.east_asian_width(character) in "WF":
        return 1.0
    return 0.0 if unicodedata.category(character) in {"Mn", "Me", "Cf"} else 0.5


def ems(text: str) -> float:
    """Width of a line in ems."""
    return sum(map(em, text))


def is_han(character: str) -> bool:
    """Tell whether a character is an ideograph."""
    return _HAN.match(character) is not None


def is_latin(character: str) -> bool:
    """Tell whether a character is an ASCII letter or digit, the kind of which words and numbers are made."""
    return character.isascii() and character.isalnum()


def squeeze(text: str) -> str:
    """Drop every blank: the text by which lines and titles are compared."""
    return "".join(text.split())


_NOT_WORDS = re.compile(r"[^\w]|_")


def skeleton(text: str) -> str:
    """Reduce to letters, digits and ideographs: what two printings of one title have in common."""
    return _NOT_WORDS.sub("", unicodedata.normalize("NFKC", text))


def first_unit(text: str) -> float:
    """Width in ems of the first piece of ``text`` that a line break cannot divide.

    That is a run of opening marks, then one ideograph or one word or number, then every mark that may not
    start a line (CLREQ prohibition rules): the piece that had no room on the line before.
    """
    i, n, width = 0, len(text), 0.0
    while i < n and (text[i] in OPENING or text[i] == " "):
        width += em(text[i])
        i += 1
    if i < n:
        word = is_latin(text[i])
        width += em(text[i])
        i += 1
        while word and i < n and (is_latin(text[i]) or text[i] in ".,%‰/+-:"):
            width += em(text[i])
            i += 1
    while i < n and text[i] in NOT_AT_LINE_START:
        width += em(text[i])
        i += 1
    return width
