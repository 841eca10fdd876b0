"""Inline markup and text apart: the plain string that is converted as a whole, and the way back.

Marks of note references take no part in conversion, so that a word with a mark in it is still a word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import msgspec

from bookmaker.model import Content, Inline, NoteReference, Ruby, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Offsets: TypeAlias = "Callable[[int], int]"
"""From an offset in a source text to the offset in the text made of it."""


def words_of(content: Content) -> str:
    """Return the text of ``content`` without markup and without marks of note references."""
    if isinstance(content, str):
        return content
    return "".join(_words(content))


def _words(parts: tuple[Inline, ...]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, str):
            yield part
        elif not isinstance(part, NoteReference):
            yield words_of(part.text)


def weave(content: Content, text: str, offsets: Offsets, reading: Callable[[str], str]) -> Content:
    """Return ``content`` with the words of ``text``, its markup where ``offsets`` puts it.

    ``reading`` converts the readings of ruby, which are texts of their own. Markup whose words have all gone
    into a shorter word before it goes too.
    """
    if isinstance(content, str):
        return text
    return _Weaver(text, offsets, reading).parts(content)


class _Weaver:
    """Goes through the parts of a content in order, handing out the new text piece by piece."""

    def __init__(self, text: str, offsets: Offsets, reading: Callable[[str], str]) -> None:
        self._text, self._offsets, self._reading = text, offsets, reading
        self._at = 0

    def parts(self, content: tuple[Inline, ...]) -> tuple[Inline, ...]:
        return tuple(new for part in content for new in self._part(part))

    def _take(self, length: int) -> str:
        start, self._at = self._at, self._at + length
        return self._text[self._offsets(start) : self._offsets(self._at)]

    def _part(self, part: Inline) -> Iterator[Inline]:
        if isinstance(part, NoteReference):
            yield part
            return
        if isinstance(part, str):
            new: Inline = self._take(len(part))
            empty = not new
        elif isinstance(part, Ruby):
            base = self._take(len(part.text))
            new, empty = Ruby(text=base, reading=self._reading(part.reading)), not base
        else:
            inner: Content = (
                self._take(len(part.text)) if isinstance(part.text, str) else self.parts(part.text)
            )
            new, empty = msgspec.structs.replace(part, text=inner), not plain(inner)
        # A part that was empty before is the issue's own business and stays.
        if not empty or not (part if isinstance(part, str) else plain(part.text)):
            yield new


def plain_offsets(content: Content, offsets: Offsets) -> Offsets:
    """Return how offsets into ``plain(content)`` move, which counts the marks of note references as well."""
    marks = tuple(_marks(content, 0))
    if not marks:
        return offsets

    def moved(offset: int) -> int:
        skipped = inside = 0
        for start, length in marks:
            if start + length <= offset:
                skipped += length
            elif start < offset:
                inside = offset - start
        return offsets(offset - skipped - inside) + skipped + inside

    return moved


def _marks(content: Content, start: int) -> Iterator[tuple[int, int]]:
    """Yield start and length of every mark of a note reference in ``plain(content)``, counted from ``start``."""
    if isinstance(content, str):
        return
    for part in content:
        if isinstance(part, str):
            start += len(part)
        else:
            if isinstance(part, NoteReference):
                yield start, len(part.text)
            else:
                yield from _marks(part.text, start)
            start += len(plain(part.text))
