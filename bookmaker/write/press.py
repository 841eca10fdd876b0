"""Pages for a press: its colours, bleed and marks, and nothing that only a screen can use (PDF/X-4, ISO 15930-7).

What the engine painted in RGB is turned into the press's colours afterwards: black and grey become black ink alone,
so that small type needs no four plates to meet; other colours and pictures are converted by the profile of the
printing condition. Lengths are points unless a name says otherwise.
"""

from __future__ import annotations

import io
import re
from functools import cache
from typing import TYPE_CHECKING, Any

import pydyf
from PIL import Image, ImageCms

from bookmaker import resources
from bookmaker.diagnostics import OutputError
from bookmaker.write.profiles import BLEED, Condition

if TYPE_CHECKING:
    from collections.abc import Callable

_MILLIMETRE = 72 / 25.4
SLUG = 10.0
"""Millimetres around the page on which the marks stand."""

MARK = 5.0
"""Length of a crop mark in millimetres; it begins a little outside the bleed."""

_GAP = 1.0
_HAIRLINE = 0.25
_QUALITY = 92


# --- colour ----------------------------------------------------------------------------------------


@cache
def shipped_condition() -> Condition:
    """Return the printing condition for books that name none: offset on coated paper, FOGRA39."""
    path = resources.styles_dir() / "press" / "FOGRA39L_coated.icc"
    try:
        return Condition("FOGRA39", path.read_bytes())
    except OSError as error:
        raise OutputError(f"the colour profile {path} cannot be read: {error.strerror}") from error


def _opened(condition: Condition) -> Any:
    """Return the open profile of a condition; raises OutputError unless it is that of a press, of CMYK."""
    try:
        opened = ImageCms.getOpenProfile(io.BytesIO(condition.profile))
    except (OSError, ImageCms.PyCMSError) as error:
        raise OutputError(f"the colour profile of {condition.name} cannot be read: {error}") from error
    found = opened.profile
    if (found.xcolor_space.strip(), found.device_class.strip()) != ("CMYK", "prtr"):
        raise OutputError(
            f"the colour profile of {condition.name} is none of a press: it must be of CMYK, and of class prtr"
        )
    return opened


@cache
def _transform(condition: Condition | None, mode: str, source: bytes | None) -> Any:
    """Return the conversion of pictures of a mode into the press's colours; None for what is no profile."""
    wanted = condition or shipped_condition()
    target = _opened(wanted)
    given = ImageCms.getOpenProfile(io.BytesIO(source)) if source else ImageCms.createProfile("sRGB")
    return ImageCms.buildTransform(
        given,
        target,
        mode,
        "CMYK",
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )


def ink(red: float, green: float, blue: float, condition: Condition | None) -> tuple[float, ...]:
    """Return the parts of cyan, magenta, yellow and black, 0 to 1, of a colour of sRGB; greys are black alone."""
    if max(red, green, blue) - min(red, green, blue) < 1 / 255:
        return 0.0, 0.0, 0.0, round(1 - green, 3)
    pixel = Image.new("RGB", (1, 1), (round(red * 255), round(green * 255), round(blue * 255)))
    parts = _converted(pixel, _transform(condition, "RGB", None)).tobytes()
    return tuple(round(part / 255, 3) for part in parts)


def _recolour(pieces: list[Any], condition: Condition | None) -> None:
    """Turn the operators of a content stream that set colours of RGB into those of CMYK."""
    for index, piece in enumerate(pieces):
        if isinstance(piece, bytes) and piece[-3:] in {b" rg", b" RG"}:
            red, green, blue = (float(part) for part in piece.split()[:3])
            parts = " ".join(f"{part:g}" for part in ink(red, green, blue, condition))
            pieces[index] = f"{parts} {'K' if piece.endswith(b'RG') else 'k'}".encode()


# --- pictures --------------------------------------------------------------------------------------


def for_press(condition: Condition | None) -> Callable[[str, bytes], bytes]:
    """Return what turns a picture (media type, bytes) into one of the press's colours; drawings stay."""

    def convert(media_type: str, data: bytes) -> bytes:
        if not _is_raster(media_type):
            return data
        with Image.open(io.BytesIO(data)) as picture:
            if picture.mode in {"CMYK", "L", "1"} and "transparency" not in picture.info:
                return data
            opaque = _on_white(picture)
            if opaque.mode == "L":
                return _encode(opaque, "PNG")
            profile = picture.info.get("icc_profile")
            try:
                transform = _transform(condition, "RGB", profile)
            except ImageCms.PyCMSError:  # the picture's profile is none for its colours
                transform = _transform(condition, "RGB", None)
            return _encode(_converted(opaque, transform), "JPEG")

    return convert


def for_screen(media_type: str, data: bytes) -> bytes:
    """Return a picture (media type, bytes) in colours of screens and archives: CMYK becomes sRGB."""
    if not _is_raster(media_type):
        return data
    with Image.open(io.BytesIO(data)) as picture:
        if picture.mode != "CMYK":
            return data
        profile = picture.info.get("icc_profile") or shipped_condition().profile
        transform = ImageCms.buildTransform(
            io.BytesIO(profile), ImageCms.createProfile("sRGB"), "CMYK", "RGB"
        )
        return _encode(_converted(picture, transform), "JPEG")


def _converted(picture: Image.Image, transform: Any) -> Image.Image:
    made: Image.Image = transform.apply(picture)
    return made


