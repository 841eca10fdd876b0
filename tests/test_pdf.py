"""The PDF writer: text, fonts, lines, pages, outline and metadata of the pages it makes."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import unicodedata
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pikepdf
import pypdf
import pypdfium2
import pytest
from books import magazine, page_text, without_annotations
from msgspec.structs import replace
from needs import tool

from bookmaker import resources
from bookmaker.book import XHTML, Book, Entry
from bookmaker.diagnostics import Code, OutputError
from bookmaker.model import Paragraph, Source
from bookmaker.write import composition, engine, order
from bookmaker.write.document import Page
from bookmaker.write.formats import PAGE_SIZE, format_of
from bookmaker.write.pdf import Pdf, write_pdf
from bookmaker.write.sheets import style_sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bookmaker.model import Mode

PAGE = Page.of(PAGE_SIZE, format_of(PAGE_SIZE).horizontal)


@cache
def book() -> Book:
    return magazine(paragraphs=22)


@cache
def written() -> Pdf:
    return write_pdf(book())


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pdf") / "book.pdf"
    path.write_bytes(written().data)
    return path


def squeeze(text: str) -> str:
    return "".join(text.split())


def expected_text() -> str:
    return page_text(book())


def without_leaders(text: str) -> str:
    """Drop the dots and page numbers that pages add to the contents."""
    return re.sub("·{3,}[0-9]+", "", text)


Line = list[tuple[float, float, float, str]]


def lines(page: pypdfium2.PdfPage) -> Iterator[tuple[float, Line]]:
    """Yield (middle, characters as (left, right, height, character)) of the lines of the text area."""
    text = page.get_textpage()
    found: dict[float, Line] = defaultdict(list)
    for i in range(text.count_chars()):
        left, bottom, right, top = text.get_charbox(i, loose=True)
        character = text.get_text_range(i, 1)
        if character.strip() and PAGE.bottom < (bottom + top) / 2 < PAGE.height - PAGE.top:
            found[round((bottom + top) / 2, 1)].append((left, right, top - bottom, character))
    for y in sorted(found, reverse=True):
        yield y, sorted(found[y])


@cache
def pages() -> tuple[tuple[tuple[float, Line], ...], ...]:
    document = pypdfium2.PdfDocument(written().data)
    try:
        return tuple(tuple(lines(page)) for page in document)
    finally:
        document.close()


# --- text --------------------------------------------------------------------------------------------


def test_pypdf_reads_the_chapters_text_in_order() -> None:
    parts: list[str] = []

    def visit(text: str, cm: list[float], tm: list[float], *_: object) -> None:
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        if PAGE.bottom < y < PAGE.height - PAGE.top:
            parts.append(text)

    for page in pypdf.PdfReader(io.BytesIO(written().data)).pages:
        page.extract_text(visitor_text=visit)
    assert without_leaders(without_annotations("".join(parts))) == expected_text()


def test_pdftotext_reads_the_chapters_text_in_order(file: Path) -> None:
    area = ["-x", "0", "-y", f"{PAGE.top:.0f}", "-W", f"{PAGE.width:.0f}"]
    height = f"{PAGE.height - PAGE.top - PAGE.bottom:.0f}"
    made = subprocess.run(
        [tool("pdftotext"), *area, "-H", height, file, "-"], capture_output=True, check=True, text=True
    )
    assert without_leaders(without_annotations(made.stdout)) == expected_text()


def test_extracted_text_has_no_radicals_and_no_invisible_characters(file: Path) -> None:
    made = subprocess.run([tool("pdftotext"), file, "-"], capture_output=True, check=True, text=True)
    strange = {
        character
        for character in made.stdout
        if 0x2E80 <= ord(character) <= 0x2FDF or unicodedata.category(character) in {"Cf", "Co", "Cn"}
    }
    assert strange == set()


def test_no_space_is_read_between_ideographs_that_stand_together(file: Path) -> None:
    made = subprocess.run([tool("pdftotext"), file, "-"], capture_output=True, check=True, text=True)
    articles = made.stdout.split("\f", 3)[-1]
    apart = {words.replace(" ", "") for words in re.findall("[一-鿿] [一-鿿]+", articles)}
    together = "".join("".join(map(str, chapter.root.itertext())) for chapter in book().chapters)
    assert {words for words in apart if words in together} == set()


# --- fonts -------------------------------------------------------------------------------------------


def test_every_font_is_a_subset_of_a_shipped_face_as_cid_truetype_with_a_unicode_map() -> None:
    fonts = {}
    with pikepdf.open(io.BytesIO(written().data)) as document:
        for page in document.pages:
            for name, font in page.resources.Font.items():
                fonts[name] = font
        assert len(fonts) == 3
        for font in fonts.values():
            descendant = font.DescendantFonts[0]
            assert (font.Subtype, descendant.Subtype) == ("/Type0", "/CIDFontType2")
            assert re.match(r"/[A-Z]{6}\+Bookmaker", str(font.BaseFont))
            assert "/FontFile2" in descendant.FontDescriptor
            assert "/ToUnicode" in font


def test_pdffonts_agrees(file: Path) -> None:
    made = subprocess.run([tool("pdffonts"), file], capture_output=True, check=True, text=True)
    rows = made.stdout.splitlines()[2:]
    assert len(rows) == 3
    for row in rows:
        assert re.search(r"CID TrueType +Identity-H +yes yes yes", row), row


def test_a_character_without_any_glyph_is_named_with_its_article_and_line() -> None:
    character = "\U000f1234"
    source = magazine()
    chapter = next(item for item in source.chapters if item.id == "a02")
    paragraph = chapter.root.find(f".//{{{XHTML}}}p[@id='a02-l2']")
    assert paragraph is not None
    paragraph.text = f"这个字{character}没有人认识。"
    block = Paragraph(text=paragraph.text, source=Source(page=5, lines=((77, 78),)))
    issue = source.edition.issue
    articles = tuple(
        msgspec.structs.replace(article, blocks=(*article.blocks, block)) if article.id == "a02" else article
        for article in issue.articles
    )
    edition = msgspec.structs.replace(source.edition, issue=msgspec.structs.replace(issue, articles=articles))
    with pytest.raises(OutputError, match=r"U\+F1234\) in article a02, line 77"):
        write_pdf(replace(source, edition=edition))


def test_a_character_that_only_a_system_font_has_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "uncovered", lambda _, points: points & {ord("磨")})
    found = write_pdf(magazine(articles=2)).diagnostics
    assert [(item.code, item.article) for item in found] == [(Code.FALLBACK_GLYPH, "a01")]
    assert "磨" in found[0].message


# --- lines -------------------------------------------------------------------------------------------

BODY = 10.5
HALF_MARKS = "，。、；：”’）》"


def edge(line: Line) -> float:
    """Return where a line ends to the eye: a mark at its end counts half an em (GB/T 15834 5.1.10)."""
    _, right, _, character = line[-1]
    return right - (BODY / 2 if character in HALF_MARKS else 0)


def body_lines() -> Iterator[tuple[float, str]]:
    """Yield where lines of paragraphs end, from the measure's end, and their text.

    Only lines of 30 characters or more, and none that may end a paragraph; of the contents none.
    """
    for number, page in enumerate(pages()):
        # The cover is a left page, so pages of even index are right pages.
        left = PAGE.inner if number % 2 else PAGE.outer
        for _, line in page:
            text = "".join(item[3] for item in line)
            if len(line) >= 30 and "·" not in text and not text.endswith(("。", "。”", "……”")):
                yield edge(line) - left - PAGE.measure, text


def test_every_line_of_a_paragraph_but_the_last_ends_at_the_measure() -> None:
    found = list(body_lines())
    assert len(found) > 60
    assert [(off, text) for off, text in found if abs(off) > 0.25] == []


def test_no_line_begins_or_ends_with_a_mark_that_must_not_stand_there() -> None:
    for page in pages():
        for _, line in page:
            assert line[0][3] not in "，。、；：？！”’）》…"
            assert line[-1][3] not in "“‘（《"


def test_base_lines_of_the_body_stand_on_one_grid() -> None:
    offsets = {
        round((PAGE.height - y) % 18, 0)
        for page in pages()[3:]
        for y, line in page
        if len(line) >= 20 and abs(line[0][2] - pages()[3][-1][1][0][2]) < 0.1
    }
    assert len(offsets) == 1


def test_a_dash_of_two_ems_is_neither_divided_nor_opened() -> None:
    for page in pages():
        for _, line in page:
            text = "".join(item[3] for item in line)
            assert text.count("—") % 2 == 0
            if "水车——夜里" in text:
                at = text.index("——")
                assert line[at + 2][0] - line[at - 1][1] == pytest.approx(2 * BODY, abs=0.05)


def test_two_columns_are_flush_balanced_and_on_one_grid() -> None:
    page = replace(PAGE, columns=2)
    document = pypdfium2.PdfDocument(write_pdf(magazine(articles=1, paragraphs=60), columns=2).data)
    found = []
    for number, leaf in enumerate(document):
        left = PAGE.inner if number % 2 else PAGE.outer
        middle = left + PAGE.measure / 2
        if number < 4:  # cover, title, contents, and an opening over both columns
            continue
        for y, line in lines(leaf):
            for side, start in (("left", left), ("right", left + page.column.measure + page.gap)):
                part = [item for item in line if (item[0] < middle) == (side == "left")]
                if len(part) >= 14 and "·" not in "".join(item[3] for item in part):
                    found.append((number, y, edge(part) - start - page.column.measure, part))
    document.close()
    assert len(found) > 60
    ends = "。”…"
    assert [part for _, _, off, part in found if abs(off) > 0.3 and part[-1][3] not in ends] == []
    assert len({round(y % 18) for _, y, _, _ in found}) == 1
    assert page.column.measure / 10.5 == pytest.approx(17)


def test_columns_without_room_are_refused() -> None:
    with pytest.raises(OutputError, match="2 columns of 10 ems are too narrow"):
        write_pdf(magazine(articles=1), page_size=(90.0, 122.0), columns=2)


# --- beside the text -----------------------------------------------------------------------------------


@cache
def annotated() -> tuple[pypdfium2.PdfDocument, int]:
    """Return a PDF and the number of the page with readings, dots and a note."""
    document = pypdfium2.PdfDocument(write_pdf(magazine(articles=2, paragraphs=8)).data)
    number = next(
        number for number, page in enumerate(document) if "三不抄" in page.get_textpage().get_text_bounded()
    )
    return document, number


def boxes(text: str) -> list[tuple[float, float, float, float]]:
    """Return the boxes of the characters of ``text`` on that page: left, bottom, right, top."""
    document, number = annotated()
    page = document[number].get_textpage()
    index, _ = page.search(text).get_next()
    return [page.get_charbox(i, loose=True) for i in range(index, index + len(text))]


def test_every_stressed_character_has_a_dot_below_it_and_no_other_has() -> None:
    document, number = annotated()
    picture = document[number].render(scale=8).to_pil().convert("L")

    def ink(box: tuple[float, float, float, float]) -> list[int]:
        """Return the columns of a character's box, in pixels, that are black between its foot and the next line."""
        left, bottom, right, _ = (round(side * 8) for side in box)
        foot = picture.height - bottom
        return [
            x
            for x in range(left, right)
            if any(picture.getpixel((x, y)) < 100 for y in range(foot + 2, foot + 22))
        ]

    for box in boxes("三不抄"):
        columns = ink(box)
        assert 6 <= len(columns) <= 16
        middle = (box[0] + box[2]) / 2 * 8
        assert sum(columns) / len(columns) == pytest.approx(middle, abs=1.5)
    for box in boxes("也叫"):
        assert ink(box) == []


