"""Corrections: readable cases of every operation, the file's format, and what holds whatever an editor asks for.

A case is a corrections file for ``layer.txt``. Its first comment names the behaviour; the comments below ``#`` at its
end are what comes of it: blocks that go (``-``) and come (``+``), entries of the ledger, and what is said.
``python tests/test_corrections.py`` writes them anew, to be read before they are committed.
"""

from __future__ import annotations

import re
from collections import Counter
from difflib import ndiff
from functools import cache
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookmaker import cli
from bookmaker.corrections import Corrected, correct, open_doubts
from bookmaker.corrections.file import Correction, Entry, decode_corrections
from bookmaker.diagnostics import Code, Diagnostic, InputError
from bookmaker.issue_file import decode_issue, violations
from bookmaker.layer import Layer, Reason
from bookmaker.model import Byline, Figure, Issue, List, Metadata, Table, Verse, block_text, walk
from bookmaker.read import read_layer
from bookmaker.segment import Segmented, segment
from bookmaker.segment.ledger import prove

FOLDER = Path(__file__).parent / "cases" / "corrections"
DOCS = Path(__file__).parent.parent / "docs" / "corrections.md"
TEXT = (FOLDER / "layer.txt").read_text(encoding="utf-8")
CASES = sorted(FOLDER.glob("*.toml"))
EXPECTED = "\n#\n"


@cache
def segmented() -> tuple[Layer, Segmented]:
    layer = read_layer(TEXT.encode(), name="layer.txt")
    return layer, segment(layer, metadata=Metadata(title="西岭月刊"))


def corrected(toml: str, *, issue: Issue | None = None) -> Corrected:
    layer, made = segmented()
    entries = decode_corrections(toml.encode(), name="case.toml")
    return correct(issue or made.issue, entries, layer=layer, ledger=made.changes)


def outline(issue: Issue) -> list[str]:
    """Every block on a line, with its article, id, kind, text and lines."""
    out = []
    for article, block in walk(issue):
        kind = str(block.__struct_config__.tag) + str(getattr(block, "level", ""))
        text = block_text(block).replace("\n", " / ")
        people = f" {[(p.name, p.role) for p in block.people]}" if isinstance(block, Byline) else ""
        image = f" [{block.image}]" if isinstance(block, Figure) and block.image else ""
        lines = " ".join(f"{a}-{b}" for a, b in block.source.lines) if block.source else "no lines"
        section = f" ({article.section})" if article.section else ""
        out.append(f"{article.id}{section} {block.id} {kind}: {text}{people}{image}, lines {lines}")
    return out


def told(toml: str) -> str:
    """What comes of a correction, as the comments of a case say it."""
    _, made = segmented()
    done = corrected(toml)
    found = [line for line in ndiff(outline(made.issue), outline(done.issue)) if line[0] in "+-"]
    found += [f"ledger: {c.reason.value}, line {c.line}: -{c.removed} +{c.added}" for c in done.changes]
    found += [f"{'doubt' if d.doubt else 'said'}: {d.message}" for d in done.diagnostics]
    return "".join(f"# {line}\n" for line in found)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    content = path.read_text(encoding="utf-8")
    toml, _, expected = content.partition(EXPECTED)
    assert content.startswith("# ")
    assert told(toml) == expected


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_nothing_is_lost_and_no_rule_is_broken(path: Path) -> None:
    layer, made = segmented()
    done = corrected(path.read_text(encoding="utf-8"))
    prove(layer, done.issue, [*made.changes, *done.changes])
    assert not list(violations(done.issue))
    assert len({block.id for _, block in walk(done.issue)}) == len(list(walk(done.issue)))


@pytest.mark.parametrize("path", [p for p in CASES if p.stem != "in-order"], ids=lambda path: path.stem)
def test_done_twice_is_done_once(path: Path) -> None:
    layer, made = segmented()
    entries = decode_corrections(path.read_bytes(), name=path.name)
    once = correct(made.issue, entries, layer=layer, ledger=made.changes)
    ledger = [*made.changes, *once.changes]
    twice = correct(once.issue, entries, layer=layer, ledger=ledger)
    prove(layer, twice.issue, [*ledger, *twice.changes])
    if path.stem not in {"join", "kind-title-to-paragraph"}:  # which speak of what they do away with
        assert outline(twice.issue) == outline(once.issue)


