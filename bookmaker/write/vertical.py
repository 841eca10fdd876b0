"""Vertical pages out of horizontal ones: what is laid out lies on its left side, and each page is turned.

The layout engine sets lines from left to right. On a page turned by 90° clockwise those lines run from top to
bottom, one left of another; so the page is laid out with the height of the finished page as its width: the
layout's left is the finished page's top, its top is the finished right. Faces with upright glyphs laid on their side
(``bookmaker.write.faces``) do the rest, and pictures and tables are laid on their side as boxes.

Lengths are points unless a name says otherwise. A vertical page has larger type than a horizontal one where its
height would give columns of more than 42 ems; the whole page is then laid out smaller and enlarged by ``scale``.
"""

from __future__ import annotations

import re
from copy import deepcopy
from math import ceil
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element

import msgspec

from bookmaker import resources
from bookmaker.write.document import (
    CAPTION_EM,
    CAPTION_LINE,
    EM,
    GRID,
    HEIGHT,
    SCHEME,
    Page,
    aspect,
    combine,
    count_lines,
)
from bookmaker.write.faces import Recipe, edition_face
from bookmaker.write.numbers import WORD, WORD_JOINER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from bookmaker.book import Book

MARGINS = (42.0, 22.5, 36.0, 17.0)
"""Top, outer, bottom and inner margin of the finished page in millimetres: 42 ems by 20 columns on 16开."""

LONGEST = 42
"""Ems of the longest column (CLREQ leaves it open; magazines keep to 34 to 42)."""

LARGEST = 12.0
"""Largest size of the body's type."""

TITLE_INDENT = 42.0
"""Distance of titles from the head of the column, four ems."""


class Sheet(msgspec.Struct, frozen=True):
    """A vertical page: the page that is laid out, and by how much it is enlarged to become the finished one.

    Of ``page``, ``inner`` is the finished head margin and ``outer`` the foot margin; ``top`` is the margin at
    the spine and ``bottom`` the one at the fore-edge.
    """

    page: Page
    scale: float

    @classmethod
    def of(cls, size: tuple[float, float], margins: tuple[float, float, float, float]) -> Sheet:
        """Return the sheet of a finished page's size and margins (top, outer, bottom, inner) in millimetres.

        Raises ValueError as ``Page.of`` does.
        """
        (width, height), (top, outer, bottom, inner) = size, margins
        length = (height - top - bottom) / 25.4 * 72
        body = min(max(length / LONGEST, EM), LARGEST)
        scale = body / EM
        spare = max(0.0, length - LONGEST * body) * 25.4 / 72
        head, foot = top + spare * 0.55, bottom + spare * 0.45
        sides = [side / scale for side in (height, width, inner, foot, outer, head)]
        return cls(Page.of((sides[0], sides[1]), (sides[2], sides[3], sides[4], sides[5])), scale)


def combine_turned(book: Book, sheet: Sheet, height_of: Callable[[Element, float], float]) -> Element:
    """Return the book as one tree for turned pages.

    ``height_of`` tells how high a table is that is laid out, upright, in so many points of width.
    """
    page = sheet.page
    tree = combine(book, msgspec.structs.replace(page, outer=page.outer + TITLE_INDENT))
    for element in tree.iterfind(".//*[@data-issue]"):
        element.set("data-issue", han_numerals(element.get("data-issue", "")))
    ratios = {file.href: aspect(file.media_type, file.data) for file in book.resources}
    for section in tree.iter("section"):
        if section.get("class") == "full-page":
            _lay_cover(section, page)
    for parent in list(tree.iter()):
        for place, child in reversed(list(enumerate(parent))):
            if child.tag == "figure":
                _lay_figure(child, ratios, page)
            elif child.tag == "table":
                parent[place : place + 1] = _lay_table(child, page, height_of)
            else:
                continue
            _add_class(parent, "ordered")
    _orient(tree)
    return tree


def _add_class(element: Element, name: str) -> None:
    names = element.get("class", "").split()
    if name not in names:
        element.set("class", " ".join([*names, name]))


# --- upright boxes -----------------------------------------------------------------------------------


def _upright(element: Element, width: float, height: float) -> Element:
    """Return a box that holds ``element``, which is ``width`` by ``height`` when it is read."""
    element.set(
        "style",
        f"position:absolute;left:0;top:0;width:{width:.2f}pt;height:{height:.2f}pt;margin:0;"
        f"transform-origin:0 0;transform:translate(0,{width:.2f}pt) rotate(-90deg)",
    )
    box = Element("div", {"class": "lying", "style": f"width:{height:.2f}pt;height:{width:.2f}pt"})
    box.tail, element.tail = element.tail, None
    box.append(element)
    return box


def _lay_cover(section: Element, page: Page) -> None:
    picture = section[0]
    section[0] = _upright(picture, page.height, page.width)


