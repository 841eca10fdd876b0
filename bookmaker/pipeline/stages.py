"""The stages as functions, each imported when it is first needed.

An EPUB build never loads the layout engine, a build from a segmented issue never loads segmentation, and an
edition in the issue's own language never loads OpenCC.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from bookmaker.files import read_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from bookmaker.book import Book, Resource
    from bookmaker.diagnostics import Diagnostic
    from bookmaker.edit import Edited
    from bookmaker.files import ImageFolder
    from bookmaker.layer import Layer
    from bookmaker.model import Edition, Issue, Metadata, Mode
    from bookmaker.render import Images
    from bookmaker.segment import Segmented
    from bookmaker.settings import EditSettings, ImageSettings, PdfSettings
    from bookmaker.write.processes import Team

Progress: TypeAlias = Callable[[str, int, int], None]
"""Told of every step: the stage's name, how much of it is done, and how much there is."""


def _read(data: bytes, name: str, encoding: str | None) -> Layer:
    from bookmaker.read import read_layer  # noqa: PLC0415

    return read_layer(data, name=name, encoding=encoding)


def _segment(layer: Layer, metadata: Metadata, hints: Mapping[str, object]) -> Segmented:
    from bookmaker.segment import segment  # noqa: PLC0415

    return segment(layer, metadata=metadata, hints=hints)


def _edit(issue: Issue, language: str, mode: Mode, settings: EditSettings) -> Edited:
    from bookmaker.edit import make_edition  # noqa: PLC0415

    return make_edition(issue, language=language, mode=mode, settings=settings)


def prepare(folder: ImageFolder, limits: ImageSettings) -> Images:
    """Return the pictures of ``folder``, made ready for a book when they are asked for."""
    from bookmaker.render import Images  # noqa: PLC0415

    return Images(folder, limits)


def _draw_cover(issue: Issue) -> Resource:
    from bookmaker.pipeline.covers import kept_cover  # noqa: PLC0415
    from bookmaker.render import draw_cover  # noqa: PLC0415

    return kept_cover(issue, draw_cover)


def _render(
    edition: Edition, images: Mapping[str, bytes], cover: Callable[[], Resource], modified: int | None
) -> Book:
    from bookmaker.render import render  # noqa: PLC0415

    return render(edition, images=images, cover=cover, modified=modified)


def prepare_cover(path: Path, limits: ImageSettings) -> Resource:
    """Return the given cover, made ready for a book; raises InputError for what is no picture."""
    from bookmaker.render import given_cover  # noqa: PLC0415

    return given_cover(path.name, read_bytes(path), limits)


def prepare_figures(issue: Issue, images: Images) -> None:
    """Make the pictures of all figures ready for a book."""
    from bookmaker import render  # noqa: PLC0415

    render.prepare_figures(issue, images)


def load_makers(formats: Collection[str]) -> None:
    """Load what makes ``formats``, for the processes that will share it; covers are mostly drawn already, and kept."""
    import bookmaker.edit.making  # noqa: PLC0415
    import bookmaker.render  # noqa: PLC0415

    if "epub" in formats:
        import bookmaker.write.epub  # noqa: PLC0415
    if "pdf" in formats:
        import bookmaker.write.pdf  # noqa: F401, PLC0415
        from bookmaker.write.team import load_engine  # noqa: PLC0415

        load_engine()


def load_converters(own: str, languages: Iterable[str], settings: EditSettings) -> None:
    """Load the dictionaries that lead from ``own`` to ``languages``, of which most are the same."""
    from bookmaker.edit.convert import converter, route  # noqa: PLC0415

    for language in languages:
        converter(route(own, language, idioms=settings.idioms))


def embed(book: Book, font_format: str) -> Book:
    """Return ``book`` with the faces that it is set in."""
    from bookmaker.write.embedding import with_faces  # noqa: PLC0415

    return with_faces(book, font_format)


def _write_epub(book: Book) -> bytes:
    from bookmaker.write.epub import write_epub  # noqa: PLC0415

    return write_epub(book)


def open_team() -> Team:
    """Return the processes that lay out pages, the first of which begins to load the engine at once."""
    from bookmaker.write.team import open_team  # noqa: PLC0415

    return open_team()


class PdfOrder(msgspec.Struct, frozen=True):
    """What PDFs are made of beside the book: their settings, the segmented issue's file, a press's ICC profile.

    ``team`` are processes that have begun already.
    """

    settings: PdfSettings
    source_name: str
    source: bytes
    press_profile: bytes | None = None
    team: Team | None = None


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
        team=order.team,
    )
    files = {f"{profile.suffix}.pdf": pdf.data for profile, pdf in zip(profiles, made, strict=True)}
    return files, tuple(dict.fromkeys(said for pdf in made for said in pdf.diagnostics))


class Stages(msgspec.Struct, frozen=True):
    """The stages as functions; a test may put others in their place."""

    read: Callable[[bytes, str, str | None], Layer] = _read
    segment: Callable[[Layer, Metadata, Mapping[str, object]], Segmented] = _segment
    edit: Callable[[Issue, str, Mode, EditSettings], Edited] = _edit
    draw_cover: Callable[[Issue], Resource] = _draw_cover
    render: Callable[[Edition, Mapping[str, bytes], Callable[[], Resource], int | None], Book] = _render
    write_epub: Callable[[Book], bytes] = _write_epub
    write_pdf: Callable[[Book, PdfOrder, Progress], tuple[Mapping[str, bytes], tuple[Diagnostic, ...]]] = (
        _write_pdf
    )
