"""All chapters of a book as one tree for pages: one document, its links internal, its figures on the grid.

Lengths are in points. The body stands on a grid of ``GRID``; whatever interrupts it takes whole multiples of
that, so that lines of facing pages stand at one height (CLREQ, "block size = whole lines").
"""

from __future__ import annotations

import io
import re
from math import ceil
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

import msgspec
from lxml import etree
from PIL import Image

from bookmaker.write.annotations import gather_readings, place_notes
from bookmaker.write.apostrophes import LETTER, as_letters
from bookmaker.write.emphasis import mark_emphasis
from bookmaker.write.kinds import is_wide
from bookmaker.write.line import Analysis, Glyphs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bookmaker.book import Book, Chapter
    from bookmaker.model import Metadata

GRID = 18.0
"""Distance of the body's base lines."""

EM = 10.5
"""Size of the body's type."""

SCHEME = "book:"
"""Scheme of the addresses by which the tree asks for the book's own resources."""

HEIGHT = "data-height"
"""Attribute of figures that says how high they are."""

ABOVE = 0.45
"""What of the room that a figure leaves of its lines stands above it."""

CAPTION_EM, CAPTION_LINE = 9.0, 13.5
_CAPTION_ABOVE = 5.0
_FIGURE_LINES = 16
_FULL_MEASURE = 1.2
_POINTS_PER_MILLIMETRE = 72 / 25.4


class Page(msgspec.Struct, frozen=True):
    """A page, its sides and margins in points; the measure is of whole ems, the height of whole lines.

    What the margins leave over beside that goes to the outer and the bottom margin. Larger type is had by laying
    a smaller page out, which is then enlarged by ``scale``.
    """

    width: float
    height: float
    top: float
    outer: float
    bottom: float
    inner: float
    scale: float = 1.0
    columns: int = 1

    @classmethod
    def of(
        cls, size: tuple[float, float], margins: tuple[float, float, float, float], body: float = EM
    ) -> Page:
        """Return the page of a size and margins (top, outer, bottom, inner) in millimetres, its type in points.

        Raises ValueError where they leave no room for twelve ems and six lines.
        """
        scale = body / EM
        width, height = (side * _POINTS_PER_MILLIMETRE / scale for side in size)
        top, outer, bottom, inner = (margin * _POINTS_PER_MILLIMETRE / scale for margin in margins)
        columns = int((width - inner - outer) / EM + 1e-6)
        lines = int((height - top - bottom) / GRID + 1e-6)
        if columns < 12 or lines < 6:
            raise ValueError(f"a text area of {max(columns, 0)} ems by {max(lines, 0)} lines is too small")
        return cls(
            width, height, top, width - inner - columns * EM, height - top - lines * GRID, inner, scale
        )

    @property
    def measure(self) -> float:
        """Width of the text."""
        return self.width - self.inner - self.outer

    def in_columns(self, columns: int) -> Page:
        """Return the page with one or two columns; raises ValueError where a column has less than twelve ems."""
        page = msgspec.structs.replace(self, columns=columns)
        if page.column.measure < 12 * EM:
            raise ValueError(f"{columns} columns of {page.column.measure / EM:.0f} ems are too narrow")
        return page

    @property
    def gap(self) -> float:
        """Space between two columns, such that each has whole ems: two, or three where two would leave a half."""
        return EM * (2 + round(self.measure / EM) % 2)

    @property
    def column(self) -> Page:
        """The page as one of its columns sees it."""
        if self.columns == 1:
            return self
        return msgspec.structs.replace(self, outer=self.outer + (self.measure + self.gap) / 2, columns=1)

    @property
    def lines(self) -> int:
        """Lines of body text on a full page."""
        return round((self.height - self.top - self.bottom) / GRID)


