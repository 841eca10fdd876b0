"""The team that makes pages: processes with the layout engine, which may begin before there is a book.

This module is light: what it needs is loaded by the team.
"""

from __future__ import annotations

from bookmaker.write.processes import Team


def load_engine() -> None:
    """Load what lays out pages; raises OutputError where the installed WeasyPrint is not the one bookmaker knows."""
    import bookmaker.write.making  # noqa: PLC0415 - first of all, see ``start``
    import bookmaker.write.typefaces  # noqa: F401, PLC0415
    from bookmaker.write.engine import check_engine  # noqa: PLC0415

    check_engine()


def open_team() -> Team:
    """Return the processes that make sheaves, of which the first begins to load the engine at once."""
    return Team(load_engine)
