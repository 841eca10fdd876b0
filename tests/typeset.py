"""Set a segmented issue as the messy text layer of a printed magazine: the inverse of segmentation.

``typeset`` breaks every paragraph into the lines of a column (kinsoku after CLREQ 3.1.3: closing marks never
begin a line, opening marks never end one, a number or a Latin word is not broken), loses the indents, and
spoils the result as PDF text layers of magazines are spoiled. Every artefact has its switch in ``Style``, so
a property test can draw all of them and a readable test can take one. Widths are in ems: Han and full-width
marks 1, Latin letters and digits 1/2. All is deterministic in (issue, seed, style).
"""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, TypeVar

from kinsoku import ems, units, wrap

from bookmaker.model import (
    Article,
    BodyBlock,
    Byline,
    Figure,
    Head,
    Issue,
    Lead,
    List,
    Table,
    Verse,
    block_text,
    plain,
)

if TYPE_CHECKING:
    from style import Placement, Style

_HAN = "[\u3400-\u9fff]"
_TO_NUMBER = re.compile(rf"(?<={_HAN})(?=[0-9])|(?<=[0-9])(?={_HAN})")


class _Page:
    """The page being set: its lines so far, and how many body lines it still holds."""

    def __init__(self, capacity: int, narrow: range, top: list[str] | None = None) -> None:
        self.lines: list[str] = list(top or ())
        self.body = 0
        self.capacity = capacity
        self.narrow = narrow
        self.waiting: list[str] = []  # what stands at the page's end


