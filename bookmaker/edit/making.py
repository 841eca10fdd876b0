"""The texts of an issue converted and its quotation marks turned, for an edition that is not the issue itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bookmaker.diagnostics import Code, Diagnostic
from bookmaker.edit.conversion import Made, Rules, convert_texts
from bookmaker.edit.markup import plain_offsets, weave, words_of
from bookmaker.edit.quotes import Unmatched, turn
from bookmaker.edit.report import make_revisions
from bookmaker.edit.texts import Rewritten, Slot, rewrite_issue
from bookmaker.model import Edition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookmaker.edit.marks import Style
    from bookmaker.model import Content, Issue, Mode
    from bookmaker.revisions import Revisions
    from bookmaker.settings import EditSettings


def converted(
    issue: Issue, language: str, mode: Mode, settings: EditSettings, style: Style | None
) -> tuple[Edition, Revisions, tuple[Diagnostic, ...]]:
    """Return ``issue`` in ``language``, its quotation marks in ``style`` if there is one, and what was decided."""
    slots: list[Slot] = []
    contents: list[Content] = []

    def collect(slot: Slot, content: Content) -> Rewritten:
        slots.append(slot)
        contents.append(content)
        return Rewritten(content, int)

    rewrite_issue(issue, collect)
    rules = Rules.of(issue, language, settings)
    made = convert_texts(slots, [words_of(content) for content in contents], rules)
    made, lone = _turned(slots, made, style) if style else (made, [])
    waiting = iter(zip(contents, made, strict=True))

    def hand_out(_slot: Slot, _content: Content) -> Rewritten:
        content, new = next(waiting)
        woven = weave(content, new.text, new.alignment.offset, rules.reading)
        return Rewritten(woven, plain_offsets(content, new.alignment.offset))

    edited = rewrite_issue(issue, hand_out)
    metadata = msgspec.structs.replace(edited.metadata, language=language)
    edition = Edition(msgspec.structs.replace(edited, metadata=metadata), language, mode)
    revisions = make_revisions(slots, made, rules, language=language, mode=mode)
    return edition, revisions, tuple(_unbalanced(slots[i], made[i], mark) for i, mark in lone)


def _turned(
    slots: Sequence[Slot], made: Sequence[Made], style: Style
) -> tuple[list[Made], list[tuple[int, Unmatched]]]:
    """Turn the quotation marks of all texts, flow by flow; also return marks without partner, by text."""
    flows: dict[tuple[str, int], list[int]] = {}
    for index, slot in enumerate(slots):
        if slot.role != "name":
            key = ("text", index) if slot.flow is None else ("flow", slot.flow)
            flows.setdefault(key, []).append(index)
    turned = list(made)
    lone: list[tuple[int, Unmatched]] = []
    for flow in flows.values():
        texts, unmatched = turn([made[index].text for index in flow], style)
        lone += [(flow[mark.text], mark) for mark in unmatched]
        for index, text in zip(flow, texts, strict=True):
            if text != made[index].text:
                turned[index] = made[index]._replace(text=text, unturned=made[index].text)
    return turned, sorted(lone)


def _unbalanced(slot: Slot, made: Made, lone: Unmatched) -> Diagnostic:
    """Return the diagnostic of a mark without partner, in the words of the issue: the same for all editions."""
    before = (made.unturned or made.text)[: lone.offset].count(lone.mark)
    places = [offset for offset, char in enumerate(made.source) if char == lone.mark]
    at = places[before] if before < len(places) else 0
    around = made.source[max(at - 8, 0) : at + 9]
    return Diagnostic(
        code=Code.QUOTES,
        message=f"the quotation mark {lone.mark} in {around!r} has no partner and was left as it is",
        article=slot.article,
        page=slot.page,
        line=slot.line,
        doubt=True,
    )
