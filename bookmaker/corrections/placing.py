"""Put blocks where they belong in an issue: in place of others, above a body, into it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import msgspec

from bookmaker.corrections.address import spots
from bookmaker.model import Byline, Head, Kicker, Subtitle, Title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookmaker.corrections.address import Spot
    from bookmaker.model import Article, Block, BodyBlock, FrontBlock, Issue

_RANK = {Kicker: 0, Title: 1, Subtitle: 2, Byline: 3}
FRONT = frozenset({"kicker", "title", "subtitle", "byline"})
"""Kinds that stand above an article's body."""


def replace(issue: Issue, spot: Spot, blocks: Sequence[Block]) -> Issue:
    """Put ``blocks`` in the place of one; an article that is left without any goes."""
    article = issue.articles[spot.article]
    if spot.part == "front":
        front = (*article.front[: spot.index], *blocks, *article.front[spot.index + 1 :])
        made = msgspec.structs.replace(article, front=cast("tuple[FrontBlock, ...]", front))
    else:
        body = (*article.blocks[: spot.index], *blocks, *article.blocks[spot.index + 1 :])
        made = msgspec.structs.replace(article, blocks=cast("tuple[BodyBlock, ...]", body))
    return with_articles(issue, spot.article, [made] if made.front or made.blocks else [])


def with_articles(issue: Issue, number: int, made: Sequence[Article]) -> Issue:
    """Put ``made`` in the place of an article."""
    articles = (*issue.articles[:number], *made, *issue.articles[number + 1 :])
    return msgspec.structs.replace(issue, articles=articles)


def in_front(article: Article, block: FrontBlock) -> Article:
    """Put a block above the body: kicker, title, subtitle, byline in this order, like below like."""
    front = list(article.front)
    at = sum(_RANK[type(other)] <= _RANK[type(block)] for other in front)
    front.insert(at, block)
    return msgspec.structs.replace(article, front=tuple(front))


def in_body(article: Article, blocks: Sequence[Block]) -> Article:
    """Put blocks into the body where they stand in the text layer: behind the blocks that begin above them."""
    line = _line(blocks[0])
    at = next((n for n, block in enumerate(article.blocks) if _line(block) >= line), len(article.blocks))
    body = (*article.blocks[:at], *blocks, *article.blocks[at:])
    return msgspec.structs.replace(article, blocks=cast("tuple[BodyBlock, ...]", body))


def levelled(article: Article) -> Article:
    """Raise the heads that stand too deep because one above them went, each with those below it."""
    above: list[int] = []
    body: list[Block] = []
    for block in article.blocks:
        if not isinstance(block, Head):
            body.append(block)
            continue
        above = [*(level for level in above if level < block.level), block.level]
        body.append(msgspec.structs.replace(block, level=len(above) + 1))
    return msgspec.structs.replace(article, blocks=cast("tuple[BodyBlock, ...]", tuple(body)))


def _line(block: Block) -> int:
    return block.source.lines[0][0] if block.source else 0


def fresh_id(issue: Issue, line: int | None) -> str:
    """An id for a block that begins on a line, as segmentation would give it, that no other has."""
    taken = {spot.block.id for spot in spots(issue)} | {article.id for article in issue.articles}
    name = f"l{line}" if line is not None else "new"
    number = 1
    while (made := name if number == 1 else f"{name}-{number}") in taken:
        number += 1
    return made
