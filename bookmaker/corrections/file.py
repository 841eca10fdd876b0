"""The corrections file: what an editor wrote down to be done again after every segmentation.

TOML or YAML, a list under ``corrections``; every entry names what to ``do``, and the block or article it means
(``docs/corrections.md``). Lines are those of the text layer's file, pages those of the text layer, both from 1.
"""

from __future__ import annotations

import re
import tomllib
from difflib import get_close_matches
from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias, get_args

import msgspec

from bookmaker.diagnostics import InputError
from bookmaker.issue_file import in_words, load_yaml
from bookmaker.layer import Reason
from bookmaker.model import Person, Record

if TYPE_CHECKING:
    from pathlib import Path

VERSION = 1
"""Version of the format; raised when an older reader would misread a newer file."""

Positive: TypeAlias = Annotated[int, msgspec.Meta(ge=1)]
Words: TypeAlias = Annotated[str, msgspec.Meta(min_length=1)]
Kind: TypeAlias = Literal[
    "paragraph",
    "lead",
    "head",
    "quote",
    "note",
    "list-item",
    "caption",
    "verse",
    "table",
    "unplaced",
    "kicker",
    "title",
    "subtitle",
    "byline",
]


RANGE = re.compile(r"(\d+)-(\d+)")
"""Lines of the text layer, first and last, as a block."""


class Place(Record):
    """A place of the text layer; for an article the page on which it begins is enough."""

    page: Positive | None = None
    line: Positive | None = None

    def __post_init__(self) -> None:
        if self.page is None and self.line is None:
            raise ValueError("a place needs a line, or for an article a page")


BlockAt: TypeAlias = Words | Positive | Place
"""A block: its id (``l212``), a line that it holds, page and line, the words it begins with, or a range of lines.

A range (``314-317``) is one block made of just these lines: others are cut where it begins and ends.
"""
ArticleAt: TypeAlias = Words | Positive | Place
"""An article: the id of a block in it, its title, a line that it holds, or the page on which it begins."""


class _Entry(Record, tag_field="do", kw_only=True):
    pass


class Merge(_Entry, tag="merge"):
    """Join the block ``with`` (which follows, as a rule) to ``block``, with the white space ``joiner`` between.

    A range of lines needs no other block.
    """

    block: BlockAt
    other: BlockAt | None = msgspec.field(name="with", default=None)
    joiner: str | None = None

    def __post_init__(self) -> None:
        if self.other is None and not (isinstance(self.block, str) and RANGE.fullmatch(self.block)):
            raise ValueError("the key 'with' is missing, or lines as the block: \"314-317\"")
        if self.joiner and self.joiner.strip():
            raise ValueError("joiner: only white space can be put between two texts")


class Split(_Entry, tag="split"):
    """Cut ``block`` in two before the words ``before``, or where the text layer's ``line`` begins."""

    block: BlockAt
    before: Words | None = None
    line: Positive | None = None

    def __post_init__(self) -> None:
        if (self.before is None) == (self.line is None):
            raise ValueError("a split needs either the words before which to cut, or the line")


class SetKind(_Entry, tag="kind"):
    """Make ``block`` one of another ``kind``; ``level`` is that of a head, from 2."""

    block: BlockAt
    kind: Kind
    level: Annotated[int, msgspec.Meta(ge=2, le=6)] | None = None

    def __post_init__(self) -> None:
        if self.level is not None and self.kind != "head":
            raise ValueError(f"level: a {self.kind} has none")


class CaptionOf(_Entry, tag="caption-of"):
    """Make ``block`` the caption of the picture ``image`` (a file name), or join it to that of ``figure``."""

    block: BlockAt
    image: Words | None = None
    figure: BlockAt | None = None

    def __post_init__(self) -> None:
        if (self.image is None) == (self.figure is None):
            raise ValueError("a caption needs either an image or a figure")


class Drop(_Entry, tag="drop"):
    """Take ``block`` or ``article`` out of the book; the ledger keeps its text under ``reason``."""

    block: BlockAt | None = None
    article: ArticleAt | None = None
    reason: Reason = Reason.NOISE

    def __post_init__(self) -> None:
        if (self.block is None) == (self.article is None):
            raise ValueError("drop needs a block or an article")


class SetText(_Entry, tag="text"):
    """Put ``replace`` where ``block`` has ``find``, once."""

    block: BlockAt
    find: Words
    replace: str

    def __post_init__(self) -> None:
        if self.find == self.replace:
            raise ValueError("replace: is the same as find")


class Move(_Entry, tag="move"):
    """Move ``block`` or ``article`` to stand ``before`` or ``after`` another of its sort."""

    block: BlockAt | None = None
    article: ArticleAt | None = None
    before: BlockAt | None = None
    after: BlockAt | None = None

    def __post_init__(self) -> None:
        if (self.block is None) == (self.article is None) or (self.before is None) == (self.after is None):
            raise ValueError("a move needs a block or an article, and what it shall stand before or after")


