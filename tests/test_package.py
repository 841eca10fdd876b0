"""The package's metadata: everything known is said, nothing else, and every claim is true."""

from __future__ import annotations

import io

import msgspec
import pytest
from books import IDENTIFIER, METADATA, magazine
from lxml import etree
from PIL import Image
from publications import NS, XML_LANG, metas, package

from bookmaker.book import XHTML, Book, Resource
from bookmaker.diagnostics import InputError
from bookmaker.model import Byline, Metadata, Person
from bookmaker.write.epub import write_epub
from bookmaker.write.package import issue_name, script, sort_name

BARE = Metadata(title="栗坡月刊")


def with_metadata(book: Book, **changes: object) -> Book:
    """Return ``book`` with some of its issue's metadata changed."""
    issue = book.edition.issue
    changed = msgspec.structs.replace(issue.metadata, **changes)
    issue = msgspec.structs.replace(issue, metadata=changed)
    return msgspec.structs.replace(book, edition=msgspec.structs.replace(book.edition, issue=issue))


def test_the_package_says_everything_known() -> None:
    root = package(magazine())
    assert root.get("version") == "3.0"
    assert root.get(XML_LANG) == "zh-Hans"
    assert root.get("unique-identifier") == root.find(".//dc:identifier", NS).get("id")  # type: ignore[union-attr]
    told = [(etree.QName(e).localname, e.text) for e in root.xpath("//dc:*", namespaces=NS)]
    assert told == [
        ("identifier", IDENTIFIER),
        ("title", "栗坡月刊 2031年第12卷第4期"),
        ("language", "zh-Hans"),
        ("date", "2031-04-05"),
        ("publisher", "栗坡文化社"),
        ("rights", "© 2031 栗坡文化社"),
        ("description", "栗坡的纸、栗树与四季。"),
        ("source", "《栗坡月刊》2031年第4期印刷本"),
        ("creator", "秦望溪"),
        ("creator", "陆小满"),
        ("creator", "叶知秋"),
        ("creator", "贺兰坡"),
    ]


def test_the_package_leaves_out_what_nobody_gave() -> None:
    book = magazine(cover=False, metadata=BARE)
    issue = msgspec.structs.replace(book.edition.issue, articles=())
    root = package(
        msgspec.structs.replace(book, edition=msgspec.structs.replace(book.edition, issue=issue), pages=())
    )
    assert [etree.QName(e).localname for e in root.xpath("//dc:*", namespaces=NS)] == [
        "identifier",
        "title",
        "language",
    ]
    for property_ in ("group-position", "dcterms:identifier", "pageBreakSource", "role"):
        assert metas(root, property_) == []
    assert not root.xpath("//opf:meta[@name='cover' or @name='generator']", namespaces=NS)
    assert "marc:" not in root.get("prefix", "")


def test_every_prefix_used_is_declared() -> None:
    root = package(magazine())
    declared = {word.rstrip(":") for word in root.get("prefix", "").split()[::2]}
    used = {
        value.partition(":")[0]
        for value in root.xpath("//opf:meta/@property | //opf:meta/@scheme", namespaces=NS)
        if ":" in value
    }
    assert used == declared == {"dcterms", "marc", "schema"}


def test_the_issue_belongs_to_its_magazine() -> None:
    root = package(magazine())
    series = root.xpath("//opf:meta[@property='belongs-to-collection']", namespaces=NS)[0]
    refined = {
        (m.get("property"), m.text)
        for m in root.xpath(f"//opf:meta[@refines='#{series.get('id')}']", namespaces=NS)
    }
    assert series.text == "栗坡月刊"
    assert refined == {
        ("collection-type", "series"),
        ("dcterms:identifier", "urn:issn:0000-0019"),
        ("dcterms:identifier", "CN 99-0001/G0"),
        ("group-position", "12.4"),
    }


@pytest.mark.parametrize(
    ("given", "position"),
    [
        ({"volume": None}, "2031.4"),
        ({"volume": None, "year": None}, "2031.4"),
        ({"volume": None, "year": None, "date": None}, "4"),
        ({"volume": "第12卷", "number": "04"}, "12.4"),
        ({"number": "7-8"}, "12.7"),
    ],
)
def test_position_in_the_series(given: dict[str, object], position: str) -> None:
    assert metas(package(with_metadata(magazine(), **given)), "group-position") == [position]


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({}, "栗坡月刊 2031年第12卷第4期"),
        ({"volume": None}, "栗坡月刊 2031年第4期"),
        ({"volume": None, "number": "04"}, "栗坡月刊 2031年第4期"),
        ({"volume": None, "number": "7-8"}, "栗坡月刊 2031年第7-8期"),
        ({"volume": None, "number": "增刊"}, "栗坡月刊 2031年增刊"),
        ({"volume": None, "number": "第4期"}, "栗坡月刊 2031年第4期"),
        ({"volume": None, "year": None}, "栗坡月刊 2031年第4期"),
        ({"year": None, "date": None}, "栗坡月刊 第12卷第4期"),
        ({"number": None}, "栗坡月刊 2031年第12卷"),
        ({"number": None, "volume": None}, "栗坡月刊 2031年4月"),
        ({"number": None, "volume": None, "date": None}, "栗坡月刊 2031年"),
        ({"number": None, "volume": None, "date": None, "year": None}, "栗坡月刊"),
    ],
)
def test_one_title_names_magazine_and_number(given: dict[str, object], name: str) -> None:
    assert issue_name(msgspec.structs.replace(METADATA, **given)) == name


