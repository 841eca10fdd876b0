"""The entries of a contents page: what each of its lines says of title, authors, department and page.

Entries put the page number before the title (``26 湖州市：题目/作者 作者``) or behind it (``题目……作者 26``); a wrapped
entry goes on over the next rows, as a subtitle (``——…``), as authors (``/…``) or as more title; departments stand
alone, letter-spaced or behind ``>>``. Department, title and author may each have a line of their own.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

import msgspec

from bookmaker.chars import BULLETS, HAN, squeeze
from bookmaker.segment.bylines import ROLE, SURNAMES, author_list, marked_byline, split_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookmaker.segment.rows import Row

BEFORE = re.compile(r"^[\[(（P]?(\d{1,3})[\])）]?[\s/.．·、|｜:：]*(?=\D)(.*)$")
BEHIND = re.compile(r"^(.*?[^\d\s.．…·‧・])(?:[\s.．…·‧・/|｜(（]+[Pp]?|)(\d{1,3})[)）]?$")
_SECTION_MARKS = re.compile(r"^[\W_]+|[\W_]+$")
CONTENTS_WORD = re.compile(
    r"(?:contents)?(?:本期|今日)?(?:目录|目次|目錄|要目|导读|導讀|看点|看點|内容|內容)(?:contents)?|contents",
    re.IGNORECASE,
)
_LEADER = re.compile(r"^(.*?\S)\s*[.．…·‧・]{2,}\s*(.*)$")
_LONG_LEADER = re.compile(r"^(.*?[^\s.．…·‧・])\s*(?:[.．·‧・]{4,}|…{2,})\s*(.*)$")
"""Dots that lead from the title to the authors, or to nothing: longer than any ellipsis of a title would be, or nearly."""
_BRACKETED = re.compile(r"^[（(]([^（()）]*)[）)]?$")
_ISSUE = re.compile(r"[\s\d年月日星期第总總卷号號第一二三四五六七八九十天（）()|｜/.．·—-]+")
"""A row of nothing but a date or the number of the issue."""
_COLON = re.compile(r"[:：｜|]")
"""What parts a kicker from its title in an entry."""
_BY = re.compile(r"(?:撰?文|作者)\s*[:：/／|｜]\s*(\S.*)")
_TRANSLATION = re.compile(r"\s+[A-Za-z][\w’'\"“”()-]*(?:[ ,:;&-]+[\w’'\"“”()-]+)+[.?!]?(?=\s|$)", re.ASCII)
"""Two Latin words or more behind a title: the same in English."""
_SIGNED = re.compile(r"(.{3,}?)[\s　]*[（(]([^（()）]*(?:[（(][^（()）]*[）)])?)[）)]?")
"""An entry with its authors in brackets, which may hold a remark in brackets, and may lack the last one."""
_MARKED = frozenset(">＞»▷") | BULLETS
_HAN = re.compile(HAN)

LEAST_TITLE = 3
"""Characters: before names a title is no shorter."""
LONGEST_AUTHORS = 24
"""Characters behind a long leader that name authors, whatever they are."""
LONGEST_SECTION = 8
"""Characters of a department's name."""


class Entry(msgspec.Struct):
    """One entry: printed page number (None where none is given), title (with its kicker), subtitle, authors, department.

    ``guessed`` says that nothing but blanks parts the authors from the title.
    """

    page: int | None
    title: str
    subtitle: str = ""
    authors: str = ""
    section: str | None = None
    guessed: bool = False

    @property
    def parts(self) -> tuple[str, str]:
        """The kicker and the title, divided at the first colon; the kicker is empty where there is none."""
        kicker, colon, title = _COLON.sub("：", self.title, count=1).partition("：")
        return (kicker, title) if colon and title and len(kicker) <= 16 else ("", self.title)


class Contents(msgspec.Struct):
    """What the contents pages say, and which rows they take."""

    entries: list[Entry] = []
    rows: set[int] = set()

    @property
    def sections(self) -> set[str]:
        """Names of the departments, without blanks."""
        return {entry.section for entry in self.entries if entry.section}

    @property
    def authors(self) -> set[str]:
        """Names of the authors, alone and as they stand together, without blanks."""
        told = [entry.authors for entry in self.entries if entry.authors]
        return {squeeze(name) for authors in told for name in (authors, *authors.split())}