def test_a_reading_stands_above_the_middle_of_its_words_and_opens_no_line() -> None:
    words, first, last = boxes("写作栗坡")[2:], boxes("lì")[0], boxes("pō")[-1]
    assert (first[0] + last[2]) / 2 == pytest.approx((words[0][0] + words[1][2]) / 2, abs=0.5)
    assert first[1] >= words[0][3] - 3.5  # loose boxes are taller than the glyphs
    document, number = annotated()
    (line,) = {round((box[1] + box[3]) / 2, 1) for box in boxes("老规矩")}
    others = [y for y, found in lines(document[number]) if len(found) >= 20 and y != line]
    assert others
    for y in others:
        assert (y - line) / 18 == pytest.approx(round((y - line) / 18), abs=0.05)


def test_a_note_stands_at_the_foot_of_the_page_of_its_reference() -> None:
    reference, note = boxes("。①")[1], boxes("不抄冻浆")[0]
    assert note[3] < reference[1]
    assert PAGE.bottom - 2 < note[1] < PAGE.bottom + 12


def test_a_table_has_three_rules() -> None:
    document = pypdfium2.PdfDocument(write_pdf(magazine(articles=2)).data)
    page = next(page for page in document if "年份" in page.get_textpage().get_text_bounded())
    text = page.get_textpage()
    index, _ = text.search("年份").get_next()
    left, _, _, top = text.get_charbox(index, loose=True)
    picture = page.render(scale=4).to_pil().convert("L")
    x, middle = round((left + 60) * 4), picture.height - round(top * 4)
    dark = [y for y in range(middle - 40, middle + 300) if picture.getpixel((x, y)) < 200]
    rules = [y for y in dark if y - 1 not in dark]
    assert len(rules) == 3
    document.close()


