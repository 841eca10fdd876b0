"""Each rule of Chinese composition on a tiny page, compared with a picture that can be read.

Run with ``BOOKMAKER_REWRITE=1`` to write what is seen into the case files, then look at the difference.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2
import pytest
from books import IDENTIFIER, METADATA, MODIFIED, png
from composition_cases import FOLDER, Case, all_cases
from lxml import etree
from pixel_map import SCALE, eighths, lines, sheet
from solid_face import write_faces

from bookmaker import resources
from bookmaker.book import XHTML, Book, Chapter, Resource
from bookmaker.model import Article, Edition, Issue
from bookmaker.write.document import EM, GRID
from bookmaker.write.pdf import write_pdf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bookmaker.model import Mode

CASES = all_cases()
REQUIRED = {*map(str, (*range(1, 7), 8, 10, 11, 13, 14, 16, 23, *range(26, 34))), "ruby", "notes", "figures"}
"""Rows of docs/composition.md that must have a picture."""

TABLE = Path(__file__).parent.parent / "docs" / "composition.md"

_MILLIMETRE = 72 / 25.4


@pytest.fixture(scope="module", autouse=True)
def _solid_faces(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("faces")
    write_faces(folder)
    # Whatever remembers a face must not: the shipped ones have the same names.
    caches = {
        id(value): value
        for name, module in list(sys.modules.items())
        if name.startswith("bookmaker")
        for value in vars(module).values()
        if hasattr(value, "cache_clear")
    }.values()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resources, "fonts_dir", lambda: folder)
        for cache in caches:
            cache.cache_clear()
        yield
    for cache in caches:
        cache.cache_clear()


def book(case: Case, mode: Mode) -> Book:
    """Return the case's text as a book of one article without title, contents or cover."""
    text = case.text
    if not text.startswith("<"):
        text = "".join(f"<p>{line}</p>" for line in text.splitlines())
    text = "".join(line.strip() for line in text.splitlines())
    source = (
        f'<html xmlns="{XHTML}" lang="{case.language}"><body>'
        f'<section class="article" id="a01">{text}</section></body></html>'
    )
    issue = Issue(version=1, metadata=METADATA, articles=(Article(id="a01"),))
    picture = Resource("../images/f1.png", "image/png", png(60, 30, (150, 150, 150)))
    chapter = Chapter("a01", "a01.xhtml", "水", "article", etree.fromstring(source))
    return Book(
        Edition(issue, case.language, mode), IDENTIFIER, MODIFIED, (chapter,), (), resources=(picture,)
    )


def seen(case: Case, mode: Mode) -> str:
    """Return the pages of a case as a map."""
    size, margin = (case.ems * EM, case.lines * GRID), case.margin
    # A hair more than whole ems and lines, that none is lost by rounding; it goes to the outer margins.
    width, height = (
        (side + 2 * margin + 0.01) / _MILLIMETRE for side in (size if mode == "horizontal" else size[::-1])
    )
    sides = (margin / _MILLIMETRE,) * 4
    made = write_pdf(book(case, mode), page_size=(width, height), margins=sides, columns=case.columns)
    assert made.diagnostics == ()
    document = pypdfium2.PdfDocument(made.data)
    maps = []
    for page in document:
        picture = page.render(scale=SCALE).to_pil().convert("L")
        if case.show == "sheet":
            maps.append(sheet(picture, margin, margin, vertical=mode == "vertical"))
        elif case.show == "eighths":
            lying = picture if mode == "horizontal" else picture.rotate(90, expand=True)
            maps.append(eighths(lying, margin, margin, case.ems, case.lines))
        else:
            maps.append(lines(picture, margin, margin, case.ems, case.lines, vertical=mode == "vertical"))
    document.close()
    return "\n====\n".join(maps)


@pytest.mark.parametrize(
    ("case", "mode"),
    [pytest.param(case, mode, id=f"{case.name}-{mode}") for case in CASES for mode in case.maps],
)
def test_a_page_looks_as_the_case_shows(case: Case, mode: Mode) -> None:
    found = seen(case, mode)
    if os.environ.get("BOOKMAKER_REWRITE"):
        path = FOLDER / f"{case.name}.txt"
        content = path.read_text(encoding="utf-8")
        before, mark, after = content.partition(f"--- {mode}\n")
        rest = after[after.index("--- ") :] if "--- " in after else ""
        path.write_text(f"{before}{mark}{found}\n{rest}", encoding="utf-8")
        pytest.skip("written anew, not compared")
    assert found == case.maps[mode]


def test_every_required_row_has_a_picture() -> None:
    assert REQUIRED - {rule for case in CASES for rule in case.rules} == set()


def test_the_table_names_every_case_in_the_row_that_it_shows() -> None:
    rows = [
        line.split("|") for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")
    ]
    named = {(row[1].strip(), name) for row in rows for name in re.findall("`([a-z-]+)`", row[4])}
    shown = {(rule, case.name) for case in CASES for rule in case.rules if rule.isdigit()}
    assert shown <= named
    assert {name for _, name in named} == {case.name for case in CASES}
