"""Characters that stand for others, or for nothing: each replacement is recorded as a ``Change``.

What PDF text layers are known for: radicals where an ideograph was meant (fonts with a glyph shared by both
map back to the radical), compatibility ideographs, presentation forms of vertical setting, and invisible
formatting characters. Half-width forms, private-use characters and variation selectors are left alone: they
may be meant.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from bookmaker.layer import Change, Reason

SOFT_HYPHEN = "\u00ad"

_CJK_RADICALS = (
    ".厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑彐忄心扌攵.旡日月歺母民氵氺灬爫爫丬牛犭王𤴔目示礻𥫗糹"
    "纟罓罒㓁冗𦉫羊𦍌𦍋耂肀聿肉𦥑艹艹艹虎衤覀西见角𧢲讠贝𧾷车辶辶辶邑钅長镸长门𨸏阝雨青韦页风飞食𩙿飠"
    "饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟"
)
"""Ideographs of U+2E80–U+2EF3 in order, '.' where there is none.

Source: property Equivalent_Unified_Ideograph of the Unicode Character Database 14.0
(EquivalentUnifiedIdeograph.txt).
"""

_VERTICAL_FORMS = {
    "︐︑︒︓︔︕︖︗︘︙": "，、。：；！？〖〗…",
    "︰︱︲︳︴︵︶︷︸︹︺︻︼︽︾︿﹀﹁﹂﹃﹄﹇﹈": "‥—–＿＿（）｛｝〔〕【】《》〈〉「」『』［］",
}
"""Presentation forms U+FE10–FE19 and U+FE30–FE48 with the mark each presents.

Compatibility decompositions of the Unicode Character Database, but full width, as the mark in Chinese text is
(CLREQ n022: text holds the plain marks, vertical forms are the font's business).
"""

# C0 and C1 controls except tab and line feed; zero-width, bidirectional and invisible operators; the byte
# order mark and noncharacters. U+2028/2029 end no line of a text layer: they are set as a blank.
_CONTROLS = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff"
)
_SEPARATORS = "\u2028\u2029"

SUSPECT = re.compile(
    f"[{_CONTROLS}{_SEPARATORS}{SOFT_HYPHEN}\u2e80-\u2ef3\u2f00-\u2fd5\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe48"
    "\U0002f800-\U0002fa1f]"
)
"""Matches every character that ``normalise`` may change: text without a match is clean."""

_CONTROL = re.compile(f"[{_CONTROLS}]")


@cache
def replacement(character: str) -> tuple[str, Reason] | None:
    """Return what stands for ``character`` and why, or None where it stays.

    Kangxi radicals follow their NFKC decomposition, CJK radicals ``_CJK_RADICALS``, compatibility ideographs
    NFC (a canonical, hence certain, equivalence; the twelve unified ones of U+FA0E–FA29 stay).
    """
    point = ord(character)
    if 0x2E80 <= point <= 0x2EF3:
        ideograph = _CJK_RADICALS[point - 0x2E80]
        return None if ideograph == "." else (ideograph, Reason.RADICAL)
    if 0x2F00 <= point <= 0x2FD5:
        return unicodedata.normalize("NFKC", character), Reason.RADICAL
    if character in _SEPARATORS:
        return " ", Reason.CONTROL
    if character == SOFT_HYPHEN or _CONTROL.match(character):
        return "", Reason.CONTROL
    for forms, marks in _VERTICAL_FORMS.items():
        if character in forms:
            return marks[forms.index(character)], Reason.COMPATIBILITY
    composed = unicodedata.normalize("NFC", character)
    return None if composed == character else (composed, Reason.COMPATIBILITY)


def normalise(text: str, *, page: int, line: int) -> tuple[str, tuple[Change, ...]]:
    """Return a line normalised, and one change per reason with all the characters it removed and added.

    ``page`` and ``line`` count from 1 and go into the changes. A soft hyphen at the line's end broke a word:
    it becomes a hyphen, which the segmenter undoes; elsewhere it is dropped.
    """
    if not SUSPECT.search(text):
        return text, ()
    ledger: dict[Reason, tuple[list[str], list[str]]] = {}
    stem = text.rstrip()
    end = len(stem) - 1 if stem.endswith(SOFT_HYPHEN) else -1

    def replaced(match: re.Match[str]) -> str:
        character = match[0]
        change = ("-", Reason.HYPHEN) if match.start() == end else replacement(character)
        if change is None:
            return character
        removed, added = ledger.setdefault(change[1], ([], []))
        removed.append(character)
        added.append(change[0])
        return change[0]

    normal = SUSPECT.sub(replaced, text)
    changes = tuple(
        Change(page=page, line=line, reason=reason, removed="".join(removed), added="".join(added))
        for reason, (removed, added) in ledger.items()
    )
    return normal, changes
