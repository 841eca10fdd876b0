"""The readable cases of composition: one file a rule, a piece of text above and pages of em squares below.

The first line is ``# `` and the behaviour. Then follow ``key: value`` lines:

- ``rules``: numbers of the rows of docs/composition.md that the case shows, or names (ruby, notes);
- ``page``: ems of measure by lines, as ``12 x 6``;
- ``language`` (zh-Hans unless given), ``columns`` (1), ``margin`` in points on all sides (36), ``show`` (``lines``).

Below the first ``---`` stands what is set: a paragraph a line, or XHTML where it begins with ``<``. Below
``--- horizontal`` and ``--- vertical`` stands what is seen (``pixel_map``); ``====`` parts pages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

FOLDER = Path(__file__).parent / "cases" / "composition"
KEYS = {"rules": "", "page": "", "language": "zh-Hans", "columns": "1", "margin": "36", "show": "lines"}
_PART = re.compile(r"^--- ?(horizontal|vertical|)$", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    """One case; ``maps`` are the expected pictures by writing mode."""

    name: str
    behaviour: str
    rules: frozenset[str]
    ems: int
    lines: int
    language: str
    columns: int
    margin: float
    show: str
    text: str
    maps: dict[Literal["horizontal", "vertical"], str]


def load_case(path: Path) -> Case:
    """Read one case; raises ValueError naming what is wrong."""
    head, *parts = _PART.split(path.read_text(encoding="utf-8"))
    first, *settings = head.strip().splitlines()
    values = dict(KEYS)
    for line in settings:
        key, colon, value = line.partition(": ")
        if not colon or key not in KEYS:
            raise ValueError(f"{path.name}: not a setting: {line}")
        values[key] = value
    size = re.fullmatch("([0-9]+) x ([0-9]+)", values["page"])
    names, texts = parts[::2], parts[1::2]
    maps = {
        name: text.removeprefix("\n").rstrip("\n") for name, text in zip(names, texts, strict=True) if name
    }
    if not first.startswith("# ") or size is None or names[:1] != [""] or not maps or not values["rules"]:
        raise ValueError(
            f"{path.name}: a case is '# behaviour', rules and page, '---', text, '--- mode', map"
        )
    return Case(
        path.stem, first[2:], frozenset(values["rules"].split(", ")), int(size[1]), int(size[2]),
        values["language"], int(values["columns"]), float(values["margin"]), values["show"],
        texts[0].strip("\n"), maps,
    )  # fmt: skip


def all_cases() -> list[Case]:
    """Every case of the folder, by name."""
    return [load_case(path) for path in sorted(FOLDER.glob("*.txt"))]
