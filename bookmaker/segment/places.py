"""Where articles stand: the department each belongs to, and the printed number of every page."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from bookmaker.chars import skeleton
from bookmaker.model import Article, Page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookmaker.layer import Layer
    from bookmaker.segment.entries import Contents
    from bookmaker.segment.reading import Draft
    from bookmaker.segment.rows import Row


LEAST_TITULAR = 4
"""Articles over which the magazine's name stands at least, where it is told from a department's."""
_DATED = re.compile(r"\d|年.*[月期号號]|第.{1,4}[期号號]")


def sections_of(
    articles: Sequence[Article],
    drafted: Sequence[tuple[Draft, Article]],
    contents: Contents,
    departments: set[str],
) -> list[Article]:
    """Give each article its department: by the contents page, by the tags on its pages, by its neighbours.

    Articles that the contents page lists together share a department, and so does an article between two of one
    department.
    """
    known: dict[str, str] = {}
    groups: dict[str, list[str]] = {}
    runs: dict[int, int] = {}
    run = 0
    for number, entry in enumerate(contents.entries):
        if number and entry.section != contents.entries[number - 1].section:
            run += 1
        runs[number] = run
    names = contents.sections | departments
    titular = _titular(drafted) - names
    department = ""
    for draft, article in drafted:
        department = draft.department or department
        # a single character is a logo, a date or the number of the issue no department, nor is the article's title
        spelled = [
            tag
            for tag in draft.tags
            if len(tag) > 1
            and tag not in titular
            and not _DATED.search(tag)
            and skeleton(tag) != skeleton(article.title or "")
        ]
        tags = [tag for tag in spelled if tag in names] or spelled or [draft.vertical] * bool(draft.vertical)
        if draft.entry is not None and contents.entries[draft.entry].section:
            known[article.id] = contents.entries[draft.entry].section or ""
        elif department:
            known[article.id] = department
        elif tags:
            known[article.id] = Counter(tags).most_common(1)[0][0]
        if draft.entry is not None and contents.sections:
            groups.setdefault(f"{runs[draft.entry]}", []).append(article.id)
    for members in groups.values():
        votes = Counter(known[member] for member in members if member in known)
        if votes:
            for member in members:
                known.setdefault(member, votes.most_common(1)[0][0])
    order = [article.id for article in articles if article.type == "article"]
    placed = [i for i, ident in enumerate(order) if ident in known]
    for a, b in itertools.pairwise(placed):
        if known[order[a]] == known[order[b]]:
            for i in range(a + 1, b):
                known[order[i]] = known[order[a]]
    return [
        msgspec.structs.replace(article, section=known[article.id]) if article.id in known else article
        for article in articles
    ]


def _titular(drafted: Sequence[tuple[Draft, Article]]) -> set[str]:
    """The magazine's own name, as a tag: it stands over most articles, and mostly beside another tag."""
    stands = Counter(tag for draft, _ in drafted for tag in set(draft.tags))
    beside = Counter(tag for draft, _ in drafted if len(set(draft.tags)) > 1 for tag in set(draft.tags))
    return {
        tag
        for tag, n in stands.items()
        if n >= LEAST_TITULAR and n > 0.6 * len(drafted) and 2 * beside[tag] > n
    }


def page_labels(
    layer: Layer, rows: Sequence[Row], drafted: Sequence[tuple[Draft, Article]], contents: Contents
) -> tuple[Page, ...]:
    """Number the pages as they were printed, as far as folios and the contents page tell; else by their place.

    A folio on the n-th page, or an article found there and listed on page p, fixes the difference from there on.
    """
    fixed: dict[int, int] = {row.page: row.folio for row in rows if row.folio is not None}
    for draft, article in drafted:
        listed = contents.entries[draft.entry].page if draft.entry is not None else None
        if listed is not None and article.page is not None:
            fixed.setdefault(article.page, listed)
    if not fixed:
        return tuple(Page(page.number, str(page.number)) for page in layer.pages)
    first = min(fixed)
    difference = fixed[first] - first
    labels: list[Page] = []
    last = 0
    for page in layer.pages:
        if page.number in fixed and fixed[page.number] > last:
            difference = fixed[page.number] - page.number
        label = max(page.number + difference, last + 1)
        last = label
        labels.append(Page(page.number, str(label)))
    return tuple(labels)
