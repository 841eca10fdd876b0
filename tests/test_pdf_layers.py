"""PDFs of real text layers: the sample and the layers beside the checkout, in both writing modes.

Some of their characters are so rare that only fonts-hanazono has them. The texts belong to others and stay outside.
"""

from __future__ import annotations

import re
import subprocess
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Any

import pikepdf
import pypdf
import pypdfium2
import pytest
from books import moved_captions, page_text
from needs import font, shared, tool, verapdf
from test_pdf import PAGE
from test_pdf_vertical import BAND, HEIGHT, bound_on_the_left

from bookmaker.book import XHTML
from bookmaker.edit import make_edition
from bookmaker.model import Metadata
from bookmaker.read import read_layer
from bookmaker.render import render
from bookmaker.segment import segment
from bookmaker.write.pdf import write_pdfs
from bookmaker.write.profiles import ARCHIVE, Profile, Source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bookmaker.book import Book
    from bookmaker.model import Mode

MODES: tuple[Mode, ...] = ("horizontal", "vertical")
PROFILES = {"archive": ARCHIVE, "source": Profile("archive", source=Source("issue.json", b'{"version":1}'))}


@cache
def layers() -> tuple[Path, ...]:
    font("HanaMinA", "fonts-hanazono")
    return (*shared("samples/*.txt"), *shared("layers/*.txt"))


@cache
def book(path: Path, mode: Mode) -> Book:
    data = path.read_bytes()
    if len(data) > 500_000:  # half of the longest shows as much, in half the time
        data = b"".join(data.splitlines(keepends=True)[:4000])
    layer = read_layer(data, name=path.name)
    language = "zh-Hant-TW" if path.stem.startswith(("tw-", "taixu")) else "zh-Hans"
    issue = segment(layer, metadata=Metadata(title="集成", language=language)).issue
    return render(make_edition(issue, language=language, mode=mode).edition)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every layer in both modes for an archive, with and without the issue file in it."""
    made = tmp_path_factory.mktemp("layers")
    for path in layers():
        for mode in MODES:
            written = write_pdfs(book(path, mode), tuple(PROFILES.values()))
            for name, pdf in zip(PROFILES, written, strict=True):
                (made / f"{path.stem}.{mode}.{name}.pdf").write_bytes(pdf.data)
    return made


@pytest.mark.parametrize(("flavour", "profile"), [("2a", "archive"), ("3a", "source"), ("ua1", "source")])
def test_verapdf_finds_no_failed_rule(folder: Path, flavour: str, profile: str) -> None:
    files = sorted(folder.glob(f"*.{profile}.pdf"))
    made = subprocess.run(
        [*verapdf(), "--flavour", flavour, *files], capture_output=True, check=False, text=True
    )
    said = made.stdout.splitlines()
    assert [line for line in said if not line.startswith("PASS ")] == [], made.stderr
    assert len(said) == len(files) == 2 * len(layers())


def test_qpdf_and_pdffonts_find_no_fault(folder: Path) -> None:
    for path in folder.glob("*.archive.pdf"):
        subprocess.run([tool("qpdf"), "--check", path], capture_output=True, check=True)
        made = subprocess.run([tool("pdffonts"), path], capture_output=True, check=True, text=True)
        for row in made.stdout.splitlines()[2:]:
            assert re.search(r"CID TrueType +Identity-H +yes yes yes", row), (path.name, row)


# --- text ----------------------------------------------------------------------------------------------


def _first_page(path: Path) -> int:
    """Return the page after the contents, whose leaders are in no edition's text."""
    reader = pypdf.PdfReader(path)
    first = reader.outline[0]
    assert isinstance(first, pypdf.generic.Destination)
    number = reader.get_destination_page_number(first)
    assert number
    return number


def _is_text(mode: Mode, y: float) -> bool:
    return BAND[0] < y < BAND[1] if mode == "vertical" else PAGE.bottom < y < PAGE.height - PAGE.top


