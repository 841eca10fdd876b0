"""From drafts to the articles of the model: blocks in reading order, heads with levels, figures for captions."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from bookmaker.chars import skeleton, squeeze
from bookmaker.layer import Reason
from bookmaker.model import (
    Article,
    BodyBlock,
    Byline,
    Figure,
    FrontBlock,
    Head,
    Kicker,
    Lead,
    List,
    ListItem,
    Note,
    Paragraph,
    Person,
    Quote,
    Subtitle,
    Title,
    Unplaced,
    Verse,
)
from bookmaker.segment.blocks import Ledger, clean_display, join_body, source_of, strip_dash, strip_mark
from bookmaker.segment.bylines import (
    bare_names,
    marked_byline,
    officer,
    organisation,
    picture_credit,
    printed,
    sign_off,
)
from bookmaker.segment.cuts import is_lead
from bookmaker.segment.flow import Item, Kind
from bookmaker.segment.openings import note_mark
from bookmaker.segment.points import group_points
from bookmaker.segment.signatures import names_alone

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bookmaker.segment.entries import Contents
    from bookmaker.segment.reading import Draft, Reading
    from bookmaker.segment.rows import Row

_DECIMAL = re.compile(r"\d{1,2}((?:\.\d{1,2})*)[　 ]")
_SIGNED_TITLE = re.compile(r"(.{2,}?)\s*([（(]\s*作者\s*[:：／/|｜].{2,40}[)）])")
_CHINESE_POINT = re.compile(r"[(（]")


class Builder:
    """Turns drafts into articles and keeps their ids apart and their ledger together."""

    def __init__(self, contents: Contents) -> None:
        self.contents = contents
        self.ledger = Ledger()
        self._ids: Counter[str] = Counter()
        self._drawn = -2  # the ordinal of the last drawn row

    def block_id(self, row: Row) -> str:
        """An id that names the line of the text layer where a block begins: it survives a better segmentation."""
        name = f"l{row.line}"
        self._ids[name] += 1
        return name if self._ids[name] == 1 else f"{name}-{self._ids[name]}"

    def article(self, draft: Draft, reading: Reading, number: int) -> list[Article]:
        """Build the article of a draft, and behind it the notices that were boxed into it."""
        front = self._front(draft)
        claimed = {
            id(item)
            for group in (draft.kickers, draft.titles, draft.subtitles, draft.bylines, draft.captions)
            for item in group
        }
        captions = {id(item) for item in draft.captions}
        for item in draft.tabs:
            self.ledger.drop(item.rows, Reason.RUNNING_HEAD)
            claimed.add(id(item))
        levels = _head_levels(
            item for item in draft.items if item.kind is Kind.HEAD and id(item) not in claimed
        )
        blocks: list[BodyBlock] = []
        boxed: list[Item] = []
        for item in draft.items:
            if item.boxed:
                boxed.append(item)
            elif id(item) in captions:
                blocks.append(self._figure(item))
            elif id(item) in claimed:
                continue
            elif item.kind is Kind.PARAGRAPH:
                blocks.append(self._paragraph(item))
            elif item.kind is Kind.HEAD:
                blocks.append(self._head(item, levels[id(item)]))
            elif item.row.drawn:
                self._draw(item, blocks)
            else:
                leftover = self._display(item, reading)
                if leftover is not None:
                    blocks.append(leftover)
        first = draft.items[0].row if draft.items else None
        made = Article(
            id=f"a{number:02}",
            front=tuple(front),
            blocks=_leads_first(group_points(blocks)),
            page=first.page if first else None,
        )
        return [made, *self._notices(boxed, number + 1, reading)]

    def front_matter(self, rows: Sequence[Row], number: int) -> Article:
        """Build front matter from rows that stand one below another: names, credits, an imprint."""
        self.ledger.keep(rows)
        items = tuple(ListItem(text=clean_display(row.text), source=source_of([row])) for row in rows)
        block = List(items=items, id=self.block_id(rows[0]), source=source_of(rows))
        return Article(id=f"a{number:02}", type="front-matter", blocks=(block,), page=rows[0].page)

    # --- front -----------------------------------------------------------------------------------

    def _front(self, draft: Draft) -> list[FrontBlock]:
        out: list[FrontBlock] = []
        entry = self.contents.entries[draft.entry] if draft.entry is not None else None
        if draft.kickers:
            text, rows = self._display_text(draft.kickers)
            out.append(Kicker(text=text, id=self.block_id(rows[0]), source=source_of(rows)))
        if draft.titles:
            text, rows = self._display_text(draft.titles)
            text = self._without_note_mark(text, rows[-1], draft)
            if entry is not None:
                text = _spaced_like(text, (entry.parts[1], entry.title))
            text, people = _sign_title(text) if not draft.bylines else (text, ())
            out.append(Title(text=text, id=self.block_id(rows[0]), source=source_of(rows)))
            if people:
                self._settle(rows, squeeze(text + printed(people)))
                byline = self.block_id(rows[-1])
                out.append(
                    Byline(text=printed(people), people=people, id=byline, source=source_of(rows[-1:]))
                )
        for rows in _subtitles(draft.subtitles):
            self.ledger.keep(rows)
            text = " ".join(clean_display(strip_dash(row.text, row, self.ledger)) for row in rows)
            out.append(Subtitle(text=text, id=self.block_id(rows[0]), source=source_of(rows)))
        if draft.bylines:
            out.append(self._byline(draft.bylines))
        return out

    def _without_note_mark(self, text: str, row: Row, draft: Draft) -> str:
        """Take the mark of a note off a title where the note stands in the article: it speaks of the whole article."""
        mark = note_mark(text)
        key = skeleton(mark)
        if not key or not any(skeleton(item.row.text[:8]).startswith(key) for item in draft.items[1:]):
            return text
        self.ledger.take(row, Reason.MARK, squeeze(mark))
        return text.removesuffix(mark).rstrip()

    def _display_text(self, items: Sequence[Item]) -> tuple[str, list[Row]]:
        rows = [row for item in items for row in item.rows]
        self.ledger.keep(rows)
        text = ""
        for row in rows:
            part = clean_display(strip_mark(row.text, row, self.ledger))
            text += f" {part}" if text and not row.goes_on else part
        return text, rows

    def _byline(self, items: Sequence[Item]) -> Byline:
        rows = [row for item in items for row in item.rows]
        self.ledger.keep(rows)
        people: list[Person] = []
        lone: str | None = None
        for row in rows:
            found = (
                marked_byline(row.text)
                or sign_off(row.text, row.indent)
                or officer(row.text)
                or organisation(row.text)
                or picture_credit(row.text)
                or tuple(Person(name) for name in names_alone(row.text) or ())
                or bare_names(row.text)
                or ()
            )
            if not found:
                lone = squeeze(row.text)
            people.extend(found)
        if lone is not None:
            people = [Person(p.name, p.role or lone) for p in people]
        text = printed(tuple(people)) or lone or ""
        self._settle(rows, squeeze(text))
        return Byline(text=text, people=tuple(people), id=self.block_id(rows[0]), source=source_of(rows))

    def _settle(self, rows: Sequence[Row], text: str) -> None:
        """Record what a byline's setting removed from its rows and added to them."""
        left = Counter(text)
        for row in rows:
            gone = []
            for character in squeeze(row.text):
                if left[character] > 0:
                    left[character] -= 1
                else:
                    gone.append(character)
            if gone:
                self.ledger.take(row, Reason.BYLINE, "".join(gone))
        added = "".join(left.elements())
        if added:
            self.ledger.take(rows[0], Reason.BYLINE, "", added)

    # --- body ------------------------------------------------------------------------------------

    def _paragraph(self, item: Item) -> BodyBlock:
        text, breaks = join_body(item.rows, self.ledger)
        ident, row = self.block_id(item.row), item.row
        if is_lead(item):
            bare = strip_mark(text, row, self.ledger)
            cut = len(text) - len(bare)
            breaks = tuple((page, max(0, at - cut)) for page, at in breaks)
            return Lead(text=bare, id=ident, source=source_of(item.rows, breaks))
        if row.closing:
            if len(item.rows) == 1:
                text = clean_display(row.text)
            return Note(text=text, id=ident, source=source_of(item.rows, breaks))
        return Paragraph(text=text, id=ident, source=source_of(item.rows, breaks))

    def _head(self, item: Item, level: int) -> Head:
        self.ledger.keep(item.rows)
        parts = [clean_display(strip_mark(row.text, row, self.ledger)) for row in item.rows]
        text = parts[0]
        for row, part in zip(item.rows, parts[1:], strict=False):
            # a head that filled its line was broken, one that did not was parted
            text += part if row.enumerated or row.width > row.column - 1.6 else " " + part
        return Head(level=level, text=text, id=self.block_id(item.row), source=source_of(item.rows))

    def _figure(self, item: Item) -> Figure:
        self.ledger.keep(item.rows)
        text = ""
        for row in item.rows:
            part = strip_mark(row.text, row, self.ledger)
            # what its measure had no room for belongs to the line above; a credit stands apart
            text += part if not text or row.goes_on or part[0] not in "（(" else " " + part
        return Figure(caption=clean_display(text), id=self.block_id(item.row), source=source_of(item.rows))

    def _display(self, item: Item, reading: Reading) -> BodyBlock | None:
        row, sign = item.row, reading.sign(item)
        if row.tag or row.vertical:
            self.ledger.drop(item.rows, Reason.RUNNING_HEAD)
            return None
        if sign.part == "jump":
            self.ledger.drop(item.rows, Reason.JUMP)
            return None
        if row.folio is not None:
            self.ledger.drop(item.rows, Reason.FOLIO)
            return None
        if row.pulled:
            self.ledger.keep(item.rows)
            text = "".join(clean_display(part.text) for part in item.rows)
            return Quote(text=text, id=self.block_id(row), source=source_of(item.rows))
        if sign.wordless:
            self.ledger.drop(item.rows, Reason.NOISE)
            return None
        self.ledger.keep(item.rows)
        return Unplaced(text=clean_display(row.text), id=self.block_id(row), source=source_of(item.rows))

    def _draw(self, item: Item, blocks: list[BodyBlock]) -> None:
        """Keep a drawn line as it is, below the drawn lines that stand directly above it."""
        self.ledger.keep(item.rows)
        row = item.row
        line = "\u3000" * round(row.indent) + row.text
        above = blocks[-1] if blocks else None
        below = row.ordinal - self._drawn <= 1
        self._drawn = row.ordinal
        if row.item:
            self._list(item, above if below else None, blocks)
            return
        if isinstance(above, Verse) and above.source is not None and below:
            source = msgspec.structs.replace(above.source, lines=((above.source.lines[0][0], row.line),))
            blocks[-1] = Verse(lines=(*above.lines, line), id=above.id, source=source)
        else:
            blocks.append(Verse(lines=(line,), id=self.block_id(row), source=source_of(item.rows)))

    def _list(self, item: Item, above: BodyBlock | None, blocks: list[BodyBlock]) -> None:
        """Keep a row that is an item of a list, in the list that stands directly above it if there is one."""
        row, source = item.row, source_of(item.rows)
        entry = ListItem(text=clean_display(row.text), source=source)
        if isinstance(above, List) and not above.ordered and above.source is not None:
            whole = msgspec.structs.replace(above.source, lines=((above.source.lines[0][0], row.line),))
            blocks[-1] = List(items=(*above.items, entry), id=above.id, source=whole)
        else:
            blocks.append(List(items=(entry,), id=self.block_id(row), source=source))

    def _notices(self, boxed: list[Item], number: int, reading: Reading) -> list[Article]:
        if not boxed:
            return []
        front: list[FrontBlock] = []
        blocks: list[BodyBlock] = []
        for item in boxed:
            if item.kind is Kind.DISPLAY and reading.sign(item).notice and not front:
                text, rows = self._display_text([item])
                front.append(Title(text=text, id=self.block_id(rows[0]), source=source_of(rows)))
            elif item.kind is Kind.PARAGRAPH:
                blocks.append(self._paragraph(item))
            elif item.kind is Kind.HEAD:
                blocks.append(self._head(item, 2))
            else:
                leftover = self._display(item, reading)
                if leftover is not None:
                    blocks.append(leftover)
        page = boxed[0].row.page
        return [
            Article(id=f"a{number:02}", type="notice", front=tuple(front), blocks=tuple(blocks), page=page)
        ]


