"""Vertical pages: turned, bound on the right, read in columns from right to left, figures and tables upright."""

from __future__ import annotations

import hashlib
import io
import os
import re
import subprocess
import sys
import unicodedata
from collections import defaultdict
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

import pikepdf
import pypdf
import pypdfium2
import pytest
from books import READING, SENTENCES, magazine, page_text, without_annotations
from lxml.builder import ElementMaker
from msgspec.structs import replace
from needs import tool
from PIL import Image

from bookmaker import resources
from bookmaker.book import XHTML, Book, Entry, Resource
from bookmaker.diagnostics import OutputError
from bookmaker.write import vertical
from bookmaker.write.pdf import PAGE_SIZE, Pdf, write_pdf
from bookmaker.write.vertical import Sheet, combine_turned, han_numerals, keep_words

if TYPE_CHECKING:
    from collections.abc import Iterator

SHEET = Sheet.of(PAGE_SIZE, vertical.MARGINS)
WIDTH, HEIGHT = (side / 25.4 * 72 for side in PAGE_SIZE)
EM = 10.5 * SHEET.scale
PITCH = 18 * SHEET.scale
HEAD, FOOT = SHEET.page.inner * SHEET.scale, SHEET.page.outer * SHEET.scale
SPINE, FORE_EDGE = SHEET.page.top * SHEET.scale, SHEET.page.bottom * SHEET.scale
BAND = 46.0, 478.0
"""Between these distances from the left lie the columns of odd and even pages, and nothing else."""


@cache
def book() -> Book:
    return magazine(mode="vertical", paragraphs=14)


@cache
def written() -> Pdf:
    return write_pdf(book())


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pdf") / "book.pdf"
    path.write_bytes(written().data)
    return path


@cache
def reader() -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(written().data))


def squeeze(text: str) -> str:
    return "".join(text.split())


def expected_text() -> str:
    return page_text(book())


def without_leaders(text: str) -> str:
    """Drop the dots and page numbers that pages add to the contents."""
    return re.sub("·{3,}[〇一二三四五六七八九十]+", "", text)


Box = tuple[float, float, float, float]


def bound_on_the_left(data: bytes) -> bytes:
    """Return the pages without the word that they are bound on the right.

    Of a book with that word PDFium takes all text for Arabic or Hebrew: it turns round the order of what stands
    between marks, and exchanges opening and closing ones. That says nothing about the pages.
    """
    with pikepdf.open(io.BytesIO(data)) as document:
        del document.Root.ViewerPreferences["/Direction"]
        copy = io.BytesIO()
        document.save(copy)
    return copy.getvalue()


@cache
def pages() -> bytes:
    return bound_on_the_left(written().data)


@cache
def characters(number: int) -> tuple[tuple[str, Box], ...]:
    """Return the characters of a page with their boxes as seen: left, top, right, bottom from the left top."""
    document = pypdfium2.PdfDocument(pages())
    text = document[number].get_textpage()
    found = []
    for i in range(text.count_chars()):
        left, bottom, right, top = text.get_charbox(i, loose=True)
        if (character := text.get_text_range(i, 1)).strip():
            # The page is laid out lying on its left side: its left is seen at the top, its foot on the left.
            found.append((character, (bottom, left, top, right)))
    document.close()
    return tuple(found)


def columns(number: int) -> Iterator[tuple[float, str, list[Box]]]:
    """Yield the columns of a page's text area from right to left: middle, text, boxes."""
    found: dict[int, list[tuple[Box, str]]] = defaultdict(list)
    for character, box in characters(number):
        if BAND[0] < (middle := (box[0] + box[2]) / 2) < BAND[1]:
            found[round(middle / PITCH * 2 + number % 2)].append((box, character))
    for place in sorted(found, reverse=True):
        ordered = sorted(found[place], key=lambda item: item[0][1])
        middle = median((box[0] + box[2]) / 2 for box, _ in ordered)
        yield middle, "".join(character for _, character in ordered), [box for box, _ in ordered]


# --- pages -------------------------------------------------------------------------------------------


def test_every_page_is_turned_and_has_the_size_of_a_chinese_magazine() -> None:
    for page in reader().pages:
        assert page.rotation == 90
        # As laid out: wide; as seen, turned: high.
        assert float(page.mediabox.width) == pytest.approx(HEIGHT, abs=0.1)
        assert float(page.mediabox.height) == pytest.approx(WIDTH, abs=0.1)


