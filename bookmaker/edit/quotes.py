"""Quotation marks by region and writing mode, over whole paragraphs and over those that reopen a quotation.

Which mark is the outer one is told by nesting, not by the kind of mark found. A quotation of several paragraphs
opens in each and closes in the last.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from bookmaker.chars import APOSTROPHE, is_han
from bookmaker.edit.marks import CLOSER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bookmaker.edit.marks import Style

MARKS = re.compile("[“”‘’「」『』]")
"""Every mark that may be turned; straight quotes are not among them."""


class Unmatched(NamedTuple):
    """A mark without partner: number of its text in the flow, offset in the text, and the mark."""

    text: int
    offset: int
    mark: str


class _Open(msgspec.Struct):
    """An open quotation: its marks so far, the first and those that reopen it; ``closer`` once found."""

    mark: str
    places: list[tuple[int, int]]
    closer: tuple[int, int] | None = None


def turn(texts: Sequence[str], style: Style) -> tuple[tuple[str, ...], tuple[Unmatched, ...]]:
    """Return successive texts of one flow with their quotation marks in ``style``, and marks left alone.

    Lengths do not change. Apostrophes, primes and inch marks, straight quotes, texts without any Han
    character, and marks without partner stay as they are; only the last are returned.
    """
    quotations, lone = _match(texts)
    if not quotations:
        return tuple(texts), tuple(sorted(lone))
    rows = [list(text) for text in texts]
    events: dict[tuple[int, int], tuple[_Open, bool]] = {}
    for quotation in quotations:
        for place in quotation.places:
            events[place] = (quotation, True)
        if quotation.closer is not None:
            events[quotation.closer] = (quotation, False)
    depth: dict[int, int] = {}
    open_now = 0
    for (text, offset), (quotation, opens) in sorted(events.items(), key=lambda event: event[0]):
        known = id(quotation) in depth
        level = depth.setdefault(id(quotation), open_now)
        open_now += (0 if known else 1) if opens else -1
        rows[text][offset] = style[level % 2][0 if opens else 1]
    return tuple("".join(row) for row in rows), tuple(sorted(lone))


def _match(texts: Sequence[str]) -> tuple[list[_Open], list[Unmatched]]:
    """Pair the marks of a flow; return closed quotations and the marks without partner."""
    closed: list[_Open] = []
    lone: list[Unmatched] = []
    stack: list[_Open] = []

    def give_up(quotations: Sequence[_Open]) -> None:
        lone.extend(
            Unmatched(*place, quotation.mark) for quotation in quotations for place in quotation.places
        )

    for number, text in enumerate(texts):
        marks = list(_marks(text)) if stack or MARKS.search(text) else []
        if not (stack or marks) or not any(map(is_han, text)):
            continue
        if stack:
            again = _reopened(text, [offset for offset, _ in marks], stack)
            give_up(stack[again:])
            del stack[again:]
            for quotation, (offset, _) in zip(stack, marks, strict=False):
                quotation.places.append((number, offset))
            marks = marks[again:]
        for offset, mark in marks:
            if mark in CLOSER:
                stack.append(_Open(mark, [(number, offset)]))
                continue
            partner = next((i for i in reversed(range(len(stack))) if CLOSER[stack[i].mark] == mark), None)
            if partner is not None and not _is_measure(text, offset, stack):
                stack[partner].closer = (number, offset)
                closed.append(stack[partner])
                give_up(stack[partner + 1 :])
                del stack[partner:]
            elif not _is_apostrophe(text, offset):
                lone.append(Unmatched(number, offset, mark))
    give_up(stack)
    return closed, lone


def _marks(text: str) -> Iterator[tuple[int, str]]:
    """Yield the quotation marks of a text, without the apostrophes inside words and the primes of measures."""
    for found in MARKS.finditer(text):
        offset, mark = found.start(), found[0]
        before, after = text[offset - 1 : offset], text[offset + 1 : offset + 2]
        if mark in "‘’" and _is_western(before) and _is_western(after):
            continue
        if mark == "‘" and text[offset + 1 : offset + 3].isdecimal() and text[offset + 3 : offset + 4] == "s":
            continue
        if APOSTROPHE.match(text, offset):
            continue
        if mark == "”" and _feet_before(text, offset):
            continue
        yield offset, mark


def _is_western(character: str) -> bool:
    """Tell whether a character is a letter or digit, but no ideograph and no kana."""
    return character.isalnum() and character < "\u2e80"


def _is_apostrophe(text: str, offset: int) -> bool:
    """Tell whether a closing mark without partner is an apostrophe or a prime: it stands at a word or number."""
    before, after = text[offset - 1 : offset], text[offset + 1 : offset + 2]
    if text[offset] == "’":
        return _is_western(before) or after.isdecimal()
    return text[offset] == "”" and before.isdecimal()


def _feet_before(text: str, offset: int) -> bool:
    """Tell whether feet and inches stand before a ”, as in 5’10”."""
    number = text[:offset]
    bare = number.rstrip("0123456789")
    return bare != number and bare.endswith("’") and bare[:-1][-1:].isdecimal()


def _is_measure(text: str, offset: int, stack: Sequence[_Open]) -> bool:
    """Tell whether a ” after a number means inches: inside one quotation, if another ” follows to close it."""
    if text[offset] != "”" or not text[offset - 1 : offset].isdecimal():
        return False
    following = next((mark for mark in text[offset + 1 :] if mark in "“”"), "")
    return following == "”" and Counter(quotation.mark for quotation in stack)["“"] == 1


def _reopened(text: str, offsets: Sequence[int], stack: Sequence[_Open]) -> int:
    """Return how many of the open quotations the marks at the very start of ``text`` open again."""
    start = len(text) - len(text.lstrip())
    count = 0
    for quotation, offset in zip(stack, offsets, strict=False):
        if offset != start + count or text[offset] != quotation.mark:
            break
        count += 1
    return count
