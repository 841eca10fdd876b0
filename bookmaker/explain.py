"""The evidence for a place, as plain text: every line with its features, its label and price, and what became of it."""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from bookmaker.model import walk

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bookmaker.layer import Layer, Line
    from bookmaker.segment import Segmented
    from bookmaker.segment.labels import Label
    from bookmaker.segment.margins import Margin, Reading
    from bookmaker.segment.rows import Row

_HEADS = (
    "line",
    "column",
    "width",
    "ends",
    "marks",
    "read as",
    "cost",
    "rather than",
    "by",
    "became",
    "text",
)
_RIGHT = frozenset({0, 1, 2, 6, 8})
_WIDEST = 56
"""Columns of a terminal that a line's text may take."""

_USUAL, _FEW = 0.6, 10
"""A mark that more than this share of the lines bears says nothing, unless the lines are few."""

_LEGEND = """\
column, width  of the line, in ems; ends: what its last mark ends
read as        its label in the cheapest reading of the whole text, with what that costs here
rather than    the next best label, and by how much the whole text would cost more with it: below 1.4 is a doubt;
               the margin of a paragraph's beginning counts 1.5 more, that of its absence 1.5 less
became         article and block that hold the line now, or the ledger's reason for what went from it
"""

_LABELS = {
    "FIRST": "begins",
    "ONLY": "begins, ends",
    "MIDDLE": "goes on",
    "LAST": "goes on, ends",
    "HEAD": "head",
    "HEAD_MORE": "head goes on",
    "DISPLAY": "display",
}
_ROLES = {
    "BEGINS": "begins",
    "CONTINUES": "goes on",
    "HEAD": "head",
    "HEAD_GOES_ON": "head goes on",
    "DISPLAY": "display",
}
_MARKS: Mapping[str, Callable[[Row], object]] = {
    "page top": lambda row: row.first_on_page,
    "page foot": lambda row: row.last_on_page,
    "doubled": lambda row: row.doubled,
    "tag": lambda row: row.tag,
    "vertical": lambda row: row.vertical,
    "folio": lambda row: row.folio is not None,
    "notice": lambda row: row.notice,
    "drawn": lambda row: row.drawn,
    "loose": lambda row: row.stretched,
    "numbered": lambda row: row.point,
    "dashed": lambda row: row.dashed,
    "split": lambda row: row.split,
    "after blank": lambda row: row.blank_before,
}


def explain(layer: Layer, segmented: Segmented, wanted: Callable[[int, int], bool]) -> str:
    """Return the evidence for the lines that ``wanted`` accepts by page and line, as a table in plain text.

    A line that was cut has a row for each part. Empty where no line is wanted.
    """
    shown = [
        (row, labelled.label, price, margin)
        for weighed in segmented.evidence
        if any(wanted(row.page, row.line) for row in weighed.rows)
        for row, labelled, price, margin in zip(
            weighed.rows, weighed.labels, weighed.prices, weighed.margins(), strict=True
        )
        if wanted(row.page, row.line)
    ]
    counts = Counter(mark for row, *_ in shown for mark in _marks(row))
    usual = {mark for mark, count in counts.items() if count > _USUAL * len(shown)}
    became = _fates(segmented)
    by_line: dict[int, list[tuple[str, ...]]] = {}
    for row, label, price, margin in shown:
        marks = ", ".join(mark for mark in _marks(row) if mark not in usual or len(shown) < _FEW)
        cost = float(getattr(price, label.name.lower()))
        cells = _cells(row, label, cost, margin, marks=marks, became=became.get(row.line, "—"))
        by_line.setdefault(row.line, []).append(cells)
    out = []
    for page in layer.pages:
        table: list[tuple[str, ...]] = [_HEADS]
        for line in page.lines:
            if wanted(page.number, line.number):
                table += by_line.get(line.number) or [_unweighed(line, became.get(line.number, "—"))]
        if len(table) > 1:
            out.append(f"page {page.number}\n\n{_table(table)}\n")
    return "\n".join([*out, _LEGEND]) if out else ""


def _unweighed(line: Line, became: str) -> tuple[str, ...]:
    """A line of a contents page or of a list, which no labelling reads."""
    return (str(line.number), *("",) * 4, "not weighed", *("",) * 3, became, _short(line.text))


def _cells(
    row: Row, label: Label, cost: float, margin: Margin, *, marks: str, became: str
) -> tuple[str, ...]:
    boxed = ", boxed" if margin.reading[1] else ""
    return (
        str(row.line),
        f"{row.column:g}",
        f"{row.width:g}",
        row.ending,
        marks,
        _LABELS[label.name] + boxed,
        f"{cost:.1f}",
        _reading(margin.other) if margin.other else "",
        f"{margin.margin:.1f}" if margin.other else "",
        became,
        _short(row.text),
    )


def _reading(reading: Reading) -> str:
    role, boxed = reading
    return _ROLES[role.name] + (", boxed" if boxed else "")


def _marks(row: Row) -> list[str]:
    found = [name for name, test in _MARKS.items() if test(row)]
    if row.bullet:
        found.append(row.bullet)
    if row.indent:
        found.append(f"indent {row.indent:g}")
    return found


def _fates(segmented: Segmented) -> dict[int, str]:
    """What became of every line: the blocks that hold it, and the ledger's reasons."""
    out: dict[int, list[str]] = {}
    for article, block in walk(segmented.issue):
        kind = str(block.__struct_config__.tag)
        level = getattr(block, "level", "")
        name = f"{article.id} {block.id or ''} {kind} {level}".replace("  ", " ").strip()
        for first, last in block.source.lines if block.source else ():
            for line in range(first, last + 1):
                out.setdefault(line, []).append(name)
    for change in segmented.changes:
        reasons = out.setdefault(change.line, [])
        if f"({change.reason.value})" not in reasons:
            reasons.append(f"({change.reason.value})")
    return {line: " ".join(names) for line, names in out.items()}


# --- plain text --------------------------------------------------------------------------------------


def _table(rows: Sequence[tuple[str, ...]]) -> str:
    """Set rows in columns two spaces apart; full-width characters count two."""
    used = [n for n in range(len(_HEADS)) if any(row[n] for row in rows[1:])]
    widths = {n: max(_width(row[n]) for row in rows) for n in used}
    return "\n".join(
        "  ".join(_pad(row[n], widths[n], right=n in _RIGHT) for n in used).rstrip() for row in rows
    )


def _pad(text: str, width: int, *, right: bool) -> str:
    blank = " " * (width - _width(text))
    return blank + text if right else text + blank


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _short(text: str) -> str:
    """The beginning of a text that fits into the last column; control characters do not reach the terminal."""
    out, width = "", 0
    for character in text:
        shown = character if character.isprintable() else "\ufffd"
        width += _width(shown)
        if width > _WIDEST:
            return out + "…"
        out += shown
    return out


def parse_lines(text: str) -> tuple[int, int]:
    """Return the first and last line that ``A-B`` or ``A`` names; raises ValueError for what is no such range."""
    first, dash, last = text.partition("-")
    if not first.isdecimal() or (dash and not last.isdecimal()):
        raise ValueError(f"{text!r} is no range of lines: write 120-140")
    a, b = int(first), int(last) if dash else int(first)
    if not 1 <= a <= b:
        raise ValueError(f"{text!r} is no range of lines: they count from 1, upward")
    return a, b