# --- pages -------------------------------------------------------------------------------------------


def test_no_head_stands_last_on_a_page() -> None:
    heads = {"溪水先醒", "往后的日子", "三道手"}
    for paragraphs in (9, 11, 13, 15):
        document = pypdfium2.PdfDocument(write_pdf(magazine(articles=2, paragraphs=paragraphs)).data)
        for page in document:
            text = ["".join(item[3] for item in line) for _, line in lines(page)]
            assert not text or text[-1] not in heads
        document.close()


def test_pages_have_the_size_of_a_chinese_magazine_and_a_measure_of_whole_ems() -> None:
    assert PAGE.measure == pytest.approx(36 * 10.5)
    assert PAGE.lines == 34
    for page in pypdf.PdfReader(io.BytesIO(written().data)).pages:
        width, height = (float(side) * 25.4 / 72 for side in page.mediabox.upper_right)
        assert (width, height) == (pytest.approx(185, abs=0.05), pytest.approx(260, abs=0.05))


def test_page_size_and_margins_can_be_chosen() -> None:
    made = write_pdf(magazine(articles=2), page_size=(148, 210), margins=(18, 20, 20, 16))
    page = pypdf.PdfReader(io.BytesIO(made.data)).pages[4]
    assert float(page.mediabox.width) == pytest.approx(148 / 25.4 * 72, abs=0.1)