class Retitle(_Entry, tag="retitle"):
    """Give ``article`` another ``title``, ``kicker`` or ``subtitle``."""

    article: ArticleAt
    title: Words | None = None
    kicker: Words | None = None
    subtitle: Words | None = None

    def __post_init__(self) -> None:
        if self.title is None and self.kicker is None and self.subtitle is None:
            raise ValueError("retitle needs a title, a kicker or a subtitle")


class SetByline(_Entry, tag="byline"):
    """Say who wrote ``article``; ``text`` is the line to print, made of the names if it is not given.

    A person is a name, or a name with a role.
    """

    article: ArticleAt
    people: Annotated[tuple[Person | Words, ...], msgspec.Meta(min_length=1)]
    text: Words | None = None


class SetSection(_Entry, tag="section"):
    """Put ``article`` into a department; an empty ``section`` into none."""

    article: ArticleAt
    section: str


class Begin(_Entry, tag="begin"):
    """Begin an article at ``block``, which ends the article it stands in."""

    block: BlockAt


class Join(_Entry, tag="join"):
    """Join ``article`` to the one before it."""

    article: ArticleAt


class Keep(_Entry, tag="keep"):
    """Confirm ``block`` as it was read: a doubt about it is settled."""

    block: BlockAt


Correction: TypeAlias = (
    Merge
    | Split
    | SetKind
    | CaptionOf
    | Drop
    | SetText
    | Move
    | Retitle
    | SetByline
    | SetSection
    | Begin
    | Join
    | Keep
)


_CHOICES = {
    "do": [str(kind.__struct_config__.tag) for kind in get_args(Correction)],
    "kind": list(get_args(Kind)),
    "reason": [reason.value for reason in Reason],
}


class _File(Record):
    version: int = VERSION
    lines: Positive | None = None
    corrections: tuple[Correction, ...] = ()


class Entry(Record, frozen=True):
    """A correction and its place in its file, for messages.

    ``lines`` is how many lines the text layer had when the corrections were written, if the file says so.
    """

    correction: Correction
    place: str
    lines: int | None = None


def load_corrections(path: Path) -> tuple[Entry, ...]:
    """Read the corrections in the file at ``path``: YAML if its name ends so, else TOML.

    Raises InputError for a file that cannot be read or breaks the format, naming the place of the fault.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    return decode_corrections(data, name=str(path))


def decode_corrections(data: bytes, *, name: str) -> tuple[Entry, ...]:
    """Return the corrections of a file's bytes; raises as ``load_corrections`` does."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: not UTF-8 (offset {error.start}): save it as UTF-8") from error
    yaml = name.lower().endswith((".yaml", ".yml"))
    if not text.strip():
        return ()
    try:
        tree = load_yaml(data, name) if yaml else tomllib.loads(text)
        found = msgspec.convert(tree, _File)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{name}: not TOML: {error}") from error
    except msgspec.ValidationError as error:
        raise InputError(f"{name}: {_placed(in_words(str(error), _names()), yaml, text)}") from error
    if found.version != VERSION:
        raise InputError(f"{name}: version: {found.version} is not {VERSION}, the one this bookmaker reads")
    headers = [] if yaml else _headers(text)
    exact = len(headers) == len(found.corrections)
    file = PurePath(name).name
    return tuple(
        Entry(c, f"{file}, line {headers[i]}" if exact else f"{file}, correction {i + 1}", found.lines)
        for i, c in enumerate(found.corrections)
    )


def _placed(message: str, yaml: bool, text: str) -> str:
    """Say in a fault's message at which line of a TOML file its correction begins, else which it is, from 1."""
    found = re.match(r"corrections\[(\d+)\]\.?", message)
    if found is None:
        return message
    number = int(found[1])
    headers = [] if yaml else _headers(text)
    where = f"line {headers[number]}" if number < len(headers) else f"correction {number + 1}"
    rest = message[found.end() :]
    if wrong := re.match(r"(do|kind|reason): '(.+)' is not known here", rest):
        near = get_close_matches(wrong[2], _CHOICES[wrong[1]], n=1)
        rest = wrong[0] + (
            f": did you mean {near[0]!r}?" if near else f": write {', '.join(_CHOICES[wrong[1]])}"
        )
    return where + (rest if rest.startswith(":") else f", {rest}")


def _headers(text: str) -> list[int]:
    """The lines at which the entries of a TOML file begin."""
    header = re.compile(r"\s*\[\[\s*corrections\s*\]\]")
    return [number for number, line in enumerate(text.splitlines(), start=1) if header.match(line)]


def _names() -> set[str]:
    """All keys and closed values of the format."""
    _, definitions = msgspec.json.schema_components([_File], ref_template="{name}")
    known = {"corrections", "version"}
    for definition in definitions.values():
        for key, value in definition.get("properties", {}).items():
            known.add(key)
            known.update(value.get("enum", ()))
        known.update(definition.get("enum", ()))
    return known
