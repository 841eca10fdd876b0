"""Make the faces that bookmaker ships, from Noto CJK and LXGW WenKai; run by hand, never by a build.

    python fonts/make_faces.py [--noto FOLDER] [--wenkai FOLDER] [--out FOLDER]

What it does and why is told in ``fonts/README.md``. Equal inputs give equal bytes: no clock is read, the
dates in the faces are those of their sources. Needs fontTools only; takes about two minutes.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont, newTable
from fontTools.ttLib.reorderGlyphs import reorderGlyphs

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).resolve().parent
UNITS_PER_EM = 1000
ORIGIN = 880  # y of the em box's top: vertical origin of every Han character in both sources
MAX_ERR = 1.5  # units an outline may move when cubic curves become quadratic

SYMBOLS = (
    "0020-007E 00A0-017F 0192 01CD-01DC 01F8-01F9 0251 0261 02C6-02C7 02C9-02CB 02CD 02D8-02DD 0300-0304 "
    "0306-0308 030C 0384-03CE 0401-045F 1E3E-1E3F 1EBC-1EBD 2000-206F 2070-209F 20A0-20BF 2100-218F "
    "2190-21FF 2200-22FF 2300-23FF 2440-245F 2460-24FF 2500-257F 2580-259F 25A0-25FF 2600-27BF 29BF 2A2F "
    "2B05-2B1A 2E3A-2E3B 2FF0-2FFB 3000-303F 3040-30FF 3105-312F 3190-319F 31A0-31BF 31C0-31E3 31F0-31FF "
    "3200-32FF 3300-33FF FE10-FE19 FE30-FE4F FE50-FE6B FF01-FF60 FFE0-FFE6 1F100-1F1AC 1F200-1F265"
)
"""Everything wanted that is no Han character. Kangxi radicals and CJK radicals are left out on purpose:
they share glyphs with Han characters, and a PDF's text would come back with the radical."""

UNIFIED, EXTENSION_A = "4E00-9FFF", "3400-4DBF"
COMPATIBILITY = "FA0C-FA0F FA11 FA13-FA14 FA1F FA21 FA23-FA24 FA27-FA29"
"""The twelve unified characters of the compatibility block, and the two that Big5 encodes."""

OPENING = "〈《「『【〔〖〘〚〝（［｛‘“"
CLOSING = "、。〉》」』】〕〗〙〛〞〟），．］｝’”"
STOPPING = "！：；？"
"""Marks that can give up one half of their em in horizontal text; the last ones not in vertical text."""

CHINESE = {"ZHS", "ZHT", "ZHH"}
WESTERN = {"latn", "grek", "cyrl"}


class Recipe(NamedTuple):
    """How one face is made: its source, its names and weight, what it holds, whose glyph forms it keeps."""

    source: str
    member: str | None
    file: str
    family: str
    style: str
    weight: int
    ranges: str
    codecs: tuple[str, ...] = ()
    forms: Callable[[], set[int]] | None = None


def code_points(ranges: str) -> set[int]:
    """Return the code points of ``ranges``: hexadecimal, ``first-last`` or single, parted by spaces."""
    points: set[int] = set()
    for item in ranges.split():
        first, _, last = item.partition("-")
        points.update(range(int(first, 16), int(last or first, 16) + 1))
    return points


def ranges_of(points: set[int]) -> str:
    """Return ``points`` in the notation that code_points reads."""
    spans: list[tuple[int, int]] = []
    for point in sorted(points):
        if spans and spans[-1][1] == point - 1:
            spans[-1] = (spans[-1][0], point)
        else:
            spans.append((point, point))
    return " ".join(f"{a:X}" if a == b else f"{a:X}-{b:X}" for a, b in spans)


def encoded(codec: str) -> set[int]:
    """Return the characters that a double-byte ``codec`` of Python encodes, without ASCII and private use."""
    points: set[int] = set()
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            try:
                text = bytes((lead, trail)).decode(codec)
            except UnicodeDecodeError:
                continue
            if len(text) == 1:
                points.add(ord(text))
    return {point for point in points if point > 0x7F and not 0xE000 <= point <= 0xF8FF}


