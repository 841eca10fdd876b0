"""Style sheets as text: those that bookmaker ships, and what pages of a size add to them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from bookmaker import resources
from bookmaker.diagnostics import OutputError
from bookmaker.write.document import EM, Page, title_page

if TYPE_CHECKING:
    from bookmaker.write.vertical import Sheet

ACCENT = "#8c2f25"
"""What stands for the issue's accent in the style sheet, and the accent of a book that names none."""


@cache
def style_sheet(name: str) -> str:
    """Return one of bookmaker's style sheets; raises OutputError where it cannot be read."""
    path = resources.styles_dir() / name
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise OutputError(f"the style sheet {path} cannot be read: {error.strerror}") from error


_NARROW = 16
"""Ems of measure below which two ems of indent would be too many (CLREQ, indents of narrow columns)."""


def geometry(page: Page, title: str) -> str:
    """Return the rules of the box of a right page, the narrow margin inside, and of the page of the ``title``."""
    narrow = page.columns > 1 and page.column.measure < _NARROW * EM
    return title_page(page, title) + (
        f"@page{{size:{page.width:.3f}pt {page.height:.3f}pt;"
        f"margin:{page.top:.3f}pt {page.outer:.3f}pt {page.bottom:.3f}pt {page.inner:.3f}pt}}"
        f".full-page img{{width:{page.width:.3f}pt;height:{page.height:.3f}pt}}"
        f".columns{{columns:{page.columns};column-gap:{page.gap:.3f}pt}}"
        + (".columns p,.columns li{text-indent:1em}" if narrow else "")
    )


def sheet_geometry(sheet: Sheet, title: str) -> str:
    """Return the rules of the box of a vertical page, laid out lying, its spine at the top, and of the title page."""
    page = sheet.page
    return title_page(page, title, most=4) + (
        f"@page{{size:{page.width:.3f}pt {page.height:.3f}pt;"
        f"margin:{page.top:.3f}pt {page.outer:.3f}pt {page.bottom:.3f}pt {page.inner:.3f}pt}}"
    )
