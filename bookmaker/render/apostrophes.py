"""Apostrophes of Western words: U+2019 too, which Chinese faces draw as a closing quotation mark of a whole em.

It is marked up (``chars.APOSTROPHE``), so that a style sheet can set it in a Western face.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bookmaker.chars import APOSTROPHE
from bookmaker.render.runs import mark_runs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

CSS = "apostrophe"


def mark_apostrophes(body: etree._Element) -> None:
    """Put every apostrophe of a Western word in ``body`` into a ``span.apostrophe``; no character is added or lost."""
    if any("’" in text for text in body.itertext()):
        mark_runs(body, _places)


def _places(text: str) -> Iterator[tuple[int, int, str]]:
    for found in APOSTROPHE.finditer(text):
        yield found.start(), found.end(), CSS