def test_no_corrections_change_nothing() -> None:
    _, made = segmented()
    for empty in ("", "# nothing yet\n", "version = 1\ncorrections = []\n"):
        assert corrected(empty) == Corrected(made.issue)


def test_every_operation_has_a_case() -> None:
    shown = {do for path in CASES for do in re.findall(r'do = "([a-z-]+)"', path.read_text(encoding="utf-8"))}
    known = {kind.__struct_config__.tag for kind in Correction.__args__}  # type: ignore[attr-defined]
    assert shown == known


TABLE = """\
 渡口的灯
■秦若木
过去的渡口在老街的尽头，每天清晨
有三班船开往对岸的集市。
船 名 班 次 去 处
灯号 3 集市
石号 12 南岸 桥
后来桥修好了，坐船的人少了，老人
仍旧每天清晨把灯点亮。
"""


def test_lines_become_a_table_with_their_blanks() -> None:
    layer = read_layer(TABLE.encode(), name="layer.txt")
    made = segment(layer, metadata=Metadata(title="西岭月刊"))

    def done(lines: str, kind: str) -> Corrected:
        toml = f'[[corrections]]\ndo = "kind"\nblock = "{lines}"\nkind = "{kind}"\n'
        return correct(
            made.issue, decode_corrections(toml.encode(), name="c.toml"), layer=layer, ledger=made.changes
        )

    table = done("6-6", "table")
    prove(layer, table.issue, [*made.changes, *table.changes])
    (found,) = [block for _, block in walk(table.issue) if isinstance(block, Table)]
    assert (found.rows, found.header_rows) == ((("灯号", "3", "集市"),), 0)
    captioned = correct(
        table.issue,
        decode_corrections(b'corrections = [{do="caption-of", block="l2", figure="6-6"}]', name="c.toml"),
        layer=layer,
        ledger=made.changes,
    )
    prove(layer, captioned.issue, [*made.changes, *captioned.changes])
    assert [block.caption for _, block in walk(captioned.issue) if isinstance(block, Table)] == ["秦若木"]
    (said,) = done("6-7", "table").diagnostics
    assert "“石号 12 南岸 桥” has 4 cells and the first row 3" in said.message
    (verse,) = [block for _, block in walk(done("5-7", "verse").issue) if isinstance(block, Verse)]
    assert verse.lines == ("船名班次去处", "灯号 3 集市", "石号 12 南岸 桥")


# --- the file --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ('do = "merge"\nblok = "l1"\nwith = "l2"', r"line 1: unknown key 'blok': did you mean 'block'\?"),
        ('do = "marge"', r"line 1, do: 'marge' is not known here: did you mean 'merge'\?"),
        (
            'do = "kind"\nblock = 3\nkind = "hed"',
            r"line 1, kind: 'hed' is not known here: did you mean 'head'\?",
        ),
        (
            'do = "split"\nblock = 3',
            r"line 1: a split needs either the words before which to cut, or the line",
        ),
        ('do = "kind"\nblock = 3\nkind = "figure"', r"line 1, kind: 'figure' is .*: write paragraph, lead, "),
        ('do = "drop"\nblock = 0', r"line 1, block: expected `int` >= 1"),
        ('do = "drop"\nblock = "l1"\nreason = "because"', r"line 1, reason: 'because' is not known here"),
        ('do = "move"\nblock = "l1"', r"line 1: a move needs a block or an article, and what"),
        ('do = "retitle"\narticle = 1', r"line 1: retitle needs a title, a kicker or a subtitle"),
        ('do = "merge"\nblock = 1\nwith = 2\njoiner = "和"', r"line 1: joiner: only white space"),
        ('do = "kind"\nblock = 1\nkind = "lead"\nlevel = 2', r"line 1: level: a lead has none"),
        ("block = 2", r"line 1: the key 'do' is missing"),
    ],
)
def test_fault_in_the_file_is_named_with_its_place(toml: str, message: str) -> None:
    with pytest.raises(InputError, match=r"^c\.toml: " + message):
        decode_corrections(f"[[corrections]]\n{toml}\n".encode(), name="c.toml")


