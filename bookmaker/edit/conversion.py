"""Texts of an issue converted, with the words that must come out in a given form held fixed."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from bookmaker.chars import is_han
from bookmaker.edit import names
from bookmaker.edit.convert import Alignment, Piece, align, convert_all, converter, route
from bookmaker.edit.lexicon import Entry, Lexicon, Span, shipped
from bookmaker.model import block_text, walk
from bookmaker.revisions import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bookmaker.edit.convert import Convert
    from bookmaker.edit.texts import Slot
    from bookmaker.model import Issue
    from bookmaker.settings import EditSettings

_USERS = frozenset({Kind.GLOSSARY, Kind.PHRASE, Kind.PROTECTED})


class Made(NamedTuple):
    """A text converted: from ``source`` to ``text``, where its characters went, and the words held fixed.

    ``unturned`` is the text before its quotation marks were turned, None where none was.
    """

    source: str
    text: str
    alignment: Alignment
    spans: tuple[Span, ...] = ()
    unturned: str | None = None


class Rules(msgspec.Struct, frozen=True, dict=True):
    """How the texts of one issue are converted to one language."""

    steps: tuple[str, ...]
    plain_steps: tuple[str, ...]
    script: str
    people: tuple[str, ...]
    settings: EditSettings
    language: str
    changes_script: bool

    @classmethod
    def of(cls, issue: Issue, language: str, settings: EditSettings) -> Rules:
        """Return the rules from the issue's own language to ``language``."""
        own = issue.metadata.language
        changes_script = own.split("-")[1] != language.split("-")[1]
        named = names.people(issue) if changes_script else ()
        if changes_script and own == "zh-Hans":
            named = tuple(dict.fromkeys([*named, *names.speakers(block_text(b) for _, b in walk(issue))]))
        return cls(
            steps=route(own, language, idioms=settings.idioms),
            plain_steps=route(own, language),
            script="hant" if "Hant" in language else "hans",
            people=named,
            settings=settings,
            language=language,
            changes_script=changes_script,
        )

    @property
    def idioms(self) -> bool:
        """Whether regional idioms are converted too."""
        return self.steps != self.plain_steps

    @cached_property
    def convert(self) -> Convert:
        """The conversion of running text."""
        return converter(self.steps)

    @cached_property
    def base(self) -> Convert:
        """The conversion without idioms, which keeps lengths."""
        return converter(self.plain_steps)

    @cached_property
    def _characters(self) -> dict[str, str]:
        return {}

    def learn(self, text: str) -> None:
        """Convert the characters of ``text`` one by one, all in one call, for ``character`` to know them."""
        new = sorted(set(text) - self._characters.keys() - {"\n"})
        self._characters.update(zip(new, self.base("\n".join(new)).split("\n"), strict=True))

    def character(self, text: str) -> str:
        """Return a character (or a short word) converted by itself."""
        if text not in self._characters:
            self._characters[text] = self.base(text)
        return self._characters[text]

    def alone(self, text: str) -> str:
        """Return ``text`` converted character by character, those in it having been learnt."""
        return text.translate(self._table)

    @cached_property
    def _table(self) -> dict[int, str]:
        return {ord(old): new for old, new in self._characters.items() if len(old) == 1}

    def name(self, name: str) -> str:
        """Return a person's name in the forms of names."""
        if not self.changes_script:
            return self.base(name)
        return names.convert_name(name, self.script, self.character)

    def reading(self, text: str) -> str:
        """Return the reading of a ruby, converted if it has ideographs at all."""
        return self.base(text) if any(map(is_han, text)) else text

    @cached_property
    def users(self) -> Lexicon:
        """The words of the issue's own ``book.toml``."""
        settings = self.settings
        return Lexicon(
            [
                *(Entry(word, word, Kind.PROTECTED) for word in settings.protect),
                *self._meant(settings.glossary, Kind.GLOSSARY),
                *self._meant(settings.phrases, Kind.PHRASE),
            ]
        )

    def _meant(self, words: Mapping[str, str | dict[str, str]], kind: Kind) -> Iterator[Entry]:
        """Yield the words that ``book.toml`` gives a form in this language."""
        for word, meant in words.items():
            form = meant.get(self.language) if isinstance(meant, dict) else meant
            if form is not None and (isinstance(meant, dict) or self.changes_script):
                yield Entry(word, form, kind)

    @cached_property
    def known(self) -> Lexicon:
        """Persons named in bylines, then the shipped words."""
        if not self.changes_script:
            return Lexicon(shipped("hk"))
        words = shipped(self.script)
        if self.language == "zh-Hant-HK":
            forms = convert_all([entry.target for entry in words], converter(("tw2t", "t2hk")))
            words = tuple(entry._replace(target=form) for entry, form in zip(words, forms, strict=True))
        return Lexicon(names.entries(self.people, self.name), words)

    @cached_property
    def finder(self) -> names.NameFinder | None:
        """Finds names by their neighbours; None where names need no care."""
        return names.NameFinder(self.people, self.script, self.name) if self.changes_script else None


