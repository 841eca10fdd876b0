"""What was decided in making an edition, gathered for an editor: each change once, with counts and places."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from bookmaker.edit.convert import convert_all
from bookmaker.edit.quotes import MARKS
from bookmaker.revisions import Kind, Place, Revision, Revisions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bookmaker.edit.conversion import Made, Rules
    from bookmaker.edit.convert import Piece
    from bookmaker.edit.texts import Slot
    from bookmaker.model import Mode

PLACES = 5
"""How many places of a frequent change are listed; names and words of lists are listed wherever they stand."""

CONTEXT = 8
"""How many characters around a change are shown."""

_BRIEF = frozenset({Kind.CHOICE, Kind.QUOTES})


class _Found(NamedTuple):
    """One place of a change: the text's number, and where it stands in source and result."""

    kind: Kind
    source: str
    target: str
    text: int
    start: int
    end: int


def make_revisions(
    slots: Sequence[Slot], made: Sequence[Made], rules: Rules, *, language: str, mode: Mode
) -> Revisions:
    """Return everything that changed beyond one-to-one mapping of characters, the same on every run."""
    found: list[_Found] = []
    for number, text in enumerate(made):
        found += _held(number, text)
        found += _turned(number, text)
        if rules.idioms:
            found += _idioms(number, text, rules)
    if rules.steps:
        found += _choices(made, rules)

    groups: dict[tuple[Kind, str, str], list[_Found]] = {}
    # Two characters of one word may each have been decided by it.
    for item in sorted(set(found), key=lambda item: (item.text, item.start, item.end, item.kind)):
        groups.setdefault((item.kind, item.source, item.target), []).append(item)
    order = list(Kind)
    changes = [
        Revision(
            kind=kind,
            source=source,
            target=target,
            count=len(items),
            places=tuple(
                _place(slots[item.text], made[item.text].text, item)
                for item in (items[:PLACES] if kind in _BRIEF else items)
            ),
        )
        for (kind, source, target), items in groups.items()
    ]
    changes.sort(key=lambda change: (order.index(change.kind), -change.count, change.source, change.target))
    counts = Counter(item.kind.value for item in set(found))
    return Revisions(
        language=language,
        mode=mode,
        counts={kind.value: counts[kind.value] for kind in order if counts[kind.value]},
        changes=tuple(changes),
    )


def _place(slot: Slot, text: str, item: _Found) -> Place:
    return Place(
        article=slot.article,
        block=slot.block,
        before=text[max(item.start - CONTEXT, 0) : item.start],
        after=text[item.end : item.end + CONTEXT],
        page=slot.page,
        line=slot.line,
    )


def _held(number: int, made: Made) -> Iterator[_Found]:
    for span in made.spans:
        start = made.alignment.offset(span.start)
        word = made.source[span.start : span.end]
        yield _Found(span.kind, word, span.target, number, start, start + len(span.target))


def _turned(number: int, made: Made) -> Iterator[_Found]:
    if made.unturned is None:
        return
    for match in MARKS.finditer(made.unturned):
        old, new = match[0], made.text[match.start()]
        if old != new:
            yield _Found(Kind.QUOTES, old, new, number, *match.span())


def _idioms(number: int, made: Made, rules: Rules) -> Iterator[_Found]:
    held = {span.start for span in made.spans}
    for piece in made.alignment.pieces:
        if piece.start not in held and _is_idiom(made, piece, rules):
            old = made.source[piece.start : piece.end]
            new = (made.unturned or made.text)[piece.new_start : piece.new_end]
            yield _Found(Kind.IDIOM, old, new, number, piece.new_start, piece.new_end)


def _is_idiom(made: Made, piece: Piece, rules: Rules) -> bool:
    """Tell whether a piece is a phrase that only the conversion of idioms makes so."""
    new = (made.unturned or made.text)[piece.new_start : piece.new_end]
    return rules.base(made.source[piece.start : piece.end]) != new


def _choices(made: Sequence[Made], rules: Rules) -> Iterator[_Found]:
    """Yield every character that got another form than it gets alone, with the word that decided it.

    The word is the shortest run around the character that converts so by itself, of at most four characters.
    """
    waiting: list[tuple[int, int, int, str]] = []
    for number, text in enumerate(made):
        result = text.unturned or text.text
        held = {span.start for span in text.spans}
        for piece in text.alignment.pieces:
            if piece.start in held or piece.end - piece.start != piece.new_end - piece.new_start:
                continue
            if rules.idioms and _is_idiom(text, piece, rules):
                continue
            alone = rules.alone(text.source[piece.start : piece.end])
            made_of_it = result[piece.new_start : piece.new_end]
            if alone != made_of_it:
                waiting += [
                    (number, piece.start + i, piece.new_start + i, new)
                    for i, (usual, new) in enumerate(zip(alone, made_of_it, strict=True))
                    if usual != new
                ]
    for size in (2, 3, 4, 0):
        windows = [list(_windows(made[number].source, at, size)) for number, at, _, _ in waiting]
        unique = sorted({window for row in windows for window, _ in row})
        known = dict(zip(unique, convert_all(unique, rules.base), strict=True)) if size else {}
        rest = []
        for place, row in zip(waiting, windows, strict=True):
            number, _, new_at, new = place
            hit = next(((w, i) for w, i in row if not size or known[w][i : i + 1] == new), None)
            if hit is None:
                rest.append(place)
                continue
            word, inside = hit
            start = new_at - inside
            target = known[word] if size else new
            yield _Found(Kind.CHOICE, word, target, number, start, start + len(target))
        waiting = rest


def _windows(text: str, at: int, size: int) -> Iterator[tuple[str, int]]:
    """Yield runs of ``size`` characters with the one ``at`` in them and its place in each; size 0: itself."""
    if not size:
        yield text[at], 0
        return
    for start in range(max(at - size + 1, 0), min(at, len(text) - size) + 1):
        window = text[start : start + size]
        if "\n" not in window:
            yield window, at - start
