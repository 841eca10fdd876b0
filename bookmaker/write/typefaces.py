"""The fonts of a file: of all glyphs that any sheaf shows, each face embedded once, reduced to those."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

import pydyf
from weasyprint.pdf.fonts import Font, build_fonts_dictionary
from weasyprint.text.ffi import ffi, gobject, pango
from weasyprint.text.fonts import get_pango_font_key

from bookmaker.diagnostics import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bookmaker.write.sheaf import Glyphs

_STRETCHES = (4, 0, 1, 2, 3, 5, 6, 7, 8)
"""Pango's widths of faces, the normal one first."""


def embed(pdf: Any, shown: Iterable[Glyphs], *, configuration: Any) -> Any:
    """Add the fonts of all that is shown to a PDF; return the dictionary of them, an object to be added."""
    fonts: dict[str, Any] = {}
    for glyphs in shown:
        font = fonts.get(glyphs.font)
        if font is None:
            font = fonts[glyphs.font] = _find(glyphs, configuration)
        font.widths = {**glyphs.widths, **font.widths}
        font.to_unicode = {**glyphs.texts, **font.to_unicode}
    first = len(pdf.objects)
    made = build_fonts_dictionary(pdf, fonts, False, True, {"hinting": False, "pdf_version": b"1.7"})
    for thing in pdf.objects[first:]:
        if isinstance(thing, pydyf.Stream):
            _compress(thing)
    return made


def _compress(stream: Any) -> None:
    """Compress a stream once: pydyf would do it for the file and again for the file's identifier."""
    content = stream.data.partition(b"\nstream\n")[2].removesuffix(b"\nendstream")
    stream.stream = [zlib.compress(content, 6)]
    stream.extra["Filter"] = "/FlateDecode"


def _find(glyphs: Glyphs, configuration: Any) -> Any:
    """Return the engine's font of a sheaf, found anew; raises OutputError where the system has another one now."""
    context = ffi.gc(pango.pango_font_map_create_context(configuration.font_map), gobject.g_object_unref)
    for stretch in _STRETCHES:
        description = ffi.gc(pango.pango_font_description_new(), pango.pango_font_description_free)
        pango.pango_font_description_set_family(description, glyphs.family.encode())
        pango.pango_font_description_set_style(description, glyphs.style)
        pango.pango_font_description_set_weight(description, glyphs.weight)
        pango.pango_font_description_set_stretch(description, stretch)
        pango.pango_font_description_set_absolute_size(description, round(glyphs.size * 1024))
        if glyphs.variations:
            settings = ",".join(f"{axis}={value}" for axis, value in glyphs.variations)
            pango.pango_font_description_set_variations(description, settings.encode())
        loaded = pango.pango_font_map_load_font(configuration.font_map, context, description)
        if loaded == ffi.NULL:
            continue
        _, found, size = get_pango_font_key(loaded)
        font = Font(loaded, found, size)
        if font.hash == glyphs.font:
            return font
    raise OutputError(f"the font {glyphs.family}, in which a part of the book is set, is not found again")