def _is_raster(media_type: str) -> bool:
    return media_type.startswith("image/") and media_type != "image/svg+xml"


def _on_white(picture: Image.Image) -> Image.Image:
    """Return a picture without transparency, grey if it is grey, else RGB."""
    if picture.mode in {"LA", "L", "1"}:
        grey = picture.convert("LA")
        return Image.composite(grey.getchannel("L"), Image.new("L", picture.size, 255), grey.getchannel("A"))
    colours = picture.convert("RGBA")
    white = Image.new("RGB", picture.size, (255, 255, 255))
    white.paste(colours, mask=colours.getchannel("A"))
    return white


def _encode(picture: Image.Image, form: str) -> bytes:
    made = io.BytesIO()
    if form == "JPEG":
        picture.save(made, form, quality=_QUALITY, subsampling=0, icc_profile=None)
    else:
        picture.save(made, form, icc_profile=None)
    return made.getvalue()


# --- pages -----------------------------------------------------------------------------------------


def geometry(width: float, height: float, scale: float) -> str:
    """Return the rules of pages with room for bleed and marks; pictures of the whole page reach into the bleed.

    ``width`` and ``height`` are those of the page as laid out, ``scale`` what it is enlarged by afterwards.
    """
    room, bleed = (length * _MILLIMETRE / scale for length in (SLUG, BLEED))
    across, down = (1 + 2 * bleed / side for side in (width, height))
    return f"@page{{bleed:{room:.3f}pt}}.full-page{{transform:scale({across:.5f},{down:.5f})}}"


def colour(thing: Any, condition: Condition | None) -> None:
    """Turn an object of a PDF into the press's colours; a stream must not be compressed yet."""
    if isinstance(thing, pydyf.Stream):
        _recolour(thing.stream, condition)
        thing = thing.extra
    _convert_gradients(thing, condition)


def output_intent(condition: Condition | None, add: Callable[[Any], None]) -> Any:
    """Return the output intent of a printing condition; ``add`` adds an object to the file."""
    wanted = condition or shipped_condition()
    profile = pydyf.Stream([wanted.profile], {"N": 4}, compress=True)
    add(profile)
    return _intent(wanted, profile)


_REGISTERED = re.compile(
    "(FOGRA|IFRA|JC|JCN|JCW|EUROSB|SC|PPA|OFCOM_|CGATS ?TR ?|CGATS21-2-CRPC|TR ?)[0-9][0-9A-Za-z_]*L?",
    re.IGNORECASE,
)
"""Names of printing conditions as the ICC's registry of characterisation data forms them."""


def _intent(condition: Condition, profile: Any) -> Any:
    """Return the output intent (ISO 15930-7, 6.2): the condition, where it is registered, and what describes it."""
    intent = {
        "Type": "/OutputIntent",
        "S": "/GTS_PDFX",
        "OutputConditionIdentifier": pydyf.String(condition.name),
        "Info": pydyf.String(ImageCms.getProfileDescription(_opened(condition)).strip() or condition.name),
        "DestOutputProfile": profile.reference,
    }
    if _REGISTERED.fullmatch(condition.name):
        intent["RegistryName"] = pydyf.String("http://www.color.org")
    return pydyf.Dictionary(intent)


def _convert_gradients(item: Any, condition: Condition | None) -> None:
    """Turn the colours of a gradient, and of what is painted as a group, into those of the press."""
    if isinstance(group := item.get("Group"), dict):
        _convert_gradients(group, condition)
    for name in ("ColorSpace", "CS"):
        if item.get(name) == "/DeviceRGB":
            item[name] = "/DeviceCMYK"
            _convert_functions(item.get("Function"), condition)


def _convert_functions(function: Any, condition: Condition | None) -> None:
    if not isinstance(function, dict):
        return
    for name in ("C0", "C1"):
        if len(function.get(name, ())) == 3:
            red, green, blue = function[name]
            function[name] = pydyf.Array(ink(red, green, blue, condition))
    for part in function.get("Functions", ()):
        _convert_functions(part, condition)


def boxes(width: float, height: float) -> dict[str, list[float]]:
    """Return the boxes of a page of so many points (PDF/X-4, 6.8: media, bleed and trim box)."""
    slug, bleed = SLUG * _MILLIMETRE, BLEED * _MILLIMETRE
    return {
        name: [round(side, 4) for side in (-room, -room, width + room, height + room)]
        for name, room in (("MediaBox", slug), ("BleedBox", bleed), ("TrimBox", 0.0))
    }


def crop_marks(width: float, height: float) -> bytes:
    """Return content with two marks at each corner, in all inks, outside the bleed."""
    near, far = (BLEED + _GAP) * _MILLIMETRE, (BLEED + _GAP + MARK) * _MILLIMETRE
    lines = [f"q {_HAIRLINE} w 1 1 1 1 K"]
    for x in (0.0, width):
        for begin, end in ((-near, -far), (height + near, height + far)):
            lines.append(f"{x:.3f} {begin:.3f} m {x:.3f} {end:.3f} l S")
    for y in (0.0, height):
        for begin, end in ((-near, -far), (width + near, width + far)):
            lines.append(f"{begin:.3f} {y:.3f} m {end:.3f} {y:.3f} l S")
    lines.append("Q")
    return "\n".join(lines).encode()
