"""A rendered book of an invented magazine, for tests of the writers: ``from books import magazine``.

The chapters are built by hand after the markup that the renderer promises, one of every construct, so that
a writer can be tested without the stages before it. Magazine, places and persons do not exist.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

from lxml import etree
from lxml.builder import ElementMaker

from bookmaker.book import OPS, XHTML, Book, Chapter, Entry, PageMarker, Resource
from bookmaker.model import (
    Article,
    Byline,
    Edition,
    Head,
    Issue,
    Kicker,
    Metadata,
    Mode,
    Paragraph,
    Person,
    Subtitle,
    Title,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

E = ElementMaker(namespace=XHTML, nsmap={None: XHTML, "epub": OPS})
EPUB_TYPE = f"{{{OPS}}}type"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"

IDENTIFIER = "urn:uuid:5b0c0f6e-2f0a-5d5e-9a35-1f5c7a0e4b11"
MODIFIED = 1_933_200_000  # 2031-04-06T00:00:00Z

SENTENCES = (
    "栗坡的春天来得晚，四月里山背面还留着雪，溪水却先醒了。",
    "村口那棵老梨树底下，每天清早都有人支起木架晒纸。",
    "造纸坊的师傅说：“一张纸要过七十二道手，少一道就不听话。”",
    "去年秋天，坡上修了一条3.5公里的碎石路，班车每天来4趟。",
    "账本里写得明白：头一年种下的1200株栗苗，活了九成。",
    "孩子们把旧磨坊改成了读书的地方，窗子正对着水车——夜里也点灯。",
    "问起往后的打算，她想了想，只说了两个字：“慢来……”",
)
TITLES = ("水醒得比人早", "一张纸的七十二道手", "旧磨坊里点起的灯", "碎石路通到坡顶以后", "栗树下的账本")
SECTIONS = ("卷首", "山水", "山水", "人物")
NAMES = ("秦望溪", "陆小满", "叶知秋", "贺兰坡")


def png(width: int, height: int, rgb: tuple[int, int, int]) -> bytes:
    """Return a PNG of one colour, ``width`` by ``height`` pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\x00" + bytes(rgb) * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def placeholder(caption: str) -> bytes:
    """Return an SVG that stands for a lost picture."""
    svg = ElementMaker(namespace="http://www.w3.org/2000/svg", nsmap={None: "http://www.w3.org/2000/svg"})
    root = svg.svg(
        svg.title(caption),
        svg.rect(width="600", height="400", fill="#eeeeee"),
        viewBox="0 0 600 400",
        width="600",
        height="400",
    )
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


BASE_CSS = b"""\
@namespace epub "http://www.idpf.org/2007/ops";
html.vertical { writing-mode: vertical-rl; -epub-writing-mode: vertical-rl; }
body { margin: 1em; line-height: 1.714; }
p { margin: 0; text-indent: 2em; }
img { max-width: 100%; }
"""


def _document(
    title: str, language: str, mode: Mode, body_type: str, *content: etree._Element
) -> etree._Element:
    return E.html(
        E.head(
            E.meta(charset="utf-8"),
            E.title(title),
            E.link(rel="stylesheet", type="text/css", href="../styles/base.css"),
        ),
        E.body(*content, **{EPUB_TYPE: body_type}),
        lang=language,
        **{LANG: language, "class": mode},
    )


def _pagebreak(label: str) -> etree._Element:
    return E.span(
        **{EPUB_TYPE: "pagebreak", "role": "doc-pagebreak", "id": f"page-{label}", "aria-label": label}
    )


def _paragraph(number: int) -> str:
    """Return the ``number``-th paragraph, of two to four of the sentences above."""
    return "".join(SENTENCES[(number * 3 + i) % len(SENTENCES)] for i in range(2 + number % 3))


