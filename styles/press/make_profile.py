"""Make ``coated-offset.icc``: a CMYK profile of sheet-fed offset on coated paper, from the aims of the standard.

``python styles/press/make_profile.py`` takes a minute and writes the same bytes every time. It needs only Python.

The aims are those of ISO 12647-2:2004 with Amendment 1 for paper types 1 and 2, on which the characterisation FOGRA39
rests: colours of paper, solids and overprints in CIELAB (D50, black backing), and tone value increases A (chromatic
inks) and B (black). Between them the Neugebauer equations say what halftones look like. It is a model and no
measurement: a printer's own profile is always better, and ``[pdf] press-profile`` takes it.
"""

from __future__ import annotations

import itertools
import struct
from functools import cache
from pathlib import Path

Triple = tuple[float, float, float]

WHITE: Triple = (0.9642, 1.0, 0.8249)
PAPER: Triple = (95.0, 0.0, -2.0)
SOLIDS: dict[tuple[int, int, int], Triple] = {
    (0, 0, 0): PAPER,
    (1, 0, 0): (55.0, -37.0, -50.0),
    (0, 1, 0): (48.0, 74.0, -3.0),
    (0, 0, 1): (89.0, -5.0, 93.0),
    (0, 1, 1): (47.0, 68.0, 48.0),
    (1, 0, 1): (50.0, -65.0, 27.0),
    (1, 1, 0): (24.0, 22.0, -46.0),
    (1, 1, 1): (23.0, 0.0, 0.0),
}
"""Cyan, magenta, yellow (1: printed) and what they look like on the paper."""

BLACK: Triple = (16.0, 0.0, 0.0)
_UNDER_BLACK = 0.4
"""How much of what lies under it is seen through solid black, as a power of its reflectance."""

INCREASE = (0.143, 0.143, 0.143, 0.168)
"""Tone value increase at a tone value of 50 %, of cyan, magenta, yellow and black."""

LIMIT = 3.3
"""Largest sum of all inks (ISO 12647-2 allows 3.5)."""


def to_xyz(lab: Triple) -> Triple:
    """Return CIEXYZ of CIELAB."""
    y = (lab[0] + 16) / 116
    parts = (y + lab[1] / 500, y, y - lab[2] / 200)
    x, y, z = (p**3 if p > 6 / 29 else 3 * (6 / 29) ** 2 * (p - 4 / 29) for p in parts)
    return x * WHITE[0], y * WHITE[1], z * WHITE[2]


