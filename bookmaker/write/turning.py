"""TrueType outlines turned by a quarter, as bytes: nothing is unpacked that need not be.

A quarter turn exchanges the two coordinate streams of a glyph and the flags that describe them, and changes the
sign of one; so a face of three thousand glyphs is turned in a tenth of the time that reading its points takes.
Format: OpenType 1.9, table ``glyf``, "Simple Glyph Description". Lengths are units of the em.
"""

from __future__ import annotations

from itertools import groupby
from struct import pack, unpack_from

ON_CURVE, X_SHORT, Y_SHORT, REPEAT, X_SAME, Y_SAME, OVERLAP = 1, 2, 4, 8, 16, 32, 64


def _turned_flag(flag: int) -> int:
    """Return the flag of a point whose new step is (-y, x) in place of (x, y)."""
    new = flag & (ON_CURVE | OVERLAP)
    if flag & Y_SHORT:
        # Beside a short step the bit is its sign.
        new |= X_SHORT | (0 if flag & Y_SAME else X_SAME)
    elif flag & Y_SAME:
        new |= X_SAME
    if flag & X_SHORT:
        new |= Y_SHORT
    if flag & X_SAME:
        new |= Y_SAME
    return new


_TURNED = bytes(_turned_flag(flag) for flag in range(256))
_X_BYTES = bytes(1 if flag & X_SHORT else 0 if flag & X_SAME else 2 for flag in range(256))
_Y_BYTES = bytes(1 if flag & Y_SHORT else 0 if flag & Y_SAME else 2 for flag in range(256))
_NOT_Y_LONG = bytes(flag for flag in range(256) if _Y_BYTES[flag] != 2)


def turned(data: bytes, dx: int, dy: int) -> bytes:
    """Return a simple glyph turned a quarter counter-clockwise: (x, y) becomes (dx - y, x + dy).

    An empty glyph stays empty; hinting instructions, which would no longer fit, are dropped. Raises
    ValueError for a composite glyph.
    """
    if not data:
        return data
    contours, x_min, y_min, x_max, y_max = unpack_from(">5h", data)
    if contours < 0:
        raise ValueError("a composite glyph must be taken apart before it is turned")
    head = pack(">5h", contours, dx - y_max, x_min + dy, dx - y_min, x_max + dy)
    ends = data[10 : 10 + 2 * contours]
    if not contours:
        return head
    at = 12 + 2 * contours + unpack_from(">H", data, 10 + 2 * contours)[0]
    flags, at = _flags(data, at, unpack_from(">H", ends, 2 * contours - 2)[0] + 1)
    middle = at + sum(flags.translate(_X_BYTES))
    end = middle + sum(flags.translate(_Y_BYTES))
    first = flags[0]
    x, x_next = _step(data, at, first & X_SHORT, first & X_SAME)
    y, y_next = _step(data, middle, first & Y_SHORT, first & Y_SAME)
    body = _packed(bytes([first & (ON_CURVE | OVERLAP)]) + flags[1:].translate(_TURNED))
    steps = _negated(data[y_next:end], flags[1:])
    return b"".join(
        (head, ends, b"\0\0", body, pack(">h", dx - y), steps, pack(">h", x + dy), data[x_next:middle])
    )


def _flags(data: bytes, at: int, points: int) -> tuple[bytes, int]:
    """Return one flag for every point, and where the coordinates begin."""
    flags = bytearray()
    while len(flags) < points:
        flag = data[at]
        at += 1
        if flag & REPEAT:
            flags += bytes([flag & ~REPEAT]) * (data[at] + 1)
            at += 1
        else:
            flags.append(flag)
    return bytes(flags), at


def _step(data: bytes, at: int, short: int, same: int) -> tuple[int, int]:
    """Return one step of a coordinate, and where the next one begins."""
    if short:
        return (data[at] if same else -data[at]), at + 1
    if same:
        return 0, at
    return unpack_from(">h", data, at)[0], at + 2


def _negated(steps: bytes, flags: bytes) -> bytes:
    """Change the sign of the long steps along y; that of the short ones stands in their flags."""
    if not flags.translate(None, delete=_NOT_Y_LONG):
        return steps
    made, at = bytearray(steps), 0
    for size in flags.translate(_Y_BYTES):
        if size == 2:
            made[at : at + 2] = pack(">h", -unpack_from(">h", made, at)[0])
        at += size
    return bytes(made)


def _packed(flags: bytes) -> bytes:
    made = bytearray()
    for flag, run in groupby(flags):
        rest = len(list(run))
        while rest:
            count = min(rest, 256)
            made += bytes([flag | REPEAT, count - 1]) if count > 1 else bytes([flag])
            rest -= count
    return bytes(made)