_FIGURE_LINES = 12
_CAPTION_ABOVE = 5.0
_NARROWEST = 12
"""Ems of column that must be left below a picture for text to run there."""

INSET = (GRID - EM) / 2
"""From the edge of a line of the grid to the edge of its type."""


def _lay_figure(figure: Element, ratios: Mapping[str, float | None], page: Page) -> None:
    """Lay a figure's picture on its side and give it its size, in whole lines.

    Its caption and then the text run on below it; a picture that leaves no room for that has its caption in
    columns on its left.
    """
    picture = figure.find("img")
    if picture is None:
        return
    ratio = ratios.get(picture.get("src", "").removeprefix(SCHEME)) or 1.5
    lines = GRID * min(_FIGURE_LINES, page.lines - 4)
    width = min(page.measure * ratio, lines - 2 * INSET)
    height = width / ratio
    box = _upright(picture, width, height)
    figure[list(figure).index(picture)] = box
    caption = figure.find("figcaption")
    if _set_beside(box, height, page):
        box.set("style", f"{box.get('style')};margin-top:{INSET}pt;margin-bottom:{INSET}pt")
        figure.set("style", "padding:0")
        figure.set(HEIGHT, f"{width + 2 * INSET:.2f}")
        if caption is not None:  # half a line free on both sides, and the text behind it on the grid
            caption.set("style", f"padding:{GRID / 2}pt 0")
        return
    text = "".join(caption.itertext()) if caption is not None else ""
    left = _CAPTION_ABOVE + CAPTION_LINE * count_lines(text, height / CAPTION_EM) if text else 0.0
    total = ceil((width + left + GRID * 0.6) / GRID) * GRID
    spare = total - width - left
    figure.set("style", f"padding:{spare * 0.45:.2f}pt 0 {spare * 0.55:.2f}pt")
    figure.set(HEIGHT, f"{total:.0f}")
    if caption is not None:
        caption.set(
            "style", f"width:{height:.2f}pt;line-height:{CAPTION_LINE}pt;margin-top:{_CAPTION_ABOVE}pt"
        )


def _set_beside(box: Element, height: float, page: Page) -> bool:
    """Let text run on below a box of a finished height, in columns of whole ems, if there is room for it."""
    beside = int((page.measure - height - EM) / EM) * EM
    if beside < _NARROWEST * EM:
        return False
    _add_class(box, "beside")
    box.set("style", f"{box.get('style')};margin-right:{page.measure - height - beside:.2f}pt")
    return True


def _lay_table(table: Element, page: Page, height_of: Callable[[Element, float], float]) -> list[Element]:
    """Lay a table on its side: it is read across, in the midst of columns.

    A table that is higher than the columns is divided between rows, its head repeated; a row that is higher by
    itself is made smaller.
    """
    columns = max((len(row) for row in table.iter("tr")), default=1)
    width = GRID * min(page.lines - 2, 4 * columns + 2)
    _add_class(table, "upright-text")
    height = height_of(table, width)
    if height > page.measure and (halves := _halves(table)):
        return [box for half in halves for box in _lay_table(half, page, height_of)]
    # What is in a line is not divided between pages; a table that is laid out before it is turned would be.
    whole, line = Element("div"), Element("div", {"style": f"display:inline-block;width:{width:.2f}pt"})
    line.append(table)
    whole.append(line)
    box = _upright(whole, width, height)
    if height > page.measure:
        smaller = page.measure / height
        whole.set("style", f"{whole.get('style')} scale({smaller:.4f})")
        box.set("style", f"width:{page.measure:.2f}pt;height:{ceil(width * smaller / GRID) * GRID:.2f}pt")
    else:
        _set_beside(box, height, page)
    return [box]


def _halves(table: Element) -> tuple[Element, Element] | None:
    """Return the two halves of a table, None if it has but one row."""
    first, second = deepcopy(table), deepcopy(table)
    rows = [
        (part, list(part)) for part in (half.find("tbody") for half in (first, second)) if part is not None
    ]
    if len(rows) < 2 or len(rows[0][1]) < 2:
        return None
    middle = len(rows[0][1]) // 2
    for (body, cells), dropped in zip(rows, (slice(middle, None), slice(0, middle)), strict=True):
        for row in cells[dropped]:
            body.remove(row)
    for caption in second.findall("caption"):
        second.remove(caption)
    for element in second.iter():
        element.attrib.pop("id", None)
    return first, second


# --- words and numbers -------------------------------------------------------------------------------

_TCY, _UPRIGHT = "tcy", "upright"
"""Classes by which the renderer marks what stands across a column, and what stands upright in it."""

_DIGITS = re.compile("(?<![0-9])[0-9]{1,3}(?![0-9])")
_OF_WORD = re.compile(f"[{WORD}]")
_SHOWN = ("data-issue", "data-department", "data-article")


