"""The drawing that keeps a lost picture's place and shape, and says which file would replace it."""

from __future__ import annotations

from typing import cast

from lxml import etree

from bookmaker.book import Resource

_SVG = "http://www.w3.org/2000/svg"
# lxml-stubs does not know that None names the default namespace.
_NAMESPACES = cast("dict[str, str]", {None: _SVG})
_WIDTH = 378.0  # points: the measure of a page, so that the lettering has its size in print
_LETTERING = 0.92  # points to a unit of the letters below, which are six units high

# Letters as a draughtsman draws them, of one line each: (advance, path). Set as lines and not as text, the
# name of the file needs no font in any reading system and is no part of the book's text. The x-height runs
# from 2 to 6, the base line.
_BOWL = "M0 4A2 2 0 1 0 4 4A2 2 0 1 0 0 4"
_LETTERS: dict[str, tuple[float, str]] = {
    "a": (4, _BOWL + "M4 2V6"),
    "b": (4, _BOWL + "M0 0V6"),
    "c": (3.6, "M3.5 2.7A2 2 0 1 0 3.5 5.3"),
    "d": (4, _BOWL + "M4 0V6"),
    "e": (4, "M0 4H4A2 2 0 1 0 3.4 5.4"),
    "f": (2.6, "M2.7 .1A1.4 1.4 0 0 0 1 1.5V6M0 2.4H2.5"),
    "g": (4, _BOWL + "M4 2V6.2A2 2 0 0 1 .4 7.3"),
    "h": (4, "M0 0V6M0 4A2 2 0 0 1 4 4V6"),
    "i": (0, "M0 2V6M0 .2V.4"),
    "j": (1, "M1 2V6.7A1.3 1.3 0 0 1 -.5 8M1 .2V.4"),
    "k": (3.5, "M0 0V6M3.3 2L0 4.6M1.3 3.6L3.5 6"),
    "l": (0, "M0 0V6"),
    "m": (6, "M0 2V6M0 3.5A1.5 1.5 0 0 1 3 3.5V6M3 3.5A1.5 1.5 0 0 1 6 3.5V6"),
    "n": (4, "M0 2V6M0 4A2 2 0 0 1 4 4V6"),
    "o": (4, _BOWL),
    "p": (4, _BOWL + "M0 2V8"),
    "q": (4, _BOWL + "M4 2V8"),
    "r": (2.3, "M0 2V6M0 4A1.9 1.9 0 0 1 2.4 2.1"),
    "s": (3.1, "M2.9 2.6A1.3 1 0 0 0 1.7 2H1.3A1 1 0 0 0 1.3 4H1.9A1 1 0 0 1 1.9 6H1.4A1.4 1 0 0 1 .1 5.4"),
    "t": (2.6, "M1 .5V4.6A1.4 1.4 0 0 0 2.7 5.9M0 2.2H2.6"),
    "u": (4, "M0 2V4A2 2 0 0 0 4 4V2M4 4V6"),
    "v": (3.6, "M0 2L1.8 6L3.6 2"),
    "w": (6, "M0 2L1.5 6L3 2.4L4.5 6L6 2"),
    "x": (3.4, "M0 2L3.4 6M3.4 2L0 6"),
    "y": (3.7, "M0 2L1.9 6M3.7 2L1.9 6L1 8"),
    "z": (3.5, "M0 2H3.4L0 6H3.5"),
    "0": (4, "M0 2A2 2 0 0 1 4 2V4A2 2 0 0 1 0 4Z"),
    "1": (1.8, "M0 1.3L1.8 0V6"),
    "2": (3.9, "M.1 1.8A1.8 1.8 0 1 1 3.3 3.1L0 6H3.9"),
    "3": (3.8, "M.2 0H3.6L1.7 2.2A1.9 1.9 0 1 1 0 4.8"),
    "4": (4.2, "M3.1 6V0L0 4.3H4.2"),
    "5": (3.9, "M3.5 0H.6L.4 2.8A2 2 0 1 1 0 5.1"),
    "6": (4, _BOWL + "M3 0L.4 2.9"),
    "7": (3.8, "M0 0H3.8L1.3 6"),
    "8": (3.4, "M.3 1.4A1 1 0 1 0 3.1 1.4A1 1 0 1 0 .3 1.4M0 4.4A1 .94 0 1 0 3.4 4.4A1 .94 0 1 0 0 4.4"),
    "9": (4, "M0 2A2 2 0 1 0 4 2A2 2 0 1 0 0 2M1 6L3.6 3.1"),
    ".": (0.2, "M.1 5.9V6"),
    "-": (2.2, "M0 4H2.2"),
    "_": (3.6, "M0 6.8H3.6"),
}  # fmt: skip
_SPACING = 1.6


