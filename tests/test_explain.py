"""``bookmaker explain``: the evidence for a place, readable, complete, and true."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from bookmaker import cli
from bookmaker.corrections import correct, open_doubts
from bookmaker.corrections.file import decode_corrections
from bookmaker.explain import answers, explain, parse_lines
from bookmaker.model import Metadata
from bookmaker.read import read_layer
from bookmaker.segment import segment

LAYER = Path(__file__).parent / "cases" / "corrections" / "layer.txt"
EXAMPLE = Path(__file__).parent.parent / "examples" / "xiling-guancha"


def run(*arguments: str | Path) -> int:
    return cli.main(["explain", *(str(argument) for argument in arguments)])


def cells(table: str, line: int) -> list[str]:
    """The columns of a line, which are two blanks apart or more."""
    row = next(row for row in table.splitlines() if row.split(None, 1)[:1] == [str(line)])
    return [cell.strip() for cell in row.split("  ") if cell.strip()]


def test_every_line_has_its_features_reading_and_fate(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(LAYER, "--page", "1") == 0
    table = capsys.readouterr().out
    title = cells(table, 1)
    assert title[:6] == ["1", "16", "4", "none", "page top", "display"]
    assert title[-2:] == ["a01 l1 title", "渡口的灯"]
    assert cells(table, 2)[-2:] == ["a01 l2 byline (byline)", "■秦若木"]
    first = cells(table, 3)
    assert first[:5] == ["3", "16", "14", "none", "begins"]
    assert first[-2:] == ["a01 l3 paragraph", "过去的渡口在老街的尽头，每天"]
    assert cells(table, 5)[3:5] == ["stop", "goes on, ends"]
    assert cells(table, 12)[-2] == "a01 l12 head 2"
    caption = cells(table, 16)
    assert "page foot, doubled" in caption
    assert caption[-2:] == ["a01 l16 figure (doubling)", "渡口的老人"]


def test_cost_and_margin_are_those_of_the_labelling() -> None:
    layer = read_layer(LAYER.read_bytes(), name="layer")
    made = segment(layer, metadata=Metadata(title="西岭月刊"))
    table = explain(layer, made, lambda _page, _line: True)
    for weighed in made.evidence:
        for row, price, labelled, margin in zip(
            weighed.rows, weighed.prices, weighed.labels, weighed.margins(), strict=True
        ):
            found = cells(table, row.line)
            assert f"{getattr(price, labelled.label.name.lower()):.1f}" in found
            assert f"{margin.margin:.1f}" in found


def test_columns_stand_below_one_another() -> None:
    layer = read_layer(LAYER.read_bytes(), name="layer")
    made = segment(layer, metadata=Metadata(title="西岭月刊"))
    rows = explain(layer, made, lambda page, _line: page == 1).split("\n\n")[1].splitlines()
    start = rows[0].index("became")
    assert {row[start : start + 4].strip() for row in rows[1:]} == {"a01"}


def test_every_line_of_the_example_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    layer = read_layer((EXAMPLE / "xiling-guancha.txt").read_bytes(), name="example")
    pages = [word for page in layer.pages for word in ("--page", str(page.number))]
    assert run(EXAMPLE, *pages) == 0
    table = capsys.readouterr().out
    for page in layer.pages:
        assert f"page {page.number}\n" in table
        for line in page.lines:
            found = cells(table, line.number)
            assert len(found) >= 4
            assert found[-2] != "—"
    assert "(contents-page)" in table
    assert "(running-head)" in table


def test_lines_and_pages_can_be_asked_for_together(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(LAYER, "--line", "3", "--lines", "6-7", "--lines", "19") == 0
    table = capsys.readouterr().out
    assert [row.split()[0] for row in table.splitlines() if row[:4].strip().isdecimal()] == [
        "3",
        "6",
        "7",
        "19",
    ]


def test_corrections_show_in_what_lines_became(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = tmp_path / "heft.txt"
    text.write_bytes(LAYER.read_bytes())
    (tmp_path / "corrections.toml").write_text(
        '[[corrections]]\ndo = "drop"\nblock = "l12"\nreason = "running-head"\n', encoding="utf-8"
    )
    assert run(text, "--line", "12") == 0
    assert cells(capsys.readouterr().out, 12)[-2:] == ["(running-head)", "灯下的人"]


DOUBTFUL = """\
 渡口的灯
■秦若木
过去的渡口在老街的尽头，每天清晨
有三班船开往对岸的集市，冬天减成
两班，说是水浅了，船走不快。灯仍
旧挂在船头。
那时候人人都认得摆渡的老人和他。
灯光照着水面，也照着等船的人们回
家的路，
 桥边，灯下的人
后来桥修好了，坐船的人少了，老人
仍旧每天清晨把灯点亮。
"""


def test_every_answer_to_a_doubt_fits_and_settles_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = tmp_path / "heft.txt"
    text.write_text(DOUBTFUL, encoding="utf-8")
    assert run(text, "--doubts") == 0
    said = capsys.readouterr().out
    assert tomllib.loads(said) == {}
    assert "# lines = 12" in said
    layer = read_layer(text.read_bytes(), name="heft")
    made = segment(layer, metadata=Metadata(title="西岭月刊"))
    offered = [(doubt, answer) for doubt in made.diagnostics for answer in answers(doubt, made.issue)]
    assert {what for _, (what, _) in offered} >= {"right as it is"}
    assert len(offered) >= 4
    for doubt, (what, correction) in offered:
        toml = "\n".join(["[[corrections]]", *correction])
        assert f"{what}:\n{toml}" in said.replace("\n# ", "\n")
        entries = decode_corrections(toml.encode(), name="c.toml")
        done = correct(made.issue, entries, layer=layer, ledger=made.changes)
        assert done.diagnostics == ()
        assert doubt not in open_doubts(made.diagnostics, done)


def test_doubts_that_are_answered_are_not_explained_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = tmp_path / "heft.txt"
    text.write_text(LAYER.read_text(encoding="utf-8"), encoding="utf-8")
    answers = ""
    while True:
        assert run(text, "--doubts") == 0
        out = capsys.readouterr().out
        if not out:
            break
        kept = re.search(r"# right as it is:\n((?:# .+\n)+)", out)
        assert kept
        assert kept[1] not in answers
        answers += kept[1]
        (tmp_path / "corrections.toml").write_text(answers.replace("# ", ""), encoding="utf-8")
    assert "do" in answers


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "say what to explain: --page 12, --line 340, --lines 340-360, or --doubts"),
        (
            ["--doubts", "--page", "1"],
            "say what to explain: --page 12, --line 340, --lines 340-360, or --doubts",
        ),
        (["--page", "9"], "there is nothing on page 9: the text has 2 pages"),
        (["--line", "22"], "line 22 is blank or beyond the end"),
        (["--lines", "40-50"], "lines 40 to 50 are blank or beyond the end"),
        (["--lines", "9-3"], "'9-3' is no range of lines: they count from 1, upward"),
        (["--lines", "3-"], "'3-' is no range of lines: write 120-140"),
    ],
)
def test_place_that_is_not_there_is_an_error_of_usage(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(LAYER, *arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert message in said.err


def test_segmented_issue_has_no_lines_to_explain(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(EXAMPLE / "xiling-guancha.gold.yaml", "--page", "1") == 2
    assert "is segmented already: explain its text layer" in capsys.readouterr().err


def test_range_is_read_as_written() -> None:
    assert parse_lines("3") == (3, 3)
    assert parse_lines("3-9") == (3, 9)
