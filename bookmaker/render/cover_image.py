"""The typographic cover: a raster picture drawn from the issue's own data, and from nothing random.

Above, a field of the issue's accent with the magazine's name, and its number large and pale behind; below,
the leading titles on white. Every length is in pixels of a picture 1300 wide and 1800 high.
"""

from __future__ import annotations

import io
import re
from functools import cache
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from bookmaker import resources
from bookmaker.book import Resource
from bookmaker.diagnostics import OutputError
from bookmaker.render.accent import rgb
from bookmaker.render.titles import break_lines
from bookmaker.render.words import date_in_words, date_parts, number_in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bookmaker.model import Article, Issue, Metadata

# Saving would load the drivers of all formats: loaded here, they are loaded once for processes that share them.
Image.preinit()

_WIDTH, _HEIGHT = 1300, 1800  # between the proportions of the pages, so that each loses little at its edges
_FIELD = 980  # height of the accent's field: a good half, so that titles of two lines have room below
_MARGIN = 96
_MEASURE = _WIDTH - 2 * _MARGIN
_LEADING = 3  # titles on the cover
_MEASURING = 200  # size at which widths are measured
_FOOT = 130  # what publisher and ISSN take of the foot
_ROOM = _HEIGHT - _FIELD - 64 - _FOOT  # height for the leading titles
_LINE, _GAP, _DEPARTMENT = 1.32, 26, 42  # line height in ems; space about a rule; a department's line

_Colour = tuple[int, int, int]
_WHITE: _Colour = (255, 255, 255)
_INK: _Colour = (34, 32, 30)
_GREY: _Colour = (120, 115, 108)
_RULE: _Colour = (214, 209, 201)


@cache
def _font(role: resources.Role, size: int) -> ImageFont.FreeTypeFont:
    path = resources.FACES[role].path
    try:
        # The basic engine gives the same glyphs wherever Pillow runs; Raqm is not in every build.
        return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)
    except OSError as error:
        raise OutputError(f"the font {path} cannot be read: reinstall bookmaker") from error


def draw(issue: Issue, accent: str) -> Resource:
    """Return the cover of ``issue`` as a JPEG, with ``accent`` (``#rrggbb``) as its colour.

    Raises OutputError if a shipped font is missing.
    """
    metadata, colour = issue.metadata, rgb(accent)
    picture = Image.new("RGB", (_WIDTH, _HEIGHT), _WHITE)
    canvas = ImageDraw.Draw(picture)
    _field(canvas, metadata, colour)
    _titles(canvas, leading(issue), colour)
    _foot(canvas, metadata)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=88, subsampling=0)
    return Resource("../images/cover.jpg", "image/jpeg", buffer.getvalue())


def leading(issue: Issue) -> tuple[Article, ...]:
    """Return the articles that the cover names: the first three that are articles and have a title."""
    titled = (article for article in issue.articles if article.type == "article" and article.title)
    return tuple(article for article, _ in zip(titled, range(_LEADING), strict=False))


def _shade(colour: _Colour, towards: _Colour, part: float) -> _Colour:
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(colour, towards, strict=True))
    return red, green, blue


def _measure(role: resources.Role, size: int, text: str) -> dict[str, float]:
    """Return the width of every character of ``text`` at ``size``, scaled from one size for all.

    Opening a face costs more than measuring with it, so that trying sizes must not open one for each.
    """
    font = _font(role, _MEASURING)
    return {character: font.getlength(character) * size / _MEASURING for character in set(text)}


_Fitted = tuple[int, tuple[str, ...]]
"""A size in pixels and the lines that stand in it."""


def _largest(text: str, role: resources.Role, sizes: Iterable[int], width: int, lines: int) -> _Fitted | None:
    """Return the first of ``sizes`` at which ``text`` takes at most ``lines`` lines; None if none does."""
    for size in sizes:
        broken = break_lines(text, width, _measure(role, size, text))
        if broken is not None and len(broken) <= lines:
            return size, broken
    return None


def _fit(text: str, role: resources.Role, sizes: Sequence[int], width: int, lines: int) -> _Fitted:
    """Return what ``_largest`` returns, else ``text`` at the last size, with …… for what has no room."""
    fitted = _largest(text, role, sizes, width, lines)
    if fitted:
        return fitted
    size, cut, room = sizes[-1], [""], 0.0
    for character, advance in ((c, _measure(role, size, c)[c]) for c in text):
        room += advance
        if room > width - (2 * size if len(cut) == lines else 0):
            if len(cut) == lines:
                return size, (*cut[:-1], cut[-1].rstrip() + "……")
            cut.append("")
            room = advance
        cut[-1] += character
    return size, tuple(cut)