def big5_and_unified_hkscs() -> set[int]:
    """Return the characters of Big5, and those of HKSCS that lie in U+4E00–9FFF, which Cantonese needs."""
    return encoded("big5") | (encoded("big5hkscs") & code_points(UNIFIED))


def big5_level_1() -> set[int]:
    """Return the 5,401 common characters of Big5 (A440 to C67E), and all its marks and symbols."""
    points = encoded("big5")
    han = points & code_points(UNIFIED)
    return points - han | {p for p in han if b"\xa4\x40" <= chr(p).encode("big5") <= b"\xc6\x7e"}


def general_characters() -> set[int]:
    """Return the 8,105 characters of 通用规范汉字表 (2013)."""
    lines = (HERE / "general-characters.txt").read_text(encoding="utf-8").splitlines()
    return {ord(character) for line in lines if not line.startswith("#") for character in line.strip()}


RECIPES = (
    Recipe(
        "NotoSerifCJK-Regular.ttc", "NotoSerifCJKsc-Regular", "BookmakerSong-Regular.ttf", "Bookmaker Song",
        "Regular", 400, f"{SYMBOLS} {UNIFIED} {EXTENSION_A} {COMPATIBILITY}", ("big5hkscs",),
        big5_and_unified_hkscs,
    ),
    Recipe(
        "NotoSansCJK-Medium.ttc", "NotoSansCJKsc-Medium", "BookmakerHei-Medium.ttf", "Bookmaker Hei",
        "Medium", 500, f"{SYMBOLS} {UNIFIED} {COMPATIBILITY}", (), big5_level_1,
    ),
    Recipe(
        "LXGWWenKai-Regular.ttf", None, "BookmakerKai-Regular.ttf", "Bookmaker Kai",
        "Regular", 400, f"{SYMBOLS} {UNIFIED} {COMPATIBILITY}",
    ),
)  # fmt: skip


def wanted(recipe: Recipe) -> set[int]:
    """Return the code points asked of a face; what its source lacks simply stays out."""
    points = code_points(recipe.ranges) | general_characters()
    for codec in recipe.codecs:
        points |= {point for point in encoded(codec) if point >= 0x3400}
    return points


def keep_chinese_forms(font: TTFont, charset: set[int]) -> None:
    """Keep of the layout rules what Chinese needs: ZHS, ZHT and ZHH, the last two for ``charset`` only.

    Forms of Taiwan and Hong Kong (``locl``) cost a glyph each, hence the limit. Kerning stays for Western
    scripts: applied to full-width kana without ``palt`` it would break the solid setting.
    """
    cmap = font.getBestCmap()
    kept = {cmap[point] for point in charset if point in cmap}
    for tag in ("GSUB", "GPOS"):
        table = font[tag].table
        records = table.FeatureList.FeatureRecord
        table.ScriptList.ScriptRecord = [s for s in table.ScriptList.ScriptRecord if s.ScriptTag != "hang"]
        for record in table.ScriptList.ScriptRecord:
            script = record.Script
            script.LangSysRecord = [s for s in script.LangSysRecord if s.LangSysTag.strip() in CHINESE]
            systems = [script.DefaultLangSys, *(s.LangSys for s in script.LangSysRecord)]
            if record.ScriptTag not in WESTERN:
                for system in systems:
                    system.FeatureIndex = [i for i in system.FeatureIndex if records[i].FeatureTag != "kern"]
            for system in systems:
                for index in system.FeatureIndex:
                    if records[index].FeatureTag == "locl":
                        _keep_substitutions(table, records[index].Feature.LookupListIndex, kept)


def _keep_substitutions(gsub: Any, lookups: list[int], kept: set[str]) -> None:
    for number in lookups:
        for subtable in gsub.LookupList.Lookup[number].SubTable:
            rule = getattr(subtable, "ExtSubTable", subtable)
            # A short lookup holds the forms of a few marks, common to all Chinese languages: kept whole.
            if len(rule.mapping) > 100:
                rule.mapping = {old: new for old, new in rule.mapping.items() if old in kept}


