"""The one package that joins the stages: read, segment, edit, render, write.

All outputs are made in memory before the first is written, so that a failure leaves nothing behind.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import msgspec

from bookmaker import issue_file
from bookmaker.diagnostics import UsageError
from bookmaker.editions import ALL, FORMATS, choose_editions
from bookmaker.files import ImageFolder, read_bytes
from bookmaker.inputs import Input, strip_suffix
from bookmaker.model import Edition
from bookmaker.pipeline.making import Recipe, make
from bookmaker.pipeline.outputs import (
    Result,
    base_path,
    edition_path,
    finish,
    guard,
    is_input,
    missing_images,
    refuse_collisions,
)
from bookmaker.pipeline.source import correct_layer, load, told_metadata
from bookmaker.pipeline.stages import PdfOrder, Progress, Stages, open_team, prepare, prepare_cover
from bookmaker.report import encode_changes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bookmaker.settings import BookSettings
    from bookmaker.write.processes import Team


__all__ = [
    "PdfOrder",
    "Progress",
    "Result",
    "Stages",
    "Wishes",
    "build",
    "explain",
    "refuse_collisions",
    "segment",
]


def _silent(stage: str, done: int, total: int) -> None:
    pass


class Wishes(msgspec.Struct, frozen=True):
    """What a build is asked for beyond its input; empty sequences mean the default.

    ``epoch`` is SOURCE_DATE_EPOCH in seconds since 1970, ``overwrite`` allows to replace an issue file that
    was corrected by hand, ``font_format`` embeds faces in this format.
    """

    encoding: str | None = None
    languages: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    formats: tuple[str, ...] = FORMATS
    overwrite: bool = False
    embed_fonts: bool = False
    font_format: str | None = None
    epoch: int | None = None


def build(
    source: Input, out: Path, wishes: Wishes, *, progress: Progress = _silent, stages: Stages | None = None
) -> Result:
    """Build every edition asked for into ``out``/SLUG, with the issue file and the report beside them.

    Raises InputError, UsageError and OutputError as the stages do; then nothing has been written.
    """
    # What lays out pages takes long to load: it begins before there is anything to lay out. Languages that are
    # made side by side have teams of their own.
    is_early = "pdf" in wishes.formats and stages is None and _is_one_language(wishes, source)
    with open_team() if is_early else nullcontext() as team:
        return _build(source, out, wishes, progress, stages or Stages(), team)


def _is_one_language(wishes: Wishes, source: Input) -> bool:
    tags = wishes.languages
    if not (wishes.languages or wishes.modes):
        tags = tuple(name.rpartition(".")[0] for name in source.settings.book.editions)
    return ALL not in tags and len(set(tags)) <= 1


def _build(  # noqa: PLR0917
    source: Input, out: Path, wishes: Wishes, progress: Progress, stages: Stages, team: Team | None
) -> Result:
    loaded = load(source, wishes.encoding, progress, stages)
    issue = loaded.issue
    editions = choose_editions(
        issue, languages=wishes.languages, modes=wishes.modes, named=source.settings.book.editions
    )
    base = base_path(source, out)
    issue_path = base.with_name(f"{base.name}.issue.json")
    encoded = issue_file.encode_issue(issue)
    segmented = guard(issue_path, encoded, source, overwrite=wishes.overwrite)

    images = prepare(ImageFolder(source.images), source.settings.images)
    press = read_bytes(source.press_profile) if source.press_profile else None
    recipe = Recipe(
        issue=issue,
        settings=source.settings.edit,
        images=images,
        cover=prepare_cover(source.cover, source.settings.images) if source.cover else None,
        formats=wishes.formats,
        order=PdfOrder(source.settings.pdf, issue_path.name, encoded, press, team),
        font_format=_font_format(wishes, source.settings.book),
        epoch=wishes.epoch,
        stages=stages,
    )
    files = {} if is_input(issue_path, source) else {issue_path: encoded}
    made = make(recipe, editions, progress)
    for edition in made:
        begin = edition_path(source, out, edition.metadata)
        name = f"{begin.name}.{edition.wanted.name}"
        files.update({begin.with_name(name + suffix): data for suffix, data in edition.files.items()})
        if edition.revisions.changes:
            files[begin.with_name(f"{name}.changes.tsv")] = encode_changes(edition.revisions)
    found = [*loaded.diagnostics, *(said for edition in made for said in edition.diagnostics)]
    # The figures are those of the issue, whatever the edition.
    missing, unfound = missing_images(Edition(issue, issue.metadata.language), images)
    return finish(
        base,
        files,
        loaded,
        segmented=segmented,
        found=dict.fromkeys([*found, *unfound]),
        missing=missing,
        formats=wishes.formats,
        editions=tuple(edition.revisions for edition in made),
    )


def _font_format(wishes: Wishes, book: BookSettings) -> str | None:
    """Return the format in which faces are embedded, None where none are."""
    if not (wishes.embed_fonts or wishes.font_format or book.embed_fonts):
        return None
    return wishes.font_format or (book.embed_fonts if isinstance(book.embed_fonts, str) else "woff2")


def segment(
    source: Input,
    out: Path,
    wishes: Wishes,
    *,
    progress: Progress = _silent,
    stages: Stages | None = None,
) -> Result:
    """Segment a text layer into an issue file for an editor to correct, with a report beside it.

    ``out`` is the issue file to write (``.json``, ``.yaml``), else the folder for SLUG/SLUG.issue.json.
    Raises as ``build`` does, and UsageError for an issue that is segmented already.
    """
    if source.segmented:
        raise UsageError(f"{source.path}: is segmented already: give it to bookmaker build")
    loaded = load(source, wishes.encoding, progress, stages or Stages())
    if issue_file.is_issue_file(out):
        path, base = out, out.with_name(strip_suffix(out.name))
    else:
        base = base_path(source, out)
        path = base.with_name(f"{base.name}.issue.json")
    yaml = path.suffix != ".json"
    encoded = issue_file.encode_yaml(loaded.issue) if yaml else issue_file.encode_issue(loaded.issue)
    segmented = guard(path, encoded, source, overwrite=wishes.overwrite)
    return finish(base, {path: encoded}, loaded, segmented=segmented, found=loaded.diagnostics)


def explain(
    source: Input,
    *,
    pages: Sequence[int] = (),
    lines: Sequence[tuple[int, int]] = (),
    doubts: bool = False,
    encoding: str | None = None,
    stages: Stages | None = None,
) -> str:
    """Return the evidence for ``pages`` and ranges of ``lines`` of a text layer, or all ``doubts``, as plain text.

    Raises UsageError for an issue that is segmented already, and for a page or line that is not there.
    """
    from bookmaker.explain import explain as evidence  # noqa: PLC0415
    from bookmaker.explain import explain_doubts  # noqa: PLC0415

    if source.segmented:
        raise UsageError(f"{source.path}: is segmented already: explain its text layer")
    stages = stages or Stages()
    layer = stages.read(read_bytes(source.path), str(source.path), encoding)
    found: set[object] = set()

    def wanted(page: int, line: int) -> bool:
        asked: set[object] = {("page", n) for n in pages if n == page}
        asked |= {("lines", span) for span in lines if span[0] <= line <= span[1]}
        found.update(asked)
        return bool(asked)

    metadata, _ = told_metadata(source, layer)
    segmented = stages.segment(layer, metadata, source.settings.segment.hints)
    segmented = correct_layer(source.corrections, layer, segmented)
    if doubts:
        return explain_doubts(layer, segmented)
    text = evidence(layer, segmented, wanted)
    for number in pages:
        if ("page", number) not in found:
            last = layer.pages[-1].number
            raise UsageError(f"{source.path}: there is nothing on page {number}: the text has {last} pages")
    for first, last in lines:
        if ("lines", (first, last)) not in found:
            what = f"line {first} is" if first == last else f"lines {first} to {last} are"
            raise UsageError(
                f"{source.path}: {what} blank or beyond the end: lines are those of the file, from 1"
            )
    return text
