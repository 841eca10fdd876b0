"""Reading an EPUB back in tests: ``from publications import unzip``."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from lxml import etree

from bookmaker.book import OPS, XHTML
from bookmaker.write.epub import write_epub

if TYPE_CHECKING:
    from bookmaker.book import Book

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
