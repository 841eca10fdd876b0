"""Where the shipped files lie, and which faces are among them: the only module that looks for them.

In an installed package ``styles``, ``fonts`` and ``schema`` lie inside ``bookmaker``; in a checkout they lie
beside it. Nothing here opens a font: what a face covers is read from ``fonts/coverage.tsv``, which
``fonts/make_faces.py`` writes together with the faces.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from bookmaker.diagnostics import OutputError
from bookmaker.model import Record

if TYPE_CHECKING:
    from collections.abc import Collection

Role: TypeAlias = Literal["song", "hei", "kai"]
"""What a face is for: Song sets the body, Hei the heads, Kai leads, bylines, quotes and captions."""


class Face(Record, frozen=True):
    """One shipped face: its role, CSS family and weight, and its file in the fonts folder."""

    role: Role
    family: str
    weight: int
    file: str

    @property
    def path(self) -> Path:
        """Absolute path of the font file; raises OutputError if the installation lacks it."""
        path = fonts_dir() / self.file
        if not path.is_file():
            raise OutputError(f"the font {path} is missing: reinstall bookmaker")
        return path


FACES: dict[Role, Face] = {
    "song": Face(role="song", family="Bookmaker Song", weight=400, file="BookmakerSong-Regular.ttf"),
    "hei": Face(role="hei", family="Bookmaker Hei", weight=500, file="BookmakerHei-Medium.ttf"),
    "kai": Face(role="kai", family="Bookmaker Kai", weight=400, file="BookmakerKai-Regular.ttf"),
}
"""The shipped faces by role; bold Song is set in Hei, as Chinese magazines do."""


@cache
def _folder(name: str) -> Path:
    package = Path(__file__).resolve().parent
    for place in (package / name, package.parent / name):
        if place.is_dir():
            return place
    raise OutputError(f"the folder {name} of bookmaker is missing beside {package}: reinstall bookmaker")


def styles_dir() -> Path:
    """Return the folder of style sheets; raises OutputError if the installation lacks it."""
    return _folder("styles")


def fonts_dir() -> Path:
    """Return the folder of faces and their licences; raises OutputError if the installation lacks it."""
    return _folder("fonts")


def schema_dir() -> Path:
    """Return the folder of JSON Schemas; raises OutputError if the installation lacks it."""
    return _folder("schema")


@cache
def _coverage() -> dict[str, str]:
    path = fonts_dir() / "coverage.tsv"
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except OSError as error:
        raise OutputError(f"the coverage table {path} cannot be read: {error.strerror}") from error
    return dict(line.split("\t", 1) for line in lines if line and not line.startswith("#"))


@cache
def repertoire(face: Face) -> frozenset[int]:
    """Return the code points that ``face`` maps to a glyph, as ``fonts/coverage.tsv`` records them.

    Raises OutputError if the table is missing or has no line for the face.
    """
    return frozenset(point for points in _ranges(face) for point in points)


def uncovered(face: Face, points: Collection[int]) -> set[int]:
    """Return those of some code points that ``face`` lacks; raises what ``repertoire`` raises."""
    if not points:
        return set()
    ranges = _ranges(face)
    starts = [part.start for part in ranges]
    return {point for point in points if point not in ranges[bisect_right(starts, point) - 1]}


def _ranges(face: Face) -> list[range]:
    try:
        parts = _coverage()[face.file].split(" ")
    except KeyError as error:
        raise OutputError(f"{fonts_dir() / 'coverage.tsv'} has no line for {face.file}") from error
    bounds = (part.partition("-") for part in parts)
    return [range(int(first, 16), int(last or first, 16) + 1) for first, _, last in bounds]
