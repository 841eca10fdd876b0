"""Time whole runs of bookmaker beside pandoc and the plain weasyprint command: ``make bench``.

Every figure is of a process as a user starts it, the interpreter's start included. Competitors take turns in
each round, so that whatever else the machine does falls on all of them. Nothing is printed but medians with
their least and greatest, and ratios of medians of the same rounds.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from inputs import markdown, plain_page, repeated_issue, repeated_text

from bookmaker.issue_file import encode_issue, load_issue

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "xiling-guancha" / "xiling-guancha.txt"
SAMPLES = ROOT.parent / "shared" / "samples"
BOOKMAKER = (sys.executable, "-m", "bookmaker")
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Surroundings of the processes: compiled modules are kept from run to run, as they are for a user."""
ALL_EDITIONS = ("--lang", "all", "--mode", "all")
METADATA = ("--title", "期刊", "--date", "2024-02", "--issue", "2")


@dataclass(frozen=True)
class Cost:
    """What one process took: wall and processor time in seconds, peak memory in MiB."""

    wall: float
    cpu: float
    memory: float


def measure(command: Sequence[str | Path]) -> Cost:
    """Run ``command`` to its end and return its cost; raises SystemExit with its stderr if it fails."""
    with tempfile.TemporaryFile() as said:
        begin = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said, cwd=ROOT, env=ENVIRONMENT)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            sys.exit(f"{' '.join(map(str, command))} failed:\n{said.read().decode(errors='replace')}")
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def rounds(commands: Mapping[str, Sequence[str | Path]], runs: int) -> dict[str, list[Cost]]:
    """Run every command ``runs`` times, in turns, after one run of each that does not count."""
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    names = list(commands)
    for number in range(runs + 1):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            cost = measure(commands[name])
            if number:
                costs[name].append(cost)
    return costs


def spread(values: Iterable[float], digits: int = 2) -> str:
    """Return the median with the least and the greatest value."""
    values = sorted(values)
    return f"{median(values):.{digits}f} ({values[0]:.{digits}f}-{values[-1]:.{digits}f})"


def table(costs: Mapping[str, Sequence[Cost]]) -> None:
    """Print one line for every competitor."""
    print(f"{'':34}{'wall, s':>20}{'processor, s':>20}{'peak, MiB':>12}")
    for name, found in costs.items():
        memory = f"{median(cost.memory for cost in found):.0f}"
        wall, cpu = spread(cost.wall for cost in found), spread(cost.cpu for cost in found)
        print(f"{name:34}{wall:>20}{cpu:>20}{memory:>12}")
    print()


def ratio(costs: Mapping[str, Sequence[Cost]], one: str, other: str) -> float:
    """Return how many times as long ``one`` took as ``other``, by medians of wall time."""
    first, second = (median(cost.wall for cost in costs[name]) for name in (one, other))
    return first / second


def build(source: Path, out: Path, *formats: str) -> tuple[str | Path, ...]:
    """Return the command that builds ``source`` into ``out``."""
    wanted = (word for name in formats for word in ("--format", name))
    metadata = METADATA if source.suffix == ".txt" else ()
    return (*BOOKMAKER, "build", source, "--out", out, "--quiet", "--overwrite", *wanted, *metadata)


def prepare(text: Path, folder: Path, times: int) -> tuple[Path, Path]:
    """Write the text layer and the segmented issue, ``times`` times over, and return their paths."""
    layer, issue = folder / f"text-{times}.txt", folder / f"book-{times}.issue.json"
    layer.write_text(repeated_text(text.read_text(encoding="utf-8"), times), encoding="utf-8", newline="\n")
    first = folder / "first.issue.json"
    if not first.exists():
        measure((*BOOKMAKER, "segment", text, "--out", first, "--quiet", *METADATA))
    issue.write_bytes(encode_issue(repeated_issue(load_issue(first), times)))
    return layer, issue


