"""The segmented issue and its parts: immutable data that every stage shares and none of them owns.

This module stands at the ground: it imports no stage. The classes below are also the interchange format
(``*.issue.json``), so a field's name here is the key an editor sees; ``schema/`` is generated from them.
Pages and lines are those of the text layer, both counted from 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias, dataclass_transform

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMAT_VERSION = 1
"""Version of the issue file; raised when an older reader would misread a newer file."""


@dataclass_transform(frozen_default=True, field_specifiers=(msgspec.field,))
class Record(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Base of every part of an issue: frozen, compared by value, unknown keys refused."""


# --- where a thing came from -----------------------------------------------------------------------


class Source(Record):
    """Place of a block in the text layer.

    ``page`` is the page on which the block begins, ``lines`` are inclusive ranges of the file's lines, and
    ``breaks`` are pairs (page, offset): that page begins before the character at that offset of the block's
    plain text. ``split`` says that a line is shared with another block.
    """

    page: int
    lines: tuple[tuple[int, int], ...] = ()
    breaks: tuple[tuple[int, int], ...] = ()
    split: bool = False


# --- inline content --------------------------------------------------------------------------------


class Emphasis(Record, tag_field="kind", tag="emphasis"):
    """Stressed words (着重): emphasis dots or italics, by language."""

    text: Content


class Strong(Record, tag_field="kind", tag="strong"):
    """Words of importance: set bold or in Hei."""

    text: Content


class Ruby(Record, tag_field="kind", tag="ruby"):
    """A base text with its reading above or beside it."""

    text: str
    reading: str


class NoteReference(Record, tag_field="kind", tag="note-reference"):
    """Reference to the note block whose id is ``note``; ``text`` is the mark shown, as ① or 1."""

    note: str
    text: str


class Link(Record, tag_field="kind", tag="link"):
    """A hyperlink to an absolute address."""

    href: str
    text: Content


Inline: TypeAlias = str | Emphasis | Strong | Ruby | NoteReference | Link
Content: TypeAlias = str | tuple[Inline, ...]
"""Text of a block: a plain string, or a sequence of strings and marked-up parts."""


def plain(content: Content | None) -> str:
    """Return the text of ``content`` without markup; ruby readings are left out, None is empty."""
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    return "".join(part if isinstance(part, str) else plain(part.text) for part in content)


# --- blocks ----------------------------------------------------------------------------------------


class _Block(Record, tag_field="kind", kw_only=True):
    id: str | None = None
    source: Source | None = None


class Kicker(_Block, tag="kicker"):
    """A line above the title (肩题, 引题)."""

    text: Content


class Title(_Block, tag="title"):
    """The title of an article."""

    text: Content


class Subtitle(_Block, tag="subtitle"):
    """A line below the title (副题), without its dash."""

    text: Content


class Person(Record):
    """A contributor; ``role`` is the printed one (本刊记者, 浙江省省长), None where none is printed."""

    name: str
    role: str | None = None


class Byline(_Block, tag="byline"):
    """Who wrote the article: the printed line and the persons in it."""

    text: str
    people: tuple[Person, ...] = ()


class Head(_Block, tag="head"):
    """A head inside an article; level 2 stands directly below the title."""

    level: Annotated[int, msgspec.Meta(ge=2, le=6)]
    text: Content


class Paragraph(_Block, tag="paragraph"):
    """A paragraph of body text."""

    text: Content


class Lead(_Block, tag="lead"):
    """A paragraph that introduces or sums up the article, set apart from the body (提要, 导语)."""

    text: Content


class ListItem(Record):
    """One entry of a list, its printed number or mark included in the text."""

    text: Content
    source: Source | None = None


class List(_Block, tag="list"):
    """Entries that stand one below another; ``ordered`` when their printed marks count."""

    items: tuple[ListItem, ...]
    ordered: bool = False


class Quote(_Block, tag="quote"):
    """A passage quoted at length, or a pull quote, with its source if one is given."""

    text: Content
    attribution: str | None = None


class Figure(_Block, tag="figure"):
    """A picture with its caption; ``image`` is a file name in the images folder, None where it is lost.

    ``aspect`` is width divided by height of the place the picture takes.
    """

    caption: Content = ""
    image: str | None = None
    alt: str | None = None
    aspect: Annotated[float, msgspec.Meta(gt=0, le=20)] = 1.5
    credit: str | None = None


class Note(_Block, tag="note"):
    """A footnote or endnote of the article; references name its ``id``."""

    text: Content
    label: str | None = None


