"""Baking: a shipped face becomes an edition face (``bookmaker.write.faces``).

Geometry of an upright glyph of advance width w, with vertical origin v and vertical advance h (``vmtx``), in a
face whose em box runs from -120 to 880 and so has its centre at 380: x' = v - y (the top of the glyph becomes
its left edge), y' = x - w/2 + 380 (it is centred on the line), advance' = h. Lengths are units of the em.
"""

from __future__ import annotations

import io
from struct import unpack_from
from typing import TYPE_CHECKING, Any

from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables import _g_l_y_f as glyphs
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

from bookmaker.diagnostics import OutputError
from bookmaker.write.across import MIDDLE, Builder, compiled, draw
from bookmaker.write.apostrophes import LETTER, MARK
from bookmaker.write.numbers import DIGITS
from bookmaker.write.orientation import orientation
from bookmaker.write.turning import turned

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bookmaker.write.faces import Recipe

_SYSTEMS = {"zh-Hans": "ZHS", "zh-Hant": "ZHT", "zh-Hant-TW": "ZHT", "zh-Hant-HK": "ZHH"}
_QUOTES = frozenset("‘’“”")
_SCRIPTS = ("DFLT", "hani", "latn", "kana")
_FEATURES = ["ccmp", "kern", "mark"]


def bake(recipe: Recipe) -> bytes:
    """Return the face of ``recipe`` as a TrueType font: the same bytes for the same recipe.

    Characters that the source lacks are left out. Raises OutputError for a source that is not the font it
    should be.
    """
    try:
        with TTFont(recipe.face.path, lazy=True, recalcBBoxes=False, recalcTimestamp=False) as font:
            return _baked(font, recipe)
    except (KeyError, AssertionError, ValueError) as error:
        raise OutputError(
            f"the font {recipe.face.path} cannot be used ({error!r}): reinstall bookmaker"
        ) from error


def _baked(font: TTFont, recipe: Recipe) -> bytes:
    system = _SYSTEMS.get(recipe.language, "ZHS")
    forms, dash = _forms(font, recipe, system)
    upright = {name for point, name in forms.items() if recipe.turned and _is_upright(font, point, name)}
    joined = [(forms[point], dash[point]) for point in dash if point in forms]
    verticals = font["vmtx"].metrics if recipe.turned else {}
    drawn = draw(font, _level_forms(font, recipe, system)) if recipe.turned else {}
    _reduce(font, forms, [name for _, name in joined])
    if recipe.turned:
        outlines = font["glyf"]
        metrics = font["hmtx"].metrics
        for name in sorted(upright):
            _turn(outlines, metrics, name, verticals[name])
    substitutions = [f"sub {name} {name} by {long};" for name, long in joined]
    lookups = rules = marked = ""
    if recipe.turned:
        builder = Builder(font, {chr(point): name for point, name in forms.items()}, drawn)
        lookups, rules = builder.numbers(recipe.numbers)
        marked = builder.marked(recipe.across, recipe.letters)
        builder.finish()
    systems = "".join(f"languagesystem {script} dflt;\n" for script in _SCRIPTS)
    source = f"{systems}{lookups}"
    for feature, body in (("ccmp", f"{' '.join(substitutions)}\n{rules}"), ("ss01", marked)):
        if body.strip():
            source += f"feature {feature} {{\n{body}}} {feature};\n"
    if "GSUB" in font:
        del font["GSUB"]
    if "feature" in source:
        addOpenTypeFeaturesFromString(font, source, tables=["GSUB"])
    _measure(font)
    if recipe.family:
        _rename(font, recipe.family)
    stream = io.BytesIO()
    font.save(stream, reorderTables=False)
    return stream.getvalue()


# --- forms of language and direction -----------------------------------------------------------------


def substitutions(font: TTFont, feature: str, system: str) -> dict[str, str]:
    """Return what a feature of single substitutions does to Han text of a language system."""
    table = font["GSUB"].table
    script = next(record.Script for record in table.ScriptList.ScriptRecord if record.ScriptTag == "hani")
    systems = {record.LangSysTag.strip(): record.LangSys for record in script.LangSysRecord}
    indices = systems.get(system, script.DefaultLangSys).FeatureIndex
    records = [table.FeatureList.FeatureRecord[index] for index in indices]
    lookups = sorted({i for r in records if r.FeatureTag == feature for i in r.Feature.LookupListIndex})
    made: dict[str, str] = {}
    for number in lookups:
        step: dict[str, str] = {}
        for part in table.LookupList.Lookup[number].SubTable:
            for old, new in getattr(part, "ExtSubTable", part).mapping.items():
                step.setdefault(old, new)
        made = {old: step.get(new, new) for old, new in made.items()} | {
            old: new for old, new in step.items() if old not in made
        }
    return made


_LONG_DASH = {0x2014: 0x2E3A}
"""A dash of two ems for two dashes of one, which would show a gap."""


