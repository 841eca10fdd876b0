"""Which editions of an issue are made: those asked for, if they can be."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from bookmaker.diagnostics import UsageError
from bookmaker.language import canonical_language
from bookmaker.model import Edition, Issue, Mode

if TYPE_CHECKING:
    from collections.abc import Sequence

FORMATS = ("epub", "pdf")
MODES: tuple[Mode, ...] = get_args(Mode)


def edition_name(edition: Edition) -> str:
    """Return the name of an edition as it stands in file names: ``zh-Hans.horizontal``."""
    return f"{edition.language}.{edition.mode}"


def choose_editions(
    issue: Issue, *, languages: Sequence[str] = (), modes: Sequence[str] = (), named: Sequence[str] = ()
) -> tuple[Edition, ...]:
    """Return the editions asked for, each once: every language in every mode, else those ``named``.

    ``named`` are those of ``book.toml``, as ``zh-Hans.horizontal``. Without any wish it is the language of
    the issue, horizontal. Raises UsageError for an edition that cannot be made, saying which can.
    """
    own = issue.metadata.language
    if languages or modes:
        wishes = [(language, mode) for language in languages or [own] for mode in modes or ["horizontal"]]
    else:
        wishes = [_parse(name) for name in named] or [(own, "horizontal")]
    editions: dict[str, Edition] = {}
    for tag, mode in wishes:
        language = canonical_language(tag)
        if language != own or mode != "horizontal":
            raise UsageError(
                f"no edition {language or tag}.{mode} can be made of this issue: available is "
                f"{own}.horizontal (the language of the text, horizontal)"
            )
        edition = Edition(issue=issue, language=language, mode="horizontal")
        editions[edition_name(edition)] = edition
    return tuple(editions.values())


def _parse(name: str) -> tuple[str, str]:
    language, dot, mode = name.rpartition(".")
    if not dot or mode not in MODES:
        raise UsageError(f"book.toml: book.editions: {name!r} is no edition: write it as zh-Hans.horizontal")
    return language, mode
