"""How well segmentation does on whole issues: floors that only rise.

A figure that falls below its floor is a step back. After a step forward raise the floor to the new figure, rounded
down to three places.
"""

from __future__ import annotations

import importlib.util
from statistics import fmean
from time import process_time
from typing import TYPE_CHECKING

import pytest
from example import TEXT, load_issue
from gold import norm, score
from needs import shared
from random_issue import random_issue
from style import Style
from typeset import typeset

from bookmaker.cli import main
from bookmaker.model import Issue, Metadata, Verse, plain
from bookmaker.read import read_layer
from bookmaker.segment import segment

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SEEDS = range(200)

EXAMPLE = {
    "title": 1.0,
    "order": 1.0,
    "author": 1.0,
    "kicker": 1.0,
    "subtitle": 1.0,
    "section": 1.0,
    "paragraph": 1.0,
    "head": 1.0,
    "caption": 1.0,
}
"""Floors for the example."""

FAIR = {
    "title": 0.996,
    "order": 0.992,
    "author": 0.993,
    "kicker": 0.992,
    "subtitle": 0.996,
    "section": 0.976,
    "paragraph": 0.969,
    "head": 0.982,
    "caption": 0.974,
}
"""Floors for issues that a reader of the bare text could still tell apart, the mean of 200."""

ANY = {
    "title": 0.888,
    "order": 0.859,
    "author": 0.9,
    "kicker": 0.877,
    "subtitle": 0.91,
    "section": 0.799,
    "paragraph": 0.959,
    "head": 0.971,
    "caption": 0.828,
}
"""Floors for issues spoiled in every way, the mean of 200."""

SAMPLE = {
    "title": 1.0,
    "toc": 1.0,
    "order": 1.0,
    "author": 1.0,
    "paragraph": 0.99,
    "head": 1.0,
    "caption": 1.0,
    "kept": 0.999,
}
"""Floors for the sample's first half."""

SAMPLE_EXTRA = 0.015
"""Ceiling for what the sample's book says beyond the gold."""


def segmented(data: bytes) -> Issue:
    return segment(read_layer(data, name="layer"), metadata=Metadata(title="试刊")).issue


def below(figures: dict[str, float], floors: dict[str, float]) -> dict[str, tuple[float, float]]:
    """The figures that fall below their floors, each with its floor."""
    return {key: (round(figures[key], 4), floor) for key, floor in floors.items() if figures[key] < floor}


def test_example() -> None:
    assert not below(score(segmented(TEXT.read_bytes()), load_issue()), EXAMPLE)


@pytest.mark.parametrize(("style", "floors"), [(Style.fair, FAIR), (Style.random, ANY)], ids=["fair", "any"])
def test_generated_issues(style: Callable[[int], Style], floors: dict[str, float]) -> None:
    found = []
    for seed in SEEDS:
        issue = random_issue(seed)
        layer = typeset(issue, seed=seed, style=style(seed))
        found.append(score(segmented(layer.encode()), issue))
    means = {key: fmean(figures[key] for figures in found) for key in floors}
    assert not below(means, floors), {key: round(value, 4) for key, value in means.items()}


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
def test_sample(tmp_path: Path) -> None:
    (source,) = shared("samples/*.txt")
    gold = shared("gold/issue-gold-first-half.json")[0]
    scorer = shared("tools/score_epub.py")[0]
    spec = importlib.util.spec_from_file_location("score_epub", scorer)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert main(["build", str(source), "--format", "epub", "-o", str(tmp_path), "-q"]) == 0
    (book,) = tmp_path.glob("*/*.epub")
    figures, _ = module.score(str(book), str(gold))
    assert not below(figures, SAMPLE)
    assert figures["extra"] <= SAMPLE_EXTRA


def test_time_grows_with_the_text_and_no_faster() -> None:
    # one entry of the contents is listed in other words, so that it is looked for everywhere
    text = TEXT.read_text(encoding="utf-8")
    title = next(article.title for article in load_issue().articles if text.count(article.title or " ") == 2)
    assert title is not None
    text = text.replace(title, "另一个没有人写过的题目", 1)
    seconds = {}
    for copies in (2, 16):
        layer = read_layer("\n".join([text] * copies).encode(), name="layer")
        start = process_time()
        segment(layer, metadata=Metadata(title="试刊"))
        seconds[copies] = process_time() - start
    assert seconds[16] < 2 * 8 * seconds[2]


def test_essays_with_page_marks() -> None:
    source, titles = shared("layers/taixu17.txt")[0], shared("gold/taixu17-titles.txt")[0]
    wanted = {norm(line) for line in titles.read_text(encoding="utf-8").split("\n") if line.strip()}
    found = [norm(article.title) for article in segmented(source.read_bytes()).articles if article.title]
    assert len(wanted & set(found)) >= 66
    assert len([title for title in found if title not in wanted]) <= 3


def test_gazette_has_its_documents() -> None:
    source = shared("layers/tw-gazette-*.txt")[0]
    pages = [page for page in source.read_text(encoding="utf-8").split("\f") if page.strip()]
    issue = segmented(source.read_bytes())
    assert [article.page for article in issue.articles] == list(range(1, len(pages) + 1))
    # the third row of every document says what it is about
    subjects = [[line.strip() for line in page.split("\n") if line.strip()][2] for page in pages]
    assert [norm(article.title) for article in issue.articles] == [norm(subject) for subject in subjects]
    assert all(article.section and article.kicker for article in issue.articles)


def test_verse_is_not_joined() -> None:
    source = shared("layers/kanripo-*.txt")[0]
    issue = segmented(source.read_bytes())
    lines = {norm(line) for line in source.read_text(encoding="utf-8").replace("\f", "\n").split("\n")}
    stanzas = [block for article in issue.articles for block in article.blocks if isinstance(block, Verse)]
    assert len(stanzas) > 100
    assert all(norm(plain(line)) in lines for stanza in stanzas for line in stanza.lines)


def test_tale_is_one_article() -> None:
    source = shared("layers/aozora-*.txt")[0]
    (article,) = segmented(source.read_bytes()).articles
    assert article.title
    assert len(article.blocks) > 30