def test_a_viewer_shows_the_page_upright() -> None:
    document = pypdfium2.PdfDocument(written().data)
    width, height = document[3].get_size()
    document.close()
    assert (width, height) == (pytest.approx(WIDTH, abs=0.1), pytest.approx(HEIGHT, abs=0.1))


def test_the_book_is_bound_on_the_right() -> None:
    preferences = reader().trailer["/Root"]["/ViewerPreferences"]
    assert preferences["/Direction"] == "/R2L"
    assert str(preferences["/DisplayDocTitle"]).lower() == "true"


def test_columns_are_of_42_ems_on_a_page_of_16_kai() -> None:
    assert SHEET.page.measure / 10.5 == pytest.approx(42)
    assert SHEET.page.lines == 20
    assert pytest.approx(12.0) == EM


def test_a_small_page_keeps_the_smaller_type() -> None:
    small = Sheet.of((148, 210), (24, 16, 22, 14))
    assert small.scale == pytest.approx(1.0, abs=0.12)
    assert 34 <= small.page.measure / 10.5 <= 42


def test_a_high_page_gets_larger_margins_rather_than_longer_columns() -> None:
    high = Sheet.of((200, 400), (20, 20, 20, 20))
    assert high.page.measure / 10.5 == pytest.approx(42)


def test_margins_that_leave_no_room_are_refused() -> None:
    with pytest.raises(OutputError, match="margins"):
        write_pdf(magazine(mode="vertical", articles=2), margins=(120, 90, 120, 90))


def test_page_size_and_margins_can_be_chosen() -> None:
    made = write_pdf(magazine(mode="vertical", articles=2), page_size=(148, 210), margins=(22, 18, 20, 15))
    page = pypdf.PdfReader(io.BytesIO(made.data)).pages[4]
    assert float(page.mediabox.height) == pytest.approx(148 / 25.4 * 72, abs=0.1)


# --- columns -----------------------------------------------------------------------------------------


def full_pages() -> list[int]:
    """Return the pages that are filled with text alone."""
    return [
        number
        for number in range(written().pages)
        if sum(len(text) > 30 for _, text, _ in columns(number)) > 9
    ]


def test_the_first_character_of_a_page_stands_at_its_right_top() -> None:
    assert full_pages()
    for number in full_pages():
        left, top, right, _ = next(
            box for character, box in characters(number) if BAND[0] < box[0] and box[2] < BAND[1]
        )
        spine = SPINE if number % 2 else FORE_EDGE
        assert spine < WIDTH - right < spine + 2 * PITCH
        assert HEAD - 1 <= top <= HEAD + 2.4 * EM
        assert right - left == pytest.approx(1.5 * EM, abs=0.2 * EM)


def test_columns_follow_each_other_from_right_to_left() -> None:
    for number in full_pages():
        text = "".join(
            character for character, box in characters(number) if BAND[0] < box[0] < box[2] < BAND[1]
        )
        found = "".join(column for _, column, _ in columns(number))
        # A reading stands in a column of its own, right of its words.
        assert text.replace(READING, "") == found.replace(READING, "")


def test_columns_stand_on_one_grid_and_end_flush() -> None:
    for number in full_pages():
        spine = SPINE if number % 2 else FORE_EDGE
        for middle, text, boxes in columns(number):
            if len(text) < 30:
                continue
            place = (WIDTH - spine - middle) / PITCH - 0.5
            assert place == pytest.approx(round(place), abs=0.06)
            if not text.endswith(("。", "。”", "……”", "①")):
                # A mark at the end counts half an em.
                end = boxes[-1][3] - (EM / 2 if text[-1] in "，、；：”" else 0)
                assert end == pytest.approx(HEIGHT - FOOT, abs=0.3), text


def test_no_column_begins_or_ends_with_a_mark_that_must_not_stand_there() -> None:
    for number in range(2, written().pages):
        for _, text, _ in columns(number):
            assert text[0] not in "，。、；：？！”’）》…", text
            assert text[-1] not in "“‘（《", text


def test_titles_stand_three_to_five_ems_from_the_head() -> None:
    for number in range(written().pages):
        for _, text, boxes in columns(number):
            if text in {"水醒得比人早", "一张纸的七十二道手", "旧磨坊里点起的灯"}:
                assert 3 * EM <= boxes[0][1] - HEAD <= 5 * EM


