"""What an editor should look at: decisions that another reading of the text would have made otherwise by a hair.

Costs are natural logarithms of odds, more or less, so a reading that costs ``m`` less than its rival is wrong about
once in 1 + eᵐ times. Over generated issues, where the truth is known, that holds for most decisions, with one
exception: the cost table is slow to begin a paragraph (``LATE``). What is likelier to be wrong than ``LIKELIEST``
becomes a doubt.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from bookmaker.diagnostics import Code, Diagnostic
from bookmaker.model import Figure, Head, Kicker, Paragraph, Subtitle, Title, plain, walk
from bookmaker.segment.margins import Role
from bookmaker.segment.rows import ending

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bookmaker.model import Article, Block, Issue
    from bookmaker.segment.flow import Item
    from bookmaker.segment.margins import Margin, Weighed
    from bookmaker.segment.reading import Draft
    from bookmaker.segment.rows import Row

LIKELIEST = 0.2
"""Chance of being wrong from which a decision is listed: an editor who looks at five finds one to correct."""
LATE = 1.5
"""By how much the margin of a paragraph's beginning is too small, and that of its absence too large.

Of generated issues (tests/test_doubts.py), nine tenths of the paragraphs begun by a hair were right, and most of the
sentences that went on by a hair should not have.
"""
THRESHOLD = math.log(1 / LIKELIEST - 1)
"""The margin, in units of cost, at which a decision is wrong as often as ``LIKELIEST``."""
NEAR = 4
"""Rows within which doubts are one place to look at, and often one decision: the most doubtful stands for all."""
SAME = 1e-6
"""Units of cost within which two sums are one."""
SENTENCE = 0.75
"""Chance that a paragraph ends in mid-sentence by mistake, and that a caption, title or head is part of a sentence.

It is one if it has a comma or half a pair of quotation marks: in generated issues three in four were wrong.
"""
HABIT = 0.05
"""Share of paragraphs without an end mark from which they are the house's way, as in verse and lists."""
_PIECE = math.log(1 / SENTENCE - 1)
CLOSE_TITLE = 0.5
"""Points of score by which a title may lead before it counts as chosen: the weight of the least sign there is."""

_SHOWN = (Figure, Head, Kicker, Subtitle, Title)
_GOES_ON = frozenset({Role.CONTINUES, Role.HEAD_GOES_ON})


def find_doubts(
    issue: Issue, evidence: Sequence[Weighed], drafted: Sequence[tuple[Draft, Article]]
) -> list[Diagnostic]:
    """Return the doubtful decisions of a segmentation, the likeliest to be wrong first.

    ``margin`` of a diagnostic is in units of cost (labels and breaks) or points of score (titles).
    """
    places = _Places(issue)
    found = [doubt for weighed in evidence for doubt in _of_rows(weighed, places)]
    told = {doubt.line for _, doubt in found}
    pieces = [doubt for weighed in evidence for doubt in _of_display(weighed, places)] + _of_sentences(issue)
    found += [(_PIECE, doubt) for doubt in pieces if doubt.line not in told]
    found += [doubt for draft, article in drafted for doubt in _of_title(draft, article)]
    found.sort(key=lambda doubt: (doubt[0], doubt[1].page or 0, doubt[1].line or 0))
    return [diagnostic for _, diagnostic in found]


# --- rows ------------------------------------------------------------------------------------------


class _Places:
    """The blocks of an issue by the lines they came from."""

    def __init__(self, issue: Issue) -> None:
        self._blocks: dict[int, list[tuple[Article, Block]]] = {}
        for article, block in walk(issue):
            for first, last in block.source.lines if block.source else ():
                for line in range(first, last + 1):
                    self._blocks.setdefault(line, []).append((article, block))

    def of(self, row: Row) -> tuple[Article, Block] | None:
        """The block that holds a row, if one does; of two that share its line the one with its text."""
        here = self._blocks.get(row.line, [])
        return here[-1] if here else None


def _of_rows(weighed: Weighed, places: _Places) -> Iterator[tuple[float, Diagnostic]]:
    """Yield the doubts about labels with their odds, one for each place that an editor would look at.

    Rows that share a margin are changed together by one other labelling, of which the first row speaks.
    """
    last, odds, doubt = -NEAR, THRESHOLD, None
    before = math.inf
    for i, (row, margin) in enumerate(zip(weighed.rows, weighed.margins(THRESHOLD + LATE), strict=True)):
        together = abs(margin.margin - before) < SAME
        before = margin.margin
        mine = margin.margin + _late(margin)
        place = places.of(row) if mine < THRESHOLD and not together else None
        if place is None or not _open_question(margin, place[1]):
            continue
        if i - last >= NEAR and doubt is not None:
            yield odds, doubt
            odds, doubt = THRESHOLD, None
        last = i
        if mine < odds:
            odds, doubt = mine, _diagnostic(row, margin, *place)
    if doubt is not None:
        yield odds, doubt


