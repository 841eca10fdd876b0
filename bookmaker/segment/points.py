"""Numbered points that follow one another, as one list; their printed numbers stay in the text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bookmaker.model import BodyBlock, List, ListItem, Paragraph, Source, plain

if TYPE_CHECKING:
    from collections.abc import Iterable

_POINT = re.compile(r"(\d{1,2})([.．、])(?!\d)|([(（])(\d{1,2})[)）]|([①-⑳])")
LEAST_POINTS = 2
"""A list has two points at least, and begins with the first."""


def group_points(blocks: Iterable[BodyBlock]) -> list[BodyBlock]:
    """Join neighbouring paragraphs numbered 1, 2, 3 … in one style to a list; all else stays as it is."""
    out: list[BodyBlock] = []
    run: list[Paragraph] = []
    style = ""
    for block in blocks:
        point = _point(block)
        if point is not None and isinstance(block, Paragraph):
            number, mark = point
            if run and mark == style and number == len(run) + 1:
                run.append(block)
                continue
            out.extend(_listed(run))
            run, style = ([block], mark) if number == 1 else ([], "")
            if number != 1:
                out.append(block)
            continue
        out.extend(_listed(run))
        run = []
        out.append(block)
    return [*out, *_listed(run)]


def _point(block: BodyBlock) -> tuple[int, str] | None:
    """The number and the style of a numbered paragraph."""
    found = _POINT.match(plain(block.text)) if isinstance(block, Paragraph) else None
    if found is None:
        return None
    arabic, dot, bracket, enclosed, circled = found.groups()
    if circled:
        return ord(circled) - ord("①") + 1, "①"
    return int(arabic or enclosed), dot or bracket


def _listed(run: list[Paragraph]) -> list[BodyBlock]:
    if len(run) < LEAST_POINTS or any(block.source is None for block in run):
        return [*run]
    sources = [block.source for block in run if block.source is not None]
    whole = Source(
        page=sources[0].page,
        lines=_merged([lines for source in sources for lines in source.lines]),
        split=any(source.split for source in sources),
    )
    items = tuple(ListItem(text=block.text, source=block.source) for block in run)
    return [List(items=items, ordered=True, id=run[0].id, source=whole)]


def _merged(ranges: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Ranges of lines in order, those that touch or overlap made one."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if out and start <= out[-1][1] + 1:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return tuple(out)
