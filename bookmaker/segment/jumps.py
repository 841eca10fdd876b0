"""Jump lines: where an article breaks off, to go on pages later (``下转第12页``, ``上接第3版``)."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

import msgspec

from bookmaker.segment.flow import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bookmaker.segment.flow import Item
    from bookmaker.segment.reading import Draft
    from bookmaker.segment.rows import Row

_JUMP = re.compile(
    r"[（(\[【]?\s*(?P<to>下转|下轉|转至|轉至|未完转|未完轉)?(?P<back>上接|紧接|緊接|接)?\s*"
    r"第?\s*(?P<number>\d{1,4}|[一二三四五六七八九十]{1,3})\s*[页頁版面][，,]?\s*[^\s。]{0,12}?[）)\]】]?"
)
_DIGITS = {character: number for number, character in enumerate("一二三四五六七八九", 1)}


class Jump(msgspec.Struct, frozen=True):
    """Where a jump line leads: ``onward`` to a page or back to one, by its printed ``number``."""

    onward: bool
    number: int


def jump_of(text: str) -> Jump | None:
    """Read a jump line; None for any other."""
    found = _JUMP.fullmatch(text)
    if found is None or bool(found["to"]) == bool(found["back"]):
        return None
    return Jump(bool(found["to"]), _number(found["number"]))


def mark_jumps(rows: Sequence[Row]) -> None:
    """Mark the rows directly above a line that leads onward (``torn``): the paragraph ends there for now."""
    for row, below in itertools.pairwise(rows):
        jump = jump_of(below.text)
        row.torn = jump is not None and jump.onward


def _number(text: str) -> int:
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return (10 * _DIGITS.get(tens, 1) if ten else 0) + _DIGITS.get(ones, 0)


def follow_jumps(drafts: Sequence[Draft], folios: Mapping[int, int]) -> list[Draft]:
    """Put what a jump line leads back from behind the line that leads there, and leave no draft of it.

    ``folios`` are the printed numbers of the sheets. A sentence that the jump tore is one again.
    """
    onward = [(draft, item, jump) for draft in drafts for item, jump in _jumps(draft.items) if jump.onward]
    out: list[Draft] = []
    for draft in drafts:
        jump = jump_of(draft.items[0].row.text) if draft.items else None
        origin = None
        if jump is not None and not jump.onward:
            here = folios.get(draft.items[0].row.sheet)
            origin = next(
                (
                    way
                    for way in onward
                    if way[0] is not draft
                    and (way[2].number == here or folios.get(way[1].row.sheet) == jump.number)
                ),
                onward[0] if len(onward) == 1 and onward[0][0] is not draft else None,
            )
        if origin is None:
            out.append(draft)
            continue
        onward.remove(origin)
        _join(origin[0], origin[1], draft.items)
    return out


def _jumps(items: Sequence[Item]) -> list[tuple[Item, Jump]]:
    found = ((item, jump_of(item.row.text)) for item in items if item.kind is not Kind.PARAGRAPH)
    return [(item, jump) for item, jump in found if jump is not None]


def _join(draft: Draft, at: Item, more: Sequence[Item]) -> None:
    place = draft.items.index(at)
    before, behind = draft.items[: place + 1], draft.items[place + 1 :]
    last = next((item for item in reversed(before[:-1]) if item.kind is Kind.PARAGRAPH), None)
    first = next((item for item in more if item.kind is Kind.PARAGRAPH), None)
    rest = list(more)
    if last is not None and first is not None and _torn(last.rows[-1]):
        last.rows.extend(first.rows)
        rest.remove(first)
    draft.items = [*before, *rest, *behind]


def _torn(row: Row) -> bool:
    return row.ending in {"none", "comma"}
