"""The proof that nothing is lost: every character of the text layer is in a block or in the ledger.

White space does not count: in a text layer it belongs to typesetting. The proof is made on every run, line by
line: for lines that share blocks, the characters of the lines, less what the ledger removed, plus what it added,
must be those of the blocks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from bookmaker.diagnostics import OutputError
from bookmaker.layer import Change, Layer
from bookmaker.model import Issue, List, block_text, plain, walk


def prove(layer: Layer, issue: Issue, changes: Iterable[Change]) -> None:
    """Raise ``OutputError`` unless ``issue`` and ``changes`` account for every character of ``layer``.

    ``changes`` are those of segmentation; the layer's own (normalisation) are proved by the reader.
    """
    balance: dict[int, Counter[str]] = {}
    numbers: list[int] = []
    for page in layer.pages:
        for line in page.lines:
            balance[line.number] = Counter("".join(line.text.split()))
            numbers.append(line.number)
    for change in changes:
        balance[change.line].subtract("".join(change.removed.split()))
        balance[change.line].update("".join(change.added.split()))
    for lines, text in _claims(issue):
        _subtract(balance, lines, Counter("".join(text.split())), numbers)
    wrong = [number for number in numbers if any(balance[number].values())]
    if wrong:
        off = balance[wrong[0]]
        lost = "".join((+off).elements())[:20]
        gained = "".join((-off).elements())[:20]
        raise OutputError(
            f"{layer.name}, line {wrong[0]}: the segmentation does not account for every character"
            f" (lost “{lost}”, gained “{gained}”; {len(wrong)} lines in all); please report this text layer"
        )


def _claims(issue: Issue) -> Iterable[tuple[tuple[tuple[int, int], ...], str]]:
    for _, block in walk(issue):
        if isinstance(block, List):
            for item in block.items:
                if item.source is not None:
                    yield item.source.lines, plain(item.text)
        elif block.source is not None:
            yield block.source.lines, block_text(block)


def _subtract(
    balance: dict[int, Counter[str]], ranges: tuple[tuple[int, int], ...], text: Counter[str], numbers: list[int]
) -> None:
    """Take a block's characters from its lines, each line giving what it has; the last one owes the rest."""
    last: Counter[str] | None = None
    for start, end in ranges:
        for number in range(start, end + 1):
            line = balance.get(number)
            if line is None:
                continue
            for character in list(line):
                taken = min(line[character], text[character])
                if taken > 0:
                    line[character] -= taken
                    text[character] -= taken
            last = line
    if last is not None:
        last.subtract(+text)
