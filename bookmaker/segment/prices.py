"""Price every reading of every row: what a paragraph, a head or display text costs there.

None of the prices depends on how the rows before are read; the labels weigh them against each other.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from bookmaker.segment.costs import COSTS, Costs
from bookmaker.segment.habits import Habits
from bookmaker.segment.shapes import Setting, lone_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookmaker.segment.rows import Row

HABITS = Habits()
_TWO_PARTS = re.compile(r"[^\W\d_a-zA-Z”」》][ 　]+[^\W\d_a-zA-Z]|[”」》][ 　]|[ 　][“「《]")
_ENDS = {
    ending: f"ends_{ending}" for ending in ("stop", "colon", "semicolon", "dash", "bracket", "comma", "none")
}
_FIRST_CHINESE = "\u2e80"
_CLAUSE = re.compile(r"第[^　 ]{1,4}[条條][　 ]")
"""A clause of a law: its number stands before a paragraph rather than before a head."""
_QUOTING = frozenset("“「『‘")
LEAST_LEAD = 25.0
"""Ems: a longer row behind a mark begins a lead, set over more than one column."""


class Evidence(msgspec.Struct):
    """What is known of a row beyond its own features, as costs.

    ``display`` prices the reading as display text, ``body`` is added to every other reading; ``notice`` says
    that the row is the title of a boxed notice, ``opening`` that it opens an article.
    """

    display: float
    body: float = 0.0
    notice: bool = False
    box_ahead: bool = False
    opening: bool = False


class Prices(msgspec.Struct, frozen=True, gc=False):
    """Costs of every reading of one row; none depends on how the rows before it are read."""

    first: float
    only: float
    middle: float
    last: float
    head: float
    head_more: float
    display: float
    display_open: float
    box: float
    stray: float
    after_dash: float
    boxed: float = 0.0


def price_rows(
    rows: Sequence[Row],
    evidence: Sequence[Evidence],
    costs: Costs = COSTS,
    *,
    habits: Habits = HABITS,
    before: tuple[Sequence[Evidence], Sequence[Prices]] | None = None,
) -> list[Prices]:
    """Price every reading of every row.

    A line that is not its paragraph's last is judged by the piece that had no room on it: the first unit of
    the next row that is not surely display text. ``before`` are the evidence and the prices of an earlier
    reading of the same rows: where both tell the same, a price is not made anew.
    """
    units, marks = _units(rows, evidence), _marks(rows, evidence)
    told, made = before or ((), ())
    known_units = _units(rows, told) if told and marks == _marks(rows, told) else []
    out = []
    for i, (row, known, unit) in enumerate(zip(rows, evidence, units, strict=True)):
        if known_units and known is told[i] and unit == known_units[i]:
            out.append(made[i])
            continue
        above = rows[i - 1] if i else None
        if row.initial:
            price = Prices(costs.initial, *[costs.body_known] * (len(Prices.__struct_fields__) - 1))
        elif habits.setting is Setting.WRAPPED:
            after_dash = above is not None and above.ending == "dash"
            price = _prices(row, known, unit, costs, habits, after_dash=after_dash)
            price = _beside(price, row, above, known, costs, marked=row.bullet in marks)
        else:
            price = _line_prices(row, known, costs, numbered=above is not None and lone_number(above))
            if habits.setting is Setting.VERSE and not row.drawn:
                other = costs.verse_prose
                price = replace(price, only=price.only + other, display=price.display + other)
        out.append(price)
    return out


def _units(rows: Sequence[Row], evidence: Sequence[Evidence]) -> list[float]:
    """For every row the piece that had no room on it: the first unit of the next row that is no display text."""
    units = [0.0] * len(rows)
    following = 1.0
    for i in range(len(rows) - 1, -1, -1):
        units[i] = following
        if not evidence[i].body:
            following = rows[i].unit
    return units


def _marks(rows: Sequence[Row], evidence: Sequence[Evidence]) -> frozenset[str]:
    """The marks that stand before heads, and never before a row that is surely display text."""
    signed = {row.bullet for row, known in zip(rows, evidence, strict=True) if known.body}
    return _head_marks([row for row, known in zip(rows, evidence, strict=True) if not known.body]) - signed


def _head_marks(rows: Sequence[Row]) -> frozenset[str]:
    """The marks that stand before heads here: most rows behind them are far shorter than the column."""
    marked = Counter(row.bullet for row in rows if row.bullet)
    short = Counter(row.bullet for row in rows if row.bullet and row.width < 0.85 * row.column)
    return frozenset(mark for mark, n in marked.items() if short[mark] > 0.5 * n)


def _early(gap: float, unit: float, slack: float, costs: Costs) -> float:
    """Cost of a line that was broken although ``unit`` ems would have fitted into the ``gap`` it left."""
    room = gap - unit + costs.early_slack - slack + costs.slack
    if room <= 0.0 or gap <= slack:
        return 0.0
    return min(costs.early_most, costs.early * room + costs.early_square * room * room)


def _beside(
    price: Prices, row: Row, above: Row | None, known: Evidence, costs: Costs, *, marked: bool
) -> Prices:
    """The prices of a row of a column beside the row above it; ``marked`` says that its mark is a head's."""
    if marked and row.width <= row.column + 1 and not row.sentence:
        head = costs.head_marked + known.body + (costs.head_stop if row.ending == "stop" else 0.0)
        price = replace(price, head=head, first=price.first + costs.head_mark_first)
    if row.goes_on:
        more = costs.goes_on
        price = replace(price, first=price.first + more, only=price.only + more, head=price.head + more)
    if row.first_on_page or abs(row.indent - (above.indent if above else 0.0)) > 1.2:
        price = replace(price, head_more=price.head_more + costs.head_third)
    if row.text[0] in "【〔" and row.text[-1] in "】〕":
        head = min(price.head, costs.head_enumerated + known.body)
        price = replace(price, head=head, head_more=price.head_more + costs.head_third)
    if above is not None and row.text[0].isascii() and row.text[0].isalpha() and above.text[-1] == ".":
        more = costs.western_first
        price = replace(price, first=price.first + more, only=price.only + more)
    if row.point and above is not None and above.ending in {"stop", "semicolon"}:
        more = costs.point_behind_stop
        price = replace(price, middle=price.middle + more, last=price.last + more)
    return price


