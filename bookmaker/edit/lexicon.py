"""Words that must come out in a given form whatever the converter says: where they stand in a text.

First come the words of the issue's own glossary, then personal names, then the shipped lists
(``data/words-*.tsv``). Of words that begin at the same place the longest wins.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bookmaker.diagnostics import OutputError
from bookmaker.revisions import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class Span(NamedTuple):
    """Characters ``start`` to ``end`` of a text, the form they must have in the edition, and why."""

    start: int
    end: int
    target: str
    kind: Kind


class Entry(NamedTuple):
    """A word, its right form, why, and the characters it must not follow, or must follow if there are any."""

    word: str
    target: str
    kind: Kind
    not_after: str = ""
    only_after: str = ""


class Lexicon:
    """Words in ranks: where a word of an earlier rank stands, none of a later one is looked for."""

    def __init__(self, *ranks: Iterable[Entry]) -> None:
        self._ranks = tuple(_Rank(entries) for entries in ranks)

    def spans(self, text: str, taken: Sequence[Span] = ()) -> tuple[Span, ...]:
        """Return the words found in ``text``, in order, none overlapping another or one of those ``taken``."""
        found = list(taken)
        for rank in self._ranks:
            new = [span for span in rank.find(text) if all(_apart(span, other) for other in found)]
            found += new
        return tuple(sorted(found))


def _apart(span: Span, other: Span) -> bool:
    return span.end <= other.start or other.end <= span.start


class _Rank:
    """Entries of one rank as one pattern, the longest words first."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = {entry.word: entry for entry in reversed(tuple(entries)) if entry.word}
        words = sorted(self._entries, key=lambda word: (-len(word), word))
        by_first = groupby(sorted(words, key=lambda word: word[0]), key=lambda word: word[0])
        self._pattern = re.compile(
            "|".join(
                f"{re.escape(first)}(?:{'|'.join(re.escape(word[1:]) for word in group)})"
                for first, group in by_first
            )
        )

    def find(self, text: str) -> Iterator[Span]:
        if not self._entries:
            return
        for match in self._pattern.finditer(text):
            entry = self._entries[match[0]]
            before = text[max(match.start() - 1, 0) : match.start()]
            if before and before in entry.not_after:
                continue
            if entry.only_after and (not before or before not in entry.only_after):
                continue
            yield Span(match.start(), match.end(), entry.target, entry.kind)


def read_table(name: str) -> Iterator[list[str]]:
    """Yield the rows of a shipped table, without comments; raises OutputError if the installation lacks it."""
    path = Path(__file__).parent / "data" / name
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise OutputError(f"the word list {path} cannot be read: {error.strerror}") from error
    for line in lines:
        if line and not line.startswith("#"):
            yield line.split("\t")


@cache
def shipped(script: str) -> tuple[Entry, ...]:
    """Return the shipped words towards a script (``hant``, ``hans``), in the forms of Taiwan or the mainland."""
    return tuple(
        Entry(word, target, Kind(kind), *limits)
        for kind, word, target, *limits in read_table(f"words-{script}.tsv")
    )
