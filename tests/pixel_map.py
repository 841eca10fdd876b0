"""Pages as readable text: which parts of the em squares of a line are inked.

A character of a map stands for one em square, of four quarters: ``█`` is an ideograph, ``▝`` an opening mark, ``▘`` a
closing mark, ``▖`` a stop, ``.`` nothing (``solid_face``). An ideograph half an em further on is seen as ``▐▌``.

- ``lines``: the lines of the grid, a row each on horizontal pages, a column each from right to left on vertical ones.
  Between them, where there is any, the ink that stands in the gap: ``*``; on horizontal pages in rows that begin with
  ``'``, on vertical ones in columns right of the squares.
- ``eighths``: the same lines, but a character stands for an eighth of an em; vertical pages lie on their left side.
- ``sheet``: the whole page with its margins, in cells of an em along the lines by a line across them; a quarter of
  which a fifth is inked counts. ``░`` is a cell of a picture.
"""

from __future__ import annotations

from itertools import product
from math import ceil
from typing import TYPE_CHECKING

from PIL import Image, ImageOps

from bookmaker.write.document import EM, GRID

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

SCALE = 4.0
"""Pixels a point at which pages are drawn before they are made small."""

_QUARTERS = ".▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"
_DARK, _FAINT, _SPECK = 128, 204, 245
_GREY = 90
_HAIR = 0.01
_CLEAR = 4
"""Pixels at the edges of a gap that are not looked at: letters larger than the body's reach so far."""


def _small(picture: Image.Image, box: Sequence[float], size: tuple[int, int]) -> Image.Image:
    """Return a part of a picture, in points, made small: each pixel is the mean of what it covers."""
    return picture.resize(size, Image.Resampling.BOX, box=tuple(side * SCALE for side in box))


def _squares(picture: Image.Image, dark: int = _DARK) -> list[str]:
    """Return the rows of em squares of a picture that has two pixels an em."""
    rows = []
    for y in range(0, picture.height, 2):
        row = ""
        for x in range(0, picture.width, 2):
            quarters = ((x, y), (x + 1, y), (x, y + 1), (x + 1, y + 1))
            row += _QUARTERS[sum(1 << i for i, at in enumerate(quarters) if picture.getpixel(at) < dark)]
        rows.append(row)
    return rows


def _text(rows: Iterable[str]) -> str:
    """Return rows as text, one ``.`` for an empty row and nothing for those below the last ink."""
    text = "\n".join(row.rstrip(". ") or "." for row in rows)
    return text.rstrip(".\n") or "."


def _has_speck(picture: Image.Image, box: Sequence[float]) -> bool:
    left, top, right, bottom = (round(side * SCALE) for side in box)
    return (
        picture.crop((left + _CLEAR, top + _CLEAR, right - _CLEAR, bottom - _CLEAR)).getextrema()[0] < _SPECK
    )


def sheet(picture: Image.Image, left: float, top: float, *, vertical: bool) -> str:
    """Return a whole page in cells of the grid, of which one begins at ``left`` and ``top``, in points as seen."""
    wide, high = (GRID, EM) if vertical else (EM, GRID)
    before, above = ceil(left / wide), ceil(top / high)
    across, down = (
        skipped + ceil((side / SCALE - edge) / cell - _HAIR)
        for side, skipped, edge, cell in zip(
            picture.size, (before, above), (left, top), (wide, high), strict=True
        )
    )
    room = round(GRID * SCALE)
    padded = ImageOps.expand(picture, room, 255)
    x, y = left - before * wide + room / SCALE, top - above * high + room / SCALE
    small = _small(padded, (x, y, x + across * wide, y + down * high), (2 * across, 2 * down))
    rows = [list(row) for row in _squares(small, _FAINT)]
    for i, j in product(range(down), range(across)):
        cell = tuple(
            round(side * SCALE)
            for side in (x + j * wide, y + i * high, x + (j + 1) * wide, y + (i + 1) * high)
        )
        darkest, lightest = padded.crop(cell).getextrema()
        if darkest > _GREY and lightest < _SPECK:
            rows[i][j] = "░"
    return _text("".join(row) for row in rows)


def lines(picture: Image.Image, left: float, top: float, ems: int, count: int, *, vertical: bool) -> str:
    """Return the lines of a page's text area, whose left and top are given in points as the page is seen."""
    gap = GRID - EM
    if not vertical:
        return _text(_rows(picture, left, top, ems, count))
    columns = []
    for number in reversed(range(count)):
        edge = left + (count - number) * GRID - gap / 2  # right edge of the column's squares
        small = _small(picture, (edge - EM, top, edge, top + ems * EM), (2, 2 * ems))
        columns.append(_squares(small))
        columns.append(
            _specks(picture, [(edge, top + i * EM, edge + gap, top + i * EM + EM) for i in range(ems)])
        )
    return _text("".join(row) for row in zip(*columns, strict=True))


def _specks(picture: Image.Image, boxes: Sequence[Sequence[float]]) -> list[str]:
    return ["*" if _has_speck(picture, box) else " " for box in boxes]


def _rows(picture: Image.Image, left: float, top: float, ems: int, count: int) -> Iterator[str]:
    gap = GRID - EM
    for number in range(count):
        y = top + number * GRID + gap / 2
        above = [(left + i * EM, y - gap, left + i * EM + EM, y) for i in range(ems)]
        if specks := "".join(_specks(picture, above)).rstrip():
            yield f"'{specks}"
        small = _small(picture, (left, y, left + ems * EM, y + EM), (2 * ems, 2))
        yield _squares(small)[0]


def eighths(picture: Image.Image, left: float, top: float, ems: int, count: int) -> str:
    """Return the lines of a page's text area in eighths of an em; the page must lie as it is laid out."""
    rows = []
    for number in range(count):
        y = top + number * GRID + (GRID - EM) / 2
        small = _small(picture, (left, y, left + ems * EM, y + EM), (8 * ems, 2))
        row = ""
        for x in range(small.width):
            upper, lower = (small.getpixel((x, half)) < _DARK for half in (0, 1))
            row += ".▀▄█"[upper + 2 * lower]
        rows.append(row)
    return _text(rows)
