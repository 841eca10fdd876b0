"""A PDF while it is put together from sheaves: objects with numbers of the file in place of the sheaves' own."""

from __future__ import annotations

import struct
import zlib
from hashlib import md5
from typing import TYPE_CHECKING, Any

import pydyf

from bookmaker.write.sheaf import DOCUMENT, FIRST, FONTS, PAGES, Item

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bookmaker.write.sheaf import Embedded, Sheaf


class Fixed(pydyf.Object):  # type: ignore[misc]
    """An object that is serialised already, a stream or not."""

    def __init__(self, data: bytes, *, is_stream: bool = False) -> None:
        super().__init__()
        self.content = data
        self.is_stream = is_stream

    @property
    def data(self) -> bytes:
        """The object as it stands in the file."""
        return self.content

    @property
    def compressible(self) -> bool:
        """Whether it may stand in an object stream."""
        return not self.is_stream


def stream(content: bytes, extra: Mapping[str, Any] | None = None) -> Fixed:
    """Return a stream object, compressed if that makes it smaller."""
    entries = dict(extra or {})
    packed = zlib.compress(content, 6)
    if len(packed) + 20 < len(content) and entries.get("Subtype") != "/XML":
        entries["Filter"], content = "/FlateDecode", packed
    entries["Length"] = len(content)
    return Fixed(b"%b\nstream\n%b\nendstream" % (pydyf.Dictionary(entries).data, content), is_stream=True)


class File:
    """A PDF while it is put together."""

    def __init__(self, *, tagged: bool) -> None:
        self.pdf = pydyf.PDF()
        self.document = pydyf.Dictionary({"Type": "/StructElem", "S": "/Document", "K": pydyf.Array()})
        self.fonts = pydyf.Dictionary()
        self.parents = pydyf.Array()
        self.tagged = tagged
        self.keys = 0
        self._same: dict[bytes, int] = {}
        for thing in (self.document, self.fonts):
            self.pdf.add_object(thing)

    def add(self, thing: Any) -> bytes:
        """Add an object; return a reference to it."""
        self.pdf.add_object(thing)
        return reference(thing.number)

    def once(self, thing: Fixed) -> int:
        """Add an object, or find the same one; return its number."""
        number = self._same.get(thing.content)
        if number is None:
            self.pdf.add_object(thing)
            number = self._same[thing.content] = thing.number
        return number

    def hold(self) -> int:
        """Keep a number for an object that comes later."""
        holder = Fixed(b"")
        self.pdf.add_object(holder)
        return int(holder.number)

    def add_page(self, number: int, entries: Mapping[str, Any]) -> bytes:
        """Put in a page, for which a number was kept; return a reference to it."""
        self.pdf.objects[number].content = pydyf.Dictionary(entries).data
        self.pdf.pages["Kids"] += [number, 0, "R"]
        return reference(number)

    def close_structure(self) -> None:
        """Add the root of the structure tree with its parent tree (ISO 32000-1, 14.7.2), if there are tags."""
        self.pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})
        if not self.tagged:
            return
        tree = pydyf.Dictionary({"Nums": self.parents})
        self.add(tree)
        root = pydyf.Dictionary(
            {
                "Type": "/StructTreeRoot",
                "ParentTree": tree.reference,
                "ParentTreeNextKey": self.keys,
                "K": pydyf.Array([self.document.reference]),
            }
        )
        self.document["P"] = self.add(root)
        self.pdf.catalog["StructTreeRoot"] = root.reference
        self.pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})

    def place(self, sheaf: Sheaf, sides: Mapping[int, bool]) -> Callable[[int], int]:
        """Add a sheaf's objects; ``sides`` tells of its pages, by their numbers, whether they are moved.

        Returns what gives the file's number for one of the sheaf's.
        """
        numbers = self._place(sheaf.items, sides)
        self.document["K"] += [reference(numbers[number]) for number in sheaf.elements]
        for key, parent in enumerate(sheaf.parents, self.keys):
            value = (
                reference(numbers[parent])
                if isinstance(parent, int)
                else pydyf.Array([reference(numbers[number]) for number in parent])
            )
            self.parents += [key, value]
        self.keys += len(sheaf.parents)
        return numbers.__getitem__

    def embed(self, fonts: Mapping[str, Embedded]) -> None:
        """Add fonts, by the names that pages have for them."""
        for name, font in fonts.items():
            self.fonts[name] = reference(self._place(font.items, {})[font.number])

    def _place(self, items: Sequence[Item | None], sides: Mapping[int, bool]) -> dict[int, int]:
        """Add objects; return the file's numbers by their own."""
        numbers = {PAGES: self.pdf.pages.number, DOCUMENT: self.document.number, FONTS: self.fonts.number}
        keys = self.keys
        held: list[tuple[int, Item]] = []
        for own, item in enumerate(items, FIRST):
            if item is not None and not item.numbers:
                numbers[own] = self.once(_finished(item, item.text % ()))
                continue
            numbers[own] = self.hold()
            if item is not None:
                held.append((numbers[own], item))
        for number, item in held:
            text = item.text
            if item.left is not None and any(sides.get(mentioned, False) for mentioned in item.numbers):
                text = item.left
            made = text % tuple([numbers[n] if n >= 0 else keys - 1 - n for n in item.numbers])
            holder, finished = self.pdf.objects[number], _finished(item, made)
            holder.content, holder.is_stream = finished.content, finished.is_stream
        return numbers


