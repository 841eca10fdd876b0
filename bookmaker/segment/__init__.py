"""Segmentation: from the pages of a text layer to the issue its editors conceived.

    rows ─▶ contents page, tags ─▶ column widths ─▶ labels (one optimum) ─▶ items ─▶ drafts ─▶ articles

Every step reads the one before and adds its own; nothing is decided by a single threshold, and the ledger proves
at the end that no character was lost.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from bookmaker.chars import skeleton, squeeze
from bookmaker.diagnostics import Code, Diagnostic
from bookmaker.layer import Change, Layer, Reason
from bookmaker.model import FORMAT_VERSION, Article, Issue, Metadata, Unplaced, plain
from bookmaker.segment.articles import Builder
from bookmaker.segment.capitals import mark_initials, mark_speakers
from bookmaker.segment.captions import find_captions
from bookmaker.segment.columns import estimate_columns
from bookmaker.segment.contents import Match, find_contents, match_entries
from bookmaker.segment.departments import mark_departments
from bookmaker.segment.doubts import find_doubts
from bookmaker.segment.drafts import draft_articles
from bookmaker.segment.evidence import force, read_signs, weigh
from bookmaker.segment.flow import Kind, build_items
from bookmaker.segment.furniture import mark_furniture
from bookmaker.segment.habits import Habits, habits_of
from bookmaker.segment.jumps import mark_jumps
from bookmaker.segment.labels import find_onward, label_rows, price_rows
from bookmaker.segment.ledger import prove
from bookmaker.segment.likeness import match_loosely
from bookmaker.segment.margins import Weighed
from bookmaker.segment.parts import Part, divide
from bookmaker.segment.places import page_labels, sections_of
from bookmaker.segment.quotes import find_pull_quotes
from bookmaker.segment.reading import Draft, Reading
from bookmaker.segment.rows import Row, build_rows
from bookmaker.segment.shapes import Setting, mark_shapes, setting_of
from bookmaker.segment.tags import mark_running_titles, mark_tags

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bookmaker.segment.entries import Contents

_PUNCTUATION = re.compile(r"[，。、；：！？,;]")

REPAIRS = 3
"""Times a stretch is read again because an article in it was left without a title."""


class Segmented(msgspec.Struct, frozen=True):
    """What segmentation returns: the issue, the ledger of its changes, and what there is to say about it.

    ``evidence`` holds the rows of every stretch as they were weighed (``bookmaker explain`` shows them).
    """

    issue: Issue
    changes: tuple[Change, ...]
    diagnostics: tuple[Diagnostic, ...]
    evidence: tuple[Weighed, ...] = ()


def segment(layer: Layer, *, metadata: Metadata, hints: Mapping[str, object] | None = None) -> Segmented:
    """Segment a text layer into an issue with ``metadata``.

    ``hints`` is the ``[segment]`` table of book.toml: ``departments`` names departments that no contents page
    lists, ``running-heads`` running heads however rarely they stand, ``column`` the usual column's width in ems.
    Raises ``OutputError`` if a character of the layer were lost.
    """
    hints = hints or {}
    rows = build_rows(layer)
    setting = setting_of(rows)
    mark_shapes(rows, setting)
    keys = [skeleton(row.text) for row in rows]
    contents = find_contents(rows, keys)
    matches = match_entries(rows, contents, keys)
    matches |= match_loosely(rows, contents, keys, matches)
    departments = _names(hints, "departments")
    mark_tags(rows, contents.sections | departments | _names(hints, "running-heads"), contents.authors)
    mark_running_titles(rows, keys, matches)
    mark_furniture(rows)
    mark_departments(rows)
    find_captions(rows)
    find_pull_quotes(rows, keys, contents.rows | matches.keys())
    mark_initials(rows)
    mark_speakers(rows)
    mark_jumps(rows)
    column = hints.get("column")
    usual = float(column) if isinstance(column, int) else None
    body = [row for i, row in enumerate(rows) if i not in contents.rows]
    estimate_columns(body, usual=usual)
    habits = habits_of(body, setting)
    if habits.indents:
        estimate_columns(body, indents=True, usual=usual)
    builder = Builder(contents)
    builder.ledger.drop((rows[i] for i in sorted(contents.rows)), Reason.CONTENTS)
    articles: list[Article] = []
    drafted: list[tuple[Draft, Article]] = []
    evidence: list[Weighed] = []
    for part in divide(rows, contents.rows, setting):
        number = len(articles) + 1
        if part.listed:
            articles.append(builder.front_matter(rows[part.start : part.end], number))
            continue
        reading, drafts, weighed = _read(rows, part, matches, contents, habits)
        evidence.append(weighed)
        for draft in drafts:
            if not draft.items:
                continue
            made = builder.article(draft, reading, len(articles) + 1)
            if len(made) == 1 and not (made[0].front or made[0].blocks):
                continue  # nothing but page furniture, which the ledger holds
            drafted.append((draft, made[0]))
            articles.extend(made)
    articles = sections_of(articles, drafted, contents, departments)
    issue = Issue(
        version=FORMAT_VERSION,
        metadata=metadata,
        articles=tuple(articles),
        pages=page_labels(layer, rows, drafted, contents),
    )
    prove(layer, issue, builder.ledger.changes)
    said = (*_diagnose(issue, drafted, contents), *find_doubts(issue, evidence, drafted))
    return Segmented(issue, tuple(builder.ledger.changes), said, tuple(evidence))


def _names(hints: Mapping[str, object], key: str) -> set[str]:
    """The names that a hint lists, without blanks."""
    named = hints.get(key, ())
    return {squeeze(str(name)) for name in named} if isinstance(named, list | tuple) else set()


def _read(
    rows: list[Row], part: Part, matches: Mapping[int, Match], contents: Contents, habits: Habits
) -> tuple[Reading, list[Draft], Weighed]:
    """Label one stretch of rows and draft its articles; read it again where a title was taken for body text."""
    own = rows[part.start : part.end]
    signs = read_signs(own, habits)
    here = {i - part.start: match for i, match in matches.items() if part.start <= i < part.end}
    forced: set[int] = set()
    evidence = weigh(own, signs, here)
    prices = price_rows(own, evidence, habits=habits)
    onward = find_onward(own, prices)
    for _ in range(REPAIRS):
        labels = label_rows(own, onward)
        reading = Reading(build_items(own, labels), signs, here, contents)
        if habits.setting is Setting.VERSE:
            return reading, [Draft(0, items=reading.items)], Weighed(own, labels, prices, onward)
        drafts = draft_articles(reading)
        missing = {row for draft in drafts if (row := _missed_title(draft, own)) is not None} - forced
        if not missing:
            break
        forced |= missing
        told, evidence = evidence, force(evidence, missing, own, signs)
        before, prices = prices, price_rows(own, evidence, habits=habits, before=(told, prices))
        onward = find_onward(own, prices, before=(before, onward))
    return reading, drafts, Weighed(own, labels, prices, onward)


def _missed_title(draft: Draft, rows: list[Row]) -> int | None:
    """The row that must be the title of a draft that has a byline but no title, or only a caption for one.

    An article whose first page ends with a kicker or a caption has its title directly above them.
    """
    doubtful = len(draft.titles) == 1 and draft.titles[0].row.doubled and draft.entry is None
    if (draft.titles and not doubtful) or not draft.bylines or not draft.items:
        return None
    first = draft.items[0].row.sheet
    foot = [
        item
        for item in draft.items
        if item.kind is Kind.DISPLAY
        and item.row.sheet == first
        and item.row.from_foot < 5
        and item not in draft.bylines
    ]
    if not foot:
        return None
    top = min(item.index for item in foot) - 1
    row = rows[top]
    fits = top >= 0 and row.sheet == first and row.ending == "none" and not row.bullet and not row.stretched
    return top if fits and not _PUNCTUATION.search(row.text) else None


def _diagnose(issue: Issue, drafted: list[tuple[Draft, Article]], contents: Contents) -> list[Diagnostic]:
    out: list[Diagnostic] = []
    for article in issue.articles:
        if article.type == "article" and not article.title:
            out.append(
                Diagnostic(
                    code=Code.UNTITLED,
                    message=f"no title was found for the article that begins “{article.heading}”",
                    page=article.page,
                    article=article.id,
                    doubt=True,
                )
            )
    found = {draft.entry for draft, _ in drafted}
    for number, entry in enumerate(contents.entries):
        if number not in found:
            place = "" if entry.page is None else f" on page {entry.page}"
            out.append(
                Diagnostic(
                    code=Code.CONTENTS_ENTRY_UNMATCHED,
                    message=f"the contents page lists “{entry.title}”{place}, but no article has this title",
                    doubt=True,
                )
            )
    if contents.entries:
        for draft, article in drafted:
            if draft.entry is None and article.title:
                out.append(
                    Diagnostic(
                        code=Code.TITLE_NOT_IN_CONTENTS,
                        message=f"the contents page does not list “{article.title}”",
                        page=article.page,
                        article=article.id,
                    )
                )
    if len(drafted) == 1 and not drafted[0][1].title:
        out.append(
            Diagnostic(
                code=Code.NO_ARTICLE,
                message="no article was recognised: the whole text became one",
                doubt=True,
            )
        )
    return [*out, *(_unplaced(issue))]


def _unplaced(issue: Issue) -> list[Diagnostic]:
    return [
        Diagnostic(
            code=Code.UNPLACED,
            message=f"“{plain(block.text)[:30]}” was left where it stood",
            page=block.source.page,
            line=block.source.lines[0][0],
            article=article.id,
            doubt=True,
        )
        for article in issue.articles
        for block in article.blocks
        if isinstance(block, Unplaced) and block.source is not None
    ]
