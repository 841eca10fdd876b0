from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from bookmaker.diagnostics import InputError, UsageError
from bookmaker.language import canonical_language, detect_language, looks_japanese
from bookmaker.metadata import date_fault, issn_fault
from bookmaker.settings import Settings
from bookmaker.settings.book_toml import load_settings, parse_settings
from bookmaker.settings.options import override

if TYPE_CHECKING:
    from pathlib import Path

FULL = """
[issue]
title = "溪山月报"
subtitle = "山里的月刊"
year = 2031
volume = 12
issue = 4
date = 2031-04-05
publisher = "溪山社"
issn = "9999-9994"
cn = "99-9999/C"
language = "zh-CN"
rights = "自撰"
description = "杜撰"
source = "纸本"
accent = "#0a5"

[book]
text = "溪山.txt"
slug = "xishan-4"
cover = "cover.png"
images = "images"
editions = ["zh-Hans.horizontal"]

[pdf]
page-size = "185x260"
margins = [20, 18, 22.5, 16]

[segment]
departments = ["山居", "水事"]
running-heads = ["溪山月报"]
column = 18
"""


def parse(text: str) -> Settings:
    return parse_settings(text, file="book.toml")


def test_every_documented_key_is_read() -> None:
    settings = parse(FULL)
    metadata = settings.metadata(title="文件名", language="zh-Hant-TW")
    assert (metadata.title, metadata.number, metadata.volume, metadata.date, metadata.language) == (
        "溪山月报",
        "4",
        "12",
        "2031-04-05",
        "zh-Hans",
    )
    assert settings.book.editions == ("zh-Hans.horizontal",)
    assert settings.pdf.size == (185.0, 260.0)
    assert settings.pdf.margins == (20, 18, 22.5, 16)
    assert settings.segment.hints == {
        "departments": ["山居", "水事"],
        "running-heads": ["溪山月报"],
        "column": 18,
    }


def test_empty_file_leaves_title_and_language_to_the_caller() -> None:
    metadata = parse("").metadata(title="文件名", language="zh-Hant-TW")
    assert (metadata.title, metadata.language, metadata.date) == ("文件名", "zh-Hant-TW", None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[issue]\nisssn = 'x'", r"unknown key 'isssn' in \[issue\]: did you mean 'issn'\?"),
        ("[pdf]\npage_size = 'A4'", r"unknown key 'page_size' in \[pdf\]: did you mean 'page-size'\?"),
        ("[book]\ntitle = 'x'", r"unknown key 'title' in \[book\]: it belongs in \[issue\]"),
        ("[book]\nzzz = 'x'", r"unknown key 'zzz' in \[book\]: known are text, slug, cover"),
        ("[isue]\n", r"unknown table \[isue\]: did you mean 'issue'\?"),
        ("issue = 3", r"issue: expected a table, \[issue\]"),
        ("[issue]\ntitle = 3", r"issue\.title: expected text in quotation marks, found a whole number"),
        ("[issue]\nyear = '2031'", r"issue\.year: expected a whole number, found text"),
        ("[issue]\nyear = 0", r"issue\.year: 0 is no year"),
        ("[issue]\ntitle = ' '", r"issue\.title: is empty"),
        ("[issue]\ndate = '5 April'", r"issue\.date: '5 April' is no date: write 2024"),
        ("[issue]\nissn = '9999-9993'", r"issue\.issn: '9999-9993' is no ISSN: its check digit would be 4"),
        (
            "[issue]\nlanguage = 'ja'",
            r"issue\.language: 'ja' is no language of an edition: use one of zh-Hans",
        ),
        ("[issue]\naccent = 'red'", r"issue\.accent: 'red' is no colour"),
        ("[issue]\nissue = 3\nnumber = 4", r"issue\.issue and issue\.number differ"),
        ("[pdf]\nmargins = [1, 2]", r"pdf\.margins: expected a list of 4, found 2"),
        ("[pdf]\nmargins = [1, 2, 3, 400]", r"pdf\.margins: each must lie between 0 and 100"),
        ("[pdf]\nmargins = [1, 2, 3, 'x']", r"pdf\.margins\[3\]: expected a number, found text"),
        ("[pdf]\npage-size = 'big'", r"pdf\.page-size: 'big' is no page size: write width and height"),
        ("[pdf]\npage-size = '1x260'", r"pdf\.page-size: '1x260' is no page size"),
        ("[segment]\ndepartments = 'x'", r"segment\.departments: expected a list, found text"),
    ],
)
def test_fault_names_file_and_key(text: str, message: str) -> None:
    with pytest.raises(UsageError, match="^book\\.toml: " + message):
        parse(text)


