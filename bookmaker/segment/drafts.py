"""Cut the flow into articles: where each begins, and which display text is its title, kicker, byline, caption.

An article begins with a run of display text that a paragraph follows, and shows itself by a byline, a title named
on the contents page, or display text at the top of a page. Display text at the foot of a page, in the middle of a
sentence, belongs to the article that began on that page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bookmaker.chars import squeeze
from bookmaker.segment.bylines import marked_byline, officer, organisation
from bookmaker.segment.contents import Contents, Match
from bookmaker.segment.evidence import EDGE_FOOT, OCCASION, SAYS, Known
from bookmaker.segment.flow import Cluster, Item, Kind, clusters


LONGEST_KICKER = 14.0
"""Ems: a longer row that recurs in the body is no kicker."""


@dataclass(eq=False)
class Draft:
    """An article in the making; lists hold items in the order they stand."""

    start: int
    kind: str = "article"
    kickers: list[Item] = field(default_factory=list)
    titles: list[Item] = field(default_factory=list)
    subtitles: list[Item] = field(default_factory=list)
    bylines: list[Item] = field(default_factory=list)
    captions: list[Item] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    entry: int | None = None
    items: list[Item] = field(default_factory=list)

    @property
    def body_text(self) -> str:
        """The paragraphs run together."""
        return "".join(item.text for item in self.items if item.kind is Kind.PARAGRAPH)


@dataclass(eq=False)
class Reading:
    """What the drafting stage needs to know: the items, the signs of rows, the contents and their matches."""

    items: list[Item]
    signs: Sequence[Known]
    matches: dict[int, Match]
    contents: Contents

    def match(self, item: Item) -> Match | None:
        """The contents entry that an item prints a part of."""
        return self.matches.get(item.index)

    def sign(self, item: Item) -> Known:
        """The signs of an item's first row."""
        return self.signs[item.index]

    def plain(self, item: Item) -> bool:
        """Tell whether an item is display text that no sign explains: a candidate for titles and kickers."""
        sign, row = self.sign(item), item.row
        return not (row.tag or row.vertical or sign.wordless or sign.byline or sign.notice or row.doubled or sign.credit)


def draft_articles(reading: Reading) -> list[Draft]:
    """Divide the items of one stretch of text into drafts and give each its display text."""
    drafts = _cut(reading)
    ends = [*(draft.start for draft in drafts[1:]), len(reading.items)]
    for draft, end in zip(drafts, ends, strict=True):
        draft.items = reading.items[draft.start : end]
    for draft in drafts:
        _claim(draft, reading)
    return drafts


def _cut(reading: Reading) -> list[Draft]:
    """Find where articles begin."""
    items = reading.items
    starts = {0}
    titled = False  # the article at hand opened with display text that can be its title
    entry: int | None = None  # the contents entry that the article at hand was found to be
    page = 0  # the page on which the article at hand opened with a byline
    tags: set[str] = set()
    for cluster in clusters(items):
        run = [item for item in cluster.items if not item.boxed]
        if not run:
            continue
        listed = next((match.entry for item in run if (match := reading.match(item)) and match.part == "title"), None)
        signed = any(reading.sign(item).byline for item in run)
        awaited = page == run[0].row.page and not titled and not signed
        if not cluster.open and cluster.leads_in and not awaited:
            begin = _opening(run, reading, tags)
            if begin is not None:
                starts.add(cluster.start + begin)
                titled = any(_may_be_title(item, reading) for item in run[begin:])
                entry = listed
                page = run[begin].row.page if signed else 0
                tags = {squeeze(item.text) for item in run[begin:] if item.row.tag}
                continue
        tags |= {squeeze(item.text) for item in run if item.row.tag}
        another = listed is not None and (entry is not None or titled) and listed != entry
        if another or (_speech(run) and titled):
            page_start = _page_start(items, cluster.start)
            if page_start is not None:
                starts.add(page_start)
        if listed is not None:
            entry = listed
        titled = titled or listed is not None or _speech(run)
    return [Draft(start) for start in sorted(starts)]


def _is_title(item: Item, reading: Reading) -> bool:
    match = reading.match(item)
    return match is not None and match.part == "title"


def _may_be_title(item: Item, reading: Reading) -> bool:
    return _is_title(item, reading) or reading.plain(item) or (item.row.doubled and not reading.sign(item).credit)


def _speech(run: list[Item]) -> bool:
    """Tell whether a run names a speaker by office or the occasion of a speech: signs of an article's opening."""
    return any(officer(item.text) or OCCASION.match(item.text) for item in run)


def _opening(run: list[Item], reading: Reading, tags: set[str]) -> int | None:
    """Offset in ``run`` at which an article begins; None where none does."""
    anchor = next(
        (k for k, item in enumerate(run) if reading.sign(item).byline or _is_title(item, reading)), None
    )
    fresh = [k for k, item in enumerate(run) if (item.row.tag or item.row.vertical) and squeeze(item.text) not in tags]
    tops = [k for k, item in enumerate(run) if item.row.first_on_page]
    if anchor is None:
        candidates = [k for k, item in enumerate(run) if _may_be_title(item, reading) and not reading.sign(item).notice]
        at_top = [k for k in candidates if any(top <= k for top in tops) and not run[k].row.doubled]
        if at_top or (fresh and any(k > fresh[0] for k in candidates)):
            anchor = at_top[0] if at_top else next(k for k in candidates if k > fresh[0])
        else:
            return None
    before = [k for k in (*tops, *fresh) if k <= anchor]
    if before:
        return min(before)
    begin = anchor
    while begin and _joins_title(run[begin - 1], reading):
        begin -= 1
    return begin


