"""Label every row — body, head, display — and cut paragraphs, by one global optimum (Viterbi).

The state after a row says whether a paragraph is open, whether a head waits for its paragraph, and whether all
this happens in a box that interrupts an open paragraph. Display text leaves the state as it is: a sentence cut by
it goes on behind it.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING

from bookmaker.segment.costs import COSTS, Costs
from bookmaker.segment.habits import Habits
from bookmaker.segment.shapes import Setting, lone_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookmaker.segment.rows import Row

HABITS = Habits()
_TWO_PARTS = re.compile(r"[^\W\d_a-zA-Z”」》][ 　]+[^\W\d_a-zA-Z]|[”」》][ 　]|[ 　][“「《]")
SENTENCE = re.compile(r"[。！？][^”」’』]")
"""A sentence that ends within a row: neither heads nor display text have that."""


class Label(IntEnum):
    """What a row is. ``FIRST`` begins a paragraph, ``ONLY`` is a whole one, ``LAST`` ends one."""

    FIRST = 0
    ONLY = 1
    MIDDLE = 2
    LAST = 3
    HEAD = 4
    HEAD_MORE = 5
    DISPLAY = 6


@dataclass(frozen=True, slots=True)
class Labelled:
    """A row's label, and whether it stands in a box that interrupts the article."""

    label: Label
    boxed: bool = False


@dataclass(slots=True)
class Evidence:
    """What is known of a row beyond its own features, as costs.

    ``display`` prices the reading as display text, ``body`` is added to every other reading; ``notice`` says
    that the row is the title of a boxed notice, ``opening`` that it opens an article.
    """

    display: float
    body: float = 0.0
    notice: bool = False
    box_ahead: bool = False
    opening: bool = False


# A box stands in an open paragraph, an aside between two paragraphs; both are boxed text.
_CLOSED, _OPEN, _HEADED, _HEADED_MORE, _BOX_CLOSED, _BOX_OPEN, _ASIDE_CLOSED, _ASIDE_OPEN = range(8)
STATES = 8
_INFINITE = float("inf")


@dataclass(frozen=True, slots=True)
class Prices:
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


def price_rows(
    rows: Sequence[Row],
    evidence: Sequence[Evidence],
    costs: Costs = COSTS,
    *,
    habits: Habits = HABITS,
) -> list[Prices]:
    """Price every reading of every row.

    A line that is not its paragraph's last is judged by the piece that had no room on it: the first unit of
    the next row that is not surely display text.
    """
    units = [0.0] * len(rows)
    following = 1.0
    for i in range(len(rows) - 1, -1, -1):
        units[i] = following
        if not evidence[i].body:
            following = rows[i].unit
    marks = _head_marks([row for row, known in zip(rows, evidence, strict=True) if not known.body])
    out = []
    dash = False
    indent = 0.0
    number = False
    for row, known, unit in zip(rows, evidence, units, strict=True):
        if habits.setting is not Setting.WRAPPED:
            price = _line_prices(row, known, costs, numbered=number)
            if habits.setting is Setting.VERSE and not row.drawn:
                other = costs.verse_prose
                price = replace(price, only=price.only + other, display=price.display + other)
            number = lone_number(row)
            out.append(price)
            continue
        price = _prices(row, known, unit, costs, habits, after_dash=dash)
        if row.bullet in marks and row.width <= row.column + 1 and not SENTENCE.search(row.text):
            head = costs.head_marked + known.body + (costs.head_stop if row.ending == "stop" else 0.0)
            price = replace(price, head=head, first=price.first + costs.head_mark_first)
        out.append(price)
        if row.first_on_page or abs(row.indent - indent) > 1.2:
            price = replace(price, head_more=price.head_more + costs.head_third)
        dash, indent = row.ending == "dash", row.indent
    return out


