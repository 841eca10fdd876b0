"""Where articles begin in the flow.

An article begins with a run of display text that a paragraph follows, and shows itself by a byline, a title named
on the contents page, or display text at the top of a page. Display text at the foot of a page, in the middle of a
sentence, belongs to the article that began on that page.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from bookmaker.chars import HAN_NUMERALS, is_han, squeeze
from bookmaker.segment.bylines import officer
from bookmaker.segment.evidence import EDGE_FOOT, EDGE_TOP, MOST_TITULAR, OCCASION
from bookmaker.segment.flow import Cluster, Item, Kind, clusters
from bookmaker.segment.jumps import jump_of
from bookmaker.segment.titles import CAPTION_ROW, SHORTEST_TITLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bookmaker.segment.reading import Reading

_COUNTING = frozenset(HAN_NUMERALS + "廿卅元")
_ISSUED = re.compile(r"[12]\d{3}[.年/-]\d{1,2}")
"""The date in a running head that a page number ends."""


def find_starts(reading: Reading) -> list[int]:
    """Return the places among the items where articles begin, in order."""
    items = reading.items
    starts = {0}
    titled = False  # the article at hand opened with display text that can be its title
    entry: int | None = None  # the contents entry that the article at hand was found to be
    page = 0  # the page on which the article at hand opened with a byline
    tags: set[str] = set()
    pieces = ((cluster, *piece) for cluster in clusters(items) for piece in _pieces(cluster, reading))
    for cluster, piece, leads_in, ended in pieces:
        back = next((item for item in piece if _leads_back(item)), None)
        if back is not None:
            starts.add(cluster.start + cluster.items.index(back))
            continue
        foot = _awaited(piece, page, reading) if not titled else 0
        if foot:
            entry, titled = _listed(piece[:foot], reading), True
        run = piece[foot:]
        listed = _listed(run, reading)
        signed = any(reading.sign(item).byline for item in run)
        awaited = page == run[0].row.sheet and not titled and not signed
        opening = any(reading.sign(item).opening for item in run)
        if opening or (not cluster.open and leads_in and not awaited):
            begin = _opening(run, reading, tags, ended=ended)
            if begin is not None and _believable(run, reading, listed, signed=signed):
                place = cluster.start + cluster.items.index(run[begin])
                starts.add(_behind_end(items, place, reading) or _with_leads(items, place))
                titled = any(_may_be_title(item, reading) for item in run[begin:])
                entry = listed
                page = run[begin].row.sheet if signed else 0
                tags = {squeeze(item.text) for item in run[begin:] if item.row.tag}
                continue
        tags |= {squeeze(item.text) for item in run if item.row.tag}
        another = listed is not None and (entry is not None or titled) and listed != entry
        named = signed and cluster.open and any(item.row.tag or item.row.doubled for item in run)
        if another or (titled and listed is None and (named or _speech(run) or _strange_title(run, reading))):
            page_start = _page_start(items, cluster.start + cluster.items.index(run[0]))
            if page_start is not None:
                starts.add(page_start)
        if listed is not None:
            entry = listed
        titled = titled or listed is not None or _speech(run)
    return sorted(starts)


def _believable(run: Sequence[Item], reading: Reading, listed: int | None, *, signed: bool) -> bool:
    """Tell whether an article may begin with a run that neither the contents page nor a byline tells of.

    Its title holds an ideograph; and where the contents page lists all else, it shows itself otherwise.
    """
    if listed is not None or signed:
        return True
    if not any(_worded(item.text) for item in run if not (item.row.tag or item.row.caption)):
        return False
    return not reading.listed or any(
        item.row.doubled or item.row.tag or item.row.first_on_page or reading.sign(item).opening
        for item in run
    )


def _worded(text: str) -> bool:
    """Tell whether a text holds an ideograph, and not only numbers and what they count, nor a date and a page."""
    counting = sum(character in _COUNTING or character.isdecimal() for character in text)
    return (
        any(map(is_han, text))
        and counting <= sum(map(is_han, text)) / 2 + 1
        and not (text[-1].isdecimal() and _ISSUED.search(text))
    )


def _leads_back(item: Item) -> bool:
    """Tell whether an item is a jump line behind which an article goes on that broke off pages before."""
    jump = jump_of(item.row.text)
    return jump is not None and not jump.onward


def _pieces(cluster: Cluster, reading: Reading) -> Iterator[tuple[list[Item], bool, bool]]:
    """Divide a run of display text where pages show an article's title or author each, and at listed titles.

    Yields the items, whether a paragraph or another article begins directly behind them, and whether a signature or
    an editor's credit stands before them.
    What a signature ends is left out.
    """
    run = [item for item in cluster.items if not item.boxed]
    signature = max((k for k, item in enumerate(run) if reading.sign(item).part == "sign-off"), default=-1)
    run = run[signature + 1 :]
    pages = [list(page) for _, page in itertools.groupby(run, key=lambda item: item.row.sheet)]
    shown = [
        _listed(page, reading) is not None or any(reading.sign(item).byline for item in page)
        for page in pages
    ]
    if sum(shown) < 2:
        pages = [run] if run else []
    divided = [list(_at_titles(page, reading)) for page in pages]
    ahead = {id(piece[0]) for pieces in divided for piece in pieces[:-1]}
    pages = [piece for pieces in divided for piece in pieces]
    credited = cluster.start > 0 and reading.items[cluster.start - 1].row.closing
    for page in pages:
        last = page is pages[-1]
        yield (
            page,
            (cluster.leads_in and last) or id(page[0]) in ahead,
            (signature >= 0 or credited) and page is pages[0],
        )


def _at_titles(run: list[Item], reading: Reading) -> Iterator[list[Item]]:
    """Divide a run before each title of another contents entry that its author stands directly below."""
    begin, entry = 0, None
    for k, item in enumerate(run):
        match = reading.match(item)
        if match is None or match.part != "title" or match.entry == entry:
            continue
        below = next((other for other in run[k + 1 :] if not _is_title(other, reading)), None)
        author = below is not None and (
            reading.sign(below).byline
            or ((part := reading.match(below)) is not None and part.part == "author")
        )
        if entry is not None and author:
            yield run[begin:k]
            begin = k
        entry = match.entry
    yield run[begin:]


def _listed(run: Sequence[Item], reading: Reading) -> int | None:
    """The contents entry whose title a run prints."""
    found = (match.entry for item in run if (match := reading.match(item)) and match.part == "title")
    return next(found, None)


def _awaited(run: Sequence[Item], page: int, reading: Reading) -> int:
    """How many items of a run at the foot of ``page`` hold the title that the article opened there still lacks."""
    over = next((k for k, item in enumerate(run) if item.row.sheet != page), len(run))
    waited = over < len(run) and any(_may_be_title(item, reading) for item in run[:over])
    return over if waited else 0


def _is_title(item: Item, reading: Reading) -> bool:
    match = reading.match(item)
    return match is not None and match.part == "title"


def _may_be_title(item: Item, reading: Reading) -> bool:
    return (
        _is_title(item, reading)
        or reading.plain(item)
        or (item.row.doubled and not reading.sign(item).credit)
    )


def _speech(run: list[Item]) -> bool:
    """Tell whether a run names a speaker by office or the occasion of a speech: signs of an article's opening."""
    return any(officer(item.text) or OCCASION.match(item.text) for item in run)


