"""The manner in which pages are drawn, as far as it is that of a whole file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from bookmaker.write.profiles import Condition

PIXEL = 0.75
"""Points of a pixel of CSS."""


class Manner(msgspec.Struct, frozen=True):
    """How pages are drawn: enlarged by ``scale``, with tags or not, and moved by ``shift`` where they are left pages.

    ``turned`` pages are read in columns; a press (``is_press``) gets the colours of its ``condition``, and no links.
    """

    scale: float = 1.0
    tagged: bool = True
    shift: tuple[float, float] = (0.0, 0.0)
    turned: bool = False
    is_press: bool = False
    condition: Condition | None = None
    in_margins: bool = False
    """Whether only what stands in margins is drawn, to be shown by pages of other sheaves."""

    head: float = 0.0
    """Where running heads begin in the line's direction, in pixels; the last column ends as if one followed."""
