"""Blocks as text: converted from one kind to another, joined, cut, with their sources kept in step."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import msgspec

from bookmaker.chars import is_latin, squeeze
from bookmaker.corrections.address import MisfitError
from bookmaker.model import (
    Byline,
    Content,
    Figure,
    Head,
    Kicker,
    Lead,
    List,
    ListItem,
    Note,
    Paragraph,
    Quote,
    Source,
    Subtitle,
    Table,
    Title,
    Unplaced,
    Verse,
    plain,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookmaker.corrections.file import Kind
    from bookmaker.model import Block, Person

_TEXTUAL = (Paragraph, Lead, Head, Quote, Note, Unplaced, Kicker, Title, Subtitle)


def content_of(block: Block) -> Content:
    """The text of a block that is one text, with its markup.

    Raises MisfitError for tables and for blocks that hold more than a text: they are corrected in the issue file.
    """
    match block:
        case Figure() if block.image or block.credit or block.alt:
            raise MisfitError("it is a picture with more than a caption: correct the issue file")
        case Figure():
            return block.caption
        case Byline():
            return block.text
        case Verse():
            return "".join(plain(line) for line in block.lines)
        case List() if len(block.items) == 1:
            return block.items[0].text
        case Quote() if block.attribution:
            raise MisfitError("it is a quote with its source: correct the issue file")
        case List() | Table():
            raise MisfitError(f"it is a {block.__struct_config__.tag}, not one text")
        case _:
            return block.text


def text_of(block: Block) -> str:
    """The text of a block that is one text without markup; raises MisfitError for others."""
    content = content_of(block)
    if isinstance(content, str):
        return content
    raise MisfitError("its text has markup: correct the issue file")


def with_text(block: Block, text: str, breaks: tuple[tuple[int, int], ...] | None = None) -> Block:
    """Return ``block`` with another text, and its pages beginning at ``breaks`` if they are given."""
    if breaks is not None and block.source is not None:
        block = msgspec.structs.replace(block, source=msgspec.structs.replace(block.source, breaks=breaks))
    match block:
        case Figure():
            return msgspec.structs.replace(block, caption=text)
        case Verse():
            return msgspec.structs.replace(block, lines=(text,))
        case List():
            item = msgspec.structs.replace(block.items[0], text=text)
            return msgspec.structs.replace(block, items=(item,))
        case Table():
            raise MisfitError("it is a table, not one text")
        case Byline():
            return msgspec.structs.replace(block, text=text, people=_named_in(text, block.people))
        case _:
            return msgspec.structs.replace(block, text=text)


def _named_in(text: str, people: Sequence[Person]) -> tuple[Person, ...]:
    """Those of ``people`` whose names are in ``text``, with the roles that are."""
    squeezed = squeeze(text)
    return tuple(
        person
        if person.role is None or squeeze(person.role) in squeezed
        else msgspec.structs.replace(person, role=None)
        for person in people
        if squeeze(person.name) in squeezed
    )


def as_kind(block: Block, kind: Kind, level: int | None) -> Block:
    """Return a block of another kind with the same text, id and source."""
    content = content_of(block)
    ident, source = block.id, block.source
    if kind == "byline":
        return Byline(text=plain(content), id=ident, source=source)
    if kind == "caption":
        return Figure(caption=content, id=ident, source=source)
    if kind == "verse":
        return Verse(lines=(content,), id=ident, source=source)
    if kind == "list-item":
        return List(items=(ListItem(text=content, source=source),), id=ident, source=source)
    if kind == "head":
        return Head(level=level or 2, text=content, id=ident, source=source)
    for made in _TEXTUAL:
        if made.__struct_config__.tag == kind:
            return cast("Block", made(text=content, id=ident, source=source))  # type: ignore[call-arg]
    raise MisfitError(f"{kind}: no such kind")


def kind_of(block: Block) -> str:
    """The kind of a block as a corrections file names it."""
    if isinstance(block, Figure):
        return "caption"
    return "list-item" if isinstance(block, List) else str(block.__struct_config__.tag)


def joiner(first: str, second: str) -> str:
    """What stands between two texts that become one: a space between Latin words, else nothing."""
    latin = first and second and is_latin(first[-1]) and is_latin(second[0])
    return " " if latin else ""


def joined(first: Block, second: Block, between: str | None) -> Block:
    """Join the text of ``second`` to ``first``, which keeps its kind and id."""
    source = _joined_source(first, second, 0)
    if isinstance(first, List) and isinstance(second, List):
        return msgspec.structs.replace(first, items=(*first.items, *second.items), source=source)
    if isinstance(first, Verse):
        added = second.lines if isinstance(second, Verse) else (content_of(second),)
        return msgspec.structs.replace(first, lines=(*first.lines, *added), source=source)
    before, after = text_of(first), text_of(second)
    glue = joiner(before, after) if between is None else between
    made = with_text(first, before + glue + after)
    source = _joined_source(first, second, len(before + glue))
    if isinstance(made, List):
        item = msgspec.structs.replace(made.items[0], source=source)
        made = msgspec.structs.replace(made, items=(item,))
    return msgspec.structs.replace(made, source=source)


def filled(first: Block, second: Block, between: str | None, parts: list[tuple[int, str]] | None) -> Block:
    """Join ``second`` to ``first`` where its lines belong: in a gap between those of ``first``, else at the end.

    ``parts`` are the characters of ``first`` by line. Raises MisfitError where they are needed and not known.
    """
    gap = _gap(first, second)
    if gap is None or isinstance(first, List):
        return joined(first, second, between)
    if parts is None:
        raise MisfitError(
            f"its lines do not tell where line {gap} goes on: split it there with “before” first"
        )
    size = sum(len(part) for line, part in parts if line < gap)
    before, after = cut(first, offset_of(text_of(first), size), first.id or "", parts)
    return joined(joined(before, second, between), after, None)


def _gap(first: Block, second: Block) -> int | None:
    """The line of ``first`` that goes on below a gap in which all lines of ``second`` stand."""
    if first.source is None or second.source is None:
        return None
    begins, ends = second.source.lines[0][0], max(last for _, last in second.source.lines)
    above = any(last < begins for _, last in first.source.lines)
    below = [start for start, _ in first.source.lines if start > ends]
    inside = any(start <= ends and last >= begins for start, last in first.source.lines)
    return min(below) if above and below and not inside else None


def offset_of(text: str, size: int) -> int:
    """The offset in ``text`` behind ``size`` characters, and the blanks that follow them."""
    for at, character in enumerate(text):
        if not character.isspace():
            if not size:
                return at
            size -= 1
    return len(text)


def _joined_source(first: Block, second: Block, offset: int) -> Source | None:
    one, two = first.source, second.source
    if one is None or two is None:
        return one or two
    breaks = list(one.breaks)
    last = breaks[-1][0] if breaks else one.page
    if two.page > last and offset:
        breaks.append((two.page, offset))
    breaks += [(page, at + offset) for page, at in two.breaks] if offset else []
    return Source(one.page, union(one.lines, two.lines), tuple(breaks), one.split or two.split)


def union(one: Sequence[tuple[int, int]], two: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return two sources' ranges as one: join ranges of lines; those that touch or overlap become one."""
    out: list[tuple[int, int]] = []
    for first, last in sorted((*one, *two)):
        if out and first <= out[-1][1] + 1:
            out[-1] = (out[-1][0], max(last, out[-1][1]))
        else:
            out.append((first, last))
    return tuple(out)


