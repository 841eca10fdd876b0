from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from needs import shared

from bookmaker.diagnostics import InputError
from bookmaker.layer import Change, Layer, Reason
from bookmaker.normalise import replacement
from bookmaker.read import read_layer

if TYPE_CHECKING:
    from pathlib import Path

SIMPLIFIED = """青石河边的老磨坊去年秋天重新开张，磨的是本地的荞麦和黄豆。
馆长说，来的人里头有一半是孩子，他们从没见过水怎样推动石头。
“我们不卖票，只请大家把路上的话说完。”她说。
"""
TRADITIONAL = """青石河邊的老磨坊去年秋天重新開張，磨的是本地的蕎麥和黃豆。
館長說，來的人裡頭有一半是孩子，他們從沒見過水怎樣推動石頭。
「我們不賣票，只請大家把路上的話說完。」她說。
"""
JAPANESE = """川辺の古い水車小屋は、昨年の秋にふたたび開かれた。
館長の話では、来る人の半分は子どもで、水が石を動かすのを見たことがないという。
"""


def read(text: str) -> Layer:
    return read_layer(text.encode(), name="河.txt")


def texts(layer: Layer) -> list[list[str]]:
    return [[line.text for line in page.lines] for page in layer.pages]


# --- encodings -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        (SIMPLIFIED, "utf-8", "utf-8"),
        (SIMPLIFIED, "utf-8-sig", "utf-8"),
        (SIMPLIFIED, "utf-16", "utf-16"),
        (SIMPLIFIED, "utf-16-le", "utf-16"),
        (SIMPLIFIED, "utf-16-be", "utf-16"),
        (SIMPLIFIED, "utf-32", "utf-32"),
        (SIMPLIFIED, "gb18030", "gb18030"),
        (SIMPLIFIED, "gb2312", "gb18030"),
        (TRADITIONAL, "big5", "big5"),
        (TRADITIONAL, "gb18030", "gb18030"),
        (TRADITIONAL, "utf-16-be", "utf-16"),
        (JAPANESE, "shift_jis", "shift_jis"),
    ],
)
def test_encoding_is_detected(text: str, codec: str, name: str) -> None:
    layer = read_layer(text.encode(codec), name="河.txt")
    assert texts(layer) == [text.splitlines()]
    assert layer.encoding == name


def test_encoding_is_detected_in_a_text_that_begins_with_box_drawing() -> None:
    text = "──青石河──\n│　目　录　│\n" * 3 + SIMPLIFIED
    assert texts(read_layer(text.encode("gb18030"), name="河.txt")) == [text.splitlines()]


def test_given_encoding_overrides_detection() -> None:
    data = "青石".encode("big5")
    assert texts(read_layer(data, name="河.txt", encoding="Big5")) == [["青石"]]


def test_old_label_reads_its_superset() -> None:
    """A file called GB2312 may hold characters of GBK and GB18030 (WHATWG Encoding Standard)."""
    assert texts(read_layer("镕堃㐀".encode("gb18030"), name="河.txt", encoding="gb2312")) == [["镕堃㐀"]]


def test_undecodable_bytes_name_the_offset_the_line_and_the_way_out() -> None:
    data = "青石河\n".encode() + b"\xff\xfe\xfd" + b"\n"
    with pytest.raises(
        InputError, match=r"河\.txt: not utf-8: .*ff fe fd 0a at offset 10 \(line 2\).*--encoding"
    ):
        read_layer(data, name="河.txt", encoding="utf-8")


def test_few_control_characters_do_not_make_a_text_binary() -> None:
    layer = read("青石河边\x00的老磨坊\x01去年秋天重新开张。" * 3 + SIMPLIFIED * 5)
    assert layer.encoding == "utf-8"
    assert sum(len(change.removed) for change in layer.changes) == 6


def test_largely_latin_text_in_utf16_is_not_taken_for_utf8() -> None:
    text = "Qingshi River\nThe old mill at the bridge\n青石河边的老磨坊\n"
    assert texts(read_layer(text.encode("utf-16-le"), name="河.txt")) == [text.splitlines()]


def test_damaged_utf8_is_not_taken_for_another_encoding() -> None:
    data = bytearray(SIMPLIFIED.encode())
    data[100] = 0xFF
    with pytest.raises(InputError, match=r"not UTF-8, though most of it is: .* at offset \d+ \(line 2\)"):
        read_layer(bytes(data), name="河.txt")


def test_unknown_encoding_is_named() -> None:
    with pytest.raises(InputError, match="the encoding 'utf-9' is unknown: use utf-8"):
        read_layer(b"x", name="河.txt", encoding="utf-9")