def _prices(
    row: Row, known: Evidence, unit: float, costs: Costs, habits: Habits, *, after_dash: bool
) -> Prices:
    column = row.column
    gap = 0.0 if row.stretched or row.beside else column - row.width
    indent = row.indent if habits.indents else habits.lost
    first = costs.paragraph + known.body + (costs.paragraph_quoted if row.text[0] in _QUOTING else 0.0)
    middle = known.body
    slack = costs.slack + max(0.0, column - costs.slack_beyond) * costs.slack_em
    over = (
        0.0 if row.stretched or row.text.isascii() else row.tight - column - slack
    )  # Western words stick out
    over_first = (
        over if row.bullet or row.point or row.stretched else over + indent
    )  # marks and numbers may hang
    lead = row.bullet and row.width > LEAST_LEAD
    if over_first > 0:
        first += costs.overfull if lead else costs.overfull + costs.overfull_em * over_first
    if over > 0:
        middle += costs.overfull + costs.overfull_em * over
    if row.point:
        middle += costs.point_inside
    if row.bullet:
        middle += costs.bullet_inside
    if row.closing:
        middle += costs.closing_inside
    if row.speaks:
        first += costs.paragraph_spoken
        middle += costs.spoken_inside
    begins, goes_on = _kept(row, habits, costs)
    first += begins
    middle += goes_on
    end: float = getattr(costs, _ENDS[row.ending])
    if row.ending == "none" and gap > 2 and (row.before_bullet or column >= habits.wide):
        end = costs.ends_none_before_bullet
    if row.closing or row.torn:
        end = costs.ends_stop
    if row.stretched:
        end += costs.ends_stretched
    only = end + costs.single + (costs.tiny if row.width < 5 else 0.0)
    last = end + (costs.ends_full if gap <= 0.5 else 0.0)
    head, head_more = _head_prices(row, known, costs)
    return Prices(
        first=first + _early(max(0.0, gap - indent), unit, slack, costs),
        only=first + only,
        middle=middle + _early(gap, unit, slack, costs),
        last=middle + last,
        head=head,
        head_more=head_more,
        display=known.display,
        display_open=known.display + (costs.opening_inside if known.opening else costs.display_open),
        box=costs.box_titled if known.box_ahead else costs.box,
        stray=costs.notice_astray if known.notice else 0.0,
        boxed=costs.opening_inside if known.opening else 0.0,
        after_dash=costs.head_third if after_dash else 0.0,
    )


