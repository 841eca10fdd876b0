"""The command line as a person meets it: outputs, messages, exit codes, and no half-written file."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bookmaker import cli, pipeline
from bookmaker.cli import main
from bookmaker.console import Bar
from bookmaker.diagnostics import Exit
from bookmaker.issue_file import encode_yaml, load_issue
from bookmaker.settings import BookSettings, IssueSettings, PdfSettings, SegmentSettings

ROOT = Path(__file__).resolve().parents[1]

TEXT = """水事
磨坊重开
■何 田
　　青石河边的老磨坊去年秋天重新开张，
磨的是本地的荞麦和黄豆。馆长说，来的
人里头有一半是孩子。
　　他们从没见过水怎样推动石头，围着看
了一个上午，谁也不肯先走。
\f山居
石匠的第三个儿子
■林 小禾
　　山口的石匠有三个儿子，前两个去了海
边造船，只有老三留下来凿石头。
　　他说石头不会走，人也就不必走。村里
的桥都是他修的，一共七座。
\f"""

ISSUE: dict[str, Any] = {
    "version": 1,
    "metadata": {"title": "溪山月报", "year": 2031, "number": "4", "date": "2031-04"},
    "articles": [
        {
            "id": "a01",
            "section": "水事",
            "front": [{"kind": "title", "text": "磨坊重开"}],
            "blocks": [
                {"kind": "paragraph", "text": "青石河边的老磨坊重新开张。"},
                {"kind": "figure", "caption": "磨坊外景"},
            ],
        }
    ],
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    return tmp_path


@pytest.fixture
def layer(here: Path) -> Path:
    (here / "溪山.txt").write_text(TEXT, encoding="utf-8")
    return Path("溪山.txt")


@pytest.fixture
def issue(here: Path) -> Path:
    (here / "xishan.issue.json").write_text(json.dumps(ISSUE, ensure_ascii=False), encoding="utf-8")
    return Path("xishan.issue.json")


def files(folder: Path) -> list[str]:
    """Every file and folder below ``folder``, hidden ones too."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def build(*arguments: str | Path) -> int:
    """Build EPUB only: the PDF takes seconds and has its own tests."""
    return main(["build", "--format", "epub", *map(str, arguments)])


# --- what a build writes ---------------------------------------------------------------------------