def cut(block: Block, at: int, ident: str, parts: list[tuple[int, str]] | None) -> tuple[Block, Block]:
    """Cut a block before the character at offset ``at``; the second part is called ``ident``.

    ``parts`` are its characters by line; without them both parts claim all lines.
    """
    text = text_of(block)
    first, second = text[:at].rstrip(), text[at:].lstrip()
    start = len(text) - len(second)
    source = block.source
    one_text, two_text = (
        _verse_cut(block, at)
        if isinstance(block, Verse)
        else (with_text(block, first), with_text(block, second))
    )
    if source is None:
        return one_text, msgspec.structs.replace(two_text, id=ident)
    lines_before, lines_after = _lines_at(source, len(squeeze(first)), parts)
    pages = [page for page, offset in source.breaks if offset <= start]
    one = Source(
        source.page,
        lines_before,
        tuple((page, offset) for page, offset in source.breaks if offset < len(first)),
        source.split or bool(set(lines_before) & set(lines_after)) or lines_before[-1] == lines_after[0],
    )
    two = Source(
        pages[-1] if pages else source.page,
        lines_after,
        tuple((page, offset - start) for page, offset in source.breaks if offset > start),
        one.split,
    )
    return _placed(one_text, one, block.id), _placed(two_text, two, ident)


def _verse_cut(block: Verse, at: int) -> tuple[Verse, Verse]:
    """Cut verse before the character at offset ``at`` of its lines run together."""
    before: list[Content] = []
    after: list[Content] = []
    place = 0
    for line in map(plain, block.lines):
        cut_at = min(max(at - place, 0), len(line))
        before += [line[:cut_at].rstrip()] if line[:cut_at].strip() else []
        after += [line[cut_at:].lstrip()] if line[cut_at:].strip() else []
        place += len(line)
    return (
        msgspec.structs.replace(block, lines=tuple(before)),
        msgspec.structs.replace(block, lines=tuple(after)),
    )


def _placed(block: Block, source: Source, ident: str | None) -> Block:
    if isinstance(block, List):
        item = msgspec.structs.replace(block.items[0], source=source)
        block = msgspec.structs.replace(block, items=(item,))
    return msgspec.structs.replace(block, source=source, id=ident)


def _lines_at(
    source: Source, size: int, parts: list[tuple[int, str]] | None
) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
    """The line ranges of the first ``size`` characters and of the others."""
    if parts is None:
        return source.lines, source.lines
    before: list[int] = []
    after: list[int] = []
    place = 0
    for line, part in parts:
        if place < size:
            before.append(line)
        place += len(part)
        if place > size:
            after.append(line)
    return _ranges(source, before), _ranges(source, after)


def _ranges(source: Source, lines: list[int]) -> tuple[tuple[int, int], ...]:
    """The parts of a source's ranges from the first to the last of ``lines``."""
    if not lines:
        return source.lines
    return tuple(
        (max(first, lines[0]), min(last, lines[-1]))
        for first, last in source.lines
        if first <= lines[-1] and last >= lines[0]
    )
