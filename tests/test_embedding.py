"""Faces inside an EPUB: small, complete for what they set, with the forms of their language."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from books import magazine
from fontTools.ttLib import TTFont
from needs import epubcheck
from publications import package, unzip

from bookmaker import resources
from bookmaker.check import check_epub
from bookmaker.model import Article, Edition, Issue, Lead, Metadata, Mode, Paragraph, Subtitle, Title
from bookmaker.render import render
from bookmaker.write.baking import substitutions
from bookmaker.write.embedding import _HEI, _KAI, with_faces
from bookmaker.write.epub import write_epub

CACHE = "XDG_CACHE_HOME"


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CACHE, str(tmp_path_factory.getbasetemp() / "faces"))


def edition(
    text: str, *, language: str = "zh-Hans", mode: Mode = "vertical", font_format: str = "woff2"
) -> bytes:
    article = Article(
        id="a01",
        front=(Title(text="题"), Subtitle(text="副")),
        blocks=(Lead(text="导语"), Paragraph(text=text)),
    )
    issue = Issue(version=1, metadata=Metadata(title="栗坡月刊"), articles=(article,))
    return write_epub(with_faces(render(Edition(issue, language, mode)), font_format))


def face(data: bytes, role: resources.Role, font_format: str = "woff2") -> TTFont:
    name = Path(resources.FACES[role].file).with_suffix(f".{font_format}").name
    return TTFont(io.BytesIO(unzip(data)[f"EPUB/fonts/{name}"]))


def features(font: TTFont, table: str) -> set[str]:
    return {record.FeatureTag for record in font[table].table.FeatureList.FeatureRecord}


def test_ideographs_have_the_forms_of_their_language_by_themselves() -> None:
    whole = TTFont(io.BytesIO(resources.FACES["song"].path.read_bytes()), lazy=True)
    forms = substitutions(whole, "locl", "ZHT")
    usual = whole.getBestCmap()
    regional = [
        chr(p) for p in range(0x8000, 0x8200) if forms.get(usual.get(p, "")) not in {None, usual.get(p)}
    ]
    assert len(regional) > 20
    small = face(edition("".join(regional), language="zh-Hant-TW"), "song")
    for character in regional:
        glyph = small["glyf"][small.getBestCmap()[ord(character)]]
        right = whole["glyf"][forms[usual[ord(character)]]]
        assert glyph.getCoordinates(small["glyf"])[0] == right.getCoordinates(whole["glyf"])[0]


def test_each_face_holds_what_is_set_in_it_and_no_more() -> None:
    data = edition("山水之间，“直”与「曲」。")
    song, kai = (set(face(data, role).getBestCmap()) for role in ("song", "kai"))
    assert set(map(ord, "山水之间，“直”与「曲」。题栗坡月刊")) <= song
    assert set(map(ord, "导语副—")) <= kai
    assert not kai & set(map(ord, "山水直"))
    assert "EPUB/fonts/BookmakerHei-Medium.woff2" not in unzip(data), "nothing is set in Hei"


@pytest.mark.parametrize(("font_format", "flavour"), [("woff2", "woff2"), ("ttf", None)])
def test_forms_for_vertical_text_and_language_and_half_width_are_kept(
    font_format: str, flavour: str | None
) -> None:
    made = edition("骨直，（角）", language="zh-Hant-TW", font_format=font_format)
    font = face(made, "song", font_format)
    assert (font.flavor, font.sfntVersion) == (flavour, "\0\1\0\0")
    assert {"vert", "locl"} <= features(font, "GSUB")
    assert {"halt", "vhal"} <= features(font, "GPOS")
    systems = {
        record.LangSysTag.strip()
        for script in font["GSUB"].table.ScriptList.ScriptRecord
        for record in script.Script.LangSysRecord
    }
    assert systems <= {"ZHT"}


@pytest.mark.parametrize("font_format", ["woff2", "ttf"])
def test_twenty_one_hundred_characters_of_song_take_at_most_700_kb(font_format: str) -> None:
    points = sorted(p for p in resources.repertoire(resources.FACES["song"]) if 0x4E00 <= p <= 0x9FFF)
    text = "".join(map(chr, points[:: len(points) // 2100][:2100]))
    data = edition(text, language="zh-Hant-HK", font_format=font_format)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        packed = archive.getinfo(f"EPUB/fonts/BookmakerSong-Regular.{font_format}")
    assert len(set(map(ord, text)) & set(face(data, "song", font_format).getBestCmap())) == 2100
    assert packed.compress_size <= 700_000


def test_the_same_book_gets_the_same_bytes_with_and_without_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = edition("山水")
    assert edition("山水") == first
    monkeypatch.setenv(CACHE, str(tmp_path))
    assert edition("山水") == first


def test_licences_lie_beside_the_faces_and_sheets_declare_them() -> None:
    members = unzip(write_epub(with_faces(magazine())))
    assert {path.name for path in resources.fonts_dir().glob("OFL-*.txt")} == {
        Path(name).name for name in members if name.endswith(".txt")
    }
    css = members["EPUB/styles/base.css"].decode()
    for address in re.findall(r'url\("\.\./(.+?)"\)', css):
        assert f"EPUB/{address}" in members
    for own in resources.FACES.values():
        assert f'font-family: "{own.family}"' in css
    types = package(with_faces(magazine())).xpath("//*[contains(@href, 'fonts/')]/@media-type")
    assert set(types) == {"font/woff2", "text/plain"}


def test_roles_are_those_of_the_style_sheet() -> None:
    css = (resources.styles_dir() / "base.css").read_text(encoding="utf-8")
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    for family, roles in (("Bookmaker Hei", _HEI), ("Bookmaker Kai", _KAI)):
        for selectors, rules in re.findall(r"([^{}]+)\{([^}]*)\}", css):
            if f'font-family: "{family}"' in rules:
                last = {selector.split()[-1] for selector in selectors.split(",")}
                assert last - {"caption"} == roles - {"caption"}, selectors


@pytest.mark.parametrize(("mode", "font_format"), [("horizontal", "ttf"), ("vertical", "woff2")])
def test_epubcheck_finds_nothing(mode: Mode, font_format: str, tmp_path: Path) -> None:
    epubcheck()
    path = tmp_path / "book.epub"
    path.write_bytes(write_epub(with_faces(magazine(mode=mode), font_format)))
    assert check_epub(path) == []
