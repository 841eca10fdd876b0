"""Find what a correction speaks of: a block by its id or a line, an article by a block, its title or its page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from bookmaker.chars import squeeze
from bookmaker.corrections.file import RANGE, Move, Place
from bookmaker.model import block_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bookmaker.corrections.file import ArticleAt, BlockAt, Correction
    from bookmaker.model import Block, Issue

Part: TypeAlias = Literal["front", "blocks"]
_ARTICLE = re.compile(r"a\d+(?:-\d+)?")
_NAMED_BY_LINE = re.compile(r"l(\d+)(?:-\d+)?")


class MisfitError(Exception):
    """A correction does not fit the issue; the message says why."""


class GoneError(MisfitError):
    """What a correction speaks of is not in the issue."""


class NeedlessError(Exception):
    """The issue is as a correction wants it already."""


class Spot(msgspec.Struct, frozen=True):
    """Where a block stands: the number of its article, its part, its number there."""

    article: int
    part: Part
    index: int
    block: Block


def spots(issue: Issue) -> Iterator[Spot]:
    """Yield all blocks of an issue with their places."""
    for number, article in enumerate(issue.articles):
        for index, front in enumerate(article.front):
            yield Spot(number, "front", index, front)
        for index, block in enumerate(article.blocks):
            yield Spot(number, "blocks", index, block)


def parse_range(at: object) -> tuple[int, int] | None:
    """The first and last line that ``314-317`` names, None for all that is no range."""
    found = RANGE.fullmatch(at) if isinstance(at, str) else None
    return (int(found[1]), int(found[2])) if found else None


def names_lines(correction: Correction) -> bool:
    """Tell whether a correction names a block, an article or a place by a line, or by an id made of one."""
    named = [getattr(correction, name, None) for name in ("block", "other", "figure", "article", "line")]
    if isinstance(correction, Move):
        named += [correction.before, correction.after]
    return any(
        isinstance(at, int)
        or (isinstance(at, Place) and at.line is not None)
        or (isinstance(at, str) and bool(_NAMED_BY_LINE.fullmatch(at) or RANGE.fullmatch(at)))
        for at in named
    )


def find_block(issue: Issue, at: BlockAt) -> Spot:
    """Return the block meant by ``at``; raises MisfitError where there is none, or more than one."""
    if isinstance(at, str):
        for spot in spots(issue):
            if spot.block.id == at:
                return spot
        if _NAMED_BY_LINE.fullmatch(at):
            raise GoneError(f"there is no block {at}{_where_now(issue, at)}")
        return _find_words(issue, at)
    line = at.line if isinstance(at, Place) else at
    if line is None:
        raise MisfitError("a block needs a line, a page is not enough")
    here = [spot for spot in spots(issue) if _holds(spot.block, line)]
    if isinstance(at, Place) and at.page is not None:
        here = [spot for spot in here if at.page in _pages(spot.block)]
    first = [spot for spot in here if spot.block.source and spot.block.source.lines[0][0] == line]
    found = first if len(first) == 1 else here
    if not found:
        page = f" of page {at.page}" if isinstance(at, Place) and at.page else ""
        raise GoneError(f"no block holds line {line}{page}")
    if len(found) > 1:
        names = ", ".join(spot.block.id or spot.block.__struct_config__.tag or "" for spot in found)  # type: ignore[misc]
        raise MisfitError(f"line {line} is part of several blocks ({names}): name one by its id")
    return found[0]


def _find_words(issue: Issue, words: str) -> Spot:
    """Return the block that begins with some words, whatever the blanks in them."""
    wanted = squeeze(words)
    found = [spot for spot in spots(issue) if wanted and squeeze(block_text(spot.block)).startswith(wanted)]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(spot.block.id or "one without id" for spot in found)
        raise MisfitError(f"“{words}” begins several blocks ({names}): give more of the words")
    if words.isdecimal():
        raise MisfitError(f"no block begins with “{words}”: a line is written without quotation marks")
    hint = ": an article is no block" if _ARTICLE.fullmatch(words) else ""
    raise MisfitError(f"no block has the id or begins with the words “{words}”{hint}")


def find_article(issue: Issue, at: ArticleAt) -> int:
    """Return the number of the article meant by ``at``; raises MisfitError where there is none, or several."""
    if isinstance(at, Place) and at.line is None:
        begun = [n for n, article in enumerate(issue.articles) if article.page == at.page]
        return _only(begun, f"begins on page {at.page}")
    if not isinstance(at, str):
        return find_block(issue, at).article
    for spot in spots(issue):
        if spot.block.id == at:
            return spot.article
    wanted = squeeze(at)
    named = [n for n, article in enumerate(issue.articles) if squeeze(article.title) == wanted]
    return _only(named, f"has the title or a block “{at}”{_where_now(issue, at)}{_named_now(issue, at)}")


def _only(found: list[int], what: str) -> int:
    if not found:
        raise GoneError(f"no article {what}")
    if len(found) > 1:
        raise MisfitError(f"more than one article {what}: name it by a block of it")
    return found[0]


def _where_now(issue: Issue, name: str) -> str:
    """Say which block holds the line that an id was made of."""
    made = _NAMED_BY_LINE.fullmatch(name)
    if made is None:
        return ""
    holders = [s.block.id for s in spots(issue) if s.block.id and _holds(s.block, int(made[1]))]
    return f" (line {made[1]} is now part of {', '.join(holders)})" if holders else ""


def _named_now(issue: Issue, name: str) -> str:
    """Say how to name the article that has an id, which may be another's when the text is read anew."""
    for article in issue.articles:
        if article.id == name:
            first = next((b.id for b in (*article.front, *article.blocks) if b.id), None)
            by = [f"“{article.title}”"] if article.title else []
            by += [first] if first else []
            return f": an article’s id may change, name it by {' or '.join(by)}" if by else ""
    return ""


def _holds(block: Block, line: int) -> bool:
    return block.source is not None and any(first <= line <= last for first, last in block.source.lines)


def _pages(block: Block) -> set[int]:
    source = block.source
    return set() if source is None else {source.page, *(page for page, _ in source.breaks)}
