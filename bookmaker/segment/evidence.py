"""Evidence for every row: what its own features and its place say about its being display text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from bookmaker.segment.bylines import byline_bullets, marked_byline, officer, picture_credit, sign_off
from bookmaker.segment.captions import CREDITED, PICTURING
from bookmaker.segment.costs import COSTS, Costs
from bookmaker.segment.jumps import jump_of
from bookmaker.segment.openings import find_openings
from bookmaker.segment.prices import Evidence
from bookmaker.segment.prohibitions import LEFT_OVER
from bookmaker.segment.signatures import find_signatures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookmaker.segment.contents import Match
    from bookmaker.segment.habits import Habits
    from bookmaker.segment.rows import Row

_WORD = re.compile(r"\w")
_CREDIT = re.compile(r"(?:摄影?|攝影?|供图|供圖|制图|製圖|绘图|繪圖|图)[）)]?$")
OCCASION = re.compile(
    r"^[（(—]*(?:[12]\d{3}|[一二〇○零九]{4})\s*年.*?(?:上|中|讲话|講話|演讲|報告|报告|会议|[)）])$"
)
"""A line that says when and where a speech was held, set below its title."""
SAYS = re.compile(r"(?:强调|強調|指出|要求|提出|表示|讲话时|講話時|致辞|致辭|会见.{0,12}时|時強調)$")
"""A kicker that announces whose words the title quotes."""
LONGEST_MARKED = 25.0
"""Ems: a longer row behind a mark is a lead's."""
MOST_TITULAR = 6
"""Rows of an article's opening: kicker, title, subtitle, each in one or two lines."""
_ASKS = "？！?!”」"
"""Marks that a title may end with."""
LEAST_NAMED = 3
"""Bylines above short rows, by which a house is known to set names above titles."""
LEAST_COLUMN = 10.0
"""Ems: beside rows of display text a column seems narrower than any is."""
EDGE_TOP, EDGE_FOOT = 4, 6
"""Rows from a page's top and foot among which display text is looked for."""


class Known(msgspec.Struct, frozen=True, gc=False):
    """Signs of one row that later stages ask for again.

    ``part`` is the part of an opening the row plays: title, department, kicker, subtitle, author or none; or it is
    sign-off, the author's name below an article's end, or a jump line. ``titular`` marks the short rows below a
    sign-off or a department's framed name: an article opens with them. ``named`` marks those below a byline in a
    house that sets names above titles.
    """

    wordless: bool
    byline: bool
    notice: bool
    credit: bool
    part: str = ""
    titular: bool = False
    named: bool = False

    @property
    def opening(self) -> bool:
        """Whether an article opens with this row as its title."""
        return self.part == "title"


def read_signs(rows: list[Row], habits: Habits) -> list[Known]:
    """Read the signs of every row that do not depend on how the rows before it are read."""
    openings = find_openings(rows, habits)
    marks = byline_bullets(row.text for row in rows if row.bullet)
    out: list[Known] = []
    signatures = find_signatures(rows)
    opens = 0  # rows of an opening so far
    ended = False  # the body's last row ended a sentence
    for i, row in enumerate(rows):
        short = len(row.text) <= 60
        part = openings.get(i, "")
        if short and jump_of(row.text) is not None:
            part = "jump"
        if not part and short and i and not (row.bullet or row.first_on_page or row.closing):
            part = "sign-off" if sign_off(row.text, row.indent, ended=ended) else ""
        titular = 0 < opens <= MOST_TITULAR and _may_open(row)
        out.append(
            Known(
                wordless=not row.text[0].isalnum()
                and _WORD.search(row.text) is None
                and LEFT_OVER.fullmatch(row.text) is None,
                byline=i in signatures
                or (short and i > 0 and out[-1].byline and picture_credit(row.text) is not None)
                or (
                    short
                    and not row.closing
                    and row.ending in {"none", "bracket"}
                    and (not row.bullet or row.bullet in marks)
                    and marked_byline(row.text) is not None
                ),
                notice=row.notice,
                credit=short
                and row.ending in {"none", "bracket"}
                and not PICTURING.isdisjoint(row.text)
                and (_CREDIT.search(row.text) is not None or CREDITED.search(row.text) is not None),
                part=part,
                titular=titular,
            )
        )
        if not (row.caption or row.caption_more or row.tag or row.folio or row.drawn):
            ended = row.ending == "stop"
        if part == "sign-off" or row.framed:
            opens = 1
        elif opens:
            opens = opens + 1 if titular or row.tag or row.folio or row.closing else 0
    for i in _below_names(rows, out):
        out[i] = msgspec.structs.replace(out[i], titular=True, named=True)
    return out


def _below_names(rows: Sequence[Row], signs: Sequence[Known]) -> list[int]:
    """The short rows below bylines, where most bylines have such rows below them: titles and subtitles."""
    runs = []
    for i, sign in enumerate(signs):
        if not sign.byline or signs[i - 1].byline:
            continue
        k = i + 1
        while k < len(rows) and not rows[k].first_on_page and not signs[k].byline and _may_open(rows[k]):
            k += 1
        runs.append(range(i + 1, k))
    titled = [run for run in runs if 0 < len(run) <= MOST_TITULAR]
    enough = len(titled) >= LEAST_NAMED and 4 * len(titled) >= 3 * len(runs)
    return [i for run in titled for i in run] if enough else []


