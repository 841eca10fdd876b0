"""The fonts of a file: each face embedded once, reduced to the glyphs that any sheaf shows."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from weasyprint.pdf import fonts as engine_fonts
from weasyprint.pdf.fonts import Font, build_fonts_dictionary
from weasyprint.text.ffi import ffi, gobject, harfbuzz_subset, pango
from weasyprint.text.fonts import get_pango_font_key

from bookmaker.diagnostics import OutputError
from bookmaker.write.objects import Numbering, item_of
from bookmaker.write.sheaf import FIRST, Embedded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bookmaker.write.sheaf import Glyphs

_STRETCHES = (4, 0, 1, 2, 3, 5, 6, 7, 8)
"""Pango's widths of faces, the normal one first."""


def embedded(glyphs: Glyphs, configuration: Any, *, is_own: bool) -> Embedded:
    """Return a font reduced to what is shown of it; ``is_own`` says that the face is one of bookmaker's own."""
    font = _find(glyphs, configuration, is_own=is_own)
    font.widths, font.to_unicode = glyphs.widths, glyphs.texts
    numbering = Numbering(FIRST)
    made = build_fonts_dictionary(
        numbering, {glyphs.font: font}, False, True, {"hinting": False, "pdf_version": b"1.7"}
    )
    number = int(made[glyphs.font].split()[0])
    return Embedded(tuple(item_of(thing) for thing in numbering.objects[FIRST:]), number)


@contextmanager
def _without_copy() -> Iterator[None]:
    copy = engine_fonts.get_hb_object_data
    engine_fonts.get_hb_object_data = lambda _: b""
    try:
        yield
    finally:
        engine_fonts.get_hb_object_data = copy


def _find(glyphs: Glyphs, configuration: Any, *, is_own: bool) -> Any:
    """Return the engine's font of a sheaf, found anew; raises OutputError where the system has another one now.

    A face of bookmaker's own is reduced by HarfBuzz from the file; the copy of it that the engine makes is spared.
    """
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
        with _without_copy() if is_own and harfbuzz_subset else nullcontext():
            font = Font(loaded, found, size)
        if font.hash == glyphs.font:
            return font
    raise OutputError(f"the font {glyphs.family}, in which a part of the book is set, is not found again")
