"""What a person at a terminal sees: progress while a build runs, and what there is to say when it is done.

All of it goes to stderr; stdout is for results.
"""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

from bookmaker.diagnostics import Code

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bookmaker.diagnostics import Diagnostic

_AT_ONCE = frozenset({Code.ASSUMED, Code.ENCODING, Code.NO_ARTICLE, Code.FALLBACK_GLYPH})
"""Diagnostics that concern the whole book: said in full even without ``-v``."""


def say(message: str) -> None:
    """Print one line to stderr."""
    print(f"bookmaker: {message}", file=sys.stderr)


def tell(diagnostics: Sequence[Diagnostic], report: Path, *, verbose: bool) -> None:
    """Say what a run found: all if ``verbose``, else what concerns the whole book and a count of the rest.

    Corrections that do not fit are said in full too: an editor wrote them.
    """
    rest = []
    for diagnostic in diagnostics:
        if (
            verbose
            or diagnostic.code in _AT_ONCE
            or (diagnostic.code is Code.CORRECTION and diagnostic.doubt)
        ):
            say(_line(diagnostic))
        else:
            rest.append(diagnostic)
    if rest:
        doubts = Counter(diagnostic.code for diagnostic in rest if diagnostic.doubt)
        others = Counter(diagnostic.code for diagnostic in rest if not diagnostic.doubt)
        told = [
            f"{counts.total()} {what} ({_counted(counts)})"
            for counts, what in ((doubts, "to look at"), (others, "to know"))
            if counts
        ]
        say(f"{', '.join(told)}: see {report}")


def _counted(counts: Counter[Code]) -> str:
    return ", ".join(f"{code.value} {number}" for code, number in counts.items())


def _line(diagnostic: Diagnostic) -> str:
    place = [
        f"{name} {value}"
        for name, value in (
            ("page", diagnostic.page),
            ("line", diagnostic.line),
            ("article", diagnostic.article),
        )
        if value is not None
    ]
    where = f" ({', '.join(place)})" if place else ""
    mark = "doubt: " if diagnostic.doubt else ""
    other = f"; or: {diagnostic.alternative}" if diagnostic.alternative else ""
    return f"{mark}{diagnostic.code.value}: {diagnostic.message}{other}{where}"


class Bar:
    """Progress as a bar on stderr, one per stage; silent unless ``shown``."""

    def __init__(self, *, shown: bool) -> None:
        self._shown = shown
        self._stage = ""
        self._bar: Any = None

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show ``done`` of ``total`` (0 where nobody knows) of a stage, closing the bar of the one before."""
        if not self._shown:
            return
        from tqdm import tqdm  # noqa: PLC0415 - only terminals pay for it

        # Its thread, which redraws bars that stand still, would keep processes from being forked.
        tqdm.monitor_interval = 0
        if stage != self._stage:
            self.close()
            self._stage = stage
            # A step without parts has no bar worth drawing: its name and its time say all there is.
            form = "{desc}  {n_fmt} of {total_fmt}  {elapsed}" if total > 1 else "{desc}  {n_fmt}  {elapsed}"
            if total == 1:
                form = "{desc}  {elapsed}"
            self._bar = tqdm(total=total or None, desc=stage, file=sys.stderr, leave=False, bar_format=form)
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()
        self._bar, self._stage = None, ""
