"""The contents page: departments, and in each of them the articles with their authors."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from bookmaker.book import Chapter
from bookmaker.render.xhtml import element

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookmaker.render.chapter import Setting
    from bookmaker.render.words import Words


def contents(chapters: Sequence[Chapter], setting: Setting, words: Words) -> Chapter:
    """Return the contents of ``chapters``, in their order and by their titles, as the navigation has them."""
    root, body = setting.document(words.contents, "frontmatter")
    section = element(
        body,
        "section",
        css="contents",
        epub="toc",
        role="doc-toc",
        id="contents",
        aria_labelledby="contents-title",
    )
    element(section, "h1", words.contents, id="contents-title")
    for department, members in groupby(chapters, key=lambda item: item.section):
        group = element(section, "section", css="department")
        if department:
            element(group, "h2", department, css="department-name")
        entries = element(group, "ol", css="entries")
        for member in members:
            entry = element(element(entries, "li"), "div", css="entry")
            element(entry, "a", member.title, css="entry-title", href=f"{member.href}#{member.id}")
            if member.byline:
                element(entry, "span", member.byline, css="entry-authors")
    return Chapter("contents", "contents.xhtml", words.contents, "contents", root)
