"""Draw the pictures of pages in README: ``python docs/draw_pages.py BOOK.pdf docs/images/pages.png 1 3 6``."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO
from pathlib import Path

from PIL import Image

RESOLUTION, GAP, GREY = 46, 12, (214, 214, 214)
"""Dots per inch of a page, and the gap between pages in dots with its colour."""


def page(pdf: Path, number: int) -> Image.Image:
    """Return the page of that number, from 1, as poppler's pdftoppm draws it."""
    place = ["-f", str(number), "-l", str(number)]
    command = ["pdftoppm", "-png", "-r", str(RESOLUTION), *place, str(pdf)]
    return Image.open(BytesIO(subprocess.run(command, check=True, capture_output=True).stdout))


def strip(pages: list[Image.Image]) -> Image.Image:
    """Return the pages side by side on grey, in 64 colours to keep the file small."""
    width, height = pages[0].size
    sheet = Image.new("RGB", (len(pages) * (width + GAP) + GAP, height + 2 * GAP), GREY)
    for place, picture in enumerate(pages):
        sheet.paste(picture, (GAP + place * (width + GAP), GAP))
    return sheet.quantize(64)


if __name__ == "__main__":
    source, target, *numbers = sys.argv[1:]
    strip([page(Path(source), int(number)) for number in numbers]).save(target, optimize=True)
