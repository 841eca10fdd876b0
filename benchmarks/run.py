"""Time whole runs of bookmaker beside pandoc, WeasyPrint, Typst and Chromium: ``make bench``.

Every figure is of a process as a user starts it, the interpreter's start included. Competitors take turns in
each round, so that whatever else the machine does falls on all of them. Nothing is printed but medians with
their least and greatest, and ratios of medians of the same rounds.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from inputs import changed_issue, markdown, plain_page, repeated_issue, repeated_text, typst
from memory import peak_of_tree

from bookmaker.issue_file import encode_issue, load_issue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "xiling-guancha" / "xiling-guancha.txt"
SAMPLES = ROOT.parent / "shared" / "samples"
BOOKMAKER = (sys.executable, "-m", "bookmaker")
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Surroundings of the processes: compiled modules are kept from run to run, as they are for a user."""
FONTS = ROOT / "fonts"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
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


def rounds(
    commands: Mapping[str, Sequence[str | Path]],
    runs: int,
    before: Mapping[str, Callable[[], None]] | None = None,
) -> dict[str, list[Cost]]:
    """Run every command ``runs`` times, in turns, after one run of each that does not count.

    ``before`` is what is done, untimed, before each run of a command.
    """
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    names = list(commands)
    prepare = before or {}
    for number in range(runs + 1):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            prepare.get(name, _nothing)()
            cost = measure(commands[name])
            if number:
                costs[name].append(cost)
    return costs


def _nothing() -> None:
    """Do nothing."""


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


def build(source: Path, out: Path, *formats: str, mode: str = "horizontal") -> tuple[str | Path, ...]:
    """Return the command that builds ``source`` into ``out``, where its cache is as well."""
    wanted = [word for name in formats for word in ("--format", name)]
    metadata = METADATA if source.suffix == ".txt" else ()
    command = (*BOOKMAKER, "build", source, "--out", out, "--quiet", "--overwrite", "--mode", mode)
    return ("env", f"XDG_CACHE_HOME={cache_of(out)}", *command, *wanted, *metadata)


def cache_of(out: Path) -> Path:
    """Return the folder of the cache of what is built into ``out``."""
    return out.with_name(f"{out.name}-cache")


def forget(out: Path) -> None:
    """Drop what was laid out of the cache, and leave baked faces there."""
    shutil.rmtree(cache_of(out) / "bookmaker" / "sheaves", ignore_errors=True)


def prepare(text: Path, folder: Path, times: int) -> tuple[Path, Path]:
    """Write the text layer and the segmented issue, ``times`` times over, and return their paths."""
    layer, issue = folder / f"text-{times}.txt", folder / f"book-{times}.issue.json"
    layer.write_text(repeated_text(text.read_text(encoding="utf-8"), times), encoding="utf-8", newline="\n")
    first = folder / "first.issue.json"
    if not first.exists():
        measure((*BOOKMAKER, "segment", text, "--out", first, "--quiet", *METADATA))
    issue.write_bytes(encode_issue(repeated_issue(load_issue(first), times)))
    return layer, issue


def pandoc_of(issue: Path, folder: Path) -> tuple[str | Path, ...]:
    """Return the command of pandoc (Markdown to EPUB) for ``issue``."""
    import pypandoc  # noqa: PLC0415 - its absence should not keep --help from working

    source = folder / "book.md"
    source.write_text(markdown(load_issue(issue)), encoding="utf-8")
    return pypandoc.get_pandoc_path(), source, "-o", folder / "pandoc.epub"


def with_faces(folder: Path) -> tuple[str, str]:
    """Return what gives a program bookmaker's faces and no others."""
    path = folder / "fonts.conf"
    path.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">'
        f"<fontconfig><dir>{FONTS}</dir><cachedir>{folder / 'fontconfig'}</cachedir></fontconfig>",
        encoding="utf-8",
    )
    return "env", f"FONTCONFIG_FILE={path}"


def compare(text: Path, folder: Path, runs: int) -> None:
    """Time bookmaker and its peers on one text: EPUBs."""
    layer, issue = prepare(text, folder, 1)
    commands = {
        "text layer -> EPUB": build(layer, folder / "a", "epub"),
        "pandoc: Markdown -> EPUB": pandoc_of(issue, folder),
        "segmented issue -> EPUB": build(issue, folder / "b", "epub"),
        "segmented issue -> six EPUBs": (*build(issue, folder / "e", "epub"), *ALL_EDITIONS),
    }
    costs = rounds(commands, runs)
    table(costs)
    epub = ratio(costs, "text layer -> EPUB", "pandoc: Markdown -> EPUB")
    issued = ratio(costs, "segmented issue -> EPUB", "pandoc: Markdown -> EPUB")
    six = ratio(costs, "segmented issue -> six EPUBs", "segmented issue -> EPUB")
    print(f"EPUB from the text layer: {epub:.2f} times pandoc (goal: at most 1.5)")
    print(f"EPUB from the issue: {issued:.2f} times pandoc (goal: at most 1)")
    print(f"six EPUBs from the issue: {six:.2f} times one (goal: at most 3)\n")


