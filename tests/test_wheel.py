"""The wheel: it holds all that bookmaker needs, and works away from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from email.parser import HeaderParser
from pathlib import Path

import pytest

from bookmaker import __version__, resources

ROOT = Path(__file__).parent.parent
TEXT = ROOT / "examples" / "xiling-guancha" / "xiling-guancha.txt"


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Run a command in ``cwd`` and return what it printed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    made = subprocess.run(
        command, cwd=cwd, env={**kept, **environment}, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    return made.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation")
    run(*pip, "--wheel-dir", folder, ROOT, cwd=folder)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    """A folder with nothing in it but the unpacked wheel and its command."""
    target = wheel.parent / "installed"
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", target)
    run(*pip, wheel, cwd=wheel.parent)
    return target


def test_wheel_holds_fonts_styles_schema_and_licences(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name: archive.getinfo(name).file_size for name in archive.namelist()}
    for folder in (resources.fonts_dir(), resources.styles_dir(), resources.schema_dir()):
        for path in folder.iterdir():
            if path.is_file():
                assert held.get(f"bookmaker/{folder.name}/{path.name}") == path.stat().st_size
    licences = {name.split(".dist-info/licenses/")[1] for name in held if ".dist-info/licenses/" in name}
    assert licences == {"LICENSE", "fonts/OFL-LXGW-WenKai.txt", "fonts/OFL-Noto-CJK.txt"}


def test_wheel_holds_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name.split("/")[0].split("-")[0] for name in names} == {"bookmaker"}
    assert not [name for name in names if "__pycache__" in name or name.endswith(".prof")]


def test_version_is_stated_once(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        assert HeaderParser().parsestr(archive.read(metadata).decode())["Version"] == __version__
    assert __version__ not in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_wheel_works_away_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    command, path = installed / "bin" / "bookmaker", {"PYTHONPATH": str(installed)}
    where = run(sys.executable, "-c", "import bookmaker; print(bookmaker.__file__)", cwd=tmp_path, **path)
    assert Path(where.strip()).is_relative_to(installed)
    assert run(command, "--version", cwd=tmp_path, **path) == f"bookmaker {__version__}\n"
    (tmp_path / "issue.txt").write_bytes(TEXT.read_bytes())
    printed = run(command, "build", "issue.txt", "--quiet", cwd=tmp_path, **path).splitlines()
    assert [Path(line).suffix for line in printed] == [".json", ".epub", ".pdf", ".json"]
    assert all((tmp_path / line).stat().st_size > 1000 for line in printed)
