"""Which characters of a block came from which line: what the ledger needs when a correction changes a text."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bookmaker.chars import squeeze
from bookmaker.corrections.address import spots
from bookmaker.corrections.texts import joiner
from bookmaker.layer import Change, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bookmaker.layer import Layer
    from bookmaker.model import Issue, Source


_LOOSE = 0.8
"""Words by character from which a line's blanks only fill it up, as in 小 城 十 二 月."""


class Origin:
    """The lines of the text layer and what the ledger took out of each; it grows as corrections are recorded."""

    def __init__(self, layer: Layer | None, changes: Iterable[Change] = ()) -> None:
        self._texts: dict[int, str] = {}
        self._printed: dict[int, str] = {}
        self._pages: dict[int, int] = {}
        self._ledger: dict[int, list[Change]] = {}
        for page in layer.pages if layer else ():
            for line in page.lines:
                # A form feed within a line of the file makes two of one number.
                self._texts[line.number] = self._texts.get(line.number, "") + squeeze(line.text)
                self._printed[line.number] = f"{self._printed.get(line.number, '')} {line.text}".strip()
                self._pages.setdefault(line.number, page.number)
        self.record(changes)

    def record(self, changes: Iterable[Change]) -> None:
        """Take note of what went from lines and came to them."""
        for change in changes:
            self._ledger.setdefault(change.line, []).append(change)

    @property
    def lines(self) -> int:
        """The number of the text layer's last line that is not blank; 0 where there is no layer."""
        return max(self._texts, default=0)

    def page(self, line: int, otherwise: int) -> int:
        """The page that holds a line."""
        return self._pages.get(line, otherwise)

    def blanks(self, line: int, text: str) -> str | None:
        """A line's ``text`` with the blanks it has in the text layer; None where it is not the line, or set loose."""
        words = self._printed[line].split()
        return " ".join(words) if "".join(words) == text and len(words) <= _LOOSE * len(text) else None

    def running(self, lines: Sequence[int]) -> tuple[str, tuple[tuple[int, int], ...]]:
        """The text of lines run together, without the blanks of lines set loose, and where in it pages begin."""
        text = ""
        breaks: list[tuple[int, int]] = []
        page = self.page(lines[0], 1)
        for line in lines:
            part = self.blanks(line, self._texts.get(line, "")) or self._texts.get(line, "")
            text += joiner(text, part)
            if self.page(line, page) > page:
                page = self.page(line, page)
                breaks.append((page, len(text)))
            text += part
        return text, tuple(breaks)

    def parts(self, issue: Issue, text: str, source: Source) -> list[tuple[int, str]] | None:
        """Divide the characters of ``text`` (blanks left out) by the lines they came from.

        A line at either end may be shared with another block. None where the lines do not tell.
        """
        lines = [n for first, last in source.lines for n in range(first, last + 1) if n in self._texts]
        if not lines:
            return None
        rest = squeeze(text)
        shared = _shared(issue)
        if any(shared[line] > 1 for line in lines[1:-1]):
            return None
        budgets = [self._budget(line) for line in lines]
        open_start, open_end = shared[lines[0]] > 1, shared[lines[-1]] > 1
        if len(lines) == 1:
            return [(lines[0], rest)] if Counter(rest) == budgets[0] or open_start else None
        size = budgets[0].total()
        ways = [
            way
            for start in (range(size + 1) if open_start else (size,))
            if (way := _divide(rest, start, lines, budgets, open_end=open_end)) is not None
        ]
        return ways[0] if len(ways) == 1 else None

    def _budget(self, line: int) -> Counter[str]:
        left = Counter(self._texts[line])
        for change in self._ledger.get(line, ()):
            left.subtract(squeeze(change.removed))
            left.update(squeeze(change.added))
        return +left

    def edit(
        self, issue: Issue, text: str, source: Source, *, at: int, removed: str, added: str
    ) -> list[Change]:
        """Return the ledger's entries for putting ``added`` in place of ``removed`` at an offset of ``text``."""
        line = source.lines[0][0]
        parts = self.parts(issue, text, source)
        if parts is not None:
            place = len(squeeze(text[:at]))
            for number, part in parts:
                line = number
                if place < len(part):
                    break
                place -= len(part)
        gone, come = squeeze(removed), squeeze(added)
        if gone == come:
            return []
        return [Change(self.page(line, source.page), line, Reason.ADDED, removed=gone, added=come)]


def _divide(
    text: str, start: int, lines: Sequence[int], budgets: Sequence[Counter[str]], *, open_end: bool
) -> list[tuple[int, str]] | None:
    """Cut ``text`` into the lines' parts, the first of length ``start``; None if the characters are not theirs."""
    out = []
    place = 0
    for i, (line, budget) in enumerate(zip(lines, budgets, strict=True)):
        length = start if i == 0 else budget.total()
        part = text[place:] if i == len(lines) - 1 else text[place : place + length]
        own = Counter(part)
        at_open_end = (i == 0 and start < budget.total()) or (i == len(lines) - 1 and open_end)
        if own != budget and not (at_open_end and not own - budget):
            return None
        out.append((line, part))
        place += len(part)
    return out


def _shared(issue: Issue) -> Counter[int]:
    """How many blocks hold each line."""
    return Counter(
        line
        for spot in spots(issue)
        if spot.block.source
        for first, last in spot.block.source.lines
        for line in range(first, last + 1)
    )