def combine(book: Book, page: Page) -> Element:
    """Return all chapters but the cover's as one HTML document without namespaces.

    The cover becomes an image of the whole page. Page markers of the source are left out: nothing refers to
    them here, and an empty element inside a sentence would hinder line breaking.
    """
    html = Element("html", {"lang": book.edition.language})
    SubElement(html, "head")
    body = SubElement(html, "body", {"data-issue": as_letters(issue_title(book.edition.issue.metadata))})
    if book.cover:
        cover = SubElement(body, "section", {"class": "full-page", "id": "cover"})
        alternative = book.edition.issue.metadata.title
        SubElement(cover, "img", {"src": address(book.cover.href), "alt": alternative})
    targets = {chapter.href: _first_id(chapter) for chapter in book.chapters}
    ratios = {resource.href: aspect(resource.media_type, resource.data) for resource in book.resources}
    for chapter in book.chapters:
        if chapter.role == "cover":
            continue
        source = chapter.root.find("{*}body")
        for child in source if source is not None else ():
            copy = _copy(child, targets)
            if copy is not None:
                body.append(copy)
                _name(copy, chapter)
    _adapt(body, ratios, page)
    mark_emphasis(body, book.edition.mode)
    gather_readings(body)
    place_notes(body, book.edition.mode)
    return html


def _adapt(body: Element, ratios: Mapping[str, float | None], page: Page) -> None:
    """Fit to the page what depends on it: figures, entries of the contents, titles of several lines."""
    if page.columns > 1:
        for section in body:
            if "article" in section.get("class", "").split():
                _divide(section)
    for figure in body.iter("figure"):
        _place(figure, ratios, page.column)
    for entry in body.iterfind(".//*[@class='entry']"):
        _lead_to_page(entry)
    for opening in body.iter("header"):
        for title in opening:
            if title.get("class") in _DISPLAY_SIZES:
                _balance(title, page)


def _divide(article: Element) -> None:
    """Put into columns what follows an article's opening and leads."""
    parts = list(article)
    first = next(
        (i for i, part in enumerate(parts) if part.tag != "header" and part.get("class") != "lead"),
        len(parts),
    )
    columns = Element("div", {"class": "columns"})
    for part in parts[first:]:
        article.remove(part)
        columns.append(part)
    if len(columns):
        article.append(columns)


def issue_title(issue: Metadata) -> str:
    """Return the magazine's name with year and number."""
    year = f"{issue.year}年" if issue.year else ""
    number = f"第{issue.number}期" if issue.number else ""
    return f"{issue.title} {year}{number}".rstrip()


def address(href: str) -> str:
    """Return the address under which the tree asks for the resource of ``href``."""
    return SCHEME + href


def _first_id(chapter: Chapter) -> str:
    found = chapter.root.xpath("string((//@id)[1])")
    return str(found) or chapter.id


_KEPT = ("id", "class", "alt", "lang", "colspan", "rowspan")


def _copy(source: etree._Element, targets: Mapping[str, str]) -> Element | None:
    """Return a copy without namespaces, None for a comment or a page marker."""
    if not isinstance(source.tag, str) or source.get("role") == "doc-pagebreak":
        return None
    tag = etree.QName(source).localname
    copy = Element(tag, {name: value for name in _KEPT if (value := source.get(name)) is not None})
    if tag == "a" and (href := source.get("href")):
        copy.set("href", _link(href, targets))
    elif tag == "img" and (src := source.get("src")):
        copy.set("src", address(src))
    copy.text = source.text
    last: Element | None = None
    for child in source:
        letter = LETTER if child.get("class") == "apostrophe" else ""
        made = None if letter else _copy(child, targets)
        if made is not None:
            copy.append(made)
            made.tail = child.tail
            last = made
        elif text := letter + (child.tail or ""):
            if last is None:
                copy.text = (copy.text or "") + text
            else:
                last.tail = (last.tail or "") + text
    return copy


def _link(href: str, targets: Mapping[str, str]) -> str:
    file, mark, fragment = href.partition("#")
    if file in targets or not file:
        return "#" + (fragment if mark and fragment else targets.get(file, ""))
    return href


def _name(section: Element, chapter: Chapter) -> None:
    """Give the article's opening what running heads show: department and article.

    The opening and not the section: a named string is set anew on every page that its element reaches, and
    running heads are left out where it is set.
    """
    if chapter.role == "article" and len(section):
        opening = section.find(".//header")
        opening = section[0] if opening is None else opening
        opening.set("data-department", as_letters(chapter.section or chapter.title))
        opening.set("data-article", as_letters(chapter.title))


def _lead_to_page(entry: Element) -> None:
    """Append to an entry of the contents the element that shows dots and, once it is known, the page number."""
    link = entry.find("a[@class='entry-title']")
    if link is not None:
        SubElement(entry, "a", {"class": "entry-page", "href": link.get("href", "")})


