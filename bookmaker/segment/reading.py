"""What the cutting of the flow into articles works on: the items with the signs of their rows, and drafts of articles."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from bookmaker.segment.flow import Item, Kind
from bookmaker.segment.openings import LEAST_OPENINGS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookmaker.segment.contents import Match
    from bookmaker.segment.entries import Contents
    from bookmaker.segment.evidence import Known
    from bookmaker.segment.titles import Rival


LEAST_LISTED = 6
"""Entries whose titles are found, from which on a contents page is believed to be whole."""


class Draft(msgspec.Struct, eq=False):
    """An article in the making; lists hold items in the order they stand.

    ``department`` is the name in brackets above the opening: that of the articles behind it too.
    """

    start: int
    kind: str = "article"
    kickers: list[Item] = []
    titles: list[Item] = []
    subtitles: list[Item] = []
    bylines: list[Item] = []
    captions: list[Item] = []
    tabs: list[Item] = []
    tags: list[str] = []
    vertical: str = ""
    department: str = ""
    entry: int | None = None
    rival: Rival | None = None
    items: list[Item] = []

    @property
    def body_text(self) -> str:
        """The paragraphs run together."""
        return "".join(item.text for item in self.items if item.kind is Kind.PARAGRAPH)


class Reading(msgspec.Struct, eq=False, dict=True):
    """What the drafting stage needs to know: the items, the signs of rows, the contents and their matches."""

    items: list[Item]
    signs: Sequence[Known]
    matches: dict[int, Match]
    contents: Contents

    @cached_property
    def opens_pages(self) -> bool:
        """Whether articles show by the first rows of pages here, so that no other row at a page's top opens one."""
        return sum(sign.opening for sign in self.signs) >= LEAST_OPENINGS

    @cached_property
    def listed(self) -> bool:
        """Whether the contents page lists all that stands here: nearly every entry's title does."""
        found = {match.entry for match in self.matches.values() if match.part == "title"}
        return len(found) >= LEAST_LISTED and len(found) >= 0.9 * len(self.contents.entries)

    def match(self, item: Item) -> Match | None:
        """The contents entry that an item prints a part of."""
        return self.matches.get(item.index)

    def sign(self, item: Item) -> Known:
        """The signs of an item's first row."""
        return self.signs[item.index]

    def plain(self, item: Item) -> bool:
        """Tell whether an item is display text that no sign explains: a candidate for titles and kickers."""
        sign, row = self.sign(item), item.row
        return not (
            row.tag
            or row.closing
            or row.vertical
            or row.drawn
            or row.folio is not None
            or row.caption
            or row.pulled
            or sign.wordless
            or sign.byline
            or sign.notice
            or sign.part
            or row.doubled
            or sign.credit
        )
