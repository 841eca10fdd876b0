"""Marking up runs of characters in a chapter: what stands in several text nodes is read as one text."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bookmaker.render.xhtml import element

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from lxml import etree

# Elements that do not end a line of text; all others begin a text of their own.
_INLINE = frozenset({"a", "em", "ruby", "span", "strong"})
# What is not set in columns: readings stand beside them, tables are read across.
_APART = frozenset({"rp", "rt", "table"})


class _Slot(NamedTuple):
    """A text node: ``owner.text``, or ``owner.tail`` where ``tail`` is true."""

    owner: etree._Element
    tail: bool

    @property
    def text(self) -> str:
        return (self.owner.tail if self.tail else self.owner.text) or ""


def mark_runs(body: etree._Element, find: Callable[[str], Iterable[tuple[int, int, str]]]) -> None:
    """Put into spans what ``find`` finds in the texts of ``body``: (start, end, class), in order, none overlapping.

    No character is added or lost. What other markup or a page marker divides stays as it is.
    """
    # All texts are gathered before the first is cut, since cutting moves what follows.
    for line in list(_lines(body)):
        _mark(line, find)


def _lines(block: etree._Element) -> Iterator[tuple[_Slot, ...]]:
    """Yield the texts of ``block``: each as the text nodes that make up one flow of characters."""
    line: list[_Slot] = []

    def walk(parent: etree._Element) -> Iterator[tuple[_Slot, ...]]:
        nonlocal line
        line.append(_Slot(parent, tail=False))
        for child in parent:
            name = child.tag.rpartition("}")[2]
            if name in _INLINE:
                yield from walk(child)
            elif name not in _APART:
                yield tuple(line)
                line = []
                yield from walk(child)
                yield tuple(line)
                line = []
            line.append(_Slot(child, tail=True))

    yield from walk(block)
    yield tuple(line)


def _mark(line: tuple[_Slot, ...], find: Callable[[str], Iterable[tuple[int, int, str]]]) -> None:
    places = list(find(line[0].text if len(line) == 1 else "".join(slot.text for slot in line)))
    if not places:
        return
    offset = 0
    for slot in line:
        end = offset + len(slot.text)
        inside = [
            (start - offset, stop - offset, css)
            for start, stop, css in places
            if offset <= start and stop <= end
        ]
        if inside:
            _cut(slot, inside)
        offset = end


def _cut(slot: _Slot, places: list[tuple[int, int, str]]) -> None:
    """Put ``places`` of the text of ``slot`` into spans."""
    owner, text = slot.owner, slot.text
    parent = owner.getparent() if slot.tail else owner
    assert parent is not None  # noqa: S101 - only elements inside the body have tails here
    at = parent.index(owner) + 1 if slot.tail else 0
    rest = text[: places[0][0]] or None
    if slot.tail:
        owner.tail = rest
    else:
        owner.text = rest
    ends = [start for start, _, _ in places[1:]] + [len(text)]
    for number, ((start, stop, css), end) in enumerate(zip(places, ends, strict=True)):
        span = element(parent, "span", text[start:stop], css=css)
        parent.insert(at + number, span)
        span.tail = text[stop:end] or None
