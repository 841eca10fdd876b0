"""Metadata of the package document: what a library, a shelf and an assistive device read of an issue.

Every item says something known; what nobody gave is left out (EPUB 3.3 §5.5, EPUB Accessibility 1.1 §2).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from bookmaker.book import XHTML
from bookmaker.diagnostics import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bookmaker.book import Book, Chapter, Resource
    from bookmaker.model import Issue, Metadata

SVG = "http://www.w3.org/2000/svg"

PREFIXES = {
    "dcterms": "http://purl.org/dc/terms/",
    "marc": "http://id.loc.gov/vocabulary/",
    "schema": "http://schema.org/",
}
"""Vocabularies of the package's properties; reserved ones are declared too (EPUB 3.3 §D.1.4)."""

IDENTIFIER_ID = "pub-id"
COVER_ID = "cover-image"

_RELATORS = (
    ("pht", ("摄影", "攝影", "图片", "圖片", "供图", "供圖")),
    ("trl", ("翻译", "翻譯", "译者", "譯者", "编译", "編譯")),
    ("ill", ("插图", "插圖", "插画", "插畫", "绘图", "繪圖")),
    ("edt", ("编辑", "編輯", "责编", "責編", "整理", "校对", "校對")),
)
"""MARC relator codes by words of a printed role; any other role is an author's (aut)."""

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML 1.0, production 2
_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


class Item(msgspec.Struct, frozen=True):
    """One element of the metadata: ``dc:title`` and the like, or ``meta``, with its text and attributes."""

    name: str
    value: str = ""
    attributes: Mapping[str, str] = {}


def meta(property_: str, value: str, **attributes: str) -> Item:
    """Return a ``meta`` element of a property."""
    return Item("meta", value, {"property": property_, **attributes})


def issue_name(metadata: Metadata) -> str:
    """Return the issue's name in one string, as 栗坡月刊 2031年第4期: magazine, year or volume, number.

    A package has one title: reading systems show titles in parts badly (EPUB 3.3 §5.5.3.2).
    """
    designation = issue_designation(metadata)
    return f"{metadata.title} {designation}" if designation else metadata.title


def issue_designation(metadata: Metadata) -> str:
    """Return year, volume and number of the issue as far as they are known: 2031年第4期, 2031年4月."""
    date = metadata.date or ""
    year = str(metadata.year or date[:4])
    numbers = _counted(metadata.volume, "卷") + _counted(metadata.number, "期")
    month = f"{int(date[5:7])}月" if date[5:7].isdigit() else ""
    return (f"{year}年" if year else "") + (numbers or month)


def _counted(value: str | None, unit: str) -> str:
    """Return 第4期 for 4 or 04, and a value that is no mere number (4期, 增刊, 第4期) as it is."""
    value = (value or "").strip()
    if re.fullmatch(r"\d+", value):
        value = str(int(value))
    return f"第{value}{unit}" if re.fullmatch(r"\d+([-–—~～、/,，]\d+)*", value) else value


def metadata(book: Book) -> tuple[Item, ...]:
    """Return the package's metadata, ``dcterms:modified`` excepted.

    Raises ``InputError`` for a date that is not ISO 8601, an ISSN that is none, and characters XML refuses.
    """
    items = (
        *_publication(book),
        *_people(book.edition.issue),
        *_series(book),
        *_accessibility(book),
        *_legacy(book),
    )
    for item in items:
        if found := _NOT_XML.search(item.value):
            wrong = f"U+{ord(found.group()):04X}"
            raise InputError(
                f"metadata: {item.value!r} contains the character {wrong}, which no XML file may hold"
            )
    return items


def prefixes(items: Iterable[Item]) -> str:
    """Return the ``prefix`` attribute: every prefix used by ``items`` and by dcterms:modified, declared."""
    names = {"dcterms"}
    for item in items:
        names.update(item.attributes.get(key, "").partition(":")[0] for key in ("property", "scheme"))
    return " ".join(f"{name}: {address}" for name, address in PREFIXES.items() if name in names)


