"""Apostrophes of Western words on pages: a letter of their own while a page is made, the same character when it is read.

Chinese faces draw U+2019 as a closing quotation mark of a whole em, in vertical text as one that stands upright. In
the tree that is laid out U+02BC (modifier letter apostrophe) stands for those that are part of a word: a letter to
the rules of composition, and in edition faces the narrow form of the mark. What is shown is told to readers as U+2019.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bookmaker.chars import APOSTROPHE

if TYPE_CHECKING:
    from collections.abc import Mapping

MARK, LETTER = "\u2019", "\u02bc"


def as_letters(text: str) -> str:
    """Return ``text`` with the letter for every apostrophe of a Western word."""
    return APOSTROPHE.sub(LETTER, text)


def as_marks(texts: Mapping[int, str]) -> dict[int, str]:
    """Return what glyphs stand for, with the mark for the letter."""
    return {glyph: text.replace(LETTER, MARK) for glyph, text in texts.items()}
