"""Kinds of characters: what each is to the setting of a line, and what may stand between two of them.

Rules of CLREQ (Requirements for Chinese Text Layout): prohibition rules for line start and line end, mixed setting of
Han and Western text; and of GB/T 15834–2011, part 5.
"""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING

from bookmaker.chars import BULLETS, CLOSING, NOT_AT_LINE_START, OPENING, is_han

if TYPE_CHECKING:
    from collections.abc import Iterator


class Kind(IntEnum):
    """What a character is to the setting of a line."""

    HAN = 0
    OPENING = 1
    CLOSING = 2
    PAUSE = 3
    DASH = 4
    WESTERN = 5
    SPACE = 6
    JOINER = 7
    SYMBOL = 8


_PAUSES = frozenset("，、；：。．！？")
_DASHES = frozenset("—…～·‧・•／–")
_JOINERS = frozenset("\u00a0\u2060\ufeff\u202f")
_NO_BREAK_AFTER = OPENING | BULLETS | frozenset("/／№＃#＄$￥¥£€@＠")
_NO_BREAK_BEFORE = NOT_AT_LINE_START | frozenset("–＿々〻ー\"'")
_KANA = re.compile("[\u3040-\u30ff\u31f0-\u31ff]")


def is_wide(character: str) -> bool:
    """Tell whether Chinese type gives a character a full em; curly quotes belong to it in these books."""
    return character in "“”‘’—…" or unicodedata.east_asian_width(character) in "WF"


@cache
def kind(character: str) -> Kind:
    """Classify one character."""
    if character in " \t\n\u3000\u200b":
        return Kind.SPACE if character != "\u3000" else Kind.SYMBOL
    if character in _JOINERS or unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return Kind.JOINER
    if is_han(character) or _KANA.match(character):
        return Kind.HAN
    if character in _DASHES:
        return Kind.DASH
    if is_wide(character):
        if character in OPENING:
            return Kind.OPENING
        if character in CLOSING:
            return Kind.CLOSING
        return Kind.PAUSE if character in _PAUSES else Kind.SYMBOL
    return Kind.WESTERN


_CHINESE = re.compile(
    "[\u2014\u2018\u2019\u201c\u201d\u2026\u2e80-\u312f\u3190-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60\U00020000-\U0003ffff]"
)


def is_chinese(text: str) -> bool:
    """Tell whether ``text`` holds a Han character or a full-width mark, so that these rules apply to it."""
    return _CHINESE.search(text) is not None


@cache
def may_break(before: str, after: str) -> bool:
    """Tell whether a line may end between two characters (CLREQ prohibition rules, GB/T 15834 5.1)."""
    first, second = kind(before), kind(after)
    if Kind.JOINER in (first, second) or second is Kind.SPACE:
        return False
    if after in _NO_BREAK_BEFORE:
        return False
    if first is Kind.SPACE:
        return True
    if before in _NO_BREAK_AFTER:
        return False
    if first is Kind.WESTERN and second is Kind.WESTERN:
        return before == "-"
    return before not in "\"'"


def may_stretch(before: str, after: str) -> bool:
    """Tell whether a line may be opened between two characters.

    Never inside a word, a dash or an ellipsis, and not beside those, nor between a mark and what it holds.
    """
    first, second = kind(before), kind(after)
    if first is Kind.SPACE or (first is Kind.HAN and second is Kind.HAN):
        return True
    if second in (Kind.SPACE, Kind.JOINER) or first is Kind.JOINER:
        return False
    if Kind.DASH in (first, second) or (first is Kind.WESTERN and second is Kind.WESTERN):
        return False
    return first is not Kind.OPENING and second not in (Kind.CLOSING, Kind.PAUSE)


@cache
def is_mixed(before: str, after: str) -> bool:
    """Tell whether a Han character and a Western letter or digit meet (CLREQ, mixed setting)."""
    first, second = kind(before), kind(after)
    if first is Kind.HAN:
        return second is Kind.WESTERN and (after.isalnum() or after in "+$€£")
    return second is Kind.HAN and first is Kind.WESTERN and (before.isalnum() or before in "%+°")


def split_units(text: str) -> list[int]:
    """Return the starts of the pieces of ``text`` that no line break divides and that are measured whole.

    A piece is one full-width character (with what combines with it), one dash or ellipsis of two ems, one run
    of spaces, or one Western word.
    """
    starts: list[int] = []
    for run in han_runs(text):
        first, end = run.span()
        if run.lastgroup:  # nothing is joined to a Han character but what follows the last
            starts.extend(range(first, end))
            continue
        before = text[first - 1] if first else ""
        before_kind = kind(before) if first else None
        for i in range(first, end):
            character = text[i]
            role = kind(character)
            if before_kind is None or before_kind is Kind.HAN:
                joined = role is Kind.JOINER and before_kind is not None
            elif role is Kind.WESTERN:
                joined = before_kind is Kind.WESTERN and before != "-"
            elif role is Kind.DASH:
                joined = character == before  # a face may have one glyph for ——
            else:
                joined = role is Kind.JOINER or (role is Kind.SPACE and before_kind is Kind.SPACE)
            if not joined:
                starts.append(i)
            before, before_kind = character, role
    return starts


class _Codes(dict[str, str]):
    """One letter for the kind of every character: H for Han."""

    def __missing__(self, character: str) -> str:
        code = self[character] = "HOCPDWSJY"[kind(character)]
        return code


_codes = _Codes()
_RUN = re.compile("(?P<han>H+)|[^H]+")


def han_runs(text: str) -> Iterator[re.Match[str]]:
    """Yield the runs of Han characters, as the group ``han``, and what stands between them."""
    return _RUN.finditer("".join(map(_codes.__getitem__, text)))
