"""Peak memory of a process and all that it starts, together: what they share is counted once."""

from __future__ import annotations

import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PAUSE = 0.01


def peak_of_tree(command: Sequence[str | Path]) -> float:
    """Run a command to its end; return the peak in MiB of the proportional set sizes of its processes (Linux)."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(_share(number) for number in _tree(process.pid)))
        time.sleep(_PAUSE)
    if process.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} failed")
    return peak / 1024


def _tree(number: int) -> Iterator[int]:
    yield number
    with suppress(OSError):
        for child in Path(f"/proc/{number}/task/{number}/children").read_text().split():
            yield from _tree(int(child))


def _share(number: int) -> int:
    """Return a process's proportional set size in KiB, 0 if it has ended."""
    with suppress(OSError):
        for line in Path(f"/proc/{number}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
