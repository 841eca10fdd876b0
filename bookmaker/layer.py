"""The text layer as read, and the ledger of everything that was taken out of it or changed in it.

Every character of the input that is not white space ends in a block of the issue or in a ``Change``; the
build proves the sum on every run (``bookmaker.segment.ledger``).
"""

from __future__ import annotations

from enum import StrEnum

from bookmaker.model import Record


class Reason(StrEnum):
    """Why characters of the text layer differ from the book's: the ledger's closed list."""

    CONTROL = "control-character"  # C0/C1 controls, zero-width and private formatting characters
    RADICAL = "radical"  # a Kangxi or CJK radical where the unified ideograph was meant
    COMPATIBILITY = "compatibility-form"  # a CJK compatibility ideograph or vertical presentation form
    DOUBLING = "doubling"  # shadowed display text, set twice
    TURNED_QUOTE = "turned-quote"  # a quotation mark turned round by doubled setting
    RUNNING_HEAD = "running-head"  # a running head or a department's tab
    JUMP = "jump-line"  # where an article goes on in print, as 下转第12页
    FOLIO = "folio"  # a page number
    CONTENTS = "contents-page"  # the printed contents, which the book makes anew
    MARK = "mark"  # a mark that styling replaces: ■ before a byline, ● before a head, —— before a subtitle
    BYLINE = "byline"  # separators and labels of a byline, set anew
    HYPHEN = "hyphen"  # a hyphen that broke a word at a line's end
    NOISE = "noise"  # characters without meaning, as a stray ？？
    ADDED = "added"  # put in by an editor's correction


class Change(Record):
    """One entry of the ledger: at ``page`` and ``line`` (from 1), ``removed`` went and ``added`` came."""

    page: int
    line: int
    reason: Reason
    removed: str = ""
    added: str = ""


class Line(Record):
    """A line that is not blank: its number in the file from 1, its text, and the blank lines before it.

    ``text`` is normalised (``bookmaker.read``) and keeps its indent but no trailing white space.
    """

    number: int
    text: str
    blank_before: int = 0


class RawPage(Record):
    """A page of the text layer, from 1; ``marked`` is False for a page break that was inferred."""

    number: int
    lines: tuple[Line, ...]
    marked: bool = True


class Layer(Record):
    """A whole text layer: its pages, the encoding it was read in, and what normalisation changed."""

    pages: tuple[RawPage, ...]
    encoding: str = "utf-8"
    changes: tuple[Change, ...] = ()
    name: str = "text layer"
