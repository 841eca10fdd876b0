"""What is said beside the text: readings above words (ruby), and notes at the foot of their page.

Chapters give them as an EPUB does; pages need them where they are read. Ruby becomes a group that no line divides,
as wide as its words or its reading (CLREQ, "annotations"); a note moves to its first reference, from where the engine
takes it to the foot of that page.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bookmaker.model import Mode

READING = 0.5
"""Size of a reading in ems of the words below it (CLREQ: about half)."""

_LETTER = 0.52
"""Average width of a Latin letter in ems of its own size, by which room for pinyin is reckoned."""


def _ems(text: str) -> float:
    return sum(1.0 if unicodedata.east_asian_width(character) in "WF" else _LETTER for character in text)


def gather_readings(body: Element) -> None:
    """Make every ruby a box with its words and its reading above them; brackets around readings go."""
    for ruby in body.iter("ruby"):
        reading = "".join("".join(rt.itertext()) for rt in ruby.iter("rt"))
        words = (ruby.text or "") + "".join(
            ("" if child.tag in {"rt", "rp"} else "".join(child.itertext())) + (child.tail or "")
            for child in ruby
        )
        below, above = _ems(words), _ems(reading) * READING
        width = max(below, above)
        for child in list(ruby):
            ruby.remove(child)
        ruby.text = words
        side = (width - below) / 2
        ruby.set("style", f"width:{below:.3f}em;padding:0 {side:.3f}em")
        if reading:
            room, back = width / READING, (width + below) / 2 / READING
            style = f"width:{room:.3f}em;margin:0 {back - room:.3f}em 0 {-back:.3f}em"
            SubElement(ruby, "rt", {"style": style}).text = reading


def place_notes(body: Element, mode: Mode) -> None:
    """Move each note behind its first reference; notes nobody refers to stay where they are.

    So do those of tables on vertical pages: the engine would set the table over the note at the foot.
    """
    boxed = (
        {link for table in body.iter("table") for link in _references(table)} if mode == "vertical" else set()
    )
    parents = {child: parent for parent in body.iter() for child in parent}
    notes = {note.get("id", ""): note for note in body.iter("aside") if note.get("class") == "note"}
    for reference in list(_references(body)):
        note = notes.pop(reference.get("href", "").removeprefix("#"), None)
        if note is None or reference in boxed:
            continue
        parents[note].remove(note)
        note.set("class", "footnote")
        note.tail, reference.tail = reference.tail, None
        holder = parents[reference]
        holder.insert(list(holder).index(reference) + 1, note)


def _references(body: Element) -> Iterator[Element]:
    return (link for link in body.iter("a") if link.get("class") == "noteref")