def reference(number: int) -> bytes:
    """Return a reference to the object of a number."""
    return b"%d 0 R" % number


def _finished(item: Item, text: bytes) -> Fixed:
    if item.stream is None:
        return Fixed(text)
    return Fixed(b"%b\nstream\n%b\nendstream" % (text, item.stream), is_stream=True)


def written(pdf: Any, version: str, identifier: str) -> bytes:
    """Return a PDF as a file: objects that may be in an object stream, and cross references in a stream as well.

    pydyf can do it, but compresses everything twice and as hard as it can (ISO 32000-1, 7.5.7 and 7.5.8).
    """
    pdf.add_object(pdf.info)
    parts = [f"%PDF-{version}\n".encode(), b"%\xf0\x9f\x96\xa4\n"]
    position = sum(map(len, parts))
    digest = md5(usedforsecurity=False)
    entries: list[tuple[int, int, int]] = [(0, 0, 65535)]
    packed: list[bytes] = []
    places: list[str] = []
    length = 0

    def add(number: int, data: bytes) -> int:
        nonlocal position
        begin = position
        whole = b"%d 0 obj\n%b\nendobj\n" % (number, data)
        parts.append(whole)
        position += len(whole)
        return begin

    holder = len(pdf.objects)
    for thing in pdf.objects[1:]:
        data = thing.data
        digest.update(data)
        if thing.compressible:
            entries.append((2, holder, len(packed)))
            packed.append(data)
            places.append(f"{thing.number} {length}")
            length += len(data) + 1
        else:
            entries.append((1, add(thing.number, data), 0))
    head = " ".join(places).encode()
    extra = {"Type": "/ObjStm", "N": len(packed), "First": len(head) + 1}
    entries.append((1, add(holder, stream(b"\n".join([head, *packed]), extra).data), 0))
    start = position
    entries.append((1, start, 0))
    table = b"".join([struct.pack(">BII", *entry) for entry in entries])
    names = [pydyf.String(identifier), pydyf.String(digest.hexdigest())]
    trailer = {
        "Type": "/XRef",
        "W": pydyf.Array([1, 4, 4]),
        "Size": len(entries),
        "Root": pdf.catalog.reference,
        "Info": pdf.info.reference,
        "ID": pydyf.Array(names),
    }
    add(holder + 1, stream(table, trailer).data)
    parts.append(b"startxref\n%d\n%%%%EOF\n" % start)
    return b"".join(parts)
