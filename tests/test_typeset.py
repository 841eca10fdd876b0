"""The typesetter of the tests: what it prints is what a printed magazine's text layer looks like."""

from __future__ import annotations

import time

import pytest

from bookmaker.model import Article, Figure, Issue, Lead, Metadata, Paragraph, Title, block_text, walk
from example import EXAMPLE_SEED, EXAMPLE_STYLE, GOLD, TEXT, example_gold, example_text, load_issue
from gold import norm, score
from style import Style
from typeset import ems, typeset

PLAIN = Style(contents="none", department=("none",), display=("top",), heads=("",))


def one(*paragraphs: str, title: str = "题目") -> Issue:
    """An issue of one article."""
    article = Article(
        id="a01", front=(Title(text=title),), blocks=tuple(Paragraph(text=text) for text in paragraphs)
    )
    return Issue(version=1, metadata=Metadata(title="某刊"), articles=(article,))


def lines(issue: Issue, **changes: object) -> list[str]:
    """The lines of an issue printed plainly, but for ``changes``; the page marks are taken off."""
    text = typeset(issue, seed=1, style=PLAIN.only(**changes))
    return [line.lstrip(" \f") for line in text.split("\n") if line.strip()]


def test_checked_in_example_is_current() -> None:
    message = "run: PYTHONPATH=. python tests/example.py"
    assert TEXT.read_text(encoding="utf-8") == example_text(), message
    assert GOLD.read_text(encoding="utf-8") == example_gold(), message


def test_same_seed_gives_same_text() -> None:
    issue = load_issue()
    first = typeset(issue, seed=EXAMPLE_SEED, style=EXAMPLE_STYLE)
    assert first == typeset(issue, seed=EXAMPLE_SEED, style=EXAMPLE_STYLE)
    assert first != typeset(issue, seed=EXAMPLE_SEED + 1, style=EXAMPLE_STYLE)


def test_setting_an_issue_is_quick() -> None:
    issue = load_issue()
    started = time.perf_counter()
    for seed in range(5):
        typeset(issue, seed=seed, style=Style.random(seed))
    assert (time.perf_counter() - started) / 5 < 0.5  # some 10 ms on an idle machine
