"""Rows: the lines of the text layer as the segmenter sees them, with the features its costs speak of.

A row is a line, or the part of one that remains when display text glued to its end is cut off. A row keeps the
ledger of what was taken out of it, so that the characters of its line can always be accounted for.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from bookmaker.chars import (
    BULLETS,
    CLOSING,
    FULL_STOPS,
    HAN,
    HAN_NUMERALS,
    STYLES,
    Widths,
    first_unit,
    squeeze,
)
from bookmaker.layer import Change, Layer, Reason
from bookmaker.segment.bylines import DEEP, byline_bullets
from bookmaker.segment.display import letter_spaced, loosely_set, undouble
from bookmaker.segment.folios import mark_folios
from bookmaker.segment.prohibitions import mark_going_on

if TYPE_CHECKING:
    from collections.abc import Sequence

NOTICES = frozenset(
    [
        "公示",
        "公告",
        "启事",
        "啟事",
        "声明",
        "聲明",
        "通知",
        "更正",
        "通告",
        "征稿",
        "征稿启事",
        "徵稿啟事",
        "敬告读者",
        "敬告讀者",
        "订阅启事",
        "招聘启事",
        "讣告",
        "启示",
        "编者按",
        "更正启事",
        "致歉",
        "鸣谢",
        "征订启事",
    ]
)
"""Titles of the boxed notices that a magazine prints."""

_ENUMERATED = re.compile(
    rf"(?:[{HAN_NUMERALS}]{{1,3}}(?:、|$|[　 ]+(?=\S))"
    rf"|\d{{1,2}}(?:\.\d{{1,2}}){{0,2}}　+(?={HAN})"
    rf"|\d{{1,2}}(?:\.\d{{1,2}})+ +(?={HAN})(?![万萬亿億元米公千百年月个個倍度克升吨噸斤里平小分秒])"
    r"|[甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥](?:、|[　 ]+(?=\S))"
    rf"|第[　 ]*[{HAN_NUMERALS}]{{1,3}}[　 ]*[章节節编編部条條](?:[　 ]|$)"
    rf"|其[{HAN_NUMERALS}]{{1,3}}$|[（(][{HAN_NUMERALS}]{{1,3}}[)）])"
)
_ENUMERATING = frozenset(HAN_NUMERALS + "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥第其（(123456789")
_DRAWN = re.compile(r"─{4}|[━-╿]{2}|[│┃┌┐└┘├┤┬┴┼╭╮╯╰║╔╗╚╝]")
_POINT = re.compile(r"\d{1,2}[.．、](?!\d)|[①-⑳]|[(（\[［〔]\d{1,2}[)）\]］〕]")
_REMARK = re.compile(r"[。！？!?][”’」』]?(?:\s*[（(][^（()）]*[)）])+$")
"""A source or a remark in brackets behind the end of a sentence ends it anew."""
_CLOSING_FIRST = frozenset("（(【[责責编編执執美校作本来來资資数數")
_CLOSING = re.compile(
    r"[（(【\[]?(?:(?:(?:责任|責任|执行|執行)?(?:编辑|編輯|校对|校對)|责编|責編|美编|美編)[:： \u3000／/|｜]"
    r"|(?:资料|資料|数据|數據)?(?:来源|來源)[:：]"
    rf"|(?:本文)?作者(?:系|为|為|是|单位|單位|简介|簡介|[:：]?{HAN}{{2,4}}(?:系|为|為|，)))"
)
"""Who edited the article, or who its author is: a line at its end."""
_DATED = re.compile(
    rf"[{HAN_NUMERALS}廿卅○零元\d]{{1,4}}年[{HAN_NUMERALS}\d]{{1,3}}月(?:[{HAN_NUMERALS}廿卅\d]{{1,3}}日)?"
    rf"(?:[于於]?{HAN}{{1,6}})?"
)
"""The day on which an article was finished, and where: set to the right at its end."""
_GLUED = re.compile(
    r"(.*[。！？][”’」』]?)([^。！？，；：]{4,40}[ \u3000／/]"
    rf"(?:(?:{HAN}|·){{2,4}}|{HAN}[ \u3000]{HAN})[ \u3000]?(?:摄影?|攝影?))"
)
"""A caption with its photographer, glued to the last line of a paragraph."""
_TAKEN = frozenset("摄攝")
_SENTENCE = re.compile(rf"[。｡！？][^”」’』]|．(?<={HAN}{{4}}．){HAN}")
_NOTE_MARK = re.compile(r"(?<=[。．！？”’」』])(?:[①-⑳]|\[\d{1,2}\])+$")
"""A note's mark behind the end of a sentence."""


