"""The renderer: markup by readable cases, and what must hold for a whole book.

A case in ``cases/render`` is ``# `` and the behaviour, an article as YAML (``pages``, ``images`` and ``mode``
beside its own keys), a line ``---``, and the section that comes of it; there, new lines with the blanks after them
are for reading only.
"""

from __future__ import annotations

import inspect
import io
import os
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from books import png
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image

from bookmaker import resources
from bookmaker.book import OPS, XHTML, Book, Entry
from bookmaker.diagnostics import InputError
from bookmaker.model import (
    Article,
    Byline,
    Edition,
    Emphasis,
    Figure,
    Head,
    Inline,
    Issue,
    Kicker,
    Metadata,
    Mode,
    Note,
    NoteReference,
    Page,
    Paragraph,
    Person,
    Ruby,
    Source,
    Subtitle,
    Title,
    Verse,
    block_text,
    plain,
    walk,
)
from bookmaker.render import Placeholder, given_cover, placeholders, render
from bookmaker.render.accent import accent, contrast_with_white, rgb
from bookmaker.render.titles import break_lines, units
from bookmaker.settings import ImageSettings

CASES = sorted((Path(__file__).parent / "cases" / "render").glob("*.txt"))
NS = {"x": XHTML, "epub": OPS}
COVER = ("front.png", png(2, 3, (9, 9, 9)))
PICTURE = png(3, 2, (90, 90, 90))

needs_faces = pytest.mark.skipif(
    not os.environ.get("CI")
    and not all((resources.fonts_dir() / f.file).is_file() for f in resources.FACES.values()),
    reason="the shipped faces are not made yet: run fonts/make_faces.py",
)


def book(*articles: Article, images: dict[str, bytes] | None = None, **more: Any) -> Book:
    """Render some articles under a given cover."""
    issue = Issue(
        version=1,
        metadata=more.pop("metadata", Metadata(title="栗坡月刊", year=2031, number="4")),
        articles=articles,
        pages=more.pop("pages", ()),
    )
    edition = Edition(issue, more.pop("language", "zh-Hans"), more.pop("mode", "horizontal"))
    return render(edition, images=images, cover=lambda: given_cover(*COVER, ImageSettings()), **more)


def chapter(made: Book, ident: str) -> etree._Element:
    """The ``html`` of one chapter."""
    return next(part.root for part in made.chapters if part.id == ident)


def text_of(root: etree._Element) -> str:
    """The text of a chapter's body without ruby readings, notes' labels and blanks."""
    parts = root.xpath(
        "x:body//text()[not(ancestor::x:rt or ancestor::x:rp or ancestor::*[@class='note-label'])]",
        namespaces=NS,
    )
    return "".join("".join(parts).split())


