"""The proof that nothing is lost: every character of the text layer is in a block or in the ledger.

White space does not count: in a text layer it belongs to typesetting. The proof is made on every run, line by
line: for lines that share blocks, the characters of the lines, less what the ledger removed, plus what it added,
must be those of the blocks.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bookmaker.chars import squeeze
from bookmaker.diagnostics import OutputError
from bookmaker.model import Issue, List, block_text, plain, walk

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bookmaker.layer import Change, Layer


def prove(layer: Layer, issue: Issue, changes: Iterable[Change]) -> None:
    """Raise ``OutputError`` unless ``issue`` and ``changes`` account for every character of ``layer``.

    ``changes`` are those of segmentation; the layer's own (normalisation) are proved by the reader.
    """
    groups = _Groups()
    claims = list(_claims(issue))
    for ranges, _ in claims:
        groups.join(ranges)
    printed: dict[int, str] = {}
    for page in layer.pages:
        for line in page.lines:
            group = groups.of(line.number)
            printed[group] = printed.get(group, "") + squeeze(line.text)
    kept = dict.fromkeys(printed, "")
    for change in changes:
        printed[groups.of(change.line)] += squeeze(change.added)
        kept[groups.of(change.line)] += squeeze(change.removed)
    for ranges, text in claims:
        kept[groups.of(ranges[0][0])] += squeeze(text)
    wrong = sorted(group for group, text in printed.items() if not _alike(text, kept[group]))
    if wrong:
        off = Counter(printed[wrong[0]])
        off.subtract(kept[wrong[0]])
        lost = "".join((+off).elements())[:20]
        gained = "".join((-off).elements())[:20]
        raise OutputError(
            f"{layer.name}, line {wrong[0]}: the segmentation does not account for every character"
            f" (lost “{lost}”, gained “{gained}”; {len(wrong)} places in all); please report this text layer"
        )


def _alike(one: str, other: str) -> bool:
    """Tell whether two texts hold the same characters, in whatever order; most hold them in the same."""
    return one == other or sorted(one) == sorted(other)


class _Groups:
    """Lines that share blocks, each group known by one of its lines."""

    def __init__(self) -> None:
        self._parent: dict[int, int] = {}

    def of(self, line: int) -> int:
        """The group of a line; a line by itself is its own group."""
        root = line
        while (above := self._parent.get(root, root)) != root:
            root = above
        while self._parent.get(line, line) != root:
            self._parent[line], line = root, self._parent.get(line, line)
        return root

    def join(self, ranges: tuple[tuple[int, int], ...]) -> None:
        """Put all lines of ``ranges`` into one group, known by its first line."""
        first = self.of(ranges[0][0])
        for start, end in ranges:
            for line in range(start, end + 1):
                root = self.of(line)
                if root != first:
                    low, high = sorted((first, root))
                    self._parent[high] = low
                    first = low


def _claims(issue: Issue) -> Iterable[tuple[tuple[tuple[int, int], ...], str]]:
    for _, block in walk(issue):
        if isinstance(block, List):
            for item in block.items:
                if item.source is not None:
                    yield item.source.lines, plain(item.text)
        elif block.source is not None:
            yield block.source.lines, block_text(block)
