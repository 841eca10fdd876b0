"""Pictures that the user gives: upright, in sRGB, no larger than allowed, harmless; else left as they are."""

from __future__ import annotations

import io
from typing import Any

import pytest
from books import png
from lxml import etree
from PIL import Image, ImageCms

from bookmaker.diagnostics import InputError, UsageError
from bookmaker.render import Images
from bookmaker.render.images import Picture, prepare
from bookmaker.settings import ImageSettings
from bookmaker.settings.book_toml import parse_settings

LIMITS = ImageSettings()
RED, BLUE = (220, 30, 20), (20, 30, 220)


def drawn(kind: str, mode: str = "RGB", size: tuple[int, int] = (40, 20), **options: Any) -> bytes:
    """A picture whose left half is red and whose right half is blue."""
    picture = Image.new("RGB", size, BLUE)
    picture.paste(RED, (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    picture.convert(mode).save(out, kind, **options)
    return out.getvalue()


def noise(kind: str, size: tuple[int, int], mode: str = "RGB", **options: Any) -> bytes:
    out = io.BytesIO()
    bands = [Image.effect_noise(size, 90 + 10 * n) for n in range(len(mode))]
    Image.merge(mode, bands).save(out, kind, **options)
    return out.getvalue()


def seen(picture: Picture) -> Image.Image:
    """The picture as a viewer that knows neither Exif nor profiles shows it."""
    return Image.open(io.BytesIO(picture.data)).convert("RGB")


def near(found: Any, wanted: tuple[int, int, int], tolerance: int = 24) -> bool:
    return all(abs(a - b) <= tolerance for a, b in zip(found, wanted, strict=True))


@pytest.mark.parametrize(
    "data",
    [drawn("JPEG"), drawn("PNG"), drawn("GIF"), drawn("WEBP"), drawn("PNG", "RGBA"), drawn("JPEG", "L")],
    ids=["jpeg", "png", "gif", "webp", "transparent", "grey"],
)
def test_a_picture_that_is_fit_is_kept_byte_for_byte(data: bytes) -> None:
    assert prepare(data, "a.jpg", LIMITS).data == data


def test_a_picture_is_turned_as_its_exif_says() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: left of the file is the top
    picture = prepare(drawn("JPEG", exif=exif), "a.jpg", LIMITS)
    assert (picture.width, picture.height) == (20, 40)
    assert near(seen(picture).getpixel((10, 5)), RED)
    assert near(seen(picture).getpixel((10, 35)), BLUE)
    assert b"Exif" not in picture.data


def test_a_picture_for_print_becomes_srgb() -> None:
    picture = prepare(drawn("JPEG", "CMYK"), "a.jpg", LIMITS)
    assert Image.open(io.BytesIO(picture.data)).mode == "RGB"
    assert near(seen(picture).getpixel((5, 10)), RED)


def test_a_foreign_profile_is_applied_and_srgb_is_left_alone() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain = drawn("PNG", icc_profile=srgb)
    assert prepare(plain, "a.png", LIMITS).data == plain
    made = prepare(drawn("PNG", icc_profile=lab), "a.png", LIMITS)
    assert "icc_profile" not in Image.open(io.BytesIO(made.data)).info


def test_a_profile_that_does_not_fit_the_picture_is_ignored() -> None:
    srgb = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for name in (b"sRGB", "sRGB".encode("utf-16-be")):
        srgb = bytearray(bytes(srgb).replace(name, b"x" * len(name)))
    picture = prepare(drawn("JPEG", "CMYK", icc_profile=bytes(srgb)), "a.jpg", LIMITS)
    assert near(seen(picture).getpixel((5, 10)), RED)


def test_too_many_pixels_are_made_fewer_in_the_same_shape() -> None:
    limits = ImageSettings(max_pixels=20_000)
    picture = prepare(drawn("JPEG", size=(400, 200)), "a.jpg", limits)
    assert (picture.width, picture.height) == (200, 100)
    assert seen(picture).size == (200, 100)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (noise("JPEG", (500, 400), quality=100), "image/jpeg"),
        (noise("PNG", (300, 200)), "image/jpeg"),
        (noise("PNG", (200, 200), "RGBA"), "image/png"),
        (noise("WEBP", (500, 400), lossless=True), "image/webp"),
    ],
    ids=["jpeg", "png", "transparent", "webp"],
)
def test_too_many_bytes_are_made_fewer(data: bytes, kind: str) -> None:
    limits = ImageSettings(max_bytes=40_000)
    assert len(data) > limits.max_bytes
    picture = prepare(data, "a", limits)
    assert len(picture.data) <= limits.max_bytes
    assert picture.media_type == kind
    assert picture == prepare(data, "a", limits)


