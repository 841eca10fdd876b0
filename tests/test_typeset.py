"""The typesetter of the tests: what it prints is what a printed magazine's text layer looks like."""

from __future__ import annotations

import re
import time
from collections import Counter
from itertools import pairwise

import pytest
from example import EXAMPLE_SEED, EXAMPLE_STYLE, GOLD, TEXT, example_gold, example_text, load_issue
from gold import annotation, norm
from kinsoku import ems
from random_issue import random_issue, sentences
from style import Style
from typeset import typeset

from bookmaker.model import (
    Article,
    Byline,
    Figure,
    FrontBlock,
    Head,
    Issue,
    Kicker,
    Metadata,
    Paragraph,
    Person,
    Title,
)

PLAIN = Style(
    widths=(16,), contents="none", department=("none",), display=("top",), heads=("",), captions=("inline",)
)
PROSE = sentences()
LONG = "".join(PROSE[:6]), "".join(PROSE[10:14]), "".join(PROSE[20:26])


def one(*front: FrontBlock, blocks: tuple[Paragraph | Head | Figure, ...] = (), **more: object) -> Issue:
    """An issue of one article with some body text."""
    body = blocks or tuple(Paragraph(text=text) for text in LONG)
    article = Article(id="a01", front=front or (Title(text="题目"),), blocks=body, **more)  # type: ignore[arg-type]
    return Issue(version=1, metadata=Metadata(title="某刊"), articles=(article,))


def lines(issue: Issue, **changes: object) -> list[str]:
    """The lines of an issue printed plainly, but for ``changes``; page marks are taken off."""
    text = typeset(issue, seed=1, style=PLAIN.only(**changes))
    return [line.lstrip(" \f") for line in text.split("\n") if line.strip()]


def test_checked_in_example_is_current() -> None:
    message = "run: PYTHONPATH=. python tests/example.py"
    assert TEXT.read_text(encoding="utf-8") == example_text(), message
    assert GOLD.read_text(encoding="utf-8") == example_gold(), message


@pytest.mark.parametrize(
    ("artefact", "pattern"),
    [
        ("page marked by a blank", r"\n \S"),
        ("contents entry with kicker", r"\n\d\d \w+：\S+"),
        ("authors of an entry on a line of their own", r"\n/\S+ \S+"),
        ("letter-spaced department", r"\n ?对 话\n"),
        ("padded name", r"\n ?■\w \w\n"),
        ("role on a line of its own", r"\n本刊记者\n"),
        ("subtitle", r"\n——\w+\n"),
        ("paragraph of a dash", r"\n——谁家的水差了，"),
        ("lead over the full measure", r"\n ?■[^\n]{45,}\n"),
        ("head of two lines", r"\n●\w+\n\w+\n"),
        ("unmarked head of two lines", r"\n一封信\n两种灯\n"),
        ("head ending in a dash", r"\n\w+——\n"),
        ("keyword head", r"\n关键词 \w+\n"),
        ("numbered heads", r"\n一、\w+\n[\s\S]*\n（一）\w+\n"),
        ("doubled caption with credit", r"\n(\w{6,})\1 \S+ 摄摄\n"),
        ("caption with quotation marks turned", r"””\w+““"),
        ("doubled title", r"\n(让老屋留下来)\1\n"),
        ("caption glued to a line", r"[。\w](\w{6,})\1\n"),
        ("vertical tag", r"\n ?(?:\w\n){2,6}"),
        ("letter-spaced line", r"\n(?:\S ){12,}\S\n"),
        ("number between blanks", r"[\u4e00-\u9fff] \d+ [\u4e00-\u9fff]"),
        ("stray marks", r"\n？？\n"),
        ("boxed notice with its title at the end", r"\n公 示\n"),
        ("running head in a sentence", r"[^。”]\n ?(本期关注|特别策划|生态|经济)\n[^\n]{10,}"),
    ],
)
def test_example_shows_every_artefact(artefact: str, pattern: str) -> None:
    assert re.search(pattern, example_text()), artefact


def test_example_is_a_whole_issue_and_repeats_nothing() -> None:
    issue = load_issue()
    found = [text for a in issue.articles for kind, text in annotation(a) if kind in {"p", "li", "lead"}]
    assert len(found) == len(set(found))
    assert len(issue.articles) == 15
    assert sum(map(len, found)) > 12_000
    marks = len(re.findall(r"(?m)^ ", example_text()))
    last = max(int(page) for page in re.findall(r"(?m)^(\d\d) \w", example_text()))
    assert 8 < marks < last, "some page breaks carry no mark"


def test_issn_of_the_example_has_a_valid_check_digit() -> None:
    digits = (load_issue().metadata.issn or "").replace("-", "")
    total = sum(int(d) * weight for d, weight in zip(digits, range(8, 0, -1), strict=True))
    assert total % 11 == 0


def test_same_seed_gives_same_text() -> None:
    issue = load_issue()
    first = typeset(issue, seed=EXAMPLE_SEED, style=EXAMPLE_STYLE)
    assert first == typeset(issue, seed=EXAMPLE_SEED, style=EXAMPLE_STYLE)
    assert first != typeset(issue, seed=EXAMPLE_SEED + 1, style=EXAMPLE_STYLE)
    assert random_issue(3) == random_issue(3) != random_issue(4)
    assert Style.random(3) == Style.random(3) != Style.random(4)


def test_setting_an_issue_is_quick() -> None:
    issue = load_issue()
    started = time.perf_counter()
    for seed in range(5):
        typeset(issue, seed=seed, style=Style.random(seed))
    assert (time.perf_counter() - started) / 5 < 0.5  # some 10 ms on an idle machine


