"""Which quotation marks a region sets in which writing mode.

Mainland China sets “‘ ’” in horizontal and 『「 」』 in vertical text, Taiwan and Hong Kong 「『 』」 in both
(CLREQ, "Quotation marks"; GB/T 15834–2011, 4.8).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from bookmaker.model import Mode

Style: TypeAlias = tuple[str, str]
"""The pair of outer marks and the pair of inner marks, each opening and closing."""

MAINLAND: Style = ("“”", "‘’")
MAINLAND_VERTICAL: Style = ("『』", "「」")
TRADITIONAL: Style = ("「」", "『』")

CLOSER = {"“": "”", "‘": "’", "「": "」", "『": "』"}
"""The closing mark of each opening one."""


def style_of(language: str, mode: Mode) -> Style:
    """Return the marks of a language (BCP 47) in a writing mode."""
    if "Hant" in language:
        return TRADITIONAL
    return MAINLAND_VERTICAL if mode == "vertical" else MAINLAND
