"""The user's cache of sheaves: what has been laid out and drawn once is taken from there as long as it is the same.

A sheaf is kept under a digest of all that decides of it, the programs included (``bookmaker.write.making``). The files
lie in the folder ``sheaves`` of bookmaker's cache, which may be deleted at any time; a damaged one is made anew.
"""

from __future__ import annotations

import ctypes
import os
import sys
import zlib
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from bookmaker.libraries import folder
from bookmaker.write.cache import cache_dir, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable

KEPT = 128 << 20
"""Bytes kept, the files most recently used; an edition of a hundred pages takes about one and a half million."""

_DIGEST = 16


_ENGINE = ("weasyprint", "pydyf", "tinycss2", "cssselect2", "PIL", "fontTools")
_PANGO = "libpango-1.0.so.0"


@cache
def _programs() -> bytes:
    """Return a digest of the code that makes sheaves, and of which programs it calls; none of them is loaded for it.

    A file of a program is known by when it came to stand where it does.
    """
    files = [*Path(__file__).parent.glob("*.py"), *(folder(name) / "__init__.py" for name in _ENGINE)]
    known = [(str(path), (status := path.stat()).st_size, status.st_mtime_ns) for path in sorted(files)]
    others = sys.version, _pango_version(), zlib.ZLIB_RUNTIME_VERSION
    return blake2b(repr((known, others)).encode(), digest_size=_DIGEST).digest()


def _pango_version() -> object:
    try:
        return ctypes.CDLL(_PANGO).pango_version()
    except OSError:  # where libraries have other names, the engine finds them, and updates are rarer
        return None


def key_of(parts: Iterable[bytes]) -> str:
    """Return the key of what is made from these parts by the programs that are installed."""
    digest = blake2b(_programs(), digest_size=_DIGEST)
    for part in parts:
        digest.update(b"%d " % len(part))
        digest.update(part)
    return digest.hexdigest()


def _folder() -> Path | None:
    try:
        return cache_dir() / "sheaves"
    except RuntimeError:  # there is no home folder
        return None


def take(key: str) -> bytes | None:
    """Return what is kept under a key, if it is whole."""
    folder = _folder()
    if folder is None:
        return None
    path = folder / key
    with suppress(OSError):
        data = path.read_bytes()
        content = data[_DIGEST:]
        if blake2b(content, digest_size=_DIGEST).digest() == data[:_DIGEST]:
            os.utime(path)
            return content
    return None


def keep(key: str, content: bytes) -> None:
    """Keep what was made under a key; where the folder cannot be written, nothing is kept."""
    folder = _folder()
    if folder is not None:
        with suppress(OSError):
            write_whole(folder / key, blake2b(content, digest_size=_DIGEST).digest() + content)


def tidy(most: int = KEPT) -> None:
    """Drop the files that were used least, as far as all take more than so many bytes."""
    folder = _folder()
    if folder is None:
        return
    with suppress(OSError):
        found = [(entry.stat(), entry.path) for entry in os.scandir(folder)]
        found.sort(key=lambda file: file[0].st_mtime, reverse=True)
        total = 0
        for status, path in found:
            total += status.st_size
            if total > most:
                Path(path).unlink(missing_ok=True)
