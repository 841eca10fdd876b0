"""The scorer of the tests: what it counts, and that it counts nothing twice."""

from __future__ import annotations

import json

import pytest
from example import load_issue
from gold import gold_json, score
from msgspec.structs import replace

from bookmaker.model import Byline, Figure, Head, Issue, Paragraph, Title

GOLD = load_issue()


def changed(article: int, **fields: object) -> Issue:
    """The example with some fields of one article changed."""
    articles = list(GOLD.articles)
    articles[article] = replace(articles[article], **fields)
    return replace(GOLD, articles=tuple(articles))


def test_an_issue_scores_one_against_itself() -> None:
    assert set(score(GOLD, GOLD).values()) == {1.0}


def test_an_empty_issue_scores_nothing() -> None:
    figures = score(replace(GOLD, articles=()), GOLD)
    assert set(figures.values()) == {0.0}


def test_two_paragraphs_run_together_cost_two_and_add_one() -> None:
    host = GOLD.articles[0]
    first, second, *rest = host.blocks
    assert isinstance(first, Paragraph)
    assert isinstance(second, Paragraph)
    joined = Paragraph(text=f"{first.text}{second.text}")
    total = sum(
        1 if kind in {"p", "li", "lead"} else 0
        for unit in json.loads(gold_json(GOLD))["units"]
        for kind in (block["kind"] for block in unit["blocks"])
    )
    figures = score(changed(0, blocks=(joined, *rest)), GOLD)
    assert figures["paragraph"] == pytest.approx(2 * (total - 2) / (2 * total - 1))
    assert figures["title"] == figures["head"] == figures["caption"] == 1.0


def test_a_wrong_title_loses_its_byline_too() -> None:
    front = tuple(Title(text="别的题目") if isinstance(b, Title) else b for b in GOLD.articles[1].front)
    figures = score(changed(1, front=front), GOLD)
    assert figures["title"] == pytest.approx(14 / 15)
    assert figures["author"] < 1.0
    assert figures["paragraph"] == 1.0


def test_articles_in_the_wrong_order_cost_order_only() -> None:
    swapped = replace(GOLD, articles=(GOLD.articles[1], GOLD.articles[0], *GOLD.articles[2:]))
    figures = score(swapped, GOLD)
    assert figures["order"] == pytest.approx(13 / 14)
    assert {value for name, value in figures.items() if name != "order"} == {1.0}


def test_blanks_separators_and_the_place_of_a_credit_do_not_count() -> None:
    host = GOLD.articles[1]
    front = tuple(
        replace(b, text=b.text.replace("、", " ")) if isinstance(b, Byline) else b for b in host.front
    )
    blocks = tuple(
        Figure(caption=f"{b.caption}{b.credit or ''}") if isinstance(b, Figure) else b for b in host.blocks
    )
    assert set(score(changed(1, front=front, blocks=blocks), GOLD).values()) == {1.0}


def test_an_invented_head_lowers_the_heads() -> None:
    host = GOLD.articles[0]
    figures = score(changed(0, blocks=(Head(level=2, text="多出来的"), *host.blocks)), GOLD)
    assert 0.9 < figures["head"] < 1.0


def test_gold_annotation_has_the_scorers_kinds() -> None:
    units = json.loads(gold_json(GOLD))["units"]
    assert [unit["type"] for unit in units].count("article") == 13
    kinds = {block["kind"] for unit in units for block in unit["blocks"]}
    expected = {"title", "kicker", "subtitle", "section", "author", "lead", "h2", "h3", "p", "li", "caption"}
    assert kinds == expected
    captions = [b["text"] for unit in units for b in unit["blocks"] if b["kind"] == "caption"]
    assert "竹篾巷的住户在天井里商量图纸 陈屿 摄" in captions