def test_codec_that_makes_no_text_is_refused() -> None:
    with pytest.raises(InputError, match="is not an encoding of text"):
        read_layer(b"x", name="河.txt", encoding="base64")


# --- what is no text layer -------------------------------------------------------------------------


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b"\xff\xfe\n\x00", b" \f\r\n"])
def test_empty_file_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match=r"河\.txt: the file is empty"):
        read_layer(data, name="河.txt")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF: .*pdftotext"),
        (b"PK\x03\x04\x14\x00", "a ZIP archive"),
        (b"\x89PNG\r\n\x1a\n\x00", "a PNG image"),
        (b"\xff\xd8\xff\xe0\x00", "a JPEG image"),
        (b"{\\rtf1\\ansi}", "an RTF document"),
        (b"\x00\x01\x02\x03" * 50, "a binary file|neither text"),
        (bytes(range(1, 32)) * 20, "a binary file"),
        (bytes([0x81, 0x30, 0xFF, 0x00, 0x07]) * 60, "a binary file|neither text"),
    ],
)
def test_binary_file_is_refused_with_what_to_do(data: bytes, what: str) -> None:
    with pytest.raises(InputError, match=f"河\\.txt: .*({what})"):
        read_layer(data, name="河.txt")


# --- pages and lines -------------------------------------------------------------------------------


def test_form_feed_begins_a_page() -> None:
    assert texts(read("甲\n乙\n\f丙\n\f\n丁\n\f")) == [["甲", "乙"], ["丙"], ["丁"]]


def test_form_feeds_may_stand_before_each_page() -> None:
    assert texts(read("\f甲\n\f乙\n")) == [["甲"], ["乙"]]


def test_empty_page_keeps_its_number() -> None:
    layer = read("\f甲\n\f\f丙\n\f")
    assert [(page.number, len(page.lines)) for page in layer.pages] == [(1, 0), (2, 1), (3, 0), (4, 1)]


def test_change_before_the_first_page_mark_is_on_the_first_page() -> None:
    layer = read("\f甲\u200b\n\f乙\u200b\n")
    assert [change.page for change in layer.changes] == [1, 2]


def test_line_numbers_are_those_of_the_file_whatever_ends_its_lines() -> None:
    layer = read("甲\r\n\r\n乙\r丙\n\f丁\n戊\u2028己\n\f\n庚")
    assert [(line.number, line.text) for page in layer.pages for line in page.lines] == [
        (1, "甲"),
        (3, "乙"),
        (4, "丙"),
        (5, "丁"),
        (6, "戊 己"),
        (8, "庚"),
    ]


def test_form_feed_inside_a_line_divides_it_without_a_new_number() -> None:
    layer = read("甲\f乙\n丙")
    assert [(page.number, line.number, line.text) for page in layer.pages for line in page.lines] == [
        (1, 1, "甲"),
        (2, 1, "乙"),
        (2, 2, "丙"),
    ]


def test_blank_lines_are_counted_not_kept() -> None:
    layer = read("\n甲\n\n \n乙  \n　\n\n\f\n丙\n")
    assert [(line.text, line.blank_before) for page in layer.pages for line in page.lines] == [
        ("甲", 1),
        ("乙", 2),
        ("丙", 0),
    ]


def spaced(lines: int, every: int, indent: str = " ") -> str:
    return "\n".join((indent if n % every == 0 else "") + f"第{n}行的字" for n in range(lines)) + "\n"


def test_single_space_marks_a_page_where_other_lines_have_none() -> None:
    layer = read(spaced(120, 40))
    assert [page.lines[0].text for page in layer.pages] == ["第0行的字", "第40行的字", "第80行的字"]
    assert [page.lines[0].number for page in layer.pages] == [1, 41, 81]


def test_text_before_the_first_spaced_line_is_a_page() -> None:
    layer = read("封面\n" + spaced(80, 40))
    assert [len(page.lines) for page in layer.pages] == [1, 40, 40]


@pytest.mark.parametrize(
    "text",
    [
        spaced(120, 5),  # too many: an indent of paragraphs
        spaced(4000, 3999),  # too few: a stray blank
        spaced(120, 40, "  "),
        spaced(120, 40) + "    深缩进\n" * 20,
        spaced(120, 40) + "\f完\n",
    ],
    ids=["indents", "stray", "two spaces", "deep indents", "form feed"],
)
def test_single_space_is_text_where_the_whole_file_does_not_bear_it_out(text: str) -> None:
    layer = read(text)
    assert len(layer.pages) == 1 + text.count("\f")
    assert layer.pages[0].lines[0].text.startswith(" ")


def test_ideographic_indents_do_not_hide_page_marks() -> None:
    text = "\n".join("　　段落" if n % 4 == 1 else (" 页首" if n % 40 == 0 else "续行") for n in range(200))
    assert len(read(text).pages) == 5