def test_persons_are_named_once_with_their_part() -> None:
    book = magazine()
    people = (
        Person("秦望溪", "本刊记者"),
        Person("秦望溪", "摄影"),
        Person("穆白石", "摄影"),
        Person("闻野", "翻译"),
        Person("秦望溪"),
    )
    article = msgspec.structs.replace(
        book.edition.issue.articles[0], front=(Byline(text="…", people=people),)
    )
    issue = msgspec.structs.replace(book.edition.issue, articles=(article,))
    root = package(msgspec.structs.replace(book, edition=msgspec.structs.replace(book.edition, issue=issue)))
    told = [
        (
            etree.QName(person).localname,
            person.text,
            root.xpath(f"//opf:meta[@refines='#{person.get('id')}'][@property='role']/text()", namespaces=NS),
        )
        for person in root.xpath("//dc:creator | //dc:contributor", namespaces=NS)
    ]
    assert told == [
        ("creator", "秦望溪", ["aut", "pht"]),
        ("contributor", "穆白石", ["pht"]),
        ("contributor", "闻野", ["trl"]),
    ]


@pytest.mark.parametrize(
    ("name", "filed"),
    [
        ("秦望溪", "秦望溪"),
        ("王 某", "王某"),
        ("Ann Lee Smith", "Smith, Ann Lee"),
        ("Homer", "Homer"),
        ("栗坡 造纸社", "栗坡 造纸社"),
    ],
)
def test_persons_are_filed_surname_first(name: str, filed: str) -> None:
    assert sort_name(name) == filed


def test_accessibility_claims_are_read_off_the_chapters() -> None:
    root = package(magazine())
    assert metas(root, "schema:accessMode") == ["textual", "visual"]
    assert metas(root, "schema:accessModeSufficient") == ["textual,visual", "textual"]
    assert metas(root, "schema:accessibilityFeature") == [
        "tableOfContents",
        "readingOrder",
        "structuralNavigation",
        "pageBreakMarkers",
        "pageNavigation",
        "alternativeText",
        "rubyAnnotations",
        "horizontalWriting",
    ]
    assert metas(root, "schema:accessibilityHazard") == ["none"]
    assert metas(root, "pageBreakSource") == ["《栗坡月刊》2031年第4期印刷本"]
    summary = "".join(metas(root, "schema:accessibilitySummary"))
    assert "原刊页码" in summary
    assert "有1处原刊图片暂缺" in summary


@pytest.mark.parametrize("fault", ["no alt", "nothing known"])
def test_an_image_without_alternative_text_withdraws_the_claim(fault: str) -> None:
    book = magazine()
    picture = next(
        image
        for c in book.chapters
        for image in c.root.iter(f"{{{XHTML}}}img")
        if "f2" in image.get("src", "")
    )
    if fault == "no alt":
        del picture.attrib["alt"]
    else:
        figure = next(picture.iterancestors(f"{{{XHTML}}}figure"))
        figure.set("class", f"{figure.get('class')} undescribed")
    root = package(book)
    assert "alternativeText" not in metas(root, "schema:accessibilityFeature")
    assert metas(root, "schema:accessModeSufficient") == ["textual,visual"]
    assert "部分图片没有替代文字" in "".join(metas(root, "schema:accessibilitySummary"))


def animation(suffix: str) -> bytes:
    frames = [Image.new("RGB", (8, 8), (shade, 0, 0)) for shade in (0, 90, 180)]
    out = io.BytesIO()
    frames[0].save(out, suffix, save_all=True, append_images=frames[1:])
    return out.getvalue()


@pytest.mark.parametrize("suffix", ["gif", "webp", "png"])
def test_nobody_claims_that_what_moves_does_not_flash(suffix: str) -> None:
    book = magazine()
    moving = Resource(f"../images/moving.{suffix}", f"image/{suffix}", animation(suffix))
    still = io.BytesIO()
    Image.new("RGB", (8, 8)).save(still, suffix)
    quiet = Resource(f"../images/still.{suffix}", f"image/{suffix}", still.getvalue())
    for resource, hazard in ((moving, "unknown"), (quiet, "none")):
        root = package(msgspec.structs.replace(book, resources=(*book.resources, resource)))
        assert metas(root, "schema:accessibilityHazard") == [hazard]


def test_placeholders_and_cover_are_no_pictures() -> None:
    book = magazine()
    figures = [f for c in book.chapters for f in c.root.iter(f"{{{XHTML}}}figure")]
    figures[-1].getparent().remove(figures[-1])  # type: ignore[union-attr]
    root = package(msgspec.structs.replace(book, pages=()))
    assert metas(root, "schema:accessMode") == ["textual"]
    assert "pageNavigation" not in metas(root, "schema:accessibilityFeature")
    assert metas(root, "pageBreakSource") == []


def test_the_writers_own_words_are_in_the_editions_script() -> None:
    root = package(magazine("zh-Hant-TW", "vertical"))
    assert "原刊頁碼" in "".join(metas(root, "schema:accessibilitySummary"))
    assert "verticalWriting" in metas(root, "schema:accessibilityFeature")
    assert [script(tag) for tag in ("zh-Hans", "zh-Hant-HK", "zh-TW", "zh-Hans-HK", "zh")] == [
        "Hans", "Hant", "Hant", "Hans", "Hans"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"date": "2031年4月"}, "date '2031年4月' is none of"),
        ({"issn": "1234"}, "issn '1234' is not an ISSN"),
        ({"publisher": "栗坡\x08社"}, r"contains the character U\+0008"),
    ],
)
def test_metadata_that_no_package_can_hold_is_an_input_error(given: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said):
        write_epub(with_metadata(magazine(), **given))
