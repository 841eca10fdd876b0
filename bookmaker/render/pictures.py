"""Which file of the images folder belongs to which figure, and what shape it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bookmaker.book import Resource
from bookmaker.model import Article, Edition, Figure, Issue, plain
from bookmaker.render.ids import name
from bookmaker.render.images import Images

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


class Placeholder(msgspec.Struct, frozen=True):
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

    def __init__(self, images: Images) -> None:
        self._images = images
        self._names = {key.lower(): key for key in sorted(images, reverse=True)}

    def find(self, figure: Figure, stem: str) -> str | None:
        """Return the name of the file for ``figure``: the one it names, else one of its stem, else None."""
        wanted = ([figure.image] if figure.image else []) + [stem + suffix for suffix in SUFFIXES]
        return next((self._names[key] for key in map(str.lower, wanted) if key in self._names), None)

    def resource(self, file: str, stem: str) -> tuple[Resource, str | None]:
        """Return ``file`` as a resource named after ``stem``, and its ``shape``.

        The resource's suffix tells what it really is. Raises InputError as ``images.prepare`` does.
        """
        picture = self._images.picture(file)
        suffix = _KINDS[picture.media_type]
        whole = picture.media_type == "image/svg+xml" or max(picture.width, picture.height) >= _FULL
        return (
            Resource(f"../images/{stem}{suffix}", picture.media_type, picture.data),
            shape(picture.width / picture.height) if whole else None,
        )


_FULL = 800
"""Pixels of the longer side from which a picture fills the room that a page has for it, and is not enlarged."""


def shape(aspect: float) -> str:
    """Return the class of a picture that may fill its room: ``wide`` or ``tall``."""
    return "wide" if aspect >= 1 else "tall"


def prepare_figures(issue: Issue, images: Images) -> None:
    """Prepare the pictures of all figures of ``issue``; raises InputError as ``images.prepare`` does."""
    pictures = Pictures(images)
    for article in issue.articles:
        for figure, stem in figures(article):
            if file := pictures.find(figure, stem):
                images.picture(file)


def placeholders(edition: Edition, images: Mapping[str, bytes] | None = None) -> tuple[Placeholder, ...]:
    """Return every figure of ``edition`` for which ``images`` holds no picture, in reading order."""
    pictures = Pictures(Images(images or {}))
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