def _publication(book: Book) -> Iterator[Item]:
    given = book.edition.issue.metadata
    yield Item("dc:identifier", book.identifier, {"id": IDENTIFIER_ID})
    yield Item("dc:title", issue_name(given), {"id": "title"})
    yield Item("dc:language", book.edition.language)
    if given.date:
        if not _DATE.fullmatch(given.date):
            raise InputError(f"metadata: date {given.date!r} is none of YYYY, YYYY-MM, YYYY-MM-DD")
        yield Item("dc:date", given.date)
    for name in ("publisher", "rights", "description", "source"):
        if value := getattr(given, name):
            yield Item(f"dc:{name}", value)


def _people(issue: Issue) -> Iterator[Item]:
    """Yield the persons of all bylines, each once, in order of appearance, with their MARC relators.

    Authors are creators; who only took pictures, translated or edited is a contributor.
    """
    roles: dict[str, dict[str, None]] = {}
    for article in issue.articles:
        for byline in article.bylines:
            for person in byline.people:
                if name := person.name.strip():
                    roles.setdefault(name, {})[_relator(person.role)] = None
    for number, (name, relators) in enumerate(roles.items(), 1):
        ident = f"person-{number}"
        yield Item("dc:creator" if "aut" in relators else "dc:contributor", name, {"id": ident})
        yield meta("file-as", sort_name(name), refines=f"#{ident}")
        for relator in relators:
            yield meta("role", relator, refines=f"#{ident}", scheme="marc:relators")


def sort_name(name: str) -> str:
    """Return a name as it is filed: a Western one surname first, a Chinese one, which is so already, unpadded."""
    parts = name.split()
    if all(part.isascii() for part in parts):
        return f"{parts[-1]}, {' '.join(parts[:-1])}" if len(parts) > 1 else name
    return "".join(parts) if all(len(part) <= 2 for part in parts) else name


def _relator(role: str | None) -> str:
    return next((code for code, words in _RELATORS if role and any(word in role for word in words)), "aut")


def _series(book: Book) -> Iterator[Item]:
    """Yield the magazine as the series that the issue belongs to (EPUB 3.3 §D.3.2)."""
    given = book.edition.issue.metadata
    yield meta("belongs-to-collection", given.title, id="series")
    yield meta("collection-type", "series", refines="#series")
    if given.issn:
        yield meta("dcterms:identifier", f"urn:issn:{_issn(given.issn)}", refines="#series")
    if given.cn:
        cn = given.cn.removeprefix("CN").strip(" :：")
        yield meta("dcterms:identifier", f"CN {cn}", refines="#series")
    if position := _position(given):
        yield meta("group-position", position, refines="#series")


def _issn(printed: str) -> str:
    """Return an ISSN as 1234-567X; raises ``InputError`` where ``printed`` is none."""
    digits = re.sub(r"(?i)^\s*issn|[\s:：–—-]", "", printed).upper()
    if not re.fullmatch(r"\d{7}[\dX]", digits):
        raise InputError(f"metadata: issn {printed!r} is not an ISSN: eight digits are wanted, as 1234-567X")
    return f"{digits[:4]}-{digits[4:]}"


def _position(given: Metadata) -> str:
    """Return "volume.issue", else "year.issue", in plain numbers; a double issue takes its first number."""
    number = re.search(r"\d+", given.number or "")
    if not number:
        return ""
    year = str(given.year or (given.date or "")[:4])
    volume = re.search(r"\d+", given.volume or "") or re.search(r"\d+", year)
    return ".".join(str(int(part.group())) for part in (volume, number) if part)


# --- accessibility ---------------------------------------------------------------------------------


class _Pictures(msgspec.Struct, frozen=True):
    """What the chapters show: real pictures, placeholders, and images that no text stands for."""

    real: int
    placeholders: int
    without_text: int
    images: int


def _pictures(chapters: Iterable[Chapter]) -> _Pictures:
    real = placeholders = without_text = images = 0
    for chapter in chapters:
        for image in chapter.root.iter(f"{{{XHTML}}}img", f"{{{SVG}}}svg"):
            images += 1
            figure = next(image.iterancestors(f"{{{XHTML}}}figure"), None)
            classes = figure.get("class", "").split() if figure is not None else []
            if image.tag == f"{{{XHTML}}}img":
                described = image.get("alt") is not None and "undescribed" not in classes
            else:
                described = (
                    image.get("aria-hidden") == "true"
                    or bool(image.get("aria-label"))
                    or image.find(f"{{{SVG}}}title") is not None
                )
            without_text += not described
            if chapter.role != "article":
                continue
            missing = "placeholder" in classes
            placeholders += missing
            real += not missing and image.get("aria-hidden") != "true" and image.get("alt") != ""
    return _Pictures(real, placeholders, without_text, images)


