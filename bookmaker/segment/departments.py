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
MANY_MARKED = 8
"""Names beside a mark of which half are enough above openings."""

_ADORNED = re.compile(
    r"(栏目[:：]|欄目[:：]|专栏[:：]|專欄[:：]|[^\w\s“”‘’「」『』《》（）()—，。：；！？…]{0,2})"
    r"([^\W\d_]{1,8}(?:[·、与與和][^\W\d_]{1,5})?)"
    r"([^\w\s“”‘’「」『』《》（）()—，。：；！？…]{0,2})"
)

_USUAL = frozenset(
    (  # noqa: SIM905
        "卷首 卷首语 卷首語 刊首 刊首语 刊首語 编者的话 特稿 特写 特寫 特别报道 特别策划 "
        "特别关注 特別報導 特別策劃 特別關注 本期关注 本期關注 本期特稿 封面 封面故事 封面报道 "
        "热点 熱點 焦点 焦點 视点 視點 聚焦 关注 關注 要闻 要聞 时评 時評 评论 評論 观察 "
        "觀察 视野 視野 专题 专栏 专访 專題 專欄 專訪 访谈 訪談 对谈 对话 對談 對話 人物 "
        "人物志 人物誌 人文 纪念 紀念 追思 怀念 懷念 忆旧 憶舊 往事 记忆 記憶 乡土 鄉土 "
        "城事 社会 社會 社区 社區 民生 经济 經濟 财经 財經 产业 產業 市场 市場 科技 科学 "
        "科學 科普 前沿 教育 文化 文艺 文藝 艺术 藝術 书评 书话 書評 書話 阅读 閱讀 閲讀 "
        "读书 讀書 随笔 隨筆 散文 小说 小說 小説 短篇小说 短篇小說 短篇小説 中篇小说 "
        "中篇小說 中篇小説 长篇小说 長篇小說 長篇小説 短篇 诗 诗歌 诗词 诗笺 詩 詩歌 詩詞 "
        "詩箋 新诗 新詩 译文 譯文 杂文 雜文 副刊 美食 旅行 地理 健康 法治 法规 法規 政策 "
        "文件 调查 调研 调查研究 調查 調研 調查研究 理论 理論 党建 基层 基層 动态 動態 "
        "简讯 簡訊 资讯 資訊 来信 來信 读者来信 讀者來信 编读往来 編讀往來 读编往来 讀編往來 "
        "编辑室手记 編輯室手記 编辑手记 編輯手記 主编手记 主編手記 读者园地 讀者園地 "
        "史料 史话 史話 档案 檔案 口述 亲历 親歷 回忆 回憶 影像 光影 校园 校園 "
    ).split()
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
        if bare and adorned.group(2) not in _USUAL:
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
        share = 0.5 if names[marks] >= MANY_MARKED else 0.7
        if above[marks] >= LEAST_MARKED and above[marks] >= share * names[marks]:
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