_COLD, _WARM, _VERTICAL = (
    "issue -> PDF, cold",
    "issue -> PDF, one article changed",
    "issue -> vertical PDF, cold",
)
_TYPST, _WEASYPRINT, _CHROMIUM = (
    "typst: the same text",
    "weasyprint: chapters",
    "chromium: chapters, vertical",
)

GOALS = (
    (_COLD, _TYPST, 2.5),
    (_COLD, _WEASYPRINT, 0.7),
    (_WARM, _TYPST, 1.0),
    (_VERTICAL, _CHROMIUM, 1.5),
)


def compare_pdf(text: Path, folder: Path, runs: int) -> None:
    """Time bookmaker and its peers on one text: PDFs, in the same faces."""
    _, issue = prepare(text, folder, 1)
    measure(build(issue, folder / "chapters", "epub"))
    page = plain_page(next((folder / "chapters").rglob("*.epub")), folder / "plain")
    source, changed = folder / "book.typ", folder / "changed" / issue.name
    source.write_text(typst(load_issue(issue)), encoding="utf-8")
    changed.parent.mkdir(exist_ok=True)
    changed.write_bytes(encode_issue(changed_issue(load_issue(issue))))
    faces = with_faces(folder)
    cold, warm, vertical = folder / "cold", folder / "warm", folder / "vertical"
    measure(build(issue, warm, "pdf"))
    kept = folder / "kept"
    shutil.copytree(cache_of(warm), kept)

    def as_before_the_change() -> None:
        shutil.rmtree(cache_of(warm))
        shutil.copytree(kept, cache_of(warm))

    compile_typst = (
        f"import typst; typst.compile({str(source)!r}, output={str(folder / 'typst.pdf')!r}, "
        f"font_paths=[{str(FONTS)!r}], ignore_system_fonts=True)"
    )
    commands: dict[str, Sequence[str | Path]] = {
        _COLD: build(issue, cold, "pdf"),
        _WARM: build(changed, warm, "pdf"),
        _VERTICAL: build(issue, vertical, "pdf", mode="vertical"),
        _TYPST: (sys.executable, "-c", compile_typst),
        _WEASYPRINT: (*faces, sys.executable, "-m", "weasyprint", "--quiet", page, folder / "plain.pdf"),
    }
    if CHROMIUM:
        commands[_CHROMIUM] = (
            *faces, CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
            f"--user-data-dir={folder / 'chromium'}", f"--print-to-pdf={folder / 'chromium.pdf'}",
            page.with_name("vertical.html"),
        )  # fmt: skip
    before: dict[str, Callable[[], None]] = {
        _COLD: partial(forget, cold),
        _VERTICAL: partial(forget, vertical),
        _WARM: as_before_the_change,
    }
    costs = rounds(commands, runs, before)
    table(costs)
    for one, other, goal in GOALS:
        if other in costs:
            print(f"{one}: {ratio(costs, one, other):.2f} times {other} (goal: at most {goal})")
    print()


def weigh(text: Path, folder: Path, sizes: Sequence[int]) -> None:
    """Print the peak memory of all processes of a cold build together, and how it grows."""
    for mode in ("horizontal", "vertical"):
        for times in sizes:
            _, issue = prepare(text, folder, times)
            out = folder / f"weigh-{mode}-{times}"
            peak = peak_of_tree(build(issue, out, "pdf", mode=mode))
            print(f"issue -> {mode} PDF, {times} x: {peak:.0f} MiB, all processes together")
    print()


def grow(text: Path, folder: Path, runs: int, sizes: Sequence[int]) -> None:
    """Time bookmaker on multiples of one text, and print how time grows with it."""
    commands: dict[str, tuple[str | Path, ...]] = {}
    outs: dict[str, Path] = {}
    kinds = ("text layer -> EPUB", "segmented issue -> EPUB", "segmented issue -> PDF")
    for times in sizes:
        layer, issue = prepare(text, folder, times)
        sources = ((layer, "epub"), (issue, "epub"), (issue, "pdf"))
        for kind, (source, form) in zip(kinds, sources, strict=True):
            outs[f"{kind}, {times} x"] = folder / f"{kind[:3]}{form}{times}"
            name = f"{kind}, {times} x"
            commands[name] = build(source, outs[name], form)
    before = {name: partial(forget, out) for name, out in outs.items()}
    costs = rounds(commands, runs, before)
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
        compare_pdf(text, Path(folder), options.runs)
        if options.sizes:
            grow(text, Path(folder), options.runs, sorted(options.sizes))
            weigh(text, Path(folder), sorted(options.sizes))


if __name__ == "__main__":
    main()