def test_margins_that_leave_no_room_are_refused() -> None:
    with pytest.raises(OutputError, match="margins"):
        write_pdf(magazine(articles=2), margins=(100, 90, 100, 90))


def test_page_labels_count_from_the_page_after_the_cover() -> None:
    labels = pypdf.PdfReader(io.BytesIO(written().data)).page_labels
    assert labels[:3] == ["封面", "1", "2"]


def test_every_article_opens_on_a_page_of_its_own_without_running_head() -> None:
    reader = pypdf.PdfReader(io.BytesIO(written().data))
    outline = flatten(reader, reader.outline)
    openings = {number for _, title, number in outline if title in {"水醒得比人早", "旧磨坊里点起的灯"}}
    assert len(openings) == 2
    for number, page in enumerate(reader.pages):
        heads: list[str] = []

        def visit(text: str, cm: list[float], tm: list[float], *_: object, into: list[str] = heads) -> None:
            if tm[4] * cm[1] + tm[5] * cm[3] + cm[5] > PAGE.height - PAGE.top and text.strip():
                into.append(text.strip())

        page.extract_text(visitor_text=visit)
        assert not (number in openings and heads)
        if number - 1 in openings:
            assert heads


def test_contents_give_the_page_on_which_each_article_opens() -> None:
    reader = pypdf.PdfReader(io.BytesIO(written().data))
    opened = {title: reader.page_labels[number] for _, title, number in flatten(reader, reader.outline)}
    rows = (squeeze(row) for row in reader.pages[2].extract_text().splitlines())
    found = [match.groups() for row in rows if (match := re.search("([一-鿿：]+)·{3,}([0-9]+)$", row))]
    assert len(found) == 4
    for entry, number in found:
        title = next(title for title in opened if title in entry)
        assert opened[title] == number


# --- outline and metadata ----------------------------------------------------------------------------

Flat = list[tuple[int, str, int]]


def flatten(reader: pypdf.PdfReader, items: list[object], level: int = 0) -> Flat:
    flat: Flat = []
    for item in items:
        if isinstance(item, list):
            flat += flatten(reader, item, level + 1)
        else:
            assert isinstance(item, pypdf.generic.Destination)
            number = reader.get_destination_page_number(item)
            assert number is not None
            flat.append((level, str(item.title), number))
    return flat


def expected_outline(entries: tuple[Entry, ...], level: int = 0) -> list[tuple[int, str]]:
    return [
        row
        for entry in entries
        for row in ((level, entry.title), *expected_outline(entry.children, level + 1))
    ]


def test_outline_is_the_books_outline() -> None:
    reader = pypdf.PdfReader(io.BytesIO(written().data))
    found = flatten(reader, reader.outline)
    assert [(level, title) for level, title, _ in found] == expected_outline(book().outline)
    numbers = [number for _, _, number in found]
    assert numbers == sorted(numbers)