def _article(index: int, page: int, paragraphs: int, language: str, mode: Mode) -> etree._Element:
    """Return the document of article ``index`` (from 0), which begins on ``page`` and ends overleaf."""
    ident = f"a{index + 1:02}"
    title = _title(index)
    header = E.header({"class": "opening"})
    header.append(E.div({"class": "section"}, SECTIONS[index % len(SECTIONS)]))
    if index % 2:
        header.append(E.p({"class": "kicker"}, "栗坡纪事"))
    header.append(E.h1({"class": "title", "id": f"{ident}-title"}, title))
    if index % 2:
        header.append(E.p({"class": "subtitle", "role": "doc-subtitle"}, "一个山村的四季"))
    header.append(E.p({"class": "byline"}, "本刊记者 " + " ".join(_authors(index))))
    section = E.section(
        {
            "id": ident,
            "class": "article",
            EPUB_TYPE: "chapter",
            "role": "doc-chapter",
            "aria-labelledby": f"{ident}-title",
        },
        _pagebreak(str(page)),
        header,
        E.p({"class": "lead"}, "雪还没有化尽，坡上的人已经忙开了。"),
    )
    for number in range(paragraphs):
        if number in {1, paragraphs // 2 + 1}:
            section.append(E.h2({"id": f"{ident}-h{number}"}, _head(number)))
        text = _paragraph(index + number)
        if number == paragraphs // 2:
            half = len(text) // 2
            turn = _pagebreak(str(page + 1))
            turn.tail = text[half:]
            section.append(E.p({"id": f"{ident}-l{number}"}, text[:half], turn))
        else:
            section.append(E.p({"id": f"{ident}-l{number}"}, text))
    if index == 1:
        section.extend(_constructs(ident))
    return _document(title, language, mode, "bodymatter", section)


def _constructs(ident: str) -> list[etree._Element]:
    """Return one of every construct beside paragraphs and heads."""
    return [
        E.p(
            {"id": f"{ident}-inline"},
            "老规矩叫做",
            E.em({"class": "emphasis"}, "三不抄"),
            "，也叫",
            E.strong("三不动"),
            "，写作",
            E.ruby("栗坡", E.rp("（"), E.rt("lì pō"), E.rp("）")),
            "旧志，见",
            E.a({"href": "https://example.org/lipo"}, "县志"),
            "。",
            E.a(
                {
                    "class": "noteref",
                    EPUB_TYPE: "noteref",
                    "role": "doc-noteref",
                    "href": f"#{ident}-n1",
                    "id": f"{ident}-n1-ref",
                },
                "①",
            ),
        ),
        E.h3({"id": f"{ident}-h3"}, "三道手"),
        E.ol({"class": "items"}, E.li("（一）泡料要等满月；"), E.li("（二）打浆不隔夜。")),
        E.ul({"class": "items"}, E.li("●竹帘"), E.li("●石臼")),
        E.blockquote(E.p("纸是水走过的路。"), E.p({"class": "attribution"}, "——坊间旧话")),
        E.figure(
            {"id": f"{ident}-f1", "class": "figure placeholder"},
            E.img(src=f"../images/{ident}-f1.svg", alt="图片暂缺：造纸坊门前晒纸"),
            E.figcaption("造纸坊门前晒纸。"),
        ),
        E.figure(
            {"id": f"{ident}-f2", "class": "figure picture"},
            E.img(src=f"../images/{ident}-f2.png", alt="坡顶的梨树"),
            E.figcaption("坡顶的梨树。"),
        ),
        E.table(
            {"class": "table", "id": f"{ident}-t1"},
            E.thead(E.tr(E.th("年份"), E.th("栗苗"))),
            E.tbody(E.tr(E.td("2029"), E.td("1200")), E.tr(E.td("2030"), E.td("1450"))),
        ),
        E.p({"class": "verse"}, "一夜溪声到枕边", E.br(), "起看栗花落满川"),
        E.p({"class": "unplaced"}, "栗坡造纸社供稿"),
        E.aside(
            {
                "id": f"{ident}-n1",
                "class": "note",
                EPUB_TYPE: "footnote",
                "role": "doc-footnote",
            },
            E.p("① 不抄冻浆、不抄浑水、不抄隔夜料。"),
        ),
    ]


NOTE = "①不抄冻浆、不抄浑水、不抄隔夜料。"
READING = "lìpō"


_READ = "//x:body//text()[not(ancestor::x:rt or ancestor::x:rp or ancestor::x:aside[@class='note'])]"
"""Text that is read in the order of the chapters."""


def page_text(book: Book, chapters: Iterable[Chapter] | None = None) -> str:
    """Return the text of all or some chapters without white space, as pages give it before readings and notes.

    Those two stand beside the text: the reading above its words, the note at the foot of its page.
    """
    parts = (
        text
        for chapter in (book.chapters if chapters is None else chapters)
        for text in chapter.root.xpath(_READ, namespaces={"x": XHTML})
    )
    return "".join("".join(parts).split())


_IN_HEAD = "boolean(ancestor-or-self::x:h2 or ancestor-or-self::x:h3 or ancestor-or-self::x:h4)"
_IN_FIGURE = "boolean(ancestor-or-self::x:figure)"


def moved_captions(found: str, chapters: Iterable[Chapter]) -> str:
    """Return the text of chapters as ``page_text`` does, each caption where ``found`` has it, if that is allowed.

    A figure without room at the foot of a page follows the paragraphs behind it; it goes beyond no head and no figure.
    Where ``found`` is otherwise than it should be, the text returned is as well.
    """
    space = {"x": XHTML}
    made, waiting = "", list[str]()
    for chapter in chapters:
        for node in chapter.root.xpath(_READ, namespaces=space):
            text = "".join(str(node).split())
            if not text:
                continue
            parent = node.getparent().getparent() if node.is_tail else node.getparent()
            if parent.xpath(_IN_FIGURE, namespaces=space):
                waiting.append(text)
                continue
            is_head = parent.xpath(_IN_HEAD, namespaces=space)
            while waiting and (is_head or not found.startswith(text, len(made))):
                made += waiting.pop(0)
            made += text
        made += "".join(waiting)
        waiting = []
    return made


def without_annotations(text: str) -> str:
    """Return a text without white space, less reading and note, which must be in it once a book."""
    text = "".join(text.split())
    assert (text.count(NOTE), text.count(READING)) == (1, 1)
    return text.replace(NOTE, "").replace(READING, "")


def _notice(ident: str, page: int, language: str, mode: Mode) -> etree._Element:
    section = E.section(
        {"id": ident, "class": "article notice", EPUB_TYPE: "chapter", "aria-labelledby": f"{ident}-title"},
        _pagebreak(str(page)),
        E.aside(
            {"class": "notice"},
            E.header({"class": "opening"}, E.h1({"class": "title", "id": f"{ident}-title"}, "征稿启事")),
            E.p("本刊长期征集山村故事，来稿请寄栗坡文化社。"),
        ),
    )
    return _document("征稿启事", language, mode, "bodymatter", section)


def _title(index: int) -> str:
    round_, place = divmod(index, len(TITLES))
    return TITLES[place] + (f"（{round_ + 1}）" if round_ else "")


def _heading(index: int) -> str:
    return f"栗坡纪事：{_title(index)}" if index % 2 else _title(index)


def _head(number: int) -> str:
    return "溪水先醒" if number == 1 else "往后的日子"


def _authors(index: int) -> tuple[str, ...]:
    return (
        (NAMES[index % len(NAMES)], NAMES[(index + 1) % len(NAMES)])
        if index % 3 == 1
        else (NAMES[index % len(NAMES)],)
    )


def _issue(articles: int, paragraphs: int, metadata: Metadata) -> Issue:
    """Return the segmented issue that the chapters render (its body reduced to heads and paragraphs)."""
    written = (
        Article(
            id=f"a{index + 1:02}",
            section=SECTIONS[index % len(SECTIONS)],
            front=(
                *((Kicker(text="栗坡纪事"),) if index % 2 else ()),
                Title(text=_title(index)),
                *((Subtitle(text="一个山村的四季"),) if index % 2 else ()),
                Byline(
                    text="本刊记者 " + " ".join(_authors(index)),
                    people=tuple(Person(name=name, role="本刊记者") for name in _authors(index)),
                ),
            ),
            blocks=(
                Head(level=2, text=_head(1)),
                *(Paragraph(text=_paragraph(index + number)) for number in range(paragraphs)),
            ),
            page=3 + 2 * index,
        )
        for index in range(articles)
    )
    notice = Article(id=f"a{articles + 1:02}", type="notice", front=(Title(text="征稿启事"),))
    return Issue(version=1, metadata=metadata, articles=(*written, notice))


METADATA = Metadata(
    title="栗坡月刊",
    subtitle="山村文化杂志",
    year=2031,
    volume="12",
    number="4",
    date="2031-04-05",
    publisher="栗坡文化社",
    issn="0000-0019",
    cn="99-0001/G0",
    language="zh-Hans",
    rights="© 2031 栗坡文化社",
    description="栗坡的纸、栗树与四季。",
    source="《栗坡月刊》2031年第4期印刷本",
)


def _front(articles: int, language: str, mode: Mode, *, cover: bool) -> list[Chapter]:
    """Return cover (if wanted), title page and contents."""
    chapters = []
    if cover:
        picture = E.img(src="../images/cover.png", alt="《栗坡月刊》2031年第4期封面")
        document = _document(
            "封面",
            language,
            mode,
            "frontmatter",
            E.section({"id": "cover", "class": "cover", EPUB_TYPE: "cover"}, picture),
        )
        chapters.append(Chapter("cover", "cover.xhtml", "封面", "cover", document))
    title_page = E.section(
        {"id": "titlepage", "class": "title-page", EPUB_TYPE: "titlepage"},
        E.h1("栗坡月刊"),
        E.p({"class": "number"}, "2031年第4期（总第12卷）"),
    )
    chapters.append(
        Chapter(
            "titlepage",
            "titlepage.xhtml",
            "扉页",
            "title-page",
            _document("栗坡月刊", language, mode, "frontmatter", title_page),
        )
    )
    contents = E.section({"id": "contents", "class": "contents"}, E.h1("目录"))
    for section, members in _departments(articles):
        entries = E.ol({"class": "entries"})
        for index in members:
            ident = f"a{index + 1:02}"
            link = E.a({"class": "entry-title", "href": f"{ident}.xhtml#{ident}"}, _heading(index))
            authors = E.span({"class": "entry-authors"}, " ".join(_authors(index)))
            entries.append(E.li({"class": "entry"}, link, authors))
        name = E.h2({"class": "department-name"}, section)
        contents.append(E.section({"class": "department"}, name, entries))
    document = _document("目录", language, mode, "frontmatter", contents)
    chapters.append(Chapter("contents", "contents.xhtml", "目录", "contents", document))
    return chapters


def _departments(articles: int) -> list[tuple[str, list[int]]]:
    """Return runs of neighbouring articles of one department, in order."""
    runs: list[tuple[str, list[int]]] = []
    for index in range(articles):
        section = SECTIONS[index % len(SECTIONS)]
        if runs and runs[-1][0] == section:
            runs[-1][1].append(index)
        else:
            runs.append((section, [index]))
    return runs


def _entry(index: int, paragraphs: int) -> Entry:
    """Return the outline's entry of article ``index`` with its heads of levels 2 and 3."""
    ident = f"a{index + 1:02}"
    heads = [
        Entry(_head(number), f"{ident}.xhtml#{ident}-h{number}", "head")
        for number in range(paragraphs)
        if number in {1, paragraphs // 2 + 1}
    ]
    return Entry(_heading(index), f"{ident}.xhtml#{ident}", "article", tuple(heads))


def magazine(
    language: str = "zh-Hans",
    mode: Mode = "horizontal",
    *,
    articles: int = 4,
    paragraphs: int = 6,
    cover: bool = True,
    metadata: Metadata = METADATA,
) -> Book:
    """Return the invented magazine's issue as a book: front matter, ``articles`` articles and a notice.

    The second article (``a02``) has one of every construct; there must be two articles at least, for the
    book's pictures belong to it, and three paragraphs in each.
    """
    chapters = _front(articles, language, mode, cover=cover)
    pages = []
    for index in range(articles):
        ident, page = f"a{index + 1:02}", 3 + 2 * index
        root = _article(index, page, paragraphs, language, mode)
        section, byline = SECTIONS[index % len(SECTIONS)], " ".join(_authors(index))
        chapters.append(Chapter(ident, f"{ident}.xhtml", _heading(index), "article", root, section, byline))
        pages += [PageMarker(str(n), f"{ident}.xhtml#page-{n}") for n in (page, page + 1)]
    last, page = f"a{articles + 1:02}", 3 + 2 * articles
    chapters.append(
        Chapter(last, f"{last}.xhtml", "征稿启事", "article", _notice(last, page, language, mode))
    )
    pages.append(PageMarker(str(page), f"{last}.xhtml#page-{page}"))
    outline = [
        Entry(
            section,
            f"a{members[0] + 1:02}.xhtml#a{members[0] + 1:02}",
            "section",
            tuple(_entry(index, paragraphs) for index in members),
        )
        for section, members in _departments(articles)
    ]
    outline.append(Entry("征稿启事", f"{last}.xhtml#{last}", "article"))
    return Book(
        edition=Edition(issue=_issue(articles, paragraphs, metadata), language=language, mode=mode),
        identifier=IDENTIFIER,
        modified=MODIFIED,
        chapters=tuple(chapters),
        outline=tuple(outline),
        pages=tuple(pages),
        resources=(
            Resource("../images/a02-f1.svg", "image/svg+xml", placeholder("造纸坊门前晒纸。")),
            Resource("../images/a02-f2.png", "image/png", png(60, 40, (120, 140, 110))),
        ),
        cover=Resource("../images/cover.png", "image/png", png(60, 80, (150, 60, 50))) if cover else None,
        stylesheets=(Resource("../styles/base.css", "text/css", BASE_CSS),),
    )
