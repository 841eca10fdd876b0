"""OpenCC over whole runs of text, and where each character of the source went.

OpenCC segments a run greedily into the longest phrases it knows and converts phrase by phrase, so a text can
be cut where converting the two parts gives the same as converting the whole. The dictionaries of characters
and phrases keep lengths; only those of regional idioms change them, and there the cuts tell how offsets move.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from bookmaker.diagnostics import OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Convert: TypeAlias = "Callable[[str], str]"

_ROUTES = {
    ("zh-Hans", "zh-Hant-TW"): ("s2tw",),
    ("zh-Hans", "zh-Hant-HK"): ("s2hk",),
    ("zh-Hant-TW", "zh-Hans"): ("tw2s",),
    ("zh-Hant-HK", "zh-Hans"): ("hk2s",),
    # Through OpenCC's own traditional forms: simplified ones in between would merge 後 and 后.
    ("zh-Hant-TW", "zh-Hant-HK"): ("tw2t", "t2hk"),
    ("zh-Hant-HK", "zh-Hant-TW"): ("hk2t", "t2tw"),
}

_IDIOMS = {("zh-Hans", "zh-Hant-TW"): ("s2twp",), ("zh-Hant-TW", "zh-Hans"): ("tw2sp",)}
"""Those of Hong Kong are left out: OpenCC calls s2hkp and hk2sp "in development"."""

_CLAUSE = re.compile(r"[^，。、；：？！…—（）《》“”‘’「」『』\s]*[，。、；：？！…—（）《》“”‘’「」『』\s]*")


class Piece(NamedTuple):
    """Source characters ``start`` to ``end`` became characters ``new_start`` to ``new_end`` of the result."""

    start: int
    end: int
    new_start: int
    new_end: int


class Alignment:
    """Where the characters of a text went: pieces in order, one-to-one where their lengths agree."""

    def __init__(self, pieces: Iterable[Piece]) -> None:
        self.pieces = tuple(pieces)
        self._starts = [piece.start for piece in self.pieces]

    def offset(self, offset: int) -> int:
        """Return where the source's ``offset`` went; inside a phrase that changed length, in proportion.

        Both parts of a phrase divided there keep a character as long as the new phrase has two.
        """
        place = bisect_right(self._starts, offset) - 1
        if place < 0:
            return 0
        start, end, new_start, new_end = self.pieces[place]
        if offset >= end:
            return new_end
        if offset == start or end - start == new_end - new_start:
            return new_start + offset - start
        new = new_end - new_start
        part = (2 * (offset - start) * new + (end - start)) // (2 * (end - start))
        return new_start + (min(max(part, 1), new - 1) if new > 1 else new)


def route(source: str, target: str, *, idioms: bool = False) -> tuple[str, ...]:
    """Return the names of the OpenCC configurations that lead from one language to another, in order."""
    plain = _ROUTES.get((source, target), ())
    return _IDIOMS.get((source, target), plain) if idioms else plain


@cache
def converter(names: tuple[str, ...]) -> Convert:
    """Return the conversion by OpenCC configurations, one after the other; raises OutputError without OpenCC.

    Simplified forms that hardly any font has are left out (OpenCC's "tofu risk" dictionaries).
    """
    if not names:
        return str
    try:
        from opencc import OpenCC  # noqa: PLC0415 - 80 ms that an edition in the issue's language need not pay
    except ImportError as error:
        raise OutputError(
            "OpenCC is missing, which converts between languages: pip install opencc"
        ) from error
    steps = [OpenCC(name, include_tofu_risk_dictionaries=False) for name in names]

    def convert(text: str) -> str:
        if "\0" in text:
            # OpenCC drops NUL; to refuse it is the renderer's part, which can say where it stands.
            return "\0".join(map(convert, text.split("\0")))
        for step in steps:
            text = step.convert(text)
        return text

    return convert


def convert_all(texts: Sequence[str], convert: Convert) -> list[str]:
    """Convert many texts in one call; no phrase of OpenCC reaches over a line feed."""
    lines = [line for text in texts for line in text.split("\n")]
    done = iter(convert("\n".join(lines)).split("\n"))
    return ["\n".join(next(done) for _ in range(text.count("\n") + 1)) for text in texts]


def align(text: str, result: str, convert: Convert, base: Convert) -> Alignment:
    """Return where the characters of ``text`` went in ``result``, which ``convert`` made of it.

    ``base`` is the same conversion without idioms: it keeps lengths, and clauses in which the two agree are
    one-to-one.
    """
    straight = base(text)
    if straight == result or not text:
        return Alignment([Piece(0, len(text), 0, len(result))])
    clauses = [clause for clause in _CLAUSE.findall(text) if clause]
    made = convert_all(clauses, convert)
    if "".join(made) != result:
        clauses, made = [text], [result]
    pieces: list[Piece] = []
    at = new_at = 0
    for clause, new, same in zip(clauses, made, convert_all(clauses, base), strict=True):
        cuts = [(0, 0), (len(clause), len(new))] if new == same else _cuts(clause, new, convert)
        for (start, new_start), (end, new_end) in pairwise(cuts):
            pieces.append(Piece(at + start, at + end, new_at + new_start, new_at + new_end))
        at, new_at = at + len(clause), new_at + len(new)
    return Alignment(pieces)


def _cuts(text: str, result: str, convert: Convert) -> list[tuple[int, int]]:
    """Return offsets at which ``text`` can be cut without changing its conversion, with where they went.

    Each part between two of them converts by itself to its part of ``result``.
    """
    heads = convert_all([text[:i] for i in range(len(text) + 1)], convert)
    tails = convert_all([text[i:] for i in range(len(text) + 1)], convert)
    cuts = [(0, 0)]
    for end, (head, tail) in enumerate(zip(heads, tails, strict=True)):
        start, new_start = cuts[-1]
        if (
            end > start
            and head + tail == result
            and convert(text[start:end]) == result[new_start : len(head)]
        ):
            cuts.append((end, len(head)))
    return cuts