def test_text_layer_becomes_an_epub_with_issue_file_and_report(
    layer: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert build(layer) == 0
    written = [
        "build/溪山/溪山.issue.json",
        "build/溪山/溪山.zh-Hans.horizontal.epub",
        "build/溪山/溪山.report.json",
    ]
    assert capsys.readouterr().out.splitlines() == written
    assert files(Path("build")) == sorted(["溪山", *(path.removeprefix("build/") for path in written)])
    assert zipfile.is_zipfile(written[1])


def test_segmented_issue_becomes_epub_and_pdf(issue: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", str(issue), "-o", "out"]) == 0
    assert [Path(path).name for path in capsys.readouterr().out.splitlines()] == [
        "xishan.issue.json",
        "xishan.zh-Hans.horizontal.epub",
        "xishan.zh-Hans.horizontal.pdf",
        "xishan.report.json",
    ]
    assert Path("out/xishan/xishan.zh-Hans.horizontal.pdf").read_bytes().startswith(b"%PDF-")


def test_yaml_issue_builds_like_json(issue: Path) -> None:
    Path("y").mkdir()
    Path("y/xishan.issue.yaml").write_bytes(encode_yaml(load_issue(issue)))
    assert build(issue, "-o", "a") == 0
    assert build("y/xishan.issue.yaml", "-o", "b") == 0
    name = "xishan/xishan.zh-Hans.horizontal.epub"
    assert (Path("a") / name).read_bytes() == (Path("b") / name).read_bytes()


def test_two_builds_are_the_same_to_the_byte(layer: Path) -> None:
    for out in ("a", "b"):
        assert build(layer, "-o", out) == 0
    assert files(Path("a")) == files(Path("b"))
    for name in files(Path("a")):
        if (Path("a") / name).is_file():
            assert (Path("a") / name).read_bytes() == (Path("b") / name).read_bytes(), name


def test_report_counts_and_hashes_and_keeps_the_ledger(layer: Path) -> None:
    layer.write_text(TEXT.replace("一个上午", "⼀个上午"), encoding="utf-8")
    assert build(layer) == 0
    report = json.loads(Path("build/溪山/溪山.report.json").read_bytes())
    assert report["input"]["pages"] == 2
    assert report["counts"]["characters"] > 100
    assert {"page": 1, "line": 8, "reason": "radical", "removed": "⼀", "added": "一"} in report["ledger"]
    for name, output in report["outputs"].items():
        assert output["sha256"] == sha256((Path("build/溪山") / name).read_bytes()).hexdigest()


def test_build_says_what_it_assumed(layer: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build(layer)
    said = capsys.readouterr().err
    assert "the title is “溪山”, after the file: --title" in said
    assert "the language, as its characters tell, is zh-Hans: --language" in said


def test_given_metadata_are_not_assumed(layer: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        build(layer, "--title", "溪山月报", "--language", "zh-CN", "--date", "2031-04", "--issue", "4") == 0
    )
    captured = capsys.readouterr()
    assert "assumed" not in captured.err
    assert "build/溪山月报-4/溪山月报-4.issue.json" in captured.out


def test_options_override_a_segmented_issue(issue: Path) -> None:
    assert build(issue, "--title", "溪山季报") == 0
    made = json.loads(Path("build/xishan/xishan.issue.json").read_bytes())
    assert made["metadata"]["title"] == "溪山季报"


def test_encoding_is_said_and_may_be_given(layer: Path, capsys: pytest.CaptureFixture[str]) -> None:
    layer.write_bytes(TEXT.encode("gb18030"))
    assert build(layer) == 0
    assert "the text was read as gb18030" in capsys.readouterr().err
    assert build(layer, "--encoding", "gbk", "-o", "b") == 0


def test_quiet_says_nothing_and_verbose_everything(layer: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build(layer, "-q")
    assert capsys.readouterr().err == ""
    build(layer, "-v")
    assert capsys.readouterr().err.startswith("bookmaker: ")


def test_strict_makes_doubts_count(layer: Path) -> None:
    assert build(layer, "--strict") == 1
    assert Path("build/溪山/溪山.report.json").is_file()


def test_named_image_that_is_missing_is_a_doubt_and_gets_a_placeholder(
    issue: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = json.loads(issue.read_bytes())
    changed["articles"][0]["blocks"][1]["image"] = "mill.jpg"
    issue.write_text(json.dumps(changed), encoding="utf-8")
    assert build(issue, "--strict", "-v") == 1
    assert (
        "doubt: image-missing: a placeholder stands for mill.jpg “磨坊外景” (article a01)"
        in capsys.readouterr().err
    )
    report = json.loads(Path("build/xishan/xishan.report.json").read_bytes())
    assert report["missing_images"] == [{"article": "a01", "wanted": "mill.jpg", "caption": "磨坊外景"}]


def test_source_date_epoch_is_honoured(issue: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1900000000")
    assert build(issue) == 0
    with zipfile.ZipFile("build/xishan/xishan.zh-Hans.horizontal.epub") as epub:
        package = next(name for name in epub.namelist() if name.endswith(".opf"))
        assert b"2030-03-17T17:46:40Z" in epub.read(package)


# --- book.toml -------------------------------------------------------------------------------------


def test_book_toml_or_its_folder_names_the_book(layer: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("book.toml").write_text('[issue]\ntitle = "溪山月报"\n[book]\nslug = "xishan"\n', encoding="utf-8")
    for given in ("book.toml", ".", layer):
        assert build(given) == 0
        assert "build/xishan/xishan.issue.json" in capsys.readouterr().out


def test_book_toml_beside_is_left_alone_if_it_names_another_text(layer: Path) -> None:
    Path("other.txt").write_text(TEXT, encoding="utf-8")
    Path("book.toml").write_text('[book]\ntext = "other.txt"\nslug = "other"\n', encoding="utf-8")
    assert build(layer) == 0
    assert build("book.toml") == 0
    assert sorted(path.name for path in Path("build").iterdir()) == ["other", "溪山"]


@pytest.mark.parametrize(
    ("toml", "code", "message"),
    [
        ("[issue]\ntitel = 'x'", 2, r"book.toml: unknown key 'titel' in [issue]: did you mean 'title'?"),
        ("[issue]\nissn = '9999-9990'", 2, "book.toml: issue.issn: '9999-9990' is no ISSN"),
        ("[issue", 3, "book.toml: not TOML"),
        ("[book]\ntext = 'none.txt'", 3, "book.toml: book.text: there is no file none.txt"),
        ("[book]\nimages = 'none'", 3, "the images folder none cannot be read: No such file"),
        ("[book]\ncover = 'none.png'", 3, "none.png: cannot be read: No such file"),
        ("[book]\neditions = ['zh-Hans']", 2, "book.editions: 'zh-Hans' is no edition: write it as"),
        ("[book]\neditions = ['en.horizontal']", 2, "no edition en.horizontal can be made: languages are"),
        ("[edit]\nidiom = true", 2, "unknown key 'idiom' in [edit]: did you mean 'idioms'?"),
        ("[edit.glossary]\n'水' = { en = 'w' }", 2, "edit.glossary.水: 'en' is no language of an edition"),
        ("[edit.glossary]\n'' = 'w'", 2, "edit.glossary: '' is no word"),
        ("[edit]\nprotect = ['']", 2, "edit.protect: an empty word protects nothing"),
    ],
)
def test_fault_in_book_toml_is_one_line(
    layer: Path, capsys: pytest.CaptureFixture[str], toml: str, code: int, message: str
) -> None:
    Path("book.toml").write_text(toml, encoding="utf-8")
    refused(["build", "book.toml"], code, message, capsys)


def test_several_texts_beside_book_toml_must_be_told_apart(
    layer: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("other.txt").write_text(TEXT, encoding="utf-8")
    Path("book.toml").write_text("", encoding="utf-8")
    refused(
        ["build", "book.toml"],
        2,
        'book.toml: there are 2 texts beside it: name one, as text = "FILE.txt"',
        capsys,
    )


# --- bad input -------------------------------------------------------------------------------------


def refused(arguments: list[str], code: int, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Run and expect ``code``, one line of error with ``message``, no output and no file left behind."""
    before = files(Path.cwd())
    assert main(arguments) == code
    captured = capsys.readouterr()
    lines = captured.err.splitlines()
    assert lines[-1].startswith("bookmaker: error: ")
    assert message in lines[-1]
    assert "Traceback" not in captured.err
    assert captured.out == ""
    assert files(Path.cwd()) == before


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("leer.txt", b"", "leer.txt: the file is empty"),
        (
            "scan.txt",
            b"%PDF-1.4\n",
            "scan.txt: this is not a text layer but a PDF: extract its text layer first",
        ),
        ("bild.txt", b"\x89PNG\r\n\x1a\n\x00\x00", "bild.txt: this is not a text layer but a PNG image"),
        ("roh.txt", b"\x00\x01\x02\x07" * 90, "roh.txt: "),
        (
            "kaputt.txt",
            "青石河边的老磨坊".encode() * 20 + b"\xff",
            "kaputt.txt: not UTF-8, though most of it is",
        ),
        ("leer.issue.json", b"", "leer.issue.json: the file is empty"),
        ("kein.issue.json", b"{", "kein.issue.json: not JSON"),
        ("kein.issue.yaml", b"a: [", "kein.issue.yaml: not YAML"),
    ],
)
def test_bad_file_is_one_line(
    here: Path, capsys: pytest.CaptureFixture[str], name: str, data: bytes, message: str
) -> None:
    (here / name).write_bytes(data)
    refused(["build", name], 3, message, capsys)


def test_undecodable_bytes_under_a_given_encoding(layer: Path, capsys: pytest.CaptureFixture[str]) -> None:
    layer.write_bytes(TEXT.encode("gb18030"))
    refused(["build", str(layer), "--encoding", "utf-8"], 3, "溪山.txt: not utf-8: the bytes", capsys)


def test_missing_input(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    refused(["build", "nirgends.txt"], 3, "nirgends.txt: no such file", capsys)


def test_text_without_an_article_becomes_one_with_a_doubt(here: Path) -> None:
    (here / "flach.txt").write_text("天气很好，大家都出门去了。\n谁也没有带伞。\n", encoding="utf-8")
    assert build("flach.txt", "--strict") == 1
    report = json.loads(Path("build/flach/flach.report.json").read_bytes())
    assert report["counts"]["articles"] == 1
    assert "no-article" in {diagnostic["code"] for diagnostic in report["diagnostics"]}


def test_wrong_type_in_a_segmented_issue_names_its_path(
    issue: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = json.loads(issue.read_bytes())
    changed["articles"][0]["blocks"][1]["caption"] = 7
    issue.write_text(json.dumps(changed), encoding="utf-8")
    refused(["build", str(issue)], 3, "xishan.issue.json: articles[0].blocks[1].caption: expected", capsys)


def test_broken_rule_in_a_segmented_issue_names_its_path(
    issue: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    issue.write_text(json.dumps({**ISSUE, "articles": []}), encoding="utf-8")
    refused(["build", str(issue)], 3, "xishan.issue.json: articles: is empty", capsys)


def test_picture_that_is_none_is_named(issue: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("images").mkdir()
    Path("images/a01-f1.jpg").write_text("no picture")
    refused(["build", str(issue)], 3, "a01-f1.jpg: this is no JPEG", capsys)


def test_file_in_the_place_of_the_output_folder(layer: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("out").write_text("in the way")
    refused(["build", "--format", "epub", str(layer), "-o", "out", "-q"], 4, "cannot be written: ", capsys)
    assert Path("out").read_text() == "in the way"


def test_folder_in_the_place_of_an_output(issue: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("build/xishan/xishan.report.json").mkdir(parents=True)
    refused(["build", "--format", "epub", str(issue)], 4, "a folder of that name is in the way", capsys)


def test_folder_that_takes_no_files(layer: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if not Path("/proc/self").is_dir():
        pytest.skip("no /proc here: no folder that refuses files even to root")
    refused(
        ["build", "--format", "epub", str(layer), "-o", "/proc/self/fd", "-q"], 4, "cannot be written", capsys
    )


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("../../etc/passwd", "etc-passwd"),
        ("溪山/月报: 四月？", "溪山-月报-四月？"),
        ("...", "issue"),
        ("CON", "issue-CON"),
        ("山" * 200, "山" * 40),
        ("a\tb\nc", "a-b-c"),
    ],
)
def test_title_that_is_no_file_name_becomes_a_safe_slug(layer: Path, title: str, slug: str) -> None:
    assert build(layer, "--title", title) == 0
    assert [path.name for path in Path("build").iterdir()] == [slug]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--lang", "en"], "no edition en.horizontal can be made"),
        (["--issn", "1234-5678"], "--issn: '1234-5678' is no ISSN"),
        (["--date", "gestern"], "--date: 'gestern' is no date"),
        (["--year", "MM"], "--year: 'MM' is no year"),
        (["--title", " "], "--title: is empty"),
    ],
)
def test_option_that_asks_for_what_does_not_exist(
    layer: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    refused(["build", str(layer), *arguments], 2, message, capsys)


def test_source_date_epoch_that_is_no_number(
    layer: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "gestern")
    refused(["build", str(layer)], 2, "SOURCE_DATE_EPOCH: 'gestern' is no count of seconds", capsys)


def test_two_inputs_that_would_write_the_same_files(layer: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("b").mkdir()
    Path("b/溪山.txt").write_text(TEXT, encoding="utf-8")
    refused(["build", str(layer), "b/溪山.txt"], 2, "would both be written to build/溪山", capsys)


@pytest.mark.parametrize(
    "arguments", [[], ["bild"], ["build"], ["build", "x", "--format", "mobi"], ["build", "-q", "-v", "x"]]
)
def test_misused_command_line_exits_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "error: " in capsys.readouterr().err


def test_failure_of_a_late_stage_leaves_nothing(
    layer: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("half way")

    monkeypatch.setattr(pipeline, "Stages", partial(pipeline.Stages, write_pdf=fail))
    refused(
        ["build", str(layer)],
        4,
        "unexpected ZeroDivisionError: half way (a fault of bookmaker; run it again",
        capsys,
    )


def test_interrupt_is_quiet_and_leaves_nothing(
    layer: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pipeline, "Stages", partial(pipeline.Stages, write_pdf=interrupt))
    assert main(["build", str(layer)]) == cli.INTERRUPTED
    assert capsys.readouterr() == ("", "")
    assert files(Path.cwd()) == ["溪山.txt"]


def test_verbose_shows_the_traceback_of_a_fault(
    layer: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("half way")

    monkeypatch.setattr(pipeline, "build", fail)
    assert main(["build", str(layer), "-v"]) == 4
    assert "Traceback" in capsys.readouterr().err


# --- an editor's corrections -----------------------------------------------------------------------

SEGMENTED = Path("build/溪山/溪山.issue.json")


def correct() -> bytes:
    changed = json.loads(SEGMENTED.read_bytes())
    changed["metadata"]["title"] = "改过的题目"
    SEGMENTED.write_text(json.dumps(changed, ensure_ascii=False), encoding="utf-8")
    return SEGMENTED.read_bytes()


def test_building_again_replaces_an_uncorrected_issue_file(layer: Path) -> None:
    assert build(layer) == 0
    layer.write_text(TEXT.replace("七座", "八座"), encoding="utf-8")
    assert build(layer) == 0
    assert "八座" in SEGMENTED.read_text(encoding="utf-8")


@pytest.mark.parametrize("command", ["build", "segment"])
def test_corrected_issue_file_is_not_overwritten(
    layer: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    build(layer)
    corrected = correct()
    capsys.readouterr()
    message = f"{SEGMENTED}: exists and was corrected by hand: build from it (bookmaker build {SEGMENTED})"
    refused([command, str(layer)], 2, message, capsys)
    assert SEGMENTED.read_bytes() == corrected


def test_building_from_the_corrected_file_keeps_it_and_its_protection(
    layer: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build(layer)
    corrected = correct()
    assert build(SEGMENTED) == 0
    assert SEGMENTED.read_bytes() == corrected
    capsys.readouterr()
    refused(["build", str(layer)], 2, "was corrected by hand", capsys)


def test_issue_file_elsewhere_is_corrected_and_built_again_and_again(
    layer: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edited = Path("edited.issue.yaml")
    assert main(["segment", str(layer), "-o", str(edited), "-q"]) == 0
    written = Path("build/edited/edited.issue.json")
    for words in ("七座", "八座", "九座"):
        edited.write_text(re.sub("[七八]座", words, edited.read_text(encoding="utf-8")), encoding="utf-8")
        assert build(edited) == 0
        assert words in written.read_text(encoding="utf-8")
    written.write_text(written.read_text(encoding="utf-8").replace("九座", "十座"), encoding="utf-8")
    capsys.readouterr()
    refused(["build", str(edited)], 2, "was corrected by hand", capsys)


def test_corrected_file_is_built_with_the_settings_of_its_book(
    layer: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("book.toml").write_text('[book]\nslug = "溪山"\n[issue]\npublisher = "溪山社"\n', encoding="utf-8")
    build(layer)
    correct()
    capsys.readouterr()
    refused(["build", str(layer)], 2, f"(bookmaker build {SEGMENTED} --book book.toml)", capsys)
    assert build(SEGMENTED, "--book", "book.toml") == 0
    report = json.loads(Path("build/溪山/溪山.report.json").read_bytes())
    assert (report["metadata"]["title"], report["metadata"]["publisher"]) == ("改过的题目", "溪山社")
    capsys.readouterr()
    refused(["build", "book.toml", "--book", "book.toml"], 2, "--book names another book.toml", capsys)


def test_overwrite_replaces_corrections(layer: Path) -> None:
    build(layer)
    correct()
    assert build(layer, "--overwrite") == 0
    assert "改过的题目" not in SEGMENTED.read_text(encoding="utf-8")


# --- segment, check, schema ------------------------------------------------------------------------


def test_segment_writes_an_issue_file_that_builds(layer: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["segment", str(layer), "-o", "corrected.issue.yaml"]) == 0
    assert capsys.readouterr().out.splitlines() == ["corrected.issue.yaml", "corrected.report.json"]
    assert build("corrected.issue.yaml") == 0
    assert main(["check", "corrected.issue.yaml"]) == 0


def test_segment_refuses_a_segmented_issue(issue: Path, capsys: pytest.CaptureFixture[str]) -> None:
    refused(["segment", str(issue)], 2, "xishan.issue.json: is segmented already", capsys)


def test_check_lists_every_fault(issue: Path, capsys: pytest.CaptureFixture[str]) -> None:
    changed = json.loads(issue.read_bytes())
    changed["metadata"]["date"] = "x"
    changed["articles"][0]["id"] = "文"
    Path("bad.issue.json").write_text(json.dumps(changed), encoding="utf-8")
    assert main(["check", str(issue), "bad.issue.json"]) == 3
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "xishan.issue.json: no faults"
    assert lines[1].startswith("bad.issue.json: metadata.date: 'x' is no date")
    assert lines[2].startswith("bad.issue.json: articles[0].id: ")


def test_check_of_another_kind_of_file(layer: Path, capsys: pytest.CaptureFixture[str]) -> None:
    refused(
        ["check", str(layer)], 2, "溪山.txt: neither a segmented issue (.json, .yaml) nor an EPUB", capsys
    )


def test_schema_is_printed_as_published(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert capsys.readouterr().out == (ROOT / "schema" / "issue-1.schema.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", [[], ["build"], ["segment"], ["check"], ["schema"]])
def test_help_fits_a_terminal(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([*command, "--help"])
    assert stopped.value.code == 0
    text = capsys.readouterr().out
    assert text.startswith("usage: bookmaker")
    assert max(map(len, text.splitlines())) <= 115


def test_help_names_every_key_of_book_toml(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["build", "--help"])
    text = capsys.readouterr().out
    for table in (BookSettings, IssueSettings, PdfSettings, SegmentSettings):
        for field in msgspec.structs.fields(table):
            assert field.encode_name in text


def test_help_names_every_exit_code() -> None:
    for code in Exit:
        assert f"\n  {code.value}  " in cli.parser().epilog


def test_progress_is_drawn_only_where_it_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    for shown in (False, True):
        bar = Bar(shown=shown)
        bar("read", 0, 1)
        bar("layout", 7, 0)
        bar.close()
        err = capsys.readouterr().err
        assert ("read  00:00" in err) == ("layout  " in err) == shown
        assert "\n" not in err


# --- as a process ----------------------------------------------------------------------------------


def process(*arguments: str, cwd: Path, encoding_of_output: str = "utf-8") -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding_of_output}
    return subprocess.Popen(
        [sys.executable, "-m", "bookmaker", *arguments],
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_module_runs_as_a_program(layer: Path, here: Path) -> None:
    run = process("build", "--format", "epub", str(layer), cwd=here)
    out, err = run.communicate(timeout=60)
    assert run.returncode == 0, err.decode()
    assert len(out.decode().splitlines()) == 3
    assert b"\r" not in err, "a progress bar was drawn though stderr is no terminal"


def test_file_name_that_is_no_text_is_built_all_the_same(here: Path) -> None:
    name = b"\xff\xfe.txt".decode("utf-8", "surrogateescape")
    try:
        (here / name).write_text(TEXT, encoding="utf-8")
    except OSError:
        pytest.skip("this file system takes no file name that is not UTF-8")
    run = process("build", "--format", "epub", name, "-o", "out-\udcff", cwd=here)
    out, err = run.communicate(timeout=60)
    assert run.returncode == 0, err.decode()
    assert out.splitlines()[0] == b"out-\xff/issue/issue.issue.json"


def test_path_that_stdout_cannot_say_is_escaped(
    layer: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = process("build", "--format", "epub", str(layer), cwd=here, encoding_of_output="latin-1")
    out, err = run.communicate(timeout=60)
    assert run.returncode == 0, err.decode("latin-1")
    assert out.splitlines()[0] == rb"build/\u6eaa\u5c71/\u6eaa\u5c71.issue.json"


def test_closed_pipe_is_quiet(here: Path) -> None:
    run = process("schema", cwd=here)
    assert run.stdout is not None
    run.stdout.close()
    assert run.stderr is not None
    err = run.stderr.read()
    assert run.wait(timeout=60) == cli.BROKEN_PIPE
    assert err == b""
    run.stderr.close()
