"""The one module that joins the stages: read, segment, edit, render, write. Each is imported when first needed.

An EPUB build never loads the layout engine, a build from a segmented issue never loads segmentation, and an
edition in the issue's own language never loads OpenCC. All
outputs are made in memory before the first is written, so that a failure leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from bookmaker import issue_file
from bookmaker.conservation import prove_chapters
from bookmaker.diagnostics import Code, Diagnostic, InputError, OutputError, UsageError
from bookmaker.editions import FORMATS, choose_editions
from bookmaker.files import ImageFolder, read_bytes, safe_slug, write_all
from bookmaker.inputs import Input, strip_suffix
from bookmaker.language import detect_language, looks_japanese
from bookmaker.model import Edition, Figure, Issue, Metadata, Mode
from bookmaker.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from bookmaker import report
    from bookmaker.book import Book
    from bookmaker.edit import Edited
    from bookmaker.editions import Wanted
    from bookmaker.layer import Change, Layer
    from bookmaker.revisions import Revisions
    from bookmaker.segment import Segmented
    from bookmaker.settings import EditSettings, ImageSettings, PdfSettings

Progress: TypeAlias = Callable[[str, int, int], None]
"""Told of every step: the stage's name, how much of it is done, and how much there is."""


def _silent(stage: str, done: int, total: int) -> None:
    pass


# --- the stages ------------------------------------------------------------------------------------


def _read(data: bytes, name: str, encoding: str | None) -> Layer:
    from bookmaker.read import read_layer  # noqa: PLC0415

    return read_layer(data, name=name, encoding=encoding)


def _segment(layer: Layer, metadata: Metadata, hints: Mapping[str, object]) -> Segmented:
    from bookmaker.segment import segment  # noqa: PLC0415

    return segment(layer, metadata=metadata, hints=hints)


def _edit(issue: Issue, language: str, mode: Mode, settings: EditSettings) -> Edited:
    from bookmaker.edit import make_edition  # noqa: PLC0415

    return make_edition(issue, language=language, mode=mode, settings=settings)


def _prepare(folder: ImageFolder, limits: ImageSettings) -> Mapping[str, bytes]:
    from bookmaker.render import Images  # noqa: PLC0415

    return Images(folder, limits)


def _render(
    edition: Edition, images: Mapping[str, bytes], cover: tuple[str, bytes] | None, modified: int | None
) -> Book:
    from bookmaker.render import render  # noqa: PLC0415

    return render(edition, images=images, cover=cover, modified=modified)


def _embed(book: Book) -> Book:
    from bookmaker.write.embedding import with_faces  # noqa: PLC0415

    return with_faces(book)


def _write_epub(book: Book) -> bytes:
    from bookmaker.write.epub import write_epub  # noqa: PLC0415

    return write_epub(book)


@dataclass(frozen=True)
class PdfOrder:
    """What PDFs are made of beside the book: their settings, the segmented issue's file, a press's ICC profile."""

    settings: PdfSettings
    source_name: str
    source: bytes
    press_profile: bytes | None = None


def _write_pdf(
    book: Book, order: PdfOrder, progress: Progress
) -> tuple[Mapping[str, bytes], tuple[Diagnostic, ...]]:
    from bookmaker.write.pdf import write_pdfs  # noqa: PLC0415
    from bookmaker.write.profiles import choose_profiles  # noqa: PLC0415

    settings = order.settings
    profiles = choose_profiles(
        settings.profiles,
        source=(order.source_name, order.source) if settings.attach_source else None,
        condition=(settings.press_condition or "", order.press_profile) if order.press_profile else None,
        multiple=settings.pages_multiple,
    )
    made = write_pdfs(
        book,
        profiles,
        page_size=settings.size,
        margins=settings.margins,
        columns=settings.columns,
        progress=progress,
    )
    files = {f"{profile.suffix}.pdf": pdf.data for profile, pdf in zip(profiles, made, strict=True)}
    return files, tuple(dict.fromkeys(said for pdf in made for said in pdf.diagnostics))


