"""Edition faces: geometry of turned glyphs, forms of language, numbers across, sameness, cache."""

from __future__ import annotations

import io
import os
import stat
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from bookmaker import resources
from bookmaker.resources import FACES, Face
from bookmaker.write import baking
from bookmaker.write.baking import bake
from bookmaker.write.cache import KEPT, cache_dir, cached
from bookmaker.write.faces import Recipe, edition_face
from bookmaker.write.orientation import orientation
from bookmaker.write.turning import turned

TEXT = "栗坡山水纪事，一二三。“坡”《纸》（水）！？：；——……·Abxgé０①℃～12人、100株、7天"
LANGUAGES = ("zh-Hans", "zh-Hant-TW", "zh-Hant-HK")

roles = pytest.mark.parametrize("face", FACES.values(), ids=list(FACES))


@cache
def source(face: Face) -> TTFont:
    return TTFont(io.BytesIO(face.path.read_bytes()), lazy=True)


@cache
def baked(face: Face, language: str = "zh-Hans", *, lying: bool = True) -> TTFont:
    recipe = Recipe.of(face, [TEXT], language, turned=lying, across={"！？", "A4"}, letters={"A"})
    return TTFont(io.BytesIO(bake(recipe)))


def name(font: TTFont, character: str) -> str:
    return str(font.getBestCmap()[ord(character)])


def outline(font: TTFont, glyph: str, matrix: tuple[float, ...] | None = None) -> list[object]:
    """Return the drawing of a glyph as points, perhaps turned by a matrix."""
    glyphs = font.getGlyphSet()
    pen = DecomposingRecordingPen(glyphs)
    glyphs[glyph].draw(TransformPen(pen, matrix) if matrix else pen)
    return list(pen.value)


def box(font: TTFont, glyph: str) -> tuple[int, int, int, int]:
    shape = font["glyf"][glyph]
    shape.recalcBounds(font["glyf"])
    return shape.xMin, shape.yMin, shape.xMax, shape.yMax


def middle(low: float, high: float) -> float:
    return (low + high) / 2


# --- geometry ----------------------------------------------------------------------------------------


