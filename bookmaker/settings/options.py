"""Options of the command line over the settings of ``book.toml``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from bookmaker.diagnostics import UsageError
from bookmaker.settings import IssueSettings, Settings
from bookmaker.settings.rules import check_pdf, checked

if TYPE_CHECKING:
    from collections.abc import Mapping


def override(settings: Settings, options: Mapping[str, str | None]) -> Settings:
    """Return ``settings`` with the ``[issue]`` keys in ``options`` replaced, where they are not None.

    Raises UsageError naming the option for a value that breaks a rule.
    """
    given: dict[str, Any] = {key: value for key, value in options.items() if value is not None}
    if not given:
        return settings
    if "year" in given:
        if not given["year"].isdecimal():
            raise UsageError(f"--year: {given['year']!r} is no year: write it with four digits")
        given["year"] = int(given["year"])
    issue = settings.issue
    if "issue" in given:
        issue = msgspec.structs.replace(issue, number=None)
    checked(Settings(issue=IssueSettings(**given)), prefix="--")
    return checked(msgspec.structs.replace(settings, issue=msgspec.structs.replace(issue, **given)))


def override_pdf(settings: Settings, options: Mapping[str, Any]) -> Settings:
    """Return ``settings`` with the ``[pdf]`` keys in ``options`` replaced, where they are given (true).

    Raises UsageError naming the option for a value that breaks a rule.
    """
    given = {key: value for key, value in options.items() if value}
    if not given:
        return settings
    pdf = msgspec.structs.replace(settings.pdf, **given)
    check_pdf(pdf, "--", {"profiles": "pdf-profile"})
    return msgspec.structs.replace(settings, pdf=pdf)
