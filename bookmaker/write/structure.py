"""The structure tree of a PDF: what its tags say to a reader that hears the pages instead of seeing them.

WeasyPrint writes the tree from its boxes and makes it nearly right. Put right here, while a document is written
(``replacements``) and before it is closed (``finish_tree``): running heads and page numbers are artifacts, that is no
text of the book; figures, notes and ruby have their own types; a link says where it leads; levels of heads are
never skipped (PDF/UA-1, 7.4.2). Rules are cited by clause of ISO 14289-1 (PDF/UA-1).
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pydyf
from weasyprint.formatting_structure import boxes
from weasyprint.pdf import stream, tags

from bookmaker.write.dots import draw_dots

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bookmaker.write.engine import Replacement

_TYPES = {
    "figure": "Div",
    "aside": "Note",
    "header": "Div",
    "nav": "Div",
    "ruby": "Span",
    "em": "Span",
    "strong": "Span",
    "sup": "Span",
    "br": "Span",
}
"""Structure types of elements that the engine gives none (ISO 32000-1, 14.8.4)."""

_engine_get_pdf_tag = tags._get_pdf_tag
_engine_build_box_tree = tags._build_box_tree
_engine_marked = stream.Stream.marked


def replacements(labels: Mapping[str, str]) -> Sequence[Replacement]:
    """Return what replaces the engine's functions while tags are written.

    ``labels`` name the places that links lead to, by their ids.
    """

    def build_box_tree(box: Any, *rest: Any) -> Iterator[Any]:
        if isinstance(box, boxes.MarginBox):
            return
        if (annotation := getattr(box, "link_annotation", None)) is not None:
            _say_where(annotation, box, labels)
        yield from _engine_build_box_tree(box, *rest)

    return (
        (tags, "_get_pdf_tag", _get_pdf_tag),
        (tags, "_build_box_tree", build_box_tree),
        (stream.Stream, "marked", _marked),
    )


def _get_pdf_tag(tag: str | None) -> str:
    if tag is not None and (found := _TYPES.get(tag)):
        return found
    return str(_engine_get_pdf_tag(tag))


@contextmanager
def _marked(self: Any, box: Any, tag: str) -> Iterator[None]:
    """Mark the content of a box; in the page's margins as an artifact (7.8: running heads are none of the text)."""
    if box.element is None and self._tags is not None:  # only what stands in margins has no element
        self.begin_marked_content("Artifact", pydyf.Dictionary({"Type": "/Pagination"}))
        try:
            yield
        finally:
            self.end_marked_content()
        return
    with _engine_marked(self, box, tag):
        yield
    draw_dots(self, box)


def _say_where(annotation: Any, box: Any, labels: Mapping[str, str]) -> None:
    """Describe a link by the name of its place, or by its own text (7.18.5)."""
    target = annotation.get("Dest")
    name = labels.get(target.string) if isinstance(target, pydyf.String) else None
    text = "".join(box.element.itertext()).strip() if box.element is not None else ""
    if said := name or text:
        annotation["Contents"] = pydyf.String(said)


# --- the finished tree -------------------------------------------------------------------------------


def finish_tree(objects: Sequence[Any], elements: Iterable[int], name: str, level: int) -> None:
    """Close gaps between levels of heads and give what has an identifier one that no other chapter has.

    ``elements`` are the numbers of the outermost ones among ``objects``, ``name`` begins identifiers, and ``level``
    is that of the last head before.
    """
    notes = 0
    for element in _walk(objects, elements):
        kind = str(element.get("S", ""))
        if len(kind) == 3 and kind.startswith("/H") and kind[2].isdigit():
            level = min(int(kind[2]), level + 1)
            element["S"] = f"/H{level}"
        elif kind == "/Note":
            notes += 1
            element["ID"] = pydyf.String(f"{name}-note-{notes}")  # 7.9
        elif kind == "/TH" and isinstance(identifier := element.get("ID"), pydyf.String):
            identifier.string = f"{name}-{identifier.string}"  # the cells that it heads have the same object


def _walk(objects: Sequence[Any], elements: Iterable[int]) -> Iterator[Any]:
    """Yield the elements and those below them in reading order."""
    stack = [f"{number} 0 R".encode() for number in elements][::-1]
    while stack:
        element = objects[int(stack.pop().split()[0])]
        yield element
        kids: Iterable[Any] = element.get("K", ())
        stack += [kid for kid in reversed(list(kids)) if isinstance(kid, bytes)]
