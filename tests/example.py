"""The example issue: its segmentation, the style it is printed in, and the files made from them.

``python tests/example.py`` writes the text layer and the gold annotation anew after either has changed.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
from gold import gold_json
from style import Style
from typeset import typeset

from bookmaker.model import Issue

FOLDER = Path(__file__).parent.parent / "examples" / "xiling-guancha"
EXAMPLE = FOLDER / "xiling-guancha.gold.yaml"
TEXT = FOLDER / "xiling-guancha.txt"
GOLD = FOLDER / "xiling-guancha.gold.json"
EXAMPLE_SEED = 12
EXAMPLE_STYLE = Style(
    widths=(16, 19, 16, 17, 15, 18, 20),
    page_lines=66,
    beside_picture=0.4,
    squeeze=True,
    missing_marks=0.12,
    display=("top", "end", "end", "end", "top", "end", "top", "end"),
    title_lines="two",
    heads=("●", "●", "●", "●", "", "●", "", "", ""),
    head_lines="two",
    role=("inline", "after", "inline", "inline", "inline", "before", "inline", "after"),
    double_title=0.4,
    double_caption=0.8,
    turned_quotes=0.5,
    captions=("page-end",) * 4 + ("inline",) + ("page-end",) * 7 + ("glued",),
    department=("top", "end", "top", "none", "vertical", "foot"),
    running_head=0.65,
    letter_spaced=0.2,
    number_spaced=0.4,
    noise=0.2,
    contents="half",
    contents_width=30,
)
"""The style of the checked-in example: every artefact at least once."""


def load_issue(path: Path = EXAMPLE) -> Issue:
    """Read a segmented issue in YAML without the product's own reader."""
    return msgspec.yaml.decode(path.read_bytes(), type=Issue)


def example_text() -> str:
    """The text layer of the example issue."""
    return typeset(load_issue(), seed=EXAMPLE_SEED, style=EXAMPLE_STYLE)


def example_gold() -> str:
    """The gold annotation of the example issue."""
    return gold_json(load_issue())


if __name__ == "__main__":
    TEXT.write_text(example_text(), encoding="utf-8")
    GOLD.write_text(example_gold(), encoding="utf-8")
