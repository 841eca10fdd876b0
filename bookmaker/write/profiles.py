"""What a PDF is for: a screen, an archive or a press."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

ProfileName: TypeAlias = Literal["screen", "archive", "print"]

BLEED = 3.0
"""Millimetres by which colour reaches over the edge that is cut, as printers in China and Europe ask."""


class Source(msgspec.Struct, frozen=True):
    """A file that is attached as the source of the pages: its name and its bytes, JSON."""

    name: str
    data: bytes


class Condition(msgspec.Struct, frozen=True):
    """A printing condition: its name, that of the ICC's registry if it has one, and the CMYK profile that describes it."""

    name: str
    profile: bytes


class Profile(msgspec.Struct, frozen=True):
    """What a PDF is for, and what goes with it.

    ``source`` is attached to an archive's file, which then is PDF/A-3a instead of PDF/A-2a. ``condition`` is what a
    press prints by (None: the shipped one) and ``multiple`` what the number of its pages is a multiple of.
    """

    name: ProfileName = "screen"
    source: Source | None = None
    condition: Condition | None = None
    multiple: int = 1

    @property
    def is_press(self) -> bool:
        """Whether the pages are for a press: in its colours, with bleed and marks, and nothing to click."""
        return self.name == "print"

    @property
    def suffix(self) -> str:
        """What stands before ``.pdf`` in the name of the file: nothing for the screen."""
        return "" if self.name == "screen" else f".{self.name}"


SCREEN = Profile()
ARCHIVE = Profile("archive")
PRINT = Profile("print")


def choose_profiles(
    names: Iterable[str],
    *,
    source: tuple[str, bytes] | None = None,
    condition: tuple[str, bytes] | None = None,
    multiple: int = 1,
) -> tuple[Profile, ...]:
    """Return the profiles of these names, each once, with what was ordered for them.

    ``source`` and ``condition`` are pairs of a name and bytes, as in ``Source`` and ``Condition``.
    """
    made = {
        "screen": SCREEN,
        "archive": Profile("archive", source=Source(*source) if source else None),
        "print": Profile("print", condition=Condition(*condition) if condition else None, multiple=multiple),
    }
    return tuple(made[name] for name in dict.fromkeys(names))