def _forms(font: TTFont, recipe: Recipe, system: str) -> tuple[dict[int, str], dict[int, str]]:
    """Return the glyph of every character of the recipe, and of the dashes that two of them become."""
    cmap: Mapping[int, str] = font.getBestCmap()
    locl = substitutions(font, "locl", system)
    vert = substitutions(font, "vert", system) if recipe.turned else {}

    def form(point: int) -> str:
        name = locl.get(cmap[point], cmap[point])
        stays = orientation(chr(point)) == "R" and chr(point) not in _QUOTES
        return name if stays else vert.get(name, name)

    wanted = {ord(character) for character in recipe.characters}
    if recipe.turned:
        wanted.update(map(ord, DIGITS))
    found = {point: form(point) for point in sorted(wanted & cmap.keys())}
    if ord(LETTER) in wanted - cmap.keys() and ord(MARK) in cmap:
        mark = cmap[ord(MARK)]
        found[ord(LETTER)] = substitutions(font, "pwid", system).get(mark, mark)
    long = {short: form(point) for short, point in _LONG_DASH.items() if point in cmap}
    return found, long


def _level_forms(font: TTFont, recipe: Recipe, system: str) -> dict[str, str]:
    """Return the glyphs, as in level text, of what a turned face sets across or upright."""
    cmap, locl = font.getBestCmap(), substitutions(font, "locl", system)
    characters = {*DIGITS, *recipe.letters, *(character for text in recipe.across for character in text)}
    names = {character: cmap[ord(character)] for character in characters if ord(character) in cmap}
    return {character: locl.get(name, name) for character, name in sorted(names.items())}


def _is_upright(font: TTFont, point: int, name: str) -> bool:
    """Tell whether a character's glyph stands upright in a column."""
    value = orientation(chr(point))
    if value == "Tr" or chr(point) in _QUOTES:
        # Rotated unless the face has a form of its own.
        return bool(name != font.getBestCmap()[point]) or chr(point) in _QUOTES
    return value != "R"


def _reduce(font: TTFont, forms: Mapping[int, str], more: Iterable[str]) -> None:
    """Reduce ``font`` to the glyphs of ``forms`` and those named."""
    tables: list[Any] = []
    for kind, encoding, most in ((4, 1, 0xFFFF), (12, 10, 0x10FFFF)):
        part = {point: name for point, name in forms.items() if point <= most}
        if kind == 12 and len(part) == len(tables[0].cmap):
            continue
        table = CmapSubtable.newSubtable(kind)
        table.platformID, table.platEncID, table.language, table.cmap = 3, encoding, 0, part
        tables.append(table)
    font["cmap"].tables = tables
    options = Options(
        layout_features=_FEATURES, notdef_outline=True, hinting=False, name_IDs=["*"], name_languages=["*"],
        recalc_timestamp=False, recalc_bounds=False, legacy_cmap=False, drop_tables=["DSIG", "vhea", "vmtx"],
        layout_closure=False,
    )  # fmt: skip
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=forms.keys(), glyphs=more)
    subsetter.subset(font)


# --- outlines --------------------------------------------------------------------------------------


def _turn(outlines: Any, metrics: dict[str, tuple[int, int]], name: str, vertical: tuple[int, int]) -> None:
    """Lay one upright glyph on its left side; ``vertical`` is its advance and top side bearing."""
    width, (height, bearing) = metrics[name][0], vertical
    data = _simple(outlines, name)
    origin = bearing + (unpack_from(">h", data, 8)[0] if data else 0)
    data = turned(data, origin, MIDDLE - width // 2)
    outlines.glyphs[name] = glyphs.Glyph(data)
    metrics[name] = height, unpack_from(">h", data, 2)[0] if data else 0


def _simple(outlines: Any, name: str) -> bytes:
    """Return a glyph's bytes, composite glyphs taken apart."""
    glyph = outlines.glyphs[name]
    data: bytes = glyph.data if hasattr(glyph, "data") else glyph.compile(outlines, recalcBBoxes=True)
    if data[:2] == b"\xff\xff":
        points, ends, flags = outlines[name].getCoordinates(outlines)
        data = compiled(outlines, points, ends, flags)
    return data


def _rename(font: TTFont, family: str) -> None:
    names = {1: family, 4: f"{family} Regular", 6: f"{family.replace(' ', '')}-Regular", 16: family}
    for record in font["name"].names:
        if record.nameID in names:
            record.string = names[record.nameID]


def _box(glyph: Any) -> tuple[int, int, int, int] | None:
    if data := getattr(glyph, "data", b""):
        left, bottom, right, top = unpack_from(">4h", data, 2)
        return left, bottom, right, top
    if getattr(glyph, "numberOfContours", 0):
        return glyph.xMin, glyph.yMin, glyph.xMax, glyph.yMax
    return None


def _measure(font: TTFont) -> None:
    """Set the bounds in ``head`` to those of all glyphs, and the widest advance."""
    boxes = [box for glyph in font["glyf"].glyphs.values() if (box := _box(glyph))]
    head = font["head"]
    if boxes:
        low_x, low_y, high_x, high_y = zip(*boxes, strict=True)
        head.xMin, head.yMin, head.xMax, head.yMax = min(low_x), min(low_y), max(high_x), max(high_y)
    font["hhea"].advanceWidthMax = max(width for width, _ in font["hmtx"].metrics.values())
