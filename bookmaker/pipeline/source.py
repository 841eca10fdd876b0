"""The issue that a build begins with: a text layer read and segmented, or an issue file."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from bookmaker import issue_file, report
from bookmaker.diagnostics import Code, Diagnostic, InputError, OutputError
from bookmaker.files import read_bytes
from bookmaker.language import detect_language, looks_japanese
from bookmaker.model import Issue, Metadata

if TYPE_CHECKING:
    from pathlib import Path

    from bookmaker.inputs import Input
    from bookmaker.layer import Change, Layer
    from bookmaker.pipeline.stages import Progress, Stages
    from bookmaker.segment import Segmented


JUDGED = 2000
"""Lines, at most, by whose characters a text's language is judged."""


class Source(msgspec.Struct, frozen=True):
    """An issue with all that is known of its making; ``segmented`` says that it was segmented here."""

    issue: Issue
    input: report.Input
    diagnostics: tuple[Diagnostic, ...] = ()
    ledger: tuple[Change, ...] = ()
    segmented: bool = False


def load(source: Input, encoding: str | None, progress: Progress, stages: Stages) -> Source:
    """Return the issue that ``source`` holds or that its text layer is segmented into; raises as the stages do."""
    progress("read", 0, 1)
    loaded = _load_issue(source) if source.segmented else _load_layer(source, encoding, progress, stages)
    progress("read" if source.segmented else "segment", 1, 1)
    return loaded


def _load_issue(source: Input) -> Source:
    issue = issue_file.load_issue(source.path)
    metadata = source.settings.override(issue.metadata)
    issue = Issue(version=issue.version, metadata=metadata, articles=issue.articles, pages=issue.pages)
    data = read_bytes(source.path)
    return Source(issue, report.Input(name=source.name, sha256=report.digest(data)))


def _load_layer(source: Input, encoding: str | None, progress: Progress, stages: Stages) -> Source:
    data = read_bytes(source.path)
    layer = stages.read(data, str(source.path), encoding)
    progress("read", 1, 1)
    metadata, assumed = told_metadata(source, layer)
    progress("segment", 0, 1)
    segmented = stages.segment(layer, metadata, source.settings.segment.hints)
    if not segmented.issue.articles:
        raise InputError(
            f"{source.path}: holds nothing but page furniture: there is no article to make a book of"
        )
    for violation in issue_file.violations(segmented.issue):
        raise OutputError(
            f"{source.path}: the segmentation broke a rule of the issue file ({violation}); "
            "please report this text layer"
        )
    lines = max((line.number for page in layer.pages for line in page.lines), default=0)
    segmented = correct_layer(source.corrections, layer, segmented)
    return Source(
        issue=segmented.issue,
        input=report.Input(
            name=source.name,
            sha256=report.digest(data),
            encoding=layer.encoding,
            pages=len(layer.pages),
            lines=lines,
            corrections=report.digest(read_bytes(source.corrections)) if source.corrections else None,
        ),
        diagnostics=(*assumed, *segmented.diagnostics),
        ledger=(*layer.changes, *segmented.changes),
        segmented=True,
    )


def correct_layer(path: Path | None, layer: Layer, segmented: Segmented) -> Segmented:
    """Do the editor's corrections in the file at ``path``; prove again that no character is lost."""
    if path is None:
        return segmented
    from bookmaker.corrections import correct, load_corrections, open_doubts  # noqa: PLC0415
    from bookmaker.segment.ledger import prove  # noqa: PLC0415

    done = correct(segmented.issue, load_corrections(path), layer=layer, ledger=segmented.changes)
    changes = (*segmented.changes, *done.changes)
    prove(layer, done.issue, changes)
    found = (*open_doubts(segmented.diagnostics, done), *done.diagnostics)
    return msgspec.structs.replace(segmented, issue=done.issue, changes=changes, diagnostics=found)


def told_metadata(source: Input, layer: Layer) -> tuple[Metadata, tuple[Diagnostic, ...]]:
    """Return the metadata that are given or can be told from the text, and what was assumed."""
    given = source.settings.issue
    said: list[Diagnostic] = []
    if layer.encoding != "utf-8":
        said.append(Diagnostic(code=Code.ENCODING, message=f"the text was read as {layer.encoding}"))
    language = "zh-Hans"
    if given.language is None:
        lines = [line.text for page in layer.pages for line in page.lines]
        counts = Counter("".join(lines[:: len(lines) // JUDGED + 1]))
        language = detect_language(counts) or language
        japanese = looks_japanese(counts)
        what = (
            "the text looks Japanese and is set as"
            if japanese
            else "the language, as its characters tell, is"
        )
        said.append(_assumed(f"{what} {language}", "language", doubt=japanese))
    if given.title is None:
        said.append(_assumed(f"the title is “{source.stem}”, after the file", "title", doubt=True))
    if given.date is None and given.year is None:
        said.append(_assumed("the date is unknown", "date"))
    return source.settings.metadata(title=source.stem, language=language), tuple(said)


def _assumed(what: str, key: str, *, doubt: bool = False) -> Diagnostic:
    message = f"{what}: --{key}, or {key} in book.toml, says otherwise"
    return Diagnostic(code=Code.ASSUMED, message=message, doubt=doubt)
