"""One article as one XHTML document."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bookmaker.book import Chapter, Entry
from bookmaker.diagnostics import InputError
from bookmaker.model import Block, block_text
from bookmaker.render.blocks import BlockWriter
from bookmaker.render.outline import nest
from bookmaker.render.xhtml import EPUB_TYPE, document, element, entitle

if TYPE_CHECKING:
    from lxml import etree

    from bookmaker.model import Article
    from bookmaker.render.blocks import Registers


class Setting(msgspec.Struct, frozen=True):
    """What all documents of an edition share: language, writing mode, style sheets."""

    language: str
    mode: str
    sheets: tuple[str, ...]

    def document(self, title: str, body: str) -> tuple[etree._Element, etree._Element]:
        """Return a new document and its empty body; ``body`` is the body's ``epub:type``."""
        return document(title, language=self.language, mode=self.mode, sheets=self.sheets, body=body)


def authors(article: Article) -> str:
    """Return who wrote the article, as contents print it: names by blanks, else the bylines as printed."""
    return " ".join(
        " ".join(person.name for person in byline.people) or byline.text for byline in article.bylines
    )


def chapter(article: Article, ident: str, setting: Setting, registers: Registers) -> tuple[Chapter, Entry]:
    """Return the chapter of ``article`` and its entry in the outline; ``ident`` is its id in the book.

    Raises InputError for text that no XML document can hold.
    """
    file = f"{ident}.xhtml"
    writer = BlockWriter(article, file, registers)
    try:
        front_matter = article.type == "front-matter"
        root, body = setting.document("", "frontmatter" if front_matter else "bodymatter")
        section = _section(body, article, ident)
        writer.mark(section, _first_page(article))
        place = element(section, "aside", css="notice") if article.type == "notice" else section
        _opening(place, article, writer)
        for number, block in enumerate(article.blocks):
            _write(writer, place, block, article, f"blocks[{number}]")
        # Only now, since it may be taken from a block, whose faults are told with their place.
        heading = article.heading
        entitle(root, heading)
        if writer.title_id:
            section.set("aria-labelledby", writer.title_id)
        else:
            section.set("aria-label", heading)
    except ValueError as error:
        raise InputError(
            f"article {article.id}: section or label holds a control character: remove it"
        ) from error
    entry = Entry(heading, f"{file}#{ident}", "article", nest(writer.heads))
    byline = authors(article) or None
    return Chapter(ident, file, heading, "article", root, article.section, byline), entry


def _section(body: etree._Element, article: Article, ident: str) -> etree._Element:
    css = "article" if article.type == "article" else f"article {article.type}"
    section = element(body, "section", css=css, id=ident)
    if article.type == "article":
        # doc-chapter is a landmark: a reading system lists every one, so only real articles carry it.
        section.set(EPUB_TYPE, "chapter")
        section.set("role", "doc-chapter")
    return section


def _first_page(article: Article) -> int | None:
    blocks: tuple[Block, ...] = (*article.front, *article.blocks)
    return next((block.source.page for block in blocks if block.source), article.page)


def _opening(place: etree._Element, article: Article, writer: BlockWriter) -> None:
    if not (article.section or article.front or article.label):
        return
    header = element(place, "header", css="opening")
    if article.section:
        # A label and no paragraph: the department's name is no part of the article's text.
        element(header, "div", article.section, css="section")
    if article.label and not article.title:
        writer.label(header, article.label)
    for number, block in enumerate(article.front):
        _write(writer, header, block, article, f"front[{number}]")


def _write(writer: BlockWriter, parent: etree._Element, block: Block, article: Article, path: str) -> None:
    try:
        writer.write(parent, block)
    except ValueError as error:
        place = f", line {block.source.lines[0][0]}" if block.source and block.source.lines else ""
        raise InputError(
            f"article {article.id}, {path}{place}: {block_text(block)[:20]!r} holds a control character: "
            "remove it"
        ) from error
