"""PDFs for archives and presses: what veraPDF, qpdf and the file itself say, in both writing modes."""

from __future__ import annotations

import hashlib
import io
import os
import re
import subprocess
import sys
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pikepdf
import pypdf
import pypdfium2
import pytest
from books import magazine
from example import FOLDER, load_issue
from msgspec.structs import replace
from needs import tool, verapdf
from PIL import Image, ImageCms

from bookmaker.diagnostics import OutputError
from bookmaker.model import Edition
from bookmaker.render import render
from bookmaker.settings import PAGE_SIZES
from bookmaker.write import press, xmp
from bookmaker.write.document import Page
from bookmaker.write.formats import FORMATS, format_of
from bookmaker.write.pdf import Pdf, write_pdf, write_pdfs
from bookmaker.write.profiles import ARCHIVE, PRINT, SCREEN, Condition, Profile, Source
from bookmaker.write.vertical import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bookmaker.book import Book
    from bookmaker.model import Mode

SOURCE = Source("lipo-2031-04.issue.json", b'{"version":1}')
WITH_SOURCE = Profile("archive", source=SOURCE)
PROFILES = {
    "screen": SCREEN,
    "archive": ARCHIVE,
    "source": WITH_SOURCE,
    "print": Profile("print", multiple=4),
}
MODES: tuple[Mode, ...] = ("horizontal", "vertical")
POINTS = 72 / 25.4


@cache
def written(mode: Mode = "horizontal") -> dict[str, Pdf]:
    book = magazine(mode=mode, paragraphs=9)
    return dict(zip(PROFILES, write_pdfs(book, tuple(PROFILES.values())), strict=True))


@cache
def example(mode: Mode) -> Book:
    images = {path.name: path.read_bytes() for path in (FOLDER / "images").iterdir()}
    return render(Edition(load_issue(), "zh-Hans", mode), images=images)


def opened(name: str, mode: Mode = "horizontal") -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(written(mode)[name].data))


# --- standards -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both modes of the invented magazine and of the example in every profile."""
    path = tmp_path_factory.mktemp("profiles")
    for mode in MODES:
        for name, pdf in written(mode).items():
            (path / f"magazine.{mode}.{name}.pdf").write_bytes(pdf.data)
        names = ("screen", "archive", "source")
        for name, pdf in zip(names, write_pdfs(example(mode), (SCREEN, ARCHIVE, WITH_SOURCE)), strict=True):
            (path / f"example.{mode}.{name}.pdf").write_bytes(pdf.data)
    return path


@pytest.mark.parametrize(
    ("flavour", "names"),
    [("ua1", ("screen", "archive", "source")), ("2a", ("archive",)), ("3a", ("source",))],
)
def test_verapdf_finds_no_failed_rule(folder: Path, flavour: str, names: tuple[str, ...]) -> None:
    files = sorted(path for name in names for path in folder.glob(f"*.{name}.pdf"))
    made = subprocess.run(
        [*verapdf(), "--flavour", flavour, *files], capture_output=True, check=False, text=True
    )
    said = made.stdout.splitlines()
    assert [line for line in said if not line.startswith("PASS ")] == [], made.stderr
    assert len(said) == len(files) == 4 * len(names)


def test_verapdf_would_tell(folder: Path, tmp_path: Path) -> None:
    spoilt = tmp_path / "spoilt.pdf"
    with pikepdf.open(folder / "magazine.horizontal.archive.pdf") as pdf:
        del pdf.Root.StructTreeRoot
        pdf.save(spoilt)
    made = subprocess.run(
        [*verapdf(), "--flavour", "ua1", spoilt], capture_output=True, check=False, text=True
    )
    assert made.stdout.startswith("FAIL ")


def test_qpdf_and_pdffonts_find_no_fault(folder: Path) -> None:
    for path in folder.iterdir():
        subprocess.run([tool("qpdf"), "--check", path], capture_output=True, check=True)
        made = subprocess.run([tool("pdffonts"), path], capture_output=True, check=True, text=True)
        rows = made.stdout.splitlines()[2:]
        assert rows
        for row in rows:
            assert re.search(r"CID TrueType +Identity-H +yes yes yes", row), (path.name, row)


