"""Files for a press before a preflight: both writing modes, of a magazine with one of every construct and of a whole issue.

No open program checks PDF/X-4; ``preflight`` holds its rules. That it would tell is shown by files that were spoilt.
"""

from __future__ import annotations

import hashlib
import io
import subprocess
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pikepdf
import pypdfium2
import pytest
from books import magazine
from example import FOLDER, load_issue
from msgspec.structs import replace
from needs import tool
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageCms
from preflight import LIMIT, faults, ink_of, painted

from bookmaker import resources
from bookmaker.model import Edition
from bookmaker.render import cover_image, render
from bookmaker.settings import PAGE_SIZES
from bookmaker.write import press
from bookmaker.write.pdf import write_pdf
from bookmaker.write.profiles import SCREEN, Condition, Profile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bookmaker.model import Mode

MODES: tuple[Mode, ...] = ("horizontal", "vertical")
MULTIPLE = 4
_PIXELS = 2.0


@cache
def made(name: str, mode: Mode) -> bytes:
    profile = Profile("print", multiple=MULTIPLE)
    if name == "magazine":
        return write_pdf(magazine(mode=mode), profile=profile).data
    images = {path.name: path.read_bytes() for path in (FOLDER / "images").iterdir()}
    return write_pdf(render(Edition(load_issue(), "zh-Hans", mode), images=images), profile=profile).data


def opened(name: str, mode: Mode = "horizontal") -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(made(name, mode)))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ["magazine", "example"])
def test_a_preflight_finds_no_fault(name: str, mode: Mode) -> None:
    with opened(name, mode) as pdf:
        assert faults(pdf) == []
        assert len(pdf.pages) % MULTIPLE == 0


@pytest.mark.parametrize("mode", MODES)
def test_text_is_black_ink_alone_but_for_the_issues_accent(mode: Mode) -> None:
    with opened("example", mode) as pdf:
        colours = painted(pdf).text
    black = {inks for inks in colours if inks[:3] == (0, 0, 0)}
    assert (0, 0, 0, 1) in black
    assert len(colours - black) == 1


@pytest.mark.parametrize("mode", MODES)
def test_pictures_hold_no_more_ink_than_the_press_can_print(mode: Mode) -> None:
    with opened("example", mode) as pdf:
        inks = [
            ink_of(item)
            for item in pdf.objects
            if isinstance(item, pikepdf.Stream) and item.get("/ColorSpace") == Name.DeviceCMYK
        ]
    assert inks
    assert max(inks) <= LIMIT


@pytest.mark.parametrize("mode", MODES)
def test_the_condition_is_named_and_described_by_its_own_profile(mode: Mode) -> None:
    with opened("magazine", mode) as pdf:
        (intent,) = pdf.Root.OutputIntents
        assert str(intent.OutputConditionIdentifier) == "FOGRA39"
        assert str(intent.RegistryName) == "http://www.color.org"
        assert str(intent.Info) == "FOGRA39L Coated"
        assert intent.DestOutputProfile.read_bytes() == press.shipped_condition().profile


def test_a_condition_that_no_registry_has_claims_none() -> None:
    own = Condition("Hausdruck", press.shipped_condition().profile)
    data = write_pdf(magazine(articles=2), profile=Profile("print", condition=own)).data
    with pikepdf.open(io.BytesIO(data)) as pdf:
        (intent,) = pdf.Root.OutputIntents
        assert str(intent.OutputConditionIdentifier) == "Hausdruck"
        assert "/RegistryName" not in intent
        assert faults(pdf) == []


@pytest.mark.parametrize("name", PAGE_SIZES)
@pytest.mark.parametrize("mode", MODES)
def test_what_is_read_on_a_drawn_cover_stands_inside_the_trim(mode: Mode, name: str) -> None:
    size, is_paper = PAGE_SIZES[name], not name.endswith("in")
    book = magazine(mode=mode, articles=2)
    book = replace(book, cover=cover_image.draw(book.edition.issue, "#8c2f25"))
    profile = Profile("print") if is_paper else SCREEN
    document = pypdfium2.PdfDocument(write_pdf(book, profile=profile, page_size=size).data)
    picture = document[0].render(scale=_PIXELS).to_pil().convert("L")
    document.close()
    edge = press.SLUG if is_paper else 0.0  # millimetres from the edge of the sheet
    safe = edge + 2.0
    left, top, inner, foot = (
        round(side / 25.4 * 72 * _PIXELS) for side in (edge, edge + size[1] * 0.6, safe, edge + size[1])
    )
    right, high = picture.width - left, picture.height - inner
    for strip in (
        (left, top, inner, foot),
        (picture.width - inner, top, right, foot),
        (left, high, right, foot),
    ):
        assert picture.crop(strip).getextrema()[0] > 225, strip


# --- the shipped profile -------------------------------------------------------------------------------


def _transform(source: Any, target: Any, modes: tuple[str, str]) -> Any:
    return ImageCms.buildTransform(
        source,
        target,
        *modes,
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )


