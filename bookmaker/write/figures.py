"""Figures that find no room at the foot of a page: text goes on there, and they follow it on the next page.

The engine would leave the rest of the page empty, for it has no floats that rise to a page's head. So while a page
is laid out, the paragraphs that follow a figure without room are put before it, one by one, as long as there is room
for lines of them; the figure then stands behind them, in the file as well, and is so heard and copied. It keeps its
place among figures, and stays in front of the next head. Lengths are the engine's pixels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from weasyprint.layout import block

from bookmaker.write.document import GRID, HEIGHT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookmaker.write.engine import Replacement

_PIXELS_PER_POINT = 4 / 3
_LEAST = 2 * GRID * _PIXELS_PER_POINT
"""What of a paragraph stands at the foot of a page at least."""

_engine_in_flow_layout = block._in_flow_layout


def _height(box: Any) -> float | None:
    """Return the height of a figure, None for anything else."""
    said = box.element.get(HEIGHT) if box.element is not None and box.element_tag == "figure" else None
    return None if said is None else float(said) * _PIXELS_PER_POINT


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
    """Lay out a child of a box, or, in place of a figure without room, the paragraph behind it."""
    before = box.children
    if skip_stack is None and new_children and not context.in_column:
        top = position_y + max(adjoining_margins, default=0.0)
        _put_text_first(context, box, index, new_children[-1], bottom_space, top)
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


def _put_text_first(  # noqa: PLR0917
    context: Any, box: Any, index: int, last: Any, bottom_space: float, top: float
) -> None:
    """Put the next paragraph before a figure that has no room below ``last``, if the paragraph has."""
    children = box.children
    height = _height(children[index])
    if height is None or _class_of(last) == "lead":
        return
    # Floats are cleared by figures.
    cleared = max([top, *(shape.position_y + shape.margin_height() for shape in context.excluded_shapes)])
    if not context.overflows_page(bottom_space, cleared + height):
        return
    following = index + 1
    while following < len(children) and _height(children[following]) is not None:
        following += 1
    if following == len(children) or children[following].element_tag != "p":
        return
    if not context.overflows_page(bottom_space, top + _LEAST):
        text = children[following]
        box.children = [*children[:index], text, *children[index:following], *children[following + 1 :]]


def _class_of(box: Any) -> str:
    return str(box.element.get("class", "")) if box.element is not None else ""


REPLACEMENTS: Sequence[Replacement] = ((block, "_in_flow_layout", _in_flow_layout),)
"""What replaces the engine's functions while pages are laid out."""
