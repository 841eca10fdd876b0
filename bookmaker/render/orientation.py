"""Vertical text: which numbers are set across in one em, and which letters stand upright.

Text of a vertical edition lies on its side where it is Western (``text-orientation: mixed``), except short
numbers and pairs of exclamation and question marks, which are set across in one em (tate-chu-yoko), and lone
letters and acronyms, which stand upright one below another (CLREQ, id69; GB/T 15834, 5.1.2). Words and longer
numbers stay on their side, and so does what is part of them, as the digits of 3.5 or of COVID-19.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bookmaker.chars import WESTERN as LETTER
from bookmaker.render.runs import mark_runs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

TCY, UPRIGHT = "tcy", "upright"
"""Classes of what is set across in one em, and of letters that stand upright."""

_WORD = rf"(?:[!-~\u00a1-\u00b6\u00b8-\u024f\u2032\u2033]|(?<={LETTER})’(?={LETTER}))"
_RUN = re.compile(rf"{_WORD}+(?: {_WORD}+)*|[！？]+")
"""A run of Western characters, in which nothing else than the whole may be set across; or a run of marks."""

_SHORT = re.compile(
    r"""(?P<pair>[!?]{2})|[(\["']*(?:(?P<tcy>[0-9]{1,3}|[+-][0-9]{1,2}|[0-9]{1,2}[.°]|(?=.?.?[A-Z])(?=.?.?[0-9])[0-9A-Z]{2,3})"""
    r"""(?P<percent>%?)|(?P<upright>[A-Z]{1,5}))[)\]"',;:!?]*"""
)
"""Such a run that is a number of one to three digits (also 5G, A4), a pair of marks, or a capital letter or acronym."""


def orient(body: etree._Element) -> None:
    """Mark up in ``body`` what is set across (``span.tcy``) and what stands upright (``span.upright``).

    No character is added or lost. What other markup or a page marker divides stays as it is.
    """
    mark_runs(body, _places)


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