def test_page_number_and_running_head_stand_at_the_fore_edge() -> None:
    labels = reader().page_labels
    for number in range(3, written().pages):
        is_left_page = number % 2 == 1  # the cover is page 0 and stands alone
        outside = [
            (character, box)
            for character, box in characters(number)
            if (box[2] < FORE_EDGE if is_left_page else box[0] > WIDTH - FORE_EDGE)
        ]
        inside = [
            character
            for character, box in characters(number)
            if (box[0] > WIDTH - SPINE if is_left_page else box[2] < SPINE)
        ]
        assert inside == []
        folio = "".join(character for character, box in outside if box[1] > HEIGHT / 2)
        assert folio == han_numerals(f"{labels[number]}期")[:-1]


def test_the_running_head_names_the_issue_in_han_numerals() -> None:
    heads = {
        "".join(character for character, box in characters(number) if box[0] > WIDTH - FORE_EDGE)
        for number in full_pages()
        if number % 2 == 0
    }
    assert heads
    assert all(head.startswith("栗坡月刊二〇三一年第四期") for head in heads)


# --- text --------------------------------------------------------------------------------------------


def is_text(y: float) -> bool:
    return BAND[0] < y < BAND[1]


def test_pypdf_reads_the_chapters_text_in_order() -> None:
    parts: list[str] = []

    def visit(text: str, cm: list[float], tm: list[float], *_: object) -> None:
        if is_text(tm[4] * cm[1] + tm[5] * cm[3] + cm[5]):
            parts.append(text)

    for page in reader().pages:
        page.extract_text(visitor_text=visit)
    assert without_leaders(without_annotations("".join(parts))) == expected_text()


@pytest.mark.parametrize("order", [[], ["-raw"]], ids=["by-place", "by-content"])
def test_pdftotext_reads_the_chapters_text_in_order(file: Path, order: list[str]) -> None:
    area = ["-x", f"{BAND[0]:.0f}", "-W", f"{BAND[1] - BAND[0]:.0f}", "-y", "0", "-H", f"{HEIGHT:.0f}"]
    made = subprocess.run(
        [tool("pdftotext"), *order, *area, file, "-"], capture_output=True, check=True, text=True
    )
    found = without_leaders(without_annotations(made.stdout))
    if not order:
        # By place, pdftotext reads what lies in another direction by itself: here a table.
        table = "年份栗苗2029120020301450"
        found = "".join(sorted(found))
        assert found == "".join(sorted(expected_text()))
        assert table in expected_text()
    else:
        assert found == expected_text()


def test_pdfium_reads_the_chapters_text_in_order() -> None:
    document = pypdfium2.PdfDocument(pages())
    parts = [
        page.get_textpage().get_text_bounded(left=0, right=HEIGHT, bottom=BAND[0], top=BAND[1])
        for page in document
    ]
    document.close()
    assert without_leaders(without_annotations("".join(parts))) == expected_text()


def test_pdfium_reads_a_mark_by_itself_before_the_next_column() -> None:
    source = magazine(mode="vertical", articles=2)
    paragraph = source.chapters[-2].root.find(f".//{{{XHTML}}}p[@id='a02-l2']")
    assert paragraph is not None
    del paragraph[:]
    # One column and what ends as far below the head as the next one begins, 16 and % being pieces of their own.
    paragraph.text = "水" * 40
    paragraph.extend([E.span("16", {"class": "tcy"}), E.span("%", {"class": "upright"})])
    paragraph[1].tail = "。"
    following = paragraph.getnext()
    document = pypdfium2.PdfDocument(bound_on_the_left(write_pdf(source).data))
    text = "".join(squeeze(page.get_textpage().get_text_range()) for page in document)
    document.close()
    assert "水16%。" + "".join(following.itertext())[:8] in text


def test_extracted_text_has_no_radicals_and_no_invisible_characters() -> None:
    text = "".join(page.extract_text() for page in reader().pages)
    strange = {
        character
        for character in text
        if 0x2E80 <= ord(character) <= 0x2FDF or unicodedata.category(character) in {"Cf", "Co", "Cn"}
    }
    assert strange == set()
    assert not set(text) & set("︐︑︒︵︶︿﹀︽︾﹁﹂﹃﹄︙︱")


