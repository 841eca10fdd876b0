"""The command line: what is asked is done, and answers and faults are told."""

from __future__ import annotations

import gc
import io
import os
import sys
from typing import TYPE_CHECKING, NoReturn

import msgspec

from bookmaker.cli.options import METADATA, parser
from bookmaker.diagnostics import BookmakerError, Exit, UsageError
from bookmaker.settings.options import override_pdf

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path

    from bookmaker.inputs import Input

INTERRUPTED, BROKEN_PIPE = 130, 141
"""Exit codes of a process that a signal ended: 128 and the number of SIGINT or SIGPIPE."""


def run() -> NoReturn:
    """Run the command line as a process of its own, and end it with the exit code."""
    # Nearly all objects live to the end of a build. To look for dead ones often, and at the end to take all apart,
    # would be a tenth of its time.
    gc.set_threshold(200_000, 20, 100)
    code = main()
    gc.freeze()
    sys.exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code (``diagnostics.Exit``, or 128 and a signal's number)."""
    options = parser().parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Paths must come out whatever they hold: as their bytes, or escaped where stdout cannot say them.
        utf8 = sys.stdout.encoding.lower().replace("-", "") == "utf8"
        sys.stdout.reconfigure(errors="surrogateescape" if utf8 else "backslashreplace")
    run = {
        "build": _build,
        "segment": _segment,
        "explain": _explain,
        "check": _check,
        "schema": _schema,
    }[options.command]
    try:
        code = run(options)
        sys.stdout.flush()
    except BookmakerError as error:
        return _fail(str(error), error.exit_code)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # What reads our stdout has gone: keep the interpreter from complaining when it closes it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except Exception as error:
        if options.verbose:
            _traceback()
        hint = "" if options.verbose else "; run it again with -v for the traceback"
        what = f"{type(error).__name__}: {error}".rstrip(": ")
        return _fail(f"unexpected {what} (a fault of bookmaker{hint})", Exit.OUTPUT)
    return code


def _traceback() -> None:
    import traceback  # noqa: PLC0415

    traceback.print_exc()


def _fail(message: str, code: int) -> int:
    # One line, whatever the message quotes.
    print(f"bookmaker: error: {' '.join(message.split())}", file=sys.stderr)
    return int(code)


def _inputs(options: argparse.Namespace, given: Sequence[Path]) -> list[Input]:
    from bookmaker.inputs import find_input  # noqa: PLC0415

    metadata = {key: getattr(options, key, None) for key in METADATA}
    images, cover = getattr(options, "images", None), getattr(options, "cover", None)
    pdf = {
        "profiles": tuple(getattr(options, "pdf_profile", ())),
        **{key: getattr(options, key, None) for key in ("attach_source", "page_size", "pages_multiple")},
    }
    corrections = options.corrections
    if corrections is not None and len(given) > 1:
        raise UsageError("--corrections: belongs to one text: build the others without it")
    found = (
        find_input(path, metadata, book=options.book, images=images, cover=cover, corrections=corrections)
        for path in given
    )
    return [msgspec.structs.replace(source, settings=override_pdf(source.settings, pdf)) for source in found]


def _epoch() -> int | None:
    text = os.environ.get("SOURCE_DATE_EPOCH")
    if not text:
        return None
    if not text.isdecimal() or len(text) > 11:
        raise UsageError(
            f"SOURCE_DATE_EPOCH: {text!r} is no count of seconds since 1970: unset or correct it"
        )
    return int(text)


def _build(options: argparse.Namespace) -> int:
    from bookmaker import pipeline  # noqa: PLC0415 - --help and errors of usage should be quick
    from bookmaker.console import Bar, tell  # noqa: PLC0415

    inputs = _inputs(options, options.input)
    pipeline.refuse_collisions(inputs, options.out)
    wishes = pipeline.Wishes(
        encoding=options.encoding,
        languages=tuple(options.lang),
        modes=tuple(options.mode),
        formats=tuple(dict.fromkeys(options.format)) or ("epub", "pdf"),
        overwrite=options.overwrite,
        embed_fonts=options.embed_fonts,
        font_format=options.font_format,
        epoch=_epoch(),
    )
    doubts = 0
    for source in inputs:
        bar = Bar(shown=sys.stderr.isatty() and not options.quiet)
        try:
            result = pipeline.build(source, options.out, wishes, progress=bar)
        finally:
            bar.close()
        doubts += result.doubts
        _print(result.paths)
        if not options.quiet:
            tell(result.diagnostics, result.paths[-1], verbose=options.verbose)
    return Exit.DOUBTS if options.strict and doubts else Exit.DONE


def _segment(options: argparse.Namespace) -> int:
    from bookmaker import pipeline  # noqa: PLC0415
    from bookmaker.console import Bar, tell  # noqa: PLC0415

    (source,) = _inputs(options, [options.input])
    wishes = pipeline.Wishes(encoding=options.encoding, overwrite=options.overwrite)
    bar = Bar(shown=sys.stderr.isatty() and not options.quiet)
    try:
        result = pipeline.segment(source, options.out, wishes, progress=bar)
    finally:
        bar.close()
    _print(result.paths)
    if not options.quiet:
        tell(result.diagnostics, result.paths[-1], verbose=options.verbose)
    return Exit.DOUBTS if options.strict and result.doubts else Exit.DONE


def _explain(options: argparse.Namespace) -> int:
    from bookmaker import pipeline  # noqa: PLC0415
    from bookmaker.explain import parse_lines  # noqa: PLC0415

    try:
        lines = [parse_lines(text) for text in (*map(str, options.line), *options.lines)]
    except ValueError as error:
        raise UsageError(f"--lines: {error}") from error
    if bool(lines or options.page) == options.doubts:
        raise UsageError("explain: say what to explain: --page 12, --line 340, --lines 340-360, or --doubts")
    (source,) = _inputs(options, [options.input])
    sys.stdout.write(
        pipeline.explain(
            source, pages=options.page, lines=lines, doubts=options.doubts, encoding=options.encoding
        )
    )
    return Exit.DONE


def _check(options: argparse.Namespace) -> int:
    from bookmaker.verdicts import verdicts  # noqa: PLC0415

    faulty = False
    for path in options.file:
        found = verdicts(path)
        faulty = faulty or bool(found)
        for fault in found:
            print(f"{path}: {fault}")
        if not found and not options.quiet:
            print(f"{path}: no faults")
    return Exit.INPUT if faulty else Exit.DONE


def _schema(_options: argparse.Namespace) -> int:
    from bookmaker.issue_file import encode_schema  # noqa: PLC0415

    sys.stdout.write(encode_schema().decode())
    return Exit.DONE


def _print(paths: Sequence[Path]) -> None:
    for path in paths:
        print(path)