def reduce(font: TTFont, points: set[int], features: list[str], glyphs: tuple[str, ...] = ()) -> None:
    """Reduce ``font`` in place to ``points``, the forms its ``features`` lead to, and ``glyphs``."""
    options = Options(
        layout_features=features, name_IDs=["*"], name_languages=["*"], notdef_outline=True, hinting=False,
        desubroutinize=True, drop_tables=["DSIG", "gasp", "BASE"], recalc_timestamp=False, legacy_cmap=False,
    )  # fmt: skip
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=points, glyphs=glyphs)
    subsetter.subset(font)
    tables = font["cmap"].tables
    # Variation sequences would promise forms that were not kept.
    font["cmap"].tables = [table for table in tables if table.format != 14]


def to_truetype(font: TTFont) -> None:
    """Replace CFF outlines by TrueType ones, and VORG by the top side bearings that say the same."""
    order = font.getGlyphOrder()
    drawn = font.getGlyphSet()
    origins = font["VORG"]
    glyf = newTable("glyf")
    glyf.glyphOrder, glyf.glyphs = order, {}
    for name in order:
        pen = TTGlyphPen(None)
        drawn[name].draw(Cu2QuPen(pen, MAX_ERR, reverse_direction=True))
        glyph = glyf.glyphs[name] = pen.glyph()
        glyph.recalcBounds(glyf)
        font["hmtx"][name] = (font["hmtx"][name][0], getattr(glyph, "xMin", 0))
        # OpenType, vmtx: the vertical origin of a TrueType glyph is its top plus its top side bearing.
        font["vmtx"][name] = (font["vmtx"][name][0], origins[name] - getattr(glyph, "yMax", 0))
    font["loca"], font["glyf"] = newTable("loca"), glyf
    maxp = font["maxp"]
    maxp.tableVersion = 0x00010000
    for field in (
        "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs", "maxStackElements",
        "maxSizeOfInstructions", "maxComponentElements", "maxComponentDepth", "maxPoints", "maxContours",
        "maxCompositePoints", "maxCompositeContours",
    ):  # fmt: skip
        setattr(maxp, field, 0)
    maxp.maxZones = 1
    del font["CFF "], font["VORG"]
    font.sfntVersion = "\x00\x01\x00\x00"


def add_glyph(
    font: TTFont, name: str, source: str, *, advance: int, shift: tuple[int, int], top: int
) -> None:
    """Add the glyph ``name``: ``source`` moved by ``shift``, as wide and as high as ``advance``.

    ``top`` is the height of its vertical origin. All are units of the em.
    """
    pen = TTGlyphPen(None)
    font.getGlyphSet()[source].draw(TransformPen(pen, (1, 0, 0, 1, *shift)))
    glyph = pen.glyph()
    font["glyf"][name] = glyph
    glyph.recalcBounds(font["glyf"])
    font["hmtx"][name] = (advance, glyph.xMin)
    font["vmtx"][name] = (advance, top - glyph.yMax)


def map_character(font: TTFont, character: str, name: str) -> None:
    """Let ``character`` be shown by the glyph ``name``."""
    for table in font["cmap"].tables:
        if ord(character) in table.cmap:
            table.cmap[ord(character)] = name


def widen_quotes(font: TTFont) -> tuple[str, ...]:
    """Give curly quotes a full em, as Chinese needs them; return the names of the proportional glyphs.

    An opening quote stands at the right of its em, a closing one at the left. The proportional
    glyphs stay, reached by the feature ``pwid``.
    """
    kept = []
    for character in "‘’“”":
        name = font.getBestCmap()[ord(character)]
        shift = UNITS_PER_EM - font["hmtx"][name][0] if character in OPENING else 0
        add_glyph(font, f"{name}.full", name, advance=UNITS_PER_EM, shift=(shift, 0), top=ORIGIN)
        map_character(font, character, f"{name}.full")
        kept.append(name)
    return tuple(kept)


