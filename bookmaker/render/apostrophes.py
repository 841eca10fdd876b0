"""Apostrophes of Western words: U+2019 too, which Chinese faces draw as a closing quotation mark of a whole em.

Only the character between Western letters or digits, or around the n of ’n’, is surely an apostrophe (as
``bookmaker.edit.quotes`` reads it). It is marked up, so that a style sheet can set it in a Western face.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bookmaker.render.runs import mark_runs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

CSS = "apostrophe"
LETTER = r"[0-9A-Za-z\u00c0-\u024f]"
"""In a pattern: a Western letter or digit, as words with an apostrophe are made of."""
_APOSTROPHE = re.compile(rf"(?<={LETTER})’(?={LETTER})|’(?=n’)|(?<=’n)’")


def mark_apostrophes(body: etree._Element) -> None:
    """Put every apostrophe of a Western word in ``body`` into a ``span.apostrophe``; no character is added or lost."""
    if any("’" in text for text in body.itertext()):
        mark_runs(body, _places)


def _places(text: str) -> Iterator[tuple[int, int, str]]:
    for found in _APOSTROPHE.finditer(text):
        yield found.start(), found.end(), CSS