_NAME = 44 * 1.08
"""Advance of a character of the magazine's name on the title page."""


def title_page(page: Page, title: str, most: int = 7) -> str:
    """Return the rules of the title page: its imprint at the foot where there is room, else below the rest.

    ``most`` are the lines left free above the name if they can be spared.
    """
    # The name's lines of three each; subtitle, number, date; the imprint and a line above it.
    spare = page.lines - 1 - 3 * count_lines(title, page.measure / _NAME) - 7 - 5
    if spare < 0:
        return ".title-page .imprint{position:static;margin-top:18pt}"
    return (
        f".title-page{{height:{(page.lines - 1) * GRID:.3f}pt}}"
        f".title-page h1{{padding-top:{min(spare, most) * GRID:.0f}pt}}"
    )


# --- figures ---------------------------------------------------------------------------------------


def aspect(media_type: str, data: bytes) -> float | None:
    """Return width divided by height of a picture, None if it tells neither."""
    if media_type == "image/svg+xml":
        root = etree.fromstring(data)
        box = re.findall(r"[-+.\deE]+", root.get("viewBox", ""))
        sides = box[2:4] if len(box) == 4 else [root.get("width", ""), root.get("height", "")]
        try:
            width, height = (float(re.sub(r"[a-z]+$", "", side)) for side in sides)
        except ValueError:
            return None
        return width / height if width > 0 and height > 0 else None
    if media_type.startswith("image/"):
        with Image.open(io.BytesIO(data)) as picture:
            return picture.width / picture.height
    return None


def _place(figure: Element, ratios: Mapping[str, float | None], page: Page) -> None:
    """Give a figure's picture its size, and the figure the padding that makes it whole lines."""
    picture = figure.find(".//img")
    if picture is None:
        return
    ratio = ratios.get(picture.get("src", "").removeprefix(SCHEME)) or 1.5
    height = min(page.measure / ratio, GRID * min(_FIGURE_LINES, page.lines - 6))
    width = height * ratio
    caption = figure.find(".//figcaption")
    text = "".join(caption.itertext()) if caption is not None else ""
    # A narrow picture keeps a caption of a readable width.
    measure = width if ratio >= _FULL_MEASURE else page.measure
    below = caption_height(text, measure)
    total = ceil((height + below + GRID * 0.6) / GRID) * GRID
    spare = total - height - below
    picture.set("style", f"width:{width:.2f}pt;height:{height:.2f}pt")
    figure.set("style", f"padding:{spare * ABOVE:.2f}pt 0 {spare * (1 - ABOVE):.2f}pt")
    figure.set(HEIGHT, f"{total:.0f}")
    if caption is not None:
        caption.set("style", f"width:{measure:.2f}pt")


def caption_height(text: str, measure: float) -> float:
    """Return the height of a caption, with the space above it, in a measure of so many points."""
    return _CAPTION_ABOVE + CAPTION_LINE * count_lines(text, measure / CAPTION_EM) if text else 0.0


_DISPLAY_SIZES = {"title": 22.0, "subtitle": 13.0}
"""Sizes of an article's titles, as the style sheet sets them."""


def _balance(title: Element, page: Page) -> None:
    """Narrow a title of several lines so that none is a mere rest, parting it at a blank if it has one."""
    size = _DISPLAY_SIZES[title.get("class", "")]
    text = "".join(title.itertext()).strip()
    measure = int(page.measure / size)
    lines = count_lines(text, measure) if text else 1
    if lines == 1:
        return
    parts = text.split()
    if len(parts) == lines and len(title) == 0 and max(map(_AVERAGE.advance, parts)) <= measure:
        title.text, *rest = parts
        for part in rest:
            SubElement(title, "br").tail = part
        return
    width = next(width for width in range(1, measure + 1) if count_lines(text, width) <= lines)
    title.set("style", f"width:{width * size + 2:.1f}pt")


_AVERAGE = Glyphs(
    lambda text: sum(1.0 if is_wide(character) else 0.5 for character in text), lambda _: 0.0, lambda _: 0.0
)


def count_lines(text: str, measure: float) -> int:
    """Return how many lines ``text`` takes in a measure of so many ems, by average widths."""
    analysis, start, count = Analysis(text, _AVERAGE), 0, 1
    while (resume := analysis.cut(start, measure, at_edge=True).resume) is not None:
        start, count = resume, count + 1
    return count
