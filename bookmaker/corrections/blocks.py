"""Corrections of blocks: merge, split, drop, text, and a block's move.

Each function does one to an issue and returns the corrected issue, with the ledger's new entries where a text changed.
They raise MisfitError where the correction does not fit and NeedlessError where the issue is as wanted already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, cast

import msgspec

from bookmaker.chars import squeeze
from bookmaker.corrections.address import GoneError, MisfitError, NeedlessError, find_block, spots
from bookmaker.corrections.file import Place
from bookmaker.corrections.placing import fresh_id, replace, with_articles
from bookmaker.corrections.texts import (
    cut,
    filled,
    joined,
    offset_of,
    text_of,
    with_text,
)
from bookmaker.layer import Change, Reason
from bookmaker.model import Issue, List, ListItem, Verse, block_text, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bookmaker.corrections.address import Spot
    from bookmaker.corrections.file import Drop, Merge, Move, SetText, Split
    from bookmaker.corrections.origin import Origin
    from bookmaker.model import Block, BodyBlock, Source

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
    return _behind_the_gap(issue, spot, *cut(block, at, fresh_id(issue, line), parts))


def _behind_the_gap(issue: Issue, spot: Spot, first: Block, second: Block) -> Issue:
    """Put the halves of a block in its place, the second behind what stood in a gap between their lines."""
    if spot.part == "front" or first.source is None or second.source is None:
        return replace(issue, spot, [first, second])
    ends, begins = first.source.lines[-1][1], second.source.lines[0][0]
    end = spot.index + 1
    article = issue.articles[spot.article]
    for block in article.blocks[spot.index + 1 :]:
        if block.source is None or not ends < block.source.lines[0][0] < begins:
            break
        end += 1
    between = article.blocks[spot.index + 1 : end]
    body = (*article.blocks[: spot.index], first, *between, second, *article.blocks[end:])
    made = msgspec.structs.replace(article, blocks=cast("tuple[BodyBlock, ...]", body))
    return with_articles(issue, spot.article, [made])


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


# --- texts -----------------------------------------------------------------------------------------


def drop(correction: Drop, issue: Issue, origin: Origin) -> Outcome:
    """Take a block out; its characters go to the ledger, line by line."""
    try:
        spot = find_block(issue, correction.block or "")
    except GoneError as error:
        if "is now part of" in str(error):
            raise
        raise NeedlessError from None
    line = correction.block.line if isinstance(correction.block, Place) else correction.block
    source = spot.block.source
    if isinstance(line, int) and source is not None and line != source.lines[0][0]:
        raise MisfitError(
            f"line {line} is in the midst of {spot.block.id or 'a block'}: "
            f'name it by its id to drop all of it, or write "{line}-{line}" to drop the line'
        )
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
