"""What ``bookmaker check`` finds in a file, by its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bookmaker.diagnostics import InputError, UsageError
from bookmaker.files import read_bytes
from bookmaker.issue_file import decode_issue, is_issue_file, violations

if TYPE_CHECKING:
    from pathlib import Path


def verdicts(path: Path) -> list[str]:
    """Return the faults of a segmented issue or an EPUB, an empty list if it has none.

    Raises InputError for a file that cannot be read, UsageError for one of another kind, OutputError where
    EPUBCheck cannot be run.
    """
    if is_issue_file(path):
        data = read_bytes(path)
        try:
            issue = decode_issue(data, name=str(path))
        except InputError as error:
            return [str(error).removeprefix(f"{path}: ")]
        return [str(violation) for violation in violations(issue)]
    if path.suffix.lower() == ".epub":
        from bookmaker.check import check_epub  # noqa: PLC0415 - only EPUBs need it

        return [str(m) for m in check_epub(path) if m.severity in {"FATAL", "ERROR", "WARNING"}]
    raise UsageError(
        f"{path}: neither a segmented issue (.json, .yaml) nor an EPUB: nothing to check it against"
    )