def keep_words(text: str, *, alone: bool = False) -> str:
    """Mark the numbers that shall lie on their side though the face might set them across a column.

    Those are the numbers before a letter (5G), for letters are shaped apart from what stands before them, and
    behind a hyphen, where lines are measured in parts; with ``alone`` also those that stand by themselves.
    """

    def mark(match: re.Match[str]) -> str:
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        in_word = any(_OF_WORD.match(neighbour) for neighbour in (before, after))
        kept = (after.isalpha() and bool(_OF_WORD.match(after))) or before == "-" or (alone and not in_word)
        return match[0] + WORD_JOINER if kept else match[0]

    return _DIGITS.sub(mark, text)


_HAN = "〇一二三四五六七八九"


def han_numerals(text: str) -> str:
    """Return ``text`` with year, volume and number in Han numerals: 2024年第12期 becomes 二〇二四年第十二期."""

    def numeral(match: re.Match[str]) -> str:
        digits = match[0]
        if len(digits) > 2 or digits.startswith("0"):
            return "".join(_HAN[int(digit)] for digit in digits)
        tens, ones = divmod(int(digits), 10)
        return (_HAN[tens] if tens > 1 else "") + ("十" if tens else "") + (_HAN[ones] if ones else "")

    return re.sub("[0-9]+(?=[年卷期])", numeral, text)


def _orient(tree: Element) -> None:
    """Leave short numbers to the face; where the renderer has marked them, no others are set across."""
    marked = any(element.get("class") in {_TCY, _UPRIGHT} for element in tree.iter("span"))
    for element in tree.iter():
        if element.text and element.get("class") != _TCY:
            element.text = keep_words(element.text, alone=marked)
        if element.tail:
            element.tail = keep_words(element.tail, alone=marked)
        for name in _SHOWN:
            if value := element.get(name):
                element.set(name, keep_words(value))
    if marked:
        for element in list(tree.iter()):
            _unwrap_numbers(element)


def _unwrap_numbers(parent: Element) -> None:
    """Take out the elements around short numbers: the face needs none, and whole lines are composed better."""
    for place, child in reversed(list(enumerate(parent))):
        if child.get("class") != _TCY or not _DIGITS.fullmatch(child.text or ""):
            continue
        previous = parent[place - 1] if place else None
        before = (parent.text if previous is None else previous.tail) or ""
        after = child.tail or ""
        if _OF_WORD.match(before[-1:]) or _OF_WORD.match(after[:1]):
            continue
        whole = f"{before}{child.text}{after}"
        parent.remove(child)
        if previous is None:
            parent.text = whole
        else:
            previous.tail = whole


_LEADERS = " 　·…—〇一二三四五六七八九十0123456789-"
"""What the style sheets add to the text."""


def font_files(tree: Element, language: str) -> dict[str, Path]:
    """Return the faces, by family, of a tree made by ``combine_turned``: turned ones, upright ones if it has tables."""
    text = [*strings(tree), _LEADERS]
    across = _marked(tree, _TCY)
    letters = set("".join(_marked(tree, _UPRIGHT)))
    faces = {
        face.family: edition_face(
            Recipe.of(face, text, language, turned=True, across=across, letters=letters)
        )
        for face in resources.FACES.values()
    }
    tables = [string for element in tree.iter("table") for string in strings(element)]
    return faces | (upright_files(tables, language) if tables else {})


def _marked(tree: Element, name: str) -> set[str]:
    return {element.text or "" for element in tree.iter("span") if element.get("class") == name}


def upright_files(text: Sequence[str], language: str) -> dict[str, Path]:
    """Return the faces of tables by family: ``Bookmaker Song Upright`` and so on."""
    return {
        (family := f"{face.family} Upright"): edition_face(Recipe.of(face, text, language, family=family))
        for face in resources.FACES.values()
    }


def strings(tree: Element) -> Iterator[str]:
    """Yield every string of the tree that is set: text, and what running heads show."""
    for element in tree.iter():
        yield from filter(None, (element.text, element.tail, *map(element.get, _SHOWN)))


# --- places -------------------------------------------------------------------------------


def turn_places(pages: Iterable[Any]) -> None:
    """Move the targets of links and of the outline so that a viewer shows them.

    A viewer puts a target into the left top corner of its window, as the page is shown: the target of a
    column is therefore not where the column begins, with everything that follows left of it and out of
    sight, but the page's head, two thirds of a page left of the column; beyond the page's edge, it is the edge that is
    meant (``imposition.anchors``).
    """
    for leaf in pages:
        leaf.anchors = {
            name: (0.0, y + leaf.height * 2 / 3, x2, y2) for name, (_, y, x2, y2) in leaf.anchors.items()
        }
