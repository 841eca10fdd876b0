"""Everything bookmaker can say: the catalogue of diagnostics, the one error tree and the exit codes.

A *diagnostic* is a value: code, message, place. An *error* ends the run with the exit code of its class and
one line on stderr that says what is wrong, where, and what to do.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum

from bookmaker.model import Record


class Exit(IntEnum):
    """Exit codes of the command line, as the README documents them."""

    DONE = 0
    DOUBTS = 1
    USAGE = 2
    INPUT = 3
    OUTPUT = 4


class Code(StrEnum):
    """Closed catalogue of diagnostics; the comment says when each one is given."""

    ASSUMED = "assumed"  # metadata nobody gave: what was put in its place
    ENCODING = "encoding"  # how the bytes of a text layer were read, where it was not UTF-8
    NO_ARTICLE = "no-article"  # no article could be recognised: the whole text became one
    UNTITLED = "untitled"  # an article without a title
    TITLE_NOT_IN_CONTENTS = "title-not-in-contents"  # a title that the contents page does not list
    CONTENTS_ENTRY_UNMATCHED = "contents-entry-unmatched"  # an entry of the contents page without article
    BREAK = "paragraph-break"  # a paragraph break (or its absence) decided by a hair
    LABEL = "label"  # a line whose kind was decided by a hair
    TITLE = "title"  # a title that another line nearly became
    UNPLACED = "unplaced"  # text kept where it stood because nothing claimed it
    CORRECTION = "correction"  # a correction of the editor's that no longer fits the segmentation
    IMAGE_MISSING = "image-missing"  # a figure without its image: the placeholder names the file wanted
    FALLBACK_GLYPH = "fallback-glyph"  # a character set in a system font, bookmaker's faces lacking it
    QUOTES = "unbalanced-quotes"  # a quotation mark without partner, left as it is in an edition
    RENDERER = "renderer"  # a warning of the layout engine


class Diagnostic(Record):
    """One thing to know about a run; ``doubt`` marks what an editor should look at."""

    code: Code
    message: str
    page: int | None = None
    line: int | None = None
    article: str | None = None
    doubt: bool = False
    alternative: str | None = None
    margin: float | None = None


class BookmakerError(Exception):
    """Base of every error a user can meet; ``exit_code`` is what the command line returns."""

    exit_code = Exit.OUTPUT


class UsageError(BookmakerError):
    """The command line or book.toml asks for something that does not exist."""

    exit_code = Exit.USAGE


class InputError(BookmakerError):
    """An input file cannot be read as what it claims to be."""

    exit_code = Exit.INPUT


class OutputError(BookmakerError):
    """An output cannot be written, or a tool that makes it failed."""

    exit_code = Exit.OUTPUT
