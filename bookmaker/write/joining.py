"""Joining: sheaves in their places become one PDF.

Objects of all sheaves get numbers of the file, pages their sides, heads and numbers; then comes what only the file
has: fonts, outline, names of places, and what describes it (``bookmaker.write.description``). Lengths are points.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pydyf

from bookmaker.write import press
from bookmaker.write.description import describe
from bookmaker.write.imposition import PLAIN, anchors, page_number
from bookmaker.write.pdf_file import File, reference, stream, written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from bookmaker.book import Book, Entry
    from bookmaker.write.furniture import Furniture, Heads
    from bookmaker.write.imposition import Placed
    from bookmaker.write.profiles import Profile
    from bookmaker.write.sheaf import Embedded, Sheaf


class Trim(msgspec.Struct, frozen=True):
    """A finished page as it is laid out: its sides, and how far a right page moves to be a left one."""

    width: float
    height: float
    shift: tuple[float, float]
    turned: bool


class Parts(msgspec.Struct, frozen=True):
    """What a book is joined from: sheaves, their pages in place, furniture and fonts, and what heads each sheaf shows."""

    sheaves: Sequence[Sheaf]
    placed: Sequence[Placed]
    furniture: Furniture
    fonts: Mapping[str, Embedded]
    heads: Sequence[Heads]
    opening: Heads
    trim: Trim


def join(book: Book, profile: Profile, parts: Parts) -> tuple[bytes, int]:
    """Return the file of a profile and the number of its pages."""
    file = File(tagged=not profile.is_press)
    places = anchors(parts.placed, parts.trim.shift)
    pages = _Pages(file, book, profile, parts).add()
    pages += _blank_pages(file, profile, parts.trim, -len(pages) % profile.multiple)
    file.pdf.pages["Count"] = len(pages)
    file.embed(parts.fonts)
    if not profile.is_press:
        _name_places(file, places, pages)
        if entries := _outline(book.outline, places):
            file.pdf.catalog["Outlines"] = _add_outline(file, entries, pages)
    file.close_structure()
    if parts.trim.turned:
        file.pdf.catalog["ViewerPreferences"]["Direction"] = "/R2L"
    describe(file.pdf, book, profile)
    version = "1.6" if profile.is_press else "1.7"
    return written(file.pdf, version, book.identifier.removeprefix("urn:uuid:")), len(pages)


class _Pages:
    """Adds the pages of a book to a file."""

    def __init__(self, file: File, book: Book, profile: Profile, parts: Parts) -> None:
        self._file = file
        self._parts = parts
        self._mode = book.edition.mode
        self._boxes = _boxes(profile, parts.trim)
        self._colour = b"0 0 0 1 k" if profile.is_press else b"0 0 0 rg"
        self._marks = [file.once(stream(press.crop_marks(*_sides(parts.trim))))] if profile.is_press else []

    def add(self) -> list[bytes]:
        """Add all sheaves with their pages; return references to these."""
        parts, file = self._parts, self._file
        sides: list[dict[int, bool]] = [{} for _ in parts.sheaves]
        for page in parts.placed:
            sides[page.sheaf][page.leaf.number] = page.is_moved
        keys = []
        numbers = []
        for sheaf, moved in zip(parts.sheaves, sides, strict=True):
            keys.append(file.keys)
            numbers.append(file.place(sheaf, moved))
        furniture = file.place(parts.furniture.sheaf, {})
        made = []
        for page in parts.placed:
            number = numbers[page.sheaf]
            entries = self._entries(page, number, furniture)
            if file.tagged and page.leaf.key is not None:
                entries |= {"Tabs": "/S", "StructParents": keys[page.sheaf] + page.leaf.key}
            made.append(file.add_page(number(page.leaf.number), entries))
        return made

    def _entries(
        self, page: Placed, number: Callable[[int], int], furniture: Callable[[int], int]
    ) -> dict[str, Any]:
        parts, file = self._parts, self._file
        contents = [number(page.leaf.content)]
        if page.is_moved and any(parts.trim.shift):
            across, down = parts.trim.shift
            before = file.once(stream(f"q 1 0 0 1 {across:.4f} {down:.4f} cm".encode()))
            contents = [before, *contents, file.once(stream(b"Q"))]
        if page.leaf.kind == PLAIN:
            heads = parts.opening if page.opens else parts.heads[page.sheaf]
            text = page_number(page.number, self._mode)
            shown = parts.furniture.number(text, page.side, self._colour, tagged=file.tagged)
            contents += [furniture(parts.furniture.heads(heads, page.side).content), file.once(stream(shown))]
        entries: dict[str, Any] = {
            "Type": "/Page",
            "Parent": file.pdf.pages.reference,
            **self._boxes,
            "Contents": pydyf.Array([reference(item) for item in contents + self._marks]),
            "Resources": reference(number(parts.sheaves[page.sheaf].resources)),
        }
        if page.leaf.annotations:
            entries["Annots"] = pydyf.Array([reference(number(link)) for link in page.leaf.annotations])
        if parts.trim.turned:
            entries["Rotate"] = 90
        return entries


def _sides(trim: Trim) -> tuple[float, float]:
    return trim.width, trim.height


def _boxes(profile: Profile, trim: Trim) -> dict[str, Any]:
    if profile.is_press:
        return {name: pydyf.Array(box) for name, box in press.boxes(*_sides(trim)).items()}
    whole = pydyf.Array([0, 0, *_sides(trim)])
    return {"MediaBox": whole, "TrimBox": whole, "BleedBox": whole}


def _blank_pages(file: File, profile: Profile, trim: Trim, count: int) -> list[bytes]:
    """Add empty pages at the end."""
    if not count:
        return []
    marks = press.crop_marks(*_sides(trim)) if profile.is_press else b""
    entries = {
        "Type": "/Page",
        "Parent": file.pdf.pages.reference,
        **_boxes(profile, trim),
        "Contents": reference(file.once(stream(marks))),
        "Resources": pydyf.Dictionary(),
        **({"Rotate": 90} if trim.turned else {}),
    }
    return [file.add_page(file.hold(), entries) for _ in range(count)]


# --- places and outline ------------------------------------------------------------------------------


def _destination(page: bytes, x: float, y: float) -> Any:
    return pydyf.Array([page, "/XYZ", x, y, 0])


def _name_places(file: File, places: Mapping[str, tuple[int, float, float]], pages: Sequence[bytes]) -> None:
    """Name the places that links lead to; a name tree is sorted (ISO 32000-1, 7.9.6)."""
    names = pydyf.Array()
    for name in sorted(places):
        number, x, y = places[name]
        names += [pydyf.String(name), _destination(pages[number], x, y)]
    if names:
        file.pdf.catalog["Names"] = pydyf.Dictionary({"Dests": pydyf.Dictionary({"Names": names})})


class _Bookmark(msgspec.Struct, frozen=True):
    """An entry of the outline: its title, where it leads, what stands below it, and whether that is shown."""

    title: str
    place: tuple[int, float, float]
    children: list[_Bookmark]
    is_open: bool


def _outline(entries: Iterable[Entry], places: Mapping[str, tuple[int, float, float]]) -> list[_Bookmark]:
    """Return the outline; an entry without a place is left out, not what stands below it."""
    made: list[_Bookmark] = []
    for entry in entries:
        children = _outline(entry.children, places)
        place = places.get(entry.href.partition("#")[2])
        if place is None:
            made += children
        else:
            made.append(_Bookmark(entry.title, place, children, entry.kind == "section"))
    return made


def _add_outline(file: File, entries: Sequence[_Bookmark], pages: Sequence[bytes]) -> bytes:
    """Add the outline's objects; return a reference to the root (ISO 32000-1, 12.3.3)."""
    root = pydyf.Dictionary({"Type": "/Outlines"})
    file.add(root)
    root["Count"] = _add_entries(file, entries, pages, root)
    return reference(root.number)


def _add_entries(file: File, entries: Sequence[_Bookmark], pages: Sequence[bytes], parent: Any) -> int:
    """Add entries below their parent; return how many are shown when it is open."""
    made = [pydyf.Dictionary({"Title": pydyf.String(entry.title)}) for entry in entries]
    for thing in made:
        file.add(thing)
    shown = len(entries)
    for place, (entry, thing) in enumerate(zip(entries, made, strict=True)):
        number, x, y = entry.place
        thing["Dest"] = _destination(pages[number], x, y)
        thing["Parent"] = parent.reference
        if place:
            thing["Prev"] = made[place - 1].reference
        if place + 1 < len(made):
            thing["Next"] = made[place + 1].reference
        if entry.children:
            below = _add_entries(file, entry.children, pages, thing)
            thing["Count"] = below if entry.is_open else -below
            shown += below if entry.is_open else 0
    if made:
        parent["First"], parent["Last"] = made[0].reference, made[-1].reference
    return shown
