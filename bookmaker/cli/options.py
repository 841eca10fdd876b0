"""What may be asked on the command line, and the help that tells of it."""

from __future__ import annotations

import argparse
from pathlib import Path

from bookmaker import __version__
from bookmaker.settings import FONT_FORMATS, PAGE_SIZES, PROFILES

METADATA = {
    "title": ("TEXT", "name of the magazine"),
    "issue": ("N", "number of the issue, as 4 or 总第88期"),
    "year": ("YYYY", "year of publication"),
    "volume": ("N", "volume"),
    "date": ("DATE", "date of publication: 2024, 2024-02 or 2024-02-15"),
    "publisher": ("TEXT", "publisher"),
    "issn": ("ISSN", "ISSN, as 1234-5679"),
    "cn": ("CN", "国内统一刊号, as 11-1234/C"),
    "language": (
        "LANG",
        "language of the text: zh-Hans, zh-Hant-TW, zh-Hant-HK (default: detected)",
    ),
}

_CODES = """\
exit codes:
  0  done
  1  done, but there is something to look at (with --strict)
  2  the command line or book.toml is wrong
  3  an input is wrong
  4  an output could not be made
"""

_ABOUT = """\
One issue of a Chinese magazine becomes an EPUB and a PDF.

Give it the text layer of the magazine's PDF (pdftotext -enc UTF-8 issue.pdf issue.txt). It finds the
articles, and keeps every character or says what became of it. What it understood is an issue file, which you
can correct and build from.
"""

_EXAMPLES = f"""\
examples:
  bookmaker build issue.txt                      build/issue/issue.zh-Hans.horizontal.epub, .pdf, …
  bookmaker build issue.txt --title 西岭月刊 --issue 4 --date 2024-04
  bookmaker build examples/xiling-guancha        a folder with a book.toml
  bookmaker segment issue.txt                    only find the articles: build/issue/issue.issue.json
  bookmaker build build/issue/issue.issue.json   build from the file after correcting it
  bookmaker check build/issue/issue.issue.json build/issue/*.epub

{_CODES}
bookmaker COMMAND --help tells more about a command.
"""

_BUILD = """\
Writes into OUT/SLUG:
  SLUG.issue.json        the segmented issue, to be corrected and built from
  SLUG.LANG.MODE.epub    an edition as EPUB 3
  SLUG.LANG.MODE.pdf     an edition as PDF; .archive.pdf and .print.pdf for other profiles
  SLUG.LANG.MODE.changes.tsv   what was decided in making an edition of another language
  SLUG.report.json       counts, doubts, every character changed, conversions, missing pictures, hashes

INPUT is a text layer (.txt), a segmented issue (.issue.json, .issue.yaml), a book.toml or a folder that
holds one. A book.toml beside a text is used. An issue file that was corrected by hand is never
overwritten, unless you say --overwrite. Paths of what was written go to stdout, one a line.
"""

_BUILD_EXAMPLES = f"""\
book.toml:
  [issue]    title subtitle year volume number date publisher issn cn
             language rights description source accent
  [book]     text slug cover images editions embed-fonts (true, "woff2", "ttf")
  [images]   max-pixels max-bytes quality (pictures beyond these are made smaller)
  [pdf]      page-size ("185x260", "A4", "16开"), margins ([top, outer, bottom, inner] in millimetres)
             columns (1 or 2 on horizontal pages)
             profiles ("screen", "archive", "print") attach-source pages-multiple
             press-profile press-condition (file and name of an ICC profile)
  [segment]  departments running-heads column corrections
  [edit]     glossary phrases protect idioms quotes (for editions in another language)

examples:
  bookmaker build issue.txt
  bookmaker build issue.txt -o out --format epub
  bookmaker build issue.txt --lang all --format epub
  bookmaker build 2024-*/book.toml --strict

{_CODES}"""

_SEGMENT = """\
Finds the articles of a text layer and writes them as an issue file for you to correct, with a report of
doubts beside it. Then: bookmaker build FILE.
"""

_EXPLAIN = """\
Prints for every line of a page, or for some lines, what segmentation saw in it, how it was read and at what
cost, the next best reading with its margin, and what the line became: for lines that the report calls doubtful,
and for those that came out wrong.
"""