def placeholder(stem: str, wanted: str, alternative: str, aspect: float) -> Resource:
    """Return the placeholder for the figure of ``stem``: an SVG whose sides have the ratio ``aspect``.

    ``wanted`` is drawn into the corner where it is made of Latin letters, digits, dots and hyphens;
    ``alternative`` becomes the drawing's title. The background is part of the drawing, so that it reads the
    same on white and on a dark screen.
    """
    height = round(_WIDTH / aspect, 2)
    root = etree.Element(f"{{{_SVG}}}svg", nsmap=_NAMESPACES)
    root.set("viewBox", f"0 0 {_WIDTH:g} {height:g}")
    root.set("width", f"{_WIDTH:g}")
    root.set("height", f"{height:g}")
    root.set("role", "img")
    _shape(root, "title").text = alternative
    _shape(root, "rect", width=f"{_WIDTH:g}", height=f"{height:g}", fill="#f2f0eb")
    inset = min(9.0, height / 8)
    _shape(
        root, "rect", x=f"{inset:g}", y=f"{inset:g}", width=f"{_WIDTH - 2 * inset:g}",
        height=f"{height - 2 * inset:g}", fill="none", stroke="#dcd7cd", stroke_width="0.75",
    )  # fmt: skip
    _picture_mark(root, height)
    _lettering(root, wanted, _WIDTH - 2 * inset, height - 2 * inset)
    return Resource(
        f"../images/{stem}.svg",
        "image/svg+xml",
        etree.tostring(root, xml_declaration=True, encoding="utf-8"),
    )


def _shape(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    child = etree.SubElement(parent, f"{{{_SVG}}}{tag}")
    for name, value in attributes.items():
        child.set(name.replace("_", "-"), value)
    return child


def _picture_mark(root: etree._Element, height: float) -> None:
    """Draw two hills and a sun, 48 points wide at most, in the middle."""
    scale = min(1.0, height / 110)
    group = _shape(
        root, "g", fill="none", stroke="#b3ab9b", stroke_width="1.5", stroke_linejoin="round",
        stroke_linecap="round",
        transform=f"translate({_WIDTH / 2 - 24 * scale:.2f} {height / 2 - 16 * scale:.2f})"
        f" scale({scale:.3g})",
    )  # fmt: skip
    _shape(group, "path", d="M0 32L16 9L27 24L33 17L48 32Z")
    _shape(group, "circle", cx="37", cy="6", r="4.5")


def _lettering(root: etree._Element, text: str, right: float, bottom: float) -> None:
    """Draw ``text`` so that it ends at ``right`` on the base line ``bottom``, both in points."""
    letters = text.lower()
    if not letters or any(letter not in _LETTERS for letter in letters):
        return
    width = sum(_LETTERS[letter][0] + _SPACING for letter in letters) - _SPACING
    scale = min(_LETTERING, (right - 18) / width)
    group = _shape(
        root, "g", fill="none", stroke="#958c7b", stroke_width="0.8", stroke_linecap="round",
        stroke_linejoin="round",
        transform=f"translate({right - width * scale:.2f} {bottom - 7 * scale:.2f}) scale({scale:.3g})",
    )  # fmt: skip
    x = 0.0
    for letter in letters:
        advance, path = _LETTERS[letter]
        _shape(group, "path", d=path, transform=f"translate({x:g} 0)")
        x = round(x + advance + _SPACING, 2)