def _field(canvas: ImageDraw.ImageDraw, data: Metadata, accent: _Colour) -> None:
    canvas.rectangle((0, 0, _WIDTH, _FIELD - 1), fill=accent)
    _numeral(canvas, data, accent)
    pale = _shade(accent, _WHITE, 0.78)

    size, lines = _name(data.title)
    font = _font("song", size)
    y = 150
    for line in lines:
        # The side bearing of the first ideograph is taken off, so that its stroke stands on the margin.
        ink = font.getmask(line[:1]).getbbox()
        bearing = ink[0] if ink else 0
        canvas.text((_MARGIN - bearing, y + size), line, _WHITE, font, anchor="ls")
        y += round(size * 1.16)
    y += 34
    if data.subtitle:
        size, lines = _fit(data.subtitle, "kai", (42, 38, 34, 30), _MEASURE, 2)
        for line in lines:
            canvas.text((_MARGIN, y + size), line, pale, _font("kai", size), anchor="ls")
            y += round(size * 1.4)

    base = _FIELD - 78
    label = _font("hei", 40)
    number, date = number_in_words(data), date_in_words(data)
    if not (number or date):
        return
    canvas.rectangle((_MARGIN, base - 74, _MARGIN + 72, base - 70), fill=_WHITE)
    canvas.text((_MARGIN, base), number or date, _WHITE, label, anchor="ls")
    if number and date:
        x = _MARGIN + label.getlength(number) + 36
        canvas.text((x, base), date, pale, _font("kai", 34), anchor="ls")


def _name(title: str) -> _Fitted:
    """Return the size of the magazine's name and its lines.

    One line, since nothing tells where the words of a Chinese name end; two where a blank divides it and
    that makes it much larger, or where one line would be too small to be read on a shelf.
    """
    one = _largest(title, "song", range(264, 95, -4), _MEASURE, 1)
    two = _largest(title, "song", range(240, 47, -4), _MEASURE, 2)
    if one and two and len(title.split()) > 1:
        return two if two[0] > 1.3 * one[0] else one
    return one or two or _fit(title, "song", (48,), _MEASURE, 2)


def _numeral(canvas: ImageDraw.ImageDraw, data: Metadata, accent: _Colour) -> None:
    """Draw the issue's number, tone on tone, cut by the field's right and lower edge."""
    found = re.findall(r"\d+", data.number or "") or [str(part) for part in date_parts(data)[1:2]]
    if not found or len(found[0]) > 3:
        return
    text = str(int(found[0]))
    font = _font("song", (1060, 860, 600)[len(text) - 1])
    left, top, right, bottom = font.getbbox(text, anchor="ls")
    place = (_WIDTH - right + (right - left) * 0.06, _FIELD - bottom + (bottom - top) * 0.08)
    canvas.text(place, text, _shade(accent, _WHITE, 0.09), font, anchor="ls")
    canvas.rectangle((0, _FIELD, _WIDTH, _HEIGHT), fill=_WHITE)


def _titles(canvas: ImageDraw.ImageDraw, articles: tuple[Article, ...], accent: _Colour) -> None:
    """Set the leading titles, all in the largest size at which they have room together."""
    size, set_titles = 0, list[tuple[str, ...]]()
    for size in (60, 56, 52, 48, 44, 40, 36):
        fitted = [_largest(article.title, "song", (size,), _MEASURE, 2) for article in articles]
        set_titles = [
            (whole or _fit(article.title, "song", (size,), _MEASURE, 2))[1]
            for whole, article in zip(fitted, articles, strict=True)
        ]
        lines = sum(map(len, set_titles))
        departments = sum(bool(article.section) for article in articles)
        height = lines * round(size * _LINE) + departments * _DEPARTMENT + len(articles) * 2 * _GAP
        if all(fitted) and height <= _ROOM:
            break
    y = _HEIGHT - _FOOT - _ROOM
    for number, (article, broken) in enumerate(zip(articles, set_titles, strict=True)):
        if number:
            canvas.rectangle((_MARGIN, y, _WIDTH - _MARGIN, y), fill=_RULE)
            y += _GAP
        if article.section:
            canvas.text((_MARGIN, y + 26), article.section, accent, _font("hei", 26), anchor="ls")
            y += _DEPARTMENT
        for line in broken:
            canvas.text((_MARGIN, y + size), line, _INK, _font("song", size), anchor="ls")
            y += round(size * _LINE)
        y += _GAP


def _foot(canvas: ImageDraw.ImageDraw, data: Metadata) -> None:
    y = _HEIGHT - 72
    small = _font("hei", 26)
    room = float(_MEASURE)
    if data.issn:
        issn = f"ISSN {data.issn.removeprefix('ISSN').strip()}"
        canvas.text((_WIDTH - _MARGIN, y), issn, _GREY, small, anchor="rs")
        room -= small.getlength(issn) + 40
    if data.publisher:
        size, lines = _fit(data.publisher, "hei", range(26, 15, -2), int(room), 1)
        canvas.text((_MARGIN, y), lines[0], _GREY, _font("hei", size), anchor="ls")
