"""Files in and out: names that every file system takes, pictures read on demand, outputs written whole."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from bookmaker.diagnostics import InputError, OutputError

PICTURES = frozenset({".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg"})
"""Suffixes of the files of an images folder that count as pictures."""

_MOST_BYTES = 120  # of a slug in UTF-8; file systems take 255, and the suffixes need room
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


def safe_slug(text: str) -> str:
    """Return ``text`` as the name of a file: no separators, controls or marks that some file system refuses.

    Ideographs stay; what cannot stay becomes ``-``; an empty result becomes ``issue``.
    """
    slug = unicodedata.normalize("NFC", text)
    slug = re.sub(
        r'[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff\ud800-\udfff/\\:*?"<>|]+', "-", slug
    )
    slug = re.sub(r"-{2,}", "-", slug).strip("-. ")
    slug = slug.encode()[:_MOST_BYTES].decode("utf-8", "ignore").rstrip("-. ")
    if _RESERVED.fullmatch(slug):
        slug = f"issue-{slug}"
    return slug or "issue"


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes; raises InputError naming the file if it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error


class ImageFolder(Mapping[str, bytes]):
    """The pictures of a folder by file name, each read when it is asked for."""

    def __init__(self, folder: Path | None) -> None:
        """List ``folder``; None is a folder without pictures. Raises InputError if it is no folder."""
        self._paths: dict[str, Path] = {}
        if folder is None:
            return
        try:
            entries = sorted(folder.iterdir())
        except OSError as error:
            raise InputError(f"the images folder {folder} cannot be read: {error.strerror}") from error
        self._paths = {
            path.name: path for path in entries if path.suffix.lower() in PICTURES and path.is_file()
        }

    def __getitem__(self, name: str) -> bytes:
        return read_bytes(self._paths[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def write_all(files: Mapping[Path, bytes]) -> None:
    """Write all ``files`` or none of them: each to a temporary file beside its target, then all renamed.

    Folders are made as needed and taken away again if writing fails. Raises OutputError naming the file.
    """
    made: list[Path] = []
    temporary: dict[Path, Path] = {}
    done = False
    path = Path()
    try:
        for number, (path, data) in enumerate(files.items()):
            if path.is_dir():
                raise OutputError(f"{path}: cannot be written: a folder of that name is in the way")
            made += _make_folder(path.parent)
            part = temporary[path] = path.with_name(f".{os.getpid()}-{number}.part")
            part.write_bytes(data)
        for path, part in temporary.items():
            part.replace(path)
        done = True
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror}") from error
    finally:
        if not done:
            for part in temporary.values():
                part.unlink(missing_ok=True)
            for folder in reversed(made):
                with suppress(OSError):
                    folder.rmdir()


def _make_folder(folder: Path) -> list[Path]:
    """Make ``folder`` and those above it; return the ones that did not exist, outermost first."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return missing[::-1]