FORMS = frozenset(map(chr, (*range(0xFE10, 0xFE20), *range(0xFE30, 0xFE50))))
"""Characters that stand for the vertical forms of marks, and are no marks of any text."""


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """What Chromium makes of the articles' paragraphs, in columns of the same size and face, and their text."""
    folder = tmp_path_factory.mktemp("chromium")
    paragraphs = [
        "".join(map(str, paragraph.itertext()))
        for chapter in book().chapters
        if chapter.role == "article"
        for paragraph in chapter.root.iter("{*}p")
        if paragraph.get("class") is None and paragraph.find(".//{*}rt") is None
    ]
    face = (resources.fonts_dir() / resources.FACES["song"].file).as_uri()
    (folder / "book.html").write_text(
        '<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><style>'
        f'@font-face{{font-family:Song;src:url("{face}")}}@page{{size:185mm 260mm;margin:40mm 20mm}}'
        "html{writing-mode:vertical-rl;font:12pt/20pt Song}p{margin:0;text-indent:2em}</style>"
        + "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs),
        encoding="utf-8",
    )
    made = folder / "book.pdf"
    subprocess.run(
        [
            tool("chromium"), "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
            f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={made}", (folder / "book.html").as_uri(),
        ],
        capture_output=True,
        check=True,
        timeout=120,
    )  # fmt: skip
    return made, squeeze("".join(paragraphs))


def test_text_of_chromiums_own_vertical_pages_is_not_that_of_the_book(chromium: tuple[Path, str]) -> None:
    path, wanted = chromium
    made = subprocess.run([tool("pdftotext"), path, "-"], capture_output=True, check=True, text=True).stdout
    rows = [row for row in made.splitlines() if row.strip()]
    assert sorted(squeeze(made)) == sorted(wanted)
    assert squeeze(made) != wanted  # columns are interleaved
    assert (
        sum(len(row.strip()) == 1 for row in rows) > len(rows) / 2
    )  # and most characters stand by themselves
    theirs = "".join(page.extract_text() for page in pypdf.PdfReader(path).pages)
    assert FORMS & set(theirs)


def test_columns_of_these_vertical_pages_are_lines_of_text(file: Path) -> None:
    made = subprocess.run([tool("pdftotext"), file, "-"], capture_output=True, check=True, text=True).stdout
    rows = [row for row in made.splitlines() if row.strip()]
    assert sum(len(row.strip()) == 1 for row in rows) < len(rows) / 10
    assert not FORMS & set("".join(page.extract_text() for page in reader().pages))


def test_pdfium_turns_clauses_round_in_a_book_bound_on_the_right_and_keeps_each_whole() -> None:
    """A fault of PDFium's, told of in docs/composition.md: once this fails, ``bound_on_the_left`` can go."""
    document = pypdfium2.PdfDocument(written().data)
    text = "".join(squeeze(page.get_textpage().get_text_range()) for page in document)
    document.close()
    clauses = [clause for clause in re.split("[，。：“”…、—（）①]+", SENTENCES[0]) if clause]
    assert SENTENCES[0] not in text
    assert all(clause in text for clause in clauses)


# --- fonts -------------------------------------------------------------------------------------------


def test_every_font_is_an_edition_face_as_cid_truetype_with_a_unicode_map(file: Path) -> None:
    made = subprocess.run([tool("pdffonts"), file], capture_output=True, check=True, text=True)
    rows = made.stdout.splitlines()[2:]
    assert len(rows) == 5  # three that lie, and two upright ones for the table
    for row in rows:
        assert re.search(r"^[A-Z]{6}\+Bookmaker.* CID TrueType +Identity-H +yes yes yes", row), row


def test_a_character_without_any_glyph_is_refused() -> None:
    source = magazine(mode="vertical", articles=2)
    paragraph = source.chapters[-2].root.find(f".//{{{XHTML}}}p[@id='a02-l2']")
    assert paragraph is not None
    paragraph.text = "这个字\U000f1234没有人认识。"
    with pytest.raises(OutputError, match=r"U\+F1234"):
        write_pdf(source)


# --- upright boxes -----------------------------------------------------------------------------------


def two_colours() -> bytes:
    """Return a picture whose left half is red and whose right half is blue, twice as wide as high."""
    picture = Image.new("RGB", (60, 30), (200, 0, 0))
    picture.paste((0, 0, 200), (30, 0, 60, 30))
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


