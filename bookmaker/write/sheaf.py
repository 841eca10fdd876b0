"""A sheaf: the pages of one chapter, laid out and drawn by themselves, before they have a place in the book.

Nothing in a sheaf depends on where in the book it will stand. Objects refer to one another by numbers of their own,
which are made those of the file when sheaves are joined; pages are drawn as right pages, with what must be said
otherwise on a left page said in both ways; running heads and page numbers come later. So sheaves can be made in
any order, by several processes, and be kept for the next build. All is plain data.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

Side: TypeAlias = Literal["left", "right"]

PAGES, DOCUMENT, FONTS, FIRST = 1, 2, 3, 4
"""Numbers that mean the same in every sheaf: the page tree, the structure's root element, the fonts; then its own."""


class Record(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Base of what is sent between processes and kept in the cache."""


class Item(Record, frozen=True):
    """One object of a PDF: its text, in which every ``%d`` stands for a number that only the file knows.

    ``numbers`` are those of other objects of the sheaf, or, negative, of keys of the structure's parent tree: -1
    is the first. ``left`` is the text for a left page, where that differs; ``stream`` the content of a stream.
    """

    text: bytes
    numbers: tuple[int, ...] = ()
    stream: bytes | None = None
    left: bytes | None = None


class Leaf(Record, frozen=True):
    """One page: the name of its kind in the style sheet, its content, links, and places that links lead to.

    ``number`` is the page's own among the sheaf's objects, ``key`` its key in the parent tree; places are in points
    from the left bottom corner of the right page.
    """

    kind: str
    number: int
    content: int
    annotations: tuple[int, ...] = ()
    key: int | None = None
    anchors: tuple[tuple[str, float, float], ...] = ()


class Glyphs(Record, frozen=True):
    """What of a font a sheaf shows: advances in thousandths of an em, and text, of glyphs by their numbers.

    ``font`` is the engine's name of it within pages; family, style, weight, variations and size (in pixels) find it
    again.
    """

    font: str
    family: str
    style: int
    weight: int
    variations: tuple[tuple[str, float], ...]
    size: float
    widths: dict[int, float]
    texts: dict[int, str]


class Sheaf(Record, frozen=True):
    """The pages of one chapter, with all they need.

    ``items`` are objects from number ``FIRST`` on, None where a page will be put in; ``elements`` the chapter's parts
    in the structure tree; ``parents`` what the parent tree has for each key: one element, or those of a page.
    """

    leaves: tuple[Leaf, ...]
    items: tuple[Item | None, ...]
    resources: int
    fonts: tuple[Glyphs, ...]
    elements: tuple[int, ...] = ()
    parents: tuple[int | tuple[int, ...], ...] = ()
    warnings: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


class Embedded(Record, frozen=True):
    """A font as a file embeds it: its objects, from number ``FIRST`` on, and the number of its dictionary."""

    items: tuple[Item, ...]
    number: int