def _head_marks(rows: Sequence[Row]) -> frozenset[str]:
    """The marks that stand before heads here: most rows behind them are far shorter than the column."""
    marked = Counter(row.bullet for row in rows if row.bullet)
    short = Counter(row.bullet for row in rows if row.bullet and row.width < 0.85 * row.column)
    return frozenset(mark for mark, n in marked.items() if short[mark] > 0.5 * n)


def label_rows(
    rows: Sequence[Row], prices: Sequence[Prices], costs: Costs = COSTS
) -> tuple[list[Labelled], float]:
    """Label ``rows`` at least total cost; return the labels and that cost."""
    live = [_INFINITE] * STATES
    live[_CLOSED] = 0.0
    back: list[list[tuple[int, Label]]] = []
    for row, price in zip(rows, prices, strict=True):
        new = [_INFINITE] * STATES
        came: list[tuple[int, Label]] = [(0, Label.DISPLAY)] * STATES
        for state in range(STATES):
            so_far = live[state]
            if so_far == _INFINITE:
                continue
            for target, label, cost in steps(state, price, costs, page_begins=row.first_on_page):
                total = so_far + cost
                if total < new[target]:
                    new[target] = total
                    came[target] = (state, label)
        live = new
        back.append(came)
    finals = [live[s] + end_cost(s, costs) for s in range(STATES)]
    state = min(range(STATES), key=finals.__getitem__)
    total = finals[state]
    out: list[Labelled] = []
    for came in reversed(back):
        origin, label = came[state]
        out.append(Labelled(label, boxed=in_box(state)))
        state = origin
    out.reverse()
    return out, total


def end_cost(state: int, costs: Costs) -> float:
    """Cost of a text that ends in ``state``: a paragraph still open there ends all the same."""
    return costs.ends_none if state in {_OPEN, _BOX_OPEN, _ASIDE_OPEN} else 0.0


def in_box(state: int) -> bool:
    """Tell whether the row that led to ``state`` stands in a box."""
    return state >= _BOX_CLOSED


def steps(
    state: int, price: Prices, costs: Costs, *, page_begins: bool
) -> tuple[tuple[int, Label, float], ...]:
    """The readings of a row that ``state`` allows: (state after it, label, cost)."""
    if state == _OPEN:
        going_on = (
            (_OPEN, Label.MIDDLE, price.middle),
            (_CLOSED, Label.LAST, price.last),
            (_OPEN, Label.DISPLAY, price.display_open + price.stray),
        )
        if not page_begins:
            return going_on
        return (
            *going_on,
            (_BOX_OPEN, Label.FIRST, price.first + price.box),
            (_BOX_CLOSED, Label.ONLY, price.only + price.box),
        )
    if state == _CLOSED:
        beginning = (
            (_OPEN, Label.FIRST, price.first),
            (_CLOSED, Label.ONLY, price.only),
            (_CLOSED, Label.DISPLAY, price.display + price.stray),
            (_HEADED, Label.HEAD, price.head),
        )
        if not page_begins:
            return beginning
        return (
            *beginning,
            (_ASIDE_OPEN, Label.FIRST, price.first + price.box),
            (_ASIDE_CLOSED, Label.ONLY, price.only + price.box),
        )
    if state in {_BOX_OPEN, _ASIDE_OPEN}:
        return (
            (state, Label.MIDDLE, price.middle),
            (state - 1, Label.LAST, price.last),
            (state, Label.DISPLAY, price.display_open),
        )
    if state == _ASIDE_CLOSED:
        return (
            (_ASIDE_OPEN, Label.FIRST, price.first),
            (_ASIDE_CLOSED, Label.ONLY, price.only),
            (_ASIDE_CLOSED, Label.DISPLAY, price.display),
            (_OPEN, Label.FIRST, price.first + costs.box_end),
            (_CLOSED, Label.ONLY, price.only + costs.box_end),
            (_HEADED, Label.HEAD, price.head + costs.box_end),
        )
    if state == _BOX_CLOSED:
        return (
            (_BOX_OPEN, Label.FIRST, price.first),
            (_BOX_CLOSED, Label.ONLY, price.only),
            (_BOX_CLOSED, Label.DISPLAY, price.display),
            # the box is over and the interrupted sentence goes on
            (_OPEN, Label.MIDDLE, price.middle + costs.box_end),
            (_CLOSED, Label.LAST, price.last + costs.box_end),
        )
    third = costs.head_third if state == _HEADED_MORE else price.after_dash
    return (
        (_OPEN, Label.FIRST, price.first),
        (_CLOSED, Label.ONLY, price.only),
        (state, Label.DISPLAY, price.display + price.stray),
        (_HEADED_MORE, Label.HEAD_MORE, price.head_more + third),
        (_HEADED, Label.HEAD, price.head + costs.head_on_head),
    )


