"""The book's one outline: departments, articles below them, and the articles' heads."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from bookmaker.book import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def nest(heads: Sequence[tuple[int, str, str]]) -> tuple[Entry, ...]:
    """Return entries for heads given as (level, title, href): level 2, with level 3 below it.

    A head of level 3 before any of level 2 stands on the upper level; deeper heads stay out.
    """
    groups: list[tuple[Entry, list[Entry]]] = []
    below_second = False
    for level, title, href in heads:
        entry = Entry(title=title, href=href, kind="head")
        if level == 3 and below_second:
            groups[-1][1].append(entry)
        elif level <= 3:
            groups.append((entry, []))
            below_second = level == 2
    return tuple(Entry(head.title, head.href, "head", tuple(below)) for head, below in groups)


def outline(articles: Iterable[tuple[str | None, Entry]]) -> tuple[Entry, ...]:
    """Return the outline of articles given as (department, entry), in reading order.

    Consecutive articles of one department stand below it; an article without department stands by itself.
    """
    entries: list[Entry] = []
    for section, group in groupby(articles, key=lambda item: item[0]):
        members = tuple(entry for _, entry in group)
        if section:
            entries.append(Entry(section, members[0].href, "section", members))
        else:
            entries.extend(members)
    return tuple(entries)