def convert_texts(slots: Sequence[Slot], texts: Sequence[str], rules: Rules) -> list[Made]:
    """Convert the texts of the slots, all in few calls."""
    if not rules.steps:
        return [Made(text, text, Alignment([Piece(0, len(text), 0, len(text))])) for text in texts]
    bases = convert_all(texts, rules.base)
    rules.learn("".join(texts))
    spans = [_spans(slot, text, base, rules) for slot, text, base in zip(slots, texts, bases, strict=True)]
    gaps = [
        [text[start:end] for start, end in _gaps(text, held)] for text, held in zip(texts, spans, strict=True)
    ]
    if rules.idioms:
        done = iter(convert_all([gap for row in gaps for gap in row], rules.convert))
    else:
        # Where nothing is held fixed the text is converted already.
        cut = iter(convert_all([gap for row in gaps if len(row) > 1 for gap in row], rules.base))
        rows = [
            [next(cut) for _ in row] if len(row) > 1 else [base]
            for row, base in zip(gaps, bases, strict=True)
        ]
        done = iter([gap for row in rows for gap in row])
    return [_join(text, held, done, rules) for text, held in zip(texts, spans, strict=True)]


def _gaps(text: str, spans: Sequence[Span]) -> list[tuple[int, int]]:
    """Return what lies before, between and after the spans: always one more than there are spans."""
    ends = [0, *(span.end for span in spans)]
    starts = [*(span.start for span in spans), len(text)]
    return list(zip(ends, starts, strict=True))


def _join(text: str, spans: Sequence[Span], converted: Iterator[str], rules: Rules) -> Made:
    parts: list[str] = []
    pieces: list[Piece] = []
    at = 0
    for index, (start, end) in enumerate(_gaps(text, spans)):
        new = next(converted)
        gap = text[start:end]
        if rules.idioms or len(new) != len(gap):
            inner = align(gap, new, rules.convert, rules.base).pieces
        else:
            inner = (Piece(0, len(gap), 0, len(new)),)
        pieces += [
            Piece(start + piece.start, start + piece.end, at + piece.new_start, at + piece.new_end)
            for piece in inner
            if piece.end
        ]
        parts.append(new)
        at += len(new)
        if index < len(spans):
            span = spans[index]
            pieces.append(Piece(span.start, span.end, at, at + len(span.target)))
            parts.append(span.target)
            at += len(span.target)
    return Made(text, "".join(parts), Alignment(pieces), tuple(spans))


def _spans(slot: Slot, text: str, base: str, rules: Rules) -> tuple[Span, ...]:
    """Return the words of a text that must be held fixed, without those that come out right anyway."""
    if slot.role == "name" and rules.changes_script and names.is_person(text):
        found: tuple[Span, ...] = (Span(0, len(text), rules.name(text), Kind.NAME),)
    else:
        found = rules.users.spans(text)
        if rules.changes_script:
            for name in slot.people:
                found = _with(found, _printed(name, text, rules))
            if rules.finder is not None:
                found = _with(found, rules.finder.find(text))
        found = rules.known.spans(text, found)
    return tuple(
        span
        for span in found
        if base[span.start : span.end] != span.target or (rules.idioms and span.kind in _USERS)
    )


def _with(found: tuple[Span, ...], more: Iterable[Span]) -> tuple[Span, ...]:
    return tuple(
        sorted(
            [*found, *(new for new in more if all(new.end <= o.start or o.end <= new.start for o in found))]
        )
    )


def _printed(name: str, text: str, rules: Rules) -> Iterator[Span]:
    """Yield where a byline prints a person's name, which it may pad with blanks (王　某)."""
    letters = "".join(name.split())
    if not names.is_person(letters):
        return
    forms = rules.name(letters)
    for match in re.finditer(r"\s*".join(map(re.escape, letters)), text):
        remaining = iter(forms)
        target = "".join(char if char.isspace() else next(remaining) for char in match[0])
        yield Span(match.start(), match.end(), target, Kind.NAME)