def _moves(resource: Resource) -> bool:
    """Tell whether a picture is an animation: a GIF of several frames, a WebP or PNG that says so."""
    match resource.media_type:
        case "image/gif":
            return resource.data.count(b"\x21\xf9\x04") > 1
        case "image/webp":
            return b"ANIM" in resource.data[:64]
        case "image/png":
            return b"acTL" in resource.data[:1024]
        case _:
            return False


def _has(book: Book, *tags: str) -> bool:
    names = [f"{{{XHTML}}}{tag}" for tag in tags]
    return any(next(chapter.root.iter(*names), None) is not None for chapter in book.chapters)


_SUMMARY = {
    "Hans": {
        "text": "正文是可以重排的文字，文章、标题和阅读顺序都有标记，可按目录和标题跳转",
        "pages": "，也可按原刊页码跳转",
        "described": "图片都有替代文字。",
        "undescribed": "部分图片没有替代文字。",
        "missing": "有{}处原刊图片暂缺，以占位图和图片说明代替。",
        "none": "正文没有图片。",
    },
    "Hant": {
        "text": "正文是可以重排的文字，文章、標題和閱讀順序都有標記，可按目錄和標題跳轉",
        "pages": "，也可按原刊頁碼跳轉",
        "described": "圖片都有替代文字。",
        "undescribed": "部分圖片沒有替代文字。",
        "missing": "有{}處原刊圖片暫缺，以佔位圖和圖片說明代替。",
        "none": "正文沒有圖片。",
    },
}


def script(language: str) -> str:
    """Return the script of a Chinese language tag: Hant for zh-Hant-…, zh-TW, zh-HK and zh-MO, else Hans."""
    subtags = set(language.split("-"))
    return "Hant" if subtags & {"Hant", "TW", "HK", "MO"} and "Hans" not in subtags else "Hans"


def _accessibility(book: Book) -> Iterator[Item]:
    """Yield the discovery metadata of EPUB Accessibility 1.1 §2.2, each claim read off the chapters."""
    pictures = _pictures(book.chapters)
    yield meta("schema:accessMode", "textual")
    if pictures.real:
        yield meta("schema:accessMode", "visual")
        yield meta("schema:accessModeSufficient", "textual,visual")
    if not pictures.without_text:
        yield meta("schema:accessModeSufficient", "textual")
    features = ["tableOfContents", "readingOrder"]
    if _has(book, "h1", "h2", "h3", "h4", "h5", "h6"):
        features.append("structuralNavigation")
    if book.pages:
        features += ["pageBreakMarkers", "pageNavigation"]
    if pictures.images and not pictures.without_text:
        features.append("alternativeText")
    if _has(book, "ruby"):
        features.append("rubyAnnotations")
    features.append(f"{book.edition.mode}Writing")
    for feature in features:
        yield meta("schema:accessibilityFeature", feature)
    # Nobody has looked whether what moves flashes.
    yield meta("schema:accessibilityHazard", "unknown" if any(map(_moves, book.resources)) else "none")
    yield meta("schema:accessibilitySummary", _summary(book, pictures))
    if book.pages:
        given = book.edition.issue.metadata
        yield meta("pageBreakSource", given.source or f"《{given.title}》{issue_designation(given)}")


def _summary(book: Book, pictures: _Pictures) -> str:
    words = _SUMMARY[script(book.edition.language)]
    summary = words["text"] + (words["pages"] if book.pages else "") + "。"
    if pictures.without_text:
        summary += words["undescribed"]
    elif pictures.real:
        summary += words["described"]
    if pictures.placeholders:
        summary += words["missing"].format(pictures.placeholders)
    return summary if pictures.real or pictures.placeholders else summary + words["none"]


def _legacy(book: Book) -> Iterator[Item]:
    """Yield what Kindle and readers of EPUB 2 look for: writing mode and cover."""
    mode = "vertical-rl" if book.edition.mode == "vertical" else "horizontal-lr"
    yield Item("meta", "", {"name": "primary-writing-mode", "content": mode})
    if book.cover:
        yield Item("meta", "", {"name": "cover", "content": COVER_ID})