class Order(Enum):
    """Where page numbers stand: before their titles, behind them, or alone on the line above."""

    BEFORE = "before"
    BEHIND = "behind"
    ALONE = "alone"


def parse(rows: Sequence[Row], order: Order) -> list[Entry]:
    """Read the entries of contents rows whose page numbers stand as ``order`` says."""
    told = [row for row in rows if _says_something(row)]
    if order is Order.ALONE:
        return _parse_alone(told)
    return _parse_before(told) if order is Order.BEFORE else _parse_behind(told)


def _says_something(row: Row) -> bool:
    name = _name(row)
    named = _HAN.search(row.text) is not None or any(c.isdigit() for c in row.text)
    dated = (
        len(name) > len("2024") and ("年" in name or "期" in name) and _ISSUE.fullmatch(row.text) is not None
    )
    return named and not dated and not CONTENTS_WORD.fullmatch(name)


def _name(row: Row) -> str:
    return squeeze(_SECTION_MARKS.sub("", row.text))


def _names_section(row: Row) -> bool:
    """Tell whether a row's marks or its setting say that it names a department."""
    return (
        row.spaced
        or (row.text[0] in _MARKED and len(_name(row)) <= LONGEST_SECTION)
        or (row.text[0] in "【〔" and row.text[-1] in "】〕")
    )


def _parse_before(rows: Sequence[Row]) -> list[Entry]:
    entries: list[Entry] = []
    section: str | None = None
    slashed = False  # the row before ended in a slash
    for row in rows:
        text, name = row.text, _name(row)
        found = BEFORE.match(text)
        last = entries[-1] if entries else None
        if found:
            entries.append(_entry(int(found.group(1)), found.group(2), section))
        elif last and row.spaced and ROLE.fullmatch(last.authors) and split_names(text):
            last.authors += " " + text  # a padded name behind its role
        elif _names_section(row):
            section = name
        elif last and (text[0] in "/／" or slashed):
            if last.guessed:
                last.title, last.authors, last.guessed = f"{last.title} {last.authors}", "", False
            last.authors = f"{last.authors} {text.lstrip('/／')}".strip()
        elif last and row.dashed:
            last.subtitle += text.lstrip("—─－- ")
        elif last and not last.authors and len(name) > LONGEST_SECTION // 2:
            title, authors = _split_authors(text)
            last.title += title
            last.authors = authors
        elif name.isdecimal():
            pass
        elif len(name) <= LONGEST_SECTION and (last is None or last.authors or not _names(text)):
            section = name
        elif last:
            last.authors = (last.authors + " " + text).strip()
        slashed = text[-1] in "/／"
    return entries


def _parse_alone(rows: Sequence[Row]) -> list[Entry]:
    """Read entries whose numbers stand alone above them: title, subtitle, authors, and the next department."""
    entries: list[Entry] = []
    section: str | None = None
    for row, below in zip(rows, [*rows[1:], None], strict=True):
        last = entries[-1] if entries else None
        short = len(_name(row)) <= LONGEST_SECTION and row.ending == "none"
        above = below is not None and below.text.isdecimal()
        if row.text.isdecimal():
            entries.append(Entry(int(row.text), "", section=section))
        elif last is None or (short and (last.authors or (above and last.title))):
            section = _name(row)
        elif not last.title:
            last.title = row.text
        elif authors := signed(row.text):
            last.authors = authors
        else:
            last.subtitle += row.text.lstrip("—─－- ")
    return entries


def signed(text: str) -> str:
    """The authors that a row of its own names, empty where it names none."""
    if people := marked_byline(text):
        return " ".join(person.name for person in people)
    found = _BY.match(text)
    return found.group(1) if found else text * signature(text)


def authors_below(rows: Sequence[Row]) -> bool:
    """Tell whether authors stand on the line below a title and its page number: below most of them."""
    entries = [i for i, row in enumerate(rows[:-1]) if BEHIND.match(row.text)]
    below = sum(signature(rows[i + 1].text) and not _says_author(rows[i].text) for i in entries)
    return below > 1 and below >= 0.6 * len(entries)


def _says_author(text: str) -> bool:
    found = BEHIND.match(text)
    return found is not None and bool(_split_authors(found.group(1))[1] or signature(found.group(1)))