def test_metadata_come_from_the_issue() -> None:
    reader = pypdf.PdfReader(io.BytesIO(written().data))
    assert reader.metadata is not None
    assert reader.metadata.title == "栗坡月刊 2031年第12卷第4期"
    assert reader.metadata.author == "栗坡文化社"
    assert str(reader.metadata.creation_date_raw) == "D:20310406000000Z"
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "zh-Hans"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] is True or str(
        root["/ViewerPreferences"]["/DisplayDocTitle"]
    ) in {"true", "True"}


def test_the_same_book_gives_the_same_bytes_in_another_process_and_leaves_nothing_behind(
    tmp_path: Path,
) -> None:
    program = (
        "import sys,hashlib;from books import magazine;from bookmaker.write.pdf import write_pdf;"
        "print(hashlib.sha256(write_pdf(magazine(articles=2)).data).hexdigest())"
    )
    here = Path(__file__).resolve().parent
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            check=True,
            text=True,
            env={
                **os.environ,
                "PYTHONPATH": f"{here}{os.pathsep}{here.parent}",
                "PYTHONHASHSEED": seed,
                "TMPDIR": str(temporary),
                "XDG_CACHE_HOME": str(tmp_path / seed),
            },
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1
    assert list(temporary.iterdir()) == []


def test_qpdf_finds_no_fault(file: Path) -> None:
    subprocess.run([tool("qpdf"), "--check", file], capture_output=True, check=True)


def test_a_small_book_is_written_without_a_word_from_the_engine() -> None:
    assert written().diagnostics == ()


def add_to_style(monkeypatch: pytest.MonkeyPatch, rule: str) -> None:
    def with_rule(name: str) -> str:
        return style_sheet(name) + (rule if name == "pdf.css" else "")

    monkeypatch.setattr(order, "style_sheet", with_rule)


def test_warnings_of_the_engine_become_diagnostics(monkeypatch: pytest.MonkeyPatch) -> None:
    add_to_style(monkeypatch, "p { colour: red }")
    found = write_pdf(magazine(articles=2)).diagnostics
    assert [item.code for item in found] == [Code.RENDERER]
    assert "colour" in found[0].message


@pytest.mark.parametrize("mode", ["horizontal", "vertical"])
def test_progress_tells_of_every_chapter_once_and_in_order(mode: Mode) -> None:
    told: list[tuple[str, int, int]] = []
    source = magazine(articles=3, mode=mode)
    write_pdf(source, progress=lambda *step: told.append(step))
    chapters = len(source.chapters)
    assert told == [("layout", chapter, chapters) for chapter in range(1, chapters + 1)]


# --- what is refused -----------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["https://example.org/x.png", "../images/lost.png", "/etc/hostname"])
def test_a_picture_that_is_not_the_books_own_is_refused(address: str) -> None:
    source = magazine(articles=2)
    picture = next(item for item in source.chapters if item.id == "a02").root.find(f".//{{{XHTML}}}img")
    assert picture is not None
    picture.set("src", address)
    with pytest.raises(OutputError, match="not among the book's resources"):
        write_pdf(source)


def test_another_major_version_of_the_engine_is_refused() -> None:
    with pytest.raises(OutputError, match=r"WeasyPrint 71.0 is installed.*pip install"):
        engine.check_engine("71.0")


def test_an_engine_with_another_signature_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))  # what is laid out already needs no engine
    monkeypatch.setattr(composition.inline, "justify_line", lambda _context, _line: None)
    with pytest.raises(OutputError, match="justify_line"):
        write_pdf(magazine(articles=2))


def test_the_engines_functions_are_back_in_place_afterwards() -> None:
    before = composition.inline.split_text_box
    with composition.composing():
        assert composition.inline.split_text_box is not before
    assert composition.inline.split_text_box is before


def test_underlined_text_is_set_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    add_to_style(monkeypatch, "p { text-decoration: underline }")
    assert write_pdf(magazine(articles=2)).diagnostics == ()


def test_links_between_chapters_lead_to_places_in_the_document() -> None:
    with pikepdf.open(io.BytesIO(written().data)) as document:
        named = document.Root.Names.Dests.Names
        names = {str(named[i]) for i in range(0, len(named), 2)}
        assert {"a01", "a02", "a03", "a04"} <= names
        addresses = {
            str(link.A.URI)
            for page in document.pages
            for link in page.get("/Annots", [])
            if "/A" in link and "/URI" in link.A
        }
    assert addresses == {"https://example.org/lipo"}
