"""Drawing of emphasis dots, which elements are marked for (``bookmaker.write.emphasis``).

They are artifacts, which no program takes for text.
"""

from __future__ import annotations

from typing import Any

from bookmaker.write.composition import ComposedLayout
from bookmaker.write.emphasis import DOTS
from bookmaker.write.kinds import Kind, kind
from bookmaker.write.measuring import advances

RADIUS = 0.075
_BELOW, _ABOVE = 0.3, -1.05
_ROUND = 0.5523


def draw_dots(stream: Any, box: Any) -> None:
    """Draw the dots of a text box that was drawn, if it has any; lengths are the engine's pixels."""
    side = box.element.get(DOTS) if box.element is not None else None
    layout = getattr(box, "pango_layout", None)
    if side is None or not isinstance(layout, ComposedLayout):
        return
    size = box.style["font_size"]
    y = box.position_y + box.baseline + (_BELOW if side == "below" else _ABOVE) * size
    x = box.position_x - layout.shift
    with stream.artifact(), stream.stacked():
        stream.set_color(box.style["color"])
        for i, (character, width) in enumerate(advances(box.text, box.style)):
            if kind(character) is Kind.HAN:
                _circle(stream, x + width / 2, y, RADIUS * size)
            x += width + layout.gaps.get(i, 0.0)
        stream.fill()


def _circle(stream: Any, x: float, y: float, radius: float) -> None:
    bend = radius * _ROUND
    stream.move_to(x + radius, y)
    stream.curve_to(x + radius, y + bend, x + bend, y + radius, x, y + radius)
    stream.curve_to(x - bend, y + radius, x - radius, y + bend, x - radius, y)
    stream.curve_to(x - radius, y - bend, x - bend, y - radius, x, y - radius)
    stream.curve_to(x + bend, y - radius, x + radius, y - bend, x + radius, y)
    stream.close()
