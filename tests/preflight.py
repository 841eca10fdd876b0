"""What a press would object to in a PDF/X-4 file: ``from preflight import faults``.

The rules are those of ISO 15930-7 (PDF/X-4) as far as a file of these pages can break them, and stricter where printers
in offset ask for more: all colours in the inks of the press, no overprinting, no annotation at all.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image, ImageCms

if TYPE_CHECKING:
    from collections.abc import Iterator

INKS = frozenset({"/DeviceCMYK", "/DeviceGray"})
LIMIT = 3.3
"""Largest sum of the four inks of what is painted (FOGRA39: 330 %)."""

_ALL = (1.0, 1.0, 1.0, 1.0)
"""The colour of crop marks, which stand on every plate."""

_FORBIDDEN = frozenset(
    {
        "/JavaScript",
        "/Launch",
        "/Movie",
        "/Sound",
        "/ResetForm",
        "/ImportData",
        "/SubmitForm",
        "/Hide",
        "/Named",
        "/URI",
    }
)


@dataclass
class Painted:
    """What was met in the contents of pages: fill colours of text, and the sums of inks of everything."""

    text: set[tuple[float, ...]] = field(default_factory=set)
    sums: set[float] = field(default_factory=set)


def faults(pdf: pikepdf.Pdf) -> list[str]:
    """Return what is wrong with a file for a press, in plain words; an empty list for a sound one."""
    return [*_file(pdf), *_intent(pdf), *_pages(pdf), *_objects(pdf), *_colours(pdf, Painted())]


def painted(pdf: pikepdf.Pdf) -> Painted:
    """Return the colours of a file's pages."""
    found = Painted()
    list(_colours(pdf, found))
    return found


def _file(pdf: pikepdf.Pdf) -> Iterator[str]:
    if pdf.is_encrypted:
        yield "encrypted"
    if pdf.pdf_version > "1.6":
        yield f"version {pdf.pdf_version}"
    if len(pdf.trailer.get("/ID", ())) != 2:
        yield "no ID"
    info = pdf.docinfo
    for key in ("/Title", "/CreationDate", "/ModDate", "/Producer", "/Creator"):
        if not str(info.get(key, "")):
            yield f"Info without {key}"
    if str(info.get("/Trapped")) not in {"/True", "/False"}:
        yield "Trapped is neither true nor false"
    with pdf.open_metadata() as xmp:
        if xmp.get("pdfxid:GTS_PDFXVersion") != "PDF/X-4":
            yield "XMP without GTS_PDFXVersion"
        if xmp.get("pdf:Trapped") != str(info.get("/Trapped", ""))[1:]:
            yield "Trapped differs between Info and XMP"
        for key in (
            "dc:title", "xmp:CreateDate", "xmp:ModifyDate", "xmp:MetadataDate", "xmpMM:DocumentID",
            "xmpMM:VersionID", "xmpMM:RenditionClass",
        ):  # fmt: skip
            if not xmp.get(key):
                yield f"XMP without {key}"
        if xmp.get("dc:title") != str(info.get("/Title")):
            yield "title differs between Info and XMP"
    root = pdf.Root
    for key in ("/OpenAction", "/AA", "/AcroForm", "/OCProperties", "/Perms", "/Collection"):
        if key in root:
            yield f"catalog with {key}"
    names = root.get("/Names", Dictionary())
    yield from (f"names of {key}" for key in ("/JavaScript", "/EmbeddedFiles") if key in names)


