"""Issue → edition: conversion by readable cases, what must hold for any text, and the report of changes.

A case in ``cases/edit`` is ``# `` and the behaviour, lines ``source: LANGUAGE`` and ``settings: TOML`` if need
be, paragraphs (``## `` is a head), a line ``---``, then for each edition its name and the paragraphs that come
of them, one a line, and ``lone: N`` if N quotation marks without partner must be told.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections import Counter
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from needs import epubcheck, shared

from bookmaker.check import check_epub
from bookmaker.cli import main
from bookmaker.diagnostics import Code
from bookmaker.edit import Edited, in_mode, make_edition
from bookmaker.edit.convert import Alignment, Piece, align, convert_all, converter, route
from bookmaker.edit.lexicon import shipped
from bookmaker.edit.marks import MAINLAND, TRADITIONAL
from bookmaker.edit.names import forms, is_person
from bookmaker.edit.quotes import turn
from bookmaker.model import (
    Article,
    Byline,
    Content,
    Emphasis,
    Figure,
    Head,
    Inline,
    Issue,
    Kicker,
    Link,
    List,
    ListItem,
    Metadata,
    Mode,
    Note,
    NoteReference,
    Page,
    Paragraph,
    Person,
    Quote,
    Ruby,
    Source,
    Strong,
    Subtitle,
    Table,
    Title,
    Unplaced,
    Verse,
    block_text,
    plain,
    walk,
)
from bookmaker.report import encode_changes
from bookmaker.revisions import Kind, Revision
from bookmaker.settings import EditSettings
from bookmaker.settings.book_toml import parse_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES = sorted((Path(__file__).parent / "cases" / "edit").glob("*.txt"))
ROUND_TRIP = Path(__file__).parent / "cases" / "edit" / "round-trip.tsv"
LANGUAGES = ("zh-Hans", "zh-Hant-TW", "zh-Hant-HK")


def issue(*blocks: Any, front: tuple[Any, ...] = (), language: str = "zh-Hans", **metadata: Any) -> Issue:
    """An issue of one article of an invented magazine."""
    article = Article(id="a01", front=front, blocks=blocks)
    return Issue(
        version=1,
        metadata=Metadata(**{"title": "栗坡", "language": language, **metadata}),
        articles=(article,),
    )


def edited(text: Content, language: str = "zh-Hant-TW", mode: Mode = "horizontal", **more: Any) -> Edited:
    """The edition of an issue with one paragraph."""
    own = more.pop("own", "zh-Hans")
    return make_edition(
        issue(Paragraph(text=text), language=own), language=language, mode=mode, settings=EditSettings(**more)
    )


def paragraph(made: Edited) -> Content:
    (block,) = made.edition.issue.articles[0].blocks
    assert isinstance(block, Paragraph)
    return block.text


def convert(text: str, language: str = "zh-Hant-TW", **more: Any) -> str:
    return plain(paragraph(edited(text, language, **more)))


# --- the readable cases ----------------------------------------------------------------------------


def _blocks(lines: list[str]) -> tuple[Head | Paragraph, ...]:
    return tuple(
        Head(level=2, text=line.removeprefix("## ")) if line.startswith("## ") else Paragraph(text=line)
        for line in lines
    )


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    given_part, _, expected = path.read_text(encoding="utf-8").partition("---\n")
    first, *lines = given_part.splitlines()
    assert first.startswith("# ")
    options = {"source": ["zh-Hans"], "settings": list[str]()}
    while (key := lines[0].partition(": ")[0]) in options:
        options[key] = [*options[key], lines.pop(0).partition(": ")[2]]
    toml = "\n".join(("[edit]", *options["settings"]))
    settings = parse_settings(toml, file="book.toml").edit
    lone = 0
    rows = [line.partition(": ") for line in expected.splitlines()]
    if rows[-1][0] == "lone":
        lone = int(rows.pop()[2])
    for name, group in groupby(rows, key=lambda row: row[0]):
        language, mode = name.split(" ")
        assert mode in {"horizontal", "vertical"}
        source = issue(*_blocks(lines), language=options["source"][-1])
        made = make_edition(source, language=language, mode=mode, settings=settings)  # type: ignore[arg-type]
        blocks = _blocks([text for _, _, text in group])
        assert made.edition.issue.articles[0].blocks == blocks, name
        assert [said.code for said in made.diagnostics] == [Code.QUOTES] * lone


# --- words that the converter gets wrong -----------------------------------------------------------

CROSSING = re.findall(
    r"\S+",
    """