_CHECK = """\
Checks segmented issues against the schema and the rules beyond it, and EPUBs with EPUBCheck (needs Java).
Faults go to stdout, one a line; any fault makes the exit code 3.
"""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    raw = argparse.RawDescriptionHelpFormatter
    root = argparse.ArgumentParser("bookmaker", description=_ABOUT, epilog=_EXAMPLES, formatter_class=raw)
    root.add_argument("--version", action="version", version=f"bookmaker {__version__}")
    commands = root.add_subparsers(title="commands", dest="command", metavar="COMMAND", required=True)

    build = commands.add_parser(
        "build",
        help="make EPUB and PDF of a text layer or a segmented issue",
        description=_BUILD,
        epilog=_BUILD_EXAMPLES,
        formatter_class=raw,
    )
    build.add_argument("input", nargs="+", type=Path, metavar="INPUT", help="what to build from (see above)")
    build.add_argument(
        "-o", "--out", type=Path, default=Path("build"), help="folder for outputs (default: build)"
    )
    editions = build.add_argument_group("editions (each option may be repeated)")
    editions.add_argument(
        "--lang",
        action="append",
        default=[],
        help="language of an edition: zh-Hans, zh-Hant-TW, zh-Hant-HK or all (default: the text's)",
    )
    editions.add_argument(
        "--mode",
        action="append",
        default=[],
        choices=("horizontal", "vertical", "all"),
        help="writing mode (default: horizontal)",
    )
    editions.add_argument(
        "--format", action="append", default=[], choices=("epub", "pdf"), help="file format (default: both)"
    )
    editions.add_argument(
        "--embed-fonts", action="store_true", help="put the faces into the EPUBs (about 1 MB each)"
    )
    editions.add_argument(
        "--font-format",
        choices=FONT_FORMATS,
        help="embed the faces in this format (default: woff2; ttf for reading systems that know nothing newer)",
    )
    pages = build.add_argument_group("PDF")
    pages.add_argument(
        "--pdf-profile",
        action="append",
        default=[],
        choices=PROFILES,
        help="what a PDF is for: reading, keeping (PDF/A-2a and PDF/UA-1), printing (PDF/X-4); may be repeated "
        "(default: screen)",
    )
    pages.add_argument(
        "--attach-source",
        action="store_true",
        help="put the segmented issue into the archive's PDF, which then is PDF/A-3a",
    )
    pages.add_argument(
        "--page-size",
        metavar="SIZE",
        help=f"width and height in millimetres as 185x260, or one of {', '.join(PAGE_SIZES)} (default: 16开)",
    )
    pages.add_argument(
        "--pages-multiple",
        type=int,
        metavar="N",
        help="fill the PDF for printing up to a multiple of N pages, as 4 (default: 1)",
    )
    pictures = build.add_argument_group("pictures")
    pictures.add_argument(
        "--images", type=Path, metavar="DIR", help="folder of pictures (default: beside INPUT)"
    )
    pictures.add_argument("--cover", type=Path, metavar="FILE", help="cover picture (default: a drawn cover)")
    _add_common(build)

    segment = commands.add_parser(
        "segment",
        help="find the articles of a text layer, for an editor to correct",
        description=_SEGMENT,
        epilog=_CODES,
        formatter_class=raw,
    )
    segment.add_argument("input", type=Path, metavar="INPUT", help="text layer, book.toml or its folder")
    segment.add_argument(
        "-o",
        "--out",
        type=Path,
        default=Path("build"),
        help="file to write (.issue.json, .issue.yaml), or folder for SLUG/SLUG.issue.json",
    )
    _add_common(segment)

    explain = commands.add_parser(
        "explain",
        help="show the evidence for a page or for lines of a text layer",
        description=_EXPLAIN,
        epilog=_CODES,
        formatter_class=raw,
    )
    explain.add_argument("input", type=Path, metavar="INPUT", help="text layer, book.toml or its folder")
    place = explain.add_argument_group("what to show (each option may be repeated, one is needed)")
    place.add_argument(
        "--page", type=int, action="append", default=[], metavar="N", help="page of the text layer"
    )
    place.add_argument("--line", type=int, action="append", default=[], metavar="N", help="line of the file")
    place.add_argument("--lines", action="append", default=[], metavar="A-B", help="lines of the file")
    place.add_argument(
        "--doubts",
        action="store_true",
        help="all that is doubtful, each with corrections to choose from: a corrections.toml to begin with",
    )
    reading = explain.add_argument_group("reading")
    _add_reading(reading)
    _add_volume(explain)

    check = commands.add_parser(
        "check",
        help="check segmented issues and EPUBs",
        description=_CHECK,
        epilog=_CODES,
        formatter_class=raw,
    )
    check.add_argument("file", nargs="+", type=Path, metavar="FILE", help="segmented issue or EPUB")
    _add_volume(check)

    schema = commands.add_parser("schema", help="print the JSON Schema of the segmented issue")
    _add_volume(schema)
    return root


def _add_common(command: argparse.ArgumentParser) -> None:
    metadata = command.add_argument_group("about the issue (these override book.toml)")
    for option, (metavar, text) in METADATA.items():
        metadata.add_argument(f"--{option}", metavar=metavar, help=text)
    reading = command.add_argument_group("reading and writing")
    _add_reading(reading)
    reading.add_argument(
        "--overwrite", action="store_true", help="replace an issue file that was corrected by hand"
    )
    reading.add_argument("--strict", action="store_true", help="exit with 1 if there is something to look at")
    _add_volume(command)


def _add_reading(reading: argparse._ArgumentGroup) -> None:
    reading.add_argument("--book", type=Path, metavar="FILE", help="book.toml to use (default: beside INPUT)")
    reading.add_argument(
        "--corrections",
        type=Path,
        metavar="FILE",
        help="corrections to a text layer's segmentation (default: corrections.toml or .yaml beside it)",
    )
    reading.add_argument("--encoding", help="encoding of the text layer (default: detected)")


def _add_volume(command: argparse.ArgumentParser) -> None:
    volume = command.add_mutually_exclusive_group()
    volume.add_argument("-q", "--quiet", action="store_true", help="say nothing but errors")
    volume.add_argument("-v", "--verbose", action="store_true", help="say everything, and show tracebacks")