@roles
@pytest.mark.parametrize("character", "栗坡山①０")
def test_an_upright_glyph_is_its_source_turned_a_quarter_counter_clockwise(
    face: Face, character: str
) -> None:
    old, new = source(face), baked(face)
    glyph = name(old, character)
    width = old["hmtx"][glyph][0]
    height, bearing = old["vmtx"][glyph]
    origin = bearing + box(old, glyph)[3]
    expected = outline(old, glyph, (0, 1, -1, 0, origin, 380 - width // 2))
    assert outline(new, name(new, character)) == expected
    assert new["hmtx"][name(new, character)][0] == height


@roles
@pytest.mark.parametrize("character", "Abxg—…·é")
def test_a_glyph_that_lies_in_a_column_is_left_as_it_was(face: Face, character: str) -> None:
    old, new = source(face), baked(face)
    glyph = name(old, character)
    if character == "—" and face.role != "kai":
        glyph = "uni2015"  # the mainland's dash of a full em, by locl
    assert outline(new, name(new, character)) == outline(old, glyph)
    assert new["hmtx"][name(new, character)] == old["hmtx"][glyph]


@roles
def test_all_glyphs_lie_centred_on_the_line_within_their_advance(face: Face) -> None:
    new = baked(face)
    for character in "栗坡山水纪事":
        left, bottom, right, top = box(new, name(new, character))
        assert -40 <= left <= right <= 1040
        assert middle(bottom, top) == pytest.approx(380, abs=70)


@roles
def test_bounds_in_head_hold_all_glyphs(face: Face) -> None:
    new = baked(face)
    boxes = [box(new, glyph) for glyph in new.getGlyphOrder() if new["glyf"][glyph].numberOfContours]
    head = new["head"]
    assert head.xMin == min(left for left, _, _, _ in boxes)
    assert head.yMax == max(top for _, _, _, top in boxes)


@given(st.data())
def test_any_outline_is_turned_exactly(data: st.DataObject) -> None:
    glyph = data.draw(st.sampled_from(source(FACES["song"]).getGlyphOrder()[:3000]))
    dx, dy = data.draw(st.integers(-2000, 2000)), data.draw(st.integers(-2000, 2000))
    font = source(FACES["song"])
    table = font["glyf"]
    shape = table[glyph]
    shape.expand(table)
    lying = turned(shape.compile(table, recalcBBoxes=True), dx, dy)
    again = type(shape)(lying)
    again.expand(table)
    points, ends, flags = again.getCoordinates(table) if lying else ([], [], b"")
    old_points, old_ends, old_flags = shape.getCoordinates(table)
    assert [(x, y) for x, y in points] == [(dx - y, x + dy) for x, y in old_points]
    assert list(ends) == list(old_ends)
    assert [flag & 1 for flag in flags] == [flag & 1 for flag in old_flags]


def test_a_composite_glyph_is_refused() -> None:
    with pytest.raises(ValueError, match="composite"):
        turned(b"\xff\xff" + bytes(20), 0, 0)


def test_an_empty_glyph_stays_empty() -> None:
    assert turned(b"", 10, 10) == b""


# --- orientation ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("character", "value"),
    [("栗", "U"), ("〇", "U"), ("①", "U"), ("℃", "U"), ("Ａ", "U"), ("あ", "U"), ("っ", "Tu"), ("，", "Tu"), ("《", "Tr"),
     ("：", "Tr"), ("A", "R"), ("7", "R"), ("—", "R"), ("“", "R"), ("·", "R"), ("\0", "R"), ("\U00020000", "U")],
)  # fmt: skip
def test_orientation_is_that_of_unicode(character: str, value: str) -> None:
    assert orientation(character) == value


# --- forms ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["song", "hei"])
def test_marks_stand_at_the_right_of_the_mainlands_columns_and_in_the_middle_of_others(role: str) -> None:
    face = FACES[role]  # type: ignore[index]
    for mark in "，。":
        sides = {}
        for language in LANGUAGES:
            new = baked(face, language)
            left, bottom, right, top = box(new, name(new, mark))
            sides[language] = middle(left, right), middle(bottom, top)
        along, across = sides["zh-Hans"]
        assert along < 300  # at the top of its em
        assert across > 550  # right of the column's middle, which is at 380
        for language in ("zh-Hant-TW", "zh-Hant-HK"):
            along, across = sides[language]
            assert along == pytest.approx(500, abs=40)
            assert across == pytest.approx(380, abs=40)


@roles
def test_opening_brackets_stand_at_the_end_of_their_em_and_closing_ones_at_its_beginning(face: Face) -> None:
    new = baked(face)
    for mark in "《（“":
        assert box(new, name(new, mark))[0] >= 450
    for mark in "》）”":
        assert box(new, name(new, mark))[2] <= 550


def test_forms_of_a_region_are_baked_into_level_faces_too() -> None:
    shapes = {
        language: str(outline(font, name(font, "，")))
        for language in LANGUAGES
        for font in [baked(FACES["song"], language, lying=False)]
    }
    assert shapes["zh-Hans"] != shapes["zh-Hant-TW"] == shapes["zh-Hant-HK"]


def test_a_level_face_has_the_shapes_of_its_source() -> None:
    new, old = baked(FACES["song"], lying=False), source(FACES["song"])
    for character in "栗坡，Ab":
        assert outline(new, name(new, character)) == outline(old, name(old, character))


@roles
def test_two_dashes_become_one_of_two_ems(face: Face) -> None:
    new = baked(face)
    (ligatures,) = [
        part.ligatures
        for lookup in new["GSUB"].table.LookupList.Lookup
        for part in lookup.SubTable
        if name(new, "—") in getattr(part, "ligatures", {})
    ]
    (ligature,) = ligatures[name(new, "—")]
    assert ligature.Component == [name(new, "—")]
    assert new["hmtx"][ligature.LigGlyph][0] == 2000


def test_only_the_characters_asked_for_are_in_the_face() -> None:
    new = baked(FACES["song"])
    assert set(new.getBestCmap()) - {0x2060} == {ord(character) for character in TEXT + "0123456789"}
    assert not {"vhea", "vmtx", "VORG"} & set(new.keys())


def test_a_face_can_be_given_another_family() -> None:
    font = TTFont(io.BytesIO(bake(Recipe.of(FACES["hei"], ["山"], "zh-Hans", family="Lipo Hei"))))
    assert font["name"].getDebugName(1) == "Lipo Hei"
    assert font["name"].getDebugName(6) == "LipoHei-Regular"


# --- across columns --------------------------------------------------------------------------------------


def across(font: TTFont, *parts: str) -> str:
    """Return the glyph that takes the place of ``parts`` wherever the face has a rule for them."""
    first, *rest = [name(font, part) for part in parts]
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for part in lookup.SubTable:
            for ligature in getattr(part, "ligatures", {}).get(first, []):
                if ligature.Component == rest:
                    return str(ligature.LigGlyph)
            if not rest and first in getattr(part, "mapping", {}):
                return str(part.mapping[first])
    pytest.fail(f"no rule for {parts}")


@roles
@pytest.mark.parametrize("number", ["7", "12", "100"])
def test_a_short_number_is_one_upright_glyph_within_an_em(face: Face, number: str) -> None:
    new = baked(face)
    left, bottom, right, top = box(new, across(new, *number))
    # With the space between Han and Western characters on both sides it takes one em.
    assert new["hmtx"][across(new, *number)][0] == 750
    assert -20 <= left <= right <= 770
    assert top - bottom <= 1000
    assert middle(bottom, top) == pytest.approx(380, abs=40)
    assert middle(left, right) == pytest.approx(375, abs=1)
    assert right - left > 600  # the height of digits, now along the column


@roles
def test_what_markup_sets_across_takes_one_em(face: Face) -> None:
    new = baked(face)
    for text in ("！？", "A4"):
        left, bottom, right, top = box(new, across(new, *text))
        assert new["hmtx"][across(new, *text)][0] == 1000
        assert 0 <= left <= right <= 1000
        assert middle(bottom, top) == pytest.approx(380, abs=80)
    assert new["hmtx"][across(new, "A")][0] == 1000


# --- sameness and cache ----------------------------------------------------------------------------------


@roles
def test_the_same_recipe_gives_the_same_bytes_in_another_process_at_another_time(face: Face) -> None:
    program = (
        "import sys,hashlib;from bookmaker.resources import FACES;from bookmaker.write.faces import *;"
        "from bookmaker.write.baking import bake;"
        f"data=bake(Recipe.of(FACES['{face.role}'],[{TEXT!r}],'zh-Hans',turned=True));"
        "print(hashlib.sha256(data).hexdigest())"
    )
    root = Path(__file__).resolve().parents[1]
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            check=True,
            text=True,
            env={**os.environ, "PYTHONPATH": str(root), "PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": epoch},
        ).stdout
        for seed, epoch in (("1", "100000"), ("2", "1900000000"))
    }
    assert len(found) == 1


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "bookmaker"


