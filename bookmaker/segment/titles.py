"""Which of the loose display rows of a cluster is the title, which the kicker, a department's tab, a caption.

Where neither the contents page nor a sign decides, readings are scored against each other: a title stands first in
its cluster or directly above byline or subtitle, in one to three short rows; a kicker names what the body speaks
of again and again; captions are longer and often shadowed; tabs are very short.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

import msgspec

from bookmaker.chars import squeeze
from bookmaker.segment.bylines import organisation
from bookmaker.segment.evidence import EDGE_FOOT, EDGE_TOP, SAYS
from bookmaker.segment.signatures import names_alone

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from bookmaker.segment.flow import Item

LONGEST_KICKER = 14.0
"""Ems: a longer row that recurs in the body is no kicker."""
LONGEST_TAB = 6.0
"""Ems: a department's tab is hardly longer."""
LONGEST_TITLE_ROW = 20.0
SHORTEST_TITLE = 4.5
_LEAST_SCORE = -1.0
_INFINITE = float("inf")
LEAST_TITLE_LINE = 3.0
LEAST_CAPTION = 2.0
"""Ems: a shorter row that nothing explains is kept where it stands, rather than given a picture."""
CAPTION_ROW = 13.0
"""Ems: a shadowed row this long is rather a caption."""


_BODY_OF_MEN = re.compile(
    r"(?:[省市县縣区區镇鎮乡鄉村州盟旗]|大学|大學|学院|學院|学校|學校|中学|小学|医院|醫院|公司|集团|集團|局|厅|廳|委|厂|廠|馆|館|中心)$"
)
"""Places and institutions: kickers rather than departments of a magazine."""
_WORDED = frozenset("的了是在不这這那谁誰怎么麼还還")
"""Characters that no name of a place or an institution holds."""


def _names_body(text: str) -> bool:
    """Tell whether a text names a place or an institution."""
    name = squeeze(text)
    return _BODY_OF_MEN.search(name) is not None and _WORDED.isdisjoint(name)


_ENCLOSED = re.compile(r"^(?:《[^《》]{1,12}》|【[^【】]{1,12}】|〔[^〔〕]{1,12}〕)$")
"""A department's name in brackets above a title."""


_SUBTITLE = re.compile(
    r"^(?:[访訪忆憶悼读讀评評致][^，。]{2,}|(?:写在|寫在|献给|獻給|纪念|紀念|聚焦|来自|來自|记|記)[^，。]{3,})$"
    r"|^[与與和同].{2,}(?:[谈談聊]|[对對][话話])"
    r"|(?:纪实|紀實|侧记|側記|观察|觀察|综述|綜述|调查|調查|札记|札記|手记|手記|访谈录?|訪談錄?|巡礼|巡禮|扫描|掃描|透视|透視|述评|述評)$"
)
"""What a subtitle without a dash begins or ends with."""
_IN_BRACKETS = re.compile(r"[（(][^（()）]{4,}[）)]")
LONGEST_TITLE_LINE = 9.0
"""Ems: a row above the title that is no longer may be its first line."""


_UNFINISHED = re.compile(
    r"[的之与與和及而在于於從从向对對为為把被让讓]$"
    r"|^(?:[给給把让讓被对對從从在与與跟当當向][^，。：]{1,3}|[关關][于於][^，。：]{1,7})$"
)
"""A row that cannot stand by itself: it ends in a particle, or begins with a preposition and is too short for a clause."""


_PREDICATE = re.compile(
    r"(?:不|没|沒|怎|如何|该|該|能|会|會|还|還|也|都|已|才|就|又|再).{1,10}[？！?!][”」]?$"
)
"""A question or an exclamation that lacks what it speaks of."""


def unfinished(item: Item) -> bool:
    """Tell whether a row must go on in the next: the first line of a title rather than a kicker."""
    return _UNFINISHED.search(squeeze(item.text)) is not None


class Rival(msgspec.Struct, frozen=True):
    """The rows that would be an article's title but for ``margin`` points of score."""

    items: tuple[Item, ...]
    margin: float


class Division(msgspec.Struct):
    """Loose items by what they turned out to be; one too short for a caption may be nothing that is known."""

    titles: list[Item] = []
    kickers: list[Item] = []
    tabs: list[Item] = []
    bylines: list[Item] = []
    captions: list[Item] = []
    subtitles: list[Item] = []
    rival: Rival | None = None


def joins(item: Item, below: Item) -> bool:
    """Tell whether two rows, one above the other, make one title: the first cannot stand alone, or the second."""
    if item.end != below.index or item.row.sheet != below.row.sheet:
        return False
    return unfinished(item) or _PREDICATE.match(squeeze(below.text)) is not None


def subtitular(item: Item) -> bool:
    """Tell whether a row is worded, or set in brackets, as a subtitle is."""
    return _SUBTITLE.search(squeeze(item.text)) is not None or _IN_BRACKETS.fullmatch(item.text) is not None


