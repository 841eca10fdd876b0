"""An editor's corrections, done again after every segmentation: issue and corrections in, corrected issue out."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from bookmaker.chars import squeeze
from bookmaker.corrections import articles, blocks, kinds
from bookmaker.corrections.address import (
    GoneError,
    MisfitError,
    NeedlessError,
    find_article,
    find_block,
    names_lines,
    parse_range,
    spots,
)
from bookmaker.corrections.file import (
    Begin,
    CaptionOf,
    Correction,
    Drop,
    Entry,
    Join,
    Keep,
    Merge,
    Move,
    Retitle,
    SetByline,
    SetKind,
    SetSection,
    SetText,
    Split,
    load_corrections,
)
from bookmaker.corrections.origin import Origin
from bookmaker.corrections.placing import levelled
from bookmaker.corrections.ranges import cut_out, gather, named, ranges_of
from bookmaker.diagnostics import Code, Diagnostic
from bookmaker.issue_file import violations

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bookmaker.layer import Change, Layer
    from bookmaker.model import Issue

__all__ = ["Corrected", "Entry", "correct", "load_corrections", "open_doubts"]


class Corrected(msgspec.Struct, frozen=True):
    """The corrected issue, what the corrections add to the ledger, and which of them did not fit.

    ``settled`` are the lines about which the corrections decide, so that no doubt of the segmentation's is left.
    """

    issue: Issue
    changes: tuple[Change, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    settled: frozenset[int] = frozenset()


def correct(
    issue: Issue, entries: Sequence[Entry], *, layer: Layer | None = None, ledger: Iterable[Change] = ()
) -> Corrected:
    """Do the corrections in their order, each to what those before it left.

    ``layer`` and ``ledger`` are those of the issue's segmentation: by them a dropped text is told line by line. A
    correction that does not fit is left out and reported as a doubt; one that is not needed is reported too.
    """
    origin = Origin(layer, ledger)
    changes: list[Change] = []
    said: list[Diagnostic] = []
    settled: set[int] = set()
    rules, segmented = _broken(issue), issue
    for entry in entries:
        lines = _decided(entry.correction, issue)
        try:
            _refuse_moved_lines(entry, origin)
            corrected, added = _checked(entry.correction, issue, origin, rules)
        except NeedlessError:
            settled |= lines
            said.append(
                _said(entry, issue, "is not needed any more: the text is read so without it", doubt=False)
            )
        except MisfitError as error:
            said.append(_said(entry, issue, f"does not fit: {error}", doubt=True))
        else:
            settled |= lines | (_beginnings(corrected) - _beginnings(issue))
            issue, rules = corrected, _broken(corrected)
            changes += added
            origin.record(added)
    said += _untitled(issue, segmented)
    return Corrected(issue, tuple(changes), tuple(said), frozenset(settled))


def open_doubts(found: Iterable[Diagnostic], corrected: Corrected) -> list[Diagnostic]:
    """Return what a segmentation found less what the corrections settle: doubts about lines, titles and contents."""
    titles = {article.id: squeeze(article.title) for article in corrected.issue.articles}
    return [said for said in found if not _settled(said, corrected.settled, titles)]


def _settled(said: Diagnostic, lines: frozenset[int], titles: Mapping[str, str]) -> bool:
    title = titles.get(said.article or "")
    quoted = squeeze(said.message)
    match said.code:
        case Code.UNTITLED:
            return title != ""
        case Code.TITLE_NOT_IN_CONTENTS:
            return title is None or f"“{title}”" not in quoted
        case Code.CONTENTS_ENTRY_UNMATCHED:
            # Dots that lead to an author may have stayed with the title.
            return any(name and re.search(f"“{re.escape(name)}[”·.…]", quoted) for name in titles.values())
        case _:
            return said.doubt and said.line in lines


def _untitled(issue: Issue, before: Issue) -> list[Diagnostic]:
    """A doubt for every article that corrections left without a title."""
    were = {article.id for article in before.articles if not article.title}
    return [
        Diagnostic(
            code=Code.UNTITLED,
            message=f"corrections left the article that begins “{article.heading}” without a title: retitle gives one",
            page=article.page,
            article=article.id,
            doubt=True,
        )
        for article in issue.articles
        if article.type == "article" and not article.title and article.id not in were
    ]


def _refuse_moved_lines(entry: Entry, origin: Origin) -> None:
    """Raise MisfitError where a correction speaks of lines, and the text layer has more or fewer than it had."""
    if entry.lines is None or origin.lines in {0, entry.lines} or not names_lines(entry.correction):
        return
    raise MisfitError(
        f"it speaks of a line, and the text has {origin.lines} lines where the corrections were written for "
        f"{entry.lines}: look the lines up again, then put lines = {origin.lines} into the file"
    )


def _checked(
    correction: Correction, issue: Issue, origin: Origin, rules: Counter[str]
) -> tuple[Issue, list[Change]]:
    """Do one correction; raises MisfitError where the issue would break a rule that it keeps."""
    corrected, changes = _perform(correction, issue, origin)
    if not (isinstance(correction, SetKind) and correction.level):
        corrected = _levelled(corrected, issue)
    broken = _broken(corrected) - rules
    if broken:
        raise MisfitError(next(iter(broken)))
    return corrected, changes


def _levelled(corrected: Issue, issue: Issue) -> Issue:
    """Put the levels of heads in order in the articles that a correction changed."""
    before = {id(article) for article in issue.articles}
    articles = tuple(a if id(a) in before else levelled(a) for a in corrected.articles)
    return msgspec.structs.replace(corrected, articles=articles)


def _perform(correction: Correction, issue: Issue, origin: Origin) -> tuple[Issue, list[Change]]:
    """Do one correction; a block that it names by a range of lines is made first."""
    ranges = {} if isinstance(correction, Keep) else ranges_of(correction)
    if isinstance(correction, Drop) and ranges:
        return _drop_all(correction, issue, ranges["block"], origin)
    if isinstance(correction, SetKind) and correction.kind == "list-item" and ranges:
        return _itemised(correction, issue, ranges["block"], origin), []
    made = issue
    for field, lines in ranges.items():
        made, ident = gather(made, lines, origin)
        correction = named(correction, field, ident)
    try:
        return _do(correction, made, origin)
    except NeedlessError:
        if made == issue:
            raise
        return made, []


def _drop_all(
    correction: Drop, issue: Issue, lines: tuple[int, int], origin: Origin
) -> tuple[Issue, list[Change]]:
    """Take out all that stands on some lines."""
    try:
        issue, names = cut_out(issue, lines, origin)
    except GoneError:
        raise NeedlessError from None
    changes: list[Change] = []
    for name in names:
        issue, added = blocks.drop(msgspec.structs.replace(correction, block=name), issue, origin)
        changes += added
    return issue, changes


def _itemised(correction: SetKind, issue: Issue, lines: tuple[int, int], origin: Origin) -> Issue:
    """Make an item of a list of every block on some lines."""
    made, names = cut_out(issue, lines, origin)
    for name in names:
        try:
            made = kinds.set_kind(msgspec.structs.replace(correction, block=name), made, origin)
        except NeedlessError:
            continue
        except GoneError:  # joined to the list above
            continue
    if made == issue:
        raise NeedlessError
    return made


def _do(correction: Correction, issue: Issue, origin: Origin) -> tuple[Issue, list[Change]]:  # noqa: PLR0911
    match correction:
        case Merge():
            return blocks.merge(correction, issue, origin), []
        case Split():
            return blocks.split(correction, issue, origin), []
        case SetKind():
            return kinds.set_kind(correction, issue, origin), []
        case CaptionOf():
            return kinds.caption_of(correction, issue), []
        case Drop():
            take = blocks.drop if correction.block is not None else articles.drop
            return take(correction, issue, origin)
        case SetText():
            return blocks.set_text(correction, issue, origin)
        case Move():
            stage = blocks if correction.block is not None else articles
            return stage.move(correction, issue), []
        case Retitle():
            return articles.retitle(correction, issue, origin)
        case SetByline():
            return articles.set_byline(correction, issue, origin)
        case SetSection():
            return articles.set_section(correction, issue), []
        case Begin():
            return articles.begin(correction, issue), []
        case Join():
            return articles.join(correction, issue), []
        case Keep():
            lines = parse_range(correction.block)
            find_block(issue, correction.block if lines is None else lines[0])
            return issue, []


def _decided(correction: Correction, issue: Issue) -> set[int]:
    """The lines whose reading a correction decides: those of a block whose kind it sets, else where one begins.

    A merge decides about the ends of both blocks as well.
    """
    out: set[int] = set()
    whole = isinstance(correction, Keep | SetKind | CaptionOf)
    for at in (getattr(correction, "block", None), getattr(correction, "other", None)):
        if at is None:
            continue
        if lines := parse_range(at):
            out |= set(range(lines[0], lines[1] + 1))
            continue
        try:
            source = find_block(issue, at).block.source
        except MisfitError:
            continue
        if source is not None:
            ranges = source.lines if whole else ((source.lines[0][0],) * 2,)
            if isinstance(correction, Merge):
                ranges = (*ranges, (source.lines[-1][1],) * 2)
            out |= {line for first, last in ranges for line in range(first, last + 1)}
    return out


def _beginnings(issue: Issue) -> set[int]:
    """The lines on which blocks begin."""
    return {spot.block.source.lines[0][0] for spot in spots(issue) if spot.block.source}


def _broken(issue: Issue) -> Counter[str]:
    """The rules of the issue file that an issue breaks."""
    return Counter(violation.message for violation in violations(issue))


def _said(entry: Entry, issue: Issue, what: str, *, doubt: bool) -> Diagnostic:
    correction = entry.correction
    page, line, article = _place(correction, issue)
    return Diagnostic(
        code=Code.CORRECTION,
        message=f"{entry.place}: the correction “{correction.__struct_config__.tag}” {what}",
        page=page,
        line=line,
        article=article,
        doubt=doubt,
    )


def _place(correction: Correction, issue: Issue) -> tuple[int | None, int | None, str | None]:
    """Page, line and article that a correction speaks of, as far as they can be found."""
    block_at, article_at = getattr(correction, "block", None), getattr(correction, "article", None)
    try:
        if block_at is None:
            article = issue.articles[find_article(issue, article_at or "")]
            return article.page, None, article.id
        lines = parse_range(block_at)
        spot = find_block(issue, block_at if lines is None else lines[0])
    except MisfitError:
        return None, None, None
    source = spot.block.source
    ident = issue.articles[spot.article].id
    return (source.page, source.lines[0][0], ident) if source else (None, None, ident)