def _parse_behind(rows: Sequence[Row]) -> list[Entry]:
    entries: list[Entry] = []
    section: str | None = None
    above: list[str] = []  # rows since the last entry
    under = authors_below(rows)
    for row in rows:
        found = BEHIND.match(row.text)
        if under and not found and entries and not (above or entries[-1].authors) and signature(row.text):
            entries[-1].authors = row.text
        elif found:
            section, text, authors = _joined(above, found.group(1), section)
            entry = _entry(int(found.group(2)), text, section)
            if authors:
                entry.authors, entry.guessed = authors, False
            entries.append(entry)
            above = []
        elif _names_section(row):
            section = _name(row)
        elif not _name(row).isdecimal():
            above.append(row.text)
    return entries


def _joined(above: Sequence[str], text: str, section: str | None) -> tuple[str | None, str, str]:
    """Department, text and authors of an entry whose last row is ``text``, below other rows of its own."""
    if above and signature(text):
        title, slash, authors = above[-1].replace("／", "/").rpartition("/")
        if slash:
            broken = len(authors.split(" ")[-1]) == 1 or len(text.split(maxsplit=1)[0]) == 1
            return section, title, f"{authors}{'' if broken else ' '}{text}".strip()
        names = [squeeze(name) for name in above[:-1]]
        return (names[0] if names else section), above[-1].strip(), text.strip()
    pending: list[str] = []
    for name in above:
        if len(squeeze(name)) <= LONGEST_SECTION and not pending:
            section = squeeze(name)
        else:
            pending.append(name)
    return section, "".join([*pending, text]), ""


def signature(text: str) -> bool:
    """Tell whether a row holds names and nothing else, family names all of them."""
    bare = _COUNTRY.sub("", text).strip()
    names = [name for name in re.split(r"[\s、，,]+", bare) if name]
    known = all(name[0] in SURNAMES or name[0].isascii() or "·" in name or len(name) == 1 for name in names)
    return known and author_list(_PART.sub("", bare))


_COUNTRY = re.compile(rf"[\[［（(〔]{HAN}{{1,3}}[\]］）)〕]")
_PART = re.compile(r"[ （(]?(?:著|译|譯|编|編|文|图|圖)[）)]?(?=$|[ 　、])")


def _names(text: str) -> bool:
    """Tell whether a short row is rather a list of authors than a department's name."""
    return ROLE.match(text) is not None or (len(text.split()) > 1 and split_names(text) is not None)


def _entry(page: int, text: str, section: str | None) -> Entry:
    title, authors = _split_authors(text)
    guessed = bool(authors) and squeeze(text).endswith(squeeze(title + authors))
    return Entry(page, title.strip(), authors=authors, section=section, guessed=guessed)


def split_leader(text: str) -> tuple[str, str]:
    """Divide an entry at a long leader, if it has one, into title and authors."""
    led = _LONG_LEADER.match(text)
    if led and (not led.group(2) or signature(led.group(2)) or len(led.group(2)) <= LONGEST_AUTHORS):
        return led.group(1), _BRACKETED.sub(r"\1", led.group(2).strip())
    return text, ""


def _split_authors(text: str) -> tuple[str, str]:
    """Divide an entry into title and authors: at a slash, at a leader, or before names at its end.

    Its translation is left out.
    """
    bare = _TRANSLATION.sub("", text) if _HAN.match(text) else text
    led, names = split_leader(bare)
    if led != bare:
        return led, names
    signed = _SIGNED.fullmatch(bare)
    if signed and author_list(signed.group(2)):
        return signed.group(1), signed.group(2).strip()
    for slash in "/／":
        title, found, authors = bare.rpartition(slash)
        if found and title:
            return title, authors.strip()
    leader = _LEADER.match(bare)
    if leader and (not leader.group(2) or split_names(ROLE.sub("", leader.group(2))) is not None):
        return leader.group(1), leader.group(2).strip()
    parts = bare.rstrip(" .．…·").split()
    end = len(parts)
    while (
        end > 1 and len(parts[end - 1]) <= 3 and parts[end - 1][0] in SURNAMES and split_names(parts[end - 1])
    ):
        end -= 1
    if end < len(parts) and len(" ".join(parts[:end])) >= LEAST_TITLE:
        return " ".join(parts[:end]), " ".join(parts[end:])
    return " ".join(parts), ""