def _kept(row: Row, habits: Habits, costs: Costs) -> tuple[float, float]:
    """What the indents and blank lines that the layer keeps say against a row's beginning a paragraph, and going on."""
    begins = goes_on = 0.0
    if habits.indents:
        if row.indent >= 0.9:
            goes_on += costs.kept_indent
        else:
            begins += costs.kept_indent
    if habits.blanks:
        if row.blank_before:
            goes_on += costs.kept_blank
        elif not row.point:  # notes stand below each other
            begins += costs.kept_blank
    return begins, goes_on


def _western(text: str) -> bool:
    """Tell whether a row is Western rather than Chinese: its words neither fill a line nor break at its end."""
    return (
        text[-1] < _FIRST_CHINESE
        and text[len(text) // 2] < _FIRST_CHINESE
        and text[len(text) // 3] < _FIRST_CHINESE
    )


def _line_prices(row: Row, known: Evidence, costs: Costs, *, numbered: bool) -> Prices:
    """Prices where every line is a paragraph, or only the number of the paragraph in the next line."""
    base = costs.paragraph + known.body
    only = base + costs.single + (costs.ends_stop if row.ending == "stop" else costs.ends_line)
    joined = known.body + (0.0 if numbered else costs.line_joined)
    alone = costs.line_joined if lone_number(row) else 0.0
    head, head_more = _head_prices(row, known, costs)
    if "：" in row.text:
        head += costs.head_colon
    return Prices(
        first=base + costs.line_joined - alone,
        only=only + alone,
        middle=joined + costs.line_joined,
        last=joined,
        head=head + alone,
        head_more=head_more + costs.line_joined,
        display=known.display,
        display_open=known.display + costs.opening_inside,
        box=costs.box + costs.line_joined,
        stray=0.0,
        after_dash=0.0,
    )


def _head_prices(row: Row, known: Evidence, costs: Costs) -> tuple[float, float]:
    head = _head_by_mark(row, costs)
    sentence = costs.head_stop if row.sentence else 0.0
    if row.width > row.column - 1:
        head += costs.head_long
    if row.width > min(row.column + 1, costs.head_longest):
        head += costs.head_long
    if "，" in row.text and not row.bullet:
        head += costs.head_comma
    shared = (
        known.body + (costs.head_dashed if row.dashed else 0.0) + (costs.head_stop if row.closing else 0.0)
    )
    if row.text.count("“") != row.text.count("”") or row.text.count("「") != row.text.count("」"):
        shared += costs.head_unpaired
    if row.ending not in {"none", "dash", "bracket"}:
        shared += costs.head_stop
    if row.last_on_page:
        shared += costs.head_at_foot
    if (
        (" " in row.text or "　" in row.text)
        and not (row.stretched or row.bullet)
        and _TWO_PARTS.search(row.text)
    ):
        head += costs.head_two_parts
    head += sentence
    more = costs.head_more + sentence
    if row.bullet or row.point:
        more += costs.head_third
    if "，" in row.text:
        more += costs.head_comma
    if row.width > row.column - 0.5:
        more += costs.head_long
    return head + shared, more + shared


def _head_by_mark(row: Row, costs: Costs) -> float:
    if row.bullet:
        return costs.head_marked
    if row.enumerated and not _CLAUSE.match(row.text):
        return costs.head_enumerated
    return costs.head_dash if row.ending == "dash" else costs.head
