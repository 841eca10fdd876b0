"""Drawing: the engine's laid-out pages become a sheaf.

What WeasyPrint does to write a whole file, done for the pages of one chapter: contents drawn, links and tags made,
and nothing of what only the file has (``bookmaker.write.joining``). Lengths are points unless said otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pydyf
from weasyprint.matrix import Matrix
from weasyprint.pdf import _use_references, anchors, fonts, tags
from weasyprint.pdf.stream import Stream

from bookmaker.write import press, structure
from bookmaker.write.apostrophes import as_marks
from bookmaker.write.manner import PIXEL
from bookmaker.write.objects import Key, Moved, Numbering, item_of
from bookmaker.write.pieces import part_columns
from bookmaker.write.sheaf import DOCUMENT, FIRST, FONTS, Glyphs, Leaf, Sheaf

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bookmaker.write.engine import Replacement
    from bookmaker.write.manner import Manner

_PRINTED = 1 << 2
"""Flag of an annotation: printed with the page (ISO 19005-2, 6.3.2)."""


REPLACEMENTS: Sequence[Replacement] = ((fonts, "get_hb_object_data", lambda *_: b""),)
"""What replaces the engine's functions while pages are drawn: fonts are not copied, which only embedding needs."""


class Fonts(dict[int, Any]):
    """The engine's fonts by its keys, kept for all sheaves that a process makes, each of which uses them afresh."""

    def forget(self) -> None:
        """Forget what was shown in the sheaf before."""
        for font in self.values():
            font.widths, font.to_unicode, font.missing = {}, {}, {}

    def used(self) -> Iterator[Glyphs]:
        """Yield what has been shown since, in an order that has nothing to do with what the process made before."""
        for font in sorted(self.values(), key=lambda font: font.hash):
            if font.to_unicode or font.widths:
                yield Glyphs(
                    font.hash, font.family, font.style, font.weight, tuple(sorted(font.variations.items())),
                    font.font_size, font.widths, as_marks(font.to_unicode),
                )  # fmt: skip


class _Page:
    """One page while it is drawn: the engine's page, its number, links and stream, and its tagged content."""

    def __init__(self, page: Any, number: int) -> None:
        self.page = page
        self.entry = pydyf.Dictionary()
        self.entry.number = number
        self.names: list[Any] = []
        self.tags: dict[Any, Any] = {}
        self.stream: Any = None


def draw(
    pages: Iterable[Any],
    fonts: Fonts,
    manner: Manner,
    *,
    name: str = "",
    level: int = 0,
    known: Iterable[str] = (),
) -> Sheaf:
    """Return laid-out pages as a sheaf.

    ``name`` begins the identifiers of the sheaf's structure elements, ``level`` is that of the head before it, and
    ``known`` are the places outside of it that links may lead to; other links are left out, and said.
    """
    fonts.forget()
    drawing = _Drawing(pages, fonts, manner)
    drawing.draw(set(known))
    has_tags = manner.tagged and not manner.in_margins
    elements, parents, keys = drawing.tag(name, level) if has_tags else ((), (), {})
    drawing.finish()
    objects = drawing.numbering.objects[FIRST:]
    return Sheaf(
        leaves=tuple(_leaf(leaf, keys.get(leaf.entry.number)) for leaf in drawing.leaves),
        items=tuple(None if thing is None else item_of(thing) for thing in objects),
        resources=drawing.resources.number,
        fonts=tuple(fonts.used()),
        elements=elements,
        parents=parents,
    )