def _may_open(row: Row) -> bool:
    """A short row without end mark, as titles are."""
    return (
        (row.ending == "none" or row.text[-1] in _ASKS)
        and row.width < 0.8 * max(row.column, LEAST_COLUMN)
        and not (row.bullet or row.tag or row.folio or row.closing or row.point)
        and not row.sentence
    )


def weigh(
    rows: list[Row], signs: list[Known], matches: dict[int, Match], costs: Costs = COSTS
) -> list[Evidence]:
    """Price every row's reading as display text."""
    out = []
    boxes = {row.sheet for row, sign in zip(rows, signs, strict=True) if sign.notice}
    for i, (row, sign) in enumerate(zip(rows, signs, strict=True)):
        ahead = row.first_on_page and row.sheet in boxes
        if i in matches or _surely_display(row, sign):
            opens = _opens(row, sign, matches.get(i))
            out.append(Evidence(costs.display_known, costs.body_known, sign.notice, ahead, opens))
        elif row.closing:
            out.append(Evidence(costs.display + costs.display_stop, 0.0, False, ahead))
        else:
            above = rows[i - 1] if i else None
            price = _display_price(row, above, sign, _rows_to_byline(rows, signs, i), costs)
            out.append(Evidence(price, 0.0, False, ahead))
    return out


def force(
    evidence: list[Evidence], forced: set[int], rows: list[Row], signs: list[Known], costs: Costs = COSTS
) -> list[Evidence]:
    """Return ``evidence`` with the rows ``forced`` display text, whatever they look like."""
    out = list(evidence)
    for i in forced:
        notice, opens = signs[i].notice, _opens(rows[i], signs[i], None)
        out[i] = Evidence(costs.display_known, costs.body_known, notice, evidence[i].box_ahead, opens)
    return out


def _surely_display(row: Row, sign: Known) -> bool:
    """Tell whether a row's own signs say that it is display text."""
    return bool(
        row.doubled
        or (sign.credit and CREDITED.search(row.text))
        or row.folio is not None
        or row.drawn
        or (row.dashed and row.ending == "dash")
        or row.tag
        or row.vertical
        or sign.wordless
        or sign.byline
        or sign.notice
        or sign.part
        or row.caption
        or row.caption_more
        or row.pulled
    )


def _display_price(row: Row, above: Row | None, sign: Known, nearest: int, costs: Costs) -> float:
    """Price the reading as display text of a row that its signs do not explain.

    ``nearest`` counts the rows to the byline below it, 0 where there is none.
    """
    edge = row.from_top < EDGE_TOP or row.from_foot < EDGE_FOOT
    if row.stretched:
        price = costs.display_stretched
    elif row.tight > row.column + 1.2:
        price = costs.display_wide
    elif row.dashed and edge:
        price = costs.display_dashed
    else:
        price = costs.display_at_edge if edge else costs.display
    asks = _asks(row) and (sign.titular or nearest > 0)
    if nearest:
        price = min(price, costs.display_above_byline * nearest)
    if edge and row.ending == "none" and (officer(row.text) or OCCASION.match(row.text)):
        price = costs.display_known
    if sign.titular:
        price = costs.display_known
    if "，" in row.text and price > costs.display_known:
        price += costs.display_comma
    if row.sentence:
        price += costs.display_sentence
    if row.goes_on or row.held:
        price += costs.goes_on
    if row.bullet:
        price += costs.display_bullet + (costs.display_lead if row.width > LONGEST_MARKED else 0.0)
    elif row.ending == "none" and (_announces(row) or (above is not None and _announces(above))):
        price = costs.display_known
    if sign.credit:
        price = min(price, costs.display_at_edge)
    return price + (costs.display_stop if row.ending not in {"none", "bracket", "dash"} and not asks else 0.0)


def _opens(row: Row, sign: Known, match: Match | None) -> bool:
    """Tell whether a known display row opens an article: a title, a listed title at the top of a page, a byline.

    At the foot of a page a byline may stand with the title in the middle of a sentence.
    """
    listed = match is not None and match.part == "title"
    top = row.from_top <= EDGE_TOP
    return sign.opening or (sign.byline and (top or row.from_foot >= EDGE_FOOT)) or (listed and top)


def _announces(row: Row) -> bool:
    """Tell whether a row at the top of a page announces a quotation as title."""
    return row.from_top < EDGE_TOP and row.ending == "none" and SAYS.search(row.text) is not None


def _asks(row: Row) -> bool:
    """Tell whether a short row ends as a question or a quotation that is a title may."""
    return row.text[-1] in _ASKS and row.width < 0.8 * max(row.column, LEAST_COLUMN)


def _rows_to_byline(rows: list[Row], signs: list[Known], i: int) -> int:
    """1 or 2 for a row directly above a byline on its page, or above such a row; 0 elsewhere."""
    if rows[i].ending != "none" and not _asks(rows[i]):
        return 0
    for distance in (1, 2):
        k = i + distance
        if k >= len(rows) or rows[k].first_on_page:
            return 0
        if signs[k].byline:
            return distance
        if rows[k].ending != "none" and not _asks(rows[k]):
            return 0
    return 0
