"""Elements of XHTML, grown downwards from ``html`` and without any white space between them.

Children are always made under their parent, so that namespaces are declared once, on the root; text is
appended where the writing stands, so that nothing is ever pasted together as a string.
"""

from __future__ import annotations

from typing import cast

from lxml import etree

from bookmaker.book import OPS, XHTML

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
EPUB_TYPE = f"{{{OPS}}}type"
# lxml-stubs does not know that None names the default namespace.
_NAMESPACES = cast("dict[str, str]", {None: XHTML, "epub": OPS})
_TAG = f"{{{XHTML}}}"


def element(
    parent: etree._Element,
    tag: str,
    text: str | None = None,
    *,
    css: str | None = None,
    epub: str | None = None,
    role: str | None = None,
    **attributes: str,
) -> etree._Element:
    """Append a new element to ``parent`` and return it.

    ``css`` is its class, ``epub`` its ``epub:type`` (EPUB 3.3, structural semantics), ``role`` its DPUB-ARIA
    role; in the names of the other attributes ``_`` stands for ``-``. Raises ValueError where ``text``
    holds a character that XML forbids.
    """
    child = etree.SubElement(parent, _TAG + tag)
    if "id" in attributes:
        child.set("id", attributes.pop("id"))
    if css:
        child.set("class", css)
    if epub:
        child.set(EPUB_TYPE, epub)
    if role:
        child.set("role", role)
    for name, value in attributes.items():
        child.set(name.replace("_", "-"), value)
    if text:
        child.text = text
    return child


def append_text(parent: etree._Element, text: str) -> None:
    """Append ``text`` after everything that ``parent`` holds; raises ValueError for what XML forbids."""
    if len(parent):
        last = parent[-1]
        last.tail = (last.tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def document(
    title: str, *, language: str, mode: str, sheets: tuple[str, ...], body: str
) -> tuple[etree._Element, etree._Element]:
    """Return a new document's ``html`` and its empty ``body``, whose ``epub:type`` is ``body``.

    ``sheets`` are the file names of its style sheets. The language stands in ``lang`` and ``xml:lang``, as
    EPUB 3.3 (sec-xhtml) asks.
    """
    root = etree.Element(_TAG + "html", nsmap=_NAMESPACES)
    root.set("lang", language)
    root.set(LANG, language)
    root.set("class", mode)
    head = element(root, "head")
    element(head, "meta", charset="utf-8")
    element(head, "title", title)
    for sheet in sheets:
        element(head, "link", rel="stylesheet", type="text/css", href=f"../styles/{sheet}")
    return root, element(root, "body", epub=body)


def entitle(root: etree._Element, title: str) -> None:
    """Give the document ``root`` its title; raises ValueError for what XML forbids."""
    for entry in root.iterfind(f"{_TAG}head/{_TAG}title"):
        entry.text = title
