"""Faces whose glyphs are solid boxes, so that a page is a picture of em squares: for tests of composition.

Every ideograph fills its em; a mark fills the quarter in which a real face has its ink: opening marks the right head,
closing marks the left head, stops the left foot. Dashes fill the upper half; Western characters are half an em wide
and fill the lower half. In columns, marks take the forms of mainland China (opening marks at the foot, stops at the
right head); those of Taiwan and Hong Kong fill their em to the full width. The three faces bear the names of the
shipped ones, and are distinguished by what an ideograph fills: all of its em in Song, the lower half in Hei, the
upper half in Kai.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from bookmaker.resources import FACES

if TYPE_CHECKING:
    from pathlib import Path

Box = tuple[int, int, int, int]

_FULL: Box = (0, 0, 2, 2)
_LEFT: Box = (0, 0, 1, 2)
_RIGHT: Box = (1, 0, 2, 2)
_FOOT: Box = (0, 0, 2, 1)
_HEAD: Box = (0, 1, 2, 2)
_LEFT_FOOT: Box = (0, 0, 1, 1)
_LEFT_HEAD: Box = (0, 1, 1, 2)
_RIGHT_FOOT: Box = (1, 0, 2, 1)
_RIGHT_HEAD: Box = (1, 1, 2, 2)

_IDEOGRAPH = {"song": _FULL, "hei": _FOOT, "kai": _HEAD}
_OPENING, _CLOSING, _STOPS, _SHOUTS = "“‘（《〈「『【〔", "”’）》〉」』】〕", "，。、；：", "！？"
_WIDE = "①②③"
_NUMERALS = "〇一二三四五六七八九"  # each of its own: page numbers are set by what their glyphs say
_HALF = "".join(map(chr, range(0x21, 0x7F))) + "·"
_DASHES = "—…～／"


def _glyphs(role: str) -> dict[str, tuple[int, Box | None]]:
    """Return advance and box, in half ems, of every glyph; a box's corners are left, foot, right, head."""
    marks = {"opening": _RIGHT_HEAD, "closing": _LEFT_HEAD, "stop": _LEFT_FOOT, "shout": _LEFT, "dash": _HEAD}
    stands = {
        "opening.vert": _RIGHT_FOOT,
        "closing.vert": _LEFT_HEAD,
        "stop.vert": _RIGHT_HEAD,
        "shout.vert": _HEAD,
    }
    return {
        ".notdef": (2, None),
        "space": (1, None),
        "han": (2, _IDEOGRAPH[role]),
        "wide": (2, _FULL),
        **{f"numeral{number}": (2, _IDEOGRAPH[role] if number else _FULL) for number in range(len(_NUMERALS))},
        **{f"half{ord(character):02X}": (1, _LEFT_FOOT) for character in _HALF},
        **{name: (2, box) for name, box in (marks | stands).items()},
        "dash.vert": (2, _RIGHT),
        "stop.centred": (2, _FOOT),
        "stop.centred.vert": (2, _RIGHT),
        "shout.centred": (2, _FULL),
    }  # fmt: skip


def _characters() -> dict[int, str]:
    found = dict.fromkeys(range(0x4E00, 0xA000), "han") | {0x20: "space"}
    groups = {
        "opening": _OPENING, "closing": _CLOSING, "stop": _STOPS, "shout": _SHOUTS,
        "dash": _DASHES, "wide": _WIDE,
    }  # fmt: skip
    found |= {ord(character): f"half{ord(character):02X}" for character in _HALF}
    found |= {ord(character): f"numeral{number}" for number, character in enumerate(_NUMERALS)}
    return found | {ord(character): name for name, text in groups.items() for character in text}


_FEATURES = """\
languagesystem DFLT dflt; languagesystem hani dflt;
languagesystem hani ZHS; languagesystem hani ZHT; languagesystem hani ZHH;
lookup centre { sub stop by stop.centred; sub shout by shout.centred; } centre;
lookup stand {
  sub opening by opening.vert; sub closing by closing.vert; sub dash by dash.vert; sub stop by stop.vert;
  sub shout by shout.vert; sub stop.centred by stop.centred.vert;
} stand;
feature locl {
  script hani; language ZHT exclude_dflt; lookup centre; language ZHH exclude_dflt; lookup centre;
} locl;
feature vert { script hani; lookup stand; language ZHS; language ZHT; language ZHH; } vert;
"""


def solid_face(role: str, family: str) -> bytes:
    """Return the face of a role as a TrueType font with an em box from -120 to 880, as the shipped faces have."""
    builder, glyphs = FontBuilder(1000, isTTF=True), _glyphs(role)
    builder.setupGlyphOrder(list(glyphs))
    builder.setupCharacterMap(_characters())
    outlines, sides = {}, {}
    for name, (_, box) in glyphs.items():
        pen = TTGlyphPen(None)
        left, foot, right, head = (500 * side for side in box or (0, 0, 0, 0))
        if box is not None:
            corners = ((left, foot), (left, head), (right, head), (right, foot))
            pen.moveTo((corners[0][0], corners[0][1] - 120))
            for x, y in corners[1:]:
                pen.lineTo((x, y - 120))
            pen.closePath()
        outlines[name], sides[name] = pen.glyph(), (left, 1000 - head)
    builder.setupGlyf(outlines)
    builder.setupHorizontalMetrics({name: (500 * glyphs[name][0], sides[name][0]) for name in glyphs})
    builder.setupHorizontalHeader(ascent=1080, descent=-320)
    builder.setupVerticalMetrics({name: (1000, sides[name][1]) for name in glyphs})
    builder.setupVerticalHeader(ascent=500, descent=-500)
    builder.setupNameTable({"familyName": family, "styleName": "Regular", "psName": family.replace(" ", "")})
    builder.setupOS2(sTypoAscender=880, sTypoDescender=-120, usWinAscent=1080, usWinDescent=320)
    builder.setupPost()
    builder.addOpenTypeFeatures(_FEATURES)
    stream = io.BytesIO()
    builder.save(stream)
    return stream.getvalue()


def write_faces(folder: Path) -> None:
    """Write the three faces into a folder under the shipped files' names, with the table of what they cover."""
    ranges = " ".join(f"{point:X}" for point in sorted(_characters()))
    rows = []
    for face in FACES.values():
        (folder / face.file).write_bytes(solid_face(face.role, face.family))
        rows.append(f"{face.file}\t{ranges}\n")
    (folder / "coverage.tsv").write_text("".join(rows), encoding="ascii")