def rendered(source: str) -> str:
    """The section that an article written as YAML becomes, without namespace declarations."""
    article = yaml.safe_load(source)
    pages = msgspec.convert(article.pop("pages", ()), tuple[Page, ...])
    images = dict.fromkeys(article.pop("images", ()), PICTURE)
    mode = article.pop("mode", "horizontal")
    made = book(msgspec.convert({"id": "a01", **article}, Article), images=images, pages=pages, mode=mode)
    section = chapter(made, "a01").find("x:body/x:section", NS)
    assert section is not None
    return re.sub(r' xmlns(:epub)?="[^"]*"', "", etree.tostring(section, encoding="unicode"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_markup(path: Path) -> None:
    first, _, rest = path.read_text(encoding="utf-8").partition("\n")
    article, rule, expected = rest.partition("\n---\n")
    assert first.startswith("# ")
    assert rule
    assert rendered(article) == re.sub(r"\n *", "", expected)


def test_every_kind_of_block_has_a_case() -> None:
    told = "".join(path.read_text(encoding="utf-8") for path in CASES)
    kinds = set(re.findall(r"kind: ([a-z-]+)", told))
    model = re.findall(r'tag="([a-z-]+)"', Path(inspect.getfile(Issue)).read_text(encoding="utf-8"))
    assert kinds == set(model)


# --- what holds for a whole book ---------------------------------------------------------------------


def magazine() -> tuple[Article, ...]:
    """Five articles in three departments, with most kinds of blocks."""
    return (
        Article(id="a01", section="卷首", front=(Title(text="水醒得比人早"), Byline(text="秦望溪"))),
        Article(
            id="a02",
            section="山水",
            front=(
                Kicker(text="栗坡纪事"),
                Title(text="一张纸的七十二道手", source=Source(page=4)),
                Subtitle(text="一个山村的四季"),
                Byline(
                    text="本刊记者　秦望溪　陆小满",
                    people=(Person(name="秦望溪", role="本刊记者"), Person(name="陆小满", role="本刊记者")),
                ),
            ),
            blocks=(
                Paragraph(text="师傅说：“少一道就不听话。”", source=Source(page=4, breaks=((5, 4),))),
                Head(level=2, text="泡料"),
                Paragraph(
                    text=("料要泡满月。", Ruby(text="栗", reading="lì"), NoteReference(note="n1", text="①"))
                ),
                Head(level=3, text="头一道"),
                Figure(caption="坊前晒纸。", source=Source(page=6, lines=((88, 89),))),
                Head(level=2, text="打浆"),
                Note(id="n1", text="不抄冻浆。"),
            ),
        ),
        Article(id="a03", section="山水", front=(Title(text="碎石路"),), blocks=(Verse(lines=("一", "二")),)),
        Article(id="a04", front=(Title(text="启事"),), type="notice"),
        Article(
            id="a05", section="人物", blocks=(Figure(caption="陆小满在坡顶。"), Figure(image="tree.jpg"))
        ),
    )


def test_ids_are_unique_over_the_book() -> None:
    made = book(*magazine(), Article(id="contents", label="甲"), Article(id="page-4", label="乙"))
    ids = [ident for part in made.chapters for ident in part.root.xpath("//@id")]
    assert len(ids) == len(set(ids))
    assert len({part.href.lower() for part in made.chapters}) == len(made.chapters)


def test_every_link_inside_the_book_leads_to_an_id() -> None:
    made = book(*magazine())
    targets = {f"{part.href}#{ident}" for part in made.chapters for ident in part.root.xpath("//@id")}
    resources_ = {item.href for item in (*made.resources, *made.stylesheets, made.cover) if item}

    def hrefs(entries: tuple[Entry, ...]) -> list[str]:
        return [href for entry in entries for href in (entry.href, *hrefs(entry.children))]

    links = [*hrefs(made.outline), *(page.href for page in made.pages)]
    for part in made.chapters:
        for href in part.root.xpath("//x:a/@href", namespaces=NS):
            links.append(part.href + href if href.startswith("#") else href)
        files = part.root.xpath("//x:img/@src | //x:link/@href", namespaces=NS)
        assert set(files) <= resources_
        named = part.root.xpath("//@aria-labelledby")
        assert {f"{part.href}#{ident}" for ident in named} <= targets
    assert len(links) > 12
    assert set(links) <= targets


def test_the_chapters_hold_the_issues_text_in_order() -> None:
    made = book(*magazine())
    for article in made.edition.issue.articles:
        blocks = [block_text(b) for a, b in walk(made.edition.issue) if a is article]
        dashes = "".join(blocks)
        expected = "".join(((article.section or "") + (article.label or "") + dashes).split())
        assert text_of(chapter(made, article.id)) == expected


def test_no_white_space_is_put_between_elements() -> None:
    for part in book(*magazine()).chapters:
        assert part.xml.split(b"<html", 1)[1].count(b"\n") == 0
        assert not part.root.xpath("//text()[normalize-space()='' and string-length()>0]")


def test_each_page_is_marked_once_and_in_reading_order() -> None:
    made = book(*magazine(), pages=(Page(number=4, label="40"), Page(number=5, label="")))
    marked = [
        f"{part.href}#{ident}"
        for part in made.chapters
        for ident in part.root.xpath("//*[@role='doc-pagebreak']/@id")
    ]
    assert marked == ["a02.xhtml#page-4", "a02.xhtml#page-5", "a02.xhtml#page-6"]
    assert [page.href for page in made.pages] == marked
    assert [page.label for page in made.pages] == ["40", "5", "6"]


def test_the_outline_groups_departments_articles_and_heads() -> None:
    def told(entries: tuple[Entry, ...]) -> list[Any]:
        return [(e.kind, e.title, told(e.children)) if e.children else (e.kind, e.title) for e in entries]

    made = book(*magazine())
    assert told(made.outline) == [
        ("section", "卷首", [("article", "水醒得比人早")]),
        (
            "section",
            "山水",
            [
                (
                    "article",
                    "栗坡纪事：一张纸的七十二道手",
                    [("head", "泡料", [("head", "头一道")]), ("head", "打浆")],
                ),
                ("article", "碎石路"),
            ],
        ),
        ("article", "启事"),
        ("section", "人物", [("article", "陆小满在坡顶。")]),
    ]
    assert made.outline[1].href == "a02.xhtml#a02"


def test_contents_list_what_the_outline_lists() -> None:
    made = book(*magazine())
    contents = chapter(made, "contents")
    assert contents.xpath("//x:h2/text()", namespaces=NS) == ["卷首", "山水", "人物"]
    titles = contents.xpath("//x:a[@class='entry-title']/text()", namespaces=NS)
    assert titles == [part.title for part in made.chapters if part.role == "article"]
    assert contents.xpath("//x:span[@class='entry-authors']/text()", namespaces=NS) == [
        "秦望溪",
        "秦望溪 陆小满",
    ]


def test_chapters_come_in_the_order_of_the_spine() -> None:
    made = book(*magazine())
    assert [part.role for part in made.chapters] == ["cover", "title-page", "contents", *["article"] * 5]
    assert [part.href for part in made.chapters[3:]] == [f"a0{n}.xhtml" for n in range(1, 6)]
    assert made.chapters[4].section == "山水"
    assert made.chapters[4].byline == "秦望溪 陆小满"


@pytest.mark.parametrize("mode", ["horizontal", "vertical"])
def test_every_document_says_its_language_and_writing_mode(mode: Mode) -> None:
    made = book(*magazine(), language="zh-Hant-TW", mode=mode)
    for part in made.chapters:
        assert part.root.get("lang") == "zh-Hant-TW"
        assert part.root.get("{http://www.w3.org/XML/1998/namespace}lang") == "zh-Hant-TW"
        assert part.root.get("class") == mode
        sheets = part.root.xpath("x:head/x:link/@href", namespaces=NS)
        assert sheets == ["../styles/base.css", f"../styles/{mode}.css", "../styles/epub.css"]
    assert made.chapters[2].title == "目錄"


def test_the_title_page_says_what_the_metadata_say() -> None:
    data = Metadata(
        title="栗坡月刊",
        subtitle="山村文化杂志",
        year=2031,
        volume="12",
        number="4",
        date="2031-04-05",
        publisher="栗坡文化社",
        issn="0000-0019",
        cn="CN 99-0001/G0",
    )
    page = chapter(book(metadata=data), "titlepage")
    assert text_of(page) == (
        "栗坡月刊山村文化杂志2031年第12卷第4期2031年4月5日栗坡文化社ISSN0000-0019国内统一刊号CN99-0001/G0"
    )
    assert text_of(chapter(book(metadata=Metadata(title="栗坡月刊")), "titlepage")) == "栗坡月刊"


LETTERS = st.text("天地玄黄ab1", max_size=5)
INLINE = st.recursive(
    LETTERS | st.builds(Ruby, text=LETTERS, reading=st.just("x")),
    lambda parts: st.builds(Emphasis, text=st.lists(parts, max_size=4).map(tuple)),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.lists(INLINE, max_size=5).map(tuple), st.lists(st.integers(0, 40), max_size=4))
def test_markers_divide_any_markup_where_their_pages_begin(
    content: tuple[Inline, ...], offsets: list[int]
) -> None:
    breaks = tuple((page, offset) for page, offset in enumerate(sorted(offsets), start=2))
    made = book(Article(id="a01", blocks=(Paragraph(text=content, source=Source(page=1, breaks=breaks)),)))
    paragraph = chapter(made, "a01").find(".//x:p", NS)
    assert paragraph is not None
    seen, found, rubies = 0, {}, []
    for event, node in etree.iterwalk(paragraph, events=("start", "end")):
        tag = etree.QName(node).localname
        if event == "start":
            if node.get("role") == "doc-pagebreak":
                found[int(node.get("id").removeprefix("page-"))] = seen
            if tag == "ruby":
                rubies.append((seen, seen + len(node.text or "")))
            if tag not in {"rt", "rp"}:
                seen += len(node.text or "")
        elif node is not paragraph:
            seen += len(node.tail or "")
    text = plain(content)
    assert seen == len(text)
    for page, offset in breaks:
        inside = [start for start, end in rubies if start < offset < end]
        assert found[page] == (inside[0] if inside else min(offset, len(text)))


# --- pictures ----------------------------------------------------------------------------------------


def test_placeholders_say_which_file_is_wanted_and_where() -> None:
    edition = book(*magazine()).edition
    assert placeholders(edition, {"A05-F1.JPEG": PICTURE}) == (
        Placeholder("a02", "a02-f1", "a02-f1.jpg", "坊前晒纸。", 6, 88),
        Placeholder("a05", "a05-f2", "tree.jpg", "", None, None),
    )
    assert placeholders(edition, {"a02-f1.webp": PICTURE, "a05-f1.svg": PICTURE, "tree.jpg": PICTURE}) == ()


def test_a_placeholder_keeps_the_figures_shape_and_names_its_caption() -> None:
    made = book(Article(id="a01", blocks=(Figure(caption="晒纸", aspect=2.0), Figure(aspect=0.05))))
    wide, tall = (etree.fromstring(item.data) for item in made.resources)
    assert float(wide.get("width")) / float(wide.get("height")) == 2.0
    assert float(tall.get("width")) / float(tall.get("height")) == pytest.approx(0.05)
    assert wide.findtext("{http://www.w3.org/2000/svg}title") == "图片缺失：晒纸"
    strokes = wide.findall(".//{http://www.w3.org/2000/svg}path")
    assert len(strokes) == 1 + len("a01-f1.jpg")


def test_a_picture_is_named_after_its_figure_and_typed_by_its_bytes() -> None:
    figures = (Figure(image="坡 顶.jpg"), Figure(image="坡 顶.jpg"))
    made = book(Article(id="a01", blocks=figures), images={"坡 顶.jpg": PICTURE})
    (picture,) = made.resources
    assert (picture.href, picture.media_type, picture.data) == ("../images/a01-f1.png", "image/png", PICTURE)


def test_a_file_that_is_no_picture_is_refused() -> None:
    with pytest.raises(InputError, match=r"a01-f1\.jpg: this is no JPEG"):
        book(Article(id="a01", blocks=(Figure(),)), images={"a01-f1.jpg": b"%PDF-1.7"})


# --- cover -------------------------------------------------------------------------------------------


def test_a_given_cover_is_kept_as_it_is() -> None:
    made = book(*magazine())
    assert made.cover is not None
    assert (made.cover.href, made.cover.media_type) == ("../images/cover.png", "image/png")
    assert made.cover.data == COVER[1]
    (image,) = chapter(made, "cover").xpath("//x:img", namespaces=NS)
    assert image.get("alt") == "封面：栗坡月刊 2031年第4期"


def _drawn(metadata: Metadata) -> bytes:
    made = render(Edition(Issue(version=1, metadata=metadata, articles=magazine()), "zh-Hans"))
    assert made.cover is not None
    assert made.cover.media_type == "image/jpeg"
    return made.cover.data


@needs_faces
def test_a_cover_is_drawn_the_same_each_time_and_another_for_each_issue() -> None:
    data = Metadata(title="栗坡月刊", year=2031, number="4", publisher="栗坡文化社", accent="#2f5d3a")
    first = _drawn(data)
    assert first == _drawn(data)
    assert first != _drawn(msgspec.structs.replace(data, number="5"))
    assert len(first) < 300_000
    picture = Image.open(io.BytesIO(first))
    assert picture.size == (1300, 1800)
    assert picture.getpixel((10, 10)) == pytest.approx((0x2F, 0x5D, 0x3A), abs=3)
    assert picture.getpixel((10, 1790)) == (255, 255, 255)


@needs_faces
@pytest.mark.parametrize(
    "metadata",
    [
        Metadata(title="栗"),
        Metadata(title="栗坡山村文化与手工造纸技艺研究通讯季刊" * 3, number="春季号"),
        Metadata(title="Lipo-Quarterly-of-Mountain-Villages-and-Paper Review", number="12345"),
        Metadata(title="栗坡", subtitle="长" * 90, publisher="社" * 80, issn="0000-0019", date="2031-04"),
    ],
    ids=["short", "long", "latin", "crowded"],
)
def test_a_cover_is_drawn_of_whatever_there_is(metadata: Metadata) -> None:
    assert _drawn(metadata).startswith(b"\xff\xd8")


# --- display lines -----------------------------------------------------------------------------------


def lines(text: str, ems: float) -> tuple[str, ...] | None:
    """Break ``text`` with every character one em wide, Latin ones half."""
    return break_lines(text, ems, {c: 0.5 if c.isascii() else 1.0 for c in text})


def test_titles_break_at_blanks_rather_than_within_words() -> None:
    assert lines("渠修到哪里　年轻人就回到哪里", 9) == ("渠修到哪里", "年轻人就回到哪里")
    assert lines("一渠清水 两岸人家", 20) == ("一渠清水 两岸人家",)


def test_titles_break_behind_marks_rather_than_within_clauses() -> None:
    assert lines("一本挂在门口的账：七个水组的第一年", 12) == ("一本挂在门口的账：", "七个水组的第一年")


def test_no_line_begins_or_ends_with_a_mark_that_may_not() -> None:
    broken = lines("从“一家一塘”到“一县一网”：三十年（上）", 7)
    assert broken is not None
    assert not any(line[0] in "”：）" or line[-1] in "“（" for line in broken)
    assert units("（上）2031年——3.5%……") == ["（上）", "2031", "年——", "3.5%……"]


def test_a_piece_wider_than_the_line_is_no_line() -> None:
    assert lines("Quarterly", 3) is None
    assert lines("", 3) == ()


# --- identity, accent, bad input ---------------------------------------------------------------------


def test_an_identifier_belongs_to_one_edition_of_one_issue() -> None:
    data = Metadata(title="栗坡月刊", year=2031, number="4", issn="0000-0019")
    first = book(metadata=data)
    assert re.fullmatch(
        r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", first.identifier
    )
    others = [
        book(metadata=msgspec.structs.replace(data, number="5")),
        book(metadata=msgspec.structs.replace(data, issn="0000-0027")),
        book(metadata=data, language="zh-Hant-TW"),
        book(metadata=data, mode="vertical"),
    ]
    assert len({first.identifier, *(other.identifier for other in others)}) == 5
    assert book(*magazine(), metadata=data).identifier == first.identifier


def test_modified_is_the_given_time_or_the_issues_date() -> None:
    def at(**more: Any) -> int:
        given = more.pop("modified", None)
        return book(metadata=Metadata(title="栗坡", **more), modified=given).modified

    assert at(date="2031-04-05", modified=7) == 7
    assert at(date="2031-04-05") == 1_933_113_600
    assert at(date="2031-04") == 1_932_768_000
    assert at(year=2031) == at(date="2031") == 1_924_992_000
    assert at() == 946_684_800


def test_the_style_sheets_carry_the_issues_accent() -> None:
    made = book(metadata=Metadata(title="栗坡", accent="#25A"))
    base = next(sheet.data for sheet in made.stylesheets if sheet.href == "../styles/base.css")
    assert base.count(b"#2255aa") >= 4
    assert b"#8c2f25" not in base


def test_a_pale_accent_is_darkened_until_it_can_be_read() -> None:
    assert accent(Metadata(title="栗坡", accent="#1f4e5f")) == "#1f4e5f"
    assert contrast_with_white(rgb(accent(Metadata(title="栗坡", accent="#ffee00")))) >= 4.5


@pytest.mark.parametrize(
    ("metadata", "message"),
    [
        (Metadata(title="栗坡", accent="red"), "metadata.accent: 'red' is no colour"),
        (Metadata(title="栗坡", date="5.4.2031"), "metadata.date: '5.4.2031' is no date"),
        (Metadata(title="栗坡", date="2031-02-30"), "metadata.date: '2031-02-30' does not exist"),
    ],
)
def test_metadata_that_cannot_be_read_are_refused(metadata: Metadata, message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        book(metadata=metadata)


def test_an_id_given_twice_is_refused() -> None:
    with pytest.raises(InputError, match="the id 'a01' is given more than once"):
        book(Article(id="a01"), Article(id="a01"))


def test_a_control_character_is_refused_with_its_place() -> None:
    block = Paragraph(text="水\x01尺", source=Source(page=1, lines=((12, 13),)))
    with pytest.raises(InputError, match=r"article a01, blocks\[0\], line 12: .* control character"):
        book(Article(id="a01", blocks=(block,)))
    with pytest.raises(InputError, match=r"article a01: .* control character"):
        book(Article(id="a01", label="水\x01"))
    with pytest.raises(InputError, match=r"metadata: .* control character"):
        book(metadata=Metadata(title="水\x01"))


def test_the_same_edition_gives_the_same_bytes() -> None:
    first, second = book(*magazine()), book(*magazine())
    assert [part.xml for part in first.chapters] == [part.xml for part in second.chapters]
    assert first.resources == second.resources
    assert first.stylesheets == second.stylesheets


def test_vertical_title_pages_have_han_numerals() -> None:
    data = Metadata(title="栗坡月刊", volume="12", number="总第305期", date="2031-10-20")
    page = text_of(chapter(book(metadata=data, mode="vertical"), "titlepage"))
    assert page == "栗坡月刊二〇三一年第十二卷总第三百〇五期二〇三一年十月二十日"


@given(st.text(alphabet="一，。！？「1239.%-+()°ABZaz \u2032", max_size=40))
def test_vertical_markup_changes_no_text_whatever_stands_in_it(text: str) -> None:
    parts: tuple[Inline, ...] = (text, Emphasis(text=text), Ruby(text="一", reading="yī"), text)
    article = Article(id="a01", front=(Title(text="题"),), blocks=(Paragraph(text=parts),))
    across, along = (text_of(chapter(book(article, mode=mode), "a01")) for mode in ("vertical", "horizontal"))
    assert across == along


def test_only_vertical_editions_say_what_is_set_across() -> None:
    article = Article(id="a01", front=(Title(text="第3题"),))
    spans = [
        book(article, mode=mode).chapters[-1].root.xpath("count(//x:span[@class])", namespaces=NS)
        for mode in ("vertical", "horizontal")
    ]
    assert spans == [1, 0]
