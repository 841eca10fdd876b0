"""Reading ``book.toml``.

A key nobody knows is an error that names the nearest known one: a misspelt one must not vanish in silence.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from bookmaker.diagnostics import InputError, UsageError
from bookmaker.settings import (
    BookSettings,
    EditSettings,
    ImageSettings,
    IssueSettings,
    PdfSettings,
    SegmentSettings,
    Settings,
)
from bookmaker.settings.rules import checked

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bookmaker.model import Record

TABLES: dict[str, type[Record]] = {
    "issue": IssueSettings,
    "book": BookSettings,
    "images": ImageSettings,
    "pdf": PdfSettings,
    "segment": SegmentSettings,
    "edit": EditSettings,
}
"""The tables of ``book.toml``."""

_KINDS = {
    "str": "text in quotation marks",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
    "null": "nothing",
}


def load_settings(path: Path) -> Settings:
    """Read ``book.toml`` at ``path``.

    Raises InputError for a file that cannot be read or is not TOML, UsageError for unknown keys, wrong types
    and values that break a rule, each naming the file and the key.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 (offset {error.start}): save it as UTF-8") from error
    return parse_settings(text, file=str(path))


def parse_settings(text: str, *, file: str) -> Settings:
    """Return the settings in the text of a ``book.toml``; ``file`` is its name. Raises as above."""
    import tomllib  # noqa: PLC0415 - many texts have no book.toml

    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{file}: not TOML: {error}") from error
    _refuse_unknown(data, file)
    if isinstance(data.get("issue"), dict):
        data["issue"] = {key: _as_text(key, value) for key, value in data["issue"].items()}
    try:
        settings = msgspec.convert({**data, "file": file}, Settings)
    except msgspec.ValidationError as error:
        raise UsageError(f"{file}: {_wrong_type(str(error))}") from error
    return checked(settings)


def _as_text(key: str, value: object) -> object:
    """Accept ``number = 3`` and ``date = 2024-02-15`` as written: TOML has numbers and dates of its own."""
    if isinstance(value, date):
        return value.isoformat()
    if (
        key in {"number", "issue", "volume", "date"}
        and isinstance(value, int)
        and not isinstance(value, bool)
    ):
        return str(value)
    return value


def _refuse_unknown(data: Mapping[str, Any], file: str) -> None:
    for name, table in data.items():
        if name not in TABLES:
            raise UsageError(f"{file}: unknown table [{name}]{_nearest(name, list(TABLES))}")
        if not isinstance(table, dict):
            raise UsageError(f"{file}: {name}: expected a table, [{name}]")
        known = [field.encode_name for field in msgspec.structs.fields(TABLES[name])]
        for key in table:
            if key not in known:
                raise UsageError(f"{file}: unknown key {key!r} in [{name}]{_nearest(key, known, data)}")


def _nearest(name: str, known: list[str], data: Mapping[str, Any] | None = None) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - for faults only

    near = get_close_matches(name.replace("_", "-"), known, n=1, cutoff=0.5)
    if near:
        return f": did you mean {near[0]!r}?"
    for table, record in TABLES.items() if data is not None else ():
        if name in [field.encode_name for field in msgspec.structs.fields(record)]:
            return f": it belongs in [{table}]"
    return f": known are {', '.join(known)}"


def _wrong_type(message: str) -> str:
    """Turn ``Expected `str`, got `int` - at `$.issue.title` `` into words that name the key first."""
    found = re.fullmatch(
        r"Expected `(.+?)`(?: of length (\d+))?, got `?(.+?)`?(?: of length (\d+))?(?: - at `\$\.?(.*)`)?",
        message,
    )
    if found is None:
        return message
    expected = " or ".join(_KINDS.get(part, part) for part in found[1].split(" | ") if part != "null")
    if found[2]:
        return f"{found[5]}: expected {expected} of {found[2]}, found {found[4] or found[3]}"
    return f"{found[5]}: expected {expected}, found {_KINDS.get(found[3], found[3])}"
