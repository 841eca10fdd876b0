"""Emphasis dots (着重号): one below each Han character of a horizontal line, one right of it on a vertical page.

CLREQ, "emphasis dots": marks get none, and neither do Western words. The engine knows no ``text-emphasis``, so the
dots are drawn after the text (``bookmaker.write.dots``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from bookmaker.model import Mode

DOTS = "data-dots"
"""Attribute of elements whose text is dotted; its value says on which side of the line."""


def mark_emphasis(tree: Element, mode: Mode) -> None:
    """Give all elements of stressed words the attribute ``DOTS``; above a line that is turned is right of it."""
    side = "above" if mode == "vertical" else "below"
    for stressed in tree.iter("em"):
        if stressed.get("class") == "emphasis":
            for element in stressed.iter():
                element.set(DOTS, side)
