"""What a person decides about a book: ``book.toml`` and the options that override it, checked and frozen.

A key nobody knows is an error that names the nearest known one: a misspelt one must not vanish in silence.
Lengths are in millimetres.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import msgspec

from bookmaker.diagnostics import InputError, UsageError
from bookmaker.language import canonical_language
from bookmaker.metadata import faults, language_fault
from bookmaker.model import Metadata, Record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

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
    ``zh-Hans.horizontal``, like the names of the outputs; ``embed-fonts`` puts faces into the EPUBs.
    """

    text: str | None = None
    slug: str | None = None
    cover: str | None = None
    images: str | None = None
    editions: tuple[str, ...] = ()
    embed_fonts: bool = False


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
        return None if self.page_size is None else _page_size(self.page_size)


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


_TABLES: dict[str, type[Record]] = {
    "issue": IssueSettings,
    "book": BookSettings,
    "images": ImageSettings,
    "pdf": PdfSettings,
    "segment": SegmentSettings,
    "edit": EditSettings,
}
_KINDS = {
    "str": "text in quotation marks",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
    "null": "nothing",
}


def load_settings(path: Path) -> Settings:
    """Read ``book.toml`` at ``path``.

    Raises InputError for a file that cannot be read or is not TOML, UsageError for unknown keys, wrong types
    and values that break a rule, each naming the file and the key.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 (offset {error.start}): save it as UTF-8") from error
    return parse_settings(text, file=str(path))


def parse_settings(text: str, *, file: str) -> Settings:
    """Return the settings in the text of a ``book.toml``; ``file`` is its name. Raises as above."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{file}: not TOML: {error}") from error
    _refuse_unknown(data, file)
    if isinstance(data.get("issue"), dict):
        data["issue"] = {key: _as_text(key, value) for key, value in data["issue"].items()}
    try:
        settings = msgspec.convert({**data, "file": file}, Settings)
    except msgspec.ValidationError as error:
        raise UsageError(f"{file}: {_wrong_type(str(error))}") from error
    return _checked(settings)


def override(settings: Settings, options: Mapping[str, str | None]) -> Settings:
    """Return ``settings`` with the ``[issue]`` keys in ``options`` replaced, where they are not None.

    Raises UsageError naming the option for a value that breaks a rule.
    """
    given: dict[str, Any] = {key: value for key, value in options.items() if value is not None}
    if not given:
        return settings
    if "year" in given:
        if not given["year"].isdecimal():
            raise UsageError(f"--year: {given['year']!r} is no year: write it with four digits")
        given["year"] = int(given["year"])
    issue = settings.issue
    if "issue" in given:
        issue = msgspec.structs.replace(issue, number=None)
    _checked(Settings(issue=IssueSettings(**given)), prefix="--")
    return _checked(msgspec.structs.replace(settings, issue=msgspec.structs.replace(issue, **given)))


def override_pdf(settings: Settings, options: Mapping[str, Any]) -> Settings:
    """Return ``settings`` with the ``[pdf]`` keys in ``options`` replaced, where they are given (true).

    Raises UsageError naming the option for a value that breaks a rule.
    """
    given = {key: value for key, value in options.items() if value}
    if not given:
        return settings
    pdf = msgspec.structs.replace(settings.pdf, **given)
    _check_pdf(pdf, "--", {"profiles": "pdf-profile"})
    return msgspec.structs.replace(settings, pdf=pdf)


def _as_text(key: str, value: object) -> object:
    """Accept ``number = 3`` and ``date = 2024-02-15`` as written: TOML has numbers and dates of its own."""
    if isinstance(value, date):
        return value.isoformat()
    if (
        key in {"number", "issue", "volume", "date"}
        and isinstance(value, int)
        and not isinstance(value, bool)
    ):
        return str(value)
    return value


def _refuse_unknown(data: Mapping[str, Any], file: str) -> None:
    for name, table in data.items():
        if name not in _TABLES:
            raise UsageError(f"{file}: unknown table [{name}]{_nearest(name, list(_TABLES))}")
        if not isinstance(table, dict):
            raise UsageError(f"{file}: {name}: expected a table, [{name}]")
        known = [field.encode_name for field in msgspec.structs.fields(_TABLES[name])]
        for key in table:
            if key not in known:
                raise UsageError(f"{file}: unknown key {key!r} in [{name}]{_nearest(key, known, data)}")


def _nearest(name: str, known: list[str], data: Mapping[str, Any] | None = None) -> str:
    near = get_close_matches(name.replace("_", "-"), known, n=1, cutoff=0.5)
    if near:
        return f": did you mean {near[0]!r}?"
    for table, record in _TABLES.items() if data is not None else ():
        if name in [field.encode_name for field in msgspec.structs.fields(record)]:
            return f": it belongs in [{table}]"
    return f": known are {', '.join(known)}"


def _wrong_type(message: str) -> str:
    """Turn ``Expected `str`, got `int` - at `$.issue.title` `` into words that name the key first."""
    found = re.fullmatch(
        r"Expected `(.+?)`(?: of length (\d+))?, got `?(.+?)`?(?: of length (\d+))?(?: - at `\$\.?(.*)`)?",
        message,
    )
    if found is None:
        return message
    expected = " or ".join(_KINDS.get(part, part) for part in found[1].split(" | ") if part != "null")
    if found[2]:
        return f"{found[5]}: expected {expected} of {found[2]}, found {found[4] or found[3]}"
    return f"{found[5]}: expected {expected}, found {_KINDS.get(found[3], found[3])}"


