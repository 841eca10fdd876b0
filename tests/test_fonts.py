"""The shipped faces: names, outlines, repertoires, language forms, metrics, and how a PDF takes them."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pypdf
import pytest
import weasyprint
from fontTools.ttLib import TTFont

from bookmaker import resources
from bookmaker.diagnostics import OutputError
from bookmaker.resources import FACES, Face, fonts_dir, repertoire

LIMIT = 40_000_000  # bytes for the whole folder
RESERVED = ("source", "noto", "lxgw", "霞鹜", "klee")
every_face = pytest.mark.parametrize("face", FACES.values(), ids=FACES.keys())


@cache
def opened(face: Face) -> TTFont:
    return TTFont(face.path, lazy=True)


def double_byte(codec: str, leads: range = range(0x81, 0xFF)) -> set[int]:
    """Every character that a two-byte code of ``codec`` stands for, private use left out."""
    points: set[int] = set()
    for lead in leads:
        for trail in range(0x40, 0xFF):
            try:
                text = bytes((lead, trail)).decode(codec)
            except UnicodeDecodeError:
                continue
            points.update(map(ord, text))
    return {p for p in points if p > 0x7F and not 0xE000 <= p <= 0xF8FF}


def han(points: set[int]) -> set[int]:
    return {p for p in points if 0x3400 <= p <= 0x9FFF or p >= 0x20000}


def substitutions(font: TTFont, feature: str, language: str | None = None) -> dict[str, str]:
    """Single substitutions of ``feature`` for Han text in ``language``; the first lookup wins."""
    table = font["GSUB"].table
    script = next(s.Script for s in table.ScriptList.ScriptRecord if s.ScriptTag == "hani")
    systems = {s.LangSysTag.strip(): s.LangSys for s in script.LangSysRecord}
    system = systems[language] if language else script.DefaultLangSys
    rules: dict[str, str] = {}
    for index in system.FeatureIndex:
        record = table.FeatureList.FeatureRecord[index]
        if record.FeatureTag == feature:
            for number in sorted(record.Feature.LookupListIndex):
                for subtable in table.LookupList.Lookup[number].SubTable:
                    rule = getattr(subtable, "ExtSubTable", subtable)
                    rules = {**getattr(rule, "mapping", {}), **rules}
    return rules


def features(font: TTFont, table: str) -> set[str]:
    return {r.FeatureTag for r in font[table].table.FeatureList.FeatureRecord}


def form(face: Face, character: str, language: str | None = None) -> str:
    """Glyph of ``character`` in Han text of ``language``."""
    name = opened(face).getBestCmap()[ord(character)]
    return substitutions(opened(face), "locl", language).get(name, name) if language else name


def drawn(face: Face, name: str) -> object:
    glyph = opened(face)["glyf"][name]
    return glyph.getCoordinates(opened(face)["glyf"])[:2]


def test_the_folder_stays_within_its_limit() -> None:
    assert sum(path.stat().st_size for path in fonts_dir().iterdir() if path.is_file()) <= LIMIT


@every_face
def test_a_face_bears_its_own_name_and_none_that_is_reserved(face: Face) -> None:
    names = opened(face)["name"]
    assert (names.getDebugName(16) or names.getDebugName(1)) == face.family
    shown = [str(record).lower() for record in names.names if record.nameID in {1, 2, 4, 6, 16, 17}]
    assert shown
    assert not [name for name in shown for reserved in RESERVED if reserved in name]


@every_face
def test_a_face_keeps_its_copyright_and_its_licence(face: Face) -> None:
    names = opened(face)["name"]
    assert "20" in names.getDebugName(0)
    assert "SIL Open Font License" in names.getDebugName(13)
    assert names.getDebugName(14).endswith("OFL")


@pytest.mark.parametrize("file", ["OFL-Noto-CJK.txt", "OFL-LXGW-WenKai.txt"])
def test_the_full_licence_lies_beside_the_faces(file: str) -> None:
    text = (fonts_dir() / file).read_text(encoding="utf-8")
    for part in ("Copyright", "Reserved Font Name", "PREAMBLE", "PERMISSION & CONDITIONS", "DISCLAIMER"):
        assert part in text


@every_face
def test_outlines_are_truetype_and_may_be_embedded(face: Face) -> None:
    font = opened(face)
    assert font.sfntVersion == "\x00\x01\x00\x00"
    assert "glyf" in font
    assert not {"CFF ", "CFF2", "VORG", "fpgm", "prep", "DSIG"} & set(font.keys())
    assert font["OS/2"].fsType == 0
    assert font["OS/2"].usWeightClass == face.weight
    assert font["post"].formatType == 3


@every_face
def test_the_coverage_table_says_what_the_face_holds(face: Face) -> None:
    assert repertoire(face) == frozenset(opened(face).getBestCmap())


@every_face
@pytest.mark.parametrize(
    ("charset", "points"),
    [
        ("GB 2312", double_byte("gb2312")),
        ("Big5 level 1", double_byte("big5", range(0xA4, 0xC6))),
        ("Han of GBK", han(double_byte("gbk"))),
        ("Han of Big5", han(double_byte("big5"))),
        ("Han of JIS X 0208", han(double_byte("shift_jis"))),
        ("ASCII", set(range(0x20, 0x7F))),
        ("Latin of pinyin", set(map(ord, "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüê"))),
        ("Bopomofo", set(range(0x3105, 0x312A))),
        ("full-width ASCII", set(range(0xFF01, 0xFF5F))),
        ("marks of a magazine", set(map(ord, "●○■□◆◇★☆※→←①⑩ⅠⅫ〇—…·“”‘’「」『』《》〈〉【】〖〗〔〕￥％℃№"))),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_face_covers(face: Face, charset: str, points: set[int]) -> None:
    missing = sorted(points - repertoire(face))
    assert not missing, f"{charset}: {''.join(map(chr, missing))}"


@every_face
def test_a_face_covers_the_general_characters_of_2013(face: Face) -> None:
    lines = (fonts_dir() / "general-characters.txt").read_text(encoding="utf-8").splitlines()
    points = {ord(c) for line in lines if not line.startswith("#") for c in line}
    assert len(points) == 8105
    assert points <= repertoire(face)


def test_song_covers_extension_a_and_hkscs() -> None:
    song = repertoire(FACES["song"])
    assert set(range(0x3400, 0x4DB6)) <= song
    assert han(double_byte("big5hkscs")) <= song


@every_face
def test_no_radical_can_come_back_from_a_pdf_in_place_of_a_character(face: Face) -> None:
    assert not repertoire(face) & set(range(0x2E80, 0x2FD6))


@pytest.mark.parametrize("role", ["song", "hei"])
@pytest.mark.parametrize("language", ["ZHT", "ZHH"])
def test_taiwan_and_hong_kong_write_some_characters_their_own_way(
    role: resources.Role, language: str
) -> None:
    face = FACES[role]
    for character in "骨過道":
        assert drawn(face, form(face, character, language)) != drawn(face, form(face, character))


@pytest.mark.parametrize("role", ["song", "hei"])
def test_stops_stand_at_the_centre_of_the_em_in_taiwan(role: resources.Role) -> None:
    face = FACES[role]
    for mark in "，。、：":
        glyph = opened(face)["glyf"][form(face, mark, "ZHT")]
        assert abs((glyph.xMin + glyph.xMax) / 2 - 500) < 60, mark
        mainland = opened(face)["glyf"][form(face, mark, "ZHS")]
        assert mainland.xMax < 500, mark


@every_face
def test_vertical_and_half_width_forms_are_kept(face: Face) -> None:
    font = opened(face)
    assert {"vert", "vrt2", "ccmp", "pwid"} <= features(font, "GSUB")
    assert {"halt", "vhal"} <= features(font, "GPOS")
    vertical = substitutions(font, "vert")
    for mark in "，。（）《》「」“”":
        assert form(face, mark) in vertical, mark


@every_face
def test_marks_of_chinese_take_a_whole_em_and_the_interpunct_half(face: Face) -> None:
    font = opened(face)
    widths = {c: font["hmtx"][font.getBestCmap()[ord(c)]][0] for c in "，。“”‘’《》…（）·一"}
    assert widths.pop("·") == 500
    assert set(widths.values()) == {1000}


@every_face
def test_vertical_metrics_centre_han_characters_on_the_em_box(face: Face) -> None:
    font = opened(face)
    for character in "一国鬱。":
        name = font.getBestCmap()[ord(character)]
        advance, top_bearing = font["vmtx"][name]
        assert (advance, top_bearing + font["glyf"][name].yMax) == (1000, 880), character


def test_faces_share_one_line_so_that_mixed_text_keeps_the_grid() -> None:
    lines = {(f["hhea"].ascent, f["hhea"].descent, f["hhea"].lineGap) for f in map(opened, FACES.values())}
    assert lines == {(1080, -320, 0)}


def test_a_pdf_embeds_the_faces_as_subsets_with_their_text() -> None:
    words = {"song": "山谷里的灯，“骨”与过去——", "hei": "茶馆的早晨", "kai": "渡口·老船工……"}
    sheet = "".join(
        f'@font-face{{font-family:"{face.family}";font-weight:{face.weight};src:url({face.path.as_uri()})}}'
        f'.{role}{{font-family:"{face.family}";font-weight:{face.weight}}}'
        for role, face in FACES.items()
    )
    body = "".join(f'<p class="{role}">{text}</p>' for role, text in words.items())
    page = f'<html lang="zh-Hans"><style>{sheet}</style><title>t</title>{body}</html>'
    pdf = pypdf.PdfReader(io.BytesIO(weasyprint.HTML(string=page).write_pdf()))
    fonts: dict[str, Any] = pdf.pages[0]["/Resources"]["/Font"]
    embedded = {}
    for reference in fonts.values():
        font = reference.get_object()
        inner = font["/DescendantFonts"][0].get_object()
        embedded[font["/BaseFont"].partition("+")[2]] = inner["/Subtype"]
        assert "/FontFile2" in inner["/FontDescriptor"]
        assert "/ToUnicode" in font
    assert embedded == dict.fromkeys(
        ("Bookmaker-Song", "Bookmaker-Hei-Medium", "Bookmaker-Kai"), "/CIDFontType2"
    )
    text = pdf.pages[0].extract_text()
    for line in words.values():
        assert line in text


def test_an_installed_package_finds_its_files_inside_itself(tmp_path: Path) -> None:
    package = tmp_path / "bookmaker"
    package.mkdir()
    for module in ("__init__", "model", "diagnostics", "resources"):
        shutil.copy(Path(resources.__file__).with_name(f"{module}.py"), package)
    for folder in ("styles", "fonts", "schema"):
        (package / folder).mkdir()
    code = "from bookmaker.resources import *; print(styles_dir(), fonts_dir(), schema_dir())"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == [str(package / folder) for folder in ("styles", "fonts", "schema")]


def test_a_missing_face_is_told_by_its_path() -> None:
    with pytest.raises(OutputError, match=r"NoSuchFace\.ttf is missing"):
        _ = Face(role="song", family="None", weight=400, file="NoSuchFace.ttf").path


def test_a_face_outside_the_coverage_table_is_told() -> None:
    with pytest.raises(OutputError, match=r"no line for NoSuchFace\.ttf"):
        repertoire(Face(role="song", family="None", weight=400, file="NoSuchFace.ttf"))