def peers(issue: Path, folder: Path) -> tuple[tuple[str | Path, ...], tuple[str | Path, ...]]:
    """Return the commands of pandoc (Markdown to EPUB) and weasyprint (chapters to PDF) for ``issue``."""
    import pypandoc  # noqa: PLC0415 - its absence should not keep --help from working

    source = folder / "book.md"
    source.write_text(markdown(load_issue(issue)), encoding="utf-8")
    measure(build(issue, folder / "chapters", "epub"))
    page = plain_page(next((folder / "chapters").rglob("*.epub")), folder / "plain")
    pandoc = (pypandoc.get_pandoc_path(), source, "-o", folder / "pandoc.epub")
    weasyprint = (sys.executable, "-m", "weasyprint", "--quiet", page, folder / "plain.pdf")
    return pandoc, weasyprint


def compare(text: Path, folder: Path, runs: int) -> None:
    """Time bookmaker and its peers on one text."""
    layer, issue = prepare(text, folder, 1)
    pandoc, weasyprint = peers(issue, folder)
    commands = {
        "text layer -> EPUB": build(layer, folder / "a", "epub"),
        "pandoc: Markdown -> EPUB": pandoc,
        "segmented issue -> EPUB": build(issue, folder / "b", "epub"),
        "segmented issue -> six EPUBs": (*build(issue, folder / "e", "epub"), *ALL_EDITIONS),
        "segmented issue -> PDF": build(issue, folder / "c", "pdf"),
        "weasyprint: chapters -> PDF": weasyprint,
        "text layer -> EPUB and PDF": build(layer, folder / "d"),
    }
    costs = rounds(commands, runs)
    table(costs)
    epub = ratio(costs, "text layer -> EPUB", "pandoc: Markdown -> EPUB")
    issued = ratio(costs, "segmented issue -> EPUB", "pandoc: Markdown -> EPUB")
    six = ratio(costs, "segmented issue -> six EPUBs", "segmented issue -> EPUB")
    pdf = ratio(costs, "segmented issue -> PDF", "weasyprint: chapters -> PDF")
    print(f"EPUB from the text layer: {epub:.2f} times pandoc (goal: at most 1.5)")
    print(f"EPUB from the issue: {issued:.2f} times pandoc (goal: at most 1)")
    print(f"six EPUBs from the issue: {six:.2f} times one (goal: at most 3)")
    print(f"PDF from the issue: {pdf:.2f} times plain weasyprint (goal: at most 1)\n")


def grow(text: Path, folder: Path, runs: int, sizes: Sequence[int]) -> None:
    """Time bookmaker on multiples of one text, and print how time grows with it."""
    commands: dict[str, tuple[str | Path, ...]] = {}
    kinds = ("text layer -> EPUB", "segmented issue -> EPUB", "segmented issue -> PDF")
    for times in sizes:
        layer, issue = prepare(text, folder, times)
        sources = ((layer, "epub"), (issue, "epub"), (issue, "pdf"))
        for kind, (source, form) in zip(kinds, sources, strict=True):
            commands[f"{kind}, {times} x"] = build(source, folder / f"{kind[:3]}{form}{times}", form)
    costs = rounds(commands, runs)
    table(costs)
    least = sizes[0]
    for kind in kinds:
        grown = (
            f"{times} x: {ratio(costs, f'{kind}, {times} x', f'{kind}, {least} x'):.2f}"
            for times in sizes[1:]
        )
        print(f"{kind}: times as long as {least} x: {', '.join(grown)}")


def main() -> None:
    """Read the command line and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    sample = next(iter(sorted(SAMPLES.glob("*.txt"))), None)
    parser.add_argument(
        "--sample",
        type=Path,
        nargs="?",
        const=sample,
        default=EXAMPLE,
        help="text layer (default: the example; without a value, the first in ../shared/samples)",
    )
    parser.add_argument("--runs", type=int, default=5, help="rounds that count (default: 5)")
    parser.add_argument("--sizes", type=int, nargs="*", default=[1, 4, 10], help="multiples for growth")
    options = parser.parse_args()
    if options.sample is None or not options.sample.is_file():
        parser.error(f"there is no text layer {options.sample or SAMPLES / '*.txt'}")
    text = options.sample.resolve()
    print(f"{text.name}: {len(text.read_text(encoding='utf-8'))} characters, {options.runs} rounds\n")
    with tempfile.TemporaryDirectory() as folder:
        compare(text, Path(folder), options.runs)
        if options.sizes:
            grow(text, Path(folder), options.runs, sorted(options.sizes))


if __name__ == "__main__":
    main()
