"""Corrections of blocks: merge, split, kind, caption-of, drop, text, and a block's move.

Each function does one to an issue and returns the corrected issue, with the ledger's new entries where a text changed.
They raise MisfitError where the correction does not fit and NeedlessError where the issue is as wanted already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, cast

import msgspec

from bookmaker.chars import squeeze
from bookmaker.corrections.address import GoneError, MisfitError, NeedlessError, find_block, spots
from bookmaker.corrections.placing import FRONT, fresh_id, in_body, in_front, replace, with_articles
from bookmaker.corrections.texts import (
    as_kind,
    content_of,
    cut,
    filled,
    joined,
    kind_of,
    offset_of,
    text_of,
    versed,
    with_text,
)
from bookmaker.layer import Change, Reason
from bookmaker.model import Figure, FrontBlock, Head, Issue, List, ListItem, Verse, block_text, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bookmaker.corrections.address import Spot
    from bookmaker.corrections.file import CaptionOf, Drop, Merge, Move, SetKind, SetText, Split
    from bookmaker.corrections.origin import Origin
    from bookmaker.model import Block, Source

Outcome: TypeAlias = tuple[Issue, list[Change]]


# --- one from two, two from one --------------------------------------------------------------------


def merge(correction: Merge, issue: Issue, origin: Origin) -> Issue:
    """Join one block to another of its article."""
    first = find_block(issue, correction.block)
    other = correction.block if correction.other is None else correction.other
    try:
        second = find_block(issue, other)
    except GoneError:
        if _inside(first.block, other):
            raise NeedlessError from None
        raise
    if first.block is second.block:
        raise NeedlessError
    if first.article != second.article:
        raise MisfitError("the two blocks stand in different articles")
    source, parts = first.block.source, None
    if source is not None and len(source.lines) > 1 and not isinstance(first.block, List):
        parts = origin.parts(issue, text_of(first.block), source)
    made = filled(first.block, second.block, correction.joiner, parts)
    return replace(replace(issue, first, [made]), second, [])


def _inside(block: Block, name: object) -> bool:
    """Tell whether the line that an id was made of is part of ``block``."""
    if not isinstance(name, str) or not name[1:].isdecimal() or block.source is None:
        return False
    return any(first <= int(name[1:]) <= last for first, last in block.source.lines)


def split(correction: Split, issue: Issue, origin: Origin) -> Issue:
    """Cut a block in two."""
    spot = find_block(issue, correction.block)
    if _split_already(correction, issue, spot):
        raise NeedlessError
    block = spot.block
    if isinstance(block, List) and len(block.items) > 1:
        return _split_list(correction, issue, spot, block)
    text = text_of(block)
    parts = origin.parts(issue, text, block.source) if block.source else None
    if correction.line is not None:
        at = _offset_of_line(correction.line, text, parts)
    else:
        at = _offset_of_words(correction.before or "", text)
    if not text[:at].strip():
        raise NeedlessError
    before, after = len(squeeze(text[:at])), len(squeeze(text))
    line = next((number for number, end in _ends(parts or []) if before < end <= after), None)
    if line is None and block.source is not None:
        line = block.source.lines[0][0]
    return replace(issue, spot, cut(block, at, fresh_id(issue, line), parts))


def _split_list(correction: Split, issue: Issue, spot: Spot, block: List) -> Issue:
    """Cut a list in two before one of its items."""
    for n, item in enumerate(block.items):
        begins = item.source.lines[0][0] if item.source else None
        words = squeeze(correction.before or "")
        if begins == correction.line if words == "" else squeeze(plain(item.text)).startswith(words):
            if n == 0:
                raise NeedlessError
            before, after = block.items[:n], block.items[n:]
            ident = fresh_id(issue, begins)
            made = [_listed(before, block.id, block.source), _listed(after, ident, block.source)]
            return replace(issue, spot, made)
    raise MisfitError("it is a list, and no item of it begins there: make it paragraphs first")


def _listed(items: tuple[ListItem, ...], ident: str | None, otherwise: Source | None) -> List:
    """A list of items, with the lines that they hold."""
    source = otherwise
    if all(item.source for item in items):
        alone = [List(items=(item,), source=item.source) for item in items]
        for one in alone[1:]:
            alone[0] = cast("List", joined(alone[0], one, None))
        source = alone[0].source
    return List(items=items, id=ident, source=source)


def _split_already(correction: Split, issue: Issue, spot: Spot) -> bool:
    """Tell whether another block begins at the line, or the block behind with the words that shall begin one."""
    begun = [
        other.block
        for other in spots(issue)
        if other.block is not spot.block
        and other.block.source
        and other.block.source.lines[0][0] == correction.line
    ]
    if correction.line is not None:
        return bool(begun)
    words = squeeze(correction.before or "")
    behind = [
        other.block
        for other in spots(issue)
        if (other.article, other.part, other.index) == (spot.article, spot.part, spot.index + 1)
    ]
    return words not in squeeze(block_text(spot.block)) and any(
        squeeze(block_text(block)).startswith(words) for block in behind
    )


def _ends(parts: list[tuple[int, str]]) -> Iterator[tuple[int, int]]:
    end = 0
    for line, part in parts:
        end += len(part)
        yield line, end


def _offset_of_line(line: int, text: str, parts: list[tuple[int, str]] | None) -> int:
    """The offset in ``text`` at which a line of the text layer begins."""
    if parts is None:
        raise MisfitError(f"its lines do not tell where line {line} begins: give the words as “before”")
    if line not in dict(parts):
        raise MisfitError(f"it does not hold line {line}")
    at = offset_of(text, sum(len(part) for number, part in parts if number < line))
    if at == len(text):
        raise MisfitError(f"line {line} adds nothing to it")
    return at


def _offset_of_words(words: str, text: str) -> int:
    """The offset of words that stand in ``text`` once, whatever the blanks in either."""
    found = squeeze(text).count(squeeze(words))
    if words in text or found != 1:
        return text.index(_once(words, text))
    return offset_of(text, squeeze(text).index(squeeze(words)))


def _once(words: str, text: str) -> str:
    found = text.count(words)
    if found == 1:
        return words
    raise MisfitError(f"“{words}” stands in it {found} times" if found else f"“{words}” is not in it")


# --- kinds -----------------------------------------------------------------------------------------


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


# --- texts -----------------------------------------------------------------------------------------


def drop(correction: Drop, issue: Issue, origin: Origin) -> Outcome:
    """Take a block out; its characters go to the ledger, line by line."""
    try:
        spot = find_block(issue, correction.block or "")
    except GoneError as error:
        if "is now part of" in str(error):
            raise
        raise NeedlessError from None
    return replace(issue, spot, []), dropped(spot.block, correction.reason, issue, origin)


def dropped(block: Block, reason: Reason, issue: Issue, origin: Origin) -> list[Change]:
    """Return the ledger's entries for taking a block out; raises MisfitError where its lines do not tell."""
    changes: list[Change] = []
    for text, source in _texts(block):
        parts = origin.parts(issue, text, source)
        if parts is None:
            raise MisfitError("its lines belong to other blocks too: leave it out of the issue file instead")
        changes += [
            Change(origin.page(line, source.page), line, reason, removed=part) for line, part in parts if part
        ]
    return changes


