"""Which file of the images folder belongs to which figure, and what kind of picture it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bookmaker.book import Resource
from bookmaker.diagnostics import InputError
from bookmaker.model import Article, Edition, Figure, plain
from bookmaker.render.ids import name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".svg")
"""Suffixes under which a figure's picture is looked for, the first one first."""

_KINDS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/svg+xml": ".svg",
}


@dataclass(frozen=True)
class Placeholder:
    """A figure without its picture: its article's id, the stem of the file wanted, and where it stands.

    ``wanted`` is a file name that would replace the placeholder; ``page`` and ``line`` are those of the
    caption in the text layer, None where they are not known.
    """

    article: str
    stem: str
    wanted: str
    caption: str
    page: int | None
    line: int | None


def figures(article: Article) -> Iterator[tuple[Figure, str]]:
    """Yield the article's figures, each with its stem: the article's id, ``-f`` and the running number."""
    number = 0
    for block in article.blocks:
        if isinstance(block, Figure):
            number += 1
            yield block, f"{name(article.id)}-f{number}"


class Pictures:
    """The files of the images folder, by name without regard to case."""

    def __init__(self, images: Mapping[str, bytes]) -> None:
        self._images = images
        self._names = {key.lower(): key for key in sorted(images, reverse=True)}

    def find(self, figure: Figure, stem: str) -> str | None:
        """Return the name of the file for ``figure``: the one it names, else one of its stem, else None."""
        wanted = ([figure.image] if figure.image else []) + [stem + suffix for suffix in SUFFIXES]
        return next((self._names[key] for key in map(str.lower, wanted) if key in self._names), None)

    def resource(self, file: str, stem: str) -> Resource:
        """Return ``file`` as a resource named after ``stem``; its suffix tells what it really is.

        Raises InputError for a file that is no picture a book can hold (EPUB 3.3, core media types).
        """
        data = self._images[file]
        kind = media_type(data, file)
        return Resource(f"../images/{stem}{_KINDS[kind]}", kind, data)


def media_type(data: bytes, file: str) -> str:
    """Return the media type of a picture by its first bytes; raises InputError if it is none of ours."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    if b"<svg" in data[:2048]:
        return "image/svg+xml"
    raise InputError(f"{file}: this is no JPEG, PNG, GIF, WebP or SVG picture: convert it or remove it")


def placeholders(edition: Edition, images: Mapping[str, bytes] | None = None) -> tuple[Placeholder, ...]:
    """Return every figure of ``edition`` for which ``images`` holds no picture, in reading order."""
    pictures = Pictures(images or {})
    missing = []
    for article in edition.issue.articles:
        for figure, stem in figures(article):
            if pictures.find(figure, stem) is None:
                source = figure.source
                missing.append(
                    Placeholder(
                        article=article.id,
                        stem=stem,
                        wanted=figure.image or stem + SUFFIXES[0],
                        caption=plain(figure.caption),
                        page=source.page if source else article.page,
                        line=source.lines[0][0] if source and source.lines else None,
                    )
                )
    return tuple(missing)