def test_lines_that_moved_are_refused_and_words_are_not() -> None:
    asked = 'do = "keep"\nblock = %s\n[[corrections]]\ndo = "keep"\nblock = "灯下的人"\n'
    for block in ("12", '"l12"', '"12-13"', "{ page = 1, line = 12 }"):
        assert corrected(f"lines = 21\n[[corrections]]\n{asked % block}").diagnostics == ()
        (said,) = corrected(f"lines = 20\n[[corrections]]\n{asked % block}").diagnostics
        assert "the text has 21 lines where the corrections were written for 20" in said.message
    assert corrected(f"[[corrections]]\n{asked % 12}").diagnostics == ()


def test_what_is_no_toml_or_of_a_newer_version_is_refused() -> None:
    with pytest.raises(InputError, match=r"^c\.toml: not TOML: "):
        decode_corrections(b"[[corrections\n", name="c.toml")
    with pytest.raises(InputError, match=r"^c\.toml: version: 2 is not 1"):
        decode_corrections(b"version = 2\n", name="c.toml")
    with pytest.raises(InputError, match=r"^c\.toml: not UTF-8 \(offset 0\)"):
        decode_corrections(b"\xff\xfe", name="c.toml")


def test_yaml_says_the_same_as_toml() -> None:
    yaml = b"corrections:\n- {do: kind, block: l3, kind: lead}\n- {do: drop, block: {page: 1, line: 12}}\n"
    toml = (
        b'[[corrections]]\ndo = "kind"\nblock = "l3"\nkind = "lead"\n'
        b'[[corrections]]\ndo = "drop"\nblock = { page = 1, line = 12 }\n'
    )
    from_yaml = decode_corrections(yaml, name="folder/c.yaml")
    from_toml = decode_corrections(toml, name="folder/c.toml")
    assert [e.correction for e in from_yaml] == [e.correction for e in from_toml]
    assert [e.place for e in from_toml] == ["c.toml, line 1", "c.toml, line 5"]
    assert [e.place for e in from_yaml] == ["c.yaml, correction 1", "c.yaml, correction 2"]