class Table(_Block, tag="table"):
    """Rows of cells; the first ``header_rows`` rows are heads."""

    rows: tuple[tuple[Content, ...], ...]
    header_rows: int = 0
    caption: Content | None = None


class Verse(_Block, tag="verse"):
    """Lines that must not be joined: verse, an address, a signature."""

    lines: tuple[Content, ...]


class Unplaced(_Block, tag="unplaced"):
    """Text that could not be placed; kept where it stood so that nothing is lost."""

    text: Content


FrontBlock: TypeAlias = Kicker | Title | Subtitle | Byline
BodyBlock: TypeAlias = Head | Paragraph | Lead | List | Quote | Figure | Note | Table | Verse | Unplaced
Block: TypeAlias = FrontBlock | BodyBlock


# --- the issue -------------------------------------------------------------------------------------

ArticleType: TypeAlias = Literal["article", "notice", "advertisement", "front-matter"]
_Display: TypeAlias = type[Kicker] | type[Title] | type[Subtitle]


class Article(Record):
    """One article: what stands above its body (``front``) and the body (``blocks``) in reading order.

    ``label`` names the article in contents where it has no title of its own.
    """

    id: str
    type: ArticleType = "article"
    section: str | None = None
    label: str | None = None
    front: tuple[FrontBlock, ...] = ()
    blocks: tuple[BodyBlock, ...] = ()
    page: int | None = None

    def _first(self, kind: _Display) -> str:
        return next((plain(b.text) for b in self.front if isinstance(b, kind)), "")

    @property
    def title(self) -> str:
        """The plain title, empty where the article has none."""
        return self._first(Title)

    @property
    def kicker(self) -> str:
        """The plain kicker, empty where there is none."""
        return self._first(Kicker)

    @property
    def subtitle(self) -> str:
        """The plain subtitle, empty where there is none."""
        return self._first(Subtitle)

    @property
    def bylines(self) -> tuple[Byline, ...]:
        """The bylines in order."""
        return tuple(b for b in self.front if isinstance(b, Byline))

    @property
    def heading(self) -> str:
        """What contents call the article: kicker：title, the title, the label, or the first words."""
        if self.title:
            return f"{self.kicker}：{self.title}" if 0 < len(self.kicker) <= 12 else self.title
        first = next((text for b in self.blocks if (text := block_text(b))), "")
        words = first.split("\n")[0]
        return self.label or (words[:18] + "……" * (len(first) > 18)) or self.id


class Page(Record):
    """A page of the source: its place in the text layer from 1 and the number printed on it, if known."""

    number: int
    label: str


class Metadata(Record):
    """What a library records of an issue; ``date`` is ISO 8601 (2024, 2024-02 or 2024-02-15)."""

    title: str
    subtitle: str | None = None
    year: int | None = None
    volume: str | None = None
    number: str | None = None
    date: str | None = None
    publisher: str | None = None
    issn: str | None = None
    cn: str | None = None
    language: str = "zh-Hans"
    rights: str | None = None
    description: str | None = None
    source: str | None = None
    accent: str | None = None


class Issue(Record):
    """One issue of a magazine, segmented: the interchange format of bookmaker."""

    version: int
    metadata: Metadata
    articles: tuple[Article, ...]
    pages: tuple[Page, ...] = ()


Mode: TypeAlias = Literal["horizontal", "vertical"]


class Edition(Record):
    """One issue in one language (BCP 47: zh-Hans, zh-Hant-TW, zh-Hant-HK) and one writing mode."""

    issue: Issue
    language: str
    mode: Mode = "horizontal"


def block_text(block: Block) -> str:
    """Return the plain text of a block, the parts of lists, tables and verse run together by new lines."""
    match block:
        case List():
            return "\n".join(plain(item.text) for item in block.items)
        case Table():
            cells = [plain(cell) for row in block.rows for cell in row]
            return "\n".join([plain(block.caption), *cells] if block.caption else cells)
        case Verse():
            return "\n".join(plain(line) for line in block.lines)
        case Figure():
            return plain(block.caption)
        case Quote():
            return plain(block.text) + (f"\n{block.attribution}" if block.attribution else "")
        case _:
            return plain(block.text)


def walk(issue: Issue) -> Iterator[tuple[Article, Block]]:
    """Yield every block of the issue with its article, in reading order."""
    for article in issue.articles:
        for front in article.front:
            yield article, front
        for block in article.blocks:
            yield article, block
