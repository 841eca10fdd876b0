"""Faces inside an EPUB: the shipped faces reduced to what one edition sets in each, as WOFF2 or TrueType.

A face keeps the forms of the edition's language (``locl``), those for vertical text (``vert``, ``vrt2``) and the
half-width marks (``halt``, ``vhal``), so that a reading system can set the text as it would with the whole face.
Ideographs have the forms of the language by themselves: few reading systems ask for ``locl``, and the other forms
would take as much room again.
Nothing is obfuscated: few reading systems undo it (EPUB 3.3, sec-font-obfuscation). Licences go along.
"""

from __future__ import annotations

import io
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from bookmaker import resources
from bookmaker.book import Resource
from bookmaker.chars import is_han
from bookmaker.diagnostics import OutputError
from bookmaker.write.cache import cached

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fontTools.ttLib import TTFont
    from lxml import etree

    from bookmaker.book import Book
    from bookmaker.resources import Face, Role

VERSION = 3
"""Raised with every change of what is kept, so that faces from before are not taken from the cache."""


class _Format(NamedTuple):
    """How a font file is called: in the manifest (EPUB 3.3, core media types), in CSS, and in fontTools."""

    media_type: str
    css: str
    flavour: str | None


_FORMATS = {
    "woff2": _Format("font/woff2", "woff2", "woff2"),
    "ttf": _Format("font/ttf", "truetype", None),
}

_FEATURES = ("ccmp", "kern", "locl", "mark", "mkmk", "vert", "vrt2", "halt", "vhal", "vkrn")
_SYSTEMS = {"zh-Hans": "ZHS", "zh-Hant-TW": "ZHT", "zh-Hant-HK": "ZHH"}

_HEI = frozenset(
    "h2 h3 h4 h5 h6 strong th .section .kicker .department-name .untitled .note-label".split()  # noqa: SIM905
)
_KAI = frozenset(
    "blockquote figcaption .lead .byline .subtitle .attribution .verse .entry-authors .date .imprint".split()  # noqa: SIM905
)
"""What ``base.css`` sets in Hei and in Kai; all else is Song. A test compares the two."""

_GENERATED = {"song": "•●", "kai": "—"}
"""Characters that style sheets put in: emphasis dots, the dash before a subtitle."""


def with_faces(book: Book, font_format: str = "woff2") -> Book:
    """Return ``book`` with its faces and their licences among the resources, and declared in its first sheet.

    ``font_format`` is ``woff2``, or ``ttf`` for reading systems that know nothing newer. The same bytes for the same
    book. Raises OutputError if a shipped face is missing or damaged.
    """
    if not book.stylesheets:
        return book
    texts = {role: set(characters) for role, characters in _GENERATED.items()}
    for chapter in book.chapters:
        for role, text in _texts(chapter.root, "song"):
            texts.setdefault(role, set()).update(text)
    made = _FORMATS[font_format]
    faces: list[Resource] = []
    rules: list[str] = []
    for role, face in resources.FACES.items():
        if role not in texts:
            continue
        name = face.path.with_suffix(f".{font_format}").name
        data = _subset_once(face, frozenset(texts[role]), book.edition.language, font_format)
        faces.append(Resource(f"../fonts/{name}", made.media_type, data))
        # Declared bold too, where it sets heads: no reading system shall thicken it.
        weights = ("normal", "bold") if role == "hei" else ("normal",)
        rules += [
            f'@font-face {{ font-family: "{face.family}"; font-weight: {weight};'
            f' src: url("../fonts/{name}") format("{made.css}"); }}\n'
            for weight in weights
        ]
    first, *others = book.stylesheets
    declared = Resource(first.href, first.media_type, "".join(rules).encode() + b"\n" + first.data)
    return msgspec.structs.replace(
        book, stylesheets=(declared, *others), resources=(*book.resources, *faces, *_licences())
    )


def _licences() -> Iterator[Resource]:
    paths = sorted(resources.fonts_dir().glob("OFL-*.txt"))
    if not paths:
        raise OutputError(
            f"the licences of the fonts are missing in {resources.fonts_dir()}: reinstall bookmaker"
        )
    for path in paths:
        yield Resource(f"../fonts/{path.name}", "text/plain", path.read_bytes())


def _texts(element: etree._Element, role: Role) -> Iterator[tuple[Role, str]]:
    """Yield every text below ``element`` with the role of the face that sets it; ``role`` is inherited."""
    tag = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
    names = {tag, *(f".{name}" for name in element.get("class", "").split())}
    if names & _HEI or (tag == "caption"):
        role = "hei"
    elif names & _KAI:
        role = "kai"
    if tag == "h1":
        role = "song"
    if element.text:
        yield role, element.text
    for child in element:
        yield from _texts(child, role)
        if child.tail:
            yield role, child.tail


def _subset_once(face: Face, characters: frozenset[str], language: str, font_format: str) -> bytes:
    """Return the subset as ``_subset`` makes it, from the user's cache where it is kept there."""
    digest = sha256(f"embedded {VERSION} {language} {font_format}\n".encode())
    with face.path.open("rb") as stream:
        # The head of the table directory holds a checksum of every table.
        digest.update(stream.read(12 + 16 * 32))
    digest.update("".join(sorted(characters)).encode("utf-32"))
    return cached(
        digest.hexdigest(), lambda: _subset(face, characters, language, font_format), suffix=f".{font_format}"
    ).read_bytes()


def _subset(face: Face, characters: frozenset[str], language: str, font_format: str) -> bytes:
    """Return ``face`` with the glyphs of ``characters`` in the forms of ``language``."""
    from fontTools.subset import Options, Subsetter  # noqa: PLC0415 - needed only on a miss of the cache
    from fontTools.ttLib import TTFont, TTLibError  # noqa: PLC0415

    from bookmaker.write.baking import substitutions  # noqa: PLC0415

    system = _SYSTEMS.get(language, "ZHS")
    options = Options(
        layout_features=list(_FEATURES), layout_scripts=[f"hani.{system}", "hani.dflt", "latn.dflt", "DFLT.dflt"],
        hinting=False, notdef_outline=True, name_IDs=["*"], name_languages=["*"], drop_tables=["DSIG"],
        recalc_timestamp=False,
    )  # fmt: skip
    try:
        out = io.BytesIO()
        with TTFont(face.path, lazy=True, recalcBBoxes=False, recalcTimestamp=False) as font:
            _bake_ideographs(font, substitutions(font, "locl", system), characters)
            subsetter = Subsetter(options)
            subsetter.populate(unicodes=map(ord, sorted(characters)))
            subsetter.subset(font)
            font.flavor = _FORMATS[font_format].flavour
            font.save(out, reorderTables=False)
    except (TTLibError, KeyError, AssertionError, ValueError) as error:
        raise OutputError(f"the font {face.path} cannot be used ({error!r}): reinstall bookmaker") from error
    return out.getvalue()


def _bake_ideographs(font: TTFont, forms: Mapping[str, str], characters: frozenset[str]) -> None:
    """Map the ideographs among ``characters`` to their ``forms``."""
    for table in font["cmap"].tables:
        if table.isUnicode():
            mapped = {ord(c): table.cmap[ord(c)] for c in characters if ord(c) in table.cmap}
            table.cmap = {p: forms.get(name, name) if is_han(chr(p)) else name for p, name in mapped.items()}