def _strange_title(run: list[Item], reading: Reading) -> bool:
    """Tell whether a run at a page's foot shows a title that its article, titled already, has no use for.

    That is several plain rows, or one too short for a caption.
    """
    plain = [
        item
        for item in run
        if reading.plain(item) and item.row.width >= SHORTEST_TITLE and not item.row.dashed
    ]
    if not plain or plain[-1].row.from_foot >= EDGE_FOOT:
        return False
    return len(plain) > 1 or plain[0].row.width < CAPTION_ROW


def _opening(run: list[Item], reading: Reading, tags: set[str], *, ended: bool) -> int | None:
    """Offset in ``run`` at which an article begins; None where none does.

    ``ended`` says that the article before was signed at its end, so that any title opens the next.
    """
    anchor = next(
        (
            k
            for k, item in enumerate(run)
            if reading.sign(item).byline or reading.sign(item).opening or _is_title(item, reading)
        ),
        None,
    )
    fresh = [
        k
        for k, item in enumerate(run)
        if (item.row.tag or item.row.vertical) and squeeze(item.text) not in tags
    ]
    tops = [k for k, item in enumerate(run) if item.row.first_on_page]
    if anchor is None:
        if reading.opens_pages:
            return None
        candidates = [
            k
            for k, item in enumerate(run)
            if _may_be_title(item, reading) and not reading.sign(item).notice and _worded(item.text)
        ]
        at_top = [k for k in candidates if any(top <= k for top in tops) and not run[k].row.doubled]
        if ended and candidates:
            return 0
        if at_top or (fresh and any(k > fresh[0] for k in candidates)):
            anchor = at_top[0] if at_top else next(k for k in candidates if k > fresh[0])
        else:
            return None
    if reading.sign(run[anchor]).opening:
        if anchor and reading.sign(run[anchor - 1]).part:
            anchor -= 1
        return max((k for k in tops if k <= anchor), default=anchor)
    before = [k for k in (*tops, *fresh) if k <= anchor]
    if before:
        return min(before)
    begin = anchor
    while begin and _joins_title(run[begin - 1], run[anchor], reading):
        begin -= 1
    return begin