被发明=被發明 市长发言=市長發言 龙头发展=龍頭發展 资金发放=資金發放 明白发生=明白發生 整理发布=整理發佈
生发出来=生發出來 土壤生发新芽=土壤生發新芽 内生发展=內生發展 生发水=生髮水 头上生发剂=頭上生髮劑
头发很长=頭髮很長 理发店=理髮店 断发文身=斷髮文身
好干部=好幹部 若干部门=若干部門 包干部分=包乾部分 饼干部=餅乾部 晒干=曬乾 敢于干的=敢於幹的
更加注重=更加注重 备注意见=備註意見 中国历代=中國歷代 创新历程=創新歷程 万历时期=萬曆時期 农历年=農曆年
对手表示=對手表示 手表=手錶 对标对表=對標對表 吃面对话=吃面對話 拉面=拉麵
出台制度=出臺制度 定制度=定制度 参与制造=參與製造 联合制作=聯合製作 体制造成=體制造成 抑制作用=抑制作用
唯一出路=唯一出路 一出戏=一齣戲 应对冲击=應對衝擊 一轮回访=一輪回訪 山东升级=山東升級 县志愿者=縣志願者
杂志愿意=雜誌願意 以景致富=以景致富 大多采用=大多採用 风采取决=風采取決 途中游览=途中遊覽
船只有限=船隻有限 不是只有=不是只有 三只有毒=三隻有毒 89个旧账=89個舊賬 个旧市=箇舊市
街道里的=街道裡的 三百米里=三百米裡 几百公里=幾百公里 性格里=性格裡 酒吧里拉琴=酒吧裡拉琴 墙体里加了=牆體裡加了
    一个中心=一個中心 个中三昧=箇中三昧 声明了=聲明了 简单明了=簡單明瞭 违背着=違背著 背着琴=揹著琴 布景=布景 布置=佈置
    抓斗=抓斗 奋斗=奮鬥 子丑寅卯=子丑寅卯 很丑=很醜
