"""Issue → edition in a language and writing mode: conversion, names, quotation marks, and what was decided.

Every text of the issue is converted as a whole run, its markup and page breaks carried along. OpenCC maps
characters and phrases; names, the words it gets wrong and quotation marks are this stage's work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from bookmaker.edit.marks import style_of
from bookmaker.model import Edition
from bookmaker.revisions import Revisions
from bookmaker.settings import EditSettings

if TYPE_CHECKING:
    from bookmaker.diagnostics import Diagnostic
    from bookmaker.model import Issue, Mode

__all__ = ["Edited", "in_mode", "make_edition"]


class Edited(NamedTuple):
    """An edition, what was decided in making it, and what an editor should look at."""

    edition: Edition
    revisions: Revisions
    diagnostics: tuple[Diagnostic, ...] = ()


def make_edition(
    issue: Issue, *, language: str, mode: Mode = "horizontal", settings: EditSettings | None = None
) -> Edited:
    """Return the edition of ``issue`` in ``language`` (zh-Hans, zh-Hant-TW, zh-Hant-HK) and ``mode``.

    In the issue's own language and horizontal it is the issue as it stands. ``settings`` is the table
    ``[edit]`` of ``book.toml``. Raises OutputError if OpenCC or a shipped list is missing.
    """
    settings = settings or EditSettings()
    own = issue.metadata.language
    style = style_of(language, mode) if settings.quotes else style_of(own, "horizontal")
    turning = style if style != style_of(own, "horizontal") else None
    if own == language and turning is None:
        return Edited(Edition(issue, language, mode), Revisions(language=language, mode=mode))
    from bookmaker.edit.making import converted  # noqa: PLC0415 - an issue as it stands needs none of it

    return Edited(*converted(issue, language, mode, settings, turning))


def in_mode(edited: Edited, mode: Mode) -> Edited | None:
    """Return an edition in another writing mode if its text is the same there, as it is in Traditional Chinese."""
    edition, revisions = edited.edition, edited.revisions
    if style_of(edition.language, edition.mode) != style_of(edition.language, mode):
        return None
    return edited._replace(
        edition=Edition(edition.issue, edition.language, mode),
        revisions=msgspec.structs.replace(revisions, mode=mode),
    )