def to_lab(xyz: Triple) -> Triple:
    """Return CIELAB of CIEXYZ."""
    x, y, z = (part / white for part, white in zip(xyz, WHITE, strict=True))
    x, y, z = (p ** (1 / 3) if p > (6 / 29) ** 3 else p / (3 * (6 / 29) ** 2) + 4 / 29 for p in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@cache
def primaries() -> tuple[tuple[tuple[int, ...], Triple], ...]:
    """Return the sixteen colours of solids with and without black, relative to the paper."""
    paper, black = to_xyz(PAPER), to_xyz(BLACK)
    found = []
    for inks, lab in SOLIDS.items():
        seen = to_xyz(lab)
        relative = tuple(s / p for s, p in zip(seen, paper, strict=True))
        covered = tuple(b / p * r**_UNDER_BLACK for b, p, r in zip(black, paper, relative, strict=True))
        for k, colour in ((0, relative), (1, covered)):
            x, y, z = (part * white for part, white in zip(colour, WHITE, strict=True))
            found.append(((*inks, k), (x, y, z)))
    return tuple(found)


def area(ink: int, tone: float) -> float:
    """Return the effective area of a tone value: what is printed with its increase."""
    return tone + 4 * INCREASE[ink] * tone * (1 - tone)


def mix(areas: tuple[float, ...]) -> Triple:
    """Return the colour of effective areas of the four inks, in CIELAB relative to the paper (Neugebauer)."""
    x = y = z = 0.0
    for inks, colour in primaries():
        weight = 1.0
        for printed, part in zip(inks, areas, strict=True):
            weight *= part if printed else 1 - part
        x, y, z = x + weight * colour[0], y + weight * colour[1], z + weight * colour[2]
    return to_lab((x, y, z))


def _tones_to_lab(tones: tuple[float, ...]) -> Triple:
    return mix(tuple(area(ink, tone) for ink, tone in enumerate(tones)))


def _solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Solve three linear equations by Gauss."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for i in range(3):
        pivot = max(range(i, 3), key=lambda r: abs(rows[r][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for r in range(3):
            if r != i:
                factor = rows[r][i] / rows[i][i]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[i], strict=True)]
    return [rows[i][3] / rows[i][i] for i in range(3)]


_WEIGHTS = (1.6, 1.0, 1.0)
"""Lightness counts for more than hue and chroma where a colour cannot be printed."""


def separate(lab: Triple, black: float, start: list[float]) -> tuple[list[float], float]:
    """Return the chromatic tones that look most like ``lab`` beside so much black, and how far off they are."""

    def off(tones: list[float]) -> list[float]:
        found = _tones_to_lab((*tones, black))
        return [w * (f - t) for w, f, t in zip(_WEIGHTS, found, lab, strict=True)]

    tones, damping = list(start), 1.0
    error = off(tones)
    for _ in range(30):
        columns = []
        for i in range(3):
            step = 1e-4 if tones[i] < 0.5 else -1e-4
            moved = off([tone + step * (i == j) for j, tone in enumerate(tones)])
            columns.append([(m - e) / step for m, e in zip(moved, error, strict=True)])
        normal = [[sum(a * b for a, b in zip(p, q, strict=True)) for q in columns] for p in columns]
        for i in range(3):
            normal[i][i] += damping
        step_by = _solve(
            normal, [-sum(a * e for a, e in zip(column, error, strict=True)) for column in columns]
        )
        tried = [min(1.0, max(0.0, tone + by)) for tone, by in zip(tones, step_by, strict=True)]
        found = off(tried)
        if sum(e * e for e in found) < sum(e * e for e in error):
            if max(abs(a - b) for a, b in zip(tones, tried, strict=True)) < 1e-5:
                break
            tones, error, damping = tried, found, damping * 0.3
        else:
            damping *= 8
            if damping > 1e8:
                break
    return tones, sum(e * e for e in error) ** 0.5


def to_inks(lab: Triple) -> tuple[tuple[float, ...], float]:
    """Return the four tones for a colour, and how far off they are; black takes over what all three make."""
    start = [0.4, 0.4, 0.4]
    tones, _ = separate(lab, 0.0, start)
    black = max(0.0, (min(tones) - 0.2) / 0.8) ** 1.4
    if lab[0] < 25:
        black = max(black, min(1.0, (25 - lab[0]) / 18))
    tones, error = separate(lab, black, tones)
    total = sum(tones) + black
    if total > LIMIT:
        tones = [tone * (LIMIT - black) / (total - black) for tone in tones]
    return (*tones, black), error


# --- the file --------------------------------------------------------------------------------------

_A2B_GRID, _B2A_GRID, _GAMUT_GRID, _REACH = 9, 17, 9, 104.0


def _u16(values: list[float]) -> bytes:
    return struct.pack(f">{len(values)}H", *(min(65535, max(0, round(value * 65535))) for value in values))


def _lab16(lab: Triple) -> list[float]:
    """Return CIELAB as parts of 65535 (ICC.1:2001-04, 6.5.10: encoding of version 2)."""
    return [lab[0] / 100 * 65280 / 65535, (lab[1] + 128) * 256 / 65535, (lab[2] + 128) * 256 / 65535]


def _lut16(inputs: list[list[float]], grid: int, table: list[float], outputs: int) -> bytes:
    identity = struct.pack(">9i", *(65536 * (i % 4 == 0) for i in range(9)))
    head = struct.pack(">4s4xBBBx", b"mft2", len(inputs), outputs, grid)
    sizes = struct.pack(">HH", len(inputs[0]), 2)
    curves = b"".join(_u16(curve) for curve in inputs)
    return head + identity + sizes + curves + _u16(table) + _u16([0.0, 1.0] * outputs)


def _a2b() -> bytes:
    curves = [[area(ink, i / 63) for i in range(64)] for ink in range(4)]
    nodes = [i / (_A2B_GRID - 1) for i in range(_A2B_GRID)]
    table = [part for areas in itertools.product(nodes, repeat=4) for part in _lab16(mix(areas))]
    return _lut16(curves, _A2B_GRID, table, 3)


def _lab_curves() -> list[list[float]]:
    """Return input curves that spread lightness 0-100 and hue and chroma of the printable reach over the grid."""
    steps = 256
    encoded = [i / (steps - 1) for i in range(steps)]
    light = [min(1.0, part * 65535 / 65280) for part in encoded]
    chroma = [min(1.0, max(0.0, (part * 65535 / 256 - 128 + _REACH) / (2 * _REACH))) for part in encoded]
    return [light, chroma, chroma]


def _grid_labs(grid: int) -> list[Triple]:
    nodes = [i / (grid - 1) for i in range(grid)]
    return [
        (100 * light, (2 * a - 1) * _REACH, (2 * b - 1) * _REACH)
        for light, a, b in itertools.product(nodes, repeat=3)
    ]


def _b2a() -> bytes:
    table = [tone for lab in _grid_labs(_B2A_GRID) for tone in to_inks(lab)[0]]
    return _lut16(_lab_curves(), _B2A_GRID, table, 4)


def _gamut() -> bytes:
    table = [float(to_inks(lab)[1] > 6) for lab in _grid_labs(_GAMUT_GRID)]
    return _lut16(_lab_curves(), _GAMUT_GRID, table, 1)


def _text(kind: bytes, text: str) -> bytes:
    data = text.encode("ascii") + b"\0"
    if kind == b"text":
        return b"text\0\0\0\0" + data
    return b"desc\0\0\0\0" + struct.pack(">I", len(data)) + data + bytes(78)


def _point(xyz: Triple) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(part * 65536) for part in xyz))