def _texts(block: Block) -> Iterator[tuple[str, Source]]:
    """The texts of a block with the lines that the ledger counts them for."""
    pieces: tuple[tuple[str, Source | None], ...] = ((block_text(block), block.source),)
    if isinstance(block, List):
        pieces = tuple((plain(item.text), item.source) for item in block.items)
    for text, source in pieces:
        if source is not None:
            yield text, source


def set_text(correction: SetText, issue: Issue, origin: Origin) -> Outcome:
    """Put other words in place of some."""
    spot = find_block(issue, correction.block)
    block = spot.block
    if isinstance(block, List) and len(block.items) > 1:
        return _item_text(correction, issue, spot, block, origin)
    if isinstance(block, Verse):
        return _verse_text(correction, issue, spot, block, origin)
    made, changes = _edited(correction, issue, block, origin)
    return replace(issue, spot, [made]), changes


def _item_text(correction: SetText, issue: Issue, spot: Spot, block: List, origin: Origin) -> Outcome:
    """Correct the one item of a list that holds the words."""
    _once(correction.find, block_text(block))
    items: list[ListItem] = []
    changes: list[Change] = []
    for item in block.items:
        if correction.find not in plain(item.text):
            items.append(item)
            continue
        alone = List(items=(item,), source=item.source)
        made, changes = _edited(correction, issue, alone, origin)
        items += cast("List", made).items
    if not changes and tuple(items) == block.items:
        raise MisfitError(f"“{correction.find}” is in no item of the list")
    return replace(issue, spot, [msgspec.structs.replace(block, items=tuple(items))]), changes


