"""Corrections of articles: retitle, byline, section, move, begin, join and drop.

Each function does one to an issue and returns the corrected issue, with the ledger's new entries where a text changed.
They raise MisfitError where the correction does not fit and NeedlessError where the issue is as wanted already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, cast

import msgspec

from bookmaker.chars import squeeze
from bookmaker.corrections.address import MisfitError, NeedlessError, find_article, find_block
from bookmaker.corrections.blocks import dropped
from bookmaker.corrections.placing import fresh_id, in_front, with_articles
from bookmaker.corrections.texts import as_kind
from bookmaker.layer import Change, Reason
from bookmaker.model import Article, Byline, Head, Issue, Kicker, Person, Source, Subtitle, Title, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookmaker.corrections.file import Begin, Drop, Join, Move, Retitle, SetByline, SetSection
    from bookmaker.corrections.origin import Origin
    from bookmaker.model import BodyBlock, FrontBlock

Outcome: TypeAlias = tuple[Issue, list[Change]]


def retitle(correction: Retitle, issue: Issue, origin: Origin) -> Outcome:
    """Give an article another title, kicker or subtitle."""
    number = find_article(issue, correction.article)
    article = issue.articles[number]
    changes: list[Change] = []
    wanted = ((Kicker, correction.kicker), (Title, correction.title), (Subtitle, correction.subtitle))
    for kind, text in wanted:
        if text is None:
            continue
        old = next((block for block in article.front if isinstance(block, kind)), None)
        if old is None:
            source, added = _beginning(article, text, origin)
            ident = fresh_id(issue, source.lines[0][0] if source else None)
            article = _with_front(article, kind(text=text, id=ident, source=source))
            changes += added
        elif plain(old.text) != text:
            before = plain(old.text)
            if old.source is not None:
                changes += origin.edit(issue, before, old.source, at=0, removed=before, added=text)
            article = _with_front(article, msgspec.structs.replace(old, text=text))
    if article == issue.articles[number]:
        raise NeedlessError
    return with_articles(issue, number, [article]), changes


def _with_front(article: Article, block: Kicker | Title | Subtitle) -> Article:
    """Put a block above an article, in the place of the first of its kind."""
    for n, old in enumerate(article.front):
        if type(old) is type(block):
            return msgspec.structs.replace(
                article, front=(*article.front[:n], block, *article.front[n + 1 :])
            )
    return in_front(article, block)


def _beginning(article: Article, text: str, origin: Origin) -> tuple[Source | None, list[Change]]:
    """A source for words put above an article, at the line where it begins, and their entry in the ledger."""
    first = next((b.source for b in (*article.front, *article.blocks) if b.source), None)
    if first is None:
        return None, []
    line = first.lines[0][0]
    page = origin.page(line, first.page)
    change = Change(page, line, Reason.ADDED, added=squeeze(text))
    return Source(page, ((line, line),), split=True), [change]


def set_byline(correction: SetByline, issue: Issue, origin: Origin) -> Outcome:
    """Say who wrote an article."""
    number = find_article(issue, correction.article)
    article = issue.articles[number]
    people = tuple(Person(name=one) if isinstance(one, str) else one for one in correction.people)
    text = correction.text or printed(people)
    changes: list[Change] = []
    old = article.bylines
    if [(b.text, b.people) for b in old] == [(text, people)]:
        raise NeedlessError
    if old:
        if len(old) > 1:
            raise MisfitError("the article has several bylines: merge them first")
        block = old[0]
        if block.source is not None:
            changes += origin.edit(issue, block.text, block.source, at=0, removed=block.text, added=text)
        made = msgspec.structs.replace(block, text=text, people=people)
        front: tuple[FrontBlock, ...] = tuple(made if b is block else b for b in article.front)
        return with_articles(issue, number, [msgspec.structs.replace(article, front=front)]), changes
    source, added = _beginning(article, text, origin)
    ident = fresh_id(issue, source.lines[0][0] if source else None)
    placed = in_front(article, Byline(text=text, people=people, id=ident, source=source))
    return with_articles(issue, number, [placed]), added


def printed(people: Sequence[Person]) -> str:
    """The line that names persons: those of one role together behind it, the names parted by 、."""
    groups: list[tuple[str | None, list[str]]] = []
    for person in people:
        if not groups or groups[-1][0] != person.role:
            groups.append((person.role, []))
        groups[-1][1].append(person.name)
    return " ".join(f"{role} {'、'.join(names)}" if role else "、".join(names) for role, names in groups)


def set_section(correction: SetSection, issue: Issue) -> Issue:
    """Put an article into a department."""
    number = find_article(issue, correction.article)
    article = issue.articles[number]
    section = correction.section or None
    if article.section == section:
        raise NeedlessError
    return with_articles(issue, number, [msgspec.structs.replace(article, section=section)])


def move(correction: Move, issue: Issue) -> Issue:
    """Move an article to stand before or after another."""
    other_at = correction.before if correction.before is not None else correction.after
    if correction.article is None or other_at is None:
        raise TypeError("this moves a block")
    number, other = find_article(issue, correction.article), find_article(issue, other_at)
    if number == other:
        raise MisfitError("an article cannot stand beside itself")
    step = 0 if correction.before is not None else 1
    if number == other + (step or -1):
        raise NeedlessError
    articles = list(issue.articles)
    moved = articles.pop(number)
    articles.insert(other - (number < other) + step, moved)
    return msgspec.structs.replace(issue, articles=tuple(articles))


def begin(correction: Begin, issue: Issue) -> Issue:
    """Begin an article at a block; a head becomes its title."""
    spot = find_block(issue, correction.block)
    article = issue.articles[spot.article]
    if spot.part == "front":
        if spot.index == 0:
            raise NeedlessError
        raise MisfitError("it stands above an article's body, where no article can begin")
    if spot.index == 0 and not article.front:
        raise NeedlessError
    page = spot.block.source.page if spot.block.source else article.page
    taken = {other.id for other in issue.articles}
    ident = next(name for n in range(2, len(taken) + 3) if (name := f"{article.id}-{n}") not in taken)
    kept = msgspec.structs.replace(article, blocks=article.blocks[: spot.index])
    first, *rest = article.blocks[spot.index :]
    front: tuple[FrontBlock, ...] = ()
    if isinstance(first, Head):
        front, body = (Title(text=first.text, id=first.id, source=first.source),), tuple(rest)
    else:
        body = (first, *rest)
    begun = Article(id=ident, section=article.section, front=front, blocks=body, page=page)
    return with_articles(issue, spot.article, [kept, begun])


def join(correction: Join, issue: Issue) -> Issue:
    """Join an article to the one before it; its title becomes a head, what else stands above it paragraphs."""
    number = find_article(issue, correction.article)
    if number == 0:
        raise MisfitError("there is no article before it")
    article, before = issue.articles[number], issue.articles[number - 1]
    above = [
        as_kind(block, "head" if isinstance(block, Title) else "paragraph", 2) for block in article.front
    ]
    blocks = cast("tuple[BodyBlock, ...]", (*before.blocks, *above, *article.blocks))
    made = msgspec.structs.replace(before, blocks=blocks)
    return msgspec.structs.replace(
        issue, articles=(*issue.articles[: number - 1], made, *issue.articles[number + 1 :])
    )


def drop(correction: Drop, issue: Issue, origin: Origin) -> Outcome:
    """Take an article out, with all that stands in it."""
    number = find_article(issue, correction.article or "")
    article = issue.articles[number]
    if len(issue.articles) == 1:
        raise MisfitError("it is the only article")
    changes: list[Change] = []
    for block in (*article.front, *article.blocks):
        changes += dropped(block, correction.reason, issue, origin)
    return with_articles(issue, number, []), changes