def make() -> bytes:
    """Return the profile: ICC version 2.4, class ``prtr``, one table for all intents."""
    a2b, b2a = _a2b(), _b2a()
    tags = {
        b"desc": _text(b"desc", "Coated offset (model of ISO 12647-2:2004 aims)"),
        b"cprt": _text(b"text", "No copyright, use freely"),
        b"wtpt": _point(to_xyz(PAPER)),
        **dict.fromkeys((b"A2B0", b"A2B1", b"A2B2"), a2b),
        **dict.fromkeys((b"B2A0", b"B2A1", b"B2A2"), b2a),
        b"gamt": _gamut(),
    }
    offset = 128 + 4 + 12 * len(tags)
    places: dict[bytes, int] = {}
    body, table = b"", struct.pack(">I", len(tags))
    for name, data in tags.items():
        if data not in places:
            places[data] = offset + len(body)
            body += data + bytes(-len(data) % 4)
        table += struct.pack(">4sII", name, places[data], len(data))
    date = struct.pack(">6H", 2024, 1, 1, 0, 0, 0)
    header = struct.pack(
        ">I4xI4s4s4s12s4s", offset + len(body), 0x02400000, b"prtr", b"CMYK", b"Lab ", date, b"acsp"
    )
    header += bytes(24) + struct.pack(">I3i", 1, *(round(part * 65536) for part in WHITE))
    return header.ljust(128, b"\0") + table + body


if __name__ == "__main__":
    Path(__file__).with_name("coated-offset.icc").write_bytes(make())
