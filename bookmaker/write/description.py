"""What describes a PDF as a whole: metadata, page labels, attachments, output intents."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import md5
from typing import TYPE_CHECKING, Any

import pydyf

import bookmaker
from bookmaker.libraries import folder, version
from bookmaker.write import press, xmp
from bookmaker.write.document import issue_title
from bookmaker.write.package import issue_name
from bookmaker.write.pdf_file import stream

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bookmaker.book import Book
    from bookmaker.write.profiles import Profile, Source


def describe(pdf: Any, book: Book, profile: Profile) -> None:
    """Add to a PDF what is said of it, and what its profile asks for."""
    issue = book.edition.issue.metadata
    producer = f"WeasyPrint {version('weasyprint')}"
    when = pydyf.String(_date(book))
    pdf.info.update({"Producer": pydyf.String(producer), "Title": pydyf.String(issue_name(issue))})
    if issue.publisher:
        pdf.info["Author"] = pydyf.String(issue.publisher)
    if issue.description:
        pdf.info["Subject"] = pydyf.String(issue.description)
    pdf.info.update({"Creator": pydyf.String(f"bookmaker {bookmaker.__version__}")})
    pdf.info.update({"CreationDate": when, "ModDate": when})
    pdf.catalog["Lang"] = pydyf.String(book.edition.language)
    decimal = pydyf.Dictionary({"S": "/D", "St": 1})
    ranges: list[Any] = [0, decimal]
    if book.cover:
        ranges = [0, pydyf.Dictionary({"P": pydyf.String("封面")}), 1, decimal]
    pdf.catalog["PageLabels"] = pydyf.Dictionary({"Nums": pydyf.Array(ranges)})
    marks: Mapping[str, str] = xmp.SCREEN
    if profile.name == "archive":
        marks = xmp.ARCHIVE_3 if profile.source else xmp.ARCHIVE_2
        pdf.catalog["OutputIntents"] = pydyf.Array([_screen_intent(pdf)])
        if profile.source:
            _attach(pdf, book, profile.source)
    elif profile.is_press:
        marks = xmp.PRESS
        pdf.catalog["OutputIntents"] = pydyf.Array([press.output_intent(profile.condition, pdf.add_object)])
        pdf.info["Trapped"] = "/False"
    # Not compressed, to be found by programs that know no PDF (XMP part 3, 1.2).
    packet = stream(xmp.packet(book, marks, producer), {"Type": "/Metadata", "Subtype": "/XML"})
    pdf.add_object(packet)
    pdf.catalog["Metadata"] = packet.reference


def _date(book: Book) -> str:
    return datetime.fromtimestamp(book.modified, UTC).strftime("D:%Y%m%d%H%M%SZ")


def _screen_intent(pdf: Any) -> Any:
    """Return the output intent of an archive's file: sRGB (ISO 19005-2, 6.2.3), by the engine's profile."""
    name = "sRGB2014.icc"
    profile = stream((folder("weasyprint") / "pdf" / name).read_bytes(), {"N": 3})
    pdf.add_object(profile)
    return pydyf.Dictionary(
        {
            "Type": "/OutputIntent",
            "S": "/GTS_PDFA1",
            "OutputConditionIdentifier": pydyf.String(name),
            "Info": pydyf.String(name),
            "DestOutputProfile": profile.reference,
        }
    )


def _attach(pdf: Any, book: Book, source: Source) -> None:
    """Attach the source of the pages as PDF/A-3 wants it: named, described, dated, related (ISO 19005-3, 6.8)."""
    when = pydyf.String(_date(book))
    digest = md5(source.data, usedforsecurity=False).hexdigest()
    parameters = {"CheckSum": f"<{digest}>", "Size": len(source.data), "CreationDate": when, "ModDate": when}
    file = stream(
        source.data,
        {"Type": "/EmbeddedFile", "Subtype": "/application#2fjson", "Params": pydyf.Dictionary(parameters)},
    )
    pdf.add_object(file)
    title = issue_title(book.edition.issue.metadata)
    attachment = pydyf.Dictionary(
        {
            "Type": "/Filespec",
            "F": pydyf.String(source.name.encode()),
            "UF": pydyf.String(source.name),
            "EF": pydyf.Dictionary({"F": file.reference}),
            "Desc": pydyf.String(f"{title}: the segmented issue that the pages were made from"),
            "AFRelationship": "/Source",
        }
    )
    pdf.add_object(attachment)
    names = pydyf.Dictionary({"Names": pydyf.Array([pydyf.String(source.name), attachment.reference])})
    pdf.catalog.setdefault("Names", pydyf.Dictionary())["EmbeddedFiles"] = names
    pdf.catalog["AF"] = pydyf.Array([attachment.reference])
