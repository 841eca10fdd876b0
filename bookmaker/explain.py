"""The evidence for a place, as plain text: every line with its features, its label and price, and what became of it."""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, cast

from bookmaker.diagnostics import Code
from bookmaker.model import List, Paragraph, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bookmaker.diagnostics import Diagnostic
    from bookmaker.layer import Layer, Line
    from bookmaker.model import Issue
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

_AROUND = 2
"""Lines shown above and below a doubtful one."""

_HOW = """\
# Corrections to choose from: take “# ” from the lines of an answer that is right.
# lines = {lines}
"""

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
    rows = _evidence(layer, segmented, wanted)
    out = []
    for page in layer.pages:
        table = [cells for line in page.lines for cells in rows.get(line.number, ())]
        if table:
            out.append(f"page {page.number}\n\n{_table([_HEADS, *table])}\n")
    return "\n".join([*out, _LEGEND]) if out else ""


def explain_doubts(layer: Layer, segmented: Segmented) -> str:
    """Return every doubt with the lines around it and the corrections that answer it, as comments of a TOML file.

    Who takes the ``# `` from one of the answers has a corrections file. Empty where there is no doubt.
    """
    doubts = [said for said in segmented.diagnostics if said.doubt]
    around = {
        line
        for doubt in doubts
        if doubt.line
        for line in range(doubt.line - _AROUND, doubt.line + _AROUND + 1)
    }
    rows = _evidence(layer, segmented, lambda _page, line: line in around)
    out = []
    for number, doubt in enumerate(doubts, start=1):
        place = f"page {doubt.page}, line {doubt.line}: " if doubt.line else ""
        other = f"; or: {doubt.alternative}" if doubt.alternative else ""
        text = [f"{number}. {place}{doubt.message}{other}"]
        if doubt.line:
            near = range(doubt.line - _AROUND, doubt.line + _AROUND + 1)
            table = [cells for line in near for cells in rows.get(line, ())]
            text += ["", *_table([_HEADS, *table]).splitlines()]
        for what, correction in answers(doubt, segmented.issue):
            text += ["", f"{what}:", "[[corrections]]", *correction]
        out.append("".join(f"# {line}".rstrip() + "\n" for line in text))
    if not out:
        return ""
    last = max(line.number for page in layer.pages for line in page.lines)
    return "\n".join([_HOW.format(lines=last), *out])


def answers(doubt: Diagnostic, issue: Issue) -> list[tuple[str, list[str]]]:
    """Return the corrections that confirm a doubtful reading and that take the other one, where one of them would."""
    line = doubt.line
    held = [
        (article, block)
        for article, block in walk(issue)
        if block.source and any(first <= (line or 0) <= last for first, last in block.source.lines)
    ]
    if not held or doubt.code not in {Code.BREAK, Code.LABEL, Code.TITLE, Code.UNPLACED}:
        return []
    article, block = held[-1]
    name = f'block = "{block.id}"'
    found = [("right as it is", ['do = "keep"', name])]
    if block.source is None or block not in article.blocks:
        return found
    if doubt.code is Code.UNPLACED:
        return [*found, ("if it is a head", ['do = "kind"', name, 'kind = "head"'])]
    torn = doubt.code is Code.BREAK and doubt.margin is None
    if block.source.lines[0][0] != line and not torn:
        if len(held) > 1 or (isinstance(block, List) and len(block.items) > 1):
            return found
        return [*found, ("the other", ['do = "split"', name, f"line = {line}"])]
    n = article.blocks.index(cast("Paragraph", block))
    near = article.blocks[n + 1 :] if torn else article.blocks[:n][::-1]
    other = next((beside for beside in near if isinstance(beside, Paragraph)), None)
    if other is not None:
        first, second = (block, other) if torn else (other, block)
        merge = ['do = "merge"', f'block = "{first.id}"', f'with = "{second.id}"']
        found.append((f"if it goes on {'below' if torn else 'from above'}", merge))
    if doubt.code is Code.LABEL:
        kind = "head" if isinstance(block, Paragraph) else "paragraph"
        found.append((f"if it is a {kind}", ['do = "kind"', name, f'kind = "{kind}"']))
    return found


def _evidence(
    layer: Layer, segmented: Segmented, wanted: Callable[[int, int], bool]
) -> dict[int, list[tuple[str, ...]]]:
    """The cells of every wanted line, by its number."""
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
    out: dict[int, list[tuple[str, ...]]] = {}
    for row, label, price, margin in shown:
        marks = ", ".join(mark for mark in _marks(row) if mark not in usual or len(shown) < _FEW)
        cost = float(getattr(price, label.name.lower()))
        cells = _cells(row, label, cost, margin, marks=marks, became=became.get(row.line, "—"))
        out.setdefault(row.line, []).append(cells)
    for page in layer.pages:
        for line in page.lines:
            if wanted(page.number, line.number) and line.number not in out:
                out[line.number] = [_unweighed(line, became.get(line.number, "—"))]
    return out


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
        shown = character if character.isprintable() else " " if character.isspace() else "\ufffd"
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
