"""The readable cases are themselves sound: what they expect is in what they show."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from cases_format import Case, all_cases, load_case
from gold import norm

from bookmaker.layer import Reason

if TYPE_CHECKING:
    from pathlib import Path

CASES = all_cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_expected_text_stands_in_the_layer(case: Case) -> None:
    layer = Counter(norm(case.layer))
    in_contents = any(reason == "contents-page" for reason, _ in case.ledger)  # which may name the sections
    blocks = [text for kind, text in case.blocks if kind != "section"]
    heads = "".join(norm(text) for reason, text in case.ledger if reason == "running-head")
    sections = dict.fromkeys(case.texts("section"))  # one name for several articles
    blocks += [] if in_contents else [name for name in sections if norm(name) not in heads]
    expected = Counter(norm("".join([*blocks, *(text for _, text in case.ledger)])))
    missing = expected - layer - Counter({"、": 99})  # the byline's separator is put in
    assert not missing
    left = layer - expected
    doubled = Counter(norm("".join(case.texts("title", "caption", "section"))))
    marks = "■□●—─/、”“《》|:()"
    labels = "撰作者文註一"  # of bylines, and of a note that a title refers to
    assert not left - doubled - Counter(dict.fromkeys(marks + labels, 99))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_case_has_a_behaviour_and_enough_text_to_measure_a_column(case: Case) -> None:
    assert case.behaviour
    assert len(norm(case.layer)) > 150
    paragraphs = case.texts("paragraph", "list-item")
    assert len(paragraphs) >= 3
    assert len(paragraphs) == len(set(paragraphs))
    assert {reason for reason, _ in case.ledger} <= {reason.value for reason in Reason}


def test_there_are_many_cases() -> None:
    assert len(CASES) >= 60


def test_a_line_of_no_known_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "wrong.txt"
    path.write_text("# behaviour\n字\n---\nverse: 字\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"wrong\.txt: not 'kind: text': verse: 字"):
        load_case(path)


def test_a_case_without_a_rule_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "wrong.txt"
    path.write_text("# behaviour\n字\n", encoding="utf-8")
    with pytest.raises(ValueError, match="a case is"):
        load_case(path)