def seen(data: bytes, number: int) -> Image.Image:
    document = pypdfium2.PdfDocument(data)
    picture = document[number].render(scale=0.5).to_pil().convert("RGB")
    document.close()
    return picture


def area(picture: Image.Image, red: bool) -> Box | None:
    """Return the box of the pixels that are red, or blue."""
    channels = picture.split()
    strong, weak = channels[0 if red else 2], channels[2 if red else 0]
    mask = Image.composite(
        strong.point(lambda v: 255 if v > 150 else 0),
        Image.new("L", picture.size),
        weak.point(lambda v: 255 if v < 60 else 0),
    )
    return mask.getbbox()


def test_pictures_are_seen_upright() -> None:
    source = book()
    resources = tuple(
        Resource(item.href, item.media_type, two_colours()) if item.href.endswith("f2.png") else item
        for item in source.resources
    )
    data = write_pdf(replace(source, resources=resources)).data
    for number in range(2, written().pages):
        picture = seen(data, number)
        red, blue = area(picture, red=True), area(picture, red=False)
        if red and blue:
            break
    else:
        pytest.fail("the picture is on no page")
    assert red[2] <= blue[0] + 1  # red on the left
    assert abs(red[1] - blue[1]) <= 1
    width, height = blue[2] - red[0], red[3] - red[1]
    assert width / height == pytest.approx(2, abs=0.05)


def test_the_cover_fills_its_page() -> None:
    picture = seen(written().data, 0)
    for corner in (
        (1, 1),
        (picture.width - 2, 1),
        (1, picture.height - 2),
        (picture.width - 2, picture.height - 2),
    ):
        assert picture.getpixel(corner) == (150, 60, 50)


def test_a_table_is_read_across() -> None:
    directions: dict[str, set[tuple[int, int]]] = defaultdict(set)

    def visit(text: str, cm: list[float], tm: list[float], *_: object) -> None:
        along = (tm[0] * cm[0] + tm[1] * cm[2], tm[0] * cm[1] + tm[1] * cm[3])
        directions[squeeze(text)].add((round(along[0] > 0.1), round(abs(along[1]) > 0.1)))

    for page in reader().pages:
        page.extract_text(visitor_text=visit)
    cells = [
        direction
        for text, direction in directions.items()
        if text in {"年份", "年份栗苗", "2029", "20291200"}
    ]
    lines = [direction for text, direction in directions.items() if len(text) > 30]
    assert cells
    assert all(direction == {(0, 1)} for direction in cells)
    assert all(direction == {(1, 0)} for direction in lines)


# --- outline, links, sameness ----------------------------------------------------------------------------


def flatten(items: list[object], level: int = 0) -> list[tuple[int, pypdf.generic.Destination]]:
    flat = []
    for item in items:
        if isinstance(item, list):
            flat += flatten(item, level + 1)
        else:
            assert isinstance(item, pypdf.generic.Destination)
            flat.append((level, item))
    return flat


def expected_outline(entries: tuple[Entry, ...], level: int = 0) -> list[tuple[int, str]]:
    return [
        row
        for entry in entries
        for row in ((level, entry.title), *expected_outline(entry.children, level + 1))
    ]


def test_outline_leads_to_places_on_their_pages() -> None:
    found = flatten(reader().outline)
    assert [(level, str(item.title)) for level, item in found] == expected_outline(book().outline)
    for _, item in found:
        number = reader().get_destination_page_number(item)
        assert number is not None
        assert 0 <= float(item.left) <= HEIGHT
        assert 0 <= float(item.top) <= WIDTH
        assert squeeze(str(item.title))[-4:] in "".join(character for character, _ in characters(number))


def test_targets_show_the_head_of_the_page_and_the_column_itself() -> None:
    for _, item in flatten(reader().outline):
        number = reader().get_destination_page_number(item)
        assert number is not None
        # A viewer puts the target in its left top corner; as seen, left is the layout's foot, top its left.
        assert float(item.left) == pytest.approx(0)
        title = squeeze(str(item.title))[-4:]
        page = characters(number)
        text = "".join(character for character, _ in page)
        left = page[text.index(title)][1][0]
        assert left - WIDTH * 0.7 <= float(item.top) <= left + 1