@pytest.mark.parametrize("mode", MODES)
def test_pages_say_the_same_in_every_profile(folder: Path, mode: Mode) -> None:
    def text(name: str) -> str:
        path = folder / f"magazine.{mode}.{name}.pdf"
        box = ["-cropbox"] if name != "print" else []
        made = subprocess.run(
            [tool("pdftotext"), *box, path, "-"], capture_output=True, check=True, text=True
        )
        return "".join(made.stdout.split())

    assert len(text("screen")) > 3000
    assert {text("archive"), text("source"), text("print")} == {text("screen")}


def test_the_same_book_gives_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    program = (
        "import sys,hashlib;from books import magazine;import test_pdf_profiles as t;"
        "[print(n, hashlib.sha256(p.data).hexdigest()) for m in t.MODES for n, p in t.written(m).items()]"
    )
    here = Path(__file__).resolve().parent
    made = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=True,
        text=True,
        env={
            **os.environ,
            "PYTHONPATH": f"{here}{os.pathsep}{here.parent}",
            "PYTHONHASHSEED": "7",
            "XDG_CACHE_HOME": str(tmp_path),
            "TZ": "Asia/Shanghai",
        },
    ).stdout.split()
    expected = [
        word
        for mode in MODES
        for name, pdf in written(mode).items()
        for word in (name, hashlib.sha256(pdf.data).hexdigest())
    ]
    assert made == expected


# --- what is recorded ----------------------------------------------------------------------------------


def test_xmp_records_what_a_library_wants() -> None:
    with opened("archive") as pdf, pdf.open_metadata() as found:
        assert found["dc:title"] == "栗坡月刊 2031年第12卷第4期"
        assert "秦望溪" in found["dc:creator"]
        assert found["dc:publisher"] == {"栗坡文化社"}
        assert found["dc:identifier"] == "urn:uuid:5b0c0f6e-2f0a-5d5e-9a35-1f5c7a0e4b11"
        assert found["dc:language"] == {"zh-Hans"}
        assert found[f"{{{xmp.NAMESPACES['prism']}}}issn"] == "0000-0019"
        assert found["pdfaid:part"] == "2"
        assert found["pdfaid:conformance"] == "A"
        assert found["pdfuaid:part"] == "1"
        assert found["xmp:ModifyDate"] == "2031-04-06T00:00:00Z"


def test_rights_and_source_are_recorded_where_they_are_known() -> None:
    book = magazine(articles=2)
    issue = book.edition.issue
    data = replace_metadata(book, rights="© 栗坡 <文化社> & 友", source="栗坡月刊 2031年第4期，印本")
    with pikepdf.open(io.BytesIO(write_pdf(data, profile=ARCHIVE).data)) as pdf, pdf.open_metadata() as found:
        assert found["dc:rights"] == "© 栗坡 <文化社> & 友"
        assert found["dc:source"] == "栗坡月刊 2031年第4期，印本"
    assert issue.metadata.rights != "© 栗坡 <文化社> & 友"


def replace_metadata(book: Book, **values: str) -> Book:
    import msgspec  # noqa: PLC0415

    issue = book.edition.issue
    metadata = msgspec.structs.replace(issue.metadata, **values)
    issue = msgspec.structs.replace(issue, metadata=metadata)
    return replace(book, edition=msgspec.structs.replace(book.edition, issue=issue))


def test_the_source_is_attached_once_and_related_to_the_pages() -> None:
    with opened("source") as pdf:
        (related,) = pdf.Root.AF
        assert related.AFRelationship == "/Source"
        assert str(related.UF) == SOURCE.name
        assert related.EF.F.Subtype == "/application/json"
        assert related.EF.F.read_bytes() == SOURCE.data
        assert str(related.EF.F.Params.ModDate) == "D:20310406000000Z"
    with opened("archive") as pdf:
        assert "/AF" not in pdf.Root
        assert "/EmbeddedFiles" not in pdf.Root.Names


@pytest.mark.parametrize("name", ["screen", "archive"])
@pytest.mark.parametrize("mode", MODES)
def test_viewers_are_told_title_language_labels_and_direction(mode: Mode, name: str) -> None:
    with opened(name, mode) as pdf:
        preferences = pdf.Root.ViewerPreferences
        assert preferences.DisplayDocTitle is True
        assert str(pdf.Root.Lang) == "zh-Hans"
        assert preferences.get("/Direction") == ("/R2L" if mode == "vertical" else None)
        assert pdf.Root.MarkInfo.Marked is True
        assert len(pdf.pages) > 5
        assert pdf.pages[0].label == "封面"


# --- tags ----------------------------------------------------------------------------------------------


