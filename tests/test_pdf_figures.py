"""Figures and the foot of the page: where one has no room, no hole is left, and what is read keeps its order."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pikepdf
import pypdfium2
import pytest
from books import IDENTIFIER, METADATA, MODIFIED, png
from lxml import etree

from bookmaker.book import XHTML, Book, Chapter, Resource
from bookmaker.model import Article, Edition, Issue
from bookmaker.write.pdf import write_pdf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bookmaker.model import Mode

MODES: tuple[Mode, ...] = ("horizontal", "vertical")
MARK = "溪山"
"""Two characters of which all text is made."""


def paragraph(characters: int) -> str:
    return f"<p>{MARK * (characters // 2)}。</p>"


def figure(number: int) -> str:
    return (
        f'<figure class="figure" id="f{number}"><img src="../images/f.png" alt="{MARK}"/>'
        f"<figcaption>{MARK}。</figcaption></figure>"
    )


def write(parts: list[str], mode: Mode, sides: tuple[int, int] = (60, 40)) -> bytes:
    """Return the PDF of one article on pages of 16开."""
    source = (
        f'<html xmlns="{XHTML}" lang="zh-Hans"><body>'
        f'<section class="article" id="a01">{"".join(parts)}</section></body></html>'
    )
    issue = Issue(version=1, metadata=METADATA, articles=(Article(id="a01"),))
    picture = Resource("../images/f.png", "image/png", png(*sides, (150, 150, 150)))
    chapter = Chapter("a01", "a01.xhtml", MARK, "article", etree.fromstring(source))
    edition = Edition(issue, "zh-Hans", mode)
    made = write_pdf(Book(edition, IDENTIFIER, MODIFIED, (chapter,), (), resources=(picture,)))
    assert made.diagnostics == ()
    return made.data


def kinds(data: bytes) -> list[str]:
    """Return the types of paragraphs, heads and pictures of the structure tree, as they are heard."""

    def walk(element: Any) -> Iterator[str]:
        if str(element.get("/S", "")) in {"/P", "/H1", "/H2", "/Figure"}:
            yield str(element.S)[1:]
            return
        below = element.get("/K", [])
        for kid in below if isinstance(below, pikepdf.Array) else [below]:
            if isinstance(kid, pikepdf.Dictionary):
                yield from walk(kid)

    with pikepdf.open(io.BytesIO(data)) as pdf:
        return list(walk(pdf.Root.StructTreeRoot))


def filled(data: bytes, mode: Mode) -> list[float]:
    """Return how much of each page's text area is taken, from where it begins to the last that stands in it."""
    document = pypdfium2.PdfDocument(data)
    shares = []
    for page in document:
        picture = page.render(scale=0.5).to_pil().convert("L")
        width, height = picture.size
        # Heads and numbers stand outside of this part of the page.
        if mode == "horizontal":
            area = picture.crop((int(width * 0.16), int(height * 0.1), int(width * 0.84), int(height * 0.9)))
            ink = area.point(lambda value: 255 * (value < 200)).getbbox()
            shares.append(ink[3] / area.height if ink else 0.0)
        else:
            area = picture.crop(
                (int(width * 0.14), int(height * 0.16), int(width * 0.86), int(height * 0.84))
            )
            ink = area.point(lambda value: 255 * (value < 200)).getbbox()
            shares.append(1 - ink[0] / area.width if ink else 0.0)
    document.close()
    return shares


LINES = {"horizontal": 36, "vertical": 42}
"""Characters of a line on 16开, by mode."""
FULL = {"horizontal": 34, "vertical": 20}
"""Lines of a page."""


def opening(mode: Mode) -> list[str]:
    """Return paragraphs that leave seven lines of a page for a figure of more."""
    return [paragraph(LINES[mode] * 3 - 6) for _ in range((FULL[mode] - 7) // 3)]


@pytest.mark.parametrize("mode", MODES)
def test_text_goes_on_where_a_figure_has_no_room(mode: Mode) -> None:
    first = opening(mode)
    data = write([*first, figure(1), *[paragraph(LINES[mode] * 3 - 6) for _ in range(9)]], mode)
    found = kinds(data)
    place = found.index("Figure")
    assert (
        len(first) < place <= len(first) + 3
    )  # one paragraph goes before it, or those that there is room for
    assert found.count("P") >= len(first) + 9
    assert min(filled(data, mode)[:-1]) > 0.85


@pytest.mark.parametrize("mode", MODES)
def test_a_figure_stays_before_the_next_head_and_behind_the_figure_before(mode: Mode) -> None:
    first = opening(mode)
    rest = [paragraph(LINES[mode] * 3 - 6) for _ in range(9)]
    found = kinds(write([*first, figure(1), figure(2), "<h2>溪山</h2>", *rest], mode))
    pictures = [place for place, kind in enumerate(found) if kind == "Figure"]
    assert len(pictures) == 2
    assert max(pictures) < found.index(next(kind for kind in found if kind in {"H1", "H2"}))


@pytest.mark.parametrize("mode", MODES)
def test_a_last_figure_is_made_smaller_rather_than_left_alone(mode: Mode) -> None:
    more = 1 if mode == "vertical" else 3  # so that two thirds of the picture have room
    first = [paragraph(LINES[mode] * 3 - 6) for _ in range((FULL[mode] - 7) // 3 - more)]
    data = write([*first, figure(1)], mode)
    assert len(filled(data, mode)) == 1
    assert kinds(data)[-1] in {"Figure", "P"}


@pytest.mark.parametrize("mode", MODES)
def test_a_figure_that_would_be_too_small_goes_to_the_next_page(mode: Mode) -> None:
    data = write([*opening(mode), paragraph(LINES[mode] * 3 - 6), figure(1)], mode)
    assert len(filled(data, mode)) == 2