def _joins_title(item: Item, reading: Reading) -> bool:
    """Tell whether an item in front of a byline or title may be part of the same opening."""
    sign = reading.sign(item)
    return not (sign.credit or sign.wordless)


def _page_start(items: list[Item], index: int) -> int | None:
    """The item that begins the page on which ``items[index]`` stands, if no paragraph runs into that page."""
    page = items[index].row.page
    for k in range(index, -1, -1):
        item = items[k]
        if item.row.page < page:
            return None
        if item.row.first_on_page:
            clear = all(row.page < page for row in items[k - 1].rows) if k else True
            return k if clear and not item.interrupts else None
    return None


def _claim(draft: Draft, reading: Reading) -> None:
    """Give a draft its titles, kickers, subtitles, bylines, captions and tags."""
    opening = True
    for cluster in clusters(draft.items):
        run = [item for item in cluster.items if not item.boxed]
        loose = [item for item in run if not _claim_signed(draft, item, reading)]
        if loose:
            _claim_loose(draft, loose, reading, opening=opening and not cluster.start)
        opening = False
    # a head directly above the byline that opens the draft is its title
    if not draft.titles:
        doubled = [item for item in draft.captions if not reading.sign(item).credit]
        if doubled and draft.items and draft.items[0].kind is Kind.DISPLAY and doubled[0].index - draft.start < 6:
            first = doubled[0]
            if draft.items.index(first) < 4:
                draft.captions.remove(first)
                draft.titles.append(first)


def _claim_signed(draft: Draft, item: Item, reading: Reading) -> bool:
    """Claim an item that its own signs explain."""
    row, sign, match = item.row, reading.sign(item), reading.match(item)
    if match is not None and (draft.entry in {None, match.entry}):
        draft.entry = match.entry
        {"title": draft.titles, "kicker": draft.kickers, "subtitle": draft.subtitles}[match.part].append(item)
    elif row.tag or row.vertical:
        if row.tag:
            draft.tags.append(squeeze(item.text))
    elif sign.wordless or sign.notice:
        pass
    elif sign.byline and marked_byline(row.text) is not None and not draft.captions:
        draft.bylines.append(item)
    else:
        return False
    return True


def _claim_loose(draft: Draft, loose: list[Item], reading: Reading, *, opening: bool) -> None:
    """Divide the items of one cluster that no sign explains among title, kicker, subtitle, byline and captions."""
    body = squeeze(draft.body_text)
    candidates: list[Item] = []
    for item in loose:
        row, sign = item.row, reading.sign(item)
        if row.dashed and (not draft.subtitles or opening):
            draft.subtitles.append(item)
        elif officer(item.text) and not draft.bylines:
            draft.bylines.append(item)
        elif OCCASION.match(item.text):
            draft.subtitles.append(item)
        elif sign.credit:
            draft.captions.append(item)
        else:
            candidates.append(item)
    plain = [item for item in candidates if not item.row.doubled]
    if draft.titles:
        kicker_wanted = not draft.kickers
        for item in candidates:
            if kicker_wanted and _is_kicker(item, body):
                draft.kickers.append(item)
                kicker_wanted = False
            elif not draft.bylines and organisation(item.text) and not item.row.doubled:
                draft.bylines.append(item)
            elif opening and item in plain and item.index < draft.titles[0].index:
                draft.kickers.append(item)
            else:
                draft.captions.append(item)
        return
    kickers = [item for item in plain if _is_kicker(item, body)]
    rest = [item for item in plain if item not in kickers]
    if len(rest) > 1 and SAYS.search(rest[0].text):
        kickers.append(rest.pop(0))
    draft.kickers.extend(kickers[:1])
    candidates = [item for item in candidates if item not in kickers[:1]]
    titles = _run_of_titles(candidates, rest, draft)
    draft.titles.extend(titles)
    draft.captions.extend(item for item in candidates if item not in titles)


def _run_of_titles(candidates: list[Item], plain: list[Item], draft: Draft) -> list[Item]:
    """The one to three neighbouring rows that make the title: plain ones first, doubled ones where there are no others.

    A doubled row directly above a plain one is the first row of the same title.
    """
    if plain:
        first = candidates.index(plain[0])
        while first and candidates[first - 1].row.doubled and candidates[first - 1].index == candidates[first].index - 1:
            if draft.bylines and len(candidates) > len(plain) + 1:
                break
            first -= 1
        run = [candidates[first]]
        for item in candidates[first + 1 :]:
            if item.index != run[-1].index + len(run[-1].rows) or len(run) == 3 or (item.row.doubled and item not in plain):
                break
            run.append(item)
        return run
    return []


def _is_kicker(item: Item, body: str) -> bool:
    """A short row whose words recur in the body names whom the article is about: a kicker, no title."""
    name = squeeze(item.text)
    return item.row.width <= LONGEST_KICKER and not item.row.doubled and body.count(name) >= 2
