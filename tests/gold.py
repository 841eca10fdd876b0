"""A segmented issue as a gold annotation, and how near one segmented issue comes to another.

``gold_json`` writes what an EPUB is scored against (kinds of the annotation format: title, kicker, subtitle,
section, author, lead, h2, h3, p, li, quote, caption, note). ``score`` gives the same figures for two
segmented issues directly, so that segmentation can be judged without making a book. Texts are
compared after NFKC, without white space and format characters; names also without their separators.
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from bookmaker.model import Article, BodyBlock, Figure, Head, Issue, List, block_text, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

UNIT_TYPES = {
    "article": "article",
    "advertisement": "ad",
    "notice": "other",
    "front-matter": "frontmatter",
}
_KINDS = {"paragraph": "p", "lead": "lead", "quote": "quote", "note": "note", "unplaced": "p"}


def norm(text: str) -> str:
    """Text as it is compared: NFKC, no white space, no format characters."""
    text = unicodedata.normalize("NFKC", text)
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c) != "Cf")


def names(text: str) -> str:
    """A byline as it is compared: the names and roles only."""
    return norm(text).translate({ord(c): None for c in "■□●、,，/·"})


def caption_text(figure: Figure) -> str:
    """The printed caption with its credit."""
    return plain(figure.caption) + (f" {figure.credit}" if figure.credit else "")


def _body(block: BodyBlock) -> Iterator[tuple[str, str]]:
    match block:
        case Head():
            yield ("h2" if block.level == 2 else "h3"), plain(block.text)
        case List():
            for item in block.items:
                yield "li", plain(item.text)
        case Figure():
            if caption_text(block):
                yield "caption", caption_text(block)
        case _:
            kind = _KINDS.get(block.__struct_config__.tag, "p")  # type: ignore[arg-type]
            for part in block_text(block).split("\n"):
                yield kind, part


def annotation(article: Article) -> Iterator[tuple[str, str]]:
    """The (kind, text) pairs of an article in reading order."""
    if article.section:
        yield "section", article.section
    if article.kicker:
        yield "kicker", article.kicker
    if article.title:
        yield "title", article.title
    if article.subtitle:
        yield "subtitle", article.subtitle
    for byline in article.bylines:
        yield "author", byline.text
    for block in article.blocks:
        yield from _body(block)


def gold_json(issue: Issue) -> str:
    """The issue as a gold annotation in JSON, one block a line."""
    units = []
    for article in issue.articles:
        blocks = [
            json.dumps({"kind": kind, "text": text}, ensure_ascii=False) for kind, text in annotation(article)
        ]
        units.append(
            '{"type": "%s", "blocks": [\n%s\n]}' % (UNIT_TYPES[article.type], ",\n".join(blocks))  # noqa: UP031
        )
    return '{"units": [\n%s\n]}\n' % ",\n".join(units)  # noqa: UP031


def f1(found: Iterable[str], gold: Iterable[str]) -> float:
    """F1 of two multisets; 1 where both are empty."""
    have, want = Counter(found), Counter(gold)
    if not have and not want:
        return 1.0
    hits = sum((have & want).values())
    return 2 * hits / (sum(have.values()) + sum(want.values()))


def texts(issue: Issue, *kinds: str) -> list[str]:
    """The normalised texts of some kinds over the whole issue."""
    return [norm(text) for article in issue.articles for kind, text in annotation(article) if kind in kinds]


def score(found: Issue, gold: Issue) -> dict[str, float]:
    """How near ``found`` comes to ``gold``: figures from 0 to 1, 1 is best.

    title and author are shares of what gold has (a byline counts within the article of its title, complete);
    order is the share of neighbouring titles in the right order; paragraph (p, li, lead), head and caption
    are F1 of whole texts, equal to the letter; kicker, subtitle and section are shares by article.
    """
    where: dict[str, tuple[int, Article]] = {}
    for place, article in enumerate(found.articles):
        where.setdefault(norm(article.title), (place, article))
    titled = [article for article in gold.articles if article.title]
    places = [where[norm(a.title)][0] for a in titled if norm(a.title) in where]

    def share(pairs: list[tuple[str, str]]) -> float:
        return sum(a == b for a, b in pairs) / len(pairs) if pairs else 1.0

    def matched(article: Article) -> Article | None:
        return where.get(norm(article.title), (0, None))[1]

    def author(article: Article | None) -> str:
        return names("".join(b.text for b in article.bylines)) if article else ""

    def field(name: str) -> float:
        return share(
            [
                (norm(getattr(a, name) or ""), norm(getattr(matched(a), name, "") or ""))
                for a in titled
                if getattr(a, name)
            ]
        )

    return {
        "title": len(places) / len(titled) if titled else 1.0,
        "order": sum(a < b for a, b in pairwise(places)) / (len(titled) - 1) if len(titled) > 1 else 1.0,
        "author": share([(author(a), author(matched(a))) for a in titled if a.bylines]),
        "kicker": field("kicker"),
        "subtitle": field("subtitle"),
        "section": field("section"),
        "paragraph": f1(texts(found, "p", "li", "lead"), texts(gold, "p", "li", "lead")),
        "head": f1(texts(found, "h2", "h3"), texts(gold, "h2", "h3")),
        "caption": f1(texts(found, "caption"), texts(gold, "caption")),
    }
