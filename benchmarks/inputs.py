"""What the competitors of a benchmark are given: the same text in the form each of them takes."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, TypeVar

from lxml import etree
from msgspec.structs import replace

from bookmaker.book import XHTML
from bookmaker.model import Block, Byline, Figure, Head, Issue, Paragraph, Subtitle, Title, block_text

if TYPE_CHECKING:
    from pathlib import Path

Kind = TypeVar("Kind", bound=Block)

PLAIN_STYLE = """
@page { size: 185mm 260mm; margin: 24mm 22mm; @bottom-center { content: counter(page) } }
body { font: 10.5pt/18pt "Bookmaker Song"; text-align: justify }
h1, h2, h3, h4, h5, h6 { font-family: "Bookmaker Hei" }
.lead, .byline, figcaption { font-family: "Bookmaker Kai" }
section.article { break-before: page }
p { margin: 0; text-indent: 2em }
img { max-width: 100%; max-height: 180mm }
.entry-title::after { content: leader(dotted) target-counter(attr(href), page) }
"""
"""A plain style: the page, the sizes and three roles of type, in bookmaker's own faces."""

VERTICAL_STYLE = "html { writing-mode: vertical-rl }"

TYPST_STYLE = """
#set page(width: 185mm, height: 260mm, margin: (x: 22mm, y: 24mm), numbering: "1")
#set text(font: "Bookmaker Song", size: 10.5pt, lang: "zh", region: "cn")
#set par(justify: true, leading: 7.5pt, spacing: 7.5pt, first-line-indent: (amount: 2em, all: true))
#show heading: set text(font: "Bookmaker Hei", weight: 500)
#show heading.where(level: 1): it => { pagebreak(weak: true); it }
#outline(depth: 1)
"""


def repeated_text(text: str, times: int) -> str:
    """Return a text layer ``times`` times over, each copy beginning a page as the text marks its pages."""
    mark = "\f" if "\f" in text else " "
    return text + "".join(mark + text.lstrip(" \f\ufeff") for _ in range(times - 1))


def repeated_issue(issue: Issue, times: int) -> Issue:
    """Return an issue with its articles ``times`` times over, each copy with ids of its own."""
    copies = []
    for copy in range(times):
        for article in issue.articles:
            front = tuple(_renamed(block, copy) for block in article.front)
            blocks = tuple(_renamed(block, copy) for block in article.blocks)
            copies.append(replace(article, id=f"c{copy}-{article.id}", front=front, blocks=blocks))
    return replace(issue, articles=tuple(copies))


def _renamed(block: Kind, copy: int) -> Kind:
    return replace(block, id=f"c{copy}-{block.id}") if block.id else block


def markdown(issue: Issue) -> str:
    """Return the issue as Markdown for pandoc: a chapter an article, heads, captions as images' captions."""
    parts = [f"---\ntitle: {issue.metadata.title}\nlang: {issue.metadata.language}\n---"]
    for article in issue.articles:
        parts.append(f"# {article.title or article.heading}")
        parts += [f"*{block_text(b)}*" for b in article.front if isinstance(b, Subtitle | Byline)]
        parts += [_markdown(block) for block in article.blocks if not isinstance(block, Title)]
    return "\n\n".join(parts) + "\n"


def _markdown(block: Block) -> str:
    text = block_text(block).replace("\n", "\n\n")
    match block:
        case Head():
            return f"{'#' * block.level} {text}"
        case Figure():
            return f"*{text}*"
        case _:
            return text


def typst(issue: Issue) -> str:
    """Return the issue for Typst: a chapter an article on a new page, bylines in Kai, captions as paragraphs."""
    parts = [TYPST_STYLE]
    for article in issue.articles:
        parts.append(f"= {_escaped(article.title or article.heading)}")
        for block in article.front:
            if isinstance(block, Subtitle | Byline):
                parts.append(f'#text(font: "Bookmaker Kai")[{_escaped(block_text(block))}]')
        for part in article.blocks:
            text = _escaped(block_text(part))
            if isinstance(part, Head):
                parts.append(f"{'=' * part.level} {text}".replace("\n", " "))
            else:
                parts.append(text.replace("\n", "\n\n"))
    return "\n\n".join(parts) + "\n"


def _escaped(text: str) -> str:
    return re.sub(r"([\\#$*_`<>@\[\]~/=+\-\"'])", r"\\\1", text)


def changed_issue(issue: Issue) -> Issue:
    """Return an issue with one word more in one paragraph of its middle article."""
    middle = len(issue.articles) // 2
    article = issue.articles[middle]
    place = next(i for i, block in enumerate(article.blocks) if isinstance(block, Paragraph))
    paragraph = article.blocks[place]
    longer = replace(paragraph, text=f"{block_text(paragraph)}今天")
    blocks = (*article.blocks[:place], longer, *article.blocks[place + 1 :])
    articles = (*issue.articles[:middle], replace(article, blocks=blocks), *issue.articles[middle + 1 :])
    return replace(issue, articles=articles)


def plain_page(epub: Path, folder: Path) -> Path:
    """Unpack ``epub`` and write its chapters as one HTML page with the plain style; return its path.

    Beside it is ``vertical.html``, the same with vertical lines.
    """
    with zipfile.ZipFile(epub) as archive:
        archive.extractall(folder)
    (package,) = folder.rglob("*.opf")
    root = etree.parse(package).getroot()
    items = {item.get("id"): item.get("href", "") for item in root.iterfind(".//{*}item")}
    chapters = [package.parent / items[ref.get("idref")] for ref in root.iterfind(".//{*}itemref")]
    html = etree.Element("html", lang=etree.parse(chapters[0]).getroot().get("lang", ""))
    head = etree.SubElement(html, "head")
    etree.SubElement(head, "meta", charset="utf-8")
    etree.SubElement(head, "style").text = PLAIN_STYLE
    body = etree.SubElement(html, "body")
    for chapter in chapters:
        for parts in etree.parse(chapter).getroot().iterfind(f"{{{XHTML}}}body"):
            body.extend(list(parts))
    for element in html.iter("*"):
        element.tag = etree.QName(element).localname
        if element.tag == "a":
            element.set("href", "#" + element.get("href", "").rpartition("#")[2])
    etree.cleanup_namespaces(html)
    page = chapters[0].parent / "plain.html"
    text = etree.tostring(html, encoding="unicode", method="html", doctype="<!DOCTYPE html>")
    page.write_text(text, encoding="utf-8")
    vertical = text.replace("<style>", f"<style>{VERTICAL_STYLE}", 1)
    page.with_name("vertical.html").write_text(vertical, encoding="utf-8")
    return page
