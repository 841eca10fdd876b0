"""Draw the three pictures of the example issue: plain shapes, so that nobody's rights are touched.

``python examples/xiling-guancha/draw_images.py`` writes ``images/`` anew; the drawing is the same every time.
"""

from __future__ import annotations

import math
from pathlib import Path

from PIL import Image, ImageDraw

SIZE = (1200, 800)
SCALE = 2
Colour = tuple[int, int, int]
INK: Colour = (52, 58, 64)
PAPER: Colour = (243, 239, 230)
WATER: Colour = (126, 158, 158)
DEEP: Colour = (84, 118, 124)
BRICK: Colour = (176, 104, 84)
WOOD: Colour = (148, 116, 86)
LIGHT: Colour = (232, 201, 140)
LEAF: Colour = (122, 146, 108)


class Canvas:
    """A drawing surface in units of the finished picture, twice as fine inside for smooth edges."""

    def __init__(self, ground: Colour) -> None:
        self.image = Image.new("RGB", (SIZE[0] * SCALE, SIZE[1] * SCALE), ground)
        self.draw = ImageDraw.Draw(self.image)

    def shape(self, points: list[tuple[float, float]], fill: Colour) -> None:
        """Fill a polygon."""
        self.draw.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=fill)

    def box(self, x: float, y: float, width: float, height: float, fill: Colour) -> None:
        """Fill a rectangle from its upper left corner."""
        self.shape([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], fill)

    def disc(self, x: float, y: float, rx: float, ry: float, fill: Colour) -> None:
        """Fill an ellipse around its centre."""
        self.draw.ellipse([(x - rx) * SCALE, (y - ry) * SCALE, (x + rx) * SCALE, (y + ry) * SCALE], fill=fill)

    def line(self, points: list[tuple[float, float]], width: float, fill: Colour) -> None:
        """Draw a line with round joints."""
        self.draw.line([(x * SCALE, y * SCALE) for x, y in points], fill, round(width * SCALE), joint="curve")

    def save(self, path: Path) -> None:
        """Write the finished picture as PNG in a palette of 64 colours."""
        small = self.image.resize(SIZE, Image.Resampling.LANCZOS)
        small.quantize(64, dither=Image.Dither.NONE).save(path, optimize=True)


def courtyard() -> Canvas:
    """Draw a courtyard between tiled roofs, a round table with eleven cups, a stone vat."""
    c = Canvas((222, 226, 222))
    c.box(0, 470, 1200, 330, (206, 198, 184))
    for row in range(6):
        joint = 470 + row * row * 11
        c.line([(0, joint), (1200, joint)], 2, (188, 180, 166))
    for column in range(-8, 9):
        c.line([(600 + column * 60, 470), (600 + column * 190, 800)], 2, (188, 180, 166))
    c.box(190, 250, 820, 230, PAPER)
    for door in range(230, 1000, 130):
        c.box(door, 290, 88, 190, WOOD)
        for step in range(1, 4):
            c.box(door + step * 22 - 2, 300, 4, 90, PAPER)
            c.box(door + 8, 292 + step * 26, 72, 4, PAPER)
    c.shape([(120, 262), (1080, 262), (990, 150), (210, 150)], INK)
    for tile in range(220, 1000, 26):
        c.line([(tile, 152), (600 + (tile - 600) * 1.22, 262)], 3, (84, 90, 96))
    c.shape([(0, 120), (0, 800), (150, 640), (150, 240)], (226, 220, 208))
    c.shape([(0, 90), (0, 200), (215, 270), (190, 215)], INK)
    c.shape([(1200, 120), (1200, 800), (1050, 640), (1050, 240)], (226, 220, 208))
    c.shape([(1200, 90), (1200, 200), (985, 270), (1010, 215)], INK)
    c.box(560, 600, 80, 110, (122, 94, 70))
    c.disc(600, 600, 190, 56, WOOD)
    c.disc(600, 594, 190, 56, (172, 140, 106))
    palette = (BRICK, WATER, LEAF, LIGHT, INK, PAPER)
    for n in range(11):
        angle = 2 * math.pi * n / 11
        x, y = 600 + 140 * math.cos(angle), 590 + 36 * math.sin(angle)
        c.box(x - 9, y - 14, 18, 16, palette[n % 6])
        c.disc(x, y + 2, 9, 4, palette[n % 6])
        c.disc(x, y - 14, 9, 4, (250, 248, 242))
    c.shape([(850, 610), (990, 610), (965, 720), (875, 720)], (138, 138, 134))
    c.disc(920, 610, 70, 20, (160, 160, 156))
    c.disc(920, 610, 56, 14, WATER)
    return c


