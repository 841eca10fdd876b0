"""The proof that chapters hold the whole issue: every block's text is in the chapter of its article."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bookmaker.book import XHTML
from bookmaker.diagnostics import OutputError
from bookmaker.model import Article, Block, block_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from bookmaker.book import Book

_READINGS = (f"{{{XHTML}}}rt", f"{{{XHTML}}}rp")


def prove_chapters(book: Book) -> None:
    """Raise OutputError unless every block of the issue stands in its article's chapter, white space aside.

    Chapters follow the order of the articles. Readings of ruby do not count, nor do zero-width break
    opportunities (U+200B) and joiners (U+2060).
    """
    articles = book.edition.issue.articles
    chapters = [chapter for chapter in book.chapters if chapter.role == "article"]
    if len(chapters) != len(articles):
        raise OutputError(
            f"rendering made {len(chapters)} chapters of {len(articles)} articles: a fault of bookmaker"
        )
    for article, chapter in zip(articles, chapters, strict=True):
        text = _squeezed("".join(_texts(chapter.root)))
        place = 0
        for block in (*article.front, *article.blocks):
            for piece in _pieces(block):
                # Most blocks stand in order: going on from the last keeps this linear in the text.
                found = text.find(piece, place)
                if found < 0:
                    found = text.find(piece)
                if found < 0:
                    raise OutputError(_lost(article, block, piece))
                place = found


def _texts(root: etree._Element) -> Iterator[str]:
    has_readings = next(root.iter(*_READINGS), None) is not None
    return _words(root) if has_readings else map(str, root.itertext())


def _words(element: etree._Element) -> Iterator[str]:
    if element.tag not in _READINGS and isinstance(element.tag, str):
        if element.text:
            yield element.text
        for child in element:
            yield from _words(child)
            if child.tail:
                yield child.tail


def _pieces(block: Block) -> Iterator[str]:
    for line in block_text(block).split("\n"):
        piece = _squeezed(line)
        if piece:
            yield piece


def _squeezed(text: str) -> str:
    return "".join(text.split()).replace("\u200b", "").replace("\u2060", "")


def _lost(article: Article, block: Block, piece: str) -> str:
    where = f", page {block.source.page} of the text layer" if block.source else ""
    kind = block.__struct_config__.tag
    return f"rendering lost a {kind} of article {article.id}{where}: “{piece[:30]}”: a fault of bookmaker"
