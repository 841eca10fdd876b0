"""How a layer's lines are set — wrapped to a column, whole paragraphs, verse — and lines whose shape is their meaning.

A drawn row (a table's, an outline's, a form's, a signature, verse) is kept as it is and never joined to another.
"""

from __future__ import annotations

import re
from collections import Counter
from enum import Enum
from typing import TYPE_CHECKING

from bookmaker.chars import HAN_NUMERALS, is_han

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bookmaker.segment.rows import Row


class Setting(Enum):
    """How the lines of a layer are set."""

    WRAPPED = "wrapped"
    LINES = "lines"
    VERSE = "verse"


DEEP = 2.9
"""Ems: an indent deeper than any paragraph's."""
LEAST_STANZA, LEAST_UNINDENTED = 4, 8
"""Rows of verse among prose, indented and not."""
LEAST_USUAL = 10
"""Ems: narrower rows say nothing about the column."""
LEAST_RUN = 3
"""Fewer drawn rows in succession are a head of several lines."""
LEAST_JUDGED = 12
"""Rows by which a layer's setting can be judged."""
WIDEST_COLUMN = 45.0
"""Ems: no printed column is wider."""
LONGEST_CELL = 25.0
"""Ems: a longer row is no cell of a table and no line of a form."""
LEAST_CELLS = 3
"""Cells in each of several rows that leave no doubt that they are a table's."""
LONGEST_ITEM = 20
LONGEST_SIGNATURE = 18.0

_CODE = re.compile(
    r"[{}]|;\s*(?:$|//)|^(?://|#include\b|</?\w)|\w\([^)]*\)\s*[;{]|[=!]=|[-=]>|\w\[[^\]]*\]\s*=|^[\w.]+\s*[:+]?=\s*\S"
)
"""What a line of a program has, and a sentence has not."""
_CODE_MARKS = frozenset("{};=<#")
LEAST_CODE, MOST_PLAIN = 4, 3
"""Rows with such signs, and rows without them between two that have them."""
_INSIDE = re.compile(r"[。！？；][^”’」』）]|[，、].*[，、]")
"""A sentence that ends within a row, or several clauses: prose."""
_QUANTITY = re.compile(
    r"[^\d\s，。：、]{1,8}[ 　]*(?:[\d./½¼¾一二两兩三四五六七八九十半]+[ 　]*"
    r"(?:千?克|公?斤|[两兩钱錢个個只隻片根粒颗顆碗杯瓣块塊条條把朵张張包罐滴撮枚勺匙升]|[大小汤湯茶]?[勺匙]|毫升|k?g|ml)"
    r"|少[许許]|[适適]量|若干)(?:[（(][^（()）]*[）)])?"
)
_DIGIT = re.compile(r"[\d０-９]")
_PUNCTUATION = re.compile(r"[，。、；：？！,;:?!]")
_SIGNATURE = re.compile(r"\w{1,6}(?:[　 ]*　[　 ]*\w{1,4}){1,4}")
_LONE_NUMBER = re.compile(
    rf"[(（](?:[{HAN_NUMERALS}]{{1,3}}|\d{{1,2}})[)）]|(?:[{HAN_NUMERALS}]{{1,3}}|\d{{1,2}})[、.．]"
)


def lone_number(row: Row) -> bool:
    """Tell whether a row is nothing but the number of the paragraph in the next row."""
    return _LONE_NUMBER.fullmatch(row.text) is not None