class _Drawing:
    """The objects of a sheaf while it is drawn."""

    def __init__(self, pages: Iterable[Any], fonts: Fonts, manner: Manner) -> None:
        self.numbering = Numbering(FIRST)
        self.leaves = [_Page(page, self.numbering.add_page()) for page in pages]
        self.resources = pydyf.Dictionary({kind: pydyf.Dictionary() for kind in _RESOURCES})
        self.resources["Font"] = f"{FONTS} 0 R".encode()
        self._images: dict[str, Any] = {}
        self._fonts, self._manner = fonts, manner

    def draw(self, known: set[str]) -> None:
        """Draw all pages, with links to their places and to those ``known``."""
        resolved = _resolved([leaf.page for leaf in self.leaves], known)
        for leaf, (links, places) in zip(self.leaves, resolved, strict=True):
            self._draw(leaf, [] if self._manner.is_press else links, places)
        self.numbering.add_object(self.resources)
        _use_references(self.numbering, self.resources, self._images, {})

    def _draw(self, leaf: _Page, links: list[Any], places: list[Any]) -> None:
        page, manner, numbering = leaf.page, self._manner, self.numbering
        scale, bleed = manner.scale * PIXEL, page.bleed
        height = page.height * scale
        width_with, height_with = (
            page.width + bleed["left"] + bleed["right"],
            page.height + bleed["top"] + bleed["bottom"],
        )
        rectangle = (-bleed["left"], -bleed["top"], width_with, height_with)
        tagged = leaf.tags if manner.tagged else None
        stream = leaf.stream = Stream(self._fonts, rectangle, self.resources, self._images, tagged, {}, None)
        numbering.add_object(stream)
        matrix = Matrix(scale, 0, 0, -scale, 0, height)
        anchors.add_links((links, places), matrix, numbering, leaf.entry, leaf.names, tagged)
        for reference in leaf.entry.get("Annots", ()):
            numbering.objects[_number(reference)]["P"] = leaf.entry.reference
        stream.push_state()
        stream.transform(d=-1, f=height)
        page.paint(stream, scale)
        stream.pop_state()
        if manner.in_margins:
            # The resources are those of the page that shows it: no names but of fonts. Opaque is how a page begins.
            stream.stream = [piece for piece in stream.stream if not _sets_state(piece)]
        elif manner.turned:
            widths = {font.hash.encode(): font.widths for font in self._fonts.values()}
            part_columns(stream.stream, widths, manner.head)

    def tag(
        self, name: str, level: int
    ) -> tuple[tuple[int, ...], tuple[int | tuple[int, ...], ...], Mapping[int, int]]:
        """Add the structure elements; return the outermost ones, the parents by keys, and the keys by pages."""
        root = pydyf.Dictionary({"Type": "/StructElem", "S": "/Document", "K": pydyf.Array()})
        root.number = DOCUMENT
        annotations: list[tuple[bytes, Any]] = []
        parents: list[int | tuple[int, ...]] = []
        keys: dict[int, int] = {}
        elements: list[int] = []
        for index, leaf in enumerate(self.leaves):
            found: dict[int, bytes] = {}
            box = leaf.page._page_box
            made = tags._build_box_tree(box, root, self.numbering, index, found, annotations, leaf.tags)
            elements += [element.number for element in made]
            keys[leaf.entry.number] = len(parents)
            parents.append(tuple(_number(reference) for _, reference in sorted(found.items())))
        for reference, annotation in annotations:
            annotation["StructParent"] = Key(len(parents))
            parents.append(_number(reference))
        structure.finish_tree(self.numbering.objects, elements, name, level)
        return tuple(elements), tuple(parents), keys

    def finish(self) -> None:
        """Put into all objects what their profile and their side of the book ask for."""
        manner = self._manner
        height = self.leaves[0].page.height if self.leaves else 0.0
        for thing in self.numbering.objects[FIRST:]:
            if manner.is_press and thing is not None:
                press.colour(thing, manner.condition)
            if isinstance(thing, pydyf.Stream) and thing.extra.get("Subtype") == "/Image":
                thing.extra["Interpolate"] = "false"  # ISO 19005-2, 6.2.8
            elif isinstance(thing, dict):
                _place(thing, manner, height)


_RESOURCES = ("ExtGState", "XObject", "Pattern", "Shading", "ColorSpace")


def _resolved(pages: list[Any], known: set[str]) -> Iterator[tuple[list[Any], list[Any]]]:
    """Yield the links and the places of each page, as the engine does, but with places of other sheaves."""
    seen: set[str] = set()
    places = []
    for page in pages:
        first = {place: point for place, point in page.anchors.items() if place not in seen}
        seen |= first.keys()
        places.append([(place, point[0], point[1]) for place, point in first.items()])
    for page, found in zip(pages, places, strict=True):
        links = []
        for link in page.links:
            if link[0] == "internal" and link[1] not in seen and link[1] not in known:
                anchors.LOGGER.error("No anchor #%s for internal URI reference", link[1])
            else:
                links.append(link)
        yield links, found


def _sets_state(piece: Any) -> bool:
    return isinstance(piece, bytes) and piece.endswith(b" gs")


def _leaf(leaf: _Page, key: int | None) -> Leaf:
    found = tuple((place, float(target[2]), float(target[3])) for place, target in leaf.names)
    links = tuple(int(reference.split()[0]) for reference in leaf.entry.get("Annots", ()))
    kind = leaf.page._page_box.page_type.name
    return Leaf(kind, leaf.entry.number, leaf.stream.number, links, key, found)


def _number(reference: bytes) -> int:
    return int(reference.split()[0])


def _place(thing: Any, manner: Manner, height: float) -> None:
    """Give a link, or the structure element of a picture, its rectangles on right and on left pages.

    The engine leaves those of pictures in its own pixels, from the top of a page of so many pixels.
    """
    if thing.get("Type") == "/Annot":
        thing["F"] = _PRINTED
        thing["Rect"] = _moved(thing["Rect"], manner.shift)
    layout = thing.get("A")
    if isinstance(layout, dict) and "BBox" in layout:
        left, top, right, bottom = layout["BBox"]
        scale = manner.scale * PIXEL
        corners = [left * scale, (height - bottom) * scale, right * scale, (height - top) * scale]
        layout["BBox"] = _moved(corners, manner.shift)


def _moved(rectangle: list[float], shift: tuple[float, float]) -> Any:
    return Moved(list(rectangle), [side + shift[i % 2] for i, side in enumerate(rectangle)])
