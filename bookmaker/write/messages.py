"""What is heard of the layout engine while it works: progress, and warnings as diagnostics or errors."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bookmaker import resources
from bookmaker.diagnostics import Code, Diagnostic, OutputError
from bookmaker.model import block_text, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bookmaker.book import Book, Chapter

Progress = Callable[[str, int, int], None]
"""Called with a stage's name, how much of it is done, and how much there is (0 where nobody knows)."""


class _Listener(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@contextmanager
def listening() -> Iterator[list[logging.LogRecord]]:
    """Collect the engine's warnings instead of printing them."""
    listener, logger = _Listener(), logging.getLogger("weasyprint")
    before = logger.propagate, logger.level
    logger.addHandler(listener)
    logger.propagate = False
    logger.setLevel(logging.WARNING)
    try:
        yield listener.records
    finally:
        logger.removeHandler(listener)
        logger.propagate, logger.level = before


_NO_GLYPH = ".notdef"


def sorted_out(records: Iterable[logging.LogRecord]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what the engine warned of, each thing once, and the characters that it drew as empty boxes."""
    said: dict[str, None] = {}
    missing: dict[str, None] = {}
    for record in records:
        if str(record.msg).startswith(_NO_GLYPH) and isinstance(record.args, tuple):
            missing[str(record.args[0])] = None
        else:
            said[record.getMessage()] = None
    return tuple(said), tuple(missing)


def refuse_missing(book: Book, missing: Iterable[str]) -> None:
    """Raise OutputError for the characters that were drawn as empty boxes."""
    if places := "; ".join(_where(book, character) for character in dict.fromkeys(missing)):
        raise OutputError(f"no font has {places}: correct the text, or install a font that has the character")


def _where(book: Book, character: str) -> str:
    """Name a character, its article and its line of the text layer."""
    name = f"{character!r} (U+{ord(character):04X})"
    for article, block in walk(book.edition.issue):
        if character in block_text(block):
            line = f", line {block.source.lines[0][0]}" if block.source and block.source.lines else ""
            return f"{name} in article {article.id}{line}"
    for chapter in book.chapters:
        if character in _text(chapter):
            return f"{name} in {chapter.href}"
    return name


def _text(chapter: Chapter) -> str:
    return "".join(map(str, chapter.root.itertext()))


def lacking_characters(book: Book) -> frozenset[str]:
    """Return the characters of the book that none of the shipped faces has."""
    used = {character for chapter in book.chapters for character in set(_text(chapter))}
    lacking = {ord(character) for character in used if not character.isspace()}
    for face in resources.FACES.values():
        lacking = resources.uncovered(face, lacking)
    return frozenset(map(chr, lacking))


def fallbacks(book: Book, lacking: Iterable[str]) -> Iterator[Diagnostic]:
    """Name the first place of each character of ``lacking``, which a system font sets."""
    for character in sorted(lacking):
        for article, block in walk(book.edition.issue):
            if character in block_text(block):
                source = block.source
                yield Diagnostic(
                    Code.FALLBACK_GLYPH,
                    f"{character!r} (U+{ord(character):04X}) is set in a system font: the faces lack it",
                    page=source.page if source else None,
                    line=source.lines[0][0] if source and source.lines else None,
                    article=article.id,
                )
                break


def warnings(said: Iterable[str]) -> Iterator[Diagnostic]:
    """Return what the engine warned of, each thing once."""
    for text in dict.fromkeys(said):
        yield Diagnostic(Code.RENDERER, text)