@cache
def _there_and_back() -> tuple[Any, Any]:
    profile = ImageCms.getOpenProfile(io.BytesIO(press.shipped_condition().profile))
    screen = ImageCms.createProfile("sRGB")
    return _transform(screen, profile, ("RGB", "CMYK")), _transform(profile, screen, ("CMYK", "RGB"))


def test_greys_come_back_and_get_ever_more_black_as_they_darken() -> None:
    there, back = _there_and_back()
    blacks = []
    for grey in range(255, -1, -5):
        inks = there.apply(Image.new("RGB", (1, 1), (grey, grey, grey)))
        again = back.apply(inks).getpixel((0, 0))
        assert max(abs(part - grey) for part in again) <= 6, grey
        blacks.append(inks.getpixel((0, 0))[3])
    assert all(after >= before - 2 for before, after in pairwise(blacks))  # a step of a table's hair is none
    assert blacks[0] == 0
    assert blacks[-1] > 200


def test_no_colour_is_made_of_more_ink_than_the_condition_allows() -> None:
    there, _ = _there_and_back()
    steps = range(0, 256, 15)
    colours = Image.new("RGB", (len(steps) ** 2, len(steps)))
    colours.putdata([(red, green, blue) for red in steps for green in steps for blue in steps])
    inks = there.apply(colours).tobytes()
    assert max(sum(inks[i : i + 4]) for i in range(0, len(inks), 4)) / 255 <= LIMIT


def test_the_profiles_notice_gives_its_sum() -> None:
    notice = (resources.styles_dir() / "press" / "README.md").read_text(encoding="utf-8")
    assert hashlib.sha256(press.shipped_condition().profile).hexdigest() in notice


# --- that it would tell ----------------------------------------------------------------------------------


def _paint(pdf: pikepdf.Pdf, content: bytes) -> None:
    pdf.pages[4].contents_add(content)


def _overprint(pdf: pikepdf.Pdf) -> None:
    pdf.pages[4].Resources.ExtGState["/Over"] = Dictionary(op=True)
    _paint(pdf, b"/Over gs")


def _group(pdf: pikepdf.Pdf) -> None:
    form = pdf.make_stream(b"0 0 1 1 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 1, 1]))
    form.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)
    pdf.pages[4].Resources.XObject["/G"] = form
    _paint(pdf, b"/G Do")


def _image(pdf: pikepdf.Pdf) -> None:
    image = pdf.make_stream(
        bytes(3), Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1, BitsPerComponent=8
    )
    image.ColorSpace = Array([Name.CalRGB, Dictionary(WhitePoint=Array([1, 1, 1]))])
    pdf.pages[4].Resources.XObject["/I"] = image
    _paint(pdf, b"/I Do")


def _annotate(pdf: pikepdf.Pdf) -> None:
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]))
    link.A = Dictionary(S=Name.JavaScript, JS="1")
    pdf.pages[4].obj.Annots = pdf.make_indirect(Array([pdf.make_indirect(link)]))


def _drop_profile(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.OutputIntents[0].DestOutputProfile


def _widen(pdf: pikepdf.Pdf) -> None:
    pdf.pages[4].obj.BleedBox = Array([-500, 0, 500, 500])


def _lose_font(pdf: pikepdf.Pdf) -> None:
    font = next(iter(pdf.pages[4].Resources.Font.values()))
    del font.DescendantFonts[0].FontDescriptor.FontFile2


def _trap(pdf: pikepdf.Pdf) -> None:
    del pdf.docinfo["/Trapped"]


SPOILT: dict[str, tuple[Callable[[pikepdf.Pdf], None], str]] = {
    "rgb": (lambda pdf: _paint(pdf, b"1 0 0 rg"), "a colour of RGB"),
    "calibrated": (_image, "a colour space of /CalRGB"),
    "ink": (lambda pdf: _paint(pdf, b"1 1 1 0.9 k"), "too much ink"),
    "overprint": (_overprint, "overprinting"),
    "group": (_group, "a group in /DeviceRGB"),
    "annotation": (_annotate, "page 5 has /Annots"),
    "action": (
        lambda pdf: pdf.Root.__setattr__("OpenAction", Dictionary(S=Name.GoTo)),
        "catalog with /OpenAction",
    ),
    "profile": (_drop_profile, "output intent without a profile"),
    "boxes": (_widen, "boxes of page 5 are not nested"),
    "font": (_lose_font, "is not embedded"),
    "trapped": (_trap, "Trapped is neither true nor false"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_preflight_would_tell(name: str) -> None:
    spoil, said = SPOILT[name]
    with opened("magazine") as pdf:
        spoil(pdf)
        assert any(said in fault for fault in faults(pdf)), faults(pdf)


def test_a_file_for_screens_does_not_pass() -> None:
    with pikepdf.open(io.BytesIO(write_pdf(magazine(articles=2)).data)) as pdf:
        assert {"0 output intents", "XMP without GTS_PDFXVersion", "boxes of page 3 are not nested"} <= set(
            faults(pdf)
        )


def test_qpdf_finds_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "print.pdf"
    path.write_bytes(made("magazine", "vertical"))
    subprocess.run([tool("qpdf"), "--check", path], capture_output=True, check=True)