def test_a_face_is_baked_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = Recipe.of(FACES["song"], ["山水"], "zh-Hans", turned=True)
    path = edition_face(recipe)
    assert path.parent == home
    monkeypatch.setattr(baking, "bake", lambda _: pytest.fail("baked again"))
    assert edition_face(recipe) == path
    with TTFont(path) as font:
        assert ord("山") in font.getBestCmap()


@pytest.mark.parametrize(
    "other",
    [
        Recipe.of(FACES["song"], ["山水月"], "zh-Hans", turned=True),
        Recipe.of(FACES["song"], ["山水"], "zh-Hant-TW", turned=True),
        Recipe.of(FACES["song"], ["山水"], "zh-Hans"),
        Recipe.of(FACES["hei"], ["山水"], "zh-Hans", turned=True),
        Recipe.of(FACES["song"], ["山水"], "zh-Hans", turned=True, family="Lipo"),
        Recipe.of(FACES["song"], ["山水"], "zh-Hans", turned=True, across={"山水"}),
        Recipe.of(FACES["song"], ["山水"], "zh-Hans", turned=True, letters={"山"}),
    ],
)
def test_whatever_changes_a_face_changes_its_key(other: Recipe) -> None:
    assert other.key != Recipe.of(FACES["song"], ["山水"], "zh-Hans", turned=True).key


def test_the_key_depends_on_characters_and_not_on_their_order() -> None:
    assert (
        Recipe.of(FACES["kai"], ["山水"], "zh-Hans").key
        == Recipe.of(FACES["kai"], ["水", "山山"], "zh-Hans").key
    )


def test_a_damaged_file_of_the_cache_is_made_anew(home: Path) -> None:
    path = cached("key", lambda: b"whole")
    path.write_bytes(b"who")
    assert cached("key", lambda: b"whole").read_bytes() == b"whole"


def test_a_cache_that_cannot_be_written_is_no_error(home: Path) -> None:
    home.write_text("a file is in the way")
    path = cached("key", lambda: b"whole")
    assert path.read_bytes() == b"whole"
    assert home not in path.parents


def test_the_cache_keeps_the_files_used_last(home: Path) -> None:
    for number in range(KEPT + 3):
        path = cached(f"key{number}", lambda: b"data")
        os.utime(path, (1000 + number, 1000 + number))
    assert len(list(home.iterdir())) <= KEPT + 1
    assert not list(home.glob("key0-*"))


def test_nothing_but_whole_files_lies_in_the_cache(home: Path) -> None:
    path = cached("key", lambda: b"whole")
    assert [item.name for item in home.iterdir()] == [path.name]
    assert stat.S_IMODE(path.stat().st_mode) & stat.S_IRUSR


def test_a_relative_cache_home_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "somewhere")
    assert cache_dir() == Path.home() / ".cache" / "bookmaker"


def test_characters_that_a_face_lacks_are_left_out() -> None:
    lacking = "\U000f1234"
    assert ord(lacking) not in resources.repertoire(FACES["song"])
    font = TTFont(io.BytesIO(bake(Recipe.of(FACES["song"], [f"山{lacking}"], "zh-Hans", turned=True))))
    assert ord(lacking) not in font.getBestCmap()