def setting_of(rows: Sequence[Row]) -> Setting:
    """Judge how the lines of a layer are set.

    Lines that hold whole paragraphs are of any width, many of them wider than any column, and end with a sentence;
    verse has no marks.
    """
    if len(rows) < LEAST_JUDGED:
        return Setting.WRAPPED
    if sum(_PUNCTUATION.search(row.text) is not None for row in rows) < 0.02 * len(rows):
        alike = Counter(row.width for row in rows if row.width > 4).most_common(1)
        return Setting.VERSE if alike and alike[0][1] >= 0.3 * len(rows) else Setting.WRAPPED
    long = [row.width for row in rows if row.width > 10]
    common = Counter(round(width) for width in long).most_common(1)[0][1] if long else 0
    wide = [row.ending for row in rows if row.width > WIDEST_COLUMN]
    ended = sum(ending in {"stop", "colon", "semicolon"} for ending in wide)
    many = wide and len(wide) >= 0.1 * len(long) and 2 * ended >= len(wide)
    return Setting.LINES if many and common < 0.25 * len(long) else Setting.WRAPPED


def mark_shapes(rows: Sequence[Row], setting: Setting) -> None:
    """Mark drawn rows and tags set from top to bottom; take the indent that all rows share off lines."""
    if setting is Setting.WRAPPED:
        _mark_runs(rows, _outlined, _draw)
        _mark_runs(rows, lambda row: len(row.text) == 1 and is_han(row.text), _stand, least=2)
        _mark_stanzas(rows)
        _mark_tables(rows)
        _mark_programs(rows)
        _mark_runs(rows, _item, _list)
        return
    if setting is Setting.VERSE:
        # titles and authors stand lower than the lines of a poem
        head: dict[int, float] = {}
        for row in rows:
            head[row.sheet] = min(head.get(row.sheet, row.indent), row.indent)
        for row in rows:
            row.drawn = row.indent - head[row.sheet] < 1.5
        return
    usual = Counter(row.indent for row in rows).most_common(1)[0][0]
    for row in rows:
        row.indent = max(0.0, row.indent - usual)
    numbered = {id(rows[i + 1]) for i in range(len(rows) - 1) if lone_number(rows[i])}
    _mark_runs(rows, lambda row: id(row) not in numbered and _cell(row), _draw)
    for row in rows:
        if row.width <= LONGEST_SIGNATURE and not row.enumerated and _SIGNATURE.fullmatch(row.text):
            row.drawn = True


def _mark_stanzas(rows: Sequence[Row]) -> None:
    """Mark verse among prose: rows far shorter than the text's, of many widths, that seldom end a sentence.

    Where each is indented fewer rows tell it, since only the first row of a paragraph is.
    """
    usual = usual_width(rows)
    start = 0
    while start < len(rows):
        end = start
        indented = rows[start].indent >= 1
        while (
            end < len(rows)
            and _verse_like(rows[end], usual)
            and (rows[end].indent >= 1) == indented
            and not (end > start and rows[end].first_on_page)
        ):
            end += 1
        run = rows[start:end]
        if len(run) >= (LEAST_STANZA if indented else LEAST_UNINDENTED):
            ends = sum(row.ending == "stop" for row in run)
            if _ragged(run) and ends <= 0.4 * len(run):
                for row in run:
                    row.drawn = row.inset = True
        start = max(end, start + 1)


def _ragged(run: Sequence[Row]) -> bool:
    """Tell whether many rows fall short of the widest without ending a sentence, as lines of a narrow column do not."""
    widest = max(row.width for row in run)
    broken = [row for row in run if row.ending in {"none", "comma", "dash"}]
    if not broken:
        return False
    short = sum(row.width <= widest - 2 for row in broken)
    alike = Counter(round(row.width) for row in broken).most_common(1)[0][1]
    return short >= 0.4 * len(broken) and alike <= 0.5 * len(broken)


def usual_width(rows: Sequence[Row]) -> float:
    """The width that most rows have, display text and last lines left out."""
    widths = Counter(round(row.width) for row in rows if row.width >= LEAST_USUAL)
    return float(widths.most_common(1)[0][0]) if widths else 0.0


def _verse_like(row: Row, usual: float) -> bool:
    return (
        2.0 <= row.width <= 0.7 * usual
        and row.ending in {"none", "comma", "stop", "dash", "semicolon"}
        and not (
            row.doubled or row.bullet or row.point or row.dashed or row.folio or row.vertical or row.spaced
        )
        and not (row.closing or _DIGIT.search(row.text) or _INSIDE.search(row.text))
    )


