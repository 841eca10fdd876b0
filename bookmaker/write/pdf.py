"""The PDF writer: a rendered book becomes pages, through WeasyPrint, as bytes.

Each chapter is laid out and drawn by itself (``making``), then all are joined (``joining``). Everything comes from
the book and from the shipped faces; nothing is fetched. The same book gives the same bytes: dates and identifiers
are the book's own.
"""

from __future__ import annotations

import atexit
import gc
from contextlib import contextmanager, nullcontext
from functools import cache
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from bookmaker.diagnostics import Diagnostic, OutputError
from bookmaker.write import messages
from bookmaker.write.document import Page
from bookmaker.write.formats import PAGE_SIZE, format_of
from bookmaker.write.imposition import PLAIN, anchors, impose, page_number
from bookmaker.write.joining import Parts, join
from bookmaker.write.order import Chapter, Order
from bookmaker.write.profiles import SCREEN, Condition, Profile
from bookmaker.write.sheaf import Leaf, Sheaf
from bookmaker.write.team import open_team
from bookmaker.write.vertical import Sheet
from bookmaker.write.workshop import Workshop

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bookmaker.book import Book
    from bookmaker.write.messages import Progress
    from bookmaker.write.processes import Team


class Pdf(msgspec.Struct, frozen=True):
    """A written PDF: its bytes, the number of its pages, and what there is to know about it."""

    data: bytes
    pages: int
    diagnostics: tuple[Diagnostic, ...] = ()


def write_pdf(
    book: Book,
    *,
    profile: Profile = SCREEN,
    page_size: tuple[float, float] | None = None,
    margins: tuple[float, float, float, float] | None = None,
    columns: int = 1,
    progress: Progress | None = None,
) -> Pdf:
    """Return ``book`` as a PDF of one profile; everything else is as in ``write_pdfs``."""
    return write_pdfs(
        book, (profile,), page_size=page_size, margins=margins, columns=columns, progress=progress
    )[0]


def write_pdfs(
    book: Book,
    profiles: Sequence[Profile],
    *,
    page_size: tuple[float, float] | None = None,
    margins: tuple[float, float, float, float] | None = None,
    columns: int = 1,
    progress: Progress | None = None,
    team: Team | None = None,
) -> tuple[Pdf, ...]:
    """Return ``book`` as one PDF for each profile, its pages horizontal or vertical as the edition says.

    ``team`` are processes that have begun already (``bookmaker.write.team``). ``page_size`` is width and height,
    ``margins`` top, outer, bottom and inner, in millimetres; the defaults are 16开 and the margins of the size
    (``formats``). ``columns`` are those of the body on horizontal pages. Pages that look alike are laid out once.
    Raises OutputError for a character that no font has (naming it, its article and its line), for a page without room
    for text, for a resource that the book lacks, and where the installed WeasyPrint is not the one bookmaker knows.
    """
    size = page_size or PAGE_SIZE
    usual = format_of(size)
    try:
        page: Page | Sheet
        if book.edition.mode == "vertical":
            page = Sheet.of(size, margins or usual.vertical)
        else:
            page = Page.of(size, margins or usual.horizontal, usual.body).in_columns(columns)
    except ValueError as error:
        raise OutputError(f"[pdf] page-size and margins: {error}; make the margins smaller") from error
    _leave_garbage_to_the_system()
    ready: dict[tuple[bool, Condition | None], _Ready] = {}
    said = tuple(messages.fallbacks(book, messages.lacking_characters(book)))
    with nullcontext(team) if team else open_team() as workers:
        with _without_collection():
            for profile in profiles:
                if (look := _look(profile)) not in ready:
                    ready[look] = _make(book, page, profile, workers, progress)
        if sum(len(one.parts.placed) for one in ready.values()) > _MANY:
            workers.close()  # what they leave lying about would be in the way of the file
    made: list[Pdf] = []
    for profile in profiles:
        parts, warnings = ready[_look(profile)]
        with _without_collection():
            data, count = join(book, profile, parts)
        made.append(Pdf(data, count, (*said, *warnings)))
    return tuple(made)


_MANY = 400
"""Pages of a book that is joined when the processes that made it have ended."""


def _look(profile: Profile) -> tuple[bool, Condition | None]:
    """Return what the looks of pages depend on."""
    return profile.is_press, profile.condition


class _Ready(NamedTuple):
    """What the file of a profile is joined from, and what there is to know about it."""

    parts: Parts
    warnings: tuple[Diagnostic, ...]


def _make(book: Book, page: Page | Sheet, profile: Profile, team: Team, progress: Progress | None) -> _Ready:
    """Make all that the pages of a profile are joined from."""
    order = Order(book, page, profile)
    workshop = Workshop(order, team)
    sheaves, furniture = workshop.chapters(progress)
    for number, chapter in enumerate(order.chapters):
        if chapter.entries:
            _make_contents(order, workshop, sheaves, number)
            if progress:
                progress("layout", len(sheaves), len(order.chapters))
    whole = [sheaves[number] for number in range(len(order.chapters))]
    shown = (*whole, furniture.sheaf)
    messages.refuse_missing(book, [c for sheaf in shown for c in sheaf.missing])
    parts = Parts(
        whole,
        impose(whole, covered=order.covered),
        furniture,
        workshop.fonts(shown),
        [chapter.heads for chapter in order.chapters],
        order.opening,
        order.trim,
    )
    return _Ready(parts, tuple(messages.warnings(text for sheaf in shown for text in sheaf.warnings)))


_ATTEMPTS = 5


def _guess(chapter: Chapter, lines: int) -> int:
    """Guess how many pages the contents take: a wrong guess only costs another try."""
    departments = sum(1 for element in chapter.tree.iter() if element.get("class") == "department")
    return ceil((4 + 2 * departments + len(chapter.entries)) / lines)


def _make_contents(order: Order, workshop: Workshop, sheaves: dict[int, Sheaf], number: int) -> None:
    """Make the sheaf of the contents, whose own length decides of the page numbers that it shows."""
    chapter = order.chapters[number]
    count = _guess(chapter, order.lines)
    for _ in range(_ATTEMPTS):
        empty = Sheaf((Leaf(PLAIN, 0, 0),) * count, (), 0, ())
        others = [sheaves.get(index, empty) for index in range(len(order.chapters))]
        placed = impose(others, covered=order.covered)
        places = anchors(placed, order.trim.shift)
        for entry in chapter.entries:
            place = places.get(entry.get("href", "").removeprefix("#"))
            entry.set("data-page", page_number(placed[place[0]].number, order.terms.mode) if place else "")
        made = workshop.sheaf(chapter)
        if len(made.leaves) == count:
            break
        count = len(made.leaves)
    sheaves[number] = made


@contextmanager
def _without_collection() -> Iterator[None]:
    """Hold back the garbage collector: walking all boxes again and again is a sixth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    gc.freeze()  # of what was there nothing is looked at again, where chapters are done with one by one
    try:
        yield
    finally:
        gc.unfreeze()
        if was_enabled:
            gc.enable()


@cache
def _leave_garbage_to_the_system() -> None:
    """Spare the process a last collection at its end: freeing what layouts left takes a tenth of its time."""
    atexit.register(gc.freeze)
