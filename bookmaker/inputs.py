"""From what stands on the command line to what a build needs: the text, its settings, its pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from bookmaker.diagnostics import InputError, UsageError
from bookmaker.issue_file import is_issue_file
from bookmaker.settings import Settings
from bookmaker.settings.book_toml import load_settings
from bookmaker.settings.options import override

if TYPE_CHECKING:
    from collections.abc import Mapping


CORRECTIONS = ("corrections.toml", "corrections.yaml")
"""Names under which a corrections file is found beside a text layer."""


class Input(msgspec.Struct, frozen=True):
    """One issue to build: its text layer or segmented issue, its settings, and the files that they name.

    ``images`` is the folder of pictures, ``cover`` a picture, ``press_profile`` the ICC profile of a press,
    ``corrections`` the file of the editor's corrections.
    """

    path: Path
    settings: Settings
    images: Path | None = None
    cover: Path | None = None
    press_profile: Path | None = None
    corrections: Path | None = None

    @property
    def segmented(self) -> bool:
        """Whether the issue is segmented already."""
        return is_issue_file(self.path)

    @property
    def name(self) -> str:
        """The file's name; bytes of it that are no UTF-8 become question marks, for reports are text."""
        return self.path.name.encode("utf-8", "replace").decode()

    @property
    def stem(self) -> str:
        """The file's name without its suffixes."""
        return strip_suffix(self.name)


def strip_suffix(name: str) -> str:
    """Return a file name without ``.txt``, ``.json``, ``.yaml`` and the ``.issue`` before it."""
    stem = Path(name).stem if Path(name).suffix else name
    return stem.removesuffix(".issue") or name


def find_input(
    given: Path,
    options: Mapping[str, str | None] | None = None,
    *,
    book: Path | None = None,
    images: Path | None = None,
    cover: Path | None = None,
    corrections: Path | None = None,
) -> Input:
    """Return the input that ``given`` means: a text layer, a segmented issue, a ``book.toml`` or its folder.

    A ``book.toml`` beside a text is taken up unless it names another text; ``book`` names one that lies
    elsewhere. ``options`` override ``[issue]``, ``images`` and ``cover`` override ``[book]``, ``corrections``
    ``[segment]``; a file ``corrections.toml`` or ``.yaml`` beside them is taken up. Raises InputError for what does
    not exist, UsageError for settings that do not hold.
    """
    if not given.exists():
        raise InputError(f"{given}: no such file")
    named = given / "book.toml" if given.is_dir() else given
    if named.suffix == ".toml":
        if book is not None:
            raise UsageError(f"{given}: --book names another book.toml: give a text, or no --book")
        if not named.is_file():
            raise InputError(f"{given}: a folder without book.toml: name the text layer in it")
        book, settings = named, load_settings(named)
        text = _text_of(book, settings)
    elif book is not None:
        text, settings = given, load_settings(book)
    else:
        book, text = given.parent / "book.toml", given
        settings = load_settings(book) if book.is_file() else Settings()
        if settings.book.text is not None and not _same(given.parent / settings.book.text, given):
            settings = Settings()
    folder = book.parent
    if images is None:
        default = folder / "images"
        wanted = settings.book.images
        images = folder / wanted if wanted else (default if default.is_dir() else None)
    if cover is None and settings.book.cover:
        cover = folder / settings.book.cover
    press = folder / settings.pdf.press_profile if settings.pdf.press_profile else None
    corrections = _corrections_of(text, folder, settings, corrections)
    return Input(text, override(settings, options or {}), images, cover, press, corrections)


def _corrections_of(text: Path, folder: Path, settings: Settings, given: Path | None) -> Path | None:
    """The corrections file of a text layer: the one given, the one of book.toml, or the one that lies beside."""
    if is_issue_file(text):
        if given is not None:
            raise UsageError(
                f"{text}: is segmented already: --corrections is for text layers, correct the file"
            )
        return None
    if given is not None:
        return given
    if settings.segment.corrections is not None:
        return folder / settings.segment.corrections
    beside = [folder / name for name in CORRECTIONS if (folder / name).is_file()]
    if len(beside) > 1:
        raise UsageError(f"{beside[0]} and {beside[1].name}: keep one, or name one with --corrections")
    return beside[0] if beside else None


def _text_of(book: Path, settings: Settings) -> Path:
    if settings.book.text is not None:
        text = book.parent / settings.book.text
        if not text.is_file():
            raise InputError(f"{book}: book.text: there is no file {text}")
        return text
    beside = sorted(
        path
        for path in book.parent.iterdir()
        if path.suffix == ".txt" or path.name.endswith((".issue.json", ".issue.yaml", ".issue.yml"))
    )
    if len(beside) == 1:
        return beside[0]
    what = f"there are {len(beside)} texts" if beside else "there is no text"
    raise UsageError(f'{book}: {what} beside it: name one, as text = "FILE.txt" in [book]')


def _same(first: Path, second: Path) -> bool:
    return first.exists() and first.samefile(second)
