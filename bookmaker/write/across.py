"""What stands across a column in one em (tate-chu-yoko), as glyphs of a turned face.

A short number is one glyph, and so is a pair of marks or a short name like A4; each is put in place by the face's
own substitutions. To the layout engine the text stays text: it breaks, justifies and extracts as any other.

Numbers of one to three digits that belong to no longer word come by themselves (feature ``ccmp``);
``WORD_JOINER`` behind one keeps it on its side. Where the markup asks for it (feature ``ss01``), other text is set
across, and letters stand upright one below another (CLREQ, "mixed text composition in vertical writing mode").
Lengths are units of the em.
"""

from __future__ import annotations

import re
from struct import unpack_from
from typing import TYPE_CHECKING, Any

import msgspec
from fontTools.ttLib.tables import _g_l_y_f as glyphs

from bookmaker.write.numbers import DIGITS, WORD, WORD_JOINER
from bookmaker.write.turning import turned

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from fontTools.ttLib import TTFont

UNITS_PER_EM, MIDDLE = 1000, 380

_NUMBER_ADVANCE = 750
"""What a number advances: with 1/8 em beside Han on both sides, as all Western text has, one em."""

_WIDEST = 960
"""Widest that anything across may be; what is wider is condensed."""


class Drawn(msgspec.Struct, frozen=True):
    """An outline as it stood before anything was turned, and its advance."""

    points: Any
    ends: Sequence[int]
    flags: Any
    advance: int


def draw(font: TTFont, names: Mapping[str, str]) -> dict[str, Drawn]:
    """Return the outlines of the glyphs that ``names`` gives for characters."""
    outlines, metrics = font["glyf"], font["hmtx"].metrics
    drawn = {}
    for character, name in names.items():
        if outlines[name].numberOfContours:
            points, ends, flags = outlines[name].getCoordinates(outlines)
            drawn[character] = Drawn(points, ends, flags, metrics[name][0])
    return drawn


def compiled(outlines: Any, points: Any, ends: Sequence[int], flags: Any) -> bytes:
    """Return a simple glyph as bytes."""
    glyph = glyphs.Glyph()
    glyph.numberOfContours = len(ends)
    glyph.coordinates, glyph.endPtsOfContours, glyph.flags = points, list(ends), flags
    glyph.program = glyphs.ttProgram.Program()
    glyph.program.fromBytecode(b"")
    data: bytes = glyph.compile(outlines, recalcBBoxes=True)
    return data


class Builder:
    """Adds glyphs to a turned face; ``forms`` names the glyphs of its characters."""

    def __init__(self, font: TTFont, forms: Mapping[str, str], drawn: Mapping[str, Drawn]) -> None:
        self._font = font
        self._forms = forms
        self._drawn = drawn
        self._order = list(font.getGlyphOrder())

    def numbers(self, numbers: Iterable[str]) -> tuple[str, str]:
        """Add every number, and return lookups and the rules of ``ccmp`` that put them in place."""
        lines: dict[int, list[str]] = {3: [], 2: [], 1: []}
        for number in sorted(numbers):
            if rule := self._glyph(number, f"number{number}", _NUMBER_ADVANCE):
                lines[len(number)].append(rule)
        if not any(lines.values()):
            return "", ""
        joiner = self._word_joiner()
        digit = f"[{' '.join(self._forms[digit] for digit in DIGITS)}]"
        member = re.compile(f"[{WORD}]")
        names = {name for character, name in self._forms.items() if member.fullmatch(character)}
        word = f"[{' '.join(sorted(names))}]"
        after = f"[{' '.join(sorted(names | {joiner}))}]"
        lookups, rules = "", [f"ignore sub {word} {digit}';"]
        for count, made in lines.items():
            rest = f" {digit}" * (count - 1)
            rules.append(f"ignore sub {digit}'{rest} {after};")
            if made:
                lookups += f"lookup digits{count} {{ {' '.join(made)} }} digits{count};\n"
                marked = f" {digit}'" * (count - 1)
                rules.append(f"sub {digit}' lookup digits{count}{marked};")
        return lookups, f"lookup numbers {{ {' '.join(rules)} }} numbers;\n"

    def marked(self, across: Iterable[str], letters: Iterable[str]) -> str:
        """Add what the markup sets across and the letters that it sets upright; return the rules of ``ss01``."""
        wanted = sorted(set(across), key=lambda text: (-len(text), text))
        joined = [self._glyph(text, f"across{number}", UNITS_PER_EM) for number, text in enumerate(wanted)]
        single = [
            self._glyph(letter, f"upright{ord(letter):04X}", UNITS_PER_EM) for letter in sorted(letters)
        ]
        return "".join(
            f"lookup {name} {{ {' '.join(filter(None, rules))} }} {name};\n"
            for name, rules in (("joined", joined), ("single", single))
            if any(rules)
        )

    def finish(self) -> None:
        """Tell the face of its new glyphs."""
        self._font["glyf"].glyphOrder = self._order
        self._font.setGlyphOrder(self._order)

    def _glyph(self, text: str, name: str, advance: int) -> str | None:
        """Add the glyph of ``text`` and return the substitution that leads to it, None if it cannot be drawn."""
        if not text or not all(character in self._drawn and character in self._forms for character in text):
            return None
        data = self._upright([self._drawn[character] for character in text], advance)
        self._font["glyf"].glyphs[name] = glyphs.Glyph(data)
        self._font["hmtx"].metrics[name] = advance, unpack_from(">h", data, 2)[0]
        self._order.append(name)
        return f"sub {' '.join(self._forms[character] for character in text)} by {name};"

    def _word_joiner(self) -> str:
        if WORD_JOINER in self._forms:
            return self._forms[WORD_JOINER]
        name = "wordjoiner"
        self._font["glyf"].glyphs[name] = glyphs.Glyph(b"")
        self._font["hmtx"].metrics[name] = 0, 0
        self._order.append(name)
        for table in self._font["cmap"].tables:
            table.cmap[ord(WORD_JOINER)] = name
        return name

    def _upright(self, parts: Sequence[Drawn], advance: int) -> bytes:
        """Return outlines side by side in one em, turned as all that stands upright, centred in ``advance``."""
        sides = [_sides(part, len(parts)) for part in parts]
        whole = sum(right - left for left, right in sides)
        scale = min(1.0, _WIDEST / whole)
        points = glyphs.GlyphCoordinates()
        flags = bytearray()
        ends: list[int] = []
        x = (UNITS_PER_EM - whole * scale) / 2
        for part, (left, right) in zip(parts, sides, strict=True):
            moved = part.points.copy()
            moved.translate((-left, 0))
            moved.scale((scale, 1))
            moved.translate((x, 0))
            ends += [len(points) + end for end in part.ends]
            points.extend(moved)
            flags += part.flags
            x += (right - left) * scale
        points.toInt()
        data = compiled(self._font["glyf"], points, ends, flags)
        bottom, top = unpack_from(">h", data, 4)[0], unpack_from(">h", data, 8)[0]
        return turned(data, (advance + bottom + top) // 2, MIDDLE - UNITS_PER_EM // 2)


def _sides(part: Drawn, count: int) -> tuple[float, float]:
    """Return where a part begins and ends: of a full-width mark among several, half an em about its ink."""
    if count == 1 or part.advance < UNITS_PER_EM:
        return 0.0, float(part.advance)
    across = [x for x, _ in part.points]
    middle = (min(across) + max(across)) / 2
    return middle - UNITS_PER_EM / 4, middle + UNITS_PER_EM / 4
