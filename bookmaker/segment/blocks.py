"""From rows to blocks: lines joined, meaningless blanks dropped, marks set aside in the ledger."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bookmaker.chars import BULLETS, HAN, is_han, is_latin
from bookmaker.layer import Change, Reason
from bookmaker.model import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bookmaker.segment.rows import Row

_URL = re.compile(r"(?:https?://|www\.)[\x21-\x7e]*$")
_PADDED_NAME = re.compile(rf"(?<![^\s])({HAN}) ({HAN})(?![^\s])")


class Ledger:
    """Collects the changes of a segmentation as blocks are built; the only mutable thing among them."""

    def __init__(self) -> None:
        self.changes: list[Change] = []

    def take(self, row: Row, reason: Reason, removed: str, added: str = "") -> None:
        """Record that ``removed`` went from ``row`` and ``added`` came."""
        self.changes.append(Change(row.page, row.line, reason, removed, added))

    def drop(self, rows: Iterable[Row], reason: Reason) -> None:
        """Record that whole rows went."""
        for row in rows:
            self.changes.extend(row.changes)
            self.take(row, reason, "".join(row.text.split()))

    def keep(self, rows: Iterable[Row]) -> None:
        """Record what had been taken out of rows that a block now keeps."""
        for row in rows:
            self.changes.extend(row.changes)


def source_of(rows: Sequence[Row], breaks: tuple[tuple[int, int], ...] = ()) -> Source:
    """Where a block comes from: its first page, and its lines as ranges over which only blank lines lie."""
    ranges: list[tuple[int, int]] = []
    last = -2
    for row in sorted(rows, key=lambda row: row.ordinal):
        if row.ordinal - last <= 1 and ranges:
            ranges[-1] = (ranges[-1][0], row.line)
        else:
            ranges.append((row.line, row.line))
        last = row.ordinal
    return Source(min(row.page for row in rows), tuple(ranges), breaks, any(row.split for row in rows))


def join_body(rows: Sequence[Row], ledger: Ledger) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Join the rows of a paragraph; return its text and where pages begin in it as (page, offset).

    A blank stays only between Latin words; a word broken by a hyphen at a line's end is mended.
    """
    ledger.keep(rows)
    text = ""
    breaks: list[tuple[int, int]] = []
    page = rows[0].page
    for row in rows:
        part = clean_body(row.text)
        if text and is_latin(part[0]) and is_latin(text[-1]):
            if text[-1].isalpha() and part[0].isalpha() and not _URL.search(text):
                text += " "
        elif (
            len(text) > 1
            and text[-1] in "-\u2010"
            and text[-2].isalpha()
            and text[-2].isascii()
            and part[0].islower()
            and part[0].isascii()
        ):
            ledger.take(row, Reason.HYPHEN, text[-1])
            text = text[:-1]
        if row.page != page:
            page = row.page
            breaks.append((page, len(text)))
        text += part
    return text, tuple(breaks)


def clean_body(text: str) -> str:
    """Drop the blanks of justification: one stays only between two Latin letters or digits of which one is a letter."""
    if " " not in text and "\u3000" not in text and "\t" not in text:
        return text
    parts = text.split()
    out = parts[0]
    for part in parts[1:]:
        a, b = out[-1], part[0]
        keep = (
            a.isascii()
            and b.isascii()
            and not (a.isdigit() and b.isdigit())
            and (a.isalnum() or a in ".,;:!?)%&")
            and (b.isalnum() or b in "(&")
        )
        out += " " + part if keep and not (a.isdigit() and b in "%") else part
    return out


def clean_display(text: str) -> str:
    """Keep the blanks of display text between ideographs, where they part phrases; drop those beside digits."""
    parts = text.split()
    if len(parts) > 1 and all(len(part) == 1 and is_han(part) for part in parts):
        return "".join(parts)
    out = ""
    for part in parts:
        if out and not (
            (out[-1].isdigit() and not is_latin(part[0])) or (part[0].isdigit() and not is_latin(out[-1]))
        ):
            out += " "
        out += part
    return _PADDED_NAME.sub(r"\1\2", out)


def strip_mark(text: str, row: Row, ledger: Ledger) -> str:
    """Take a leading bullet (or a subtitle's dash) off display text and record it."""
    end = 0
    while end < len(text) and (text[end] in BULLETS or text[end] == " "):
        end += 1
    if end and text[:end].strip():
        ledger.take(row, Reason.MARK, "".join(text[:end].split()))
    return text[end:]


def strip_dash(text: str, row: Row, ledger: Ledger) -> str:
    """Take the dash that announces a subtitle off it, and the one that closes it, and record them."""
    bare = text.lstrip("—─－- ")
    front = text[: len(text) - len(bare)]
    if front.strip():
        closed = bare.rstrip("—─－ ")
        ledger.take(row, Reason.MARK, "".join((front + bare[len(closed) :]).split()))
        bare = closed
    return bare
