"""The workshop: what an order asks for is taken from the cache, or made by as many processes as there is room for."""

from __future__ import annotations

import gc
from contextlib import suppress
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from bookmaker.diagnostics import OutputError
from bookmaker.write import processes, sheaf_cache
from bookmaker.write.faces import face_fingerprint
from bookmaker.write.furniture import Furniture
from bookmaker.write.sheaf import Embedded, Glyphs, Sheaf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from bookmaker.write.messages import Progress
    from bookmaker.write.order import Chapter, Order, Terms

_SHARED_FROM = 20_000
"""Characters from which on what there is to lay out is worth several processes."""

_COLLECTED_AFTER = 60_000
"""Characters of which the boxes may lie about before they are cleared away, some eighty megabytes."""

_FURNITURE = -1
"""Number of the furniture among the chapters to be made."""

_FURNITURE_SIZE = 9_000
"""Characters of a chapter that takes as long as the furniture."""

Made = TypeVar("Made", Sheaf, Furniture, Embedded)


def _begin(terms: Terms) -> Callable[[Any], bytes]:
    """Return what makes a chapter's sheaf, a font, or, of None, the furniture, all encoded."""
    from bookmaker.write.making import Maker  # noqa: PLC0415 - only processes that lay out load the engine
    from bookmaker.write.typefaces import embedded  # noqa: PLC0415

    maker = Maker(terms)
    since = 0

    def make(job: Chapter | Glyphs | None) -> bytes:
        nonlocal since
        if isinstance(job, Glyphs):
            return msgspec.msgpack.encode(
                embedded(job, maker.configuration, is_own=job.family in terms.faces)
            )
        if job is None:
            return msgspec.msgpack.encode(maker.furniture())
        if since > _COLLECTED_AFTER:
            gc.collect()
            since = 0
        since += _size(job)
        return msgspec.msgpack.encode(maker.sheaf(job))

    return make


def _size(chapter: Chapter) -> int:
    return sum(map(len, chapter.tree.itertext()))


class Workshop:
    """Makes what an order asks for, with a team that other orders may have used before."""

    def __init__(self, order: Order, team: processes.Team) -> None:
        self._order, self._team = order, team
        self._has_begun = False

    def _do(self, jobs: Iterable[Any], count: int) -> Iterator[tuple[int, bytes]]:
        if not self._has_begun:
            self._team.begin(partial(_begin, self._order.terms))
            self._has_begun = True
        return self._team.do(jobs, count)

    def chapters(self, progress: Progress | None) -> tuple[dict[int, Sheaf], Furniture]:
        """Return the sheaves, by number, of all chapters but the contents, which need to know the others' pages."""
        order = self._order
        keys = {
            number: order.key(chapter) for number, chapter in enumerate(order.chapters) if not chapter.entries
        }
        sheaves: dict[int, Sheaf] = {}

        def tell() -> None:
            if progress:
                progress("layout", len(sheaves), len(order.chapters))

        keys[_FURNITURE] = order.furniture_key()
        kept = {number: sheaf_cache.take(key) for number, key in keys.items()}
        missing = [number for number, content in kept.items() if content is None]
        made = self._share_out(missing)  # which begins while what is kept is unpacked
        furniture: Furniture | None = None
        for number, content in chain(((n, content) for n, content in kept.items() if content), made):
            if number == _FURNITURE:
                furniture = msgspec.msgpack.decode(content, type=Furniture)
                sheaf = furniture.sheaf
            else:
                sheaf = sheaves[number] = msgspec.msgpack.decode(content, type=Sheaf)
                tell()
            if kept[number] is None:
                self._keep(keys[number], content, sheaf)
        if missing:
            sheaf_cache.tidy()
        if furniture is None:
            raise OutputError("the margins of the pages were not made")
        return sheaves, furniture

    def _share_out(self, numbers: list[int]) -> Iterator[tuple[int, bytes]]:
        """Begin what is to be made of the chapters of these numbers, and yield it encoded.

        Several processes share a large task.
        """
        if not numbers:
            return iter(())
        chapters = self._order.chapters
        sizes = {number: _size(chapters[number]) for number in numbers if number != _FURNITURE}
        # The longest first, so that no long one is left for the end; the furniture takes as long as a dozen pages.
        numbers = sorted(numbers, key=lambda number: (-sizes.get(number, _FURNITURE_SIZE), number))
        jobs = [None if number == _FURNITURE else chapters[number] for number in numbers]
        count = processes.available() if sum(sizes.values()) >= _SHARED_FROM else 1
        made = self._do(jobs, count)
        return ((numbers[place], content) for place, content in made)

    def sheaf(self, chapter: Chapter) -> Sheaf:
        """Return the sheaf of one chapter."""
        key = self._order.key(chapter)
        made = _kept(key, Sheaf)
        if made is None:
            ((_, content),) = self._do([chapter], 1)
            made = msgspec.msgpack.decode(content, type=Sheaf)
            self._keep(key, content, made)
        return made

    def fonts(self, sheaves: Iterable[Sheaf]) -> dict[str, Embedded]:
        """Return the fonts of all that these sheaves show, by the engine's names."""
        faces = self._order.terms.faces
        shown = _merged(font for sheaf in sheaves for font in sheaf.fonts)
        keys = {
            glyphs.font: sheaf_cache.key_of(
                [b"font", face_fingerprint(faces[glyphs.family]), msgspec.msgpack.encode(glyphs)]
            )
            for glyphs in shown
            if glyphs.family in faces
        }
        made = {name: kept for name, key in keys.items() if (kept := _kept(key, Embedded)) is not None}
        # The largest first, as with chapters.
        jobs = sorted(
            (glyphs for glyphs in shown if glyphs.font not in made), key=lambda glyphs: -len(glyphs.texts)
        )
        if jobs:
            for place, content in self._do(jobs, min(len(jobs), processes.available())):
                name = jobs[place].font
                made[name] = msgspec.msgpack.decode(content, type=Embedded)
                if name in keys:
                    sheaf_cache.keep(keys[name], content)
        return {glyphs.font: made[glyphs.font] for glyphs in shown}

    def _keep(self, key: str, content: bytes, sheaf: Sheaf) -> None:
        """Keep what was made, unless a face of the system was needed, which may be another one tomorrow."""
        if not sheaf.missing and all(font.family in self._order.terms.faces for font in sheaf.fonts):
            sheaf_cache.keep(key, content)


def _kept(key: str, kind: type[Made]) -> Made | None:
    content = sheaf_cache.take(key)
    if content is not None:
        with suppress(msgspec.DecodeError):
            return msgspec.msgpack.decode(content, type=kind)
    return None


def _merged(shown: Iterable[Glyphs]) -> Sequence[Glyphs]:
    """Return each font once, with all glyphs that are shown of it."""
    fonts: dict[str, Glyphs] = {}
    for glyphs in shown:
        known = fonts.get(glyphs.font)
        if known is None:
            known = fonts[glyphs.font] = msgspec.structs.replace(glyphs, widths={}, texts={})
        known.widths.update(glyphs.widths)
        known.texts.update(glyphs.texts | known.texts)
    return [
        msgspec.structs.replace(
            font, widths=dict(sorted(font.widths.items())), texts=dict(sorted(font.texts.items()))
        )
        for font in fonts.values()
    ]
