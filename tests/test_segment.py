"""Segmentation: one artefact a case, and what holds of any text: nothing lost, the same text read the same way."""

from __future__ import annotations

from collections import Counter

import pytest
from cases_format import Case, all_cases
from hypothesis import given
from hypothesis import strategies as st

from bookmaker.model import (
    Article,
    Byline,
    Figure,
    Head,
    Issue,
    Lead,
    List,
    Metadata,
    Paragraph,
    Quote,
    block_text,
    plain,
)
from bookmaker.read import read_layer
from bookmaker.segment import Segmented, segment


def segmented(text: str | bytes, name: str = "case") -> Segmented:
    data = text.encode() if isinstance(text, str) else text
    return segment(read_layer(data, name=name), metadata=Metadata(title="试刊"))


def squeeze(text: str) -> str:
    return "".join(text.split())


def listed(article: Article, *, notice: bool) -> list[tuple[str, str]]:
    """The (kind, text) pairs of an article as a case lists them, without its captions."""
    out = [("section", article.section)] if article.section else []
    for front in article.front:
        kind = {"Title": "notice-title" if notice else "title", "Byline": "byline"}.get(
            type(front).__name__, type(front).__name__.lower()
        )
        out.append((kind, front.text if isinstance(front, Byline) else plain(front.text)))
    for block in article.blocks:
        match block:
            case Figure():
                continue
            case Head():
                out.append((f"head{block.level}", plain(block.text)))
            case List():
                out += [("list-item", plain(item.text)) for item in block.items]
            case Lead():
                out.append(("lead", plain(block.text)))
            case Quote():
                out.append(("quote", plain(block.text)))
            case _:
                out += [("paragraph", part) for part in block_text(block).split("\n")]
    return out


def pairs(issue: Issue) -> list[tuple[str, str]]:
    """The pairs of a whole issue: articles in order, notices behind the article they stand in."""
    return [pair for article in issue.articles for pair in listed(article, notice=article.type == "notice")]


def bare(kind: str, text: str) -> str:
    return squeeze(text).replace("、", "") if kind == "byline" else squeeze(text)