慈溪=慈溪 台州湾对台州=台州灣對台州 余秋雨=余秋雨 其余=其餘
""",
)


@pytest.mark.parametrize("pair", CROSSING)
def test_word_comes_out_right(pair: str) -> None:
    source, expected = pair.split("=")
    assert convert(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [("原著", "原著"), ("编著者的专著", "编著者的专著"), ("看著", "看着"), ("土著住著", "土著住着")],
)
def test_work_is_not_the_particle(source: str, expected: str) -> None:
    assert convert(source.replace("编", "編").replace("专", "專"), "zh-Hans", own="zh-Hant-TW") == expected


def test_hong_kong_has_its_own_forms_of_the_shipped_words() -> None:
    assert convert("重点出台制度", "zh-Hant-HK") == "重點出台制度"
    assert convert("唯一出台", "zh-Hant-HK") == "唯一出台"


@pytest.mark.parametrize("script", ["hant", "hans", "hk"])
def test_every_shipped_word_is_of_one_length_and_named_once(script: str) -> None:
    words = shipped(script)
    assert words
    assert [word for word, number in Counter(entry.word for entry in words).items() if number > 1] == []
    assert all(len(entry.word) == len(entry.target) for entry in words)
    assert {entry.kind for entry in words} <= {Kind.WORD, Kind.NAME}


def _stands(text: str, left: str, word: str) -> bool:
    return text[len(left) :].startswith(word)


def test_no_shipped_word_is_idle() -> None:
    """A word that OpenCC gets right in every neighbourhood we know of should leave the list."""
    base = converter(("s2tw",))
    before = "被长头金白干旱包加备国新手吃台定一对轮东县景多途是船3抓子慈州余范于干采里参联重标促合好大林太以三竹资辰兰"
    idle = []
    for entry in shipped("hant"):
        hit = [
            left
            for left in ("", *before, "饼", "景", "中", "夜", "这", "有", "于", "会")
            if not (left and left in entry.not_after)
            and (not entry.only_after or (left and left in entry.only_after))
            and any(
                not _stands(base(left + entry.word + right), left, entry.target) for right in ("", "拉琴")
            )
        ]
        if not hit:
            idle.append(entry.word)
    assert idle == []


# --- names -----------------------------------------------------------------------------------------


def byline(text: str, *people: str, language: str = "zh-Hant-TW", own: str = "zh-Hans") -> Byline:
    front = (Byline(text=text, people=tuple(Person(name=name, role="特约记者") for name in people)),)
    made = make_edition(issue(front=front, language=own), language=language)
    (block,) = made.edition.issue.articles[0].front
    assert isinstance(block, Byline)
    return block


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("于洋", "于洋"),
        ("范里", "范里"),
        ("余发", "余發"),
        ("钟后斗", "鍾后斗"),
        ("沈姜", "沈姜"),
        ("游台冲", "游台沖"),
        ("万俟云", "万俟雲"),
        ("令狐冲", "令狐沖"),
        ("鲜于枢", "鮮于樞"),
        ("于·范德", "于·范德"),
        ("叶长发", "葉長發"),
        ("马理发", "馬理發"),
    ],
)
def test_name_in_a_byline_keeps_the_forms_of_names(name: str, expected: str) -> None:
    made = byline(f"本刊记者 {name}", name)
    assert made.people[0] == Person(name=expected, role="特約記者")
    assert made.text == f"本刊記者 {expected}"


def test_padded_name_keeps_its_padding() -> None:
    assert byline("■于　洋 范 里", "于洋", "范里").text == "■于　洋 范 里"


def test_office_that_signs_is_no_person() -> None:
    assert byline("后勤部", "后勤部").text == "後勤部"
    assert not is_person("余杭日报编辑部")
    assert is_person("王国会") is False


def test_surname_of_its_own_stays_in_simplified_chinese() -> None:
    assert byline("於震", "於震", own="zh-Hant-TW", language="zh-Hans").text == "於震"


def test_names_of_bylines_are_known_in_running_text() -> None:
    front = (Byline(text="于建国 余洋", people=(Person(name="于建国"), Person(name="余洋"))),)
    text = "昨天于建国来了，余洋说，余洋洋得意，记者余洋在。"
    made = make_edition(issue(Paragraph(text=text), front=front), language="zh-Hant-TW")
    assert (
        block_text(made.edition.issue.articles[0].blocks[0])
        == "昨天于建國來了，余洋說，餘洋洋得意，記者余洋在。"
    )


@pytest.mark.parametrize("script", ["hant", "hans"])
def test_tables_of_names_hold_single_characters(script: str) -> None:
    surnames, given_names = forms(script)
    assert all(len(key) == len(value) == 1 for key, value in (surnames | given_names).items())


# --- everything is converted, and nothing that is no text ------------------------------------------

WHOLE = Issue(
    version=1,
    metadata=Metadata(
        title="万里观察",
        subtitle="乡村与发展",
        publisher="万里出版社",
        description="“关于”乡村",
        rights="版权所有",
        number="总第3期",
        issn="1234-5679",
        cn="11-1234/门",
        date="2031-04",
        source="http://example.org/万里",
        accent="#8c2f25",
    ),
    pages=(Page(number=1, label="内封"), Page(number=2, label="27")),
    articles=(
        Article(
            id="门",
            section="乡村",
            label="后记",
            front=(
                Kicker(text="关注"),
                Title(text=("乡", Emphasis(text="村"))),
                Subtitle(text="“门”里"),
                Byline(text="记者", people=(Person(name="于洋", role="记者"),)),
            ),
            blocks=(
                Paragraph(
                    id="门",
                    text=("门", Link(href="http://x.cn/门", text="门"), Ruby(text="门", reading="mén")),
                ),
                Paragraph(text=(Ruby(text="门", reading="门"), NoteReference(note="门", text="①"))),
                List(items=(ListItem(text="门一"), ListItem(text=("门", Strong(text="二"))))),
                Quote(text="门", attribution="于《门》"),
                Figure(caption="门", image="门.jpg", alt="一扇门", credit="记者摄"),
                Note(id="n门", text="门", label="门"),
                Table(rows=(("门", "马"),), caption="门"),
                Verse(lines=("门", "马")),
                Head(level=2, text="门"),
                Unplaced(text="门"),
            ),
        ),
    ),
)


def _strings(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _strings(inner, f"{path}.{key}")
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner, path)


def test_every_text_is_converted_and_nothing_else() -> None:
    made = make_edition(WHOLE, language="zh-Hant-TW").edition.issue
    strings = list(_strings(msgspec.to_builtins(made)))
    kept = {path.rpartition(".")[2] for path, text in strings if set(text) & set("门马记报")}
    assert kept == {"id", "href", "image", "note", "cn"}
    assert made.metadata.source == WHOLE.metadata.source
    assert made.metadata.language == "zh-Hant-TW"
    assert made.metadata.number == "總第3期"
    assert made.metadata.description == "「關於」鄉村"
    assert made.pages == (Page(number=1, label="內封"), Page(number=2, label="27"))


def test_edition_in_the_language_of_the_issue_is_the_issue() -> None:
    made = make_edition(WHOLE, language="zh-Hans")
    assert made.edition.issue is WHOLE
    assert made.revisions.changes == ()


def test_vertical_edition_of_the_mainland_differs_in_quotation_marks_only() -> None:
    made = make_edition(WHOLE, language="zh-Hans", mode="vertical")
    expected = msgspec.json.encode(WHOLE).decode().translate(str.maketrans("“”", "『』"))
    assert made.edition.issue == msgspec.json.decode(expected, type=Issue)
    assert set(made.revisions.counts) == {"quotes"}


def test_both_modes_of_traditional_chinese_share_one_text() -> None:
    first = make_edition(WHOLE, language="zh-Hant-TW")
    assert in_mode(first, "vertical") == make_edition(WHOLE, language="zh-Hant-TW", mode="vertical")
    assert in_mode(make_edition(WHOLE, language="zh-Hans"), "vertical") is None


def test_addresses_in_a_text_stay() -> None:
    text = "见http://www.example.cn/a?b=c和mail@example.cn。"
    assert convert(text) == text.replace("见", "見")


def test_quotation_marks_stay_when_book_toml_says_so() -> None:
    assert convert("“门”", quotes=False) == "“門”"


def test_conversion_twice_is_the_same() -> None:
    once = make_edition(WHOLE, language="zh-Hant-HK")
    assert msgspec.json.encode(once) == msgspec.json.encode(make_edition(WHOLE, language="zh-Hant-HK"))


# --- what must hold for any text -------------------------------------------------------------------

WORDS = [
    *"发干里后面制只台系复云门书为着“”‘’「」，。 a1",
    *("头发", "发展", "市长发言", "皇后", "以后", "面条", "制造", "社区", "U盘", "软件", "互联网", "信息"),
    *("发布", "网络", "于主任", "这里", "干部", "饼干", "It’s", "𠮷野家"),
]
plain_texts = st.lists(st.sampled_from(WORDS), max_size=12).map("".join)


@st.composite
def marked(draw: st.DrawFn) -> tuple[str, tuple[Inline, ...]]:
    """A text, and the same with markup around some of its parts, cut wherever it pleases."""
    text = draw(plain_texts)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=4)))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    parts: list[Inline] = []
    for piece in pieces:
        match draw(st.sampled_from(["text", "emphasis", "strong", "ruby", "link", "nested"])):
            case "emphasis":
                parts.append(Emphasis(text=piece))
            case "strong":
                parts.append(Strong(text=piece))
            case "ruby":
                parts.append(Ruby(text=piece, reading="fa"))
            case "link":
                parts.append(Link(href="http://x.cn", text=piece))
            case "nested":
                parts.append(Strong(text=(piece[:1], Emphasis(text=piece[1:]))))
            case _:
                parts.append(piece)
    return text, tuple(parts)


routes = st.sampled_from([(a, b) for a in LANGUAGES for b in LANGUAGES if a != b])


def shape(content: Content) -> list[Any]:
    """The kinds of markup and how many characters each holds."""
    if isinstance(content, str):
        return [len(content)]
    return [
        ("text", len(part)) if isinstance(part, str) else (type(part).__name__, shape(part.text))
        for part in content
    ]


@given(marked(), routes, st.booleans())
def test_markup_does_not_change_the_words(
    texts: tuple[str, tuple[Inline, ...]], languages: tuple[str, str], idioms: bool
) -> None:
    text, content = texts
    own, language = languages
    with_markup = paragraph(edited(content, language, own=own, idioms=idioms))
    assert plain(with_markup) == convert(text, language, own=own, idioms=idioms)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), routes)
def test_no_text_is_too_strange(text: str, languages: tuple[str, str]) -> None:
    own, language = languages
    assert len(convert(text, language, own=own)) == len(text)


@given(marked(), routes)
def test_markup_stays_where_it_was(texts: tuple[str, tuple[Inline, ...]], languages: tuple[str, str]) -> None:
    text, content = texts
    own, language = languages
    made = paragraph(edited(content, language, own=own))
    assert len(plain(made)) == len(text)
    assert shape(made) == shape(content)


@given(plain_texts, st.integers(0, 40), routes)
def test_mark_of_a_note_parts_no_word(text: str, place: int, languages: tuple[str, str]) -> None:
    own, language = languages
    place = min(place, len(text))
    content = (text[:place], NoteReference(note="n", text="①"), text[place:])
    made = paragraph(edited(content, language, own=own))
    assert isinstance(made, tuple)
    assert made[1] == content[1]
    assert plain(made).replace("①", "") == convert(text, language, own=own)


@given(plain_texts)
def test_alignment_covers_source_and_result(text: str) -> None:
    base, idioms = converter(("s2tw",)), converter(("s2twp",))
    result = idioms(text)
    pieces = align(text, result, idioms, base).pieces
    at = new_at = 0
    for piece in pieces:
        assert (piece.start, piece.new_start) == (at, new_at)
        assert idioms(text[piece.start : piece.end]) == result[piece.new_start : piece.new_end]
        at, new_at = piece.end, piece.new_end
    assert (at, new_at) == (len(text), len(result))


def test_markup_in_a_phrase_that_changes_length_keeps_both_parts() -> None:
    text = ("他的U", Strong(text="盘"), "丢了，", Emphasis(text="互联"), "网", Emphasis(text="也断了"))
    assert paragraph(edited(text, idioms=True)) == (
        "他的隨身",
        Strong(text="碟"),
        "丟了，",
        Emphasis(text="網際網"),
        "路",
        Emphasis(text="也斷了"),
    )


def test_offset_inside_a_shortened_phrase_stays_inside() -> None:
    alignment = Alignment([Piece(0, 4, 0, 1), Piece(4, 6, 1, 3)])
    assert [alignment.offset(i) for i in range(7)] == [0, 1, 1, 1, 1, 2, 3]


def test_markup_of_words_that_went_into_another_goes() -> None:
    """四十 became one character: the markup of the second half has nothing left to mark."""
    made = edited(("四", Emphasis(text="十"), "天"), phrases={"四十": "卌"})
    assert paragraph(made) == ("卌", "天")


def test_pages_begin_at_the_same_words() -> None:
    source = Source(page=1, breaks=((2, 2), (3, 7)))
    text = ("U盘", NoteReference(note="n", text="①"), "和门", Strong(text="软件"), "互联网")
    made = make_edition(
        issue(Paragraph(text=text, source=source)),
        language="zh-Hant-TW",
        settings=EditSettings(idioms=True),
    )
    (block,) = made.edition.issue.articles[0].blocks
    assert isinstance(block, Paragraph)
    assert plain(block.text) == "隨身碟①和門軟體網際網路"
    assert block.source
    assert [(page, plain(block.text)[offset:]) for page, offset in block.source.breaks] == [
        (2, "①和門軟體網際網路"),
        (3, "網際網路"),
    ]


def test_pages_begin_at_the_same_words_in_blocks_of_several_parts() -> None:
    items = (
        ListItem(text="U盘一", source=Source(page=1, breaks=((2, 2),))),
        ListItem(text="U盘二", source=Source(page=2)),
    )
    blocks = (
        List(items=items, source=Source(page=1, breaks=((2, 2), (3, 4), (4, 6)))),
        Quote(text="U盘", attribution="U盘", source=Source(page=1, breaks=((2, 3), (3, 5)))),
        Table(rows=(("U盘", "门"),), caption="U盘", source=Source(page=1, breaks=((2, 6),))),
    )
    made = make_edition(issue(*blocks), language="zh-Hant-TW", settings=EditSettings(idioms=True))
    new = made.edition.issue.articles[0].blocks
    ends = [
        [block_text(block)[offset:] for _, offset in block.source.breaks] for block in new if block.source
    ]
    assert ends == [["一\n隨身碟二", "隨身碟二", "二"], ["隨身碟", ""], ["門"]]
    assert isinstance(new[0], List)
    assert new[0].items[0].source == Source(page=1, breaks=((2, 3),))


@given(st.lists(st.text("“”‘’「」『』门，a’1", max_size=12), max_size=4))
def test_turning_marks_changes_nothing_but_marks(texts: list[str]) -> None:
    for style in (MAINLAND, TRADITIONAL):
        turned, lone = turn(texts, style)
        assert [len(text) for text in turned] == [len(text) for text in texts]
        for before, after in zip(texts, turned, strict=True):
            assert all(
                a == b or (a in "“”‘’「」『』" and b in "“”‘’「」『』")
                for a, b in zip(before, after, strict=True)
            )
        assert all(turned[mark.text][mark.offset] == mark.mark for mark in lone)
        assert turn(turned, style)[0] == turned or lone


# --- the report ------------------------------------------------------------------------------------


def change(made: Edited, kind: Kind, source: str) -> Revision:
    return next(item for item in made.revisions.changes if (item.kind, item.source) == (kind, source))


def test_report_tells_every_decision_with_its_place() -> None:
    blocks = (
        Paragraph(id="p1", text="昨天的市长发言说头发和面条", source=Source(page=3, lines=((40, 41),))),
        Paragraph(id="p2", text="“头发”与叶里，范某说社区"),
    )
    made = make_edition(
        issue(*blocks), language="zh-Hant-TW", settings=EditSettings(idioms=True, glossary={"叶里": "葉里"})
    )
    assert made.revisions.counts == {
        "choice": 3,
        "idiom": 1,
        "name": 1,
        "word": 1,
        "glossary": 1,
        "quotes": 2,
    }
    hair = change(made, Kind.CHOICE, "头发")
    assert (hair.target, hair.count) == ("頭髮", 2)
    first, second = hair.places
    assert (first.article, first.block, first.page, first.line) == ("a01", "p1", 3, 40)
    assert (first.before, first.after) == ("昨天的市長發言說", "和麵條")
    assert (second.block, second.before, second.after) == ("p2", "「", "」與葉里，范某說")
    assert change(made, Kind.IDIOM, "社区").target == "社群"
    assert change(made, Kind.NAME, "范").target == "范"
    assert change(made, Kind.WORD, "发言").target == "發言"
    assert change(made, Kind.QUOTES, "“").target == "「"


def test_report_has_nothing_to_say_of_one_to_one_characters() -> None:
    assert edited("门里马上见").revisions.counts == {}


def test_report_lists_the_first_places_of_what_is_frequent() -> None:
    made = edited("头发，" * 7 + "范某，" * 7)
    assert len(change(made, Kind.CHOICE, "头发").places) == 5
    assert change(made, Kind.CHOICE, "头发").count == 7
    assert len(change(made, Kind.NAME, "范").places) == 7


def test_metadata_are_named_by_field_in_the_report() -> None:
    made = make_edition(issue(title="头发"), language="zh-Hant-TW")
    (place,) = change(made, Kind.CHOICE, "头发").places
    assert (place.article, place.block) == (None, "title")


def test_mark_without_partner_is_told_in_the_words_of_the_issue() -> None:
    blocks = (Paragraph(text="他说“门开了。", source=Source(page=2, lines=((9, 9),))),)
    said = [make_edition(issue(*blocks), language=language).diagnostics for language in LANGUAGES[1:]]
    assert said[0] == said[1]
    ((diagnostic,), _) = said
    assert "他说“门开了。" in diagnostic.message
    assert (diagnostic.article, diagnostic.page, diagnostic.line, diagnostic.doubt) == ("a01", 2, 9, True)


# --- the converter ---------------------------------------------------------------------------------


def test_every_pair_of_languages_has_a_route() -> None:
    for own in LANGUAGES:
        for language in LANGUAGES:
            assert bool(route(own, language)) == (own != language)


def test_many_texts_are_converted_in_one_call() -> None:
    calls = []

    def upper(text: str) -> str:
        calls.append(text)
        return text.upper()

    assert convert_all(["a", "", "b\nc", ""], upper) == ["A", "", "B\nC", ""]
    assert len(calls) == 1


def test_edition_in_the_own_language_needs_no_converter() -> None:
    code = (
        "from bookmaker.edit import make_edition; from bookmaker.model import *; import sys\n"
        "i = Issue(version=1, metadata=Metadata(title='门'), articles=())\n"
        "make_edition(i, language='zh-Hans', mode='vertical'); assert 'opencc' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parent.parent)


# --- there and back over real text -----------------------------------------------------------------


def _listed(language: str) -> dict[tuple[str, str], int]:
    rows = [line.split("\t") for line in ROUND_TRIP.read_text(encoding="utf-8").splitlines()]
    return {(row[1], row[2]): int(row[3]) for row in rows if row[0] == language}


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_there_and_back_loses_only_what_is_listed(language: str) -> None:
    found: Counter[tuple[str, str]] = Counter()
    for path in shared("samples/*.txt"):
        lines = [
            " ".join(line.split()) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()
        ]
        source = issue(*(Paragraph(text=line) for line in lines))
        # Quotations run over the lines of a raw text layer: marks are for the cases above.
        words = EditSettings(quotes=False)
        there = make_edition(source, language=language, settings=words)
        back = make_edition(there.edition.issue, language="zh-Hans", settings=words)
        for (_, before), (_, after) in zip(walk(source), walk(back.edition.issue), strict=True):
            found.update(
                pair for pair in zip(block_text(before), block_text(after), strict=True) if pair[0] != pair[1]
            )
    assert found == _listed(language), (
        "mend new differences or list them with their class; strike off old ones"
    )


def test_settings_of_edit_are_read() -> None:
    text = "[edit]\nidioms = true\nprotect = ['门']\n[edit.glossary]\n'叶' = {zh-TW = '葉'}\n'里' = '里'\n"
    assert tomllib.loads(text)
    settings = parse_settings(text, file="book.toml").edit
    assert settings == EditSettings(
        idioms=True, protect=("门",), glossary={"叶": {"zh-Hant-TW": "葉"}, "里": "里"}
    )


# --- from the command line -------------------------------------------------------------------------


def test_every_language_is_built_by_one_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    example = str(Path(__file__).parent.parent / "examples" / "xiling-guancha")
    assert main(["build", example, "-o", str(tmp_path), "--lang", "all", "--format", "epub", "--quiet"]) == 0
    books = [path for line in capsys.readouterr().out.splitlines() if (path := Path(line)).suffix == ".epub"]
    assert [path.name.split(".")[1] for path in books] == list(LANGUAGES)
    (report,) = tmp_path.rglob("*.report.json")
    told = json.loads(report.read_bytes())
    assert [edition["language"] for edition in told["editions"]] == list(LANGUAGES)
    assert "opencc" in told["versions"]
    assert told["editions"][0].get("changes", []) == []
    assert told["editions"][1]["counts"]["quotes"] > 0
    for path, language in zip(books, LANGUAGES, strict=True):
        with ZipFile(path) as book:
            package = book.read(next(name for name in book.namelist() if name.endswith(".opf")))
        assert f"<dc:language>{language}</dc:language>".encode() in package
    epubcheck()
    assert [fault for path in books for fault in check_epub(path)] == []


def test_changes_are_listed_for_an_editor_one_a_line() -> None:
    made = edited("头发长了，\t他说“好”。", "zh-Hant-TW").revisions
    lines = encode_changes(made).decode().splitlines()
    assert lines[0].split("\t") == ["kind", "count", "source", "target", "context", "article", "page", "line"]
    assert [line.split("\t")[:5] for line in lines[1:]] == [
        ["choice", "1", "头发", "頭髮", "【頭髮】長了， 他說「好"],
        ["quotes", "1", "“", "「", "頭髮長了， 他說【「】好」。"],
        ["quotes", "1", "”", "」", "長了， 他說「好【」】。"],
    ]
    assert len(lines) == len(made.changes) + 1