def _early(gap: float, unit: float, slack: float, costs: Costs) -> float:
    """Cost of a line that was broken although ``unit`` ems would have fitted into the ``gap`` it left."""
    room = gap - unit + costs.early_slack - slack + costs.slack
    if room <= 0.0 or gap <= slack:
        return 0.0
    return min(costs.early_most, costs.early * room + costs.early_square * room * room)


def _prices(
    row: Row, known: Evidence, unit: float, costs: Costs, habits: Habits, *, after_dash: bool
) -> Prices:
    column = row.column
    gap = 0.0 if row.stretched else column - row.width
    indent = row.indent if habits.indents else habits.lost
    first = costs.paragraph + known.body
    middle = known.body
    slack = costs.slack + max(0.0, column - costs.slack_beyond) * costs.slack_em
    over = 0.0 if row.stretched else row.tight - column - slack
    over_first = over if row.bullet else over + indent  # a mark may hang in the indent
    if over_first > 0:
        first += costs.overfull + costs.overfull_em * over_first
    if over > 0:
        middle += costs.overfull + costs.overfull_em * over
    if row.point:
        middle += costs.point_inside
    if row.bullet:
        middle += costs.bullet_inside
    if habits.indents:
        if row.indent >= 0.9:
            middle += costs.kept_indent
        else:
            first += costs.kept_indent
    if habits.blanks:
        if row.blank_before:
            middle += costs.kept_blank
        else:
            first += costs.kept_blank
    end = {
        "stop": costs.ends_stop,
        "colon": costs.ends_colon,
        "semicolon": costs.ends_semicolon,
        "dash": costs.ends_dash,
        "bracket": costs.ends_bracket,
        "comma": costs.ends_comma,
        "none": costs.ends_none,
    }[row.ending]
    if row.ending == "none" and gap > 2 and (row.before_bullet or column >= habits.wide):
        end = costs.ends_none_before_bullet
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
        after_dash=costs.head_third if after_dash else 0.0,
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
    if row.bullet:
        head = costs.head_marked
    elif row.enumerated:
        head = costs.head_enumerated
    elif row.ending == "dash":
        head = costs.head_dash
    else:
        head = costs.head
    if row.width > row.column - 1:
        head += costs.head_long
    if row.width > min(row.column + 1, costs.head_longest):
        head += costs.head_long
    if "，" in row.text and not row.bullet:
        head += costs.head_comma
    shared = known.body + (costs.head_dashed if row.dashed else 0.0)
    if row.text.count("“") != row.text.count("”") or row.text.count("「") != row.text.count("」"):
        shared += costs.head_unpaired
    if row.ending not in {"none", "dash", "bracket"}:
        shared += costs.head_stop
    if row.last_on_page:
        shared += costs.head_at_foot
    if _TWO_PARTS.search(row.text) and not row.stretched and not row.bullet:
        head += costs.head_two_parts
    if SENTENCE.search(row.text):
        head += costs.head_stop
    more = costs.head_more + (costs.head_stop if SENTENCE.search(row.text) else 0.0)
    if row.bullet or row.point:
        more += costs.head_third
    if "，" in row.text:
        more += costs.head_comma
    if row.width > row.column - 0.5:
        more += costs.head_long
    return head + shared, more + shared