def _sign_title(text: str) -> tuple[str, tuple[Person, ...]]:
    """Divide a title from its author in brackets behind it."""
    found = _SIGNED_TITLE.fullmatch(text)
    people = sign_off(found.group(2), 0.0) if found else None
    return (found.group(1), people) if found and people else (text, ())


def _subtitles(items: Sequence[Item]) -> list[list[Row]]:
    """The rows of each subtitle, as they stand: a dash begins one, and so does another script."""
    out: list[list[Row]] = []
    for row in sorted((row for item in items for row in item.rows), key=lambda row: row.ordinal):
        if not out or row.dashed or row.text.isascii() != out[-1][-1].text.isascii():
            out.append([])
        out[-1].append(row)
    return out


def _head_levels(heads: Iterable[Item]) -> dict[int, int]:
    """Levels of heads by their style: a style not met since the last head of a higher level is one level lower."""
    stack: list[str] = []
    out: dict[int, int] = {}
    for item in heads:
        style = _style(item.row)
        if style in stack:
            del stack[stack.index(style) + 1 :]
        elif len(stack) < 5:
            stack.append(style)
        out[id(item)] = 1 + len(stack)
    return out


def _style(row: Row) -> str:
    if row.bullet:
        return row.bullet
    if (number := _DECIMAL.match(row.text)) is not None:
        return "1" + number.group(1)[:1] * (number.group(1).count("."))
    if row.enumerated:
        return "（" if _CHINESE_POINT.match(row.text) else "一"
    if row.point:
        return "1"
    return "——" if row.ending == "dash" else ""


def _leads_first(blocks: list[BodyBlock]) -> tuple[BodyBlock, ...]:
    """A lead that page make-up pushed behind the text joins the leads the article opens with."""
    opening = 0
    while opening < len(blocks) and isinstance(blocks[opening], Lead):
        opening += 1
    if not opening:
        return tuple(blocks)
    leads = [block for block in blocks[opening:] if isinstance(block, Lead)]
    rest = [block for block in blocks[opening:] if not isinstance(block, Lead)]
    return (*blocks[:opening], *leads, *rest)


def _spaced_like(text: str, models: Sequence[str]) -> str:
    """Set a title with the blanks the contents page has in it, where both are the same title."""
    for model in models:
        if squeeze(model) == squeeze(text):
            return clean_display(model)
    return text