def _verse_text(correction: SetText, issue: Issue, spot: Spot, block: Verse, origin: Origin) -> Outcome:
    """Correct the one line of a verse that holds the words."""
    edited, changes = _edited(correction, issue, block, origin)
    find, put = correction.find, correction.replace
    lines = [plain(line) for line in block.lines]
    held = [n for n, line in enumerate(lines) if find in line]
    if len(held) != 1:
        raise MisfitError(f"“{find}” runs over several of its lines")
    lines[held[0]] = lines[held[0]].replace(find, put)
    made = Verse(lines=tuple(line for line in lines if line.strip()), id=block.id, source=edited.source)
    return replace(issue, spot, [made]), changes


def _edited(correction: SetText, issue: Issue, block: Block, origin: Origin) -> tuple[Block, list[Change]]:
    text = text_of(block)
    find, put = correction.find, correction.replace
    if put and put in text and (find not in text or (find in put and text.count(find) == text.count(put))):
        raise NeedlessError
    at = text.index(_once(find, text))
    corrected = text[:at] + put + text[at + len(find) :]
    if not corrected.strip():
        raise MisfitError("nothing would be left of it: drop it instead")
    source = block.source
    if source is None:
        return with_text(block, corrected), []
    shift = len(put) - len(find)
    breaks = tuple(
        (page, offset if offset <= at else max(at, offset + shift)) for page, offset in source.breaks
    )
    same_start = _common(find, put)
    gone, come = find[same_start:], put[same_start:]
    changes = origin.edit(issue, text, source, at=at + same_start, removed=gone, added=come)
    return with_text(block, corrected, breaks), changes


def _common(one: str, two: str) -> int:
    """How many characters two strings begin alike."""
    return next(
        (n for n, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two))
    )


# --- moves -----------------------------------------------------------------------------------------


def move(correction: Move, issue: Issue) -> Issue:
    """Move a block of a body to stand before or after another, perhaps in another article."""
    if correction.block is None:
        raise TypeError("this moves an article")
    target_at = correction.before if correction.before is not None else correction.after
    if target_at is None:
        raise TypeError("a move without a target")
    spot, target = find_block(issue, correction.block), find_block(issue, target_at)
    if spot.block is target.block:
        raise MisfitError("a block cannot stand beside itself")
    if "front" in {spot.part, target.part}:
        raise MisfitError("what stands above the body cannot be moved: change its kind first")
    step = 0 if correction.before is not None else 1
    if spot.article == target.article and spot.index == target.index + (step or -1):
        raise NeedlessError
    moved = cast("List", spot.block)
    rest = replace(issue, spot, [])
    place = next(other for other in spots(rest) if other.block is target.block)
    pair = [moved, target.block] if step == 0 else [target.block, moved]
    return replace(rest, place, pair)
