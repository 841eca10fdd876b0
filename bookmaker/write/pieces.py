"""Columns of turned pages in pieces that PDFium, the reader in Chromium, keeps in order.

PDFium takes pieces of text that follow each other and begin at one height of the finished page, within half a
character, for parts of one line, and sorts them from left to right (``CPDF_TextPage::ProcessTextObject``); columns
that begin side by side would come out in the wrong order. So the end of a column is shown as a piece of its own,
which begins elsewhere than the next column does. A column that ends in a piece of one glyph takes the piece before
it along.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

Widths = dict[int, float]
"""Advances of glyphs in thousandths of the type's size."""

_PLACE = re.compile(rb"1 0 0 -1 (\S+) (\S+) Tm")
_MATRIX = re.compile(rb"\S+ (\S+) \S+ \S+ \S+ \S+ cm")
_SIZE = re.compile(rb"/(\S+) (\S+) Tf")
_TOKEN = re.compile(rb"<([0-9a-fA-F]*)>|(-?[0-9.]+)")
_HALF = 0.6
"""A little more than the half of a character that PDFium allows within a line."""

_EMPTY: Widths = {}


class _Piece(msgspec.Struct):
    """A piece of shown text: its index in the stream, its type and line, and where each of its glyphs begins.

    ``glyphs`` are tuples: offset of the glyph's four digits in the piece, place along the line, advance.
    """

    index: int
    glyphs: list[tuple[int, float, float]]
    type: tuple[bytes, float] = b"", 0.0
    line: bytes = b""


def part_columns(pieces: list[Any], fonts: Mapping[bytes, Widths], head: float) -> None:
    """Part the columns of one content stream in place, and leave alone what is read across.

    ``fonts`` gives the advances of each font's glyphs by its name in the content. The last column is parted from
    the running head that comes after it and begins at ``head``.
    """
    place, size, widths = 0.0, 0.0, _EMPTY
    name = line = b""
    is_across, outside = False, list[bool]()
    before: _Piece | None = None
    last: _Piece | None = None
    for index, piece in enumerate(pieces):
        if not isinstance(piece, bytes):
            continue
        if piece == b"q":
            outside.append(is_across)
        elif piece == b"Q":
            is_across = outside.pop() if outside else False
        elif found := _MATRIX.fullmatch(piece):
            is_across = is_across or abs(float(found[1])) > 1e-3
        elif found := _PLACE.fullmatch(piece):
            place, line = float(found[1]), found[2]
        elif found := _SIZE.fullmatch(piece):
            name, widths, size = found[1], fonts.get(found[1], _EMPTY), float(found[2])
        elif piece.startswith(b"[") and piece.endswith(b"] TJ") and not is_across:
            shown, place = _measure(index, piece, place, size, widths)
            shown.type, shown.line = (name, size), line
            if not shown.glyphs:
                continue
            if last and shown.line != last.line:
                if before and len(last.glyphs) == 1 and _is_near(last, shown):
                    last = _joined(pieces, before, last)
                pieces[last.index] = _parted(pieces[last.index], last, shown)
            before, last = last, shown
    if last:
        pieces[last.index] = _parted(pieces[last.index], last, _Piece(len(pieces), [(0, head, 0.0)]))


def _measure(index: int, piece: bytes, place: float, size: float, widths: Widths) -> tuple[_Piece, float]:
    """Return a piece with the places of its glyphs, and where it ends."""
    glyphs = []
    for token in _TOKEN.finditer(piece):
        if token[2] is not None:
            place -= float(token[2]) * size / 1000
            continue
        for offset in range(token.start(1), token.end(1), 4):
            advance = widths.get(int(piece[offset : offset + 4], 16), 1000.0) * size / 1000
            glyphs.append((offset, place, advance))
            place += advance
    return _Piece(index, glyphs), place


def _is_near(shown: _Piece, following: _Piece) -> bool:
    """Tell whether two pieces begin at one height to PDFium."""
    (_, begins, advance), (_, follows, first) = shown.glyphs[0], following.glyphs[0]
    return abs(begins - follows) <= _HALF * max(first, advance)


def _joined(pieces: list[Any], before: _Piece, last: _Piece) -> _Piece:
    """Show the glyph of ``last`` with the piece before it, and return that, if both are of one type and line."""
    if (before.type, before.line) != (last.type, last.line) or not before.type[1]:
        return last
    (offset, begins, advance), (_, place, width) = last.glyphs[0], before.glyphs[-1]
    shown = pieces[before.index].removesuffix(b"] TJ")
    gap = round((place + width - begins) * 1000 / before.type[1])
    shown += b"%d<" % gap if gap else b"<"
    glyph = len(shown), begins, advance
    pieces[before.index] = shown + pieces[last.index][offset : offset + 4] + b">] TJ"
    pieces[last.index] = b"[] TJ"
    return _Piece(before.index, [*before.glyphs, glyph], before.type, before.line)


def _parted(piece: bytes, shown: _Piece, following: _Piece) -> bytes:
    """Part a piece before its last glyph, or a little earlier if that stands where the next piece begins.

    A piece that begins elsewhere itself may stay whole.
    """
    _, begins, first = following.glyphs[0]
    room = _HALF * max(first, shown.glyphs[-1][2])

    def apart(tail: int) -> float:
        return abs(shown.glyphs[-tail][1] - begins)

    whole = len(shown.glyphs)
    tails = [*range(1, min(5, whole)), whole]
    tail = next((tail for tail in tails if apart(tail) > room), max(tails, key=apart))
    if tail == whole:
        return piece
    offset = shown.glyphs[-tail][0]
    before = piece[:offset]
    before = before.removesuffix(b"<") if before.endswith(b"<") else before + b">"
    return before + b"] TJ\n[<" + piece[offset:]
