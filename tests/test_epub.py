"""The EPUB writer: conformance, sameness to the byte, spine and navigation."""

from __future__ import annotations

import hashlib
import io
import os
import posixpath
import subprocess
import sys
import zipfile
from pathlib import Path

import msgspec
import pytest
from books import IDENTIFIER, E, magazine, png
from lxml import etree
from needs import epubcheck
from publications import NS, XML_LANG, metas, navigation, package, unzip

from bookmaker.book import OPS, XHTML, Book, Chapter, Entry, PageMarker, Resource
from bookmaker.check import check_epub
from bookmaker.diagnostics import OutputError
from bookmaker.model import Metadata
from bookmaker.write import epub
from bookmaker.write.epub import write_epub

# --- conformance -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "book",
    [
        pytest.param(magazine(), id="horizontal"),
        pytest.param(magazine("zh-Hant-TW", "vertical"), id="vertical"),
        pytest.param(
            magazine(cover=False, metadata=Metadata(title="栗坡月刊")), id="without cover and metadata"
        ),
    ],
)
def test_epubcheck_finds_nothing(book: Book, tmp_path: Path) -> None:
    epubcheck()
    path = tmp_path / "issue.epub"
    path.write_bytes(write_epub(book))
    assert [str(message) for message in check_epub(path)] == []


def test_epubcheck_finds_nothing_in_a_book_of_articles_only(tmp_path: Path) -> None:
    """Without a contents chapter, the navigation document itself goes into the spine."""
    epubcheck()
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
    book = msgspec.structs.replace(whole, chapters=articles, outline=outline, pages=())
    path = tmp_path / "issue.epub"
    path.write_bytes(write_epub(book))
    assert [str(message) for message in check_epub(path)] == []
    root = package(book)
    assert root.xpath("//opf:item[contains(@href, 'tu.xhtml')]/@properties", namespaces=NS) == ["svg"]
    assert root.xpath("//opf:itemref/@idref", namespaces=NS)[0] == "nav"


# --- the container ---------------------------------------------------------------------------------


def test_two_builds_are_identical() -> None:
    assert write_epub(magazine()) == write_epub(magazine())


def test_processes_of_other_hash_seed_and_time_zone_write_the_same() -> None:
    program = (
        "import hashlib; from books import magazine; from bookmaker.write.epub import write_epub; "
        "print(hashlib.sha256(write_epub(magazine())).hexdigest())"
    )
    tests = Path(__file__).parent
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ
            | {"PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": f"{tests}{os.pathsep}{tests.parent}"},
            capture_output=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "Asia/Shanghai"), ("2", "America/Lima"))
    }
    assert digests == {f"{hashlib.sha256(write_epub(magazine())).hexdigest()}\n".encode()}


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
    book = msgspec.structs.replace(magazine(), modified=modified)
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
    twice = msgspec.structs.replace(book, resources=(*book.resources, book.cover, *book.resources))
    assert write_epub(twice) == write_epub(book)


def test_two_files_of_one_path_are_an_error() -> None:
    book = magazine()
    other = Resource("../images/a02-f2.png", "image/png", png(2, 2, (0, 0, 0)))
    with pytest.raises(OutputError, match=r"images/a02-f2\.png: two different files"):
        write_epub(msgspec.structs.replace(book, resources=(*book.resources, other)))


def test_two_chapters_of_one_file_name_are_an_error() -> None:
    book = magazine()
    with pytest.raises(OutputError, match=r"text/a05\.xhtml: two files"):
        write_epub(msgspec.structs.replace(book, chapters=(*book.chapters, book.chapters[-1])))


def test_a_path_out_of_the_publication_is_an_error() -> None:
    escape = Resource("../../secret.png", "image/png", png(2, 2, (0, 0, 0)))
    with pytest.raises(OutputError, match="leads out of the publication"):
        write_epub(msgspec.structs.replace(magazine(), resources=(escape,)))


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
    book = msgspec.structs.replace(magazine(), outline=outline)
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
    book = msgspec.structs.replace(magazine(), outline=(Entry("卷首", "", "section", (article,)),))
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


def test_the_body_begins_behind_front_matter() -> None:
    book = magazine()
    editorial = next(chapter for chapter in book.chapters if chapter.id == "a01")
    editorial.root[1].set(f"{{{OPS}}}type", "frontmatter")
    marks = navigation(book, "landmarks").xpath(".//h:a[@epub:type='bodymatter']/@href", namespaces=NS)
    assert marks == ["text/a02.xhtml"]


def test_nav_has_the_books_language_mode_and_stylesheets() -> None:
    nav = etree.fromstring(unzip(write_epub(magazine("zh-Hant-HK", "vertical")))["EPUB/nav.xhtml"])
    assert (nav.get("lang"), nav.get(XML_LANG), nav.get("class")) == ("zh-Hant-HK", "zh-Hant-HK", "vertical")
    assert nav.xpath("//h:link/@href", namespaces=NS) == ["styles/base.css"]
    assert nav.xpath("//h:h1/text() | //h:h2/text()", namespaces=NS) == ["目錄", "頁碼", "導覽"]


def test_ncx_has_identifier_title_language_and_pages() -> None:
    book = magazine(articles=2)
    book = msgspec.structs.replace(book, pages=(PageMarker("扉一", "a01.xhtml#page-3"), *book.pages[1:]))
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
