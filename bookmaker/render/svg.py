"""Drawings given as SVG, reduced to what only draws: no scripts, no foreign content, nothing from elsewhere.

What may stay is listed; everything else goes, elements with all they hold (EPUB 3.3, sec-scripted-content and
sec-resource-locations, allow some of it, but no drawing in a magazine needs it).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from bookmaker.diagnostics import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

SVG = "http://www.w3.org/2000/svg"
_XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
_XML = "{http://www.w3.org/XML/1998/namespace}"

_ELEMENTS = frozenset(
    """svg g defs symbol use title desc path rect circle ellipse line polyline polygon text tspan textPath image
    marker linearGradient radialGradient stop pattern clipPath mask filter style switch
    feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap
    feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode
    feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile feTurbulence""".split()  # noqa: SIM905
)  # fmt: skip
"""Elements of SVG 2 that draw; neither script, foreignObject, animation, media nor links are among them."""

_ATTRIBUTES = frozenset(
    """id class style lang transform viewBox preserveAspectRatio version width height x y x1 x2 y1 y2 dx dy cx cy r
    rx ry fx fy fr d points pathLength rotate textLength lengthAdjust startOffset method spacing side href role
    aria-label aria-labelledby aria-describedby aria-hidden gradientUnits gradientTransform spreadMethod offset
    patternUnits patternContentUnits patternTransform clipPathUnits maskUnits maskContentUnits markerUnits
    markerWidth markerHeight refX refY orient filterUnits primitiveUnits in in2 result mode type values operator
    k1 k2 k3 k4 order kernelMatrix divisor bias targetX targetY edgeMode preserveAlpha surfaceScale
    diffuseConstant specularConstant specularExponent limitingConeAngle scale xChannelSelector yChannelSelector
    tableValues slope intercept amplitude exponent stdDeviation radius azimuth elevation z pointsAtX pointsAtY
    pointsAtZ baseFrequency numOctaves seed stitchTiles systemLanguage
    alignment-baseline baseline-shift clip-path clip-rule color color-interpolation
    color-interpolation-filters direction display dominant-baseline fill fill-opacity fill-rule filter
    flood-color flood-opacity font-family font-size font-size-adjust font-stretch font-style font-variant
    font-weight glyph-orientation-vertical image-rendering letter-spacing lighting-color marker-end marker-mid
    marker-start mask mix-blend-mode opacity overflow paint-order shape-rendering stop-color stop-opacity stroke
    stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity
    stroke-width text-anchor text-decoration text-rendering transform-origin unicode-bidi vector-effect
    visibility white-space word-spacing writing-mode""".split()  # noqa: SIM905
)  # fmt: skip

_EMBEDDED = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+")
_ADDRESS = re.compile(r"""url\s*\(\s*["']?\s*(?!["'\s]*\#)""", re.IGNORECASE)
_LENGTH = re.compile(r"\s*(\d+(?:\.\d+)?)(?:px|pt|mm|cm|in)?\s*")


def clean(data: bytes, file: str) -> bytes:
    """Return the drawing ``data`` with nothing left in it but what draws; ``file`` is its name, for messages.

    Raises InputError for what is no well-formed SVG.
    """
    # Entities stay unresolved and go with the document type: they could name other files or grow without end.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True, load_dtd=False
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise InputError(f"{file}: is no well-formed SVG ({error.msg}): replace it or remove it") from error
    if root.tag != f"{{{SVG}}}svg":
        raise InputError(f"{file}: is no SVG drawing, its first element is {root.tag!r}: replace it")
    for link in root.iter(f"{{{SVG}}}a"):
        link.tag = f"{{{SVG}}}g"
    for element in list(_unwanted(root)):
        parent = element.getparent()
        if parent is not None:
            _remove(parent, element)
    for element in root.iter():
        _clean_attributes(element)
        if element.tag == f"{{{SVG}}}style" and _foreign(element.text or ""):
            element.text = None
    if "viewBox" not in root.attrib and (box := size(root)):
        root.set("viewBox", f"0 0 {box[0]:g} {box[1]:g}")
    etree.cleanup_namespaces(root)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def size(root: etree._Element) -> tuple[float, float] | None:
    """Return the width and height of a drawing in its own units, None if it tells neither."""
    sides = root.get("viewBox", "").replace(",", " ").split()[2:] or [
        root.get("width", ""),
        root.get("height", ""),
    ]
    found = [_LENGTH.fullmatch(side) for side in sides]
    if len(found) != 2 or found[0] is None or found[1] is None:
        return None
    width, height = float(found[0][1]), float(found[1][1])
    return (width, height) if width and height else None


def _unwanted(parent: etree._Element) -> Iterator[etree._Element]:
    for child in parent:
        if not isinstance(child.tag, str) or child.tag.removeprefix(f"{{{SVG}}}") not in _ELEMENTS:
            yield child
        else:
            yield from _unwanted(child)


def _remove(parent: etree._Element, element: etree._Element) -> None:
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)


def _clean_attributes(element: etree._Element) -> None:
    for key, given in element.attrib.items():
        name, value = str(key), str(given)
        if name in {"href", _XLINK_HREF}:
            image = element.tag == f"{{{SVG}}}image"
            kept = value.startswith("#") or (image and _EMBEDDED.fullmatch(value) is not None)
        else:
            kept = (name in _ATTRIBUTES or name in {f"{_XML}lang", f"{_XML}space"}) and not _foreign(value)
        if not kept:
            del element.attrib[key]


def _foreign(css: str) -> bool:
    """Tell whether styles or an attribute ask for something outside the drawing, or hide that they do."""
    return "@" in css or "\\" in css or _ADDRESS.search(css) is not None