def elements(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Yield the elements of the structure tree in order."""
    stack = list(reversed(list(pdf.Root.StructTreeRoot.K)))
    while stack:
        element = stack.pop()
        yield element
        kids = element.get("/K", [])
        kids = kids if isinstance(kids, pikepdf.Array) else [kids]
        stack += [kid for kid in reversed(list(kids)) if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]


@pytest.mark.parametrize("mode", MODES)
def test_levels_of_heads_begin_with_the_first_and_skip_none(mode: Mode) -> None:
    with opened("archive", mode) as pdf:
        levels = [int(str(item.S)[2]) for item in elements(pdf) if re.fullmatch("/H[1-6]", str(item.S))]
    assert levels[0] == 1
    assert {1, 2} <= set(levels)
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_a_skipped_level_is_closed() -> None:
    book = magazine(articles=2)
    chapter = next(item for item in book.chapters if item.role == "article")
    for head in chapter.root.iter("{*}h2"):
        head.tag = head.tag.replace("h2", "h4")
    with pikepdf.open(io.BytesIO(write_pdf(book).data)) as pdf:
        kinds = {str(item.S) for item in elements(pdf)}
    assert "/H2" in kinds
    assert "/H4" not in kinds


def test_pictures_are_described_and_notes_are_numbered() -> None:
    with opened("archive") as pdf:
        found = list(elements(pdf))
        figures = [item for item in found if item.S == "/Figure"]
        notes = [str(item.ID) for item in found if item.S == "/Note"]
    assert len(figures) >= 3
    assert all(str(figure.Alt) for figure in figures)
    assert notes
    assert len(set(notes)) == len(notes)


def test_heads_of_tables_are_heads_of_their_columns() -> None:
    with opened("archive") as pdf:
        found = list(elements(pdf))
        heads = {str(item.ID) for item in found if item.S == "/TH"}
        cells = [item for item in found if item.S == "/TD"]
        assert cells
        assert all({str(head) for head in cell.A.Headers} <= heads for cell in cells)


def test_links_say_where_they_lead() -> None:
    with opened("archive") as pdf:
        said = [str(link.Contents) for page in pdf.pages for link in page.get("/Annots", [])]
    assert "水醒得比人早" in said
    assert not [text for text in said if re.fullmatch(r"a\d\d(-.*)?", text)]


@pytest.mark.parametrize("mode", MODES)
def test_running_heads_and_page_numbers_are_artifacts(mode: Mode) -> None:
    with opened("archive", mode) as pdf:
        page = pdf.pages[4]
        inside, artifacts = None, 0
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) == "BDC":
                inside = str(operands[0])
            elif str(operator) == "EMC":
                inside = None
            elif str(operator) == "TJ":
                assert inside is not None
                artifacts += inside == "/Artifact"
        assert artifacts in {2, 3}
        tree = pdf.Root.StructTreeRoot.ParentTree.Nums
        marks = [str(item) for item in tree]
        assert len(marks) >= 2 * len(pdf.pages)


# --- the press -----------------------------------------------------------------------------------------


def colours(pdf: pikepdf.Pdf) -> set[tuple[str, tuple[float, ...]]]:
    return {
        (str(operator), tuple(float(part) for part in operands))
        for page in pdf.pages
        for operands, operator in pikepdf.parse_content_stream(page)
        if str(operator) in {"rg", "RG", "g", "G", "k", "K"}
    }


@pytest.mark.parametrize("mode", MODES)
def test_all_colours_are_of_the_press_and_text_is_black_ink_alone(mode: Mode) -> None:
    with opened("print", mode) as pdf:
        found = colours(pdf)
        assert {operator for operator, _ in found} == {"k", "K"}
        assert ("k", (0, 0, 0, 1)) in found
        for operator, parts in found:
            assert sum(parts) <= 3.3 or (operator, parts) == ("K", (1, 1, 1, 1))
        spaces = {
            str(item.ColorSpace)
            for item in pdf.objects
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image"
        }
        assert spaces <= {"/DeviceCMYK", "/DeviceGray"}
        assert "/DeviceCMYK" in spaces


@pytest.mark.parametrize("mode", MODES)
def test_boxes_of_a_page_for_the_press(mode: Mode) -> None:
    with opened("print", mode) as pdf:
        for page in pdf.pages:
            trim, bleed, media = (
                [float(side) for side in page[box]] for box in ("/TrimBox", "/BleedBox", "/MediaBox")
            )
            sides = sorted([(trim[2] - trim[0]) / POINTS, (trim[3] - trim[1]) / POINTS])
            assert sides == [pytest.approx(185, abs=0.02), pytest.approx(260, abs=0.02)]
            assert [side / POINTS for side in bleed[:2]] == pytest.approx([-3, -3], abs=0.01)
            assert [side / POINTS for side in media[:2]] == pytest.approx([-10, -10], abs=0.01)


def seen(name: str, number: int, mode: Mode) -> Image.Image:
    """Return a page with all its surroundings, 72 pixels an inch times two."""
    document = pypdfium2.PdfDocument(written(mode)[name].data)
    try:
        return document[number].render(scale=2).to_pil().convert("RGB")
    finally:
        document.close()


@pytest.mark.parametrize("mode", MODES)
def test_the_cover_fills_the_bleed_and_nothing_beyond(mode: Mode) -> None:
    picture = seen("print", 0, mode)
    edge = round(7 * POINTS * 2)  # the bleed begins seven millimetres from the edge of the sheet
    for x, y in ((edge + 3, edge + 3), (picture.width - edge - 4, picture.height - edge - 4)):
        red, green, blue = picture.getpixel((x, y))
        assert red > green + 40
        assert red > blue + 40
    for x, y in ((edge - 4, picture.height // 2), (picture.width // 2, edge - 4)):
        assert picture.getpixel((x, y)) == (255, 255, 255)


@pytest.mark.parametrize("mode", MODES)
def test_crop_marks_point_at_the_trim_and_stay_out_of_the_bleed(mode: Mode) -> None:
    picture = seen("print", 5, mode).convert("L")
    trim, bleed = 10 * POINTS * 2, 7 * POINTS * 2
    column = [picture.getpixel((round(trim), y)) for y in range(round(bleed))]
    assert min(column) < 220
    beside = [picture.getpixel((round(trim), y)) for y in range(round(bleed) - 2, round(trim) + 4)]
    assert min(beside) > 250


@pytest.mark.parametrize("mode", MODES)
def test_nothing_for_screens_is_left_in(mode: Mode) -> None:
    with opened("print", mode) as pdf:
        assert not [page for page in pdf.pages if "/Annots" in page]
        for name in ("/Names", "/Outlines", "/StructTreeRoot", "/AF"):
            assert name not in pdf.Root
        assert pdf.docinfo["/Trapped"] == "/False"
        assert str(pdf.Root.OutputIntents[0].S) == "/GTS_PDFX"
        assert str(pdf.Root.OutputIntents[0].OutputConditionIdentifier) == "FOGRA39"
        assert pdf.pdf_version == "1.6"
        with pdf.open_metadata() as found:
            assert found["pdfxid:GTS_PDFXVersion"] == "PDF/X-4"


@pytest.mark.parametrize("mode", MODES)
def test_pages_are_filled_up_to_a_multiple_with_empty_ones(mode: Mode) -> None:
    whole = written(mode)
    assert whole["print"].pages % 4 == 0
    assert 0 <= whole["print"].pages - whole["screen"].pages < 4
    with opened("print", mode) as pdf:
        for page in list(pdf.pages)[whole["screen"].pages :]:
            operators = {str(operator) for _, operator in pikepdf.parse_content_stream(page)}
            assert "TJ" not in operators


def test_pictures_of_cmyk_are_turned_into_rgb_for_archives() -> None:
    book = magazine(articles=2)
    made = io.BytesIO()
    Image.new("CMYK", (60, 40), (200, 20, 0, 10)).save(made, "JPEG")
    resources = tuple(
        replace(item, media_type="image/jpeg", data=made.getvalue()) if item.href.endswith(".png") else item
        for item in book.resources
    )
    book = replace(book, resources=resources, cover=None)
    for profile, expected in ((ARCHIVE, "/DeviceRGB"), (PRINT, "/DeviceCMYK")):
        with pikepdf.open(io.BytesIO(write_pdf(book, profile=profile).data)) as pdf:
            (picture,) = [
                item
                for item in pdf.objects
                if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image" and item.Width == 60
            ]
            assert picture.ColorSpace == expected


def test_transparent_pictures_are_laid_on_white_and_grey_ones_stay_grey() -> None:
    clear = io.BytesIO()
    Image.new("RGBA", (4, 4), (255, 0, 0, 0)).save(clear, "PNG")
    with Image.open(io.BytesIO(press.for_press(None)("image/png", clear.getvalue()))) as picture:
        assert picture.mode == "CMYK"
        assert max(picture.getpixel((1, 1))) <= 4
    grey = io.BytesIO()
    Image.new("LA", (4, 4), (40, 255)).save(grey, "PNG")
    with Image.open(io.BytesIO(press.for_press(None)("image/png", grey.getvalue()))) as picture:
        assert (picture.mode, picture.getpixel((1, 1))) == ("L", 40)


def test_greys_are_black_ink_and_the_shipped_profile_brings_colours_back() -> None:
    assert press.ink(0, 0, 0, None) == (0, 0, 0, 1)
    assert press.ink(0.5, 0.5, 0.5, None) == (0, 0, 0, 0.5)
    back = ImageCms.buildTransform(
        io.BytesIO(press.shipped_condition().profile),
        ImageCms.createProfile("sRGB"),
        "CMYK",
        "RGB",
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    for colour in ((140, 47, 37), (128, 128, 140), (20, 90, 160), (240, 230, 220), (60, 60, 80)):
        inks = tuple(round(part * 255) for part in press.ink(*(part / 255 for part in colour), None))
        seen_again = back.apply(Image.new("CMYK", (1, 1), inks)).getpixel((0, 0))
        assert max(abs(a - b) for a, b in zip(colour, seen_again, strict=True)) <= 8


@pytest.mark.parametrize(
    "profile", [b"no profile", ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()]
)
def test_a_profile_that_is_none_of_a_press_is_refused(profile: bytes) -> None:
    with pytest.raises(OutputError, match="colour profile of Hausdruck"):
        write_pdf(magazine(articles=2), profile=Profile("print", condition=Condition("Hausdruck", profile)))


# --- formats -------------------------------------------------------------------------------------------


def test_every_named_size_has_a_format() -> None:
    assert set(PAGE_SIZES.values()) == set(FORMATS)


@pytest.mark.parametrize("name", PAGE_SIZES)
def test_a_format_gives_a_measure_that_can_be_read(name: str) -> None:
    size = PAGE_SIZES[name]
    usual = format_of(size)
    page = Page.of(size, usual.horizontal, usual.body)
    assert 21 <= page.measure / 10.5 <= 38
    assert page.measure / 10.5 == pytest.approx(round(page.measure / 10.5))
    assert page.width * page.scale == pytest.approx(size[0] * POINTS)
    sheet = Sheet.of(size, usual.vertical)
    assert 20 <= sheet.page.measure / 10.5 <= 42
    assert sheet.page.lines >= 10


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ["6in", "32开", "A4"])
def test_books_of_every_size_are_made_without_a_word(name: str, mode: Mode) -> None:
    made = write_pdf(magazine(mode=mode, articles=2), page_size=PAGE_SIZES[name])
    assert made.diagnostics == ()
    with pikepdf.open(io.BytesIO(made.data)) as pdf:
        box = [float(side) for side in pdf.pages[2].MediaBox]
        sides = sorted([(box[2] - box[0]) / POINTS, (box[3] - box[1]) / POINTS])
        assert sides == pytest.approx(sorted(PAGE_SIZES[name]), abs=0.05)


def test_a_size_nobody_named_is_like_the_magazines() -> None:
    usual = format_of((185.0 * 1.5, 260.0 * 1.5))
    assert usual.horizontal == pytest.approx([side * 1.5 for side in FORMATS[185.0, 260.0].horizontal])
    assert usual.body == pytest.approx(10.5 * 1.15)


SMALLEST = (66.0, 60.0)
"""Room for a dozen ems by seven lines between margins of ten millimetres."""


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("size", [*PAGE_SIZES.values(), SMALLEST], ids=[*PAGE_SIZES, "smallest"])
def test_pages_of_every_size_hold_all_of_the_text(size: tuple[float, float], mode: Mode) -> None:
    book = replace(example(mode), chapters=example(mode).chapters[:5], outline=())
    margins = (10.0, 10.0, 10.0, 10.0) if size == SMALLEST else None
    made = write_pdf(
        book, page_size=size if mode == "horizontal" or margins is None else size[::-1], margins=margins
    )
    found = Counter("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made.data)).pages))
    texts = ("".join(map(str, chapter.root.find("{*}body").itertext())) for chapter in book.chapters)
    wanted = Counter(character for text in texts for character in text if not character.isspace())
    assert wanted - found == Counter()