def test_contents_give_the_page_in_han_numerals() -> None:
    labels = reader().page_labels
    opened = {str(item.title): labels[number] for _, item in flatten(reader().outline)
              if (number := reader().get_destination_page_number(item)) is not None}  # fmt: skip
    found = [
        match.groups()
        for _, text, _ in columns(2)
        if (match := re.search("^([一-鿿：]+?)·{3,}([〇一二三四五六七八九十]+)$", text))
    ]
    assert len(found) == 4
    for entry, folio in found:
        title = next(title for title in opened if entry.startswith(title))
        assert folio == han_numerals(f"{opened[title]}期")[:-1]


def test_the_same_book_gives_the_same_bytes_in_another_process_without_a_cache(tmp_path: Path) -> None:
    program = (
        "import sys,hashlib;from books import magazine;from bookmaker.write.pdf import write_pdf;"
        "print(hashlib.sha256(write_pdf(magazine(mode='vertical',paragraphs=14)).data).hexdigest())"
    )
    here = Path(__file__).resolve().parent
    made = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=True,
        text=True,
        env={
            **os.environ,
            "PYTHONPATH": f"{here}{os.pathsep}{here.parent}",
            "PYTHONHASHSEED": "7",
            "XDG_CACHE_HOME": str(tmp_path),
        },
    )
    assert made.stdout.strip() == hashlib.sha256(written().data).hexdigest()


def test_qpdf_finds_no_fault(file: Path) -> None:
    subprocess.run([tool("qpdf"), "--check", file], capture_output=True, check=True)


def test_a_small_book_is_written_without_a_word_from_the_engine() -> None:
    assert written().diagnostics == ()


# --- words and numbers -------------------------------------------------------------------------------

JOINER = "\u2060"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("共12人", "共12人"),
        ("共2024人", "共2024人"),
        ("5G网络", f"5{JOINER}G网络"),
        ("2023-24年", f"2023-24{JOINER}年"),
        ("3.5公里", "3.5公里"),
        ("第100km", f"第100{JOINER}km"),
    ],
)
def test_numbers_of_longer_words_are_kept_on_their_side(text: str, kept: str) -> None:
    assert keep_words(text) == kept


def test_where_numbers_are_marked_others_that_stand_alone_are_kept_on_their_side() -> None:
    assert keep_words("共12人", alone=True) == f"共12{JOINER}人"
    assert keep_words("3.5公里", alone=True) == "3.5公里"


@pytest.mark.parametrize(
    ("text", "han"),
    [("2024年第12期", "二〇二四年第十二期"), ("第4期", "第四期"), ("第20期", "第二十期"), ("第10卷", "第十卷"),
     ("第105期", "第一〇五期"), ("3D世界", "3D世界")],
)  # fmt: skip
def test_years_and_numbers_become_han_numerals(text: str, han: str) -> None:
    assert han_numerals(text) == han


E = ElementMaker(namespace=XHTML, nsmap={None: XHTML})


def marked_book() -> Book:
    """Return a book with a paragraph that the renderer has marked for columns."""
    source = magazine(mode="vertical", articles=2)
    paragraph = source.chapters[-2].root.find(f".//{{{XHTML}}}p[@id='a02-l2']")
    assert paragraph is not None
    del paragraph[:]
    paragraph.text = "栗坡的"
    paragraph.extend(
        [
            E.span("5G", {"class": "tcy"}),
            E.span("12", {"class": "tcy"}),
            E.span("GDP", {"class": "upright"}),
            E.span("！？", {"class": "tcy"}),
        ]
    )
    for span, tail in zip(paragraph, ("网络有", "座基站，", "也涨了", "真的。"), strict=True):
        span.tail = tail
    return source


def test_marks_for_short_numbers_are_left_to_the_face_and_others_are_kept() -> None:
    tree = combine_turned(marked_book(), SHEET, lambda _table, _width: 60.0)
    paragraph = next(element for element in tree.iter("p") if element.get("id") == "a02-l2")
    assert [(span.text, span.get("class")) for span in paragraph] == [
        ("5G", "tcy"),
        ("GDP", "upright"),
        ("！？", "tcy"),
    ]
    assert paragraph[0].tail == "网络有12座基站，"


