"""The user's cache of baked faces: files by their key, kept whole or not at all.

The cache lies in ``$XDG_CACHE_HOME/bookmaker`` (``~/.cache/bookmaker``). It only saves time: a damaged file in it
is made anew, and where the folder cannot be written, a temporary one serves for the length of the process.
"""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tempfile
    from collections.abc import Callable

KEPT = 96
"""Files kept, the most recently used; an edition needs three to nine of about 600 KB."""


def cache_dir() -> Path:
    """Return the folder of the cache, which need not exist (XDG Base Directory Specification)."""
    home = os.environ.get("XDG_CACHE_HOME", "")
    # The specification has relative paths ignored.
    base = Path(home) if Path(home).is_absolute() else Path.home() / ".cache"
    return base / "bookmaker"


def cached(key: str, make: Callable[[], bytes], *, suffix: str = ".ttf") -> Path:
    """Return a file of what ``make`` returns, made only if none is kept under ``key``."""
    try:
        folder = cache_dir()
    except RuntimeError:  # there is no home folder
        folder = _substitute()
    for path in folder.glob(f"{key}-*{suffix}"):
        with suppress(OSError):
            if path.name == _name(key, path.read_bytes(), suffix):
                os.utime(path)
                return path
    data = make()
    try:
        return _keep(folder, _name(key, data, suffix), data)
    except OSError:
        return _keep(_substitute(), _name(key, data, suffix), data)


def _name(key: str, data: bytes, suffix: str) -> str:
    """Return a file's name, which proves its content."""
    return f"{key}-{sha256(data).hexdigest()[:16]}{suffix}"


@cache
def _substitute_owner() -> tempfile.TemporaryDirectory[str]:
    import tempfile  # noqa: PLC0415 - takes long to load, and mostly nothing is to be kept

    return tempfile.TemporaryDirectory(prefix="bookmaker-")


def _substitute() -> Path:
    return Path(_substitute_owner().name)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file of the cache under another name and rename it, so that none is ever seen in part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    import tempfile  # noqa: PLC0415

    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    part = Path(temporary)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def _keep(folder: Path, name: str, data: bytes) -> Path:
    """Write a file, then drop those that were used least."""
    path = folder / name
    write_whole(path, data)
    with suppress(OSError):
        files = sorted(folder.glob("*-*.*"), key=lambda file: file.stat().st_mtime, reverse=True)
        for old in files[KEPT:]:
            old.unlink(missing_ok=True)
    return path