def test_nothing_is_ever_enlarged() -> None:
    exif = Image.Exif()
    exif[0x0112] = 3
    picture = prepare(drawn("JPEG", size=(9, 7), exif=exif), "a.jpg", LIMITS)
    assert (picture.width, picture.height) == (9, 7)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (drawn("JPEG", size=(200, 200))[:900], "photo.x: is damaged"),
        (png(3, 2, (1, 2, 3))[:50], "photo.x: is damaged"),
        (b"GIF89a" + bytes(9), "photo.x: is damaged"),
        (b"plain text", "photo.x: this is no JPEG"),
        (b"<svg", "photo.x: is no well-formed SVG"),
        (b"<html><svg/></html>", "photo.x: is no SVG drawing"),
    ],
)
def test_a_broken_picture_is_one_clear_error(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        prepare(data, "photo.x", LIMITS)


def test_each_picture_is_prepared_once_however_often_it_is_used() -> None:
    images = Images({"a.png": drawn("PNG")})
    assert images.picture("a.png") is images.picture("a.png")


DRAWING = b"""<?xml version="1.0"?>
<!DOCTYPE svg [<!ENTITY e SYSTEM "file:///etc/hostname">]>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:i="urn:editor"
     width="20mm" height="10mm" onload="alert(1)" i:version="1">
<!-- by an editor --><metadata>x</metadata><script>alert(2)</script>
<style>rect { fill: url(https://example.org/a#b) }</style>
<defs><linearGradient id="g"><stop offset="0" stop-color="red"/></linearGradient></defs>
<a xlink:href="https://example.org/"><rect width="9" height="9" fill="url(#g)" onclick="x()"/></a>
<image width="9" height="9" href="https://example.org/x.png"/>
<image width="9" height="9" href="data:image/png;base64,AAAA"/>
<image width="9" height="9" href="data:image/svg+xml;base64,AAAA"/>
<use href="#g"/><use href="other.svg#g"/>
<path d="M0 0" style="fill:url( 'http://example.org/' )"/><path d="M1 1" style="fill: u\\72l(//x)"/>
<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">words</p></foreignObject>
<animate attributeName="href"/><text>&e;\xe6\xb8\xa0</text>
</svg>"""


def test_a_drawing_keeps_what_draws_and_nothing_else() -> None:
    picture = prepare(DRAWING, "plan.svg", LIMITS)
    text = picture.data.decode()
    for unwanted in (
        "script", "alert", "onclick", "onload", "example.org", "foreignObject", "words", "other.svg", "ENTITY",
        "animate", "metadata", "urn:editor", "editor", "svg+xml", "\\72", "//x",
    ):  # fmt: skip
        assert unwanted not in text, unwanted
    for wanted in ("linearGradient", 'fill="url(#g)"', "data:image/png", '<use href="#g"/>', "M0 0", "渠"):
        assert wanted in text, wanted
    assert (picture.width, picture.height) == (20, 10)
    assert etree.fromstring(picture.data).get("viewBox") == "0 0 20 10"


def test_limits_come_from_book_toml_and_must_make_sense() -> None:
    made = parse_settings("[images]\nmax-pixels = 1000000\nquality = 70", file="book.toml")
    assert made.images == ImageSettings(max_pixels=1_000_000, quality=70)
    with pytest.raises(UsageError, match=r"book.toml: images.quality: 0 does not lie between 1 and 95"):
        parse_settings("[images]\nquality = 0", file="book.toml")