def is_kicker(item: Item, body: str) -> bool:
    """A short row whose words recur in the body names whom the article is about: a kicker, no title."""
    short = item.row.width <= LONGEST_KICKER and not item.row.doubled and not unfinished(item)
    return short and body.count(squeeze(item.text)) >= 2


def _names_subject(item: Item, body: str) -> bool:
    """A short row that names whom the article is about: a place, an institution, or what the body speaks of."""
    named = _names_body(item.text) and item.row.width <= LONGEST_KICKER
    return named or is_kicker(item, body)


def tabular(item: Item, tags: Collection[str], *, opening: bool) -> bool:
    """A department's tab: one of the article's tags, or very short where it has none, and no institution's name.

    Such a tab stands in an article's ``opening``, near the edge of a page or in a sentence that runs over one.
    """
    name = squeeze(item.text)
    row = item.row
    edge = opening or item.interrupts or row.from_top < EDGE_TOP or row.from_foot < EDGE_FOOT
    short = edge and row.width <= LONGEST_TAB and row.ending == "none" and not any(c.isdigit() for c in name)
    return name in tags or (short and not tags and not _names_body(name))


def divide_loose(
    candidates: Sequence[Item],
    body: str,
    *,
    titled: bool,
    bylined: bool,
    tags: Sequence[str],
    opening: bool,
    above: frozenset[int],
    departments: bool = False,
    later: bool = False,
    below: frozenset[int] = frozenset(),
    headed: bool = False,
    under: frozenset[int] = frozenset(),
) -> Division:
    """Divide the loose ``candidates`` of one cluster.

    ``titled``, ``bylined`` and ``tags`` say what the article has already, ``opening`` that the cluster is its first;
    ``above`` holds the indices of rows directly above a byline or subtitle. Where
    ``departments`` are known, the lines of a title may be shorter, since none of them is a department. ``later``
    says that the foot of the page shows rows which may be the title. ``below`` holds the indices of rows directly
    above a title that a sign or the contents page has told. ``headed`` says that a head stands below the cluster;
    ``under`` holds the indices of rows directly below such a title. An empty ``body`` says that no kicker can be
    among the candidates, which stand below the names.
    """
    out = Division()
    rest = list(candidates)
    enclosed = [
        item
        for item in rest
        if len(rest) > 1 and (_ENCLOSED.match(squeeze(item.text)) or squeeze(item.text) in tags)
    ]
    out.tabs.extend(enclosed)
    rest = [item for item in rest if item not in enclosed]
    if not titled:
        # the only row an article opens with is its title, whatever else it might be
        alone = opening and len(rest) == 1 and not rest[0].row.doubled and rest[0].row.first_on_page
        if later and alone and rest[0].row.width <= LONGEST_TAB:
            run: list[Item] = []
        else:
            run, out.rival = (rest[:1], None) if alone else _best_run(rest, body, above, departments)
            if not run and opening and not headed:
                run = _only_title(rest, body)
        out.titles.extend(run)
        rest = [item for item in rest if item not in run]
    first = out.titles[0].index if out.titles else -1
    more = [item for item in rest if opening and _second_line(item, out.titles, body, tags)]
    out.titles.extend(more)
    for item in (item for item in rest if item not in more):
        row = item.row
        before = item.index < first
        if item.index in below and not out.kickers and _names_subject(item, body):
            out.kickers.append(item)
        elif row.doubled:
            out.captions.append(item)
        elif not out.kickers and is_kicker(item, body):
            out.kickers.append(item)
        elif tabular(item, tags, opening=opening):
            out.tabs.append(item)
        elif before and not out.kickers:
            out.kickers.append(item)
        elif not bylined and not out.bylines and organisation(item.text):
            out.bylines.append(item)
        elif (
            opening
            and item.index in under | {line.end for line in out.titles}
            and not _names_subject(item, body)
        ):
            out.subtitles.append(item)
        elif (opening or not titled) and not out.kickers and row.width <= LONGEST_KICKER:
            out.kickers.append(item)
        else:
            out.captions.append(item)
    if opening and out.titles:
        _settle(out)
    out.captions = [item for item in out.captions if item.row.width > LEAST_CAPTION or item.row.doubled]
    return out


def _second_line(item: Item, titles: Sequence[Item], body: str, tags: Collection[str]) -> bool:
    """Tell whether a short row directly below a short title is its second line, being no name nor a department's.

    So is a row that closes the bracket which the title's line opens.
    """
    if not titles or item.index != titles[-1].end or item.row.sheet != titles[-1].row.sheet:
        return False
    if item.row.goes_on:
        return True
    short = item.row.width <= LONGEST_TAB and titles[-1].row.width <= LONGEST_TAB
    known = (
        squeeze(item.text) in tags
        or subtitular(item)
        or names_alone(item.text) is not None
        or _names_subject(item, body)
    )
    return short and item.row.ending == "none" and not known


