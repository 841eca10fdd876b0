"""The title page: the magazine's name and number, and quietly its imprint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bookmaker.book import Chapter
from bookmaker.render.words import date_in_words, number_in_words
from bookmaker.render.xhtml import element

if TYPE_CHECKING:
    from bookmaker.model import Metadata
    from bookmaker.render.chapter import Setting
    from bookmaker.render.words import Words


def title_page(metadata: Metadata, setting: Setting, words: Words) -> Chapter:
    """Return the title page; what the metadata do not say is left out. Raises InputError for a bad date."""
    root, body = setting.document(metadata.title, "frontmatter")
    section = element(
        body,
        "section",
        css="title-page",
        epub="titlepage",
        id="titlepage",
        aria_labelledby="titlepage-title",
    )
    element(section, "h1", metadata.title, css="magazine", id="titlepage-title")
    if metadata.subtitle:
        element(section, "p", metadata.subtitle, css="subtitle", role="doc-subtitle")
    # Vertical imprints have Han numerals (CLREQ, numbers in vertical setting); the words are ours to choose.
    han = setting.mode == "vertical"
    number, date = number_in_words(metadata, han=han), date_in_words(metadata, han=han)
    if number:
        element(section, "p", number, css="number")
    if date and date != number:
        element(section, "p", date, css="date")
    imprint = (
        metadata.publisher,
        metadata.issn and f"ISSN {metadata.issn.removeprefix('ISSN').strip()}",
        metadata.cn and f"{words.serial_number} CN {metadata.cn.removeprefix('CN').strip()}",
        metadata.rights,
    )
    if any(imprint):
        lines = element(section, "div", css="imprint")
        for line in filter(None, imprint):
            element(lines, "p", line)
    return Chapter("titlepage", "titlepage.xhtml", words.title_page, "title-page", root)
