"""The fonts of a file: of all glyphs that any sheaf shows, each face embedded once, reduced to those."""

from __future__ import annotations

import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

import pydyf
from weasyprint.pdf import fonts as engine_fonts
from weasyprint.pdf.fonts import Font, build_fonts_dictionary
from weasyprint.text.ffi import ffi, gobject, harfbuzz_subset, pango
from weasyprint.text.fonts import get_pango_font_key

from bookmaker.diagnostics import OutputError
from bookmaker.write import sheaf_cache
from bookmaker.write.faces import face_fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from bookmaker.write.sheaf import Glyphs

_STRETCHES = (4, 0, 1, 2, 3, 5, 6, 7, 8)
"""Pango's widths of faces, the normal one first."""


def embed(pdf: Any, shown: Iterable[Glyphs], *, configuration: Any, faces: Mapping[str, Path]) -> Any:
    """Add the fonts of all that is shown to a PDF; return the dictionary of them, an object to be added.

    ``faces`` are the files of the faces that are bookmaker's own, by family: reduced ones are kept in the cache.
    """
    fonts: dict[str, Any] = {}
    for glyphs in shown:
        font = fonts.get(glyphs.font)
        if font is None:
            font = fonts[glyphs.font] = _find(glyphs, configuration, is_own=glyphs.family in faces)
        font.widths = {**glyphs.widths, **font.widths}
        font.to_unicode = {**glyphs.texts, **font.to_unicode}
    # Reducing and compressing do not hold the interpreter: faces are done side by side.
    with ThreadPoolExecutor(len(fonts)) as threads:
        contents = list(
            threads.map(lambda font: _reduced(font, faces.get(font.family)), list(fonts.values()))
        )
    packed = {id(font.file_content): content for font, content in zip(fonts.values(), contents, strict=True)}
    first = len(pdf.objects)
    made = build_fonts_dictionary(pdf, fonts, False, True, {"hinting": False, "pdf_version": b"1.7"})
    for thing in pdf.objects[first:]:
        if isinstance(thing, pydyf.Stream):
            whole = thing.stream[0] if len(thing.stream) == 1 else None
            content = packed.get(id(whole)) or zlib.compress(b"\n".join(thing.stream), 6)
            thing.stream = [content]
            thing.extra["Filter"] = "/FlateDecode"
    return made


def _reduced(font: Any, path: Path | None) -> bytes:
    """Reduce a font to what is shown of it, once; return its compressed content."""
    if font.bitmap:
        return b""
    glyphs = sorted(font.to_unicode)
    key = None
    if path is not None:
        key = sheaf_cache.key_of([b"face", face_fingerprint(path), repr(glyphs).encode()])
        if (kept := sheaf_cache.take(key)) is not None:
            font.file_content = zlib.decompress(kept)
            font.clean = lambda *_: None
            return kept
    font.clean(font.to_unicode, False)
    font.clean = lambda *_: None
    packed = zlib.compress(font.file_content, 6)
    if key is not None:
        sheaf_cache.keep(key, packed)
    return packed


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
