"""The XMP packet of a PDF: what a library records of the issue, and which standards the file keeps.

What is said of the issue comes from the same place as the EPUB's metadata (``bookmaker.write.package``), so the two
cannot differ. Properties outside the schemas that PDF/A knows (ISO 19005-2, 6.6.2.3) are described in the packet
itself: PDF/UA's identification and PRISM's ISSN, volume and number.
"""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING

import bookmaker
from bookmaker.write.package import issue_name, metadata

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bookmaker.book import Book

NAMESPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "pdfxid": "http://www.npes.org/pdfx/ns/id/",
    "prism": "http://prismstandard.org/namespaces/basic/2.0/",
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
    "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
}

SCREEN = {"pdfuaid:part": "1"}
"""Mark of PDF/UA-1."""

ARCHIVE_2 = {"pdfaid:part": "2", "pdfaid:conformance": "A", **SCREEN}
"""Marks of PDF/A-2a together with PDF/UA-1."""

ARCHIVE_3 = {**ARCHIVE_2, "pdfaid:part": "3"}
"""Marks of PDF/A-3a together with PDF/UA-1."""

PRESS = {
    "pdfxid:GTS_PDFXVersion": "PDF/X-4",
    "pdf:Trapped": "False",
    "xmpMM:VersionID": "1",
    "xmpMM:RenditionClass": "default",
}
"""Marks of PDF/X-4 (ISO 15930-7, 6.16)."""


def timestamp(book: Book) -> str:
    """Return the book's time of modification as XMP and the engine write it: 2031-04-06T00:00:00Z."""
    return datetime.fromtimestamp(book.modified, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def rdf(book: Book, marks: Mapping[str, str], producer: str) -> bytes:
    """Return the packet's ``rdf:RDF`` element as UTF-8; ``marks`` name the standards that the file keeps.

    Raises InputError for metadata that are no metadata, as the EPUB writer does.
    """
    parts = [*_dublin_core(book), *_prism(book)]
    if "pdfaid:part" in marks:
        parts.append(_EXTENSIONS)
    when = timestamp(book)
    simple = {
        **marks,
        "pdf:Producer": producer,
        "xmp:CreatorTool": f"bookmaker {bookmaker.__version__}",
        "xmp:CreateDate": when,
        "xmp:ModifyDate": when,
        "xmp:MetadataDate": when,
        "xmpMM:DocumentID": book.identifier.replace("urn:uuid:", "uuid:"),
    }
    parts += [_element(name, escape(value, quote=False)) for name, value in simple.items()]
    spaces = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in NAMESPACES.items())
    body = "\n".join(parts)
    return (
        f'<rdf:RDF {spaces}>\n<rdf:Description rdf:about="">\n{body}\n</rdf:Description>\n</rdf:RDF>'.encode()
    )


def packet(book: Book, marks: Mapping[str, str], producer: str) -> bytes:
    """Return the whole packet (XMP part 1, 7.3), as ``rdf`` makes its content."""
    return (
        b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
        + rdf(book, marks, producer)
        + b'\n</x:xmpmeta>\n<?xpacket end="r"?>'
    )


def _element(name: str, content: str) -> str:
    return f"<{name}>{content}</{name}>"


def _list(name: str, kind: str, values: Iterable[str]) -> str:
    items = "".join(_element("rdf:li", escape(value, quote=False)) for value in values)
    return _element(name, _element(f"rdf:{kind}", items))


def _in_languages(name: str, value: str, language: str) -> str:
    items = "".join(
        f'<rdf:li xml:lang="{tag}">{escape(value, quote=False)}</rdf:li>' for tag in ("x-default", language)
    )
    return _element(name, f"<rdf:Alt>{items}</rdf:Alt>")


_LISTS = {
    "dc:creator": "Seq",
    "dc:contributor": "Bag",
    "dc:publisher": "Bag",
    "dc:language": "Bag",
    "dc:date": "Seq",
}
_BY_LANGUAGE = ("dc:title", "dc:description", "dc:rights")


def _dublin_core(book: Book) -> Iterator[str]:
    """Yield the properties of Dublin Core in the forms that XMP gives them (XMP part 1, 8.4)."""
    found: dict[str, list[str]] = {}
    for item in metadata(book):
        if item.name.startswith("dc:"):
            found.setdefault(item.name, []).append(item.value)
    for name, values in found.items():
        if name in _BY_LANGUAGE:
            yield _in_languages(name, values[0], book.edition.language)
        elif kind := _LISTS.get(name):
            yield _list(name, kind, values)
        elif name in {"dc:identifier", "dc:source"}:
            yield _element(name, escape(values[0], quote=False))
    yield _element("dc:format", "application/pdf")


def _prism(book: Book) -> Iterator[str]:
    issue = book.edition.issue.metadata
    given = {
        "publicationName": issue.title,
        "issn": issue.issn,
        "volume": issue.volume,
        "number": issue.number,
        "issueName": issue_name(issue),
    }
    for name, value in given.items():
        if value:
            yield _element(f"prism:{name}", escape(value, quote=False))


def _schema(title: str, prefix: str, properties: Mapping[str, tuple[str, str]]) -> str:
    """Describe a schema that PDF/A does not know: its properties with their types and what they mean."""
    rows = "".join(
        '<rdf:li rdf:parseType="Resource">'
        + _element("pdfaProperty:name", name)
        + _element("pdfaProperty:valueType", kind)
        + _element("pdfaProperty:category", "external" if prefix == "prism" else "internal")
        + _element("pdfaProperty:description", text)
        + "</rdf:li>"
        for name, (kind, text) in properties.items()
    )
    return (
        '<rdf:li rdf:parseType="Resource">'
        + _element("pdfaSchema:schema", title)
        + _element("pdfaSchema:namespaceURI", NAMESPACES[prefix])
        + _element("pdfaSchema:prefix", prefix)
        + _element("pdfaSchema:property", f"<rdf:Seq>{rows}</rdf:Seq>")
        + "</rdf:li>"
    )


_EXTENSIONS = _element(
    "pdfaExtension:schemas",
    "<rdf:Bag>"
    + _schema(
        "PDF/UA identification", "pdfuaid", {"part": ("Integer", "Part of ISO 14289 that the file keeps")}
    )
    + _schema(
        "PRISM basic metadata",
        "prism",
        {
            "publicationName": ("Text", "Name of the magazine"),
            "issn": ("Text", "International Standard Serial Number of the magazine"),
            "volume": ("Text", "Volume of the issue"),
            "number": ("Text", "Number of the issue"),
            "issueName": ("Text", "Name of the issue"),
        },
    )
    + "</rdf:Bag>",
)
