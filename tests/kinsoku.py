"""Line breaking in ems, after CLREQ 3.1.3: the ground on which the tests' typesetter stands.

Closing marks never begin a line, opening marks never end one, a number or a Latin word is not broken, and the
two halves of —— and …… stay together.
"""

from __future__ import annotations

import re

_OPENING = "“‘（《〈「『【〔"
_CLOSING = "”’）》〉」』】〕，。、；：！？·.,;:!?)"
_UNIT = re.compile(
    rf"[{_OPENING}]*"
    r"(?:[A-Za-z0-9]+(?:[.,:/+%\-][A-Za-z0-9]+)*[%‰℃]?|——|……|\s+|.)"
    rf"[{_CLOSING}]*"
)


def ems(text: str) -> float:
    """Width of a text set solid, in ems."""
    return sum(0.5 if character < "\u0250" and character != "·" else 1.0 for character in text)


def units(text: str) -> list[str]:
    """The parts of a text between which a line may break; blanks are parts of their own."""
    return _UNIT.findall(text)


def wrap(text: str, width: float, indent: float = 0) -> list[str]:
    """Break a text into lines of ``width``, for what stands outside the columns."""
    lines, line, used, room = [], "", 0.0, width - indent
    for unit in units(text):
        size = ems(unit)
        if line and used + size > room:
            lines.append(line.strip())
            line, used, room = "", 0.0, width
        line += unit
        used += size
    return [*lines, line.strip()] if line.strip() else lines