def _checked(settings: Settings, *, prefix: str = "issue.") -> Settings:
    issue, file = settings.issue, settings.file
    if issue.issue is not None and issue.number not in {None, issue.issue}:
        raise UsageError(f"{file}: issue.issue and issue.number differ: they mean the same, keep one")
    if issue.language is not None:
        language = canonical_language(issue.language)
        if language is None:
            raise UsageError(_where(file, prefix, "language") + language_fault(issue.language))
        settings = msgspec.structs.replace(settings, issue=msgspec.structs.replace(issue, language=language))
    for field, fault in faults(settings.metadata(title="title", language="zh-Hans")):
        raise UsageError(_where(file, prefix, field) + fault)
    _check_pdf(settings.pdf, f"{file}: pdf.", {})
    _check_images(settings.images, file)
    return msgspec.structs.replace(settings, edit=_checked_edit(settings.edit, file))


def _check_images(images: ImageSettings, file: str) -> None:
    for key, value, least, most in (
        ("max-pixels", images.max_pixels, 10_000, 100_000_000),
        ("max-bytes", images.max_bytes, 10_000, 100_000_000),
        ("quality", images.quality, 1, 95),
    ):
        if not least <= value <= most:
            raise UsageError(f"{file}: images.{key}: {value} does not lie between {least} and {most}")


def _check_pdf(pdf: PdfSettings, prefix: str, names: Mapping[str, str]) -> None:
    """Raise UsageError for values of ``[pdf]`` that break a rule, calling keys by ``names`` if they are there."""
    if pdf.page_size is not None and _page_size(pdf.page_size) is None:
        raise UsageError(
            f"{prefix}page-size: {pdf.page_size!r} is no page size: write width and height in "
            f"millimetres as 185x260, or one of {', '.join(PAGE_SIZES)}"
        )
    if pdf.margins is not None and not all(0 <= margin <= 100 for margin in pdf.margins):
        raise UsageError(f"{prefix}margins: each must lie between 0 and 100 millimetres")
    for name in pdf.profiles:
        if name not in PROFILES:
            raise UsageError(
                f"{prefix}{names.get('profiles', 'profiles')}: {name!r} is none of {', '.join(PROFILES)}"
            )
    if not pdf.profiles:
        raise UsageError(f"{prefix}profiles: name at least one of {', '.join(PROFILES)}")
    if pdf.columns not in {1, 2}:
        raise UsageError(f"{prefix}columns: the body has 1 column or 2")
    if not 1 <= pdf.pages_multiple <= 128:
        raise UsageError(f"{prefix}pages-multiple: must lie between 1 and 128, as 4 for folded sheets")
    if pdf.attach_source and "archive" not in pdf.profiles:
        raise UsageError(
            f"{prefix}attach-source: only the PDF for an archive carries its source: "
            f"ask for the profile archive as well"
        )
    if (pdf.press_condition is None) != (pdf.press_profile is None):
        raise UsageError(
            f"{prefix}press-profile and press-condition belong together: the file of an ICC profile and the "
            f"name of the printing condition that it describes, as FOGRA39"
        )


def _checked_edit(edit: EditSettings, file: str) -> EditSettings:
    """Return ``[edit]`` with its languages by their canonical names; raise UsageError for one nobody knows."""
    if not all(word.strip() for word in edit.protect):
        raise UsageError(f"{file}: edit.protect: an empty word protects nothing: remove it")
    return msgspec.structs.replace(
        edit,
        glossary=_checked_words(edit.glossary, f"{file}: edit.glossary"),
        phrases=_checked_words(edit.phrases, f"{file}: edit.phrases"),
    )


def _checked_words(words: Mapping[str, str | dict[str, str]], where: str) -> dict[str, str | dict[str, str]]:
    checked: dict[str, str | dict[str, str]] = {}
    for word, meant in words.items():
        if not word.strip() or "\n" in word:
            raise UsageError(f"{where}: {word!r} is no word: write it in one line")
        if isinstance(meant, str):
            checked[word] = meant
            continue
        forms: dict[str, str] = {}
        for tag, form in meant.items():
            language = canonical_language(tag)
            if language is None:
                raise UsageError(f"{where}.{word}: {language_fault(tag)}")
            forms[language] = form
        checked[word] = forms
    return checked


def _where(file: str, prefix: str, field: str) -> str:
    return f"{prefix}{field}: " if prefix == "--" else f"{file}: {prefix}{field}: "


def _page_size(text: str) -> tuple[float, float] | None:
    for name, size in PAGE_SIZES.items():
        if text.strip().lower() == name.lower():
            return size
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(?:mm)?\s*[x×*\s]\s*(\d+(?:\.\d+)?)\s*(?:mm)?\s*", text)
    if found is None:
        return None
    width, height = float(found[1]), float(found[2])
    return (width, height) if 50 <= width <= 1000 and 50 <= height <= 1000 else None