def test_example_of_the_docs_is_a_corrections_file() -> None:
    shown = re.search(r"```toml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.S)
    assert shown
    assert len(decode_corrections(shown[1].encode(), name="corrections.toml")) == 6


def test_docs_name_every_operation_and_its_keys() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| ([^|]*) \|", DOCS.read_text(encoding="utf-8"), re.M)
    named = {do: set(re.findall(r"`([a-z]+)`", keys)) for do, keys in rows if do != "do"}
    known = {
        str(kind.__struct_config__.tag): {field.encode_name for field in msgspec.structs.fields(kind)}
        for kind in Correction.__args__  # type: ignore[attr-defined]
    }
    assert named == known


# --- what holds for whatever an editor asks ----------------------------------------------------------


IDS = ["l1", "l2", "l3", "l6", "l9", "l12", "l13", "l16", "l17", "l18", "l19", "l99"]
block_at = (
    st.sampled_from(IDS)
    | st.integers(1, 24)
    | st.builds(dict, page=st.integers(1, 3), line=st.integers(1, 24))
    | st.builds("{}-{}".format, st.integers(1, 24), st.integers(1, 24))
    | st.sampled_from(["渡口的灯", "井栏", "后来桥修好了", "灯 下", "没有的字"])
)
article_at = st.sampled_from([*IDS, "渡口的灯", "井栏的绳痕"]) | st.builds(dict, page=st.integers(1, 3))
words = st.sampled_from(["灯", "，", "后来", "一盏灯", "人家", "渡囗", "孩子们在", "说这样", "没有的字"])
kinds = st.sampled_from(
    "paragraph lead head quote note list-item caption verse table unplaced kicker title subtitle byline".split()  # noqa: SIM905
)
KINDS_OF_CORRECTION = st.one_of(
    st.fixed_dictionaries({"do": st.just("merge"), "block": block_at, "with": block_at}),
    st.fixed_dictionaries({"do": st.just("split"), "block": block_at, "before": words}),
    st.fixed_dictionaries({"do": st.just("split"), "block": block_at, "line": st.integers(1, 24)}),
    st.fixed_dictionaries({"do": st.just("kind"), "block": block_at, "kind": kinds}),
    st.fixed_dictionaries({"do": st.just("caption-of"), "block": block_at, "figure": block_at}),
    st.fixed_dictionaries({"do": st.just("caption-of"), "block": block_at, "image": st.just("a.jpg")}),
    st.fixed_dictionaries({"do": st.just("drop"), "block": block_at}),
    st.fixed_dictionaries({"do": st.just("drop"), "article": article_at}),
    st.fixed_dictionaries(
        {"do": st.just("text"), "block": block_at, "find": words, "replace": st.just("火")}
    ),
    st.fixed_dictionaries({"do": st.just("move"), "block": block_at, "after": block_at}),
    st.fixed_dictionaries({"do": st.just("move"), "article": article_at, "before": article_at}),
    st.fixed_dictionaries(
        {"do": st.just("retitle"), "article": article_at, "title": words, "subtitle": words}
    ),
    st.fixed_dictionaries(
        {
            "do": st.just("byline"),
            "article": article_at,
            "people": st.just(["石砚南", {"name": "江禾", "role": "本刊记者"}]),
        }
    ),
    st.fixed_dictionaries({"do": st.just("section"), "article": article_at, "section": words}),
    st.fixed_dictionaries({"do": st.just("begin"), "block": block_at}),
    st.fixed_dictionaries({"do": st.just("join"), "article": article_at}),
    st.fixed_dictionaries({"do": st.just("keep"), "block": block_at}),
)


@given(st.lists(KINDS_OF_CORRECTION, max_size=8))
def test_whatever_is_asked_for_nothing_is_lost(asked: list[dict[str, object]]) -> None:
    layer, made = segmented()
    entries = [Entry(msgspec.convert(one, Correction), f"asked[{n}]") for n, one in enumerate(asked)]
    done = correct(made.issue, entries, layer=layer, ledger=made.changes)
    prove(layer, done.issue, [*made.changes, *done.changes])
    assert not list(violations(done.issue))
    said = [d for d in done.diagnostics if d.code is not Code.UNTITLED]
    assert all(d.code is Code.CORRECTION and d.message.startswith("asked[") for d in said)
    # what is not in the ledger is still there
    before = Counter("".join("".join(block_text(b).split()) for _, b in walk(made.issue)))
    before.subtract("".join(c.removed for c in done.changes))
    before.update("".join(c.added for c in done.changes))
    assert +before == Counter("".join("".join(block_text(b).split()) for _, b in walk(done.issue)))
    # entries of lists know where they came from
    assert all(item.source for _, b in walk(done.issue) if isinstance(b, List) for item in b.items)


# --- the doubts they settle, and the command line ----------------------------------------------------


def test_corrections_settle_the_doubts_about_what_they_decide() -> None:
    doubts = [
        Diagnostic(code=Code.BREAK, message="?", line=line, doubt=True, margin=0.1)
        for line in (3, 6, 9, 10, 12)
    ]
    done = corrected(
        '[[corrections]]\ndo = "merge"\nblock = "l3"\nwith = "l6"\n'
        '[[corrections]]\ndo = "keep"\nblock = "l9"\n'
        '[[corrections]]\ndo = "kind"\nblock = "l99"\nkind = "lead"\n'
    )
    assert [said.line for said in open_doubts(doubts, done)] == [12]


def test_what_is_said_of_titles_and_contents_is_settled_by_titles() -> None:
    def said(code: Code, message: str, article: str | None = None) -> Diagnostic:
        return Diagnostic(code=code, message=message, article=article, doubt=True)

    unmatched = said(Code.CONTENTS_ENTRY_UNMATCHED, "the contents page lists “灯下的人” on page 1, but")
    unlisted = said(Code.TITLE_NOT_IN_CONTENTS, "the contents page does not list “井栏的绳痕”", "a02")
    untitled = said(Code.UNTITLED, "?", "a01")
    dotted = said(Code.CONTENTS_ENTRY_UNMATCHED, "the contents page lists “灯下的人····江禾” on page 1, but")
    kind = '[[corrections]]\ndo = "kind"\nblock = "渡口的灯"\nkind = "paragraph"\n'
    found = [unmatched, unlisted, untitled]
    assert open_doubts(found, corrected("")) == [unmatched, unlisted]
    assert open_doubts(found, corrected(kind)) == [unmatched, unlisted, untitled]
    for toml in (
        '[[corrections]]\ndo = "begin"\nblock = "灯下的人"\n[[corrections]]\ndo = "drop"\narticle = "井栏的绳痕"\n',
        '[[corrections]]\ndo = "retitle"\narticle = "井栏的绳痕"\ntitle = "灯下的人"\n',
    ):
        assert open_doubts([*found, dotted], corrected(toml)) == []


def test_article_that_corrections_leave_without_a_title_is_a_doubt() -> None:
    (said,) = corrected('[[corrections]]\ndo = "begin"\nblock = "l13"\n').diagnostics
    assert (said.code, said.article, said.doubt) == (Code.UNTITLED, "a01-2", True)
    titled = '[[corrections]]\ndo = "begin"\nblock = "l13"\n[[corrections]]\ndo = "retitle"\narticle = "l13"\ntitle = "石阶"'
    assert corrected(titled).diagnostics == ()


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "heft.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


MISFIT = '[[corrections]]\ndo = "drop"\nblock = "l12"\n[[corrections]]\ndo = "kind"\nblock = "l10"\nkind = "head"\n'


def run(*arguments: str | Path) -> int:
    return cli.main([str(argument) for argument in arguments])


def test_segment_takes_up_the_corrections_beside_the_text(
    text: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (text.parent / "corrections.toml").write_text(MISFIT, encoding="utf-8")
    out = text.parent / "out.issue.yaml"
    assert run("segment", text, "-o", out, "--title", "西岭月刊") == 0
    assert "corrections.toml, line 4: the correction “kind” does not fit" in capsys.readouterr().err
    issue = decode_issue(out.read_bytes(), name=out.name)
    assert "灯下的人" not in [block_text(block) for _, block in walk(issue)]
    report = msgspec.json.decode((text.parent / "out.report.json").read_bytes())
    assert len(report["input"]["corrections"]) == 64
    dropped = [entry for entry in report["ledger"] if entry["reason"] == Reason.NOISE.value]
    assert dropped == [{"page": 1, "line": 12, "reason": "noise", "removed": "灯下的人"}]
    (misfit,) = [said for said in report["diagnostics"] if said["code"] == "correction"]
    assert misfit["doubt"]
    assert misfit["message"].startswith("corrections.toml, line 4: the correction “kind” does not fit")


def test_misfit_is_an_exit_code_only_when_strict(text: Path) -> None:
    named = text.parent / "mine.toml"
    named.write_text(MISFIT, encoding="utf-8")
    given = ("segment", text, "--corrections", named, "--title", "西岭月刊", "--date", "2031-04", "-q")
    assert run(*given, "-o", text.parent / "one.issue.json") == 0
    assert run(*given, "-o", text.parent / "two.issue.json", "--strict") == 1


def test_book_toml_names_the_corrections(text: Path) -> None:
    (text.parent / "mine.toml").write_text(MISFIT, encoding="utf-8")
    (text.parent / "book.toml").write_text('[segment]\ncorrections = "mine.toml"\n', encoding="utf-8")
    out = text.parent / "out.issue.json"
    assert run("segment", text.parent, "-o", out, "-q") == 0
    assert "灯下的人" not in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("files", "arguments", "code", "message"),
    [
        ({"corrections.toml": "do = 1"}, [], 3, "corrections.toml: unknown key 'do'"),
        ({"corrections.toml": "", "corrections.yaml": ""}, [], 2, "keep one, or name one with --corrections"),
        ({}, ["--corrections", "none.toml"], 3, "none.toml: cannot be read: No such file or directory"),
    ],
)
def test_fault_is_one_line(  # noqa: PLR0917
    text: Path,
    capsys: pytest.CaptureFixture[str],
    files: dict[str, str],
    arguments: list[str],
    code: int,
    message: str,
) -> None:
    for name, content in files.items():
        (text.parent / name).write_text(content, encoding="utf-8")
    assert run("segment", text, *arguments, "-o", text.parent / "out.issue.json") == code
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1
    assert not (text.parent / "out.issue.json").exists()


def test_issue_file_takes_no_corrections(text: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = text.parent / "out.issue.json"
    (text.parent / "mine.toml").write_text(MISFIT, encoding="utf-8")
    assert run("segment", text, "-o", out, "-q") == 0
    assert run("build", out, "--corrections", text.parent / "mine.toml", "-o", text.parent / "build") == 2
    assert "is segmented already: --corrections is for text layers" in capsys.readouterr().err


if __name__ == "__main__":
    for case in CASES:
        toml = case.read_text(encoding="utf-8").partition(EXPECTED)[0].rstrip("\n") + "\n"
        case.write_text(toml + EXPECTED + told(toml), encoding="utf-8")
