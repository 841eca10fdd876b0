"""Formats of pages: for each size the margins, and the size of the body's type, of either writing mode.

Sizes are those of Chinese magazines and books and of e-ink screens, in millimetres. Body type is at least 10.5 points
(CLREQ: 五号), larger where the page would give lines of more than 38 ems, which tire the eye.
"""

from __future__ import annotations

import msgspec

Size = tuple[float, float]
Margins = tuple[float, float, float, float]


class Format(msgspec.Struct, frozen=True):
    """Margins in millimetres (top, outer, bottom, inner) by writing mode, and the body's size in points.

    Vertical pages find the size of their type by the height of their columns.
    """

    horizontal: Margins
    vertical: Margins
    body: float = 10.5


PAGE_SIZE: Size = (185.0, 260.0)
"""The 16开 of Chinese magazines."""

FORMATS: dict[Size, Format] = {
    PAGE_SIZE: Format((21.0, 29.0, 22.5, 22.0), (42.0, 22.5, 36.0, 17.0)),
    (210.0, 285.0): Format((24.0, 34.0, 25.5, 27.0), (46.0, 25.0, 40.0, 20.0), 11.5),
    (210.0, 297.0): Format((26.0, 34.0, 28.0, 27.0), (50.0, 25.0, 44.0, 20.0), 11.5),
    (148.0, 210.0): Format((17.0, 20.0, 18.0, 17.0), (30.0, 17.0, 26.0, 14.0)),
    (176.0, 250.0): Format((20.0, 26.0, 21.5, 20.0), (38.0, 21.0, 34.0, 16.0)),
    (130.0, 184.0): Format((15.0, 15.5, 15.5, 15.0), (25.0, 14.0, 21.0, 13.0)),
    # E-ink screens have neither thumb nor gutter: margins are narrow, but hold heads and page numbers.
    (90.0, 122.0): Format((10.0, 4.0, 9.5, 4.0), (10.0, 12.0, 7.0, 7.0)),
    (119.0, 158.0): Format((10.5, 7.0, 10.5, 7.0), (14.0, 13.0, 10.0, 8.0)),
    (157.0, 210.0): Format((13.0, 11.0, 13.0, 11.0), (22.0, 15.0, 16.0, 10.0), 11.0),
}


def format_of(size: Size) -> Format:
    """Return the format of a size; one nobody named has the margins of 16开 in proportion, and its type."""
    found = FORMATS.get(size)
    if found is None:
        across, down = size[0] / PAGE_SIZE[0], size[1] / PAGE_SIZE[1]
        usual = FORMATS[PAGE_SIZE]
        horizontal, vertical = (
            (top * down, outer * across, bottom * down, inner * across)
            for top, outer, bottom, inner in (usual.horizontal, usual.vertical)
        )
        found = Format(horizontal, vertical, max(10.5, 10.5 * min(across, 1.15)))
    return found
