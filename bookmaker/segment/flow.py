"""The labelled rows as a sequence of items: paragraphs, heads and rows of display text, in the order they stand."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

import msgspec

from bookmaker.segment.labels import Label, Labelled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bookmaker.segment.rows import Row


class Kind(Enum):
    """What an item is."""

    PARAGRAPH = "paragraph"
    HEAD = "head"
    DISPLAY = "display"


class Item(msgspec.Struct, eq=False):
    """A paragraph or head with its rows, or one row of display text.

    ``index`` is that of its first row. ``interrupts`` marks display text or a boxed paragraph that stands inside
    a paragraph which goes on behind it.
    """

    kind: Kind
    index: int
    rows: list[Row] = []
    boxed: bool = False
    interrupts: bool = False

    @property
    def row(self) -> Row:
        """The first row."""
        return self.rows[0]

    @property
    def body(self) -> bool:
        """Whether it is body text: a paragraph, or lines that are kept as they are."""
        return self.kind is Kind.PARAGRAPH or self.row.inset

    @property
    def end(self) -> int:
        """The index behind its last row, if its rows follow each other."""
        return self.index + len(self.rows)

    @property
    def text(self) -> str:
        """The rows' texts run together, to be looked at rather than set."""
        return "".join(row.text for row in self.rows)


def build_items(rows: Sequence[Row], labels: Sequence[Labelled]) -> list[Item]:
    """Group labelled rows into items; a paragraph stands where it begins, what interrupts it behind it."""
    items: list[Item] = []
    open_item: Item | None = None
    suspended: Item | None = None
    for i, (row, labelled) in enumerate(zip(rows, labels, strict=True)):
        label = labelled.label
        if suspended is not None and not labelled.boxed:
            open_item, suspended = suspended, None
        if label in {Label.FIRST, Label.ONLY}:
            if labelled.boxed and suspended is None and open_item is not None:
                suspended = open_item
            item = Item(Kind.PARAGRAPH, i, [row], labelled.boxed, interrupts=suspended is not None)
            items.append(item)
            open_item = item if label is Label.FIRST else None
        elif label in {Label.MIDDLE, Label.LAST}:
            if open_item is None:
                open_item = Item(Kind.PARAGRAPH, i, [], labelled.boxed)
                items.append(open_item)
            open_item.rows.append(row)
            if label is Label.LAST:
                open_item = None
        elif label is Label.HEAD_MORE and items and items[-1].kind is Kind.HEAD:
            items[-1].rows.append(row)
        elif label in {Label.HEAD, Label.HEAD_MORE}:
            items.append(Item(Kind.HEAD, i, [row], labelled.boxed))
        else:
            inside = open_item is not None or suspended is not None
            if row.caption_more and items and items[-1].kind is Kind.DISPLAY and items[-1].end == i:
                items[-1].rows.append(row)
                continue
            if not row.drawn:
                _unhead(items, row)
            items.append(Item(Kind.DISPLAY, i, [row], labelled.boxed, interrupts=inside))
    return items


def _unhead(items: list[Item], row: Row) -> None:
    """Take plain heads directly above a row of display text on its page for display text too, row by row."""
    while items and items[-1].kind is Kind.HEAD and items[-1].row.sheet == row.sheet:
        head = items[-1]
        if any(part.bullet or part.point or part.ending == "dash" for part in head.rows):
            return
        k = len(items) - 1
        items[k:] = [
            Item(Kind.DISPLAY, head.index + n, [part], head.boxed) for n, part in enumerate(head.rows)
        ]
        return


class Cluster(msgspec.Struct, eq=False):
    """Neighbouring items of display text (and heads among them), ``items[start:end]`` of the flow.

    ``open`` tells that it interrupts a paragraph; ``leads_in`` that a paragraph begins directly behind it.
    """

    start: int
    end: int
    items: list[Item]
    open: bool
    leads_in: bool


def clusters(items: Sequence[Item]) -> Iterator[Cluster]:
    """Yield the runs of display items; a head that touches display text in front of it or behind belongs to the run.

    Items whose rows do not follow each other have rows of an open paragraph between them and are two runs.
    """
    i = 0
    while i < len(items):
        if items[i].body:
            i += 1
            continue
        j = i + 1
        while j < len(items) and not items[j].body and items[j].index == items[j - 1].end:
            j += 1
        if any(item.kind is Kind.DISPLAY for item in items[i:j]):
            # heads behind the last row of display text belong to the body
            end = j
            while items[end - 1].kind is Kind.HEAD:
                end -= 1
            run = list(items[i:end])
            behind = items[end] if end < len(items) else None
            leads_in = behind is not None and not behind.interrupts and behind.index == items[end - 1].end
            yield Cluster(i, end, run, any(item.interrupts for item in run), leads_in)
        i = j
