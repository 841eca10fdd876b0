"""Lines of the text layer as one block: what a correction that names a block by ``314-317`` speaks of.

Blocks that the range begins or ends in are cut there, and what lies inside is joined.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, cast

import msgspec

from bookmaker.chars import squeeze
from bookmaker.corrections import blocks
from bookmaker.corrections.address import GoneError, MisfitError, NeedlessError, parse_range, spots
from bookmaker.corrections.file import Merge, SetKind, Split
from bookmaker.corrections.kinds import run_together, set_kind, singly
from bookmaker.corrections.placing import replace
from bookmaker.corrections.texts import as_kind, kind_of, text_of, union
from bookmaker.model import Paragraph, Source

if TYPE_CHECKING:
    from bookmaker.corrections.address import Spot
    from bookmaker.corrections.file import Correction, Kind
    from bookmaker.corrections.origin import Origin
    from bookmaker.model import Block, Issue

_BLOCKS = ("block", "other", "figure", "before", "after")


def ranges_of(correction: Correction) -> dict[str, tuple[int, int]]:
    """The fields of a correction that name a block by a range of lines, each with its first and last line."""
    named = {name: parse_range(getattr(correction, name, None)) for name in _BLOCKS}
    if isinstance(correction, Split):
        del named["before"]  # words, not a block
    return {name: lines for name, lines in named.items() if lines is not None}


def gather(issue: Issue, lines: tuple[int, int], origin: Origin) -> tuple[Issue, str]:
    """Make one block of lines, and return its id; raises MisfitError where they cannot be one."""
    issue, names = cut_out(issue, lines, origin)
    found = [spot for spot in spots(issue) if spot.block.id in names]
    if len({spot.article for spot in found}) > 1:
        raise MisfitError(f"lines {lines[0]}-{lines[1]} stand in several articles: join them first")
    if len({spot.part for spot in found}) > 1:
        for spot in found:
            if spot.part == "front" and spot.block.id is not None:
                issue = set_kind(SetKind(block=spot.block.id, kind="paragraph"), issue, origin)
        found = [spot for spot in spots(issue) if spot.block.id in names]
    try:
        return _joined(issue, found, lines, origin), names[0]
    except MisfitError:
        return _laid_anew(issue, found, origin), names[0]


def _joined(issue: Issue, found: list[Spot], lines: tuple[int, int], origin: Origin) -> Issue:
    """Join blocks in the order of their lines."""
    if len({kind_of(spot.block) for spot in found}) > 1:
        issue = _alike(issue, found, origin)
    first, *others = _inside(issue, lines)
    for other in others:
        issue = blocks.merge(Merge(block=first, other=other), issue, origin)
    return issue


def _laid_anew(issue: Issue, found: list[Spot], origin: Origin) -> Issue:
    """Make a paragraph of blocks whose lines are entangled: its text is what the lines of the text layer hold.

    Raises MisfitError where these hold anything else than the blocks.
    """
    found = sorted(found, key=lambda spot: _held(spot.block)[0])
    texts = [text_of(one) for spot in found for one in singly(spot.block)]
    numbers = sorted({line for spot in found for line in _held(spot.block)})
    text, breaks = origin.running(numbers)
    if Counter(squeeze(text)) != Counter(squeeze("".join(texts))):
        raise MisfitError("their lines do not tell in which order the texts stand: correct the issue file")
    ranges: tuple[tuple[int, int], ...] = ()
    for spot in found:
        ranges = union(ranges, spot.block.source.lines if spot.block.source else ())
    source = Source(origin.page(numbers[0], 1), ranges, breaks)
    for n, spot in enumerate(found):
        place = next(other for other in spots(issue) if other.block is spot.block)
        made = [Paragraph(text=text, id=spot.block.id, source=source)] if n == 0 else []
        issue = replace(issue, place, made)
    return issue


def cut_out(issue: Issue, lines: tuple[int, int], origin: Origin) -> tuple[Issue, list[str]]:
    """Cut blocks at the ends of a range; return the ids of those inside, in the order of their lines."""
    first, last = lines
    for edge in (first, last + 1):
        for spot in list(spots(issue)):
            held = _held(spot.block)
            inside = [line for line in held if first <= line <= last]
            behind = [line for line in held if line >= edge]
            if inside and behind and len(behind) < len(held) and spot.block.id is not None:
                issue = _cut(issue, spot, behind[0], origin)
    names = _inside(issue, lines)
    if not names:
        raise GoneError(f"no block lies within lines {first}-{last}")
    return issue, names


def _inside(issue: Issue, lines: tuple[int, int]) -> list[str]:
    """The ids of the blocks that lie within a range, in the order of their lines."""
    first, last = lines
    found = [
        (held[0], spot.block.id)
        for spot in spots(issue)
        if (held := _held(spot.block)) and first <= min(held) and max(held) <= last
    ]
    return [ident for _, ident in sorted(found, key=lambda one: one[0]) if ident is not None]


def _held(block: Block) -> list[int]:
    if block.source is None:
        return []
    return [line for first, last in block.source.lines for line in range(first, last + 1)]


def _cut(issue: Issue, spot: Spot, line: int, origin: Origin) -> Issue:
    try:
        return blocks.split(Split(block=cast("str", spot.block.id), line=line), issue, origin)
    except NeedlessError:
        return issue


def _alike(issue: Issue, found: list[Spot], origin: Origin) -> Issue:
    """Make paragraphs of blocks of several kinds that shall be one, or subtitles where they stand above a body."""
    kind: Kind = "paragraph" if found[0].part == "blocks" else "subtitle"
    for spot in found:
        place = next(other for other in spots(issue) if other.block is spot.block)
        text = run_together(spot.block, issue, origin)
        issue = replace(issue, place, [as_kind(one, kind, None) for one in singly(text)])
    return issue


def named(correction: Correction, field: str, ident: str) -> Correction:
    """Return a correction with the block of a field named by its id."""
    fields = {field: ident}
    if isinstance(correction, Merge) and correction.other is None:
        fields["other"] = ident
    return msgspec.structs.replace(correction, **fields)
