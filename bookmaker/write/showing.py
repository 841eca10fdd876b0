"""Showing composed lines: glyphs put into a page's content one after another, each piece of text shaped once.

WeasyPrint has every line shaped twice, to break it and to show it. The lines of ``bookmaker.write.composition`` are
cut by the widths of pieces that no line break divides, which nothing beside them changes; so their glyphs are found
once for each piece and face. Whatever is more than glyphs on a base line, such as underlines, goes the engine's way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import weasyprint.draw
from weasyprint.text import line_break
from weasyprint.text.ffi import FROM_UNITS, ffi, pango
from weasyprint.text.fonts import get_pango_font_key

from bookmaker.write.composition import ComposedLayout
from bookmaker.write.kinds import Kind, kind, split_units

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookmaker.write.engine import Replacement

_engine_draw_text = weasyprint.draw.draw_text

_ABSOLUTE_SIZES = 14802
"""The version of Pango from which on the sizes of fonts are those that were asked for."""


class _Glyph(NamedTuple):
    """A glyph: its font by the engine's key, its number as shown, advance in thousandths of an em, and text.

    ``rest`` is what its advance in the line is more than that.
    """

    font: int
    size: float
    number: int
    shown: str
    advance: int
    rest: float
    text: str


class _Shapes(dict[str, "tuple[_Glyph, ...] | None"]):
    """The glyphs of pieces of text in one style; None for a piece that is left to the engine.

    ``stream`` is the content that is drawn, whose table of fonts gets those of the glyphs.
    """

    def __init__(self, style: Any) -> None:
        self._layout = line_break.Layout(style)
        self.stream: Any = None
        self._logical = ffi.new("PangoRectangle *")

    def __missing__(self, piece: str) -> tuple[_Glyph, ...] | None:
        found = self[piece] = self._shape(piece)
        return found

    def learn(self, text: str) -> None:
        """Shape the ideographs of a line at once, on which nothing beside them has an effect."""
        new = "".join({piece for piece in text if piece not in self and kind(piece) is Kind.HAN})
        shaped = self._shape(new) if new else ()
        if shaped is not None and [glyph.text for glyph in shaped] == list(new):
            self.update((glyph.text, (glyph,)) for glyph in shaped)

    def _shape(self, piece: str) -> tuple[_Glyph, ...] | None:
        # Marks take other glyphs beside ideographs than alone (``bookmaker.write.measuring``).
        beside = "" if kind(piece[0]) in (Kind.WESTERN, Kind.SPACE) else "水"
        before, data = len(beside.encode()), piece.encode()
        self._layout.set_text(f"{beside}{piece}{beside}")
        line, _ = self._layout.get_first_line()
        glyphs: list[_Glyph] = []
        run = line.runs
        while run != ffi.NULL:
            item, run = run.data, run.next
            first = item.item.offset - before
            if first + item.item.length <= 0 or first >= len(data):
                continue
            if item.item.analysis.level % 2:
                return None
            made = self._glyphs(item, first, data)
            if made is None:
                return None
            glyphs += made
        return tuple(glyphs)

    def _glyphs(self, item: Any, first: int, data: bytes) -> list[_Glyph] | None:
        """Return the glyphs of a run whose text begins at byte ``first``, as far as they are of ``data``."""
        font = item.item.analysis.font
        key, _, size = get_pango_font_key(font)
        self.stream.add_font(font)
        made = []
        clusters, count = item.glyphs.log_clusters, item.glyphs.num_glyphs
        for i in range(count):
            begin = first + clusters[i]
            end = first + (clusters[i + 1] if i + 1 < count else item.item.length)
            if not 0 <= begin < len(data):
                continue
            shape = item.glyphs.glyphs[i]
            if shape.glyph == pango.PANGO_GLYPH_EMPTY and not shape.geometry.width:
                continue
            # Greater are the numbers of what no font has.
            if shape.glyph > 0xFFFF or shape.geometry.x_offset or shape.geometry.y_offset:
                return None
            pango.pango_font_get_glyph_extents(font, shape.glyph, ffi.NULL, self._logical)
            scale = 1000 * FROM_UNITS / size
            advance = round(self._logical.width * scale)
            rest = shape.geometry.width * scale - advance
            text = data[begin:end].decode()
            made.append(_Glyph(key, size, shape.glyph, f"{shape.glyph:04x}", advance, rest, text))
        return made


def _shapes_of(style: Any) -> _Shapes:
    found: _Shapes | None = style.__dict__.get("bookmaker_shapes")
    if found is None:
        known = style.font_config.__dict__.setdefault("bookmaker_shapes", {})
        key = line_break._font_style_cache_key(style, include_size=True)
        if key not in known:
            known[key] = _Shapes(style)
        found = style.__dict__["bookmaker_shapes"] = known[key]
    return found


def _draw_text(stream: Any, textbox: Any, offset_x: float, text_overflow: str, block_ellipsis: str) -> None:
    style, layout = textbox.style, textbox.pango_layout
    is_plain = (
        isinstance(layout, ComposedLayout)
        and text_overflow == "clip"
        and block_ellipsis == "none"
        and style["text_decoration_line"] == "none"
        and style["visibility"] == "visible"
        and pango.pango_version() >= _ABSOLUTE_SIZES
    )
    line = _line(stream, layout, style) if is_plain else None
    if not line:
        _engine_draw_text(stream, textbox, offset_x, text_overflow, block_ellipsis)
        return
    stream.set_color(style["color"])
    stream.begin_text()
    stream.set_text_matrix(
        1, 0, 0, -1, textbox.position_x - layout.shift, textbox.position_y + textbox.baseline
    )
    for font, size, shown in line:
        stream.set_font_size(font, size)
        stream.show_text(shown)
    stream.end_text()


def _line(stream: Any, layout: ComposedLayout, style: Any) -> list[tuple[str, float, str]] | None:
    """Return the pieces of a line that are of one font: its name, its size, and what is shown of it.

    Text is moved by whole thousandths of an em; the rest is owed to the next glyph. None stands for a line that is left
    to the engine.
    """
    text, gaps, shapes, fonts = layout.text, layout.gaps, _shapes_of(style), stream._fonts
    shapes.stream = stream
    shapes.learn(text)
    scale = 1000 / style["font_size"]
    owed = 0.0
    made: list[tuple[str, float, list[str]]] = []
    current: tuple[int, float] | None = None
    starts = split_units(text)
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        piece = shapes[text[start:end]]
        if piece is None:
            return None
        for key, size, number, code, advance, rest, characters in piece:
            if (key, size) != current:
                font = fonts[key]
                if font.bitmap or font.svg or font.png or font.colr:
                    return None
                current = key, size
                shown: list[str] = []
                made.append((font.hash, size, shown))
            if step := round(owed):
                shown.append(f">{-step}<")
                owed -= step
            shown.append(code)
            if number not in font.to_unicode:
                font.to_unicode[number] = characters
            if number not in font.widths:
                font.widths[number] = advance
            owed += rest
        if gap := gaps.get(end - 1):
            owed += gap * scale
    return [(name, size, f"<{''.join(shown)}>".replace("<>", "")) for name, size, shown in made]


REPLACEMENTS: Sequence[Replacement] = ((weasyprint.draw, "draw_text", _draw_text),)
"""What replaces the engine's functions while pages are drawn."""
