"""Edition → Book: chapters, contents, title page, cover, outline and page markers."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from bookmaker import resources
from bookmaker.book import XHTML, Book, Resource
from bookmaker.diagnostics import InputError, OutputError
from bookmaker.render import identity
from bookmaker.render.accent import TOKEN, accent
from bookmaker.render.apostrophes import mark_apostrophes
from bookmaker.render.blocks import Album, Registers
from bookmaker.render.chapter import Setting, chapter
from bookmaker.render.contents import contents
from bookmaker.render.cover import cover_page, given_cover
from bookmaker.render.ids import Ids, name
from bookmaker.render.images import Images
from bookmaker.render.orientation import orient
from bookmaker.render.outline import outline
from bookmaker.render.pages import PageTrail
from bookmaker.render.pictures import Pictures, Placeholder, placeholders, prepare_figures
from bookmaker.render.title_page import title_page
from bookmaker.render.words import words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bookmaker.model import Edition, Issue

__all__ = ["Images", "Placeholder", "draw_cover", "given_cover", "placeholders", "prepare_figures", "render"]

_RESERVED = ("cover", "titlepage", "titlepage-title", "contents", "contents-title", "nav", "ncx")
"""Ids and file names that no article may take."""


@cache
def _sheet(file: str) -> str:
    path = resources.styles_dir() / file
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise OutputError(f"the style sheet {path} cannot be read: {error.strerror}") from error


def draw_cover(issue: Issue) -> Resource:
    """Return the cover of an issue that has no picture for it; raises InputError for an accent that is no colour."""
    from bookmaker.render.cover_image import draw  # noqa: PLC0415 - a given cover needs no Pillow

    return draw(issue, accent(issue.metadata))


def render(
    edition: Edition,
    *,
    images: Mapping[str, bytes] | None = None,
    cover: Callable[[], Resource] | None = None,
    modified: int | None = None,
) -> Book:
    """Return ``edition`` as a book, the same bytes for the same arguments.

    ``images`` are the files of the images folder by name (as ``Images`` they are prepared once for all
    editions), ``cover`` gives the cover's picture, which is asked for last (without it one is drawn), ``modified``
    is in seconds since 1970. The chapters refer to three style sheets: ``base.css``,
    the one of the writing mode, and ``epub.css``, which a writer of pages leaves out.

    Raises InputError for an article id given twice, a picture that is none, a date or accent that cannot be
    read, and text that XML cannot hold.
    """
    issue = edition.issue
    doubled = [
        ident for ident, count in Counter(article.id for article in issue.articles).items() if count > 1
    ]
    if doubled:
        raise InputError(
            f"articles: the id {doubled[0]!r} is given more than once: give each article its own"
        )
    said = words(edition.language)
    colour = accent(issue.metadata)
    setting = Setting(edition.language, edition.mode, ("base.css", f"{edition.mode}.css", "epub.css"))
    prepared = images if isinstance(images, Images) else Images(images or {})

    ids = Ids()
    registers = Registers(ids, PageTrail(issue.pages, ids), Album(Pictures(prepared), said))
    for reserved in _RESERVED:
        ids.take(reserved)
    identifiers = [ids.take(name(article.id)) for article in issue.articles]
    made = [
        chapter(article, ident, setting, registers)
        for article, ident in zip(issue.articles, identifiers, strict=True)
    ]
    articles = [document for document, _ in made]
    listed = contents(articles, setting, said)
    picture = cover() if cover else draw_cover(issue)
    try:
        front = cover_page(picture, issue.metadata, setting, said), title_page(issue.metadata, setting, said)
    except ValueError as error:
        raise InputError("metadata: a value holds a control character: remove it") from error
    chapters = (*front, listed, *articles)
    for document in chapters:
        for body in document.root.iterfind(f"{{{XHTML}}}body"):
            mark_apostrophes(body)
            if edition.mode == "vertical":
                orient(body)
    return Book(
        edition=edition,
        identifier=identity.identifier(edition),
        modified=identity.modified(issue.metadata, modified),
        chapters=chapters,
        outline=outline((document.section, entry) for document, entry in made),
        pages=registers.pages.markers,
        resources=registers.album.resources,
        cover=picture,
        stylesheets=tuple(
            Resource(f"../styles/{sheet}", "text/css", _sheet(sheet).replace(TOKEN, colour).encode())
            for sheet in setting.sheets
        ),
    )
