"""Named sets of characters for Chinese text, and widths in ems as a typesetter counts them.

Sets follow CLREQ (Requirements for Chinese Text Layout), sections "Prohibition Rules for Line Start and Line
End" and "Positions and widths of punctuation marks", and GB/T 15834–2011 part 5.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

FULL_STOPS = frozenset("。｡！？!?.．…")
"""Marks that end a sentence (GB/T 15834 4.1–4.3, half as wide or a dot in some texts, and the ellipsis)."""

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
HAN = r"[^\W\da-zA-Z_]"
"""In a pattern: a letter of no Latin word, which in a Chinese text is an ideograph.

A range of all ideographs says it more exactly, but takes a millisecond to compile, at every start.
"""
WESTERN = r"[0-9A-Za-z\u00c0-\u024f]"
"""In a pattern: a Western letter or digit, as words with an apostrophe are made of."""
APOSTROPHE = re.compile(rf"(?<={WESTERN})’(?={WESTERN})|’(?=n’)|(?<=’n)’")
"""U+2019 where it is surely no quotation mark: between Western letters or digits, or around the n of ’n’."""


class Widths(dict[str, float]):
    """Widths of characters in ems, filled in as characters are met; ``exceptions`` name those a house sets otherwise."""

    def __init__(self, exceptions: Mapping[str, float] | None = None) -> None:
        super().__init__(exceptions or {})

    def __missing__(self, character: str) -> float:
        if character == " ":
            width = 0.25
        elif character in _WIDE_MARKS or unicodedata.east_asian_width(character) in "WF":
            width = 1.0
        else:
            width = 0.0 if unicodedata.category(character) in {"Mn", "Me", "Cf"} else 0.5
        self[character] = width
        return width

    def of(self, text: str) -> float:
        """Width of a line."""
        return sum(map(self.__getitem__, text))

    def spare(self, text: str) -> float:
        """What the marks of a line can give up, half an em each (CLREQ line adjustment)."""
        return 0.5 * sum(map(text.count, self._yielding))

    @cached_property
    def _yielding(self) -> str:
        """The marks that take a whole em and can do with half of one."""
        return "".join(mark for mark in PAUSE_MARKS + STOP_MARKS + PAIRED_MARKS if self[mark] > 0.5)


PAUSE_MARKS = "，、"
STOP_MARKS = "。．！？；："
PAIRED_MARKS = "“”‘’《》〈〉（）「」『』【】〔〕"

STYLES: Mapping[str, Widths] = MappingProxyType(
    {
        "full": Widths(),
        "kaiming": Widths(dict.fromkeys(PAUSE_MARKS + PAIRED_MARKS, 0.5)),
        "half": Widths(dict.fromkeys(PAUSE_MARKS + PAIRED_MARKS + STOP_MARKS, 0.5)),
    }
)
"""How wide a house sets its marks (CLREQ, "Punctuation width adjustment"): 全角式, 开明式, 半角式."""


def is_han(character: str) -> bool:
    """Tell whether a character is an ideograph."""
    return (
        "\u4e00" <= character <= "\u9fff"
        or "\u3400" <= character <= "\u4dbf"
        or "\uf900" <= character <= "\ufaff"
        or "\U00020000" <= character <= "\U0003ffff"
        or character == "\u3007"
    )


def is_latin(character: str) -> bool:
    """Tell whether a character is an ASCII letter or digit, the kind of which words and numbers are made."""
    return character.isascii() and character.isalnum()


def squeeze(text: str) -> str:
    """Drop every blank: the text by which lines and titles are compared."""
    return "".join(text.split())


_WORDS = re.compile(r"[^\W_]+")


def skeleton(text: str) -> str:
    """Reduce to letters, digits and ideographs: what two printings of one title have in common."""
    # Marks first: a full-width one makes normalization three times as slow.
    return unicodedata.normalize("NFKC", "".join(_WORDS.findall(text)))


def first_unit(text: str, widths: Widths) -> float:
    """Width in ems of the first piece of ``text`` that a line break cannot divide.

    That is a run of opening marks, then one ideograph or one word or number, then every mark that may not
    start a line (CLREQ prohibition rules): the piece that had no room on the line before.
    """
    i, n = 0, len(text)
    while i < n and (text[i] in OPENING or text[i] == " "):
        i += 1
    if i < n:
        word = is_latin(text[i])
        i += 1
        while word and i < n and (is_latin(text[i]) or text[i] in ".,%‰/+-:"):
            i += 1
    while i < n and text[i] in NOT_AT_LINE_START:
        i += 1
    return widths.of(text[:i])
