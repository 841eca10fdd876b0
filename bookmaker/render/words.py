"""The few words that the book itself says, in the edition's language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from bookmaker.diagnostics import InputError

if TYPE_CHECKING:
    from bookmaker.model import Metadata


class Words(msgspec.Struct, frozen=True):
    """Words of one language: names of pages that are no articles, and what stands for a picture."""

    cover: str
    title_page: str
    contents: str
    picture: str
    picture_missing: str
    serial_number: str


_SIMPLIFIED = Words("封面", "扉页", "目录", "图片", "图片缺失", "国内统一刊号")
_TRADITIONAL = Words("封面", "扉頁", "目錄", "圖片", "圖片缺失", "國內統一刊號")
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")


def words(language: str) -> Words:
    """Return the words for ``language`` (BCP 47): simplified, unless the tag says Hant."""
    return _TRADITIONAL if "hant" in language.lower() else _SIMPLIFIED


def date_parts(metadata: Metadata) -> tuple[int, ...]:
    """Return year, month and day of the issue's date as far as it is known, () without a date.

    Raises InputError for a date that is not ISO 8601.
    """
    if not metadata.date:
        return ()
    found = _DATE.fullmatch(metadata.date)
    if found is None:
        raise InputError(f"metadata.date: {metadata.date!r} is no date: write 2024, 2024-02 or 2024-02-15")
    return tuple(int(part) for part in found.groups() if part is not None)


def date_in_words(metadata: Metadata, *, han: bool = False) -> str:
    """Return the date as it is printed, as 2024年2月15日 (二〇二四年二月十五日 if ``han``); empty without one."""
    parts = [str(part) for part in date_parts(metadata)]
    if han:
        parts = [_han_year(parts[0]), *map(_han_number, parts[1:])] if parts else []
    return "".join(f"{part}{unit}" for part, unit in zip(parts, "年月日", strict=False))


def number_in_words(metadata: Metadata, *, han: bool = False) -> str:
    """Return year, volume and number as they are printed, as 2024年第2期; empty where nothing is known.

    A number that is not made of digits (春季号, 总第285期) is printed as it is given. With ``han`` its digits
    become Han numerals: 二〇二四年第二期.
    """
    year = str(metadata.year or next(iter(date_parts(metadata)), ""))
    if han:
        year = _han_year(year)
    parts = [f"{year}年"] if year and (metadata.number or not metadata.date) else []
    for value, unit in ((metadata.volume, "卷"), (metadata.number, "期")):
        if value:
            shown = re.sub(r"[0-9]+", lambda digits: _han_number(digits[0]), value) if han else value
            parts.append(f"第{shown}{unit}" if re.fullmatch(r"[\d–—/-]+", value) else shown)
    return "".join(parts)


_HAN_DIGITS = "〇一二三四五六七八九"


def _han_year(year: str) -> str:
    """Return a year digit by digit: 二〇二四."""
    return "".join(_HAN_DIGITS[int(digit)] for digit in year)


def _han_number(digits: str) -> str:
    """Return a number as it is spoken, 二百八十五; from ten thousand on digit by digit."""
    number = int(digits)
    if not 0 < number < 10_000:
        return _han_year(digits)
    said, zero = "", False
    for place, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit:
            said += "〇" * (zero and bool(said)) + _HAN_DIGITS[digit] + unit
        zero = not digit
    return said.removeprefix("一") if said.startswith("一十") else said
