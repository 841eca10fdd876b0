"""Every text of an issue in a fixed order, and the way back: an issue with other texts in the same places.

What is no text in the issue's language stays out: ids, file names, addresses, ISSN and CN, dates, colours.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

from msgspec.structs import replace

from bookmaker.model import (
    Article,
    Block,
    Byline,
    Content,
    Figure,
    Issue,
    Lead,
    List,
    ListItem,
    Metadata,
    Note,
    Page,
    Paragraph,
    Person,
    Quote,
    Source,
    Table,
    Unplaced,
    Verse,
    plain,
)

if TYPE_CHECKING:
    from bookmaker.edit.markup import Offsets


class Slot(NamedTuple):
    """Where a text stands: ``role`` is running text, a byline, a person's name or anything else.

    Running texts with the same ``flow`` follow one another, so that a quotation may go on from one to the
    next. ``block`` is the block's id, or the field of the metadata; ``page`` and ``line`` are where it begins.
    """

    article: str | None
    block: str | None
    role: str = "other"
    flow: int | None = None
    page: int | None = None
    line: int | None = None
    people: tuple[str, ...] = ()


class Rewritten(NamedTuple):
    """A new text for a slot, and where offsets into the plain old one went."""

    content: Content
    offsets: Offsets


Rewrite: TypeAlias = Callable[[Slot, Content], Rewritten]
_T = TypeVar("_T", bound=Block)

_METADATA = ("title", "subtitle", "publisher", "volume", "number", "rights", "description")


def rewrite_issue(issue: Issue, rewrite: Rewrite) -> Issue:
    """Return ``issue`` with every text as ``rewrite`` gives it; it is called in a fixed order."""
    return _Rewriter(rewrite).issue(issue)


class _Rewriter:
    """One walk over an issue; ``_flow`` counts the flows of running text begun so far."""

    def __init__(self, rewrite: Rewrite) -> None:
        self._rewrite = rewrite
        self._flow = 0

    def issue(self, issue: Issue) -> Issue:
        return replace(
            issue,
            metadata=self._metadata(issue.metadata),
            articles=tuple(self._article(article) for article in issue.articles),
            pages=tuple(self._page(page) for page in issue.pages),
        )

    def _text(self, slot: Slot, text: str) -> str:
        return plain(self._rewrite(slot, text).content)

    def _some(self, slot: Slot, text: str | None) -> str | None:
        return None if text is None else self._text(slot, text)

    def _metadata(self, metadata: Metadata) -> Metadata:
        given = {field: getattr(metadata, field) for field in _METADATA}
        return replace(
            metadata,
            **{
                field: self._text(Slot(None, field), value)
                for field, value in given.items()
                if value is not None
            },
        )

    def _page(self, page: Page) -> Page:
        return replace(page, label=self._text(Slot(None, "page"), page.label))

    def _article(self, article: Article) -> Article:
        slot = Slot(article.id, None, page=article.page)
        section, label = self._some(slot, article.section), self._some(slot, article.label)
        front = tuple(self._block(slot, block) for block in article.front)
        self._flow += 1
        blocks = tuple(self._block(slot, block) for block in article.blocks)
        return replace(article, section=section, label=label, front=front, blocks=blocks)

    def _block(self, slot: Slot, block: _T) -> _T:
        page, line = slot.page, slot.line
        if block.source:
            page, line = block.source.page, block.source.lines[0][0] if block.source.lines else None
        slot = Slot(slot.article, block.id, page=page, line=line)
        parts: list[tuple[Content, Rewritten]] = []

        def part(content: Content, role: str = "other", people: tuple[str, ...] = ()) -> Rewritten:
            flow = self._flow if role == "running" else None
            made = self._rewrite(
                Slot(slot.article, slot.block, role, flow, slot.page, slot.line, people), content
            )
            parts.append((content, made))
            return made

        new = self._parts(slot, block, part)
        if block.source is None or not block.source.breaks:
            return new
        return replace(new, source=_moved(block.source, parts))

    def _parts(self, slot: Slot, block: _T, part: Callable[..., Rewritten]) -> _T:
        """Rewrite the texts of a block in the order of ``model.block_text``; others come after them."""
        new: dict[str, Any] = {}
        match block:
            case Byline():
                new["text"] = plain(part(block.text, "byline", tuple(p.name for p in block.people)).content)
                new["people"] = tuple(self._person(slot, person) for person in block.people)
            case List():
                new["items"] = tuple(self._item(item, part) for item in block.items)
            case Table():
                new["caption"] = part(block.caption).content if block.caption else block.caption
                new["rows"] = tuple(tuple(part(cell).content for cell in row) for row in block.rows)
            case Verse():
                new["lines"] = tuple(part(line).content for line in block.lines)
            case Figure():
                new["caption"] = part(block.caption).content
                new["alt"], new["credit"] = self._some(slot, block.alt), self._some(slot, block.credit)
            case Quote():
                new["text"] = part(block.text).content
                new["attribution"] = block.attribution and plain(part(block.attribution).content)
            case Note():
                new["text"], new["label"] = part(block.text).content, self._some(slot, block.label)
            case Paragraph() | Lead() | Unplaced():
                new["text"] = part(block.text, "running").content
            case _:
                # Quotations do not go on over a head.
                self._flow += 1
                new["text"] = part(block.text).content
        return replace(block, **new)

    def _item(self, item: ListItem, part: Callable[..., Rewritten]) -> ListItem:
        made = part(item.text, "running")
        source = _moved(item.source, [(item.text, made)]) if item.source else None
        return replace(item, text=made.content, source=source)

    def _person(self, slot: Slot, person: Person) -> Person:
        role = self._some(slot, person.role)
        return Person(name=self._text(slot._replace(role="name"), person.name), role=role)


def _moved(source: Source, parts: list[tuple[Content, Rewritten]]) -> Source:
    """Return ``source`` with its breaks where they stand in the new parts, which new lines join."""

    def moved(offset: int) -> int:
        old = new = 0
        for content, made in parts:
            length = len(plain(content))
            if offset <= old + length:
                return new + made.offsets(offset - old)
            old, new = old + length + 1, new + len(plain(made.content)) + 1
        return max(new - 1, 0)

    return replace(source, breaks=tuple((page, moved(offset)) for page, offset in source.breaks))