def ferry() -> Canvas:
    """Draw a river with a boat, a bamboo pole and a float that tells the water level by three lamps."""
    c = Canvas((232, 228, 214))
    c.disc(930, 190, 62, 62, LIGHT)
    for x, height, colour in (
        (0, 210, (188, 198, 188)),
        (300, 150, (172, 186, 176)),
        (720, 190, (188, 198, 188)),
    ):
        c.shape(
            [(x - 180, 420), (x + 120, 420 - height), (x + 260, 420 - height * 0.6), (x + 620, 420)], colour
        )
    c.box(0, 415, 1200, 385, WATER)
    for n in range(34):
        x, y = (n * 263) % 1160, 440 + (n * 97) % 340
        c.line([(x, y), (x + 40 + y / 10, y)], 3, (152, 180, 178))
    for step in range(6):
        c.box(0, 560 + step * 42, 380 - step * 52, 42, (176 - step * 8, 170 - step * 8, 160 - step * 8))
    c.shape([(560, 520), (980, 520), (920, 590), (620, 590)], WOOD)
    c.shape([(640, 520), (670, 440), (850, 440), (880, 520)], (118, 92, 70))
    c.line([(960, 330), (905, 640)], 8, (132, 126, 82))
    c.disc(915, 430, 20, 20, INK)
    c.shape([(892, 520), (900, 450), (932, 450), (940, 520)], BRICK)
    c.box(150, 330, 20, 300, (120, 110, 100))
    c.box(90, 290, 140, 90, INK)
    for n, colour in enumerate((BRICK, LIGHT, LEAF)):
        c.disc(122 + n * 38, 335, 15, 15, colour)
    c.box(430, 380, 12, 300, PAPER)
    for mark in range(12):
        c.box(430, 390 + mark * 22, 12 if mark % 3 else 22, 4, DEEP)
    c.disc(436, 600, 26, 14, BRICK)
    return c


def table() -> Canvas:
    """Draw a round table from above: eight seats, a sheet of paper, an hourglass."""
    c = Canvas(PAPER)
    for board in range(0, 1200, 120):
        c.box(board, 0, 2, 800, (230, 224, 212))
    seats = (BRICK, WATER, LEAF, DEEP, LIGHT, WOOD, (150, 140, 160), INK)
    for n, colour in enumerate(seats):
        angle = 2 * math.pi * (n + 0.5) / 8
        x, y = 600 + 470 * math.cos(angle), 400 + 320 * math.sin(angle)
        c.disc(x, y, 58, 58, colour)
        x, y = 600 + 300 * math.cos(angle), 400 + 200 * math.sin(angle)
        c.box(x - 30, y - 22, 60, 44, (252, 250, 245))
        for row in range(3):
            c.box(x - 20, y - 12 + row * 10, 40 - row * 8, 3, (180, 176, 168))
    c.draw.ellipse([210 * SCALE, 120 * SCALE, 990 * SCALE, 680 * SCALE], outline=WOOD, width=10 * SCALE)
    c.box(540, 290, 120, 16, WOOD)
    c.box(540, 494, 120, 16, WOOD)
    c.shape([(552, 306), (648, 306), (604, 400), (596, 400)], (214, 224, 222))
    c.shape([(552, 494), (648, 494), (604, 400), (596, 400)], (214, 224, 222))
    c.shape([(572, 345), (628, 345), (602, 400), (598, 400)], LIGHT)
    c.shape([(558, 494), (642, 494), (600, 446)], LIGHT)
    c.line([(600, 400), (600, 450)], 3, LIGHT)
    return c


if __name__ == "__main__":
    folder = Path(__file__).parent / "images"
    folder.mkdir(exist_ok=True)
    for name, picture in (("a02-f1", courtyard()), ("a05-f1", ferry()), ("a06-f1", table())):
        picture.save(folder / f"{name}.png")
