"""What a person decides about a book: ``book.toml`` and the options that override it, as frozen records.

``book_toml`` reads them, ``options`` overrides them, ``rules`` says which values hold. Lengths are in millimetres.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from bookmaker.model import Metadata, Record

if TYPE_CHECKING:
    from collections.abc import Mapping

PAGE_SIZES = {
    "16开": (185.0, 260.0),
    "大16开": (210.0, 285.0),
    "A4": (210.0, 297.0),
    "A5": (148.0, 210.0),
    "B5": (176.0, 250.0),
    "32开": (130.0, 184.0),
    "6in": (90.0, 122.0),
    "7.8in": (119.0, 158.0),
    "10.3in": (157.0, 210.0),
}
"""Named page sizes, width and height in millimetres: 16开 is that of Chinese magazines, inches are e-ink screens."""

FONT_FORMATS = ("woff2", "ttf")
"""Formats of the faces inside an EPUB."""

PROFILES = ("screen", "archive", "print")
"""What a PDF can be made for."""


class IssueSettings(Record, frozen=True, rename="kebab"):
    """Table ``[issue]``: what a library records; ``issue`` is another name for ``number``."""

    title: str | None = None
    subtitle: str | None = None
    number: str | None = None
    issue: str | None = None
    year: int | None = None
    volume: str | None = None
    date: str | None = None
    publisher: str | None = None
    issn: str | None = None
    cn: str | None = None
    language: str | None = None
    rights: str | None = None
    description: str | None = None
    source: str | None = None
    accent: str | None = None


class BookSettings(Record, frozen=True, rename="kebab"):
    """Table ``[book]``: files and names.

    ``text`` is the text layer or segmented issue, ``cover`` a picture, ``images`` the folder of pictures, all
    relative to ``book.toml``; ``slug`` begins the names of the outputs; ``editions`` are written as
    ``zh-Hans.horizontal``, like the names of the outputs; ``embed-fonts`` puts faces into the EPUBs, as WOFF2 if
    it is true, else in the format that it names (``FONT_FORMATS``).
    """

    text: str | None = None
    slug: str | None = None
    cover: str | None = None
    images: str | None = None
    editions: tuple[str, ...] = ()
    embed_fonts: bool | str = False


class PdfSettings(Record, frozen=True, rename="kebab"):
    """Table ``[pdf]``: what the PDFs are for, and their pages.

    ``page-size`` is a name or ``185x260`` in millimetres; ``margins`` are four numbers: top, outer, bottom, inner.
    ``columns`` (1 or 2) are those of the body on horizontal pages.
    ``profiles`` name what is made: for a screen, an archive, a press (``PROFILES``). ``attach-source`` puts the
    segmented issue into the archive's PDF. A press's PDF has a number of pages that ``pages-multiple`` divides; its
    colours are those of ``press-profile``, an ICC profile beside ``book.toml``, called ``press-condition``.
    """

    page_size: str | None = None
    margins: tuple[float, float, float, float] | None = None
    columns: int = 1
    profiles: tuple[str, ...] = ("screen",)
    attach_source: bool = False
    pages_multiple: int = 1
    press_profile: str | None = None
    press_condition: str | None = None

    @property
    def size(self) -> tuple[float, float] | None:
        """Width and height of the page in millimetres, None where none was asked for."""
        return None if self.page_size is None else page_size_of(self.page_size)


class ImageSettings(Record, frozen=True, rename="kebab"):
    """Table ``[images]``: how large the pictures in a book may be before they are made smaller.

    ``max-pixels`` is width times height; ``quality`` (1 to 95) is that of JPEG and WebP where one is made.
    """

    max_pixels: int = 4_000_000
    max_bytes: int = 1_500_000
    quality: int = 85


class SegmentSettings(Record, frozen=True, rename="kebab"):
    """Table ``[segment]``: hints for finding the articles.

    ``departments`` and ``running-heads`` are lists of names as printed, ``column`` is the width of the usual
    column in ems. ``corrections`` is the file of the editor's corrections, relative to ``book.toml``.
    """

    departments: tuple[str, ...] = ()
    running_heads: tuple[str, ...] = ()
    column: int | None = None
    corrections: str | None = None

    @property
    def hints(self) -> Mapping[str, object]:
        """The hints that were given, by their keys in ``book.toml``."""
        hints = msgspec.structs.replace(self, corrections=None)
        return {key: value for key, value in msgspec.json.decode(msgspec.json.encode(hints)).items() if value}


class EditSettings(Record, frozen=True, rename="kebab"):
    """Table ``[edit]``: how the text becomes that of another language.

    ``glossary`` says how names are written in the editions: ``"叶里" = "葉里"`` in those of the other script,
    ``"叶里" = { zh-Hant-HK = "葉里" }`` in one language. ``phrases`` are replacements of the same form.
    Words in ``protect`` stay as they are; ``idioms`` also replaces the words of one region by those of another
    (社区 by 社群: Taiwan only); ``quotes`` turns quotation marks into those of the region.
    """

    glossary: dict[str, str | dict[str, str]] = msgspec.field(default_factory=dict)
    phrases: dict[str, str | dict[str, str]] = msgspec.field(default_factory=dict)
    protect: tuple[str, ...] = ()
    idioms: bool = False
    quotes: bool = True


class Settings(Record, frozen=True):
    """All settings of a book; ``file`` is the ``book.toml`` they came from, for messages."""

    issue: IssueSettings = IssueSettings()
    book: BookSettings = BookSettings()
    images: ImageSettings = ImageSettings()
    pdf: PdfSettings = PdfSettings()
    segment: SegmentSettings = SegmentSettings()
    edit: EditSettings = EditSettings()
    file: str = "command line"

    def metadata(self, *, title: str, language: str) -> Metadata:
        """Return the issue's metadata, with ``title`` and ``language`` where the settings name none."""
        return self.override(Metadata(title=title, language=language))

    def override(self, metadata: Metadata) -> Metadata:
        """Return ``metadata`` with the values of ``[issue]`` where they are given."""
        given = {key: value for key, value in msgspec.structs.asdict(self.issue).items() if value is not None}
        if "issue" in given:
            given["number"] = given.pop("issue")
        return msgspec.structs.replace(metadata, **given)


def page_size_of(text: str) -> tuple[float, float] | None:
    """Return width and height of a page size by name or as ``185x260``, None for what is none (50 to 1000 mm)."""
    for name, size in PAGE_SIZES.items():
        if text.strip().lower() == name.lower():
            return size
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(?:mm)?\s*[x×*\s]\s*(\d+(?:\.\d+)?)\s*(?:mm)?\s*", text)
    if found is None:
        return None
    width, height = float(found[1]), float(found[2])
    return (width, height) if 50 <= width <= 1000 and 50 <= height <= 1000 else None
