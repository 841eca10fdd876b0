"""Corrections of what blocks are: kind and caption-of.

Each function does one to an issue and returns the corrected issue. They raise MisfitError where the correction does not
fit and NeedlessError where the issue is as wanted already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import msgspec

from bookmaker.corrections.address import MisfitError, NeedlessError, find_block
from bookmaker.corrections.placing import FRONT, in_body, in_front, replace, with_articles
from bookmaker.corrections.texts import as_kind, content_of, joined, kind_of, offset_of, text_of, versed
from bookmaker.model import Figure, FrontBlock, Head, Issue, List

if TYPE_CHECKING:
    from bookmaker.corrections.address import Spot
    from bookmaker.corrections.file import CaptionOf, SetKind
    from bookmaker.corrections.origin import Origin
    from bookmaker.model import Block


def set_kind(correction: SetKind, issue: Issue, origin: Origin) -> Issue:
    """Make a block one of another kind, and move it between front and body if need be.

    What becomes verse has the lines of the text layer again.
    """
    spot = find_block(issue, correction.block)
    block = spot.block
    level = block.level if isinstance(block, Head) else None
    if kind_of(block) == correction.kind and correction.level in {None, level}:
        raise NeedlessError
    made = [as_kind(one, correction.kind, correction.level or level) for one in singly(block)]
    if correction.kind == "verse":
        made = [_in_lines(one, issue, origin) for one in singly(block)]
    if correction.kind == "list-item":
        return _itemised(issue, spot, made[0])
    if spot.part == "blocks" and correction.kind not in FRONT:
        return replace(issue, spot, made)
    return _over_the_line(issue, spot, made, up=correction.kind in FRONT)


def _in_lines(block: Block, issue: Issue, origin: Origin) -> Block:
    """A block as verse with the lines of the text layer, as one line where they cannot be told."""
    parts = None
    if block.source is not None and isinstance(content_of(block), str):
        parts = origin.parts(issue, text_of(block), block.source)
    if parts is None:
        return as_kind(block, "verse", None)
    text, size, offsets = text_of(block), 0, []
    for _, part in parts:
        offsets.append(offset_of(text, size))
        size += len(part)
    return versed(block, offsets)


def singly(block: Block) -> list[Block]:
    """Return a list as lists of one item each, any other block as it is."""
    if not isinstance(block, List):
        return [block]
    return [
        List(
            items=(item,),
            id=block.id if not n else (f"l{item.source.lines[0][0]}" if item.source else None),
            source=item.source,
        )
        for n, item in enumerate(block.items)
    ]


def _over_the_line(issue: Issue, spot: Spot, made: list[Block], *, up: bool) -> Issue:
    """Move blocks between an article's front and its body."""
    number, identity = spot.article, issue.articles[spot.article].id
    rest = replace(issue, spot, [])
    if number >= len(rest.articles) or rest.articles[number].id != identity:
        # the article had no other block and is gone: bring it back
        empty = msgspec.structs.replace(issue.articles[number], front=(), blocks=())
        articles = (*rest.articles[:number], empty, *rest.articles[number:])
        rest = msgspec.structs.replace(rest, articles=articles)
    article = rest.articles[number]
    if up:
        for block in made:
            article = in_front(article, cast("FrontBlock", block))
    else:
        article = in_body(article, made)
    return with_articles(rest, number, [article])


def _itemised(issue: Issue, spot: Spot, made: Block) -> Issue:
    """Put a list of one item in the place of a block, joined to the lists that it now touches."""
    if spot.part == "front":
        return _over_the_line(issue, spot, [made], up=False)
    article = issue.articles[spot.article]
    blocks = list(article.blocks)
    blocks[spot.index] = cast("List", made)
    for first in (spot.index, spot.index - 1):
        if 0 <= first < len(blocks) - 1:
            one, two = blocks[first], blocks[first + 1]
            if isinstance(one, List) and isinstance(two, List):
                blocks[first : first + 2] = [cast("List", joined(one, two, None))]
    return with_articles(issue, spot.article, [msgspec.structs.replace(article, blocks=tuple(blocks))])


def caption_of(correction: CaptionOf, issue: Issue) -> Issue:
    """Make a block the caption of a picture."""
    spot = find_block(issue, correction.block)
    if correction.figure is not None:
        return _caption_of_figure(issue, spot, find_block(issue, correction.figure))
    if isinstance(spot.block, Figure) and spot.block.image == correction.image:
        raise NeedlessError
    figure = spot.block if isinstance(spot.block, Figure) else as_kind(spot.block, "caption", None)
    made = msgspec.structs.replace(cast("Figure", figure), image=correction.image)
    if spot.part == "front":
        return _over_the_line(issue, spot, [made], up=False)
    return replace(issue, spot, [made])


def _caption_of_figure(issue: Issue, spot: Spot, target: Spot) -> Issue:
    figure = target.block
    if figure is spot.block:
        raise NeedlessError
    if not isinstance(figure, Figure):
        raise MisfitError(f"{figure.id or 'the block named as figure'} is a {kind_of(figure)}")
    if figure.caption:
        bare = Figure(caption=figure.caption, id=figure.id, source=figure.source)
        done = joined(bare, as_kind(spot.block, "caption", None), " ")
        made = msgspec.structs.replace(figure, caption=content_of(done), source=done.source)
    else:
        source = spot.block.source or figure.source
        made = msgspec.structs.replace(figure, caption=content_of(spot.block), source=source)
    placed = replace(issue, target, [made])
    return replace(placed, spot, [])
