"""What makes an edition the same book at every build: its identifier and its date of modification."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bookmaker.diagnostics import InputError
from bookmaker.render.words import date_parts

if TYPE_CHECKING:
    from bookmaker.model import Edition, Metadata

_NAMESPACE = uuid.UUID("6c7a2b34-53c1-5b0e-9d0a-3f8f4d1f2a77")
_UNDATED = 946_684_800  # 2000-01-01T00:00:00Z: a time that says nothing is better than one that changes


def identifier(edition: Edition) -> str:
    """Return the edition's ``urn:uuid:``, a UUID of version 5 (RFC 9562).

    Its name is ISSN, serial number or title, then year, volume and number (the date where none is known),
    language and mode: it stays the same when the text is corrected, and differs from edition to edition.
    """
    data = edition.issue.metadata
    numbering = (str(data.year or ""), data.volume or "", data.number or "")
    when = numbering if data.number else (*numbering, data.date or "")
    name = "\n".join((data.issn or data.cn or data.title, *when, edition.language, edition.mode))
    return uuid.uuid5(_NAMESPACE, name).urn


def modified(metadata: Metadata, epoch: int | None) -> int:
    """Return seconds since 1970 (UTC): ``epoch`` if given, else the issue's date or year, else a constant.

    Raises InputError for a date that does not exist.
    """
    if epoch is not None:
        return epoch
    parts = date_parts(metadata) or ((metadata.year,) if metadata.year else ())
    if not parts:
        return _UNDATED
    year, month, day = (*parts, 1, 1)[:3]
    try:
        return int(datetime(year, month, day, tzinfo=UTC).timestamp())
    except ValueError as error:
        raise InputError(f"metadata.date: {metadata.date!r} does not exist: correct it") from error