class Row(msgspec.Struct):
    """One row. Widths are in ems; ``page`` counts from 1, ``line`` is that of the file.

    ``sheet`` counts the pages as far as folios show them, marked or not.
    ``drawn`` marks a row that is kept as it is, ``inset`` one among prose: verse, a table's,
    ``item`` one of a list.
    ``caption`` marks a row that begins a caption by its own sign, ``caption_more`` one that goes on with it; ``initial``
    an initial set over several lines, ``beside`` those lines; ``speaks`` a row that begins with a speaker's name;
    ``torn`` one above a jump line; ``pulled`` a pull quote's.
    ``goes_on`` marks a row that only goes on with the row above: it begins with a mark that no line begins with, or
    closes a bracket that was opened there; ``held`` one whose last mark the row below begins with.
    ``ordinal`` counts the lines that are not blank; ``ending`` is one of ``stop`` (sentence ends), ``colon``,
    ``semicolon``, ``comma``, ``dash`` and ``none``; ``sentence`` marks a row within which a sentence ends, ``closing``
    an editor's credit or a note on the author.
    """

    page: int
    line: int
    text: str
    ordinal: int = 0
    sheet: int = 0
    first_on_page: bool = False
    last_on_page: bool = False
    from_top: int = 0
    from_foot: int = 0
    indent: float = 0.0
    blank_before: int = 0
    split: bool = False
    doubled: bool = False
    single: int = 0
    changes: list[Change] = []
    # features of the text
    width: float = 0.0
    tight: float = 0.0
    unit: float = 0.0
    ending: str = "none"
    sentence: bool = False
    stretched: bool = False
    spaced: bool = False
    bullet: str = ""
    enumerated: bool = False
    point: bool = False
    before_bullet: bool = False
    goes_on: bool = False
    held: bool = False
    dashed: bool = False
    closing: bool = False
    # features of the neighbourhood
    column: float = 0.0
    tag: bool = False
    notice: bool = False
    drawn: bool = False
    inset: bool = False
    item: bool = False
    vertical: bool = False
    framed: bool = False
    folio: int | None = None
    caption: bool = False
    caption_more: bool = False
    pulled: bool = False
    initial: bool = False
    beside: bool = False
    speaks: bool = False
    torn: bool = False

    def measure(self, widths: Widths) -> None:
        """Compute the features of the text from ``text`` and the widths at which the house sets its marks."""
        text = self.text
        self.width = widths.of(text)
        self.tight = self.width - widths.spare(text)
        self.unit = first_unit(text, widths)
        self.ending = ending(text)
        self.sentence = _SENTENCE.search(text) is not None
        parted = len(text.split()) > 1
        self.stretched = parted and loosely_set(text)
        self.spaced = parted and letter_spaced(text)
        self.bullet = text[0] if text[0] in BULLETS else ""
        self.enumerated = text[0] in _ENUMERATING and _ENUMERATED.match(text) is not None
        self.drawn = _DRAWN.search(text.strip("─")) is not None
        self.notice = len(text) <= 12 and squeeze(text) in NOTICES
        self.point = self.enumerated or _POINT.match(text) is not None
        self.closing = (text[0] in _CLOSING_FIRST and _CLOSING.match(text) is not None) or (
            self.indent >= DEEP and _DATED.fullmatch(squeeze(text)) is not None
        )
        self.dashed = text.startswith(("——", "──", "－－", "--"))

    @property
    def place(self) -> tuple[int, int]:
        """Page and line."""
        return self.page, self.line


SAMPLED = 1200
"""Rows by which the width of marks is judged, in runs of thirty."""