@dataclass(frozen=True)
class Stages:
    """The stages as functions; a test may put others in their place."""

    read: Callable[[bytes, str, str | None], Layer] = _read
    segment: Callable[[Layer, Metadata, Mapping[str, object]], Segmented] = _segment
    edit: Callable[[Issue, str, Mode, EditSettings], Edited] = _edit
    render: Callable[[Edition, Mapping[str, bytes], tuple[str, bytes] | None, int | None], Book] = _render
    write_epub: Callable[[Book], bytes] = _write_epub
    write_pdf: Callable[[Book, PdfOrder, Progress], tuple[Mapping[str, bytes], tuple[Diagnostic, ...]]] = (
        _write_pdf
    )


# --- what is asked for, and what comes out ---------------------------------------------------------


@dataclass(frozen=True)
class Wishes:
    """What a build is asked for beyond its input; empty sequences mean the default.

    ``epoch`` is SOURCE_DATE_EPOCH in seconds since 1970, ``overwrite`` allows to replace an issue file that
    was corrected by hand.
    """

    encoding: str | None = None
    languages: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    formats: tuple[str, ...] = FORMATS
    overwrite: bool = False
    embed_fonts: bool = False
    epoch: int | None = None


@dataclass(frozen=True)
class Result:
    """The files written, in the order made, and everything there is to say about them."""

    paths: tuple[Path, ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def doubts(self) -> int:
        """How many diagnostics an editor should look at."""
        return sum(diagnostic.doubt for diagnostic in self.diagnostics)


@dataclass(frozen=True)
class _Source:
    """An issue with all that is known of its making; ``segmented`` says that it was segmented here."""

    issue: Issue
    input: report.Input
    diagnostics: tuple[Diagnostic, ...] = ()
    ledger: tuple[Change, ...] = ()
    segmented: bool = field(default=False)


# --- the two commands ------------------------------------------------------------------------------


def build(
    source: Input, out: Path, wishes: Wishes, *, progress: Progress = _silent, stages: Stages | None = None
) -> Result:
    """Build every edition asked for into ``out``/SLUG, with the issue file and the report beside them.

    Raises InputError, UsageError and OutputError as the stages do; then nothing has been written.
    """
    stages = stages or Stages()
    loaded = _load(source, wishes, progress, stages)
    issue = loaded.issue
    editions = choose_editions(
        issue, languages=wishes.languages, modes=wishes.modes, named=source.settings.book.editions
    )
    base = _base(source, out)
    issue_path = base.with_name(f"{base.name}.issue.json")
    encoded = issue_file.encode_issue(issue)
    segmented = _guard(issue_path, encoded, source, loaded, overwrite=wishes.overwrite)

    embed_fonts = wishes.embed_fonts or source.settings.book.embed_fonts
    images = _prepare(ImageFolder(source.images), source.settings.images)
    cover = (source.cover.name, read_bytes(source.cover)) if source.cover else None
    files = {} if _is_input(issue_path, source) else {issue_path: encoded}
    press = read_bytes(source.press_profile) if source.press_profile else None
    order = PdfOrder(source.settings.pdf, issue_path.name, encoded, press)
    found = list(loaded.diagnostics)
    revisions: list[Revisions] = []
    edited: Edited | None = None
    for wanted in editions:
        progress("edit", 0, 1)
        edited = _again(edited, wanted) or stages.edit(
            issue, wanted.language, wanted.mode, source.settings.edit
        )
        revisions.append(edited.revisions)
        found += edited.diagnostics
        progress("edit", 1, 1)
        progress("render", 0, 1)
        book = stages.render(edited.edition, images, cover, wishes.epoch)
        prove_chapters(book)
        progress("render", 1, 1)
        name = f"{base.name}.{wanted.name}"
        if "epub" in wishes.formats:
            progress("write EPUB", 0, 1)
            files[base.with_name(f"{name}.epub")] = stages.write_epub(_embed(book) if embed_fonts else book)
            progress("write EPUB", 1, 1)
        if "pdf" in wishes.formats:
            pdfs, said = stages.write_pdf(book, order, progress)
            files.update({base.with_name(name + suffix): data for suffix, data in pdfs.items()})
            found += said
    # The figures are those of the issue, whatever the edition.
    missing, unfound = _missing_images(Edition(issue, issue.metadata.language), images)
    return _finish(
        base,
        files,
        loaded,
        segmented=segmented,
        found=dict.fromkeys([*found, *unfound]),
        missing=missing,
        formats=wishes.formats,
        editions=tuple(revisions),
    )


def _again(edited: Edited | None, wanted: Wanted) -> Edited | None:
    """Return the edition made before in another mode, if it is of the same language and text."""
    if edited is None or edited.edition.language != wanted.language:
        return None
    from bookmaker.edit import in_mode  # noqa: PLC0415

    return in_mode(edited, wanted.mode)


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
    loaded = _load(source, wishes, progress, stages or Stages())
    if issue_file.is_issue_file(out):
        path, base = out, out.with_name(strip_suffix(out.name))
    else:
        base = _base(source, out)
        path = base.with_name(f"{base.name}.issue.json")
    yaml = path.suffix != ".json"
    encoded = issue_file.encode_yaml(loaded.issue) if yaml else issue_file.encode_issue(loaded.issue)
    segmented = _guard(path, encoded, source, loaded, overwrite=wishes.overwrite)
    return _finish(base, {path: encoded}, loaded, segmented=segmented, found=loaded.diagnostics)


def explain(
    source: Input,
    *,
    pages: Sequence[int] = (),
    lines: Sequence[tuple[int, int]] = (),
    encoding: str | None = None,
    stages: Stages | None = None,
) -> str:
    """Return the evidence for ``pages`` and ranges of ``lines`` of a text layer, as plain text.

    Raises UsageError for an issue that is segmented already, and for a page or line that is not there.
    """
    from bookmaker.explain import explain as evidence  # noqa: PLC0415

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

    metadata, _ = _metadata(source, layer)
    segmented = stages.segment(layer, metadata, source.settings.segment.hints)
    text = evidence(layer, _correct(source.corrections, layer, segmented), wanted)
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


def _finish(
    base: Path,
    files: dict[Path, bytes],
    loaded: _Source,
    *,
    segmented: str | None,
    found: Iterable[Diagnostic],
    missing: tuple[report.MissingImage, ...] = (),
    formats: tuple[str, ...] = (),
    editions: tuple[Revisions, ...] = (),
) -> Result:
    from bookmaker import report  # noqa: PLC0415 - hashing and versions, needed at the end only

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


# --- the issue, from either kind of input ----------------------------------------------------------


def _load(source: Input, wishes: Wishes, progress: Progress, stages: Stages) -> _Source:
    progress("read", 0, 1)
    loaded = _load_issue(source) if source.segmented else _load_layer(source, wishes, progress, stages)
    progress("read" if source.segmented else "segment", 1, 1)
    return loaded


def _load_issue(source: Input) -> _Source:
    from bookmaker import report  # noqa: PLC0415

    issue = issue_file.load_issue(source.path)
    metadata = source.settings.override(issue.metadata)
    issue = Issue(version=issue.version, metadata=metadata, articles=issue.articles, pages=issue.pages)
    data = read_bytes(source.path)
    return _Source(issue, report.Input(name=source.name, sha256=report.digest(data)))


def _load_layer(source: Input, wishes: Wishes, progress: Progress, stages: Stages) -> _Source:
    from bookmaker import report  # noqa: PLC0415

    data = read_bytes(source.path)
    layer = stages.read(data, str(source.path), wishes.encoding)
    progress("read", 1, 1)
    metadata, assumed = _metadata(source, layer)
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
    lines = sum(len(page.lines) for page in layer.pages)
    segmented = _correct(source.corrections, layer, segmented)
    return _Source(
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


def _correct(path: Path | None, layer: Layer, segmented: Segmented) -> Segmented:
    """Do the editor's corrections in the file at ``path``; prove again that no character is lost."""
    if path is None:
        return segmented
    from bookmaker.corrections import correct, load_corrections, open_doubts  # noqa: PLC0415
    from bookmaker.segment.ledger import prove  # noqa: PLC0415

    done = correct(segmented.issue, load_corrections(path), layer=layer, ledger=segmented.changes)
    changes = (*segmented.changes, *done.changes)
    prove(layer, done.issue, changes)
    found = (*open_doubts(segmented.diagnostics, done), *done.diagnostics)
    return replace(segmented, issue=done.issue, changes=changes, diagnostics=found)


def _metadata(source: Input, layer: Layer) -> tuple[Metadata, tuple[Diagnostic, ...]]:
    """Return the metadata that are given or can be told from the text, and what was assumed."""
    given = source.settings.issue
    said: list[Diagnostic] = []
    if layer.encoding != "utf-8":
        said.append(Diagnostic(code=Code.ENCODING, message=f"the text was read as {layer.encoding}"))
    language = "zh-Hans"
    if given.language is None:
        text = "".join(line.text for page in layer.pages for line in page.lines)
        language = detect_language(text) or language
        japanese = looks_japanese(text)
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


# --- outputs ---------------------------------------------------------------------------------------


def _base(source: Input, out: Path) -> Path:
    """Return ``out``/SLUG/SLUG, the path that every output's name begins with."""
    settings = source.settings
    if settings.book.slug:
        name = settings.book.slug
    elif settings.issue.title and not source.segmented:
        parts = (settings.issue.title, settings.issue.year, settings.issue.issue or settings.issue.number)
        name = "-".join(str(part) for part in parts if part)
    else:
        name = source.stem
    slug = safe_slug(name)
    return out / slug / slug


def refuse_collisions(sources: Iterable[Input], out: Path) -> None:
    """Raise UsageError if two inputs would write the same files."""
    taken: dict[str, Input] = {}
    for source in sources:
        base = _base(source, out)
        first = taken.setdefault(str(base).casefold(), source)
        if first is not source:
            raise UsageError(
                f"{first.path} and {source.path} would both be written to {base.parent}: "
                "give one a slug of its own in book.toml, or build them into different folders"
            )


def _report_path(base: Path) -> Path:
    return base.with_name(f"{base.name}.report.json")


def _is_input(path: Path, source: Input) -> bool:
    return path.exists() and path.samefile(source.path)


def _guard(path: Path, encoded: bytes, source: Input, loaded: _Source, *, overwrite: bool) -> str | None:
    """Return the hash to record of the segmented issue at ``path``; refuse to overwrite corrections.

    A file counts as corrected if it is not what the report beside it records as segmented: only segmentation
    sets that record, so building from a corrected issue does not make it pass for an uncorrected one.
    """
    from bookmaker import report  # noqa: PLC0415

    recorded = report.recorded_segmentation(_report_path(path.with_name(strip_suffix(path.name))))
    fresh = report.digest(encoded) if loaded.segmented else recorded
    if overwrite or _is_input(path, source) or not path.is_file():
        return fresh
    present = read_bytes(path)
    if present == encoded or report.digest(present) == recorded:
        return fresh
    book = "" if source.settings.file == Settings().file else f" --book {source.settings.file}"
    raise UsageError(
        f"{path}: exists and was corrected by hand: build from it (bookmaker build {path}{book}), "
        "or replace it with --overwrite"
    )


def _missing_images(
    edition: Edition, images: Mapping[str, bytes]
) -> tuple[tuple[report.MissingImage, ...], list[Diagnostic]]:
    """Return the figures without a picture, for the report and as diagnostics; a named one is a doubt."""
    from bookmaker import report  # noqa: PLC0415
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
