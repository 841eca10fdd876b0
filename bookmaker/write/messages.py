"""What the layout engine says while it works, as progress, as diagnostics, or as the error it amounts to."""

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
    def __init__(self, progress: Progress | None) -> None:
        super().__init__(logging.INFO)
        self.records: list[logging.LogRecord] = []
        self._progress = progress

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.WARNING:
            self.records.append(record)
        elif self._progress and record.args and "Page %" in str(record.msg):
            self._progress("layout", int(str(record.args[-1])) if isinstance(record.args, tuple) else 0, 0)


@contextmanager
def listening(progress: Progress | None) -> Iterator[list[logging.LogRecord]]:
    """Collect the engine's warnings instead of printing them, and pass its progress on."""
    listener = _Listener(progress)
    loggers = logging.getLogger("weasyprint"), logging.getLogger("weasyprint.progress")
    before = [(logger, logger.propagate, logger.level) for logger in loggers]
    for logger, level in zip(
        loggers, (logging.WARNING, logging.INFO if progress else logging.ERROR), strict=True
    ):
        logger.addHandler(listener)
        logger.propagate = False
        logger.setLevel(level)
    try:
        yield listener.records
    finally:
        for logger, propagate, level in before:
            logger.removeHandler(listener)
            logger.propagate = propagate
            logger.setLevel(level)


_NO_GLYPH = ".notdef"


def refuse_missing(book: Book, messages: Iterable[logging.LogRecord]) -> None:
    """Raise OutputError for the characters that were drawn as empty boxes."""
    missing = [
        str(record.args[0])
        for record in messages
        if str(record.msg).startswith(_NO_GLYPH) and isinstance(record.args, tuple)
    ]
    if missing:
        places = "; ".join(_where(book, character) for character in dict.fromkeys(missing))
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
    known = frozenset().union(*(resources.repertoire(face) for face in resources.FACES.values()))
    used = {character for chapter in book.chapters for character in _text(chapter)}
    return frozenset(
        character for character in used if ord(character) not in known and not character.isspace()
    )


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


def warnings(messages: Iterable[logging.LogRecord]) -> Iterator[Diagnostic]:
    """Return what the engine warned of, each thing once."""
    for text in dict.fromkeys(record.getMessage() for record in messages):
        yield Diagnostic(Code.RENDERER, text)
