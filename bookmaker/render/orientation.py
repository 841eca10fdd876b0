"""Vertical text: which numbers are set across in one em, and which letters stand upright.

Text of a vertical edition lies on its side where it is Western (``text-orientation: mixed``), except short
numbers and pairs of exclamation and question marks, which are set across in one em (tate-chu-yoko), and lone
letters and acronyms, which stand upright one below another (CLREQ, id69; GB/T 15834, 5.1.2). Words and longer
numbers stay on their side, and so does what is part of them, as the digits of 3.5 or of COVID-19.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from bookmaker.render.xhtml import element

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

TCY, UPRIGHT = "tcy", "upright"
"""Classes of what is set across in one em, and of letters that stand upright."""

_WORD = r"[!-~\u00a1-\u00b6\u00b8-\u024f\u2032\u2033]"
_RUN = re.compile(rf"{_WORD}+(?: {_WORD}+)*|[！？]+")
"""A run of Western characters, in which nothing else than the whole may be set across; or a run of marks."""

_SHORT = re.compile(
    r"""(?P<pair>[!?]{2})|[(\["']*(?:(?P<tcy>[0-9]{1,3}|[+-][0-9]{1,2}|[0-9]{1,2}[.°]|(?=.?.?[A-Z])(?=.?.?[0-9])[0-9A-Z]{2,3})"""
    r"""(?P<percent>%?)|(?P<upright>[A-Z]{1,5}))[)\]"',;:!?]*"""
)
"""Such a run that is a number of one to three digits (also 5G, A4), a pair of marks, or a capital letter or acronym."""

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


def orient(body: etree._Element) -> None:
    """Mark up in ``body`` what is set across (``span.tcy``) and what stands upright (``span.upright``).

    No character is added or lost. What other markup or a page marker divides stays as it is.
    """
    # All texts are gathered before the first is cut, since cutting moves what follows.
    for line in list(_lines(body)):
        _mark(line)


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


def _mark(line: tuple[_Slot, ...]) -> None:
    places = list(_places(line[0].text if len(line) == 1 else "".join(slot.text for slot in line)))
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


def _places(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, class) of everything in ``text`` that is set across or upright, in order."""
    for run in _RUN.finditer(text):
        if run[0][0] in "！？":
            if len(run[0]) == 2:
                yield run.start(), run.end(), TCY
        elif short := _SHORT.fullmatch(run[0]):
            for name, css in (("pair", TCY), ("tcy", TCY), ("percent", UPRIGHT), ("upright", UPRIGHT)):
                start, end = short.span(name)
                if start < end:
                    yield run.start() + start, run.start() + end, css


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
