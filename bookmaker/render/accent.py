"""The one accent colour of an issue, made dark enough to be read on white."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bookmaker.diagnostics import InputError

if TYPE_CHECKING:
    from bookmaker.model import Metadata

TOKEN = "#8c2f25"  # noqa: S105
"""The default accent, and the literal that stands for the accent in every style sheet of ``styles/``.

Custom properties would say the same, but many reading systems do not know them.
"""

_CONTRAST = 4.5  # WCAG 2.2, 1.4.3, level AA


def rgb(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue (0 to 255) of a colour written ``#rrggbb``."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def contrast_with_white(colour: tuple[int, int, int]) -> float:
    """Return the contrast ratio of ``colour`` on white (WCAG 2.2, relative luminance)."""
    linear = [
        part / 12.92 if (part := value / 255) <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for value in colour
    ]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def accent(metadata: Metadata) -> str:
    """Return the issue's accent as ``#rrggbb``, darkened until its contrast on white reaches 4.5.

    Raises InputError for an accent that is not written ``#rgb`` or ``#rrggbb``.
    """
    given = metadata.accent or TOKEN
    if not re.fullmatch(r"#(?:[0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})", given):
        raise InputError(f"metadata.accent: {given!r} is no colour: write it as #8c2f25")
    colour = rgb(given if len(given) == 7 else "#" + "".join(2 * digit for digit in given[1:]))
    while contrast_with_white(colour) < _CONTRAST:
        colour = (colour[0] * 19 // 20, colour[1] * 19 // 20, colour[2] * 19 // 20)
    return "#{:02x}{:02x}{:02x}".format(*colour)