def compared(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    # printed numbers make a list of paragraphs and a paragraph of a list; both keep their text
    return [("paragraph" if kind == "list-item" else kind, bare(kind, text)) for kind, text in found]


ORDER = ("section", "kicker", "title", "subtitle", "byline")


def front_sorted(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Sort neighbouring front matter into one order: a layer may print the byline before the title."""
    out: list[tuple[str, str]] = []
    run: list[tuple[str, str]] = []
    for pair in [*found, ("", "")]:
        if pair[0] in ORDER:
            run.append(pair)
            continue
        out += sorted(run, key=lambda p: ORDER.index(p[0]))
        run = []
        out.append(pair)
    return out[:-1]


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.name)
def test_case(case: Case) -> None:
    result = segmented(case.layer)
    expected = [pair for pair in case.blocks if pair[0] != "caption"]
    assert front_sorted(compared(pairs(result.issue))) == front_sorted(compared(expected))
    captions = Counter(
        squeeze(block_text(block))
        for article in result.issue.articles
        for block in article.blocks
        if isinstance(block, Figure)
    )
    assert captions == Counter(squeeze(text) for text in case.texts("caption"))
    dropped = Counter(whole_lines(result))
    expected_drops = Counter((reason, squeeze(text)) for reason, text in case.ledger)
    assert not expected_drops - dropped
    # a tab that gave an article its department stands in the ledger and, as its section, in the book
    sections = {article.section for article in result.issue.articles}
    assert all(
        reason == "running-head" and text.strip("《》") in sections
        for reason, text in dropped - expected_drops
    )


def whole_lines(result: Segmented) -> list[tuple[str, str]]:
    """What the ledger says was dropped whole, a tag set from top to bottom as one."""
    out: list[tuple[str, str]] = []
    last = 0
    for change in result.changes:
        if change.reason.value not in {"running-head", "jump-line", "folio", "contents-page", "noise"}:
            continue
        text = squeeze(change.removed)
        if len(text) == 1 and out and change.line - last <= 2 and change.reason.value == out[-1][0]:
            out[-1] = (out[-1][0], out[-1][1] + text)
        else:
            out.append((change.reason.value, text))
        last = change.line
    return out


PIECES = st.sampled_from(
    [
        *"的一是不了人在有我他这中大来上国会地天",
        *"，。、；：？！“”《》（）——……·",
        *"■●◆□1239aB.%/+-",
        *[" ", "\u3000", "\u3000\u3000", "──", "│", "┌─┐", "̈", "\U00020000"],
        *[
            "记者",
            "摄",
            "启事",
            "第一条",
            "（一）",
            "一、",
            "1.",
            "作者：",
            "2024年",
            "12",
            "巩固成果巩固成果",
        ],
    ]
)
LINES = st.lists(PIECES, max_size=24).map("".join)
TEXTS = st.tuples(
    st.lists(st.tuples(LINES, st.sampled_from(["\n", "\n", "\n", "\n\n", "\n ", "\f", "\n\f"])), max_size=60),
    st.integers(1, 3),
).map(lambda parts: "".join(line + end for line, end in parts[0]) * parts[1])


@given(TEXTS)
def test_any_text_is_kept_whole(text: str) -> None:
    """``segment`` raises where a character of the text stands neither in a block nor in the ledger."""
    if not squeeze(text):
        return
    layer = read_layer(("字" + text).encode(), name="any")
    result = segment(layer, metadata=Metadata(title="试刊"))
    assert result == segment(layer, metadata=Metadata(title="试刊"))
    ids = [block.id for article in result.issue.articles for block in (*article.front, *article.blocks)]
    assert len(ids) == len(set(ids))
    assert None not in ids


@given(st.lists(st.text(alphabet="山水田园风雨，。", min_size=1, max_size=40), min_size=1, max_size=30))
def test_lines_in_order_stay_in_order(lines: list[str]) -> None:
    result = segmented("\n".join(["书", *lines]))
    beginnings = [
        block.source.lines[0][0]
        for article in result.issue.articles
        for block in article.blocks
        if block.source is not None
    ]
    assert beginnings == sorted(beginnings)


TWO_PAGES = """ 慢一点看水
■沈木
两年前，学院开了一门叫作“渡口工程”的课，
不考试，不写论文，只要求学生把一件东西做到
能用。第一学期，二十四名学生被分到六个渡口，
 渡口札记
任务只有一个：跟着船工站满三十个班次。
"""


def test_hint_names_a_running_head_that_stands_once() -> None:
    layer = read_layer(TWO_PAGES.encode(), name="case")
    result = segment(layer, metadata=Metadata(title="试刊"), hints={"running-heads": ["渡口札记"]})
    (article,) = result.issue.articles
    assert [plain(block.text) for block in article.blocks if isinstance(block, Paragraph)] == [
        "两年前，学院开了一门叫作“渡口工程”的课，不考试，不写论文，只要求学生把一件东西做到能用。"
        "第一学期，二十四名学生被分到六个渡口，任务只有一个：跟着船工站满三十个班次。"
    ]
    assert [(change.reason.value, change.removed) for change in result.changes][-1] == (
        "running-head",
        "渡口札记",
    )


def test_hint_gives_the_usual_column() -> None:
    text = "山里的灯\n■辛禾\n船工们说的话都记在本子上。\n后来的人照着做了。\n"
    layer = read_layer(text.encode(), name="case")
    paragraphs = {}
    for column in (15, 24):
        issue = segment(layer, metadata=Metadata(title="试刊"), hints={"column": column}).issue
        paragraphs[column] = sum(isinstance(block, Paragraph) for block in issue.articles[0].blocks)
    assert paragraphs == {15: 1, 24: 2}
