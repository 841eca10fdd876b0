"""Edition faces: a shipped face reduced to what one edition needs, its language's forms baked in.

A face for vertical pages is also turned: characters that stand upright in a column (``orientation``) lie on
their left side in it, so that text set in lines from left to right, on a page that is then turned clockwise,
reads in columns from right to left. Such a face also has upright glyphs for what stands across a column in one
em (``bookmaker.write.across``).
"""

from __future__ import annotations

from hashlib import sha256
from struct import unpack_from
from typing import TYPE_CHECKING

import msgspec

from bookmaker.write.cache import cached
from bookmaker.write.numbers import NUMBER

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from bookmaker.resources import Face

VERSION = 1
"""Raised with every change of what is baked, so that faces from before are not taken from the cache."""


class Recipe(msgspec.Struct, frozen=True):
    """What an edition face is made of: a shipped face, the text it must set, its language, and how it lies.

    ``family`` is the name it gets, that of the shipped face where it is empty. A turned face also has
    ``numbers`` that come across a column by themselves, and what markup sets ``across`` or upright
    (``letters``), see ``bookmaker.write.across``.
    """

    face: Face
    characters: frozenset[str]
    language: str
    turned: bool = False
    family: str = ""
    numbers: frozenset[str] = frozenset()
    across: frozenset[str] = frozenset()
    letters: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        face: Face,
        text: Iterable[str],
        language: str,
        *,
        turned: bool = False,
        family: str = "",
        across: Iterable[str] = (),
        letters: Iterable[str] = (),
    ) -> Recipe:
        """Return the recipe of ``face`` for all of ``text``, whose numbers a turned face sets across."""
        characters: set[str] = set()
        numbers: set[str] = set()
        for piece in text:
            characters.update(piece)
            if turned:
                numbers.update(NUMBER.findall(piece))
        return cls(
            face, frozenset(characters), language, turned, family,
            frozenset(numbers), frozenset(across), frozenset(letters),
        )  # fmt: skip

    @property
    def key(self) -> str:
        """A digest of everything that the baked face depends on, the source face's content included."""
        digest = sha256(f"{VERSION} {self.language} {self.turned} {self.family}\n".encode())
        digest.update(face_fingerprint(self.face.path))
        for part in (self.characters, self.numbers, self.across, self.letters):
            digest.update("\0".join([*sorted(part), "\n"]).encode("utf-32"))
        return digest.hexdigest()


def edition_face(recipe: Recipe) -> Path:
    """Return the file of the face of ``recipe``, baked only if the user's cache lacks it."""

    def make() -> bytes:
        from bookmaker.write.baking import bake  # noqa: PLC0415 - the font tools take long to load

        return bake(recipe)

    return cached(recipe.key, make)


def face_fingerprint(path: Path) -> bytes:
    """Return the table directory of a font, which holds a checksum of every table."""
    with path.open("rb") as stream:
        head = stream.read(12)
        tables: int = unpack_from(">H", head, 4)[0]
        return head + stream.read(16 * tables)
