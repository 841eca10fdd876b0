"""Apostrophes of Western words on pages: narrow, lying with their word, and read as the same character."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pypdfium2
import pytest
from books import METADATA

from bookmaker.model import Article, Edition, Issue, Paragraph
from bookmaker.render import render
from bookmaker.write.pdf import write_pdf

if TYPE_CHECKING:
    from bookmaker.model import Mode

BODY = 10.5
"""Points of the body's type on 16开."""


def widths(text: str, mode: Mode) -> tuple[str, list[tuple[str, float]]]:
    """Return the last page's text, and every character of it with the points that it takes along its line."""
    article = Article(id="a01", blocks=(Paragraph(text=text),))
    issue = Issue(version=1, metadata=METADATA, articles=(article,))
    document = pypdfium2.PdfDocument(write_pdf(render(Edition(issue, "zh-Hans", mode))).data)
    page = document[len(document) - 1].get_textpage()
    found = []
    for index in range(page.count_chars()):
        # Pages of vertical text are turned: on the sheet its lines run from left to right as well.
        left, _, right, _ = page.get_charbox(index, loose=True)
        found.append((page.get_text_range(index, 1), right - left))
    return page.get_text_range(), found


@pytest.mark.parametrize("mode", ["horizontal", "vertical"])
def test_an_apostrophe_of_a_word_is_narrow_and_a_quotation_mark_is_not(mode: Mode) -> None:
    text, found = widths("溪山说It’s一次，又说‘溪山’一次。", mode)
    assert text.count("’") == 2
    assert "\u02bc" not in text
    apostrophe, closing = sorted(width for character, width in found if character == "’")
    assert apostrophe < 0.4 * BODY
    assert closing >= 0.45 * BODY


def test_an_apostrophe_in_a_running_head_is_narrow_too() -> None:
    article = Article(
        id="a01", section="O’Neil的山", blocks=tuple(Paragraph(text="溪山" * 400) for _ in range(3))
    )
    issue = Issue(version=1, metadata=METADATA, articles=(article,))
    document = pypdfium2.PdfDocument(write_pdf(render(Edition(issue, "zh-Hans", "horizontal"))).data)
    heads = []
    for number in range(len(document)):
        page = document[number].get_textpage()
        for index in range(page.count_chars()):
            if page.get_text_range(index, 1) == "’":
                left, _, right, _ = page.get_charbox(index, loose=True)
                heads.append(right - left)
    assert len(heads) > 1
    assert all(width < 0.4 * BODY for width in heads)
