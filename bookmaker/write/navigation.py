"""The navigation document and the NCX, both made of one outline (EPUB 3.3 §7, OPF 2.0.1 §2.4.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lxml import etree

from bookmaker.book import OPS, XHTML
from bookmaker.write.package import issue_name, script

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bookmaker.book import Book, Chapter, Entry

NCX = "http://www.daisy.org/z3986/2005/ncx/"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_TYPE = f"{{{OPS}}}type"
# Any, because lxml's type stubs do not know that None names the default namespace.
_XHTML_NAMESPACES: Any = {None: XHTML, "epub": OPS}
_NCX_NAMESPACES: Any = {None: NCX}

_LABELS = {
    "Hans": {
        "toc": "目录",
        "pages": "页码",
        "landmarks": "导览",
        "cover": "封面",
        "titlepage": "扉页",
        "body": "正文",
    },
    "Hant": {
        "toc": "目錄",
        "pages": "頁碼",
        "landmarks": "導覽",
        "cover": "封面",
        "titlepage": "扉頁",
        "body": "正文",
    },
}


def _shown(entry: Entry, head_levels: int) -> tuple[tuple[Entry, ...], int]:
    """Return the children that navigation shows below ``entry`` and the head levels left below them."""
    left = head_levels - 1 if entry.kind == "head" else head_levels
    return tuple(child for child in entry.children if child.kind != "head" or left > 0), left


def nav_document(book: Book, *, folder: str, stylesheets: Iterable[str], head_levels: int) -> bytes:
    """Return the navigation document: contents, page list and landmarks, without white space of its own.

    ``folder`` leads from the document to the chapters ("text/"), ``stylesheets`` are its own links. The text
    of an entry is the outline's title and nothing else.
    """
    labels = _LABELS[script(book.edition.language)]
    language = book.edition.language
    root = etree.Element(
        f"{{{XHTML}}}html",
        {"lang": language, _LANG: language, "class": book.edition.mode},
        nsmap=_XHTML_NAMESPACES,
    )
    head = _add(root, "head")
    _add(head, "meta", charset="utf-8")
    _add(head, "title", labels["toc"])
    for href in stylesheets:
        _add(head, "link", rel="stylesheet", type="text/css", href=href)
    body = _add(root, "body")
    body.set("class", "navigation")
    toc = _nav(body, "toc", "doc-toc", labels["toc"])
    _entries(toc, book.outline, folder, head_levels)
    if book.pages:
        pages = _add(_nav(body, "page-list", "doc-pagelist", labels["pages"]), "ol")
        for page in book.pages:
            _add(_add(pages, "li"), "a", page.label, href=folder + page.href)
    marks = list(_landmarks(book, labels))
    if marks:
        landmarks = _add(_nav(body, "landmarks", None, labels["landmarks"]), "ol")
        for kind, label, href in marks:
            _add(_add(landmarks, "li"), "a", label, href=folder + href).set(_TYPE, kind)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", doctype="<!DOCTYPE html>")


def _add(parent: etree._Element, tag: str, text: str | None = None, **attributes: str) -> etree._Element:
    """Append an element in the parent's namespace and return it."""
    element = etree.SubElement(parent, f"{{{etree.QName(parent).namespace}}}{tag}", attributes)
    element.text = text
    return element


def _nav(body: etree._Element, kind: str, role: str | None, heading: str) -> etree._Element:
    nav = _add(body, "nav", id=kind)
    nav.set(_TYPE, kind)
    if role:
        nav.set("role", role)
    if kind == "toc":
        _add(nav, "h1", heading)
    else:
        # For reading systems and their menus, not for a reader who opens the document itself.
        nav.set("hidden", "hidden")
        _add(nav, "h2", heading)
    return nav


def _entries(parent: etree._Element, entries: Iterable[Entry], folder: str, head_levels: int) -> None:
    listing = _add(parent, "ol")
    for entry in entries:
        item = _add(listing, "li")
        if entry.href:
            _add(item, "a", entry.title, href=folder + entry.href)
        else:
            _add(item, "span", entry.title)
        children, left = _shown(entry, head_levels)
        if children:
            _entries(item, children, folder, left)


def _landmarks(book: Book, labels: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield epub:type, label and file of cover, title page, contents and the body's first chapter."""
    kinds = {
        "cover": ("cover", labels["cover"]),
        "title-page": ("titlepage", labels["titlepage"]),
        "contents": ("toc", labels["toc"]),
    }
    for role, (kind, label) in kinds.items():
        first = next((chapter for chapter in book.chapters if chapter.role == role), None)
        if first:
            yield kind, label, first.href
    articles = [chapter for chapter in book.chapters if chapter.role == "article"]
    body = next((chapter for chapter in articles if _is_body(chapter)), articles[0] if articles else None)
    if body:
        yield "bodymatter", labels["body"], body.href


def _is_body(chapter: Chapter) -> bool:
    """Tell a chapter of the body from front matter, as an editorial, by the ``epub:type`` of its body."""
    body = chapter.root.find(f"{{{XHTML}}}body")
    return body is not None and "bodymatter" in body.get(_TYPE, "").split()


def ncx_document(book: Book, *, folder: str, head_levels: int) -> bytes:
    """Return the NCX: the same contents and page list for reading systems that know EPUB 2 only."""
    root = etree.Element(
        f"{{{NCX}}}ncx", {"version": "2005-1", _LANG: book.edition.language}, nsmap=_NCX_NAMESPACES
    )
    numbers = [int(page.label) for page in book.pages if page.label.isdecimal()]
    head = _add(root, "head")
    facts = {
        "uid": book.identifier,
        "depth": str(_depth(book.outline, head_levels)),
        "totalPageCount": str(len(book.pages)),
        "maxPageNumber": str(max(numbers, default=0)),
    }
    for name, content in facts.items():
        _add(head, "meta", name=f"dtb:{name}", content=content)
    _add(_add(root, "docTitle"), "text", issue_name(book.edition.issue.metadata))
    _points(_add(root, "navMap"), book.outline, folder, head_levels, "p")
    if book.pages:
        pages = _add(root, "pageList")
        for count, page in enumerate(book.pages, 1):
            target = _add(pages, "pageTarget", id=f"page-{count}", type="normal")
            if page.label.isdecimal() and int(page.label) > 0:
                target.set("value", str(int(page.label)))
            else:
                target.set("type", "special")
            _label(target, page.label, folder + page.href)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def _depth(entries: Iterable[Entry], head_levels: int) -> int:
    """Return the number of levels below and with ``entries``, at least 1."""
    shown = (_shown(entry, head_levels) for entry in entries)
    return 1 + max((_depth(children, left) for children, left in shown if children), default=0)


def _points(
    parent: etree._Element, entries: Iterable[Entry], folder: str, head_levels: int, stem: str
) -> None:
    for count, entry in enumerate(entries, 1):
        point = _add(parent, "navPoint", id=f"{stem}-{count}")
        children, left = _shown(entry, head_levels)
        target = entry.href or next((child.href for child in children), "")
        _label(point, entry.title, folder + target)
        _points(point, children, folder, left, f"{stem}-{count}")


def _label(parent: etree._Element, text: str, src: str) -> None:
    _add(_add(parent, "navLabel"), "text", text)
    _add(parent, "content", src=src)
