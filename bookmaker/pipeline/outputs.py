"""What a build writes: under which names, guarded against overwriting an editor's work, with its report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bookmaker import report
from bookmaker.diagnostics import Code, Diagnostic, UsageError
from bookmaker.files import read_bytes, safe_slug, write_all
from bookmaker.inputs import Input, strip_suffix
from bookmaker.model import Edition, Figure
from bookmaker.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from bookmaker.model import Metadata
    from bookmaker.pipeline.source import Source
    from bookmaker.revisions import Revisions


class Result(msgspec.Struct, frozen=True):
    """The files written, in the order made, and everything there is to say about them."""

    paths: tuple[Path, ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def doubts(self) -> int:
        """How many diagnostics an editor should look at."""
        return sum(diagnostic.doubt for diagnostic in self.diagnostics)


def base_path(source: Input, out: Path) -> Path:
    """Return ``out``/SLUG/SLUG, the path that every output's name begins with."""
    given = source.settings.issue
    slug = _slug(source, given.title, given.issue or given.number)
    return out / slug / slug


def edition_path(source: Input, out: Path, metadata: Metadata) -> Path:
    """Return the path that the names of an edition's files begin with: as ``base_path``, in the edition's language."""
    own = base_path(source, out)
    given = source.settings.issue
    number = (given.issue or given.number) and metadata.number
    return own.with_name(_slug(source, given.title and metadata.title, number))


def _slug(source: Input, title: str | None, number: str | None) -> str:
    settings = source.settings
    if settings.book.slug:
        return safe_slug(settings.book.slug)
    if title and not source.segmented:
        return safe_slug("-".join(str(part) for part in (title, settings.issue.year, number) if part))
    return safe_slug(source.stem)


def refuse_collisions(sources: Iterable[Input], out: Path) -> None:
    """Raise UsageError if two inputs would write the same files."""
    taken: dict[str, Input] = {}
    for source in sources:
        base = base_path(source, out)
        first = taken.setdefault(str(base).casefold(), source)
        if first is not source:
            raise UsageError(
                f"{first.path} and {source.path} would both be written to {base.parent}: "
                "give one a slug of its own in book.toml, or build them into different folders"
            )


def _report_path(base: Path) -> Path:
    return base.with_name(f"{base.name}.report.json")


def is_input(path: Path, source: Input) -> bool:
    """Tell whether ``path`` is the very file that is built from."""
    return path.exists() and path.samefile(source.path)


def guard(path: Path, encoded: bytes, source: Input, *, overwrite: bool) -> str | None:
    """Return the hash to record of the issue file at ``path``; refuse to overwrite corrections.

    A file counts as corrected if it is not what the report beside it records as written. A build from the very
    file at ``path`` keeps the record, so that a corrected issue does not pass for an uncorrected one.
    """
    recorded = report.recorded_segmentation(_report_path(path.with_name(strip_suffix(path.name))))
    if is_input(path, source):
        return recorded
    fresh = report.digest(encoded)
    if overwrite or not path.is_file():
        return fresh
    present = read_bytes(path)
    if present == encoded or report.digest(present) == recorded:
        return fresh
    book = "" if source.settings.file == Settings().file else f" --book {source.settings.file}"
    raise UsageError(
        f"{path}: exists and was corrected by hand: build from it (bookmaker build {path}{book}), "
        "or replace it with --overwrite"
    )


def missing_images(
    edition: Edition, images: Mapping[str, bytes]
) -> tuple[tuple[report.MissingImage, ...], list[Diagnostic]]:
    """Return the figures without a picture, for the report and as diagnostics; a named one is a doubt."""
    from bookmaker.render import placeholders  # noqa: PLC0415

    blocks = [block for article in edition.issue.articles for block in article.blocks]
    named = {block.image for block in blocks if isinstance(block, Figure) and block.image}
    missing, said = [], []
    for lost in placeholders(edition, images):
        missing.append(
            report.MissingImage(
                article=lost.article, wanted=lost.wanted, caption=lost.caption, page=lost.page, line=lost.line
            )
        )
        said.append(
            Diagnostic(
                code=Code.IMAGE_MISSING,
                message=f"a placeholder stands for {lost.wanted} “{lost.caption[:30]}”",
                page=lost.page,
                line=lost.line,
                article=lost.article,
                doubt=lost.wanted in named,
            )
        )
    return tuple(missing), said


def finish(
    base: Path,
    files: dict[Path, bytes],
    loaded: Source,
    *,
    segmented: str | None,
    found: Iterable[Diagnostic],
    missing: tuple[report.MissingImage, ...] = (),
    formats: tuple[str, ...] = (),
    editions: tuple[Revisions, ...] = (),
) -> Result:
    """Write ``files`` and the report on them; raises OutputError, and then nothing has been written."""
    diagnostics = tuple(found)
    made = report.make_report(
        loaded.input,
        loaded.issue,
        formats=formats,
        segmented=segmented,
        missing=missing,
        diagnostics=diagnostics,
        ledger=loaded.ledger,
        outputs={path.name: data for path, data in files.items()},
        editions=editions,
    )
    files[_report_path(base)] = report.encode_report(made)
    write_all(files)
    return Result(tuple(files), diagnostics)
