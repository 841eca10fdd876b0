"""Pictures that the user gives, made fit for a book: upright, in sRGB, no larger than a page needs, harmless.

A picture that is so already is stored byte for byte. One that is not is decoded and encoded once, whatever the
number of editions; it is never enlarged. Pillow is loaded with the first picture.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec
from lxml import etree

from bookmaker.diagnostics import InputError
from bookmaker.render import svg
from bookmaker.settings import ImageSettings

if TYPE_CHECKING:
    from PIL import Image

_ORIENTATION = 0x0112  # tag of Exif
_STEPS = 8
_LEAST_QUALITY = 60


class Picture(msgspec.Struct, frozen=True):
    """A picture as it stands in the book; ``width`` and ``height`` are pixels, or a drawing's own units."""

    data: bytes
    media_type: str
    width: float
    height: float


class Images(Mapping[str, bytes]):
    """Pictures by file name, each prepared when it is first asked for."""

    def __init__(self, given: Mapping[str, bytes], limits: ImageSettings | None = None) -> None:
        """Take ``given`` by name; what is larger than ``limits`` will be made smaller."""
        self._given = given
        self.limits = limits or ImageSettings()
        self._prepared: dict[str, Picture] = {}

    def __getitem__(self, name: str) -> bytes:
        return self.picture(name).data

    def __iter__(self) -> Iterator[str]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)

    def picture(self, name: str) -> Picture:
        """Return the picture ``name``; raises InputError as ``prepare`` does."""
        if name not in self._prepared:
            self._prepared[name] = prepare(self._given[name], name, self.limits)
        return self._prepared[name]


def media_type(data: bytes, file: str) -> str:
    """Return the media type of a picture by its first bytes; raises InputError if it is none of ours."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    if b"<svg" in data[:2048]:
        return "image/svg+xml"
    raise InputError(f"{file}: this is no JPEG, PNG, GIF, WebP or SVG picture: convert it or remove it")


def prepare(data: bytes, file: str, limits: ImageSettings) -> Picture:
    """Return a picture fit for a book, the same bytes for the same arguments; ``file`` is its name.

    Raises InputError for a file that is no picture a book can hold (EPUB 3.3, core media types), or damaged.
    """
    kind = media_type(data, file)
    if kind == "image/svg+xml":
        cleaned = svg.clean(data, file)
        width, height = svg.size(etree.fromstring(cleaned)) or (300, 150)
        return Picture(cleaned, kind, width, height)
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - loaded only for a book with pictures

    try:
        with warnings.catch_warnings(), _whole_files_only():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data)) as picture:
                picture.load()
                return _fit(picture, data, kind, limits)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise InputError(f"{file}: has too many pixels to be decoded: make it smaller") from error
    except (OSError, SyntaxError, ValueError, EOFError, UnidentifiedImageError) as error:
        raise InputError(f"{file}: is damaged ({error}): replace it or remove it") from error


@contextmanager
def _whole_files_only() -> Iterator[None]:
    """Refuse a picture that breaks off, also in a process where the layout engine has told Pillow to take it."""
    from PIL import ImageFile  # noqa: PLC0415

    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _fit(picture: Image.Image, data: bytes, kind: str, limits: ImageSettings) -> Picture:
    width, height = picture.size
    turned = picture.getexif().get(_ORIENTATION, 1) not in {0, 1}
    large = width * height > limits.max_pixels or len(data) > limits.max_bytes
    coloured = picture.mode in {"CMYK", "YCCK", "LAB"} or _profile(picture) is not None
    moving = getattr(picture, "n_frames", 1) > 1
    # An animation would lose all but its first frame.
    if moving or not (turned or large or coloured):
        return Picture(data, kind, width, height)
    return _encoded(_upright_rgb(picture), kind, limits)


def _profile(picture: Image.Image) -> bytes | None:
    """Return the colour profile of a picture if it is not sRGB."""
    profile = picture.info.get("icc_profile")
    if not isinstance(profile, bytes):
        return None
    from PIL import ImageCms  # noqa: PLC0415

    try:
        described = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    except (OSError, ImageCms.PyCMSError):
        return None
    return None if "srgb" in described.lower() else profile


def _upright_rgb(picture: Image.Image) -> Image.Image:
    """Return the picture as it is to be seen, in sRGB or its grey, with transparency where it has any."""
    from PIL import ImageCms, ImageOps  # noqa: PLC0415

    profile = _profile(picture)
    upright = ImageOps.exif_transpose(picture)
    clear = upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info
    alpha = upright.convert("RGBA").getchannel("A") if clear else None
    if upright.mode in {"P", "PA", "RGBA", "RGBX", "1"}:
        upright = upright.convert("RGB")
    elif upright.mode in {"LA", "I", "I;16", "F"}:
        upright = upright.convert("L")
    if profile is not None:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            mended = ImageCms.profileToProfile(
                upright, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
            upright = mended or upright
        except (OSError, ImageCms.PyCMSError):
            # The profile does not belong to the picture: the usual colours of its mode are meant.
            pass
    if upright.mode not in {"L", "RGB"}:
        upright = upright.convert("RGB")
    if alpha is not None:
        upright = upright.convert("RGB")
        upright.putalpha(alpha)
    return upright


def _encoded(picture: Image.Image, kind: str, limits: ImageSettings) -> Picture:
    """Encode a picture within ``limits``: first of fewer pixels, then of less quality, then smaller still."""
    width, height = picture.size
    clear = picture.mode == "RGBA"
    if kind == "image/gif":
        kind = "image/png"
    ratio = min(1.0, (limits.max_pixels / (width * height)) ** 0.5)
    quality = limits.quality
    data = b""
    for _ in range(_STEPS):
        size = max(1, int(width * ratio)), max(1, int(height * ratio))
        shown = picture if size == picture.size else _resized(picture, size)
        data = _bytes(shown, kind, quality)
        if len(data) <= limits.max_bytes:
            break
        if kind == "image/png" and not clear:
            # A photograph: it takes a fraction of the room as a JPEG.
            kind = "image/jpeg"
        elif kind != "image/png" and quality > _LEAST_QUALITY:
            quality = max(_LEAST_QUALITY, quality - 10)
        else:
            ratio *= 0.75
    return Picture(data, kind, *size)


def _resized(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    from PIL import Image  # noqa: PLC0415

    return picture.resize(size, Image.Resampling.LANCZOS)


def _bytes(picture: Image.Image, kind: str, quality: int) -> bytes:
    # Nothing but pixels is written: Exif tells places and cameras, and the profile is sRGB by default.
    out = io.BytesIO()
    picture.info.clear()
    if kind == "image/jpeg":
        picture.save(out, "JPEG", quality=quality, optimize=True, progressive=False)
    elif kind == "image/webp":
        picture.save(out, "WEBP", quality=quality, method=4)
    else:
        picture.save(out, "PNG", optimize=True)
    return out.getvalue()
