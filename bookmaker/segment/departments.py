"""Names of departments above titles: set between marks, behind one, or such as magazines usually have.

A mark that a house sets before or around its departments is one that recurs above openings: at the top of pages,
or above short rows that a byline or a subtitle ends.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from bookmaker.chars import squeeze
from bookmaker.segment.bylines import byline_bullets, marked_byline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookmaker.segment.rows import Row

LONGEST_NAME = 8
"""Characters of a department's name."""
MOST_BELOW = 6
"""Rows from a department's name to the byline or subtitle of the opening."""
LEAST_OPENING = 3
"""Rows from a department's name at a page's top to the text: one short row between them may be a head."""
LEAST_MARKED = 2
"""Names that a mark stands beside, by which it is a department's."""

_ADORNED = re.compile(
    r"(栏目[:：]|欄目[:：]|专栏[:：]|專欄[:：]|[^\w\s“”‘’「」『』《》（）()—，。：；！？…]{0,2})"
    r"([^\W\d_]{1,8}(?:[·、与與和][^\W\d_]{1,5})?)"
    r"([^\w\s“”‘’「」『』《》（）()—，。：；！？…]{0,2})"
)

_USUAL = re.compile(
    "(?:卷|刊)首[语語]?|编者的话|特[稿写寫]|特[别別](?:报道|報導|策划|策劃|关注|關注)|本期(?:关注|關注|特稿)|封面(?:故事|报道)?"
    "|[热熱][点點]|[焦视視][点點]|聚焦|[关關]注|要[闻聞]|[时時][评評]|[评評][论論]|[观觀]察|[视視]野|[专專][题題栏欄访訪]"
    "|[访訪][谈談]|[对對][谈談话話]|人物[志誌]?|人文|[纪紀]念|追思|[怀懷]念|[忆憶][旧舊]|往事|[记記][忆憶]|[乡鄉]土|城事|社[会會区區]"
    "|民生|[经經][济濟]|[财財][经經]|[产產][业業]|市[场場]|科技|科[学學]|科普|前沿|教育|文化|文[艺藝]|[艺藝][术術]|[书書][评評话話]"
    "|[阅閱閲][读讀]|[读讀][书書]|[随隨][笔筆]|散文|(?:[短中长長]篇)?小[说說説]|短篇|[诗詩][歌词詞笺箋]?|新[诗詩]|[译譯]文|[杂雜]文|副刊"
    "|美食|旅行|地理|健康|法治|法[规規]|政策|文件|[调調](?:查|研|查研究)|理[论論]|党建|基[层層]|[动動][态態]|[简簡][讯訊]|[资資][讯訊]"
    "|(?:[读讀]者)?[来來]信|[编編][读讀]往[来來]|[读讀][编編]往[来來]|史料|史[话話]|[档檔]案|口述|[亲親][历歷]|回[忆憶]|影像|光影|校[园園]"
)
"""Names that departments of magazines usually have."""


def mark_departments(rows: Sequence[Row]) -> None:
    """Mark the rows that name a department above an opening (``tag``, ``framed``)."""
    found: list[tuple[Row, tuple[str, str]]] = []
    names: Counter[tuple[str, str]] = Counter()
    above: Counter[tuple[str, str]] = Counter()
    bylines = byline_bullets(row.text for row in rows if row.bullet)
    for i, row in enumerate(rows):
        if (
            len(row.text) > 2 * LONGEST_NAME
            or row.drawn
            or row.vertical
            or row.doubled
            or row.folio is not None
        ):
            continue
        adorned = _ADORNED.fullmatch(squeeze(row.text))
        if adorned is None or len(adorned.group(2)) > LONGEST_NAME or row.bullet in bylines:
            continue
        marks = adorned.group(1), adorned.group(3)
        bare = marks == ("", "")
        if bare and _USUAL.fullmatch(adorned.group(2)) is None:
            continue
        opens = _opens(rows, i) and not (bare and row.tag)
        if bare:
            row.framed = row.framed or opens
            row.tag = row.tag or opens
            continue
        found.append((row, marks))
        names[marks] += 1
        above[marks] += opens
    for row, marks in found:
        if above[marks] >= LEAST_MARKED and above[marks] >= 0.7 * names[marks]:
            row.tag = row.framed = True


def _opens(rows: Sequence[Row], i: int) -> bool:
    """Tell whether row ``i`` stands above an opening: short rows that a byline, a subtitle or a page's top shows."""
    row, behind = rows[i], rows[i + 1 : i + 3]
    before = rows[i - 1] if i else None
    inside = before is not None and before.ending in {"none", "comma"} and before.width >= LEAST_TEXT
    if inside and not row.first_on_page:
        # amid a sentence stands no head
        return len(behind) == 2 and all(_short(other) and not other.first_on_page for other in behind)
    top = all(other.folio is not None or other.tag for other in rows[max(0, i - row.from_top) : i])
    for k in range(i + 1, min(i + 1 + MOST_BELOW, len(rows))):
        below = rows[k]
        if below.first_on_page or below.point:
            return False
        if below.ending not in {"none", "bracket", "dash"} and below.text[-1] not in "？！":
            return False
        if k > i + 1 and (below.dashed or marked_byline(below.text) is not None):
            return True
        if below.width >= 0.8 * LEAST_TEXT and k > i + 1:
            return top and k >= i + LEAST_OPENING
    return False


def _short(row: Row) -> bool:
    return row.ending == "none" and row.width < 0.8 * LEAST_TEXT and not row.point


LEAST_TEXT = 12.5
"""Ems: a row as long is rather text than a title's line."""