def _poppler(path: Path, mode: Mode, first: int) -> str:
    left, top, width, height = (
        (BAND[0], 0.0, BAND[1] - BAND[0], HEIGHT)
        if mode == "vertical"
        else (0.0, PAGE.top, PAGE.width, PAGE.height - PAGE.top - PAGE.bottom)
    )
    sides = {"-x": left, "-y": top, "-W": width, "-H": height}
    area = [word for name, side in sides.items() for word in (name, f"{side:.0f}")]
    command = [tool("pdftotext"), "-raw", "-f", str(first + 1), *area, path, "-"]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


def _pypdf(path: Path, mode: Mode, first: int) -> str:
    parts: list[str] = []

    def visit(text: str, cm: list[float], tm: list[float], *_: object) -> None:
        if _is_text(mode, tm[4] * cm[1] + tm[5] * cm[3] + cm[5]):
            parts.append(text)

    for page in pypdf.PdfReader(path).pages[first:]:
        page.extract_text(visitor_text=visit)
    return "".join(parts)


def _pdfium(path: Path, mode: Mode, first: int) -> str:
    data = path.read_bytes()
    left, right, bottom, top = (
        (0, HEIGHT, *BAND) if mode == "vertical" else (0, PAGE.width, PAGE.bottom, PAGE.height - PAGE.top)
    )
    document = pypdfium2.PdfDocument(bound_on_the_left(data) if mode == "vertical" else data)
    pages = [document[number].get_textpage() for number in range(first, len(document))]
    text = "".join(page.get_text_bounded(left=left, right=right, bottom=bottom, top=top) for page in pages)
    document.close()
    return text


def _lines(element: Any) -> Iterator[str]:
    """Yield the lines of a paragraph as the markup parts them."""
    text = "".join(
        "\n" if getattr(node, "tag", None) == f"{{{XHTML}}}br" else str(node)
        for node in element.xpath(".//text() | .//x:br", namespaces={"x": XHTML})
    )
    return iter(text.split("\n"))


def _is_confusing(book: Book) -> bool:
    """Tell whether a book has columns of one character, or tables drawn with rules and full-width blanks.

    PDFium takes columns that begin at one height for parts of a line unless something begins elsewhere between them
    (``bookmaker.write.pieces``): the end of the column, but one character has none, and blanks are not seen.
    """
    lines = (
        line.strip()
        for chapter in book.chapters
        for element in chapter.root.iter("{*}p", "{*}li", "{*}h2", "{*}h3")
        for line in _lines(element)
    )
    return any(len(line) == 1 or "─" in line for line in lines)


@pytest.mark.parametrize("mode", MODES)
def test_what_programs_extract_is_the_text_of_the_edition_in_order(folder: Path, mode: Mode) -> None:
    for layer in layers():
        path = folder / f"{layer.stem}.{mode}.archive.pdf"
        first = _first_page(path)
        articles = [chapter for chapter in book(layer, mode).chapters if chapter.role == "article"]
        assert len(page_text(book(layer, mode), articles)) > 5000
        for read in (_poppler, _pypdf, _pdfium):
            found = read(path, mode, first)
            wanted = moved_captions("".join(found.split()), articles)
            assert sorted(wanted) == sorted(page_text(book(layer, mode), articles))
            if read is _pdfium and mode == "vertical" and _is_confusing(book(layer, mode)):
                assert sorted("".join(found.split())) == sorted(wanted), layer.name
            else:
                assert "".join(found.split()) == wanted, layer.name
            strange = {
                character
                for character in found
                if 0x2E80 <= ord(character) <= 0x2FDF or unicodedata.category(character) in {"Cf", "Co", "Cn"}
            }
            assert strange == set()


def test_the_attached_source_is_in_every_file(folder: Path) -> None:
    for path in folder.glob("*.source.pdf"):
        with pikepdf.open(path) as pdf:
            assert [str(item.AFRelationship) for item in pdf.Root.AF] == ["/Source"]
