"""Rules for what a library records of an issue: dates, ISSN, language, colour.

``book.toml``, the command line and the issue file obey the same rules, so they stand here once.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from bookmaker.language import LANGUAGES, canonical_language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bookmaker.model import Metadata

_ISSN = re.compile(r"([0-9]{4})-([0-9]{3})([0-9X])")
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_COLOUR = re.compile(r"#(?:[0-9A-Fa-f]{3}){1,2}")


def faults(metadata: Metadata) -> Iterator[tuple[str, str]]:
    """Yield every field of ``metadata`` that breaks a rule, with what is wrong and what to do."""
    for field, value in msgspec.structs.asdict(metadata).items():
        if isinstance(value, str) and _CONTROL.search(value):
            yield field, "holds a control character: remove it"
    if not metadata.title.strip():
        yield "title", "is empty: give the magazine's name"
    if metadata.issn is not None and (fault := issn_fault(metadata.issn)):
        yield "issn", fault
    if metadata.date is not None and (fault := date_fault(metadata.date)):
        yield "date", fault
    if metadata.language not in LANGUAGES:
        yield "language", language_fault(metadata.language)
    if metadata.year is not None and not 1 <= metadata.year <= 9999:
        yield "year", f"{metadata.year} is no year: write it with four digits"
    if metadata.accent is not None and not _COLOUR.fullmatch(metadata.accent):
        yield "accent", f"{metadata.accent!r} is no colour: write it as #8c2f25"


def issn_fault(issn: str) -> str | None:
    """Return what is wrong with an ISSN, None if its form and check digit are right (ISO 3297, annex A)."""
    found = _ISSN.fullmatch(issn)
    if found is None:
        return f"{issn!r} is no ISSN: write eight digits as 1234-5679 (the last may be X)"
    digits = found[1] + found[2]
    rest = -sum(int(digit) * weight for digit, weight in zip(digits, range(8, 1, -1), strict=True)) % 11
    check = "X" if rest == 10 else str(rest)
    if found[3] == check:
        return None
    return f"{issn!r} is no ISSN: its check digit would be {check}, so some digit is wrong"


def date_fault(text: str) -> str | None:
    """Return what is wrong with a date, None if it is ISO 8601: a year, a month or a day that exists."""
    found = _DATE.fullmatch(text)
    if found is None:
        return f"{text!r} is no date: write 2024, 2024-02 or 2024-02-15"
    try:
        date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        return f"{text!r} is no date: there is no such day"
    return None


def language_fault(tag: str) -> str:
    """Return what to say of a language that bookmaker does not know by this tag."""
    meant = canonical_language(tag)
    hint = f"write {meant}" if meant else f"use one of {', '.join(LANGUAGES)}"
    return f"{tag!r} is no language of an edition: {hint}"
