"""How the typesetter prints and spoils an issue: one switch for every artefact of a real text layer."""

from __future__ import annotations

import random
from dataclasses import dataclass, fields, replace
from typing import Literal

Placement = Literal["top", "end"]


@dataclass(frozen=True)
class Style:
    """How an issue is printed and how its text layer is spoiled: chances are 0 to 1, widths in ems."""

    widths: tuple[int, ...] = (16, 18, 17, 15, 20)
    """Column widths; each article takes the next."""
    page_lines: int = 84
    """Body lines of a full page, all its columns together."""
    beside_picture: float = 0.0
    """Chance that part of a page is set narrower, beside a picture."""
    narrowing: int = 3
    """By how many ems a line is shorter beside a picture."""
    squeeze: bool = False
    """Whether marks are set solid to take in one more character (推入)."""
    indent: Literal["lost", "kept"] = "lost"
    """Whether the two ems before a paragraph survive as U+3000."""
    page_mark: Literal["space", "form-feed"] = "space"
    missing_marks: float = 0.0
    """Chance that a page break carries no mark."""
    blank_lines: bool = False
    """Whether a blank line follows every line but a page's last."""
    display: tuple[Placement, ...] = ("top",)
    """Where title, kicker and caption stand: before the body or at the end of the first page; in turn."""
    title_lines: Literal["one", "two"] = "one"
    """Whether a title of two parts is set in two lines."""
    heads: tuple[str, ...] = ("●",)
    """Mark before heads of level 2 ('' for none); each article takes the next."""
    head_lines: Literal["one", "two"] = "one"
    """Whether a head of two parts is set in two lines."""
    byline_mark: str = "■"
    role: tuple[Literal["inline", "before", "after"], ...] = ("inline",)
    """Where 本刊记者 stands: in the byline, or on a line before or after it; each article takes the next."""
    pad_names: bool = True
    """Whether a name of two characters is set with a space (王 某)."""
    double_title: float = 0.0
    double_caption: float = 0.0
    """Chance that shadowed display text is set twice."""
    turned_quotes: float = 0.0
    """Chance that the quotation marks of doubled text are turned round."""
    captions: tuple[Literal["page-end", "inline", "glued"], ...] = ("inline",)
    """Captions at the page's end, between paragraphs, or glued to a paragraph's last line; in turn."""
    lead_width: int = 50
    """Measure of the leads marked ■, which run over all columns."""
    department: tuple[Literal["none", "top", "foot", "end", "vertical"], ...] = ("top",)
    """Where the department's name stands on an article's first page; each article takes the next."""
    running_head: float = 0.0
    """Chance that a later page repeats the department's name at its top or foot."""
    folio: bool = False
    """Whether page numbers are in the text layer, each at its page's foot."""
    letter_spaced: float = 0.0
    """Chance that a loose line comes letter by letter (居 民 消 费)."""
    number_spaced: float = 0.0
    """Chance that a loose line has spaces around its numbers."""
    noise: float = 0.0
    """Chance of a stray ？？ among an article's display lines."""
    contents: Literal["whole", "half", "none"] = "whole"
    departments_in_contents: Literal["spaced", "angle", "plain"] = "spaced"
    contents_width: int = 30
    first_page: int = 1
    """Number printed on the first page of the text layer."""

    @classmethod
    def random(cls, seed: int) -> Style:
        """Draw a style: every artefact is off in some seeds and on in others."""
        rng = random.Random(f"style/{seed}")  # noqa: S311

        def chance(*values: float) -> float:
            return rng.choice((0.0, *values))

        return cls(
            widths=tuple(rng.choices((14, 15, 16, 17, 18, 19, 20), k=rng.randint(1, 5))),
            page_lines=rng.choice((60, 72, 84, 96, 110)),
            beside_picture=chance(0.2, 0.5),
            narrowing=rng.choice((2, 3, 4)),
            squeeze=rng.random() < 0.3,
            indent="kept" if rng.random() < 0.1 else "lost",
            page_mark=rng.choice(("space", "space", "form-feed")),
            missing_marks=chance(0.1, 0.25),
            blank_lines=rng.random() < 0.4,
            display=rng.choice((("top",), ("end",), ("top", "end"), ("end", "end", "top"))),
            title_lines=rng.choice(("one", "two")),
            heads=rng.choice((("●",), ("",), ("●", ""), ("●", "●", "", "◆"))),
            head_lines=rng.choice(("one", "two")),
            byline_mark=rng.choice(("■", "■", "■", "□", "文/")),
            role=tuple(rng.choices(("inline", "before", "after"), k=2)),
            pad_names=rng.random() < 0.8,
            double_title=chance(0.3, 0.7),
            double_caption=chance(0.5, 1.0),
            turned_quotes=chance(0.5, 1.0),
            captions=tuple(rng.choices(("page-end", "page-end", "inline", "glued"), k=rng.choice((1, 2)))),
            lead_width=rng.choice((36, 44, 50)),
            department=tuple(
                rng.choices(("none", "top", "foot", "end", "vertical"), k=rng.choice((1, 1, 3)))
            ),
            running_head=chance(0.2, 0.6),
            folio=rng.random() < 0.15,
            letter_spaced=chance(0.3),
            number_spaced=chance(0.3, 0.6),
            noise=chance(0.3),
            contents=rng.choice(("whole", "half", "none")),
            departments_in_contents=rng.choice(("spaced", "angle", "plain")),
            contents_width=rng.choice((26, 30, 36)),
            first_page=rng.choice((1, 1, 3, 25)),
        )

    @classmethod
    def fair(cls, seed: int) -> Style:
        """Draw a style in which a reader of the bare text can still tell what is what.

        Captions are doubled (or have a credit), a magazine keeps one place for its departments and lists
        them in its contents, nothing is stray. What a segmenter scores on these is to its own account.
        """
        rng = random.Random(f"fair/{seed}")  # noqa: S311
        return cls.random(seed).only(
            missing_marks=rng.choice((0.0, 0.0, 0.1)),
            heads=rng.choice((("●",), ("",), ("●", "●", ""))),
            byline_mark="■",
            double_caption=1.0,
            captions=(rng.choice(("page-end", "page-end", "inline")),),
            department=(rng.choice(("top", "end")),),
            noise=0.0,
            contents="whole",
        )

    def only(self, **changes: object) -> Style:
        """This style with some settings changed; an unknown name is a TypeError."""
        return replace(self, **changes)  # type: ignore[arg-type]

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Names of the settings, for tests that walk over them."""
        return tuple(field.name for field in fields(cls))