@pytest.mark.parametrize("seed", range(0, 240, 8))
def test_nothing_of_an_issue_is_lost_in_print(seed: int) -> None:
    for number in range(seed, seed + 8):
        issue = random_issue(number)
        layer = Counter(norm(typeset(issue, seed=number, style=Style.random(number))))
        texts = [
            text
            for article in issue.articles
            for kind, text in annotation(article)
            if kind not in {"section", "author"}
        ]
        names = [p.name for a in issue.articles for b in a.bylines for p in b.people]
        assert not Counter(norm("".join(texts + names))) - layer


def test_random_issues_repeat_no_paragraph_and_no_title() -> None:
    for seed in range(40):
        found = [
            (kind, text)
            for article in random_issue(seed).articles
            for kind, text in annotation(article)
            if kind in {"title", "p", "li", "lead"}
        ]
        assert len(found) == len(set(found))
        assert 3 <= len(random_issue(seed).articles) <= 11


def test_lines_keep_kinsoku() -> None:
    for squeeze in (False, True):
        printed = lines(one(), squeeze=squeeze)[1:]
        assert all(ems(line) <= 16 + squeeze for line in printed)
        assert not [line for line in printed if line[0] in "，。、；：！？”’）》"]
        assert not [line for line in printed if line[-1] in "“‘（《"]
        assert not [pair for pair in pairwise(printed) if pair[0][-1].isdigit() and pair[1][0].isdigit()]
        assert "".join(printed) == "".join(LONG)


def test_first_line_lacks_the_two_ems_of_its_indent() -> None:
    text = "一二三四五六七八九十" * 5
    printed = lines(one(blocks=(Paragraph(text=text),)))[1:]
    assert [len(line) for line in printed] == [14, 16, 16, 4]
    kept = lines(one(blocks=(Paragraph(text=text),)), indent="kept")[1:]
    assert kept[0] == "\u3000\u3000" + printed[0]


def test_lines_beside_a_picture_are_shorter() -> None:
    long = (Paragraph(text="一二三四五六七八九十" * 120),)
    printed = lines(one(blocks=long), beside_picture=1.0, narrowing=4)
    assert {len(line) for line in printed[2:-1]} == {12, 16}


def test_title_at_the_end_stands_in_a_sentence_at_the_first_pages_end() -> None:
    issue = one(
        Kicker(text="某市"), Title(text="上半句 下半句"), blocks=tuple(Paragraph(text=t) for t in LONG * 3)
    )
    printed = typeset(issue, seed=1, style=PLAIN.only(display=("end",), title_lines="two", page_lines=60))
    first, second, *_ = printed.split("\n ")
    assert first.split("\n")[-3:] == ["上半句", "下半句", "某市"]
    assert len(first.split("\n")) == 36 + 3
    assert not second.startswith("上")


def test_no_head_stands_alone_at_a_pages_foot() -> None:
    for seed in range(60):
        issue, style = random_issue(seed), Style.random(seed).only(captions=("inline",), running_head=0.0)
        style = style.only(department=("none",), display=("top",), folio=False, contents="none")
        heads = {norm(text) for a in issue.articles for kind, text in annotation(a) if kind == "h2"}
        for page in re.split(r"\n[ \f]", typeset(issue, seed=seed, style=style)):
            assert norm(page.rstrip().split("\n")[-1]).lstrip("●◆") not in heads


def test_doubled_quotes_are_turned() -> None:
    figure = Figure(caption="某村开展“送灯”活动", credit="王某 摄")
    printed = lines(one(blocks=(Paragraph(text=LONG[0]), figure)), double_caption=1.0, turned_quotes=1.0)
    assert printed[-1] == "某村开展某村开展””送灯送灯““活动活动 王王 某某 摄摄"


def test_role_may_stand_on_a_line_before_or_after_the_names() -> None:
    people = (Person(name="王某", role="本刊记者"), Person(name="欧阳某", role="本刊记者"))
    issue = one(Title(text="题目"), Byline(text="本刊记者 王某、欧阳某", people=people))
    assert lines(issue, role=("before",))[1:3] == ["本刊记者", "■王 某 欧阳某"]
    assert lines(issue, role=("after",))[1:3] == ["■王 某 欧阳某", "本刊记者"]
    assert lines(issue, role=("inline",))[1] == "■本刊记者 王 某 欧阳某"


def test_notice_stands_at_a_page_start_inside_the_article_before_it() -> None:
    host = one(blocks=tuple(Paragraph(text=t) for t in LONG * 3)).articles[0]
    box = Article(
        id="a02", type="notice", front=(Title(text="启事"),), blocks=(Paragraph(text="本刊迁至新址办公。"),)
    )
    issue = Issue(version=1, metadata=Metadata(title="某刊"), articles=(host, box))
    printed = typeset(issue, seed=1, style=PLAIN.only(page_lines=60))
    assert "\n 本刊迁至新址办公。\n启 事\n" in printed
    assert not printed.endswith("启 事\n")


def test_contents_name_the_pages_on_which_articles_begin() -> None:
    issue = random_issue(5)
    style = PLAIN.only(contents="whole", contents_width=99, display=("top",))
    pages = typeset(issue, seed=5, style=style).split("\n ")
    for page, title in re.findall(r"(?m)^(\d\d) (?:[^\n：/]{1,8}：)?([^\n/]+)", pages[0] + "\n" + pages[1]):
        assert title in pages[int(page) - 1]
