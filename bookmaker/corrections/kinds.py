"""Corrections of what blocks are: kind and caption-of.

Each function does one to an issue and returns the corrected issue. They raise MisfitError where the correction does not
fit and NeedlessError where the issue is as wanted already.
"""

from __future__ import annotations

from functools import reduce
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, cast

import msgspec

from bookmaker.corrections.address import MisfitError, NeedlessError, find_block
from bookmaker.corrections.placing import FRONT, in_body, in_front, replace, with_articles
from bookmaker.corrections.texts import (
    as_kind,
    content_of,
    joined,
    joiner,
    kind_of,
    offset_of,
    text_of,
    union,
    with_text,
)
from bookmaker.model import (
    Figure,
    FrontBlock,
    Head,
    Issue,
    List,
    Paragraph,
    Subtitle,
    Table,
    Title,
    Verse,
    plain,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookmaker.corrections.address import Spot
    from bookmaker.corrections.file import CaptionOf, SetKind
    from bookmaker.corrections.origin import Origin
    from bookmaker.model import Block


_RUNNING = frozenset({"paragraph", "lead", "quote", "note", "list-item", "caption", "unplaced"})
"""Kinds whose lines run on, where those of heads and titles are parted by blanks."""


def set_kind(correction: SetKind, issue: Issue, origin: Origin) -> Issue:
    """Make a block one of another kind, and move it between front and body if need be.

    What becomes verse or a table has the lines of the text layer again.
    """
    spot = find_block(issue, correction.block)
    block = spot.block
    level = block.level if isinstance(block, Head) else None
    if kind_of(block) == correction.kind and correction.level in {None, level}:
        raise NeedlessError
    if correction.kind in {"verse", "table"}:
        in_lines = _in_lines if correction.kind == "verse" else _in_rows
        made = [in_lines(one, issue, origin) for one in singly(block)]
    else:
        text = run_together(block, issue, origin) if correction.kind in _RUNNING else block
        made = [as_kind(one, correction.kind, correction.level or level) for one in singly(text)]
    if correction.kind == "list-item":
        return _itemised(issue, spot, made[0])
    if spot.part == "blocks" and correction.kind not in FRONT:
        return replace(issue, spot, made)
    return _over_the_line(issue, spot, made, up=correction.kind in FRONT)


def run_together(block: Block, issue: Issue, origin: Origin) -> Block:
    """Verse as a paragraph, a head or title without the blanks between its lines, any other block as it is."""
    if isinstance(block, Verse):
        text = reduce(_glued, (plain(line).strip() for line in block.lines))
        return Paragraph(text=text, id=block.id, source=block.source)
    if (
        not isinstance(block, Head | Title | Subtitle)
        or block.source is None
        or not isinstance(block.text, str)
    ):
        return block
    parts = origin.parts(issue, block.text, block.source)
    return with_text(block, reduce(_glued, _cut_at(block.text, parts))) if parts else block


def _glued(first: str, second: str) -> str:
    return first + joiner(first, second) + second


def _cut_at(text: str, parts: Sequence[tuple[int, str]]) -> list[str]:
    """The pieces of a text that came from each line."""
    sizes = [0, *accumulate(len(part) for _, part in parts)]
    cuts = [0, *(offset_of(text, size) for size in sizes[1:-1]), len(text)]
    return [text[start:end].strip() for start, end in pairwise(cuts)]


def _in_lines(block: Block, issue: Issue, origin: Origin) -> Block:
    """A block as verse with the lines of the text layer, as one line where they cannot be told."""
    lines = _lines(block, issue, origin)
    if lines is None:
        return as_kind(block, "verse", None)
    return Verse(lines=tuple(lines), id=block.id, source=block.source)


def _in_rows(block: Block, issue: Issue, origin: Origin) -> Block:
    """A block as a table: each line of the text layer a row, its cells parted by blanks, the first row the head."""
    lines = _lines(block, issue, origin)
    if lines is None:
        raise MisfitError("its lines cannot be told, and each is a row of the table: correct the issue file")
    rows = [tuple(line.split()) for line in lines]
    for line, row in zip(lines, rows, strict=True):
        if len(row) != len(rows[0]):
            raise MisfitError(
                f"“{line}” has {len(row)} cells and the first row {len(rows[0])}: make it verse, "
                "or correct the issue file"
            )
    return Table(rows=tuple(rows), header_rows=int(len(rows) > 1), id=block.id, source=block.source)


def _lines(block: Block, issue: Issue, origin: Origin) -> list[str] | None:
    """The lines of the text layer that a block is made of, with their own blanks; None where they do not tell."""
    if block.source is None or not isinstance(content_of(block), str):
        return None
    text, parts = text_of(block), origin.parts(issue, text_of(block), block.source)
    if parts is None:
        return None
    read = zip(parts, _cut_at(text, parts), strict=True)
    return [origin.blanks(line, part) or own for (line, part), own in read if own]


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
    if isinstance(figure, Table):
        if figure.caption or figure.source is None or spot.block.source is None:
            raise MisfitError("the table has a caption, or lines that are not known: correct the issue file")
        lines = union(figure.source.lines, spot.block.source.lines)
        made_table = msgspec.structs.replace(
            figure,
            caption=content_of(spot.block),
            source=msgspec.structs.replace(figure.source, lines=lines),
        )
        return replace(replace(issue, target, [made_table]), spot, [])
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
