"""The user's cache of baked faces: bytes by their key, kept whole or not at all.

The cache lies in ``$XDG_CACHE_HOME/bookmaker`` (``~/.cache/bookmaker``). It only saves time: without it, or with a
damaged file in it, everything is made anew, and a folder that cannot be written is no error.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

KEPT = 48
"""Files kept, the most recently used; an edition needs three or six of about 700 KB."""

_DIGEST = 32


def cache_dir() -> Path:
    """Return the folder of the cache, which need not exist (XDG Base Directory Specification)."""
    home = os.environ.get("XDG_CACHE_HOME", "")
    # The specification has relative paths ignored.
    base = Path(home) if Path(home).is_absolute() else Path.home() / ".cache"
    return base / "bookmaker"


def cached(key: str, make: Callable[[], bytes]) -> bytes:
    """Return what is kept under ``key``, else what ``make`` returns, which is kept from then on."""
    try:
        path = cache_dir() / f"{key}.face"
    except RuntimeError:  # there is no home folder
        return make()
    with suppress(OSError):
        kept = path.read_bytes()
        if sha256(kept[_DIGEST:]).digest() == kept[:_DIGEST]:
            os.utime(path)
            return kept[_DIGEST:]
    data = make()
    with suppress(OSError):
        _keep(path, sha256(data).digest() + data)
    return data


def _keep(path: Path, data: bytes) -> None:
    """Write ``data`` to a file beside ``path`` and rename it, then drop the files that were used least."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    files = sorted(path.parent.glob("*.face"), key=lambda file: file.stat().st_mtime, reverse=True)
    for old in files[KEPT:]:
        old.unlink(missing_ok=True)
