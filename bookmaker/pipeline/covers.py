"""Drawn covers, kept in the user's cache: what is drawn changes seldom, and drawing takes as long as all else of an EPUB."""

from __future__ import annotations

import sys
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

import bookmaker
from bookmaker import resources
from bookmaker.book import Resource
from bookmaker.libraries import folder, version
from bookmaker.write.cache import cached

if TYPE_CHECKING:
    from collections.abc import Callable

    from bookmaker.model import Issue


def kept_cover(issue: Issue, draw: Callable[[Issue], Resource]) -> Resource:
    """Return the cover of an issue, drawn by ``draw`` if no cover of the same data is kept; raises what that raises."""

    def make() -> bytes:
        made = draw(issue)
        return msgspec.msgpack.encode((made.href, made.media_type, made.data))

    path = cached(_key(issue), make, suffix=".cover")
    href, media_type, data = msgspec.msgpack.decode(path.read_bytes(), type=tuple[str, str, bytes])
    return Resource(href, media_type, data)


def _key(issue: Issue) -> str:
    """Return a digest of all that a cover may show, and of what draws it."""
    headings = tuple(msgspec.structs.replace(article, blocks=()) for article in issue.articles)
    digest = sha256(msgspec.json.encode((issue.metadata, headings)))
    programs = sorted((folder("bookmaker") / "render").glob("*.py"))
    faces = [face.path for face in resources.FACES.values()]
    for path in (*programs, *faces):
        status = path.stat()
        digest.update(f"{path.name} {status.st_size} {status.st_mtime_ns}\n".encode())
    digest.update(f"{bookmaker.__version__} {version('PIL')} {sys.version}".encode())
    return digest.hexdigest()