def _late(margin: Margin) -> float:
    """What experience adds to a margin: ``LATE`` for a paragraph's beginning, less as much for its absence."""
    (role, boxed), (other, other_boxed) = margin.reading, margin.other or margin.reading
    if boxed != other_boxed:
        return 0.0
    if role is Role.BEGINS and other in _GOES_ON:
        return LATE
    return -LATE if role is Role.CONTINUES and other is Role.BEGINS else 0.0


def _open_question(margin: Margin, block: Block) -> bool:
    """Tell whether a labelling's doubt is one still: later stages take many a head at an opening for display text."""
    role, other = margin.reading[0], (margin.other or margin.reading)[0]
    return not (role in _HEADS and other is Role.DISPLAY and not isinstance(block, Head))


_HEADS = frozenset({Role.HEAD, Role.HEAD_GOES_ON})
_WORDS: Mapping[Role, str] = {
    Role.BEGINS: "a paragraph begins here",
    Role.CONTINUES: "it goes on with the paragraph above",
    Role.HEAD: "it is a head",
    Role.HEAD_GOES_ON: "it goes on with the head above",
    Role.DISPLAY: "it is display text: a title, a caption, a running head",
}


def _diagnostic(row: Row, margin: Margin, article: Article, block: Block) -> Diagnostic:
    (role, boxed), (other, other_boxed) = margin.reading, margin.other or margin.reading
    code = Code.BREAK if {role, other} <= {Role.BEGINS, Role.CONTINUES} else Code.LABEL
    alternative = _WORDS[other]
    if boxed != other_boxed:
        alternative += ", in a box within the article" if other_boxed else ", outside the box"
    return Diagnostic(
        code=code,
        message=f"“{_quote(row.text)}” was read so: {_reading(role, block)}",
        page=row.page,
        line=row.line,
        article=article.id,
        doubt=True,
        alternative=alternative,
        margin=round(margin.margin, 2),
    )


def _reading(role: Role, block: Block) -> str:
    return f"it is a {block.__struct_config__.tag}" if role is Role.DISPLAY else _WORDS[role]


def _quote(text: str) -> str:
    return text if len(text) <= 20 else f"{text[:19]}…"


def _of_display(weighed: Weighed, places: _Places) -> Iterator[Diagnostic]:
    """Yield a doubt for every caption, title or head that reads like a piece of a sentence."""
    for row in weighed.rows:
        if not _like_body(row):
            continue
        place = places.of(row)
        if place is not None and isinstance(place[1], _SHOWN):
            article, block = place
            yield Diagnostic(
                code=Code.LABEL,
                message=f"“{_quote(row.text)}” was read so: it is a {block.__struct_config__.tag}",
                page=row.page,
                line=row.line,
                article=article.id,
                doubt=True,
                alternative="it is part of a sentence of the body",
            )


def _like_body(row: Row) -> bool:
    """Tell whether a row without a sign of display text has a comma or half a pair of quotation marks."""
    sentence = "，" in row.text or _unpaired(row.text)
    return sentence and not (row.doubled or row.bullet or row.point or row.ending == "dash")


def _unpaired(text: str) -> bool:
    return any(text.count(opening) != text.count(closing) for opening, closing in ("“”", "「」"))


def _of_sentences(issue: Issue) -> list[Diagnostic]:
    """Return a doubt for every paragraph that ends in mid-sentence, unless the house's paragraphs often do."""
    paragraphs = [
        (article, block, plain(block.text))
        for article in issue.articles
        for block in article.blocks
        if isinstance(block, Paragraph) and block.source is not None
    ]
    torn = [(a, b, text) for a, b, text in paragraphs if _unpaired(text) or ending(text) in {"none", "comma"}]
    if len(torn) > HABIT * len(paragraphs):
        return []
    return [
        Diagnostic(
            code=Code.BREAK,
            message=f"“{text[-19:]}” was read so: the paragraph ends here",
            page=block.source.breaks[-1][0] if block.source.breaks else block.source.page,
            line=block.source.lines[-1][1],
            article=article.id,
            doubt=True,
            alternative="the sentence goes on elsewhere",
        )
        for article, block, text in torn
        if block.source is not None
    ]


# --- titles ----------------------------------------------------------------------------------------


def _of_title(draft: Draft, article: Article) -> Iterator[tuple[float, Diagnostic]]:
    """Yield a doubt where other rows would have been nearly as good a title, and no contents page decides."""
    rival = draft.rival
    if rival is None or draft.entry is not None or rival.margin > CLOSE_TITLE or not draft.titles:
        return
    row = draft.titles[0].row
    yield (
        rival.margin,
        Diagnostic(
            code=Code.TITLE,
            message=f"“{_quote(article.title)}” was taken for the title",
            page=row.page,
            line=row.line,
            article=article.id,
            doubt=True,
            alternative=f"the title is “{_quote(_run(rival.items))}”",
            margin=round(rival.margin, 2),
        ),
    )


def _run(items: Sequence[Item]) -> str:
    return " ".join(row.text for item in items for row in item.rows)
