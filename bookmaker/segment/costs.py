"""The price of every reading of a row, in one table.

A cost is roughly the negative logarithm of how often the thing happens in set Chinese text; one unit halves and
halves again. Readings are compared by their sums along the whole text (``bookmaker.segment.labels``), so no entry
decides alone. Distances are in ems.
"""

from __future__ import annotations

import msgspec


class Costs(msgspec.Struct, frozen=True):
    """Costs of labels and transitions; the comment of each says what speaks for it."""

    # paragraphs
    paragraph: float = 0.7  # most rows do not begin a paragraph
    paragraph_spoken: float = -3.0  # nor does a speaker's name stand elsewhere…
    spoken_inside: float = 6.0  # …than where a paragraph begins
    initial: float = 0.2  # an initial begins a paragraph, and nothing else
    paragraph_quoted: float = -0.4  # a quotation rather does: somebody begins to speak
    slack: float = 0.6  # a line this short of its column is full: marks were squeezed or stretched
    slack_beyond: float = 20.0  # a wider column…
    slack_em: float = 0.06  # …holds more marks to be squeezed, for each em beyond
    slack_western: float = 4.0  # Western words leave more room at a line's end
    overfull: float = 1.5  # a line wider than its column…
    overfull_em: float = 3.0  # …and for each em of the excess
    early: float = 1.8  # a line broken although the next unit would have fitted: for each em of room…
    early_square: float = 1.0  # …and for its square, since a small room may be a misjudged column
    early_slack: float = 0.2  # ems by which a line is thought narrower than it looks
    early_most: float = 24.0  # beyond that the column is misjudged rather than the line
    ends_stop: float = 0.0  # a paragraph ends with a full stop,
    ends_colon: float = 0.8  # or announces what follows,
    ends_semicolon: float = 1.6  # or is one of several points,
    ends_bracket: float = 2.0  # or with a source or a remark in brackets,
    ends_dash: float = 3.0
    ends_comma: float = 7.0  # but hardly in the middle of a sentence
    ends_none: float = 7.0
    ends_full: float = 0.8  # a last line that happens to fill its column
    ends_stretched: float = 6.0  # justification never stretches a last line
    single: float = 0.8  # a paragraph of one line
    tiny: float = 1.5  # a paragraph shorter than five ems
    point_inside: float = 1.5  # （一）, 1. and the like in the middle of a paragraph, at a line's start
    point_behind_stop: float = 3.0  # the same behind the end of a sentence that ends a line
    ends_none_before_bullet: float = 2.0  # points behind bullets end without a mark
    bullet_inside: float = 14.0  # a mark at a line's start begins something
    closing_inside: float = 8.0  # a credit or a note on the author begins a paragraph of its own
    goes_on: float = 6.0  # a line that begins with a closing mark begins nothing, nor is it display text
    western_first: float = (
        3.0  # a Western sentence behind another, as in a reference: hardly a paragraph of its own
    )
    kept_indent: float = 5.0  # the layer keeps indents and this line contradicts them
    kept_blank: float = 4.0  # the layer keeps blank lines between paragraphs and this line contradicts them
    ends_line: float = 1.0  # where every line is a paragraph, it may end without a mark…
    line_joined: float = 12.0  # …and no line goes on in the next
    verse_prose: float = 12.0  # a line among verse that is none: rather the title of a poem than prose
    # heads
    head: float = 3.0  # a head without mark: short, without end mark, between paragraphs
    head_marked: float = 0.4  # ● and the like stand before heads
    head_mark_first: float = 2.5  # a paragraph behind a mark that stands before heads elsewhere
    head_dashed: float = 5.0  # a head that begins with ——: a subtitle rather, or a date line
    head_enumerated: float = 0.8  # 一、 and the like stand before heads
    head_dash: float = 0.6  # a head that ends in ——
    head_two_parts: float = -1.0  # 领导带头 以上率下: a blank between two parts is display
    head_stop: float = 7.0  # heads end without a mark
    head_long: float = 4.0  # a head as wide as the column
    head_longest: float = 22.0  # ems: no head is longer, however wide the column
    head_comma: float = 2.0  # a comma within a head without mark
    head_colon: float = 2.5  # a colon within: an entry of a form
    head_unpaired: float = 4.0  # an opening quotation mark without its closing one
    head_at_foot: float = 2.5  # a head is never the last line of a page (CLREQ headings)
    head_more: float = 0.8  # a second line of a head
    head_third: float = 4.0  # a third line
    head_on_head: float = 2.0  # a head directly below another
    # display text
    display: float = 6.0  # a line of display text in the middle of a page
    display_at_edge: float = 3.5  # display text stands at the top or the foot of a page
    display_bullet: float = 4.0  # behind a mark stand bylines, heads and leads
    display_lead: float = 8.0  # a long row behind a mark begins a lead
    display_comma: float = 2.5  # display text holds no comma, as a rule
    display_sentence: float = 6.0  # nor does a sentence end within it
    display_stretched: float = 9.0  # justification stretches body lines
    display_open: float = 0.4  # display text that interrupts a sentence
    opening_inside: float = 8.0  # an article's opening in the middle of a paragraph of the article before
    display_known: float = 0.1  # doubled, named on the contents page, a tag, a byline
    display_wide: float = 1.5  # wider than its column
    display_dashed: float = 1.6  # a subtitle: —— at a page's edge
    display_above_byline: float = 0.7  # titles stand directly above bylines; per row of distance
    display_stop: float = 3.0  # display text ends without a full stop
    body_known: float = 12.0  # a line with the signs of display text read as body
    # a box that interrupts an article
    box: float = float("inf")  # a box begins where a page begins, and shows by its title only
    box_titled: float = 2.0  # a notice's title stands on the page
    box_end: float = 1.0
    notice_astray: float = 6.0  # a notice's title outside any box


COSTS = Costs()
