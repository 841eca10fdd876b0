"""Which editions of an issue are made: those asked for, if they can be."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, get_args

from bookmaker.diagnostics import UsageError
from bookmaker.language import LANGUAGES, canonical_language
from bookmaker.model import Issue, Mode

if TYPE_CHECKING:
    from collections.abc import Sequence

FORMATS = ("epub", "pdf")
MODES: tuple[Mode, ...] = get_args(Mode)
ALL = "all"
"""Stands for every language or every mode."""


class Wanted(NamedTuple):
    """An edition asked for: its language (BCP 47) and writing mode."""

    language: str
    mode: Mode

    @property
    def name(self) -> str:
        """The edition's name as it stands in file names: ``zh-Hans.horizontal``."""
        return f"{self.language}.{self.mode}"


def choose_editions(
    issue: Issue, *, languages: Sequence[str] = (), modes: Sequence[str] = (), named: Sequence[str] = ()
) -> tuple[Wanted, ...]:
    """Return the editions asked for, each once: every language in every mode, else those ``named``.

    ``named`` are those of ``book.toml``, as ``zh-Hans.horizontal``; ``all`` means every language or mode.
    Without any wish it is the language of the issue, horizontal. Raises UsageError for an edition that cannot
    be made, saying which can.
    """
    own = issue.metadata.language
    if languages or modes:
        wishes = [(language, mode) for language in languages or [own] for mode in modes or ["horizontal"]]
    else:
        wishes = [_parse(name) for name in named] or [(own, "horizontal")]
    wanted = (
        Wanted(language, made)
        for tag, mode in wishes
        for language in (LANGUAGES if tag == ALL else [_language(tag, mode)])
        for made in MODES
        if mode in {ALL, made}
    )
    return tuple(dict.fromkeys(wanted))


def _language(tag: str, mode: str) -> str:
    language = canonical_language(tag)
    if language is None:
        raise UsageError(
            f"no edition {tag}.{mode} can be made: languages are {', '.join(LANGUAGES)}, or {ALL}"
        )
    return language


def _parse(name: str) -> tuple[str, str]:
    language, dot, mode = name.rpartition(".")
    if not dot or mode not in {*MODES, ALL}:
        raise UsageError(f"book.toml: book.editions: {name!r} is no edition: write it as zh-Hans.horizontal")
    return language, mode