def halve_interpunct(font: TTFont) -> None:
    """Give U+00B7 half an em with its dot in the middle of the em box (CLREQ: half an em on the mainland).

    The sources disagree: 0.33, 0.35 and 1 em, and one shares the glyph with three other dots.
    """
    source = font["glyf"][font.getBestCmap()[0xB7]]
    half, middle = UNITS_PER_EM // 2, ORIGIN - UNITS_PER_EM // 2
    shift = (half // 2 - (source.xMin + source.xMax) // 2, middle - (source.yMin + source.yMax) // 2)
    dot = font.getBestCmap()[0xB7]
    add_glyph(font, "interpunct", dot, advance=half, shift=shift, top=middle + half // 2)
    map_character(font, "·", "interpunct")


def vertical_forms(font: TTFont) -> dict[str, str]:
    """Return the substitutions of the feature ``vert``, the full-width quotes in place of the narrow ones."""
    gsub = font["GSUB"].table
    numbers = {
        number
        for record in gsub.FeatureList.FeatureRecord
        if record.FeatureTag == "vert"
        for number in record.Feature.LookupListIndex
    }
    forms: dict[str, str] = {}
    for number in sorted(numbers):
        for subtable in gsub.LookupList.Lookup[number].SubTable:
            forms |= getattr(subtable, "ExtSubTable", subtable).mapping
    order = set(font.getGlyphOrder())
    full = {old: f"{old}.full" for old in forms if f"{old}.full" in order and old.startswith("quote")}
    return {full.get(old, old): new for old, new in forms.items()}


def add_features(font: TTFont, forms: dict[str, str], narrow: tuple[str, ...]) -> None:
    """Give a face the features for Chinese marks that Noto has: halves, vertical forms, the long dash."""
    cmap, order = font.getBestCmap(), set(font.getGlyphOrder())

    def glyphs(marks: str) -> list[str]:
        names = (cmap[ord(mark)] for mark in marks if ord(mark) in cmap)
        return [name for name in names if font["hmtx"][name][0] == UNITS_PER_EM]

    def upright(marks: str) -> list[str]:
        # Distinct, in order: two marks may share one vertical form.
        return list(dict.fromkeys(forms[name] for name in glyphs(marks) if forms.get(name) in order))

    def rules(*parts: tuple[list[str], str]) -> str:
        return "".join(f"  pos {name} {value};\n" for names, value in parts for name in names)

    substitutions = "".join(f"  sub {a} by {b};\n" for a, b in forms.items() if {a, b} <= order)
    widths = "".join(f"  sub {name}.full by {name};\n" for name in narrow)
    half = rules((glyphs(OPENING), "<-500 0 -500 0>"), (glyphs(CLOSING + STOPPING), "<0 0 -500 0>"))
    half_upright = rules((upright(OPENING), "<0 500 0 -500>"), (upright(CLOSING), "<0 0 0 -500>"))
    dash = f"  sub {cmap[0x2014]} {cmap[0x2014]} by {cmap[0x2E3A]};\n"
    features = {
        "ccmp": dash,
        "vert": substitutions,
        "vrt2": substitutions,
        "pwid": widths,
        "halt": half,
        "vhal": half_upright,
    }
    source = "".join(f"languagesystem {script} dflt;\n" for script in ("DFLT", "hani", "kana", "latn"))
    source += "".join(f"feature {tag} {{\n{body}}} {tag};\n" for tag, body in features.items())
    addOpenTypeFeaturesFromString(font, source)


def sort_glyphs(font: TTFont) -> None:
    """Put the glyphs into the order of their characters, which makes the tables that list them small."""
    old = font.getGlyphOrder()
    mapped = dict.fromkeys(name for _, name in sorted(font.getBestCmap().items()))
    first = [old[0], *(name for name in mapped if name != old[0])]
    placed = set(first)
    reorderGlyphs(font, first + [name for name in old if name not in placed])


def rename(font: TTFont, recipe: Recipe) -> None:
    """Give the face its own names: the OFL forbids a modified version the reserved ones (condition 3)."""
    names = font["name"]
    source, version = names.getDebugName(4), names.getDebugName(5)
    kept = {number: names.getDebugName(number) for number in (0, 9, 13, 14)}
    names.names = []
    regular = recipe.style == "Regular"
    postscript = f"{recipe.family.replace(' ', '')}-{recipe.style}"
    records = {
        0: kept[0],
        1: recipe.family if regular else f"{recipe.family} {recipe.style}",
        2: "Regular",
        3: f"{postscript}; from {version}",
        4: f"{recipe.family} {recipe.style}",
        5: "Version 1.000",
        6: postscript,
        9: kept[9],
        10: f"Modified version of {source}, {version}: fewer characters, TrueType outlines",
        13: kept[13],
        14: kept[14],
    }
    if not regular:
        records |= {16: recipe.family, 17: recipe.style}
    for number, text in records.items():
        if text:
            names.setName(text, number, 3, 1, 0x409)


def settle_metrics(font: TTFont, recipe: Recipe) -> None:
    """Give all faces one ascent and descent, so that a line that mixes them stays on the grid.

    Ascent and descent lie evenly about the middle of the em box (880 over, 120 under the baseline).
    """
    hhea, os2, vhea, head = font["hhea"], font["OS/2"], font["vhea"], font["head"]
    hhea.ascent, hhea.descent, hhea.lineGap = 1080, -320, 0
    os2.sTypoAscender, os2.sTypoDescender, os2.sTypoLineGap = ORIGIN, ORIGIN - UNITS_PER_EM, 0
    os2.usWinAscent, os2.usWinDescent = 1080, 320
    vhea.ascent, vhea.descent, vhea.lineGap = 500, -500, 0
    os2.usWeightClass = recipe.weight
    os2.fsType = 0  # installable embedding
    os2.fsSelection = 0x40
    os2.recalcAvgCharWidth(font)
    head.flags, head.macStyle = 0b11, 0
    font["post"].formatType = 3.0


def make(recipe: Recipe, folder: Path) -> TTFont:
    """Return the face of ``recipe`` made from its source in ``folder``, ready to be saved."""
    path = folder / recipe.source
    if recipe.member is None:
        font = TTFont(path, recalcTimestamp=False)
        narrow = widen_quotes(font)
        forms = vertical_forms(font)
        reduce(font, wanted(recipe), ["vert"], glyphs=(*narrow, *forms.values()))
        add_features(font, forms, narrow)
    else:
        members = TTCollection(path, lazy=True).fonts
        font = next(f for f in members if f["name"].getDebugName(6) == recipe.member)
        font.recalcTimestamp = False
        keep_chinese_forms(font, recipe.forms() if recipe.forms else set())
        features = ["ccmp", "locl", "vert", "vrt2", "halt", "vhal", "pwid", "fwid", "kern", "mark"]
        reduce(font, wanted(recipe), features)
        to_truetype(font)
    halve_interpunct(font)
    sort_glyphs(font)
    rename(font, recipe)
    settle_metrics(font, recipe)
    return font


def main() -> None:
    """Make all faces and their table of coverage; print the size of each."""
    parser = argparse.ArgumentParser(description="Make the faces that bookmaker ships.")
    parser.add_argument("--noto", type=Path, default=Path("/usr/share/fonts/opentype/noto"))
    parser.add_argument("--wenkai", type=Path, default=Path("/usr/share/fonts/truetype/lxgw-wenkai"))
    parser.add_argument("--out", type=Path, default=HERE)
    arguments = parser.parse_args()
    coverage = ["# Characters of each face: file, tab, hexadecimal ranges. Written by make_faces.py."]
    for recipe in RECIPES:
        font = make(recipe, arguments.wenkai if recipe.member is None else arguments.noto)
        target = arguments.out / recipe.file
        font.save(target, reorderTables=True)
        coverage.append(f"{recipe.file}\t{ranges_of(set(font.getBestCmap()))}")
        print(f"{target}: {target.stat().st_size:,} bytes, {font['maxp'].numGlyphs} glyphs")
    (arguments.out / "coverage.tsv").write_text("\n".join(coverage) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