def _behind_end(items: list[Item], place: int, reading: Reading) -> int | None:
    """The item that begins the page of a title within it, if the article before came to its end with the page before.

    A signature or an editor's credit says so; of a title that the contents page lists, also the initial that the
    page's text begins with.
    """
    if items[place].row.from_top < EDGE_TOP:
        return None
    start = _page_start(items, place)
    if start is None:
        return None
    text = next((item for item in items[start:place] if item.body), None)
    listed = any(_is_title(item, reading) for item in items[place : place + MOST_TITULAR])
    if listed and text is not None and text.row.initial:
        return start
    if items[start].kind is not Kind.PARAGRAPH:
        return None
    for item in reversed(items[:start]):
        if item.row.folio is not None or item.row.tag:
            continue
        return start if item.row.closing or reading.sign(item).part == "sign-off" else None
    return None


def _with_leads(items: list[Item], start: int) -> int:
    """Move an article's beginning up to the leads that a page opens with, above title and byline."""
    begin = start
    while begin and items[begin - 1].kind is Kind.PARAGRAPH and is_lead(items[begin - 1]):
        begin -= 1
        if items[begin].row.first_on_page:
            return begin
    return start


def is_lead(item: Item) -> bool:
    """A paragraph of several lines behind a mark."""
    row = item.row
    return bool(row.bullet) and len(item.rows) > 1


def _joins_title(item: Item, anchor: Item, reading: Reading) -> bool:
    """Tell whether an item in front of a byline or title may be part of the same opening.

    Shadowed text above a title that the contents page knows is the caption at the foot of the page before.
    """
    sign = reading.sign(item)
    caption = item.row.doubled and _is_title(anchor, reading) and not _is_title(item, reading)
    return not (sign.credit or sign.wordless or caption)


def _page_start(items: list[Item], index: int) -> int | None:
    """The item that begins the page on which ``items[index]`` stands, if no paragraph runs into that page."""
    page = items[index].row.sheet
    for k in range(index, -1, -1):
        item = items[k]
        if item.row.sheet < page:
            return None
        if item.row.first_on_page:
            clear = all(row.sheet < page for row in items[k - 1].rows) if k else True
            return k if clear and not item.interrupts else None
    return None
