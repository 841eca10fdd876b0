"""The report of a build: counts, doubts, ledger, missing pictures and hashes, as stable JSON.

It holds no times and no absolute paths, so that two builds of the same input report the same.
"""

from __future__ import annotations

import platform
from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from bookmaker import __version__
from bookmaker.diagnostics import Diagnostic
from bookmaker.layer import Change
from bookmaker.libraries import version
from bookmaker.model import FORMAT_VERSION, Issue, Metadata, Record, block_text, walk
from bookmaker.revisions import Revisions

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class Input(Record, frozen=True):
    """What was read: file name, hash, and for a text layer its encoding, pages and lines.

    ``corrections`` is the hash of the corrections file that was used.
    """

    name: str
    sha256: str
    encoding: str | None = None
    pages: int | None = None
    lines: int | None = None
    corrections: str | None = None


class Counts(Record, frozen=True):
    """How much of what: ``characters`` are those of all blocks, white space aside."""

    articles: int
    sections: int
    characters: int
    blocks: dict[str, int]
    figures: int
    placeholders: int
    doubts: int


class MissingImage(Record, frozen=True):
    """A figure without its picture: ``wanted`` is the file name that would replace the placeholder."""

    article: str
    wanted: str
    caption: str
    page: int | None = None
    line: int | None = None


class Output(Record, frozen=True):
    """A file written: its size in bytes and its hash."""

    bytes: int
    sha256: str


class Report(Record, frozen=True):
    """All about one build; ``segmented`` is the hash of the issue file as it was last written.

    ``editions`` say what was decided in making each from the issue.
    """

    bookmaker: str
    format: int
    input: Input
    metadata: Metadata
    counts: Counts
    versions: dict[str, str]
    outputs: dict[str, Output]
    segmented: str | None = None
    missing_images: tuple[MissingImage, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    ledger: tuple[Change, ...] = ()
    editions: tuple[Revisions, ...] = ()


class _Recorded(msgspec.Struct, frozen=True):
    segmented: str | None = None


def digest(data: bytes) -> str:
    """Return the SHA-256 of ``data`` in hexadecimal."""
    return sha256(data).hexdigest()


def output(data: bytes) -> Output:
    """Return the entry of an output in the report."""
    return Output(bytes=len(data), sha256=digest(data))


def count(issue: Issue, *, placeholders: int, diagnostics: Iterable[Diagnostic]) -> Counts:
    """Count the parts of an issue by kind."""
    kinds: Counter[str] = Counter()
    characters = 0
    for _, block in walk(issue):
        kinds[str(block.__struct_config__.tag)] += 1
        characters += len("".join(block_text(block).split()))
    return Counts(
        articles=len(issue.articles),
        sections=len({article.section for article in issue.articles if article.section}),
        characters=characters,
        blocks=dict(sorted(kinds.items())),
        figures=kinds["figure"],
        placeholders=placeholders,
        doubts=sum(diagnostic.doubt for diagnostic in diagnostics),
    )


def versions(formats: Iterable[str]) -> dict[str, str]:
    """Return the versions of Python and of the libraries that made the ``formats`` (epub, pdf, language)."""
    makers = {"epub": "ebooklib", "pdf": "weasyprint", "language": "opencc"}
    return {
        "python": platform.python_version(),
        **{name: version(name) for name in sorted({makers[made] for made in formats})},
    }


def encode_report(report: Report) -> bytes:
    """Return the report as indented JSON in UTF-8, ending in a new line."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"


def encode_changes(revisions: Revisions) -> bytes:
    """Return the changes of an edition as tab-separated lines in UTF-8, for an editor to look through.

    A line has the kind, how often, both forms, and the first place: the words around it, article, page and line.
    """
    rows = [("kind", "count", "source", "target", "context", "article", "page", "line")]
    for change in revisions.changes:
        place = change.places[0]
        context = f"{place.before}【{change.target}】{place.after}"
        where = (place.article or place.block or "", str(place.page or ""), str(place.line or ""))
        rows.append((change.kind.value, str(change.count), change.source, change.target, context, *where))
    # What stands in a field is one line of it.
    return "".join("\t".join(" ".join(field.split()) for field in row) + "\n" for row in rows).encode()


def recorded_segmentation(path: Path) -> str | None:
    """Return the hash that an earlier report at ``path`` records of the issue file it segmented, if any."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Recorded).segmented
    except (OSError, msgspec.DecodeError):
        return None


def make_report(
    source: Input,
    issue: Issue,
    *,
    formats: Iterable[str],
    segmented: str | None,
    missing: tuple[MissingImage, ...],
    diagnostics: tuple[Diagnostic, ...],
    ledger: tuple[Change, ...],
    outputs: dict[str, bytes],
    editions: tuple[Revisions, ...] = (),
) -> Report:
    """Put together the report of a build whose ``outputs`` are given by file name."""
    converted = any(edition.language != issue.metadata.language for edition in editions)
    return Report(
        bookmaker=__version__,
        format=FORMAT_VERSION,
        input=source,
        metadata=issue.metadata,
        counts=count(issue, placeholders=len(missing), diagnostics=diagnostics),
        versions=versions([*formats, "language"] if converted else formats),
        segmented=segmented,
        outputs={name: output(data) for name, data in sorted(outputs.items())},
        missing_images=missing,
        diagnostics=diagnostics,
        ledger=ledger,
        editions=editions,
    )