def style_of(texts: Sequence[str]) -> Widths:
    """Find at what width a house sets its marks: the one that makes most lines of a neighbourhood equally wide."""
    step = max(1, len(texts) // SAMPLED) * 30
    best, widths = -1.0, STYLES["full"]
    for style in STYLES.values():
        alike = 0.0
        for start in range(0, len(texts), step):
            near = [style.of(text) for text in texts[start : start + 30]]
            counts = Counter(round(2 * width) for width in near if width > 6)
            alike += max(
                (n + 0.5 * (counts[k - 1] + counts[k + 1]) for k, n in list(counts.items())), default=0
            )
        if alike > best:
            best, widths = alike, style
    return widths


def ending(text: str) -> str:
    """Name how a line ends: ``stop``, ``colon``, ``semicolon``, ``comma``, ``dash`` or ``none``."""
    end = _NOTE_MARK.sub("", text.rstrip())
    bracket = end[-1:] in "）)"
    while end and end[-1] in CLOSING and len(end) > 1:
        end = end[:-1]
    last = end[-1:]
    if last in FULL_STOPS or (bracket and _REMARK.search(text)):
        return "stop"
    return _ENDINGS.get(last, "bracket" if bracket else "none")


_ENDINGS = {
    "：": "colon",
    ":": "colon",
    "；": "semicolon",
    ";": "semicolon",
    "，": "comma",
    "、": "comma",
    "—": "dash",
    "─": "dash",
}


def build_rows(layer: Layer) -> list[Row]:
    """Turn the lines of ``layer`` into rows: doubled display text set once and cut off the body, tags found."""
    rows: list[Row] = []
    ordinal = 0
    for page in layer.pages:
        start = len(rows)
        for line in page.lines:
            found = _rows_of_line(page.number, line.number, line.text, line.blank_before)
            for row in found:
                row.ordinal = ordinal
            rows.extend(found)
            ordinal += 1
        of_page = rows[start:]
        for i, row in enumerate(of_page):
            row.from_top, row.from_foot = i, len(of_page) - 1 - i
        if of_page:
            of_page[0].first_on_page = True
            of_page[-1].last_on_page = True
    widths = style_of([row.text for row in rows if not row.doubled])
    for row in rows:
        row.measure(widths)
    signed = byline_bullets(row.text for row in rows if row.bullet)
    for row, following in itertools.pairwise(rows):
        row.before_bullet = bool(following.bullet) and following.bullet not in signed
        mark_going_on(row, following)
    mark_folios(rows)
    sheet = 0
    for row in rows:
        sheet += row.first_on_page
        row.sheet = sheet
    return rows


def _rows_of_line(page: int, number: int, text: str, blank_before: int) -> list[Row]:
    stripped = text.strip()
    indent = STYLES["full"].of(text[: len(text) - len(text.lstrip())]) if text[0].isspace() else 0.0
    found = undouble(stripped)
    if found and loosely_set(stripped) and not undouble(squeeze(stripped)):
        found = None  # letters apart repeat themselves sooner than words
    if found is None:
        glued = None if _TAKEN.isdisjoint(stripped) else _GLUED.fullmatch(stripped)
        if glued:
            body, caption = glued.groups()
            return [
                Row(page, number, body, indent=indent, blank_before=blank_before, split=True),
                Row(page, number, caption, split=True),
            ]
        return [Row(page, number, stripped, indent=indent, blank_before=blank_before)]
    out = []
    if found.before:
        out.append(Row(page, number, found.before, indent=indent, blank_before=blank_before, split=True))
    display = Row(page, number, found.text, blank_before=0 if out else blank_before, doubled=True)
    display.split = bool(out)
    display.single = found.single
    kept = squeeze(found.before + found.text)
    gone, come = Counter(squeeze(stripped)), Counter(kept)
    removed, added = gone - come, come - gone
    if added:
        display.changes.append(
            Change(page, number, Reason.TURNED_QUOTE, "".join(removed.elements()), "".join(added.elements()))
        )
    else:
        display.changes.append(Change(page, number, Reason.DOUBLING, "".join(removed.elements())))
    out.append(display)
    return out
