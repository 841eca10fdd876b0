"""The change report of an edition: what the edit stage decided beyond one-to-one mapping of characters."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from bookmaker.model import Record


class Kind(StrEnum):
    """Why a text differs from what a character table alone would make of it: the report's closed list."""

    CHOICE = "choice"  # a character that has several forms got another than its usual one (头发→頭髮)
    IDIOM = "idiom"  # words of one region replaced by those of another, when asked for
    NAME = "name"  # a personal or place name kept right against the converter
    WORD = "word"  # a word kept right against the converter, from the shipped list
    GLOSSARY = "glossary"  # a word of the issue's own glossary
    PHRASE = "phrase"  # a replacement that book.toml asks for
    PROTECTED = "protected"  # a word that book.toml protects
    QUOTES = "quotes"  # quotation marks turned into those of the region


class Place(Record):
    """One place of a change: ``before`` and ``after`` are up to eight characters around it, in the edition.

    ``article`` and ``block`` are ids; metadata have no article, and name their field in ``block``. ``page`` and
    ``line`` say where the block begins in the text layer.
    """

    article: str | None = None
    block: str | None = None
    before: str = ""
    after: str = ""
    page: int | None = None
    line: int | None = None


class Revision(Record):
    """One change: ``source`` became ``target`` ``count`` times; ``places`` are the first of them."""

    kind: Kind
    source: str
    target: str
    count: int
    places: tuple[Place, ...] = ()


class Revisions(Record):
    """All changes of an edition: how many of each kind, and the changes by kind, the most frequent first."""

    language: str
    mode: str
    counts: dict[str, int] = msgspec.field(default_factory=dict)
    changes: tuple[Revision, ...] = ()
