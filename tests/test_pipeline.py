"""What the pipeline promises whatever the stages do: order, proofs, whole files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from bookmaker.book import XHTML, Book, Chapter
from bookmaker.conservation import prove_chapters
from bookmaker.diagnostics import Code, Diagnostic, InputError, OutputError
from bookmaker.editions import choose_editions
from bookmaker.files import ImageFolder, safe_slug, write_all
from bookmaker.inputs import Input, find_input, strip_suffix
from bookmaker.issue_file import load_issue
from bookmaker.layer import Change, Reason
from bookmaker.model import (
    Article,
    Edition,
    Figure,
    Head,
    Issue,
    Metadata,
    Paragraph,
    Ruby,
    Source,
    Title,
    Verse,
)
from bookmaker.pipeline import Stages, Wishes, build
from bookmaker.segment import Segmented
from bookmaker.settings import Settings
from bookmaker.settings.book_toml import parse_settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bookmaker.layer import Layer
    from bookmaker.pipeline import PdfOrder, Progress

ISSUE = Issue(
    version=1,
    metadata=Metadata(title="溪山月报", date="2031-04"),
    articles=(
        Article(
            id="a01",
            front=(Title(text="磨坊 重开"),),
            blocks=(
                Paragraph(text=("石头", Ruby(text="磨", reading="mò"), "豆。"), source=Source(page=7)),
                Verse(lines=("水流石不转", "人去磨还圆")),
                Figure(caption="外景", image="mill.jpg"),
            ),
        ),
    ),
)


def chapter(body: str, href: str = "a01.xhtml") -> Chapter:
    root = etree.fromstring(f'<html xmlns="{XHTML}"><head/><body>{body}</body></html>')
    return Chapter(id=href[:-6], href=href, title="", role="article", root=root)


def book(*chapters: Chapter, issue: Issue = ISSUE) -> Book:
    edition = Edition(issue=issue, language="zh-Hans")
    return Book(edition=edition, identifier="urn:uuid:0", modified=0, chapters=chapters, outline=())


WHOLE = (
    "<h1>磨坊重<wbr/>开</h1><p>石头<ruby>磨<rp>(</rp><rt>mò</rt><rp>)</rp></ruby>豆。</p>"
    "<p>水流\u200b石不转<br/>人去磨\u2060还圆</p><figure><figcaption>外景</figcaption></figure>"
)


# --- issue to chapters -----------------------------------------------------------------------------


def test_chapters_that_hold_the_whole_issue_pass() -> None:
    prove_chapters(book(chapter(WHOLE)))


def test_blocks_may_stand_in_another_order() -> None:
    prove_chapters(
        book(chapter("<figure><figcaption>外景</figcaption></figure>" + WHOLE.replace("外景", "")))
    )


@pytest.mark.parametrize(
    ("lost", "message"),
    [
        ("豆。", "lost a paragraph of article a01, page 7 of the text layer: “石头磨豆。”"),
        ("人去", "lost a verse of article a01: “人去磨还圆”"),
        ("外景", "lost a figure of article a01: “外景”"),
        ("磨坊", "lost a title of article a01: “磨坊重开”"),
    ],
)
def test_lost_text_is_an_error_that_names_its_place(lost: str, message: str) -> None:
    with pytest.raises(OutputError, match=message):
        prove_chapters(book(chapter(WHOLE.replace(lost, "", 1))))


def test_lost_chapter_is_an_error() -> None:
    with pytest.raises(OutputError, match="0 chapters of 1 articles"):
        prove_chapters(book())


# --- the pipeline with stages put in by hand -------------------------------------------------------


def segmented(layer: Layer, metadata: Metadata, hints: Mapping[str, object]) -> Segmented:
    del layer, hints
    issue = Issue(version=1, metadata=metadata, articles=ISSUE.articles)
    doubt = Diagnostic(code=Code.BREAK, message="um ein Haar", page=1, line=2, doubt=True)
    return Segmented(issue, (Change(page=1, line=1, reason=Reason.FOLIO, removed="7"),), (doubt,))


def stages(**others: object) -> Stages:
    def render(edition: Edition, *_: object) -> Book:
        return book(chapter(WHOLE), issue=edition.issue)

    def write_pdf(
        _book: Book, _order: PdfOrder, _progress: Progress
    ) -> tuple[dict[str, bytes], tuple[Diagnostic, ...]]:
        return {".pdf": b"%PDF"}, (Diagnostic(code=Code.RENDERER, message="eng gesetzt"),)

    made: dict[str, object] = {
        "segment": segmented,
        "render": render,
        "write_epub": lambda _: b"PK",
        "write_pdf": write_pdf,
        **others,
    }
    return Stages(**made)  # type: ignore[arg-type]


@pytest.fixture
def layer(tmp_path: Path) -> Input:
    path = tmp_path / "in" / "heft.txt"
    path.parent.mkdir()
    path.write_text("磨坊重开\n石头磨豆。\n", encoding="utf-8")
    return find_input(path)


def test_diagnostics_of_every_stage_arrive_in_order(layer: Input, tmp_path: Path) -> None:
    result = build(layer, tmp_path / "out", Wishes(), stages=stages())
    assert [diagnostic.code for diagnostic in result.diagnostics] == [
        Code.ASSUMED,
        Code.ASSUMED,
        Code.ASSUMED,
        Code.BREAK,
        Code.RENDERER,
        Code.IMAGE_MISSING,
    ]
    assert result.doubts == 3


def test_progress_is_told_stage_by_stage(layer: Input, tmp_path: Path) -> None:
    told: list[str] = []
    build(
        layer,
        tmp_path / "out",
        Wishes(),
        stages=stages(),
        progress=lambda stage, _done, _total: told.append(stage),
    )
    assert list(dict.fromkeys(told)) == ["read", "segment", "edit", "render", "write EPUB"]


def test_only_the_formats_asked_for_are_written(layer: Input, tmp_path: Path) -> None:
    def never(*_: object) -> bytes:
        raise AssertionError("asked for nothing")

    result = build(layer, tmp_path / "out", Wishes(formats=("pdf",)), stages=stages(write_epub=never))
    assert [path.suffix for path in result.paths] == [".json", ".pdf", ".json"]


def test_settings_of_the_page_and_hints_reach_their_stages(layer: Input, tmp_path: Path) -> None:
    settings = parse_settings(
        "[pdf]\npage-size = 'A5'\n[segment]\ndepartments = ['水事']\n", file="book.toml"
    )
    seen: list[object] = []

    def write_pdf(
        _book: Book, order: PdfOrder, _progress: Progress
    ) -> tuple[dict[str, bytes], tuple[Diagnostic, ...]]:
        seen.append(order.settings.size)
        return {".pdf": b"%PDF"}, ()

    def segment(layer: Layer, metadata: Metadata, hints: Mapping[str, object]) -> Segmented:
        seen.append(dict(hints))
        return segmented(layer, metadata, hints)

    build(
        Input(layer.path, settings),
        tmp_path / "out",
        Wishes(),
        stages=stages(write_pdf=write_pdf, segment=segment),
    )
    assert seen == [{"departments": ["水事"]}, (148.0, 210.0)]


def test_rendering_that_loses_text_writes_nothing(layer: Input, tmp_path: Path) -> None:
    def render(edition: Edition, *_: object) -> Book:
        return book(chapter("<p>石头</p>"), issue=edition.issue)

    with pytest.raises(OutputError, match="rendering lost a title of article a01"):
        build(layer, tmp_path / "out", Wishes(), stages=stages(render=render))
    assert not (tmp_path / "out").exists()


def test_segmentation_that_breaks_a_rule_writes_nothing(layer: Input, tmp_path: Path) -> None:
    def segment(layer: Layer, metadata: Metadata, hints: Mapping[str, object]) -> Segmented:
        del layer, hints
        blocks = (Head(level=4, text="水"),)
        return Segmented(
            Issue(version=1, metadata=metadata, articles=(Article(id="a", blocks=blocks),)), (), ()
        )

    with pytest.raises(
        OutputError, match=r"broke a rule of the issue file \(articles\[0\]\.blocks\[0\]\.level: 4"
    ):
        build(layer, tmp_path / "out", Wishes(), stages=stages(segment=segment))
    assert not (tmp_path / "out").exists()


def test_text_of_nothing_but_furniture_is_refused(layer: Input, tmp_path: Path) -> None:
    def segment(layer: Layer, metadata: Metadata, hints: Mapping[str, object]) -> Segmented:
        del layer, hints
        return Segmented(Issue(version=1, metadata=metadata, articles=()), (), ())

    with pytest.raises(InputError, match=r"heft\.txt: holds nothing but page furniture"):
        build(layer, tmp_path / "out", Wishes(), stages=stages(segment=segment))


def test_issue_file_written_is_the_one_that_was_set(layer: Input, tmp_path: Path) -> None:
    result = build(layer, tmp_path / "out", Wishes(), stages=stages())
    assert load_issue(result.paths[0]).articles == ISSUE.articles


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ("title = '磨坊观察'\nissue = '春季号'", ("磨坊观察-春季号.zh-Hans", "磨坊觀察-春季號.zh-Hant-TW")),
        ("title = '磨坊观察'\n[book]\nslug = '磨坊观察'", ("磨坊观察.zh-Hans", "磨坊观察.zh-Hant-TW")),
        ("year = 2031", ("heft.zh-Hans", "heft.zh-Hant-TW")),
    ],
)
def test_file_names_that_come_of_the_title_are_in_the_language_of_the_edition(
    layer: Input, tmp_path: Path, given: str, names: tuple[str, ...]
) -> None:
    settings = parse_settings(f"[issue]\nlanguage = 'zh-Hans'\n{given}\n", file="book.toml")
    wishes = Wishes(languages=("zh-Hans", "zh-Hant-TW"), formats=("epub",))
    made = build(Input(layer.path, settings), tmp_path, wishes, stages=stages(render=Stages().render))
    assert tuple(p.name.removesuffix(".horizontal.epub") for p in made.paths if p.suffix == ".epub") == names
    assert len({path.parent for path in made.paths}) == 1


def test_edition_asked_for_twice_is_made_once() -> None:
    made = choose_editions(ISSUE, languages=["zh-Hans", "zh-CN"], modes=["horizontal", "horizontal"])
    assert [(edition.language, edition.mode) for edition in made] == [("zh-Hans", "horizontal")]


# --- inputs ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("heft.txt", "heft"),
        ("heft.issue.json", "heft"),
        ("heft.4.issue.yaml", "heft.4"),
        ("heft", "heft"),
        (".issue.json", ".issue.json"),
    ],
)
def test_stem_is_the_name_without_suffixes(name: str, stem: str) -> None:
    assert strip_suffix(name) == stem


def test_images_and_cover_are_looked_for_beside_book_toml(tmp_path: Path) -> None:
    (tmp_path / "heft.txt").write_text("x")
    (tmp_path / "images").mkdir()
    assert find_input(tmp_path / "heft.txt").images == tmp_path / "images"
    (tmp_path / "book.toml").write_text("[book]\nimages = 'bilder'\ncover = 'c.png'\n")
    found = find_input(tmp_path)
    assert (found.images, found.cover) == (tmp_path / "bilder", tmp_path / "c.png")
    assert find_input(tmp_path, images=Path("elsewhere")).images == Path("elsewhere")


def test_folder_without_book_toml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a folder without book\.toml"):
        find_input(tmp_path)


def test_settings_without_file_are_the_defaults(layer: Input) -> None:
    assert layer.settings == Settings()


# --- files -----------------------------------------------------------------------------------------


def test_all_files_are_written_or_none(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(OutputError, match="b: cannot be written: a folder of that name"):
        write_all({tmp_path / "a": b"new", tmp_path / "new" / "deep" / "c": b"", tmp_path / "b": b"new"})
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a", "b"]
    assert (tmp_path / "a").read_bytes() == b"old"


def test_interrupted_writing_leaves_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_all({tmp_path / "new" / "a": b"x"})
    assert list(tmp_path.iterdir()) == []


def test_written_file_has_the_usual_rights(tmp_path: Path) -> None:
    write_all({tmp_path / "a": b"x"})
    (tmp_path / "b").write_bytes(b"x")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


@pytest.mark.parametrize(
    "text", ["a/b", "..", "con", "", "x" * 400, "溪" * 99, "a\x00", " .a. ", "\ud800", "nul.txt"]
)
def test_slug_is_a_name_any_file_system_takes(tmp_path: Path, text: str) -> None:
    slug = safe_slug(text)
    path = tmp_path / slug / f"{slug}.zh-Hant-HK.horizontal.epub"
    write_all({path: b"x"})
    assert path.parent.parent == tmp_path
    assert safe_slug(slug) == slug


def test_images_are_read_only_when_asked_for(tmp_path: Path) -> None:
    (tmp_path / "b.JPG").write_bytes(b"b")
    (tmp_path / "a.png").write_bytes(b"a")
    (tmp_path / "notes.txt").write_bytes(b"")
    folder = ImageFolder(tmp_path)
    assert list(folder) == ["a.png", "b.JPG"]
    (tmp_path / "a.png").write_bytes(b"later")
    assert folder["a.png"] == b"later"
    assert len(ImageFolder(None)) == 0
