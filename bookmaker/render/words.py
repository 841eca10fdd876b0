"""The few words that the book itself says, in the edition's language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bookmaker.diagnostics import InputError

if TYPE_CHECKING:
    from bookmaker.model import Metadata


@dataclass(frozen=True)
class Words:
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


def date_in_words(metadata: Metadata) -> str:
    """Return the date as it is printed, as 2024年2月15日; empty without a date."""
    return "".join(f"{part}{unit}" for part, unit in zip(date_parts(metadata), "年月日", strict=False))


def number_in_words(metadata: Metadata) -> str:
    """Return year, volume and number as they are printed, as 2024年第2期; empty where nothing is known.

    A number that is not made of digits (春季号, 总第285期) is printed as it is given.
    """
    year = metadata.year or next(iter(date_parts(metadata)), None)
    parts = [f"{year}年"] if year and (metadata.number or not metadata.date) else []
    for value, unit in ((metadata.volume, "卷"), (metadata.number, "期")):
        if value:
            parts.append(f"第{value}{unit}" if re.fullmatch(r"[\d–—/-]+", value) else value)
    return "".join(parts)
