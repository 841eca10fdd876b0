"""WeasyPrint as these writers know it: the version and the private functions that they replace.

WeasyPrint has no way to compose Chinese lines from outside, so some of its private functions are replaced
while a book is laid out. That holds for one major version only; before anything is replaced, version and
signatures are checked, and an OutputError says what to install otherwise.
"""

from __future__ import annotations

import inspect
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import weasyprint
from weasyprint.layout import block, inline, page, preferred
from weasyprint.pdf import anchors, fonts, tags
from weasyprint.pdf.stream import Stream
from weasyprint.text import line_break
from weasyprint.text.ffi import ffi, fontconfig, pangoft2
from weasyprint.text.fonts import FontConfiguration

from bookmaker.diagnostics import OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    Replacement = tuple[Any, str, Callable[..., Any]]

MAJOR = 70
"""The major version of WeasyPrint that the replacements were written for."""

_SIGNATURES = {
    (block, "iter_line_boxes"): (
        "(context, box, position_y, bottom_space, skip_stack, containing_block, absolute_boxes, fixed_boxes, "
        "first_letter_style, first_line_style)"
    ),
    (block, "_in_flow_layout"): (
        "(context, box, index, child, new_children, page_is_empty, absolute_boxes, fixed_boxes, adjoining_margins, "
        "bottom_space, position_y, skip_stack, first_letter_style, first_line_style, discard, next_page, max_lines)"
    ),
    (inline, "text_align"): "(context, line, available_width, last)",
    (inline, "split_text_box"): "(context, box, available_width, skip, is_line_start=True)",
    (inline, "justify_line"): "(context, line, extra_width)",
    (inline, "can_break_text"): "(text, lang)",
    (preferred, "can_break_text"): "(text, lang)",
    (preferred, "split_first_line"): (
        "(text, style, context, max_width, justification_spacing, is_line_start=True, minimum=False)"
    ),
    (page, "set_page_type_computed_styles"): "(page_type, html, style_for)",
    (weasyprint.draw, "draw_text"): "(stream, textbox, offset_x, text_overflow, block_ellipsis)",
    (weasyprint.layout, "make_margin_boxes"): "(context, page, state)",
    (FontConfiguration, "__init__"): "(self)",
    (tags, "_get_pdf_tag"): "(tag)",
    (tags, "_build_box_tree"): "(box, parent, pdf, page_number, nums, annotations, tags)",
    (Stream, "__init__"): (
        "(self, fonts, page_rectangle, resources, images, tags, color_profiles, output_intent, *args, **kwargs)"
    ),
    (Stream, "marked"): "(self, box, tag)",
    (anchors, "add_links"): "(links_and_anchors, matrix, pdf, page, names, tags)",
    (weasyprint.pdf, "_use_references"): "(pdf, resources, images, color_profiles)",
    (fonts, "build_fonts_dictionary"): "(pdf, fonts, compress, subset, options)",
    (fonts.Font, "__init__"): "(self, pango_font, description, font_size)",
    (line_break, "strut"): "(style)",
    (line_break, "_font_style_cache_key"): "(style, include_size=False)",
    (line_break.Layout, "__init__"): "(self, style, justification_spacing=0, max_width=None)",
    (line_break.Layout, "setup"): "(self, style)",
    (line_break.Layout, "set_text"): "(self, text, justify=False)",
    (line_break.Layout, "get_first_line"): "(self)",
    (line_break.Layout, "reactivate"): "(self, style)",
    (line_break.Layout, "deactivate"): "(self)",
}


def check_engine(version: str = weasyprint.__version__) -> None:
    """Raise OutputError unless WeasyPrint is the one whose private functions these writers know."""
    if version.partition(".")[0] != str(MAJOR):
        raise OutputError(
            f"WeasyPrint {version} is installed, but Chinese lines can be composed with {MAJOR}.x only: "
            f"run pip install 'weasyprint>={MAJOR},<{MAJOR + 1}'"
        )
    for (owner, name), expected in _SIGNATURES.items():
        function = getattr(owner, name, None)
        found = str(inspect.signature(function)) if callable(function) else "missing"
        if found != expected:
            raise OutputError(
                f"WeasyPrint {version} has changed: {owner.__name__}.{name} is {found}, expected {expected}; "
                f"install the version that bookmaker was tested with"
            )


@contextmanager
def replacing(functions: Sequence[Replacement]) -> Iterator[None]:
    """Put each (owner, name, function) in place while the block runs, of an engine that ``check_engine`` knows.

    Styles of pages are shared as well. All of it is global to the process: lay out one book at a time.
    """
    replaced = [*functions, (page, "set_page_type_computed_styles", _share_page_styles)]
    originals = [(owner, name, getattr(owner, name)) for owner, name, _ in replaced]
    for owner, name, function in replaced:
        setattr(owner, name, function)
    try:
        yield
    finally:
        for owner, name, function in originals:
            setattr(owner, name, function)


def font_configuration(files: Iterable[Path]) -> FontConfiguration:
    """Return the engine's font table with ``files`` added; raises OutputError for a file that is no font.

    ``@font-face`` would do the same by way of copies in a temporary folder, which a table that is kept for
    several books never removes.
    """
    configuration = FontConfiguration()
    for file in files:
        if not fontconfig.FcConfigAppFontAddFile(configuration._config, os.fsencode(file)):
            raise OutputError(f"the font {file} cannot be read: reinstall bookmaker")
    pangoft2.pango_fc_font_map_config_changed(ffi.cast("PangoFcFontMap *", configuration.font_map))
    return configuration


_set_page_styles = page.set_page_type_computed_styles


def _share_page_styles(page_type: Any, html: Any, style_for: Any) -> None:
    """Compute the styles of a page and its margin boxes once for all pages of a kind.

    WeasyPrint computes them for every page, for a rule might say ``:nth()``; none of ours does. It is a tenth
    of the time of a book.
    """
    known = style_for.__dict__.setdefault("bookmaker_page_styles", {})
    kind = page_type.side, page_type.blank, page_type.name, page_type.index == 0
    computed = style_for.get_computed_styles()
    if kind not in known:
        _set_page_styles(page_type, html, style_for)
        known[kind] = {part: style for (owner, part), style in computed.items() if owner == page_type}
    for part, style in known[kind].items():
        computed[page_type, part] = style