class _Setter:
    """Sets one issue; holds the pages set so far and the one under way."""

    def __init__(self, issue: Issue, rng: random.Random, style: Style) -> None:
        self.issue = issue
        self.rng = rng
        self.style = style
        self.pages: list[list[str]] = []
        self.starts: dict[str, int] = {}
        self.page: _Page | None = None
        self.running = ""
        self.boxes: list[Article] = []
        self.width = style.widths[0]
        self.number = 0

    # --- pages

    def open_page(self, capacity: int | None = None, *, opening: bool = False) -> _Page:
        style, rng = self.style, self.rng
        capacity = capacity or style.page_lines
        narrow = range(0)
        if rng.random() < style.beside_picture and capacity > 30:
            start = rng.randrange(0, capacity - 24)
            narrow = range(start, start + rng.randrange(12, 24))
        page = self.page = _Page(capacity, narrow)
        if not opening:
            for box in self.boxes:
                page.lines += self.box(box)
            self.boxes = []
            if self.running and rng.random() < style.running_head:
                if rng.random() < 0.5:
                    page.lines.append(self.running)
                else:
                    page.waiting.append(self.running)
        return page

    def close_page(self) -> None:
        if self.page is None:
            return
        lines = self.page.lines + self.page.waiting
        if self.style.folio:
            lines.append(str(self.style.first_page + len(self.pages)))
        if lines:
            self.pages.append(lines)
        self.page = None

    def line_width(self) -> int:
        page = self.page
        assert page is not None
        return self.width - (self.style.narrowing if page.body in page.narrow else 0)

    def turn_if_full(self) -> None:
        """Begin a page where none is under way or the one under way holds no more."""
        if self.page is None or self.page.body >= self.page.capacity:
            self.close_page()
            self.open_page()

    def put(self, line: str) -> None:
        """Put one body line on the page, turning over where it is full."""
        self.turn_if_full()
        assert self.page is not None
        self.page.lines.append(line)
        self.page.body += 1

    # --- lines

    def loosen(self, line: str, slack: float) -> str:
        """Spoil a justified line that had room left: spaces between all characters, or around numbers."""
        style, rng = self.style, self.rng
        if slack >= 1 and rng.random() < style.letter_spaced and len(line) > 6:
            return " ".join(re.findall(r"[A-Za-z0-9.,%+\-]+|——|……|.", line))
        if slack >= 0.5 and rng.random() < style.number_spaced:
            return _TO_NUMBER.sub(" ", line)
        return line

    def set_paragraph(self, text: str, *, indent: int = 2) -> None:
        """Break a paragraph into lines of the column and put them, over as many pages as it takes."""
        style = self.style
        kept = "\u3000" * indent if style.indent == "kept" else ""
        line, used, first = "", 0.0, True
        self.turn_if_full()
        room = self.line_width() - indent
        for unit in units(text):
            width = ems(unit)
            over = used + width - room
            if over > 0 and line:
                marks = sum(line.count(mark) for mark in "，。、；：”")
                if not (style.squeeze and over <= min(1.0, marks / 2)):
                    self.put((kept if first else "") + self.loosen(line.strip(), room - used))
                    line, used, first = "", 0.0, False
                    self.turn_if_full()
                    room = self.line_width()
            line += unit
            used += width
        if line.strip():
            self.put((kept if first else "") + line.strip())

    # --- display text

    def doubled(self, text: str, chance: float) -> str:
        """Text set twice for its shadow: whole, or piece by piece with the quotation marks turned."""
        if self.rng.random() >= chance:
            return text
        if not re.search("[“”\\s]", text):
            return text + text
        out = "".join(part if part.isspace() else part * 2 for part in re.split(r"([“”]|\s+)", text) if part)
        if self.rng.random() < self.style.turned_quotes:
            out = out.translate(str.maketrans("“”", "”“"))
        return out

    def caption(self, figure: Figure) -> str:
        text = plain(figure.caption) + (f" {padded(figure.credit)}" if figure.credit else "")
        return self.doubled(text, self.style.double_caption)

    def title_group(self, article: Article) -> list[str]:
        """Title and subtitle in order."""
        title, style = article.title, self.style
        parts = title.split(" ") if style.title_lines == "two" else [title]
        lines = [self.doubled(part, style.double_title) for part in parts if part]
        return lines + ([f"——{article.subtitle}"] if article.subtitle else [])

    def byline_lines(self, byline: Byline) -> list[str]:
        style = self.style
        role = next((person.role for person in byline.people if person.role), None)
        names = " ".join(padded(p.name) if style.pad_names else p.name for p in byline.people)
        line = f"{style.byline_mark}{names or byline.text}"
        if not role:
            return [line]
        place = turn(style.role, self.number)
        if place == "inline":
            return [f"{style.byline_mark}{role} {names}"]
        return [role, line] if place == "before" else [line, role]

    def set_head(self, head: Head, mark: str) -> None:
        text = plain(head.text)
        if head.level > 2 or text.startswith(("关键词", "一、", "二、", "三、", "四、", "五、")):
            mark = ""
        parts = (
            text.split(" ") if self.style.head_lines == "two" and not text.startswith("关键词") else [text]
        )
        self.turn_if_full()
        lines = [line for part in parts for line in wrap(part, self.line_width())]
        if self.page is not None and self.page.body + len(lines) >= self.page.capacity:
            # no printer leaves a head alone at a page's foot
            self.close_page()
        for number, line in enumerate(lines):
            self.put((mark if number == 0 else "") + line)

    # --- articles

    def box(self, article: Article) -> list[str]:
        """A boxed notice, set narrower, its title letter-spaced at its end."""
        lines = [
            line for block in article.blocks for line in wrap(block_text(block), self.width - 3, indent=2)
        ]
        return [*lines, *([" ".join(article.title)] if article.title else [])]

    def set_block(self, block: BodyBlock, mark: str) -> None:
        match block:
            case Head():
                self.set_head(block, mark)
            case Figure():
                self.set_caption(self.caption(block))
            case List():
                for item in block.items:
                    self.set_paragraph(plain(item.text))
            case Verse():
                for verse in block.lines:
                    self.put(plain(verse))
            case Table():
                for row in block.rows:
                    self.put(" ".join(plain(cell) for cell in row))
            case _:
                for part in block_text(block).split("\n"):
                    self.set_paragraph(part)

    def set_caption(self, text: str) -> None:
        if not text:
            return
        page = self.page
        assert page is not None
        place = turn(self.style.captions, self.number)
        if place == "page-end":
            page.waiting.append(text)
        elif place == "glued" and page.body:
            page.lines[-1] += text
        else:
            page.lines.append(text)

    def opening(self, article: Article, placement: Placement, *, alone: bool) -> tuple[list[str], list[str]]:
        """What stands on an article's first page before its body, and what at the page's end."""
        style, section = self.style, article.section
        department = turn(style.department, self.number)
        if alone and department in {"end", "foot"}:
            department = "top"
        before: list[str] = []
        after: list[str] = []
        if section and department == "top":
            before.append(section)
        elif section and department == "vertical":
            before += [*section, section]
        title = self.title_group(article)
        kicker = [article.kicker] if article.kicker else []
        noise = ["？？"] if self.rng.random() < style.noise else []
        bylines = [line for byline in article.bylines for line in self.byline_lines(byline)]
        if placement == "top":
            # a city's name stands by its title on either side; a longer line above the title is read first
            long_or_lucky = len(article.kicker) > 6 or self.rng.random() < 0.5
            before += [*kicker, *title] if long_or_lucky else [*title, *kicker]
            before += noise
        else:
            after += [*noise, *title, *kicker] if self.rng.random() < 0.5 else [*title, *noise, *kicker]
        before += bylines
        if section and department == "end":
            after.append(section)
        elif section and department == "foot":
            after.insert(0, section)
        return before, after

    def set_article(self, number: int, article: Article) -> None:
        style = self.style
        self.number = number
        self.width = turn(style.widths, number)
        mark = turn(style.heads, number)
        placement = turn(style.display, number)
        leads = [block for block in article.blocks if isinstance(block, Lead)]
        body = [block for block in article.blocks if not isinstance(block, Lead)]
        size = sum(ems(block_text(block)) for block in body) / self.width
        first = int(style.page_lines * 0.6)
        alone = size < first + 12
        if alone:
            # a title after an article that ends on its only page would belong to the next one
            placement = "top"
        self.running = ""
        self.close_page()
        self.starts[article.id] = len(self.pages)
        page = self.open_page(first, opening=True)
        before, after = self.opening(article, placement, alone=alone)
        for lead in leads:
            page.lines += wrap("■" + plain(lead.text), style.lead_width, indent=2)
        page.lines += before
        page.waiting += after
        self.running = article.section or ""
        for block in body:
            self.turn_if_full()
            self.set_block(block, mark)
        while self.boxes:
            self.close_page()
            self.open_page()
        self.close_page()

    def run(self) -> list[list[str]]:
        articles = self.issue.articles
        for number, article in enumerate(articles):
            if is_box(articles, number):
                continue
            self.boxes = [
                articles[n] for n in range(number + 1, len(articles)) if is_box_of(articles, n, number)
            ]
            self.set_article(number, article)
        return self.pages

    # --- contents

    def contents_page(self, offset: int) -> list[str]:
        """The printed contents: departments, entries with page, kicker, title and authors."""
        style, rng = self.style, self.rng
        lines: list[str] = []
        articles = [a for a in self.issue.articles if a.id in self.starts and a.title]
        if style.contents == "half":
            articles = articles[len(articles) // 2 :]
        department = None
        for article in articles:
            if article.section and article.section != department:
                department = article.section
                form = {"spaced": " ".join(department), "angle": f">>{department}", "plain": department}
                lines.append(form[style.departments_in_contents])
            place = self.starts[article.id]
            page = style.first_page + place + (1 if place >= offset else 0)
            kicker = f"{article.kicker}：" if 0 < len(article.kicker) <= 12 else ""
            people = [person for byline in article.bylines for person in byline.people]
            role = next((f"{person.role} " for person in people if person.role), "")
            authors = f"/{role}" + " ".join(padded(p.name) if style.pad_names else p.name for p in people)
            entry = f"{page:02d} {kicker}{article.title}"
            if not people:
                authors = ""
            if article.subtitle:
                lines += [*wrap(entry, style.contents_width), f"——{article.subtitle}"]
                lines += [authors] if authors else []
            elif ems(entry + authors) > style.contents_width and rng.random() < 0.7:
                lines += [*wrap(entry, style.contents_width), *([authors] if authors else [])]
            else:
                lines += wrap(entry + authors, style.contents_width)
        return lines


T = TypeVar("T")


def turn(values: tuple[T, ...], number: int) -> T:
    """The setting whose turn it is with the article of this number."""
    return values[number % len(values)]


def padded(name: str | None) -> str:
    """A name of two characters as it is set beside names of three: 王 某; a credit's first word likewise."""
    head, _, rest = (name or "").partition(" ")
    head = f"{head[0]} {head[1]}" if len(head) == 2 and ems(head) == 2 else head
    return f"{head} {rest}" if rest else head


def is_box(articles: tuple[Article, ...], number: int) -> bool:
    """Whether this article is a notice boxed into the article before it."""
    return number > 0 and articles[number].type == "notice"


def is_box_of(articles: tuple[Article, ...], box: int, host: int) -> bool:
    """Whether article ``box`` is boxed into article ``host``: a notice with only notices between them."""
    return all(is_box(articles, n) for n in range(host + 1, box + 1))


def typeset(issue: Issue, *, seed: int, style: Style) -> str:
    """The text layer of the issue, printed and spoiled in this style; the same seed gives the same text."""
    rng = random.Random(f"typeset/{seed}")  # noqa: S311
    setter = _Setter(issue, rng, style)
    pages = setter.run()
    if style.contents != "none":
        # contents stand after a first article of one page (卷首), else they begin the layer
        offset = min((place for place in setter.starts.values() if place > 0), default=0)
        offset = offset if offset == 1 else 0
        pages.insert(offset, setter.contents_page(offset))
    mark = " " if style.page_mark == "space" else "\f"
    between = "\n\n" if style.blank_lines else "\n"
    out = []
    for number, lines in enumerate(pages):
        missing = number > 0 and rng.random() < style.missing_marks
        out.append(("" if missing else mark) + between.join(lines))
    return "\n".join(out) + "\n"
