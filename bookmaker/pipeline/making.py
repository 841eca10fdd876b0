"""The editions of an issue: edited, rendered, proved and written, one language beside another."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import msgspec

from bookmaker.conservation import prove_chapters
from bookmaker.pipeline.crew import Crew, can_fork
from bookmaker.pipeline.stages import embed, load_converters, load_makers, prepare_figures

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bookmaker.book import Resource
    from bookmaker.diagnostics import Diagnostic
    from bookmaker.edit import Edited
    from bookmaker.editions import Wanted
    from bookmaker.model import Issue, Metadata, Mode
    from bookmaker.pipeline.stages import PdfOrder, Progress, Stages
    from bookmaker.render import Images
    from bookmaker.revisions import Revisions
    from bookmaker.settings import EditSettings


class Recipe(msgspec.Struct, frozen=True):
    """What all editions of a build are made of and into.

    ``cover`` is None where one is to be drawn, ``font_format`` where no faces are embedded.
    """

    issue: Issue
    settings: EditSettings
    images: Images
    cover: Resource | None
    formats: tuple[str, ...]
    order: PdfOrder
    font_format: str | None
    epoch: int | None
    stages: Stages


class Made(NamedTuple):
    """An edition made: its metadata, its files by what their names end in, what was decided, and what there is to say."""

    wanted: Wanted
    metadata: Metadata
    files: Mapping[str, bytes]
    revisions: Revisions
    diagnostics: tuple[Diagnostic, ...]


def make(recipe: Recipe, editions: Sequence[Wanted], progress: Progress) -> list[Made]:
    """Make ``editions``, in their order, every language in a process of its own where the system has them to spare.

    Raises what the stages raise.
    """
    languages = dict.fromkeys(wanted.language for wanted in editions)
    shares = [[wanted for wanted in editions if wanted.language == language] for language in languages]
    if len(shares) == 1:
        # While the chapters are rendered here, a child draws the cover and loads what only that needs.
        with Crew() as crew:
            made = _make(recipe, shares[0], progress, begin=crew.begin)
    elif not can_fork():
        made = [edition for share in shares for edition in _make(recipe, share, progress)]
    else:
        made = _make_side_by_side(recipe, shares, progress)
    return sorted(made, key=lambda edition: editions.index(edition.wanted))


def _make_side_by_side(recipe: Recipe, shares: Sequence[Sequence[Wanted]], progress: Progress) -> list[Made]:
    """Make each of ``shares`` in a process, the last in this one; what all need is loaded and prepared once."""
    own = recipe.issue.metadata.language
    begun: list[Callable[[], list[Made]]] = []
    load_makers(recipe.formats)
    prepare_figures(recipe.issue, recipe.images)
    with Crew() as crew:
        # The edition in the issue's own language is under way while the converters load, which it does not need.
        *others, last = sorted(shares, key=lambda share: share[0].language != own)
        for share in others:
            if share[0].language != own:
                load_converters(own, [share[0].language for share in shares], recipe.settings)
            begun.append(crew.begin(partial(_make, recipe, share, _silent)))
        made = _make(recipe, last, progress)
        for number, share_made in enumerate(begun):
            progress("other languages", number, len(begun))
            made += share_made()
        progress("other languages", len(begun), len(begun))
    return made


def _silent(_stage: str, _done: int, _total: int) -> None:
    pass


def _in_mode(edited: Edited, mode: Mode) -> Edited | None:
    from bookmaker.edit import in_mode  # noqa: PLC0415

    return in_mode(edited, mode)


_Drawing: TypeAlias = "Callable[[], Resource]"


def _at_once(drawing: _Drawing) -> _Drawing:
    return drawing


def _make(
    recipe: Recipe,
    share: Sequence[Wanted],
    progress: Progress,
    *,
    begin: Callable[[_Drawing], _Drawing] = _at_once,
) -> list[Made]:
    """Make the editions of one language; ``begin`` starts the drawing of a cover and gives what waits for it."""
    language, stages = share[0].language, recipe.stages

    def edit(mode: Mode) -> Edited:
        return stages.edit(recipe.issue, language, mode, recipe.settings)

    progress("edit", 0, 1)
    across = edit("horizontal")
    # A cover is set horizontally whatever the mode, so that one is drawn for all editions of a language.
    cover = recipe.cover
    picture = (lambda: cover) if cover else cache(begin(partial(stages.draw_cover, across.edition.issue)))
    made = []
    for wanted in share:
        edited = across if wanted.mode == "horizontal" else _in_mode(across, wanted.mode) or edit(wanted.mode)
        progress("edit", 1, 1)
        progress("render", 0, 1)
        book = stages.render(edited.edition, recipe.images, picture, recipe.epoch)
        prove_chapters(book)
        progress("render", 1, 1)
        files: dict[str, bytes] = {}
        said: tuple[Diagnostic, ...] = ()
        if "epub" in recipe.formats:
            progress("write EPUB", 0, 1)
            files[".epub"] = stages.write_epub(
                embed(book, recipe.font_format) if recipe.font_format else book
            )
            progress("write EPUB", 1, 1)
        if "pdf" in recipe.formats:
            pdfs, said = stages.write_pdf(book, recipe.order, progress)
            files.update(pdfs)
        made.append(
            Made(wanted, edited.edition.issue.metadata, files, edited.revisions, (*edited.diagnostics, *said))
        )
    return made
