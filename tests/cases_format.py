"""The readable cases of segmentation: one file an artefact, a text layer above ``---`` and its blocks below.

The first line is ``# `` and the behaviour; a blank or a form feed at a line's start begins a page, as in a
text layer. Below ``---`` stands one block a line, ``kind: text``, article by article: section, kicker, title,
subtitle, byline, then the body (lead, head2, head3, paragraph, list-item) in reading order. White space is
not compared. Three kinds are compared apart from that order, since their place is a matter of taste:

- ``caption``: listed after the paragraph that it interrupts;
- ``notice-title`` and the paragraphs after it: a boxed notice, listed behind the article it stands in;
- ``ledger: reason: text``: what is in no block at all (running heads, folios, the contents page, noise), one
  line of the text layer each. Marks (■ ● ——) and undone doubling are not listed: the blocks show them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "cases" / "segment"
KINDS = frozenset(
    {
        "title",
        "kicker",
        "subtitle",
        "byline",
        "section",
        "lead",
        "head2",
        "head3",
        "paragraph",
        "list-item",
        "caption",
        "quote",
        "notice-title",
        "ledger",
    }
)


@dataclass(frozen=True)
class Case:
    """One case: its behaviour, the text layer, the (kind, text) blocks and the (reason, text) ledger."""

    name: str
    behaviour: str
    layer: str
    blocks: tuple[tuple[str, str], ...]
    ledger: tuple[tuple[str, str], ...]

    def texts(self, *kinds: str) -> list[str]:
        """The texts of some kinds, in order."""
        return [text for kind, text in self.blocks if kind in kinds]


def load_case(path: Path) -> Case:
    """Read one case; a line that is no ``kind: text`` of a known kind is a ValueError naming it."""
    content = path.read_text(encoding="utf-8")
    first, _, rest = content.partition("\n")
    layer, dashes, expected = rest.partition("\n---\n")
    if not first.startswith("# ") or not dashes:
        raise ValueError(f"{path.name}: a case is '# behaviour', lines, '---', blocks")
    blocks, ledger = [], []
    # split at line feeds only: a form feed is a page mark here, not a line's end
    for line in filter(None, expected.split("\n")):
        kind, colon, text = line.partition(": ")
        if kind not in KINDS or not colon:
            raise ValueError(f"{path.name}: not 'kind: text': {line}")
        if kind == "ledger":
            reason, _, text = text.partition(": ")
            ledger.append((reason, text))
        else:
            blocks.append((kind, text))
    return Case(path.stem, first[2:], layer + "\n", tuple(blocks), tuple(ledger))


def all_cases() -> list[Case]:
    """Every case of the folder, by name."""
    return [load_case(path) for path in sorted(FOLDER.glob("*.txt"))]
