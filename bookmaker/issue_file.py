"""The issue file: an ``Issue`` as JSON or YAML, its published schema, and the rules a schema cannot say.

msgspec reads and validates in one pass, straight into the frozen classes of ``bookmaker.model``: no second
set of models as with pydantic, and its errors carry the path (``$.articles[3].blocks[7].kind``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from bookmaker.diagnostics import InputError
from bookmaker.metadata import faults
from bookmaker.model import (
    FORMAT_VERSION,
    Article,
    Block,
    Content,
    Figure,
    Head,
    Issue,
    Link,
    List,
    Note,
    NoteReference,
    Record,
    Source,
    Table,
    Verse,
    plain,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

SCHEMA_ID = "urn:bookmaker:schema:issue-1"
_KINDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # XML 1.0, production 2
_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


class Violation(Record, frozen=True):
    """A rule broken: where in the file (``articles[3].blocks[7].level``), what is wrong, and by which ids."""

    path: str
    message: str
    ids: str = ""

    def __str__(self) -> str:
        return f"{self.path}: {self.message}{self.ids}"


class _Version(msgspec.Struct, frozen=True):
    version: int


def is_issue_file(path: Path) -> bool:
    """Tell by its name whether a file is a segmented issue: ``.json``, ``.yaml`` or ``.yml``."""
    return path.suffix.lower() in {".json", ".yaml", ".yml"}


def load_issue(path: Path) -> Issue:
    """Read an issue file and check it against the schema and the rules.

    Raises InputError for a file that cannot be read, is of a newer version or breaks a rule; the message
    names the file and the path in it of the first fault.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    issue = decode_issue(data, name=str(path))
    broken = list(violations(issue))
    if broken:
        more = f" (and {len(broken) - 1} more: bookmaker check lists them)" if len(broken) > 1 else ""
        raise InputError(f"{path}: {broken[0]}{more}")
    return issue


def decode_issue(data: bytes, *, name: str) -> Issue:
    """Decode an issue file, as YAML if its name ends so, else as JSON; its own rules are not yet checked.

    Raises InputError naming the file and the path of the fault.
    """
    if not data.strip():
        raise InputError(f"{name}: the file is empty")
    tree: object = None
    try:
        if name.lower().endswith((".yaml", ".yml")):
            tree = load_yaml(data, name)
            _check_version(msgspec.convert(tree, _Version).version, name)
            return msgspec.convert(tree, Issue)
        _check_version(msgspec.json.decode(data, type=_Version).version, name)
        return msgspec.json.decode(data, type=Issue)
    except msgspec.ValidationError as error:
        said = in_words(str(error))
        ids = _ids_at(said.partition(": ")[0], tree or msgspec.json.decode(data))
        raise InputError(f"{name}: {said}{ids}") from error
    except RecursionError as error:
        raise InputError(f"{name}: nested too deeply: no text needs so many levels of emphasis") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{name}: not JSON: {error}") from error


def encode_issue(issue: Issue) -> bytes:
    """Return the issue as indented JSON in UTF-8, the same bytes for the same issue, ending in a new line."""
    return msgspec.json.format(msgspec.json.encode(issue), indent=2) + b"\n"