def test_what_is_set_across_takes_one_em_and_capitals_one_each() -> None:
    document = pypdfium2.PdfDocument(bound_on_the_left(write_pdf(marked_book()).data))
    for page in document:
        textpage = page.get_textpage()
        text = textpage.get_text_range()
        if "的5G" not in text:
            continue
        assert len(text) == textpage.count_chars()
        tops = {
            mark: textpage.get_charbox(text.index(mark), loose=True)[0]
            for mark in ("的5G", "网络有", "有12", "座基站", "，GDP", "也涨了", "了！？", "真的。")
        }
        document.close()
        assert tops["网络有"] - tops["的5G"] == pytest.approx(2 * EM, abs=0.5)
        assert tops["座基站"] - tops["有12"] == pytest.approx(2 * EM, abs=0.5)
        assert tops["也涨了"] - tops["，GDP"] == pytest.approx(4 * EM, abs=0.5)
        assert tops["真的。"] - tops["了！？"] == pytest.approx(2 * EM, abs=0.5)
        return
    pytest.fail("the marked paragraph is on no page")


def test_upright_boxes_take_their_height_as_width() -> None:
    table = Element("table")
    for _ in range(2):
        SubElement(SubElement(table, "tr"), "td").text = "栗"
    source = magazine(mode="vertical", articles=2)
    tree = combine_turned(source, SHEET, lambda _table, _width: 60.0)
    boxes = [element for element in tree.iter("div") if "lying" in element.get("class", "").split()]
    assert len(boxes) == 4  # cover, two pictures, a table
    table_box = next(box for box in boxes if list(box.iter("table")))
    assert "width:60.00pt" in table_box.get("style", "")
    assert "rotate(-90deg)" in table_box[0].get("style", "")


def test_a_note_to_a_table_stays_behind_the_text() -> None:
    source = magazine(mode="vertical", articles=2)
    root = source.chapters[-2].root
    reference = root.find(f".//{{{XHTML}}}a[@class='noteref']")
    assert reference is not None
    assert _notes(source) == ["footnote"]
    reference.getparent().remove(reference)
    root.find(f".//{{{XHTML}}}td").append(reference)
    assert _notes(source) == ["note"]


def _notes(book: Book) -> list[str | None]:
    tree = combine_turned(book, SHEET, lambda _table, _width: 60.0)
    return [note.get("class") for note in tree.iter("aside") if note.get("id") == "a02-n1"]


def rows(count: int) -> Book:
    """Return a book whose table has so many rows below its head."""
    source = magazine(mode="vertical", articles=2)
    body = source.chapters[-2].root.find(f".//{{{XHTML}}}tbody")
    assert body is not None
    del body[:]
    body.extend(E.tr(E.td(f"第{number}行"), E.td(str(1000 + number))) for number in range(count))
    return source


def test_a_table_higher_than_the_columns_is_divided_and_its_head_repeated() -> None:
    tree = combine_turned(rows(60), SHEET, lambda table, _width: 18.0 * len(list(table.iter("tr"))))
    tables = list(tree.iter("table"))
    assert len(tables) == 4
    assert [len(list(table.iter("th"))) for table in tables] == [2] * 4
    found = [cell.text for table in tables for cell in table.iter("td")]
    assert found == [text for number in range(60) for text in (f"第{number}行", str(1000 + number))]
    assert sum(table.get("id") is not None for table in tables) == 1


def test_a_row_higher_than_the_columns_is_made_smaller() -> None:
    tree = combine_turned(rows(1), SHEET, lambda _table, _width: 2 * SHEET.page.measure)
    (box,) = (box for box in tree.iter("div") if list(box.iter("table")) and "lying" in box.get("class", ""))
    assert "scale(0.5000)" in box[0].get("style", "")


def test_a_long_table_stays_within_the_columns_and_nothing_overlaps_it() -> None:
    document = pypdfium2.PdfDocument(bound_on_the_left(write_pdf(rows(60)).data))
    cells: list[str] = []
    for page in document:
        text = page.get_textpage()
        boxes = []
        for number in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(number)
            if text.get_text_range(number, 1).strip() and BAND[0] < bottom < top < BAND[1]:
                boxes.append((left, bottom, right, top))
                assert HEAD - 2 <= left <= right <= HEIGHT - FOOT + 2
        # The digits of a number set across are one glyph and have one box.
        for first, second in pairwise(dict.fromkeys(boxes)):
            along = min(first[2], second[2]) - max(first[0], second[0])
            across = min(first[3], second[3]) - max(first[1], second[1])
            assert min(along, across) < 2
        cells += re.findall(r"行\s*(10[0-5][0-9])", text.get_text_range())
    document.close()
    assert cells == [str(1000 + number) for number in range(60)]
