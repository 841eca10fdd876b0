"""Display text and what type-setting did to it: doubled by a shadow, quotation marks turned, letter-spaced.

A shadowed line reaches the text layer twice, whole or piece by piece (``巩固成果巩固成果``, ``让让花开花开``), and
the quotation marks of its second copy stand where those of the first belong.
"""

from __future__ import annotations

import re

import msgspec

from bookmaker.chars import CLOSING, FULL_STOPS, is_han

_CANONICAL = str.maketrans("“”‘’", "\"\"''")
_MARKS = frozenset("“”‘’")
_LEAST_REPEATED = 3
_REPEAT = re.compile(rf"(.{{{_LEAST_REPEATED},}})\s?\1")
_WORD = re.compile(r"[^\W_]")
_ENUMERATION = re.compile(r"[，、；,]")
_REDUPLICATED = frozenset(
    "人天年月日家户处步代世时事件个条村乡岁层点心声星娃妈爸爷奶哥姐弟妹叔舅宝蛋慢好常渐刚偏悄默往每节字句点滴勤恳"
    "時個條鄉歲層點聲媽爺寶漸剛節戶處種种样樣片座朵颗顆粒双雙对對滚滚漫绵綿郁茫苍蒼浩荡蕩熠闪閃亮红紅绿綠"
)
"""Characters that Chinese doubles by itself: 人人, 娃娃, 处处."""
_LONE = frozenset("，。、；：！？“”‘’（）《》")
_QUOTES = {'"': "“”", "'": "‘’"}


class Undoubled(msgspec.Struct, frozen=True):
    """A doubled line: the body text glued before it, and the display text set once.

    ``single`` counts the characters of the display text before its first doubled piece.
    """

    before: str
    text: str
    single: int = 0


def undouble(line: str) -> Undoubled | None:
    """Set doubled display text once; None when ``line`` is not doubled.

    The line is divided at least cost into doubled pieces and single characters; it counts as doubled when a
    piece of four characters or more occurs twice in a row, or when doubled pieces make up most of it.
    """
    distinct = set(line)
    if len(distinct) > len(line) - _LEAST_REPEATED and distinct.isdisjoint(_MARKS):
        return None  # most lines: too few characters occur twice
    canonical = line if distinct.isdisjoint(_MARKS) else line.translate(_CANONICAL)
    if not _REPEAT.search(canonical):
        return None
    pieces = _divide(canonical)
    # 实验室、省实验室、省: an enumeration repeats itself too, with its pause marks.
    doubled = [
        n
        for at, n in pieces
        if n > 1
        and _WORD.search(canonical, at, at + n)
        and (len(pieces) == 1 or not _ENUMERATION.search(canonical, at, at + n))
    ]
    total = sum(1 for c in canonical if not c.isspace())
    if not doubled or not (max(doubled) >= 4 or 2 * sum(doubled) >= 0.6 * total):
        return None
    first = next(i for i, (_, length) in enumerate(pieces) if length > 1)
    start = pieces[first][0]
    while first and pieces[first - 1][1] == 1 and canonical[pieces[first - 1][0]] in _QUOTES:
        first -= 1
        start = pieces[first][0]
    glued = max((i + 1 for i in range(start) if line[i] in FULL_STOPS or line[i] in CLOSING), default=0)
    before = line[:glued]
    kept = "".join(line[at : at + max(length, 1)] for at, length in pieces if at >= glued)
    text = _pair_quotes(kept)
    return Undoubled(before, text.strip(), start - glued)


def _divide(text: str) -> list[tuple[int, int]]:
    """Divide into (start, length of a piece set twice, 0 for a single character), at least cost."""
    n = len(text)
    cost = [0.0] * (n + 1)
    choice = [0] * (n + 1)
    for i in range(n - 1, -1, -1):
        cost[i], choice[i] = (0.0 if text[i].isspace() else 1.0) + cost[i + 1], 0
        for length in range(1, (n - i) // 2 + 1):
            if text[i] != text[i + length] or text[i : i + length] != text[i + length : i + 2 * length]:
                continue
            if text[i].isspace():
                continue
            after = i + 2 * length
            total = _piece_cost(text, i, length, after) + cost[after]
            if total < cost[i]:
                cost[i], choice[i] = total, length
    pieces = []
    i = 0
    while i < n:
        pieces.append((i, choice[i]))
        i += 2 * choice[i] or 1
    return pieces


def _piece_cost(text: str, start: int, length: int, after: int) -> float:
    if length > 1:
        return 0.6
    if text[start] in _QUOTES:
        return 0.3
    # 人人, 天天 are words: one character twice is a shadow only at an edge of the display text.
    if text[start] in _REDUPLICATED:
        return 2.5
    edge = start == 0 or text[start - 1].isspace() or after >= len(text) or text[after].isspace()
    return 0.9 if edge else 2.5


def _pair_quotes(text: str) -> str:
    """Make the quotation marks of each kind open and close in turn."""
    out = []
    count = {'"': 0, "'": 0}
    for character in text:
        kind = character.translate(_CANONICAL)
        if kind in count and character != kind:
            out.append(_QUOTES[kind][count[kind] % 2])
            count[kind] += 1
        else:
            out.append(character)
    return "".join(out)


def letter_spaced(text: str) -> bool:
    """Tell whether every ideograph of a short line stands apart (``政 治``): display, not two words."""
    parts = text.split()
    return len(parts) > 1 and all(len(part) == 1 and is_han(part) for part in parts)


def loosely_set(text: str) -> bool:
    """Tell whether blanks divide single characters somewhere: a line stretched to its measure (``5 个 工 作``).

    A stretched line is never the last of a paragraph, and its width says nothing.
    """
    parts = text.split()
    if len(parts) < 3:
        return False
    if any(part in _LONE for part in parts[1:-1]):
        return True
    return len(parts) > 4 and sum(len(part) <= 2 for part in parts) >= 0.6 * len(parts)
