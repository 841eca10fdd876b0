"""The first stage: bytes of a text layer become pages of lines, normalised, with a ledger of every change.

Lines are physical: they end with LF, CR or CRLF and nothing else, and count from 1, so that an editor finds
them. A form feed begins a page, not a line: text before and after it on one line keeps that line's number,
and a form feed alone on its line takes the number of that line.
"""

from __future__ import annotations

import re

from bookmaker.diagnostics import OutputError
from bookmaker.encoding import decode
from bookmaker.layer import Change, Layer, Line, RawPage
from bookmaker.normalise import SUSPECT, normalise

_LEAST_APART = 9
"""Characters of a line that can tell whether its characters stand apart."""
_MOSTLY = 0.7
"""Share of such lines from which the whole layer is set so."""
_LEAST_MARKS, _MOST_MARKS = 0.001, 0.12
"""Share of lines that begin a page: a page of a magazine holds from about ten lines to a thousand."""


def read_layer(data: bytes, *, name: str, encoding: str | None = None) -> Layer:
    """Read a text layer: decode it, divide it into pages and lines, normalise its characters.

    ``name`` is the file's name for messages; ``encoding`` overrides detection. Pages begin at form feeds or,
    in a file that has none, at lines that begin with exactly one space where others do not; that space is
    then a mark and not part of the line. Raises InputError for an empty or binary file and undecodable bytes.
    """
    decoded = decode(data, name=name, encoding=encoding)
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n")
    fed = "\f" in text.rstrip()
    rows = text.split("\n")
    spaced = not fed and _spaces_mark_pages(rows)
    pages, changes = _pages(rows, fed=fed, spaced=spaced, clean=not SUSPECT.search(text.replace("\f", "")))
    pages = _closed_up(pages)
    _prove(text, pages, changes)
    return Layer(pages=pages, encoding=decoded.encoding, changes=changes, name=name)


def _spaces_mark_pages(rows: list[str]) -> bool:
    """Tell from the whole file whether a line that begins with one space begins a page.

    Indents of ideographic spaces count for nothing: they are typed, the space is the rest of a form feed.
    """
    lines = single = indented = 0
    for row in rows:
        if not row or row.isspace():
            continue
        lines += 1
        if row[0] == " ":
            if row[1] in " \t":
                indented += 1
            else:
                single += 1
        elif row[0] == "\t":
            indented += 1
    return single >= 2 and _LEAST_MARKS * lines <= single <= _MOST_MARKS * lines and indented <= 0.1 * single


def _pages(
    rows: list[str], *, fed: bool, spaced: bool, clean: bool
) -> tuple[tuple[RawPage, ...], tuple[Change, ...]]:
    pages: list[RawPage] = []
    lines: list[Line] = []
    changes: list[Change] = []
    blank = 0
    for number, row in enumerate(rows, 1):
        pieces = row.split("\f") if fed and "\f" in row else (row,)
        for place, piece in enumerate(pieces):
            if place or (spaced and lines and piece[:1] == " " and piece.strip()):
                pages.append(RawPage(number=len(pages) + 1, lines=tuple(lines)))
                lines, blank = [], 0
            text = piece
            if not clean:
                text, found = normalise(piece, page=len(pages) + 1, line=number)
                changes.extend(found)
            text = text.rstrip()
            if not text:
                # A form feed at a line's start or end leaves no blank line behind.
                blank += len(pieces) == 1
                continue
            lines.append(
                Line(number=number, text=text[1:] if spaced and text[0] == " " else text, blank_before=blank)
            )
            blank = 0
    pages.append(RawPage(number=len(pages) + 1, lines=tuple(lines)))
    if fed:
        pages = _trimmed(pages)
        if pages[0].number > 1:
            changes = [_on_page(change, change.page - 1) for change in changes]
            pages = [RawPage(number=page.number - 1, lines=page.lines) for page in pages]
    return tuple(pages), tuple(changes)


_APART = re.compile(r"\S(?:[ \t]+\S)+")
_BETWEEN = re.compile(r"(?<=[^ \t])[ \t](?=[^ \t])")


def _closed_up(pages: tuple[RawPage, ...]) -> tuple[RawPage, ...]:
    """Close up a text layer in which a blank stands behind every character, as some extractors leave it.

    A wider blank stays, and so does the indent.
    """
    lines = [line.text for page in pages for line in page.lines if len(line.text) >= _LEAST_APART]
    apart = sum(_APART.fullmatch(text.strip()) is not None for text in lines)
    if apart < _MOSTLY * len(lines) or not apart:
        return pages
    return tuple(
        RawPage(
            number=page.number,
            lines=tuple(
                Line(number=line.number, text=_BETWEEN.sub("", line.text), blank_before=line.blank_before)
                for line in page.lines
            ),
            marked=page.marked,
        )
        for page in pages
    )


def _trimmed(pages: list[RawPage]) -> list[RawPage]:
    """Drop the empty page after a form feed that ends the file, or before one that begins it.

    Form feeds end pages (pdftotext) or begin them: if the last ends the file, an empty first page is real.
    """
    if len(pages) > 1 and not pages[-1].lines:
        return pages[:-1]
    return pages[1:] if len(pages) > 1 and not pages[0].lines else pages


def _on_page(change: Change, page: int) -> Change:
    return Change(
        page=max(page, 1), line=change.line, reason=change.reason, removed=change.removed, added=change.added
    )


def _count(text: str) -> int:
    return len("".join(text.split()))


def _prove(text: str, pages: tuple[RawPage, ...], changes: tuple[Change, ...]) -> None:
    """Check that characters read, less those removed, plus those added, are the characters of the pages."""
    kept = _count("\n".join([line.text for page in pages for line in page.lines]))
    removed = _count("".join([change.removed for change in changes]))
    added = _count("".join([change.added for change in changes]))
    expected = _count(text) - removed + added
    if kept != expected:
        raise OutputError(
            f"reading lost text: {expected} characters should remain, {kept} do; this is a fault of bookmaker"
        )