def encode_yaml(issue: Issue) -> bytes:
    """Return the issue as YAML in UTF-8."""
    import yaml  # noqa: PLC0415 - 15 ms that only YAML should cost

    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    tree = msgspec.json.decode(msgspec.json.encode(issue))
    text: bytes = yaml.dump(
        tree, Dumper=dumper, allow_unicode=True, sort_keys=False, width=10**6, encoding="utf-8"
    )
    return text


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the issue file, generated from the model."""
    from inspect import cleandoc  # noqa: PLC0415

    (reference,), definitions = msgspec.json.schema_components([Issue], ref_template="#/$defs/{name}")
    for definition in definitions.values():
        if "description" in definition:
            definition["description"] = cleandoc(definition["description"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "Segmented magazine issue",
        "description": f"Interchange format of bookmaker, version {FORMAT_VERSION}: one issue, segmented.",
        **reference,
        "$defs": definitions,
    }


def encode_schema() -> bytes:
    """Return the JSON Schema as indented JSON, as it stands in ``schema/issue-1.schema.json``."""
    encoded = msgspec.json.encode(schema(), order="deterministic")
    return msgspec.json.format(encoded, indent=2) + b"\n"


# --- rules beyond the schema -----------------------------------------------------------------------


def violations(issue: Issue) -> Iterator[Violation]:
    """Yield every rule that ``issue`` breaks and the schema cannot state, in the order of the file.

    Ids are unique XML names, note references name a note of their article, heads skip no level, line ranges
    run forward, figures name files and not paths, links are absolute, metadata are what they claim to be.
    """
    for found in _violations(issue):
        yield msgspec.structs.replace(found, ids=_ids_at(found.path, issue))


def _violations(issue: Issue) -> Iterator[Violation]:
    for field, fault in faults(issue.metadata):
        yield Violation(f"metadata.{field}", fault)
    if not issue.articles:
        yield Violation("articles", "is empty: an issue has at least one article")
    ids: dict[str, str] = {}
    for number, article in enumerate(issue.articles):
        path = f"articles[{number}]"
        yield from _id_faults(article.id, f"{path}.id", ids)
        yield from _article_faults(article, path, ids)
    numbers = [page.number for page in issue.pages]
    for number, page in enumerate(numbers):
        if page < 1 or (number and page <= numbers[number - 1]):
            yield Violation(f"pages[{number}].number", f"{page} does not follow: pages count upward from 1")


def _article_faults(article: Article, path: str, ids: dict[str, str]) -> Iterator[Violation]:
    notes = {block.id for block in article.blocks if isinstance(block, Note) and block.id}
    level = 1
    for place, blocks in (("front", article.front), ("blocks", article.blocks)):
        for number, block in enumerate(blocks):
            here = f"{path}.{place}[{number}]"
            if block.id is not None:
                yield from _id_faults(block.id, f"{here}.id", ids)
            if isinstance(block, Head):
                if block.level > level + 1:
                    yield Violation(
                        f"{here}.level", f"{block.level} skips a level: at most {level + 1} can stand here"
                    )
                level = block.level
            if block.source is not None:
                yield from _source_faults(block.source, f"{here}.source")
            yield from _block_faults(block, here)
            for content, where in _contents(block):
                yield from _inline_faults(content, f"{here}.{where}", notes)


def _id_faults(identifier: str, path: str, ids: dict[str, str]) -> Iterator[Violation]:
    if not _ID.fullmatch(identifier):
        yield Violation(
            path, f"{identifier!r} cannot be an id: use Latin letters, digits, '-', '_', a letter first"
        )
    # File systems that ignore case would let two chapters share a file.
    first = ids.setdefault(identifier.lower(), path)
    if first != path:
        yield Violation(path, f"{identifier!r} is also the id at {first}: ids are unique in an issue")


def _source_faults(source: Source, path: str) -> Iterator[Violation]:
    if source.page < 1:
        yield Violation(f"{path}.page", f"{source.page} is no page: pages count from 1")
    for number, (first, last) in enumerate(source.lines):
        if not 1 <= first <= last:
            yield Violation(f"{path}.lines[{number}]", f"{first} to {last} is no range of lines from 1")
    offsets = [offset for _, offset in source.breaks]
    if offsets != sorted(offsets) or min(offsets, default=0) < 0:
        yield Violation(f"{path}.breaks", "offsets must run upward from 0")


def _block_faults(block: Block, path: str) -> Iterator[Violation]:
    if isinstance(block, Table) and not 0 <= block.header_rows <= len(block.rows):
        yield Violation(
            f"{path}.header_rows", f"{block.header_rows} of {len(block.rows)} rows cannot be heads"
        )
    if isinstance(block, Figure) and block.image is not None:
        name = block.image
        if not name.strip() or name.startswith(".") or re.search(r"[/\\:\x00-\x1f]", name):
            yield Violation(f"{path}.image", f"{name!r} is no file name: name a file in the images folder")
    if isinstance(block, List):
        for number, item in enumerate(block.items):
            if item.source is not None:
                yield from _source_faults(item.source, f"{path}.items[{number}].source")


def _contents(block: Block) -> Iterator[tuple[Content, str]]:
    """Yield every inline content of a block with its path in the block."""
    match block:
        case List():
            yield from ((item.text, f"items[{number}].text") for number, item in enumerate(block.items))
        case Table():
            if block.caption is not None:
                yield block.caption, "caption"
            for row, cells in enumerate(block.rows):
                for column, cell in enumerate(cells):
                    yield cell, f"rows[{row}][{column}]"
        case Verse():
            yield from ((line, f"lines[{number}]") for number, line in enumerate(block.lines))
        case Figure():
            yield block.caption, "caption"
        case _:
            yield block.text, "text"


def _inline_faults(content: Content, path: str, notes: set[str]) -> Iterator[Violation]:
    if _NOT_XML.search(plain(content)):
        yield Violation(path, "holds a control character, which no book can hold: remove it")
    if isinstance(content, str):
        return
    for number, part in enumerate(content):
        here = f"{path}[{number}]"
        if isinstance(part, str):
            continue
        if isinstance(part, NoteReference) and part.note not in notes:
            yield Violation(f"{here}.note", f"{part.note!r} is the id of no note in this article")
        if isinstance(part, Link) and not re.match(r"(?:https?://|mailto:)[^\s]+$", part.href):
            yield Violation(f"{here}.href", f"{part.href!r} is no absolute address: begin with https://")
        if not isinstance(part.text, str):
            yield from _inline_faults(part.text, f"{here}.text", notes)


def _ids_at(path: str, tree: Any) -> str:
    """The ids of the article and the block that a path leads to, as `` (a04, l212)``: easier to look for."""
    ids = []
    for key, index in re.findall(r"\b(articles|front|blocks)\[(\d+)\]", path):
        within = tree.get(key) if isinstance(tree, dict) else getattr(tree, key, None)
        if not isinstance(within, list | tuple) or int(index) >= len(within):
            break
        tree = within[int(index)]
        ident = tree.get("id") if isinstance(tree, dict) else getattr(tree, "id", None)
        ids += [str(ident)] if ident else []
    return f" ({', '.join(ids)})" if ids else ""


# --- messages --------------------------------------------------------------------------------------


def _check_version(version: int, name: str) -> None:
    if version > FORMAT_VERSION:
        raise InputError(
            f"{name}: version: {version} is newer than {FORMAT_VERSION}, the newest this bookmaker reads: "
            "update bookmaker"
        )
    if version < 1:
        raise InputError(f"{name}: version: {version} is no version: write {FORMAT_VERSION}")


def load_yaml(data: bytes, name: str) -> object:
    """Return what a YAML file holds, as the core schema of YAML 1.2 reads it; ``name`` is for messages.

    Raises InputError where it is no YAML.
    """
    import yaml  # noqa: PLC0415 - 15 ms that only YAML should cost

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        """Reads dates and words such as ``no`` as the text they are (YAML 1.2, core schema)."""

    dates_and_words = ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool")
    Loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag not in dates_and_words]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    Loader.add_implicit_resolver(
        dates_and_words[1], re.compile(r"true|True|TRUE|false|False|FALSE"), list("tTfF")
    )
    try:
        tree: object = yaml.load(data, Loader=Loader)  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        what = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise InputError(f"{name}: not YAML: {what}{where}") from error
    return tree


def in_words(message: str, known: Collection[str] = ()) -> str:
    """Put the path of msgspec's message first, its types in words, and the nearest known name behind.

    ``known`` are the names that may be meant, those of the issue file where none are given.
    """
    text, _, path = message.partition(" - at `$")
    path = path.rstrip("`").lstrip(".")
    before = f"{path}: " if path else ""
    if found := re.fullmatch(r"Expected `(.+?)`, got `(.+?)`", text):
        kinds = " or ".join(_KINDS.get(kind, kind) for kind in found[1].split(" | "))
        hint = ", as {name: 石砚南}" if re.search(r"\bpeople\[\d+\]$", path) else ""
        return f"{before}expected {kinds}{hint}, found {_KINDS.get(found[2], found[2])}"
    if found := re.fullmatch(r"Object contains unknown field `(.+)`", text):
        return f"{before}unknown key {found[1]!r}{_nearest(found[1], known)}"
    if found := re.fullmatch(r"Object missing required field `(.+)`", text):
        return f"{before}the key {found[1]!r} is missing"
    if found := re.fullmatch(r"Invalid (?:enum )?value '(.+)'", text):
        return f"{before}{found[1]!r} is not known here{_nearest(found[1], known)}"
    return f"{before}{text[:1].lower()}{text[1:]}"


def _nearest(name: str, known: Collection[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - for faults only

    names = known or _names()
    if name in names:
        return ": it belongs elsewhere"
    near = get_close_matches(name, sorted(names), n=1, cutoff=0.6)
    return f": did you mean {near[0]!r}?" if near else ""


def _names() -> set[str]:
    """The keys and closed values of the issue file."""
    known: set[str] = set()
    for definition in schema()["$defs"].values():
        for key, value in definition.get("properties", {}).items():
            known.add(key)
            known.update(value.get("enum", ()))
    return known