@pytest.mark.parametrize(
    ("size", "millimetres"),
    [("A4", (210, 297)), ("16开", (185, 260)), ("185mm 260mm", (185, 260)), ("140 × 210.5", (140, 210.5))],
)
def test_page_size_is_named_or_measured(size: str, millimetres: tuple[float, float]) -> None:
    assert parse(f"[pdf]\npage-size = '{size}'").pdf.size == millimetres


def test_file_that_is_not_toml_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "book.toml"
    path.write_text("[issue]\ntitle 溪山\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"book\.toml: not TOML: .*line 2"):
        load_settings(path)


def test_file_that_is_not_utf8_says_so(tmp_path: Path) -> None:
    path = tmp_path / "book.toml"
    path.write_bytes('[issue]\ntitle = "溪山月报，馆长说"\n'.encode("gb18030"))
    with pytest.raises(InputError, match="not UTF-8"):
        load_settings(path)


def test_missing_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: No such file"):
        load_settings(tmp_path / "book.toml")


def test_options_override_the_file() -> None:
    settings = override(parse(FULL), {"title": "溪山季报", "issue": "5", "year": "2032", "date": None})
    metadata = settings.metadata(title="x", language="zh-Hans")
    assert (metadata.title, metadata.number, metadata.year) == ("溪山季报", "5", 2032)
    assert metadata.date == "2031-04-05"


def test_option_replaces_either_name_of_the_number() -> None:
    settings = override(parse("[issue]\nnumber = 3"), {"issue": "5"})
    assert settings.metadata(title="x", language="zh-Hans").number == "5"


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("issn", "1234", "^--issn: '1234' is no ISSN"),
        ("date", "gestern", "^--date: 'gestern' is no date"),
        ("year", "MMXL", "^--year: 'MMXL' is no year"),
        ("language", "en", "^--language: 'en' is no language"),
    ],
)
def test_fault_of_an_option_names_the_option(option: str, value: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        override(Settings(), {option: value})


@pytest.mark.parametrize("issn", ["9999-9994", "2434-561X", "0378-5955", "1050-124X"])
def test_issn_with_its_check_digit_is_right(issn: str) -> None:
    assert issn_fault(issn) is None


@pytest.mark.parametrize("issn", ["0378-5954", "03785955", "0378-595x", "０378-5955", ""])
def test_issn_with_a_fault_is_named(issn: str) -> None:
    assert "is no ISSN" in (issn_fault(issn) or "")


@pytest.mark.parametrize("date", ["2024", "2024-02", "2024-02-29"])
def test_date_may_be_a_year_a_month_or_a_day(date: str) -> None:
    assert date_fault(date) is None


@pytest.mark.parametrize("date", ["2023-02-29", "2024-13", "24-01", "2024-2-3", "2024-02-15T00:00", "0000"])
def test_date_that_is_none_is_named(date: str) -> None:
    assert "is no date" in (date_fault(date) or "")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("馆长说，来的人里头有一半是孩子，他们没见过。", "zh-Hans"),
        ("館長說，來的人裡頭有一半是孩子，他們沒見過。", "zh-Hant-TW"),
        ("館長說，來的人裏頭有一半是孩子，他們看着水羣。", "zh-Hant-HK"),
        ("人口手 2031 and so on", None),
        ("", None),
    ],
)
def test_language_is_told_by_characters_of_one_form_only(text: str, language: str | None) -> None:
    assert detect_language(Counter(text)) == language


def test_japanese_is_noticed() -> None:
    assert looks_japanese(Counter("川辺の古い水車小屋は、昨年の秋にふたたび開かれた。"))
    assert not looks_japanese(Counter("馆长说，日文里的“の”字谁都认得，来的人里头有一半是孩子。"))
    assert not looks_japanese(Counter())


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("zh-CN", "zh-Hans"),
        ("zh_TW", "zh-Hant-TW"),
        ("ZH-HANT-HK", "zh-Hant-HK"),
        ("zh-Hant", "zh-Hant-TW"),
        ("ja", None),
    ],
)
def test_usual_tags_mean_a_language(tag: str, language: str | None) -> None:
    assert canonical_language(tag) == language
