"""Which values of ``book.toml`` hold, beyond their types."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bookmaker.diagnostics import UsageError
from bookmaker.language import canonical_language
from bookmaker.metadata import faults, language_fault
from bookmaker.settings import (
    FONT_FORMATS,
    PAGE_SIZES,
    PROFILES,
    EditSettings,
    ImageSettings,
    PdfSettings,
    Settings,
    page_size_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


def checked(settings: Settings, *, prefix: str = "issue.") -> Settings:
    """Return ``settings`` with languages by their canonical names.

    Raises UsageError for a value that breaks a rule, calling keys of ``[issue]`` by ``prefix``.
    """
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
    check_pdf(settings.pdf, f"{file}: pdf.", {})
    if settings.book.embed_fonts not in {True, False, *FONT_FORMATS}:
        raise UsageError(
            f"{file}: book.embed-fonts: {settings.book.embed_fonts!r} is none of true, false, "
            f"{', '.join(FONT_FORMATS)}"
        )
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


def check_pdf(pdf: PdfSettings, prefix: str, names: Mapping[str, str]) -> None:
    """Raise UsageError for values of ``[pdf]`` that break a rule, calling keys by ``names`` if they are there."""
    if pdf.page_size is not None and page_size_of(pdf.page_size) is None:
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
