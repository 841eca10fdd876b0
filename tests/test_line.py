"""Rules of a Chinese line: where it breaks, what stands closer, how it fills the measure."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookmaker.write.kinds import Kind, is_wide, kind, may_break, may_stretch, split_units
from bookmaker.write.line import AUTO_SPACE, Analysis, Glyphs

BLANK_BEFORE, BLANK_AFTER = "“‘（《「", "，。、；：！？”’）》」"
FACE = Glyphs(
    lambda text: sum(0.25 if c == " " else 1.0 if is_wide(c) else 0.5 for c in text),
    lambda mark: 0.5 if mark in BLANK_BEFORE else 0.0,
    lambda mark: 0.5 if mark in BLANK_AFTER else 0.0,
)


def set_lines(text: str, measure: float) -> list[str]:
    """Cut ``text`` into lines of ``measure`` ems."""
    analysis, start, found = Analysis(text, FACE), 0, []
    while True:
        fit = analysis.cut(start, measure, at_edge=True)
        found.append(text[start : fit.end])
        if fit.resume is None:
            return found
        start = fit.resume


def width(text: str) -> float:
    return Analysis(text, FACE).cut(0, None).width


@pytest.mark.parametrize(
    "pair", ["山，", "山。", "山”", "山）", "山—", "山…", "山·", "“山", "（山", "《山", "/山"]
)
def test_no_line_ends_between(pair: str) -> None:
    assert not may_break(pair[0], pair[1])


@pytest.mark.parametrize("pair", ["山水", "山“", "”山", "，山", "山2", "9山", " a", "—山"])
def test_a_line_may_end_between(pair: str) -> None:
    assert may_break(pair[0], pair[1])


@pytest.mark.parametrize("pair", ["——", "……", "—山", "ab", "（山", "山。", "山，"])
def test_nothing_is_opened_between(pair: str) -> None:
    assert not may_stretch(pair[0], pair[1])


def test_words_numbers_dashes_and_ellipses_are_single_pieces() -> None:
    text = "走了3.5公里——到Lipo……了"
    starts = [*split_units(text), len(text)]
    pieces = [text[a:b] for a, b in pairwise(starts)]
    assert pieces == ["走", "了", "3.5", "公", "里", "——", "到", "Lipo", "……", "了"]


def test_marks_that_meet_give_up_half_an_em() -> None:
    assert width("山）（水") == 3.5
    assert width("山。”水") == 3.5
    assert width("山：“水") == 3.5
    assert width("山“水") == 3.0


def test_two_marks_of_question_and_exclamation_take_one_em_and_three_take_two() -> None:
    assert width("山！？水") == 3.0
    assert width("山？？！水") == 4.0
    assert width("山！？”水") == 4.0
    assert width("山！水") == 3.0


def test_western_characters_stand_off_from_ideographs_but_not_from_marks() -> None:
    assert width("山2水") == 2.5 + 2 * AUTO_SPACE
    assert width("山，2。") == 3.5


def test_a_mark_at_the_lines_end_takes_half_an_em() -> None:
    assert set_lines("一二三，四五六七", 3.5) == ["一二三，", "四五六", "七"]


def test_an_opening_mark_at_the_lines_start_stands_in_the_margin() -> None:
    fit = Analysis("一二三“四五", FACE).cut(3, 2.5, at_edge=True)
    assert (fit.shift, fit.width, fit.end) == (0.5, 2.5, 6)


def test_a_mark_is_drawn_back_into_the_line_by_closing_commas() -> None:
    text = "一，二三，四五六七。八九"
    fit = Analysis(text, FACE).cut(0, 9.0)
    assert text[: fit.end] == "一，二三，四五六七。"
    assert fit.width == pytest.approx(9.0)
    assert [place for place, _ in fit.gaps] == [1, 4]
    assert all(-0.25 <= gap < 0 for _, gap in fit.gaps)


def test_without_commas_the_last_character_goes_to_the_next_line() -> None:
    assert set_lines("一二三四五六七。八九", 7) == ["一二三四五六", "七。八九"]


def test_a_word_wider_than_the_measure_is_divided_only_if_allowed() -> None:
    analysis = Analysis("abcdefghij山", FACE)
    assert analysis.cut(0, 3, whole=True).end == 10
    first = analysis.cut(0, 3, whole=False)
    assert (first.end, first.resume, first.width) == (6, 6, 3.0)
    assert analysis.cut(6, 3.2, whole=False).end == 11


def test_spaces_at_a_lines_end_are_dropped() -> None:
    assert set_lines("ab cd 山水", 2.25) == ["ab cd", "山水"]


def test_quotes_and_marks_are_classified() -> None:
    assert [kind(c) for c in "“，）—a 山①"] == [
        Kind.OPENING,
        Kind.PAUSE,
        Kind.CLOSING,
        Kind.DASH,
        Kind.WESTERN,
        Kind.SPACE,
        Kind.HAN,
        Kind.WESTERN,
    ]


@given(st.text(alphabet="山水月，。“”（）、：—…·A1 b2-/《》！", min_size=1, max_size=80), st.integers(2, 40))
def test_lines_give_back_the_text_and_forbidden_marks_stand_at_no_edge(text: str, measure: int) -> None:
    text = " ".join(text.split()) or "山"
    cut = set_lines(text, measure)
    assert "".join(cut).replace(" ", "") == text.replace(" ", "")
    for line in cut[1:]:
        assert line[0] not in "，。”）、：…》！"
    for line in cut[:-1]:
        assert line[-1] not in "“（《"


@given(st.text(alphabet="山水月，。“”（）：—A12 ", min_size=1, max_size=120), st.integers(6, 40))
def test_no_line_is_wider_than_the_measure_where_a_break_was_allowed(text: str, measure: int) -> None:
    text = " ".join(text.split()) or "山"
    analysis, start = Analysis(text, FACE), 0
    while True:
        fit = analysis.cut(start, measure, at_edge=start > 0)
        line = text[start : fit.end]
        if any(may_break(a, b) for a, b in pairwise(line)):
            assert fit.width <= measure + 1e-3
        if fit.resume is None:
            break
        start = fit.resume


def test_no_paragraph_ends_with_a_lone_character() -> None:
    for length in range(30, 60):
        for end in ("", "。", "。”", "……"):
            lines = set_lines("山" * length + end, 14)
            assert lines[-1].count("山") != 1, lines
            assert all(width(line) >= 11 for line in lines[:-1])


def test_a_lone_character_is_drawn_back_if_marks_can_give_its_room() -> None:
    text = "山，" * 2 + "水" * 9 + "，" + "木" * 2 + "火" * 3
    assert [len(line) for line in set_lines(text[:16] + "。", 16)] == [17]


def test_a_text_behind_other_text_of_the_line_leaves_no_lone_character_to_the_next() -> None:
    text = "山水木。"
    assert Analysis(text, FACE).cut(0, 2.5, at_edge=False).end == 1
    assert Analysis(text, FACE).cut(0, 2.5, at_edge=True).end == 2


def test_nothing_is_drawn_back_that_leaves_a_lone_character_behind() -> None:
    assert set_lines("山，" * 2 + "水" * 10 + "土火。", 14.5)[-1] == "土火。"


def test_narrow_columns_may_end_with_a_lone_character() -> None:
    assert set_lines("山" * 7, 6) == ["山" * 6, "山"]


def test_a_bracket_before_a_blank_does_not_end_a_line() -> None:
    assert set_lines("山水《 木", 4) == ["山水", "《 木"]