def _intent(pdf: pikepdf.Pdf) -> Iterator[str]:
    intents = [intent for intent in pdf.Root.get("/OutputIntents", ()) if intent.S == Name.GTS_PDFX]
    if len(intents) != 1:
        yield f"{len(intents)} output intents"
        return
    (intent,) = intents
    for key in ("/OutputConditionIdentifier", "/Info"):
        if not str(intent.get(key, "")):
            yield f"output intent without {key}"
    if "/DestOutputProfile" not in intent:
        yield "output intent without a profile"
        return
    stream = intent.DestOutputProfile
    try:
        profile = ImageCms.getOpenProfile(io.BytesIO(stream.read_bytes())).profile
    except OSError:
        yield "the profile of the output intent is none"
        return
    if (profile.device_class, profile.xcolor_space, int(stream.N)) != (
        "prtr",
        "CMYK",
        4,
    ) or profile.version >= 5:
        yield "the profile of the output intent is none of a press"


def _box(page: Any, name: str) -> tuple[float, ...]:
    return tuple(float(side) for side in page.obj.get(name, ()))


def _within(inner: tuple[float, ...], outer: tuple[float, ...]) -> bool:
    return inner[0] >= outer[0] and inner[1] >= outer[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def _pages(pdf: pikepdf.Pdf) -> Iterator[str]:
    for number, page in enumerate(pdf.pages, start=1):
        media, bleed, trim = (_box(page, name) for name in ("/MediaBox", "/BleedBox", "/TrimBox"))
        named = {"media": media, "bleed": bleed, "trim": trim}
        yield from (f"page {number} lacks a {name} box" for name, box in named.items() if not box)
        if not all(named.values()):
            continue
        if not (_within(trim, bleed) and _within(bleed, media) and trim != bleed):
            yield f"boxes of page {number} are not nested"
        yield from (
            f"page {number} has {key}"
            for key in ("/Annots", "/AA", "/ArtBox", "/UserUnit")
            if key in page.obj
        )


def _objects(pdf: pikepdf.Pdf) -> Iterator[str]:
    for item in pdf.objects:
        if not isinstance(item, (Dictionary, Stream)):
            continue
        kind, subtype = str(item.get("/Type", "")), str(item.get("/Subtype", ""))
        if kind == "/Annot" or subtype == "/PS" or str(item.get("/S", "")) in _FORBIDDEN:
            yield f"an object of {kind or subtype or item.S}"
        if "/OPI" in item or "/Alternates" in item:
            yield "an image with OPI or alternates"
        if kind == "/FontDescriptor" and not {"/FontFile", "/FontFile2", "/FontFile3"} & set(item.keys()):
            yield f"font {item.FontName} is not embedded"
        if kind == "/Font" and "/DescendantFonts" not in item and "/FontDescriptor" not in item:
            yield f"font {item.get('/BaseFont', subtype)} is not embedded"
        if isinstance(item, Stream):
            if "/F" in item:
                yield "a stream outside the file"
            if "LZW" in str(item.get("/Filter", "")):
                yield "a stream compressed by LZW"
        group = item.get("/Group")
        if group is not None and str(group.get("/CS", "/DeviceCMYK")) not in INKS:
            yield f"a group in {group.CS}"


# --- colours -------------------------------------------------------------------------------------------


def _colours(pdf: pikepdf.Pdf, found: Painted) -> Iterator[str]:
    seen: set[tuple[int, int]] = set()
    for page in pdf.pages:
        yield from _content(page, page.obj.get("/Resources", Dictionary()), found, seen)


def _content(content: Any, resources: Any, found: Painted, seen: set[tuple[int, int]]) -> Iterator[str]:
    """Yield the faults of a content stream and of what it draws; parts that were seen before are left out."""
    fill: tuple[float, ...] = (0.0, 0.0, 0.0, 1.0)
    saved: list[tuple[float, ...]] = []
    for operands, operator in pikepdf.parse_content_stream(content):
        name = str(operator)
        if name == "q":
            saved.append(fill)
        elif name == "Q":
            fill = saved.pop()
        elif name in {"k", "K", "g", "G"}:
            parts = tuple(float(part) for part in operands)
            inks = parts if name in "kK" else (0.0, 0.0, 0.0, 1 - parts[0])
            fill = inks if name in "kg" else fill
            found.sums.add(sum(inks))
            if sum(inks) > LIMIT and inks != _ALL:
                yield f"too much ink: {inks}"
        elif name in {"Tj", "TJ", "'", '"'}:
            found.text.add(fill)
        else:
            yield from _operator(name, operands, resources, found, seen)
    for pattern in resources.get("/Pattern", Dictionary()).values():
        if "/Shading" in pattern:
            yield from _space(pattern.Shading.ColorSpace)
        elif _is_new(pattern, seen):
            yield from _content(pattern, pattern.Resources, found, seen)


def _operator(
    name: str, operands: Any, resources: Any, found: Painted, seen: set[tuple[int, int]]
) -> Iterator[str]:
    """Yield the faults of an operator that names a colour or something of the resources."""
    if name in {"rg", "RG"}:
        yield f"a colour of RGB: {' '.join(map(str, operands))} {name}"
    elif name in {"cs", "CS"} and str(operands[0]) != "/Pattern":
        yield from _space(resources.get("/ColorSpace", Dictionary()).get(operands[0], operands[0]))
    elif name == "gs":
        yield from _state(resources.ExtGState[operands[0]], found, seen)
    elif name == "sh":
        yield from _space(resources.Shading[operands[0]].ColorSpace)
    elif name == "Do":
        yield from _object(resources.XObject[operands[0]], resources, found, seen)
    elif name == "INLINE IMAGE":
        yield from _space(operands[0].colorspace or "/DeviceGray")


def _is_new(item: Any, seen: set[tuple[int, int]]) -> bool:
    is_new = item.objgen not in seen
    seen.add(item.objgen)
    return is_new


def _state(state: Any, found: Painted, seen: set[tuple[int, int]]) -> Iterator[str]:
    if bool(state.get("/OP", False)) or bool(state.get("/op", False)):
        yield "overprinting"
    if "/TR" in state or "/HTP" in state:
        yield "a transfer function"
    if str(state.get("/BM", "/Normal")) not in {"/Normal", "/Compatible"}:
        yield f"blend mode {state.BM}"
    mask = state.get("/SMask")
    if isinstance(mask, Dictionary) and _is_new(mask.G, seen):
        yield from _content(mask.G, mask.G.get("/Resources", Dictionary()), found, seen)


def _object(item: Any, resources: Any, found: Painted, seen: set[tuple[int, int]]) -> Iterator[str]:
    if not _is_new(item, seen):
        return
    if item.Subtype == Name.Form:
        yield from _content(item, item.get("/Resources", resources), found, seen)
    elif not bool(item.get("/ImageMask", False)):
        yield from _space(item.ColorSpace)
        if item.ColorSpace == Name.DeviceCMYK and (heaviest := ink_of(item)) > LIMIT + 0.1:
            yield f"a picture with {heaviest:.0%} of ink"


def _space(space: Any) -> Iterator[str]:
    """Yield a fault unless a colour space is one of the inks."""
    if isinstance(space, Array):
        kind = str(space[0])
        if kind == "/ICCBased" and int(space[1].N) in {1, 4}:
            return
        if kind in {"/Indexed", "/Separation", "/DeviceN"}:
            yield from _space(space[1 if kind == "/Indexed" else 2])
            return
        yield f"a colour space of {kind}"
    elif str(space) not in INKS:
        yield f"a colour space of {space}"


def ink_of(image: Any) -> float:
    """Return the sum of inks that a thousandth of a picture's pixels exceeds: compression rings at edges."""
    data = bytes(image.read_raw_bytes())
    picture = Image.open(io.BytesIO(data)) if image.get("/Filter") == Name.DCTDecode else None
    if picture is None:
        size = int(image.Width), int(image.Height)
        picture = Image.frombytes("CMYK", size, image.read_bytes())
    sums = sorted(map(sum, zip(*[iter(picture.tobytes())] * 4, strict=True)))
    return float(sums[-max(1, len(sums) // 1000)]) / 255