def _settle(out: Division) -> None:
    """At an article's opening a short row directly above the title is its first line, one below it may be a subtitle."""
    for item in reversed(out.captions[:]):
        above = item.end == out.titles[0].index and item.row.sheet == out.titles[0].row.sheet
        kicker = _names_body(item.text)
        if above and not (item.row.doubled or kicker) and item.row.width <= LONGEST_TITLE_LINE:
            out.captions.remove(item)
            out.titles.insert(0, item)
    for item in out.captions[:]:
        if item.index == (out.subtitles or out.titles)[-1].end and subtitular(item):
            out.captions.remove(item)
            out.subtitles.append(item)


def _only_title(candidates: Sequence[Item], body: str) -> list[Item]:
    """The title of an opening none of whose rows looks like one: its last rows but for a subtitle."""
    rest = list(candidates)
    while len(rest) > 1 and subtitular(rest[-1]):
        rest.pop()
    while len(rest) > 1 and (_names_body(rest[0].text) or is_kicker(rest[0], body)):
        rest.pop(0)
    lines = rest[-1:]
    for item in reversed(rest[:-1]):
        if item.end != lines[0].index or max(item.row.width, lines[0].row.width) > LONGEST_TITLE_LINE:
            break
        lines.insert(0, item)
    return lines if all(not item.row.doubled or item.row.width < CAPTION_ROW for item in lines) else []


def _best_run(
    candidates: Sequence[Item], body: str, above: frozenset[int], departments: bool
) -> tuple[list[Item], Rival | None]:
    """Return the run of rows that makes the best title, and the next best."""
    best: list[Item] = []
    best_score = _LEAST_SCORE
    second: list[Item] = []
    second_score = -_INFINITE
    for start in range(len(candidates)):
        for end in range(start + 1, min(start + 4, len(candidates) + 1)):
            run = list(candidates[start:end])
            if any(b.index != a.index + len(a.rows) for a, b in itertools.pairwise(run)):
                break
            score = _score(run, body, above, departments, candidates[start - 1] if start else None)
            if end < len(candidates) and run[-1].end == candidates[end].index and unfinished(run[-1]):
                score -= 2.0
            if score > best_score:
                second, second_score = best, best_score
                best, best_score = run, score
            elif score > second_score:
                second, second_score = run, score
    return best, Rival(tuple(second), best_score - second_score) if best and second else None


def _score(
    run: Sequence[Item],
    body: str,
    above: frozenset[int],
    departments: bool,
    before: Item | None,
) -> float:
    score = 1.0 if before is None else 0.0
    if before is not None and joins(before, run[0]):
        score -= 3.0
    if len(run) > 1 and run[-1].row.width >= LONGEST_TITLE_LINE:
        # a title's lines are set in one size: a row much wider is a subtitle's
        score -= 1.0 * (run[-1].row.width > 1.5 * max(line.row.width for line in run[:-1]))
    over = run[-2] if len(run) > 1 else before
    if over is not None and subtitular(run[-1]) and not unfinished(over):
        score -= 2.0
    if len(run) > 2 and joins(run[1], run[2]) and not joins(run[0], run[1]):
        score -= 1.2  # a kicker above a title in two lines
    if run[-1].index in above:
        score += 1.0
    if any(" " in item.text for item in run):
        score += 0.5
    if len(run) > 1:
        score += 0.6
        doubled = [item.row.doubled for item in run]
        if SAYS.search(run[0].text) or any(
            item.row.width <= SHORTEST_TITLE
            and not any(joins(a, b) for a, b in itertools.pairwise(run))
            and not (item.row.doubled and all(doubled))
            and not (departments and (item is run[0] or not body) and item.row.width >= LEAST_TITLE_LINE)
            for item in run
        ):
            score -= 3.0
        if not doubled[0] and doubled[1]:
            score -= 2.0  # a kicker or tab above shadowed display text
        if any(item.row.sheet != run[0].row.sheet for item in run):
            score -= 3.0
        if any(not item.row.doubled and _names_body(item.text) for item in run):
            score -= 2.0  # a place's or institution's name beside the title
    elif SAYS.search(run[0].text):
        score -= 3.0
    joined = {id(line) for pair in itertools.pairwise(run) if joins(*pair) for line in pair}
    return score - sum(_fault(item, body, alone=len(run) == 1) for item in run if id(item) not in joined)


def _fault(item: Item, body: str, *, alone: bool) -> float:
    """What speaks against a row as (a line of) the title; ``alone`` says that it would be the whole title."""
    row, fault = item.row, 0.0
    if is_kicker(item, body):
        fault += 4.0
    if alone and not row.doubled and _names_body(item.text):
        fault += 1.5
    if alone and row.spaced and row.width <= LONGEST_TAB and not row.doubled:
        fault += 1.0  # a department's name, set wide
    if row.width > LONGEST_TITLE_ROW:
        fault += 1.5
    if row.doubled and row.width >= CAPTION_ROW:
        fault += 1.2
    if alone and row.width < SHORTEST_TITLE:
        fault += 2.0
    return fault