def _mark_tables(rows: Sequence[Row]) -> None:
    """Mark short rows that are cells of a table or items of a list: as many parts in each, or a quantity in each."""
    usual = usual_width(rows)

    def parts(row: Row) -> int:
        return len(row.text.split())

    def short(row: Row) -> bool:
        return (
            row.width <= 0.8 * usual
            and row.ending in {"none", "bracket"}
            and not (row.doubled or row.bullet or row.point or row.dashed or row.folio or row.vertical)
            and not (row.spaced or row.closing)
        )

    start = 0
    while start < len(rows):
        if not short(rows[start]):
            start += 1
            continue
        cells = parts(rows[start])
        end = start
        while end < len(rows) and short(rows[end]) and parts(rows[end]) == cells:
            end += 1
        numbered = sum(_DIGIT.search(row.text) is not None for row in rows[start:end])
        inside = start and rows[start - 1].ending in {"stop", "colon"} and not rows[start].first_on_page
        ragged = end - start >= LEAST_RUN and _ragged(rows[start:end])
        wide = cells >= LEAST_CELLS and end - start > LEAST_RUN
        if (wide or (inside and ragged)) and numbered >= (end - start) - (cells > 2):
            for row in rows[start:end]:
                row.drawn = row.inset = True
        start = max(end, start + 1)


def _mark_programs(rows: Sequence[Row]) -> None:
    """Mark the lines of programs and of what they print: runs of rows with their signs, and what stands between."""
    text = "".join(row.text for row in rows)
    if sum(map(text.count, _CODE_MARKS)) < LEAST_CODE:
        return
    signs = [
        i
        for i, row in enumerate(rows)
        if (row.text.startswith("//") or not _CODE_MARKS.isdisjoint(row.text))
        and _CODE.search(row.text)
        and not _prose(row)
    ]
    run: list[int] = []
    for i in [*signs, len(rows)]:
        if run and (i - run[-1] > MOST_PLAIN + 1 or any(map(_prose, rows[run[-1] + 1 : i]))):
            if len(run) >= LEAST_CODE:
                for row in rows[run[0] : run[-1] + 1]:
                    row.drawn = row.inset = True
            run = []
        run.append(i)


def _prose(row: Row) -> bool:
    """Tell whether a row is rather a sentence than a line of a program, in which ideographs are comments."""
    ideographs = sum(map(is_han, row.text))
    if row.text.startswith(("//", "/*", "# ")):
        return False
    return 2 * ideographs > len(row.text) or (ideographs > 0 and row.ending in {"stop", "comma"})


def _item(row: Row) -> bool:
    """Tell whether a row names a thing and how much of it: an ingredient."""
    return len(row.text) <= LONGEST_ITEM and not row.doubled and _QUANTITY.fullmatch(row.text) is not None


def _list(row: Row) -> None:
    row.drawn = row.inset = row.item = True


def _outlined(row: Row) -> bool:
    return row.indent >= DEEP and row.ending == "none" and not row.doubled


def _cell(row: Row) -> bool:
    return row.width <= LONGEST_CELL and row.ending in {"none", "bracket"} and not (row.doubled or row.point)


def _draw(row: Row) -> None:
    row.drawn = True


def _stand(row: Row) -> None:
    row.vertical = True


def _mark_runs(
    rows: Sequence[Row], belongs: Callable[[Row], bool], mark: Callable[[Row], None], least: int = LEAST_RUN
) -> None:
    """Mark the rows of every run of ``least`` rows or more that all belong."""
    run: list[Row] = []
    last = -1
    for i in [i for i, row in enumerate(rows) if belongs(row)]:
        if i > last + 1 or rows[i].first_on_page:
            if len(run) >= least:
                for row in run:
                    mark(row)
            run = []
        run.append(rows[i])
        last = i
    if len(run) >= least:
        for row in run:
            mark(row)