# --- normalisation ---------------------------------------------------------------------------------


def test_text_without_doubtful_characters_is_left_alone() -> None:
    text = "ＡＢ　ﾊﾝ｡ \ue000 葛\U000e0100 ①㎡ ½ 々〇\t末"
    layer = read(text)
    assert texts(layer) == [[text]]
    assert layer.changes == ()


@pytest.mark.parametrize(
    ("text", "normal", "change"),
    [
        ("⼀⽇", "一日", (Reason.RADICAL, "⼀⽇", "一日")),
        ("⻓⻚⺮", "长页𥫗", (Reason.RADICAL, "⻓⻚⺮", "长页𥫗")),
        ("金\uf90a", "金金", (Reason.COMPATIBILITY, "\uf90a", "金")),
        ("丽\U0002f800", "丽丽", (Reason.COMPATIBILITY, "\U0002f800", "丽")),
        ("︽溪︾︐", "《溪》，", (Reason.COMPATIBILITY, "︽︾︐", "《》，")),
        ("甲\u200b乙\ufeff", "甲乙", (Reason.CONTROL, "\u200b\ufeff", "")),
        ("甲\x02乙\x85丙", "甲乙丙", (Reason.CONTROL, "\x02\x85", "")),
        ("in\u00adside", "inside", (Reason.CONTROL, "\u00ad", "")),
        ("exam\u00ad ", "exam-", (Reason.HYPHEN, "\u00ad", "-")),
    ],
)
def test_doubtful_character_is_replaced_and_recorded(
    text: str, normal: str, change: tuple[Reason, str, str]
) -> None:
    layer = read(f"首页\n\f\n{text}\n")
    reason, removed, added = change
    assert texts(layer)[1] == [normal]
    assert layer.changes == (Change(page=2, line=3, reason=reason, removed=removed, added=added),)


def test_unified_ideographs_of_the_compatibility_block_stay() -> None:
    assert replacement("﨎") is None
    assert replacement("⺀") is None


def characters(text: str) -> int:
    return sum(not c.isspace() for c in text)


@given(st.text(st.characters(codec="utf-8") | st.sampled_from("\f\n\r \u200b⼀⻓豈︽\u00ad"), min_size=1))
def test_every_character_is_in_a_line_or_in_the_ledger(text: str) -> None:
    try:
        layer = read_layer(text.encode(), name="河.txt", encoding="utf-8")
    except InputError:  # empty or all but binary
        return
    kept = sum(characters(line.text) for page in layer.pages for line in page.lines)
    removed = sum(characters(change.removed) for change in layer.changes)
    added = sum(characters(change.added) for change in layer.changes)
    mark = text.startswith("\ufeff")
    assert kept == characters(text) - mark - removed + added


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_reading_what_was_read_changes_nothing(text: str) -> None:
    try:
        once = read(text)
    except InputError:
        return
    lines = [line.text for page in once.pages for line in page.lines]
    if lines:
        again = read("\n".join(lines))
        assert again.changes == ()
        assert [line.text.strip() for page in again.pages for line in page.lines] == [
            x.strip() for x in lines
        ]


# --- speed, and real layers ------------------------------------------------------------------------


def test_reading_takes_time_in_proportion_to_the_text() -> None:
    def seconds(copies: int) -> float:
        data = (SIMPLIFIED * 400 * copies).encode()
        best = 9.0
        for _ in range(3):
            begin = time.process_time()
            read_layer(data, name="河.txt")
            best = min(best, time.process_time() - begin)
        return best

    assert seconds(20) < 60 * seconds(1)


@pytest.fixture
def shared_layers() -> list[Path]:
    return [*shared("samples/*.txt"), *shared("layers/*.txt")]


def test_real_layers_are_read_alike_in_every_encoding_that_holds_them(shared_layers: list[Path]) -> None:
    for path in shared_layers:
        codec = "cp932" if ".sjis" in path.name else "utf-8"
        text = path.read_bytes().decode(codec)
        original = read_layer(path.read_bytes(), name=path.name)
        for other in ("gb18030", "big5hkscs", "utf-16-le", "utf-16-be"):
            data = text.encode(other, "ignore")
            if data.decode(other) == text:
                assert read_layer(data, name=path.name).pages == original.pages, (path.name, other)


def test_pages_of_a_magazine_are_found_by_their_spaces(shared_layers: list[Path]) -> None:
    layer = read_layer(shared_layers[0].read_bytes(), name="sample")
    assert 45 <= len(layer.pages) <= 65
    assert sum(len(page.lines) for page in layer.pages) == 5472
