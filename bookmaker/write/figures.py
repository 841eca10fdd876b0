"""Figures that find no room at the foot of a page: text goes on there, or they are made smaller.

The engine would leave the rest of the page empty, for it has no floats that rise to a page's head. So while a page
is laid out, the paragraphs that follow a figure without room are put before it, one by one, as long as there is room
for lines of them; the figure then stands behind them, in the file as well, and is so heard and copied. It keeps its
place among figures, and stays in front of the next head. Where nothing follows that could come before it, it is made
smaller by whole lines, to no less than ``SMALLEST``. Lengths are the engine's pixels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from weasyprint.css.properties import Dimension
from weasyprint.layout import block

from bookmaker.write.document import ABOVE, EM, GRID, HEIGHT, caption_height
from bookmaker.write.vertical import INSET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookmaker.write.engine import Replacement

_POINT = 4 / 3
_LINE, _EM, _INSET = GRID * _POINT, EM * _POINT, INSET * _POINT
_LEAST = 2 * _LINE
"""What of a paragraph stands at the foot of a page at least."""

_HAIR = 0.01
"""What a float must be smaller than the room for it, as the engine reckons."""

SMALLEST = 0.6
"""What is left of a picture's sides at least."""

_engine_in_flow_layout = block._in_flow_layout


def _height(box: Any) -> float | None:
    """Return the height of a figure, None for anything else."""
    if box.element is None or box.element_tag != "figure" or HEIGHT not in box.element.attrib:
        return None
    height: float = box.__dict__.get("bookmaker_height", float(box.element.get(HEIGHT)) * _POINT)
    return height


def _in_flow_layout(  # noqa: PLR0917 - WeasyPrint's own parameters
    context: Any,
    box: Any,
    index: int,
    child: Any,
    new_children: list[Any],
    page_is_empty: bool,
    absolute_boxes: list[Any],
    fixed_boxes: list[Any],
    adjoining_margins: list[float],
    bottom_space: float,
    position_y: float,
    skip_stack: Any,
    *rest: Any,
) -> Any:
    """Lay out a child of a box, and make room for a figure that has none."""
    before = box.children
    if skip_stack is None and new_children and not context.in_column:
        top = position_y + max(adjoining_margins, default=0.0)
        _make_room(context, box, index, new_children[-1], bottom_space, top)
    current = box.children[index]
    if current is not child:  # now, or since the engine took its list of children
        current.position_x, current.position_y = child.position_x, child.position_y
    made = _engine_in_flow_layout(
        context, box, index, current, new_children, page_is_empty, absolute_boxes, fixed_boxes,
        adjoining_margins, bottom_space, position_y, skip_stack, *rest,
    )  # fmt: skip
    placed = made[6]
    if box.children is not before and not (placed and placed[-1].index == index):
        box.children = before  # no line of the paragraph has found room
    return made


def _make_room(  # noqa: PLR0917
    context: Any, box: Any, index: int, last: Any, bottom_space: float, top: float
) -> None:
    """Put the next paragraph before a figure that has no room below ``last``, or make the figure smaller."""
    children = box.children
    figure = children[index]
    height = _height(figure)
    if height is None:
        return
    # Floats are cleared by figures.
    cleared = max([top, *(shape.position_y + shape.margin_height() for shape in context.excluded_shapes)])
    if not context.overflows_page(bottom_space, cleared + height):
        return
    following = index + 1
    while following < len(children) and _height(children[following]) is not None:
        following += 1
    if following == len(children) or children[following].element_tag != "p" or _class_of(last) == "lead":
        lines = int(height / _LINE)
        while lines and context.overflows_page(bottom_space, cleared + lines * _LINE):
            lines -= 1
        _shrink(figure, lines)
    elif not context.overflows_page(bottom_space, top + _LEAST):
        text = children[following]
        box.children = [*children[:index], text, *children[index:following], *children[following + 1 :]]


def _shrink(figure: Any, lines: int) -> None:
    """Make a figure so many lines high, unless its picture would be too small."""
    parts: dict[str, Any] = {}
    for part in figure.descendants():
        parts.setdefault(part.element_tag, part)  # the box before what it holds
    picture, lying, caption = parts["img"], parts.get("div"), parts.get("figcaption")
    width, height = (picture.style[side].value for side in ("width", "height"))
    if lying is not None:
        if "beside" not in _class_of(lying).split():
            return
        scale = (lines * _LINE - 2 * _INSET - _HAIR) / width
        if scale < _smallest(figure):
            return
        _set(picture, width=width * scale, height=height * scale)
        turned = (
            ("translate", (Dimension(0, "px"), Dimension(width * scale, "px"))),
            *picture.style["transform"][1:],
        )
        picture.style["transform"] = turned
        # Text beside it is of whole ems.
        beside = lying.style["margin_right"].value + height * (1 - scale)
        beside -= max(0, int(beside / _EM) - 1) * _EM
        _set(lying, width=height * scale, height=width * scale, margin_right=beside)
    else:
        text = "".join(caption.element.itertext()) if caption is not None else ""
        measure = caption.style["width"].value if caption is not None else width
        is_as_wide = abs(measure - width) < 1
        for percent in range(100, int(_smallest(figure) * 100) - 1, -1):
            scale = percent / 100
            below = caption_height(text, (measure * scale if is_as_wide else measure) / _POINT) * _POINT
            if (spare := lines * _LINE - height * scale - below) >= 0.6 * _LINE:
                break
        else:
            return
        _set(picture, width=width * scale, height=height * scale)
        _set(figure, padding_top=spare * ABOVE, padding_bottom=spare * (1 - ABOVE))
        if is_as_wide and caption is not None:
            _set(caption, width=measure * scale)
    figure.bookmaker_height = lines * _LINE
    figure.bookmaker_scale = figure.__dict__.get("bookmaker_scale", 1.0) * scale


def _smallest(figure: Any) -> float:
    """Return by how much the picture of a figure, which may be smaller already, can be scaled."""
    return SMALLEST / float(figure.__dict__.get("bookmaker_scale", 1.0))


def _set(box: Any, **lengths: float) -> None:
    box.style = box.style.copy()
    for name, length in lengths.items():
        box.style[name] = Dimension(length, "px")


def _class_of(box: Any) -> str:
    return str(box.element.get("class", "")) if box.element is not None else ""


REPLACEMENTS: Sequence[Replacement] = ((block, "_in_flow_layout", _in_flow_layout),)
"""What replaces the engine's functions while pages are laid out."""
