"""The workshop: chapters are taken from the cache or made, by as many processes as the machine has room for."""

from __future__ import annotations

import gc
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

import msgspec

from bookmaker.diagnostics import OutputError
from bookmaker.write import processes, sheaf_cache
from bookmaker.write.furniture import Furniture
from bookmaker.write.making import Maker
from bookmaker.write.sheaf import Sheaf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bookmaker.write.making import Chapter, Order
    from bookmaker.write.messages import Progress

_SHARED_FROM = 20_000
"""Characters from which on what there is to lay out is worth several processes."""

_COLLECTED_AFTER = 60_000
"""Characters of which the boxes may lie about before they are cleared away, some eighty megabytes."""

_FURNITURE = -1
"""Number of the furniture among the chapters to be made."""

Made = TypeVar("Made", Sheaf, Furniture)


def make_chapters(order: Order, progress: Progress | None) -> tuple[dict[int, Sheaf], Furniture]:
    """Return the sheaves, by number, of all chapters but the contents, which need to know the others' pages."""
    keys = {
        number: order.key(chapter) for number, chapter in enumerate(order.chapters) if not chapter.entries
    }
    sheaves: dict[int, Sheaf] = {}

    def tell() -> None:
        if progress:
            progress("layout", len(sheaves), len(order.chapters))

    for number, key in keys.items():
        if (kept := _kept(key, Sheaf)) is not None:
            sheaves[number] = kept
            tell()
    jobs = [number for number in keys if number not in sheaves]
    keys[_FURNITURE] = order.furniture_key()
    furniture = _kept(keys[_FURNITURE], Furniture)
    if furniture is None:
        jobs.append(_FURNITURE)
    for job, content in _share_out(order, jobs):
        if job == _FURNITURE:
            furniture = msgspec.msgpack.decode(content, type=Furniture)
            _keep(order, keys[job], content, furniture.sheaf)
        else:
            sheaves[job] = msgspec.msgpack.decode(content, type=Sheaf)
            _keep(order, keys[job], content, sheaves[job])
            tell()
    if jobs:
        sheaf_cache.tidy()
    if furniture is None:
        raise OutputError("the margins of the pages were not made")
    return sheaves, furniture


def make_sheaf(order: Order, maker: Callable[[], Maker], chapter: Chapter) -> Sheaf:
    """Return the sheaf of one chapter; ``maker`` is asked for only if it has to be made."""
    key = order.key(chapter)
    made = _kept(key, Sheaf)
    if made is None:
        made = maker().sheaf(chapter)
        _keep(order, key, msgspec.msgpack.encode(made), made)
    return made


def _share_out(order: Order, jobs: list[int]) -> Iterator[tuple[int, bytes]]:
    """Yield what is made of the chapters of these numbers, encoded; several processes share a large task."""
    if not jobs:
        return
    sizes = {job: sum(map(len, order.chapters[job].tree.itertext())) for job in jobs if job != _FURNITURE}
    count = processes.available() if sum(sizes.values()) >= _SHARED_FROM else 1
    _ = order.style  # parsed before processes part

    def begin() -> Callable[[int], bytes]:
        maker = Maker(order)
        since = 0

        def make(job: int) -> bytes:
            nonlocal since
            if since > _COLLECTED_AFTER:
                gc.collect()
                since = 0
            since += sizes.get(job, 0)
            made = maker.furniture() if job == _FURNITURE else maker.sheaf(order.chapters[job])
            return msgspec.msgpack.encode(made)

        return make

    # The longest first, so that no long one is left for the end.
    jobs = sorted(jobs, key=lambda job: (-sizes.get(job, 0), job))
    yield from processes.share_out(jobs, begin, count)


def _kept(key: str, kind: type[Made]) -> Made | None:
    content = sheaf_cache.take(key)
    if content is not None:
        with suppress(msgspec.DecodeError):
            return msgspec.msgpack.decode(content, type=kind)
    return None


def _keep(order: Order, key: str, content: bytes, sheaf: Sheaf) -> None:
    """Keep what was made, unless a face of the system was needed, which may be another one tomorrow."""
    if not sheaf.missing and all(font.family in order.faces for font in sheaf.fonts):
        sheaf_cache.keep(key, content)
