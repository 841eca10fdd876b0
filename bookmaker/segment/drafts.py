"""Drafts of articles: which display text is an article's title, kicker, byline, caption."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from bookmaker.chars import is_han, skeleton, squeeze
from bookmaker.segment.bylines import officer
from bookmaker.segment.cuts import find_starts
from bookmaker.segment.evidence import EDGE_FOOT, EDGE_TOP, OCCASION
from bookmaker.segment.flow import Item, Kind, clusters
from bookmaker.segment.jumps import follow_jumps
from bookmaker.segment.openings import bracketless
from bookmaker.segment.reading import Draft
from bookmaker.segment.tags import MAX_TAG, bare_name
from bookmaker.segment.titles import LONGEST_TAB, LONGEST_TITLE_LINE, SHORTEST_TITLE, divide_loose, joins

if TYPE_CHECKING:
    from bookmaker.segment.reading import Reading


MOST_TITLE_LINES = 2
"""Lines of a title; of three short ones the first is rather a kicker."""
_TRANSLATION = re.compile(
    r"[A-Z][\x20-\x7e‘’“”–—é]*[a-z]{2}[\x20-\x7e‘’“”–—é]*|[A-Z]{2,}(?:[ ,:’'-]+[A-Z]+){2,}[?!.]?"
)
"""A row without ideographs at an opening: the title in another language."""


def draft_articles(reading: Reading) -> list[Draft]:
    """Divide the items of one stretch of text into drafts and give each its display text."""
    drafts = [Draft(start) for start in find_starts(reading)]
    ends = [*(draft.start for draft in drafts[1:]), len(reading.items)]
    for draft, end in zip(drafts, ends, strict=True):
        draft.items = reading.items[draft.start : end]
    folios = {item.row.sheet: item.row.folio for item in reading.items if item.row.folio is not None}
    drafts = follow_jumps(drafts, folios)
    for draft in drafts:
        _claim(draft, reading)
    return drafts


def _claim(draft: Draft, reading: Reading) -> None:
    """Give a draft its titles, kickers, subtitles, bylines, captions and tags."""
    runs = [[item for item in cluster.items if not item.boxed] for cluster in clusters(draft.items)]
    runs = [run for run in runs if run]
    matches = [match for run in runs for item in run if (match := reading.match(item)) is not None]
    draft.entry = next((match.entry for match in matches if match.part == "title"), None)
    # what signs explain comes first: a title at the foot of the page is none of the rows at its head
    loose = [
        [item for item in run if not _claim_signed(draft, item, reading) and not _numbered(item)]
        for run in runs
    ]
    foot = any(
        reading.plain(item)
        and not item.row.dashed
        and item.row.width >= SHORTEST_TITLE
        and item.row.sheet == draft.items[0].row.sheet
        and item.row.from_foot < EDGE_FOOT
        for rest in loose[1:]
        for item in rest
    )
    for n, (run, rest) in enumerate(zip(runs, loose, strict=True)):
        if rest:
            _claim_loose(draft, run, rest, reading, opening=n == 0, later=foot and n == 0)
    if draft.entry is not None and not draft.kickers and len(draft.titles) > MOST_TITLE_LINES:
        # the contents page may list the kicker as the first words of the title
        first, second, *_ = draft.titles
        if first.row.width <= LONGEST_TAB and not joins(first, second):
            draft.kickers.append(draft.titles.pop(0))
    _settle_dashed(draft, reading)
    _settle_first_line(draft, reading)
    if not draft.titles:
        # a plain head at the top of a page, before any paragraph, is a title
        claimed = (*draft.tabs, *draft.kickers, *draft.captions, *draft.subtitles, *draft.bylines)
        before = [item for item in draft.items[:3] if item.kind is not Kind.DISPLAY and item not in claimed]
        if (
            before
            and before[0].kind is Kind.HEAD
            and before[0].row.from_top < EDGE_TOP
            and not before[0].row.bullet
        ):
            draft.titles.append(before[0])


def _settle_dashed(draft: Draft, reading: Reading) -> None:
    """Take what stands before the colon of an entry for the title, where the text sets the rest as its subtitle.

    A row behind a dash below the title's first is a subtitle's, though the entry lists it with the title.
    """
    listed = [item for item in draft.kickers if reading.match(item) is not None]
    dashed = [item for item in draft.titles if item.row.dashed]
    above = [item for item in draft.titles if item not in dashed]
    if not above and listed and (dashed or draft.subtitles):
        draft.kickers = [item for item in draft.kickers if item not in listed]
        draft.titles, above = listed, listed
    if above and dashed:
        draft.titles = above
        draft.subtitles = [*dashed, *draft.subtitles]


def _settle_first_line(draft: Draft, reading: Reading) -> None:
    """Take a row above a title for its first line where it is as wide, and the entry, worded otherwise, has its words."""
    first = draft.titles[0] if draft.titles else None
    over = (item for item in (*draft.kickers, *draft.tabs) if first is not None and item.end == first.index)
    above = next(over, None)
    if draft.entry is None or first is None or above is None:
        return
    listed = skeleton(reading.contents.entries[draft.entry].title)
    words = skeleton(above.text)
    if (
        above.row.sheet == first.row.sheet
        and reading.match(above) is None
        and SHORTEST_TITLE <= above.row.width <= LONGEST_TITLE_LINE
        and abs(above.row.width - first.row.width) <= 1
        and skeleton("".join(item.text for item in draft.titles)) != listed
        and 2 * sum(character in listed for character in words) > len(words)
    ):
        draft.titles.insert(0, above)
        draft.kickers = [item for item in draft.kickers if item is not above]
        draft.tabs = [item for item in draft.tabs if item is not above]
        draft.tags = [tag for tag in draft.tags if tag != squeeze(above.text)]


def _numbered(item: Item) -> bool:
    """Take a numbered row that nothing else explains for a head."""
    if item.row.point and not item.row.doubled and item.row.ending == "none":
        item.kind = Kind.HEAD
    return item.kind is Kind.HEAD and item.row.point


def _at_edge(item: Item) -> bool:
    row = item.row
    return row.from_top < EDGE_TOP or row.from_foot < EDGE_FOOT


def _claim_signed(draft: Draft, item: Item, reading: Reading) -> bool:
    """Claim an item that its own signs explain."""
    row, sign, match = item.row, reading.sign(item), reading.match(item)
    if match is not None and draft.entry in {None, match.entry}:
        draft.entry = match.entry
        claimed = {
            "title": draft.titles,
            "kicker": draft.kickers,
            "subtitle": draft.subtitles,
            "author": draft.bylines,
        }
        claimed[match.part].append(item)
    elif sign.part == "department":
        draft.tabs.append(item)
        draft.department = bracketless(squeeze(item.text))
    elif sign.part == "jump":
        pass
    elif sign.part:
        {
            "title": draft.titles,
            "kicker": draft.kickers,
            "subtitle": draft.subtitles,
            "author": draft.bylines,
            "sign-off": draft.bylines,
        }[sign.part].append(item)
    elif row.tag or row.vertical:
        if row.tag:
            draft.tags.append(bare_name(squeeze(item.text)))
        elif len(draft.vertical) < MAX_TAG:
            draft.vertical += item.text
    elif sign.wordless or sign.notice or row.drawn or row.pulled or row.folio is not None:
        pass
    elif row.caption:
        draft.captions.append(item)
    elif sign.byline:
        draft.bylines.append(item)
    else:
        return False
    return True


def _claim_loose(
    draft: Draft, run: list[Item], loose: list[Item], reading: Reading, *, opening: bool, later: bool
) -> None:
    """Divide the items of one cluster that no sign explains among title, kicker, subtitle, byline and captions."""
    candidates: list[Item] = []
    han = opening and any(is_han(item.text[0]) for item in loose)
    for item in loose:
        if item.row.goes_on and draft.titles and item.index == draft.titles[-1].end:
            draft.titles.append(item)
            continue
        dashed = item.row.dashed and (opening or (not draft.subtitles and _at_edge(item)))
        if dashed or (han and item.row.sheet == loose[0].row.sheet and _TRANSLATION.fullmatch(item.text)):
            draft.subtitles.append(item)
        elif officer(item.text) and not draft.bylines:
            draft.bylines.append(item)
        elif OCCASION.match(item.text):
            draft.subtitles.append(item)
        elif reading.sign(item).credit:
            draft.captions.append(item)
        elif any(character.isalnum() for character in item.text):
            candidates.append(item)
    signed = {item.index for item in (*draft.bylines, *draft.subtitles)}
    named = any(reading.sign(item).named for item in run)
    if named:
        # the house sets names above titles: what stands above the names is none
        first = next((item.index for item in candidates if reading.sign(item).named), 0)
        draft.kickers.extend(item for item in candidates if item.index < first)
        candidates = [item for item in candidates if item.index >= first]
        signed -= {item.index for item in draft.bylines}
    above = frozenset(a.index for a, b in itertools.pairwise(run) if b.index in signed)
    behind = next((item for item in draft.items if item.index == run[-1].end), None)
    found = divide_loose(
        candidates,
        "" if named else squeeze(draft.body_text),
        titled=bool(draft.titles),
        bylined=bool(draft.bylines),
        tags=draft.tags,
        opening=opening,
        above=above,
        departments=named or bool(reading.contents.sections),
        later=later,
        headed=behind is not None
        and behind.kind is Kind.HEAD
        and not behind.row.bullet
        and not behind.row.point,
        under=frozenset(a.end for a in run if a in (*draft.titles, *draft.subtitles)),
        below=frozenset(
            a.index for a, b in itertools.pairwise(run) if b in draft.titles and b not in candidates
        ),
    )
    draft.titles.extend(found.titles)
    draft.rival = draft.rival or found.rival
    sheet = draft.titles[0].row.sheet if draft.titles else None
    for item in found.kickers:  # a kicker stands on its title's page
        (draft.kickers if sheet in {None, item.row.sheet} else draft.captions).append(item)
    draft.bylines.extend(found.bylines)
    draft.captions.extend(found.captions)
    draft.subtitles.extend(found.subtitles)
    draft.tabs.extend(found.tabs)
    draft.tags.extend(squeeze(item.text) for item in found.tabs)
