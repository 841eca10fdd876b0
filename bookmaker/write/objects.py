"""Objects of a PDF as a sheaf keeps them: text with places for the numbers that only the finished file knows."""

from __future__ import annotations

import re
import zlib
from typing import Any

import pydyf

from bookmaker.write.sheaf import Item

_REFERENCE = re.compile(rb"([0-9]+) 0 R")


class Key:
    """A key of the structure's parent tree, as a value in an object."""

    def __init__(self, number: int) -> None:
        self.number = number


class Moved:
    """A list of lengths in points that is another one on left pages."""

    def __init__(self, right: list[float], left: list[float]) -> None:
        self.right = pydyf.Array(right)
        self.left = pydyf.Array(left)


class Numbering:
    """Objects in the order of their numbers, as the engine's functions expect a PDF to be."""

    def __init__(self, reserved: int) -> None:
        self.objects: list[Any] = [None] * reserved
        self.page_references: list[bytes] = []

    def add_object(self, item: Any) -> None:
        """Give an object its number."""
        item.number = len(self.objects)
        self.objects.append(item)

    def add_page(self) -> int:
        """Keep a number for a page."""
        number = len(self.objects)
        self.objects.append(None)
        self.page_references.append(f"{number} 0 R".encode())
        return number


def item_of(thing: Any) -> Item:
    """Return one of the engine's objects as an item; a stream that is not compressed yet is."""
    numbers: list[int] = []
    stream = None
    extra = thing
    if isinstance(thing, pydyf.Stream):
        stream = b"\n".join(_plain(piece) for piece in thing.stream)
        extra = dict(thing.extra)
        if "Filter" not in extra and extra.get("Subtype") != "/XML":
            stream = zlib.compress(stream, 6)
            extra["Filter"] = "/FlateDecode"
        extra["Length"] = len(stream)
    moved: list[Moved] = []
    text = _text(extra, numbers, moved)
    if not moved:
        return Item(text, tuple(numbers), stream)
    right, left = text, text
    for place, lengths in enumerate(moved):
        mark = b"\0%d\0" % place
        right, left = right.replace(mark, lengths.right.data), left.replace(mark, lengths.left.data)
    return Item(right, tuple(numbers), stream, left)


def _plain(value: Any) -> bytes:
    data: bytes = pydyf._to_bytes(value)
    return data


def _text(value: Any, numbers: list[int], moved: list[Moved]) -> bytes:
    """Return a value as PDF text with ``%d`` for its numbers, which are added to ``numbers``."""
    if isinstance(value, bytes):
        if found := _REFERENCE.fullmatch(value):
            numbers.append(int(found[1]))
            return b"%d 0 R"
        return value.replace(b"%", b"%%")
    if isinstance(value, dict):
        parts = [b"/%b %b" % (_plain(key), _text(item, numbers, moved)) for key, item in value.items()]
        return b"<<" + b"".join(parts) + b">>"
    if isinstance(value, (list, tuple)):
        return b"[" + b" ".join([_text(item, numbers, moved) for item in value]) + b"]"
    if isinstance(value, Key):
        numbers.append(-1 - value.number)
        return b"%d"
    if isinstance(value, Moved):
        moved.append(value)
        return b"\0%d\0" % (len(moved) - 1)
    return _plain(value).replace(b"%", b"%%")
