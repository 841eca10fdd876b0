"""README and docs say what is so: options, exit codes, keys, kinds, and what the commands print."""

from __future__ import annotations

import argparse
import re
import shlex
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from bookmaker import cli, settings
from bookmaker.diagnostics import Exit
from bookmaker.issue_file import decode_issue, violations
from bookmaker.layer import Reason
from bookmaker.model import ArticleType, BodyBlock, FrontBlock, Inline
from bookmaker.report import Report
from bookmaker.settings.book_toml import TABLES

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
FILES = (ROOT / "docs" / "files.md").read_text(encoding="utf-8")
CODE = re.compile(r"`([^`\n]+)`")


def commands() -> dict[str, argparse.ArgumentParser]:
    parser = cli.parser()
    return next(a.choices for a in parser._actions if isinstance(a, argparse._SubParsersAction))


def options() -> set[str]:
    return {
        option for command in commands().values() for a in command._actions for option in a.option_strings
    }


def table(text: str, heading: str) -> list[list[str]]:
    """Return the rows of the table whose head begins with ``heading``, without the head."""
    lines = text[text.index(f"\n| {heading} |") + 1 :].split("\n\n", 1)[0].splitlines()
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


def shell_lines() -> list[str]:
    """Return the commands that README shows, without their comments and where their output goes."""
    blocks = re.findall(r"```\n(.*?)```", README, re.S)
    return [
        re.split(" #| >", line[2:])[0].strip()
        for block in blocks
        for line in block.splitlines()
        if line[:1] == "$"
    ]


def test_commands_of_the_table_are_those_of_the_parser() -> None:
    named = [CODE.findall(row[0])[0].split()[1] for row in table(README, "command")]
    assert named == list(commands())


def test_options_named_exist() -> None:
    named = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", " ".join(CODE.findall(README))))
    shown = {word for line in shell_lines() if line.startswith("bookmaker") for word in shlex.split(line)}
    unknown = {word for word in named | shown if word.startswith("-")} - options()
    assert unknown == {"--constraint"}  # pip's


@pytest.mark.parametrize("line", [line for line in shell_lines() if line.startswith("bookmaker")])
def test_commands_shown_parse(line: str) -> None:
    words = shlex.split(line)[1:]
    assert cli.parser().parse_args(words).command == words[0]


def test_targets_of_make_exist() -> None:
    named = set(re.findall(r"\bmake ([a-z]+)\b", "\n".join([*CODE.findall(README), *shell_lines()])))
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert {"book", "test", "bench", "clean"} <= named <= targets


def test_exit_codes_are_those_of_the_program() -> None:
    assert [int(row[0]) for row in table(README, "exit code")] == [int(code) for code in Exit]


def test_keys_of_book_toml_are_those_of_the_settings() -> None:
    named: dict[str, set[str]] = {}
    name = ""
    for heading, keys, value in table(README, "table"):
        name = heading.strip("`[]") or name
        named.setdefault(name, set()).update(CODE.findall(keys))
        if "another name" in value:
            named[name].add(CODE.findall(value)[0])
    known = {
        table: {field.encode_name for field in msgspec.structs.fields(record)}
        for table, record in TABLES.items()
    }
    assert named == known


def test_page_sizes_named_are_known() -> None:
    sizes = next(CODE.findall(row[2]) for row in table(README, "table") if "page-size" in row[1])
    assert set(sizes[1:]) == set(settings.PAGE_SIZES)


def test_build_prints_what_the_readme_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = re.search(r"\$ bookmaker (build \S+)\n((?:build/.*\n)+)```", README)
    assert shown
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    assert cli.main([*shown[1].split(), "--quiet"]) == 0
    assert capsys.readouterr().out == shown[2]
    assert all((tmp_path / line).stat().st_size for line in shown[2].split())


def test_files_linked_exist() -> None:
    for text, folder in ((README, ROOT), (FILES, ROOT / "docs")):
        for target in re.findall(r"\]\(([^)#:]+)\)", text):
            assert (folder / target).is_file(), target


def test_issue_file_shown_is_one_and_has_no_fault() -> None:
    shown = re.search(r"```yaml\n(.*?)```", FILES, re.S)
    assert shown
    assert not list(violations(decode_issue(shown[1].encode(), name="files.issue.yaml")))


def test_kinds_and_types_are_those_of_the_model() -> None:
    def tags(union: object) -> set[str]:
        return {str(kind.__struct_config__.tag) for kind in get_args(union) if kind is not str}

    def named(heading: str) -> set[str]:
        return {kind for row in table(FILES, heading) for kind in CODE.findall(row[0])}

    assert named("in `front`") == tags(FrontBlock)
    assert named("in `blocks`") == tags(BodyBlock)
    of_types = re.search(r"An article's `type` is (.*)\.", FILES)
    inline = re.search(r"`text` is a string, or (.*) \(with", FILES)
    assert of_types
    assert inline
    assert set(CODE.findall(of_types[1])) == set(get_args(ArticleType))
    assert set(CODE.findall(inline[1])) == tags(Inline)


def test_keys_of_the_report_are_all_told() -> None:
    named = {key for row in table(FILES, "key") for key in CODE.findall(row[0])}
    assert named == {field.encode_name for field in msgspec.structs.fields(Report)}


def test_reasons_of_the_ledger_are_all_told() -> None:
    named = {reason for row in table(FILES, "reason") for reason in CODE.findall(row[0])}
    assert named == {reason.value for reason in Reason}
