"""The benchmarks' competitors are given the same text, and every multiple of an issue is an issue."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from example import EXAMPLE, TEXT, load_issue
from lxml import html

from bookmaker import cli
from bookmaker.issue_file import violations
from bookmaker.model import Figure, Kicker, block_text, walk
from bookmaker.read import read_layer

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))
from inputs import markdown, plain_page, repeated_issue, repeated_text
from run import measure, rounds

if TYPE_CHECKING:
    from bookmaker.model import Issue

ISSUE = load_issue()


def characters(text: str) -> str:
    return "".join(text.split())


def texts(issue: Issue) -> list[str]:
    """The text of every block that all competitors set: kickers and credits aside."""
    return [
        line
        for _, block in walk(issue)
        if not isinstance(block, Kicker | Figure)
        for line in block_text(block).splitlines()
    ]


def test_a_multiple_of_an_issue_is_an_issue_of_as_many_articles() -> None:
    many = repeated_issue(ISSUE, 3)
    assert not list(violations(many))
    assert len(many.articles) == 3 * len(ISSUE.articles)
    assert texts(many) == 3 * texts(ISSUE)


def test_a_multiple_of_a_text_layer_has_as_many_pages() -> None:
    text = TEXT.read_text(encoding="utf-8")
    pages = [len(read_layer(repeated_text(text, n).encode(), name="many").pages) for n in (1, 2, 4)]
    assert pages == [pages[0], 2 * pages[0], 4 * pages[0]]
    assert characters(repeated_text(text, 2)) == 2 * characters(text)


def test_markdown_holds_every_block() -> None:
    made = characters(markdown(ISSUE))
    assert [text for text in texts(ISSUE) if characters(text) not in made] == []


def test_plain_page_holds_every_block_and_its_pictures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["build", str(EXAMPLE), "-o", str(tmp_path), "--format", "epub", "-q"]) == 0
    epub = next(Path(line) for line in capsys.readouterr().out.splitlines() if line.endswith(".epub"))
    page = plain_page(epub, tmp_path / "plain")
    root = html.fromstring(page.read_bytes())
    made = characters(root.text_content())
    assert [text for text in texts(ISSUE) if characters(text) not in made] == []
    pictures = [image.get("src") for image in root.iter("img")]
    assert pictures
    assert all((page.parent / picture).is_file() for picture in pictures)


def test_costs_are_those_of_the_process() -> None:
    command = (sys.executable, "-c", "import time; x = bytes(50_000_000); time.sleep(0.2)")
    costs = rounds({"asleep": command}, 2)["asleep"]
    assert len(costs) == 2
    assert all(cost.wall >= 0.2 and cost.cpu < cost.wall and cost.memory > 40 for cost in costs)


def test_a_command_that_fails_ends_the_benchmark() -> None:
    with pytest.raises(SystemExit, match="failed:\nno such wheel"):
        measure((sys.executable, "-c", "import sys; sys.exit('no such wheel')"))
