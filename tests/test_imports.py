"""The arrows of the design: who may import whom. Parsed from the source, so lazy imports count too."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import bookmaker

PACKAGE = Path(bookmaker.__file__).resolve().parent

LEVELS: tuple[frozenset[str], ...] = (
    frozenset({"model"}),
    frozenset({"layer", "diagnostics", "book", "chars", "language", "revisions", "libraries"}),
    frozenset({"metadata", "resources", "normalise", "encoding"}),
    frozenset({"settings", "issue_file", "files", "editions", "conservation"}),
    frozenset({"inputs", "report", "check", "corrections"}),
    frozenset({"read", "segment", "edit", "render", "write"}),
    frozenset({"explain"}),
    frozenset({"pipeline", "verdicts", "console"}),
    frozenset({"cli"}),
    frozenset({"__main__"}),
)
"""Modules and packages from the ground upward; each may import what stands below it."""

STAGES = frozenset({"read", "segment", "edit", "render", "write"})

LEVEL = {name: number for number, names in enumerate(LEVELS) for name in names}


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    """Return the parts of bookmaker that the file at ``path`` imports, wherever in the file."""
    package = ["bookmaker", *path.relative_to(PACKAGE).parent.parts]
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        modules: list[str] = []
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            modules = [f"{module}.{alias.name}" for alias in node.names]
        for module in modules:
            parts = module.split(".")
            if parts[0] == "bookmaker" and len(parts) > 1 and parts[1] in LEVEL:
                found.add(parts[1])
    return found


FILES = sorted(PACKAGE.rglob("*.py"))


def test_every_module_has_its_place() -> None:
    assert {part_of(path) for path in FILES} - {"__init__"} <= set(LEVEL)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_downward(path: Path) -> None:
    part = part_of(path)
    level = LEVEL.get(part, 0)
    for imported in imports(path) - {part}:
        assert LEVEL[imported] < level, f"{part} imports {imported}, which does not stand below it"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_stages_do_not_know_one_another(path: Path) -> None:
    part = part_of(path)
    if part in STAGES:
        assert not imports(path) & (STAGES - {part})


def test_only_the_pipeline_joins_stages() -> None:
    joining = {part_of(path) for path in FILES if len(imports(path) & STAGES - {part_of(path)}) > 1}
    assert joining == {"pipeline"}


def test_upward_arrow_is_found_even_inside_a_function(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules[__name__], "PACKAGE", tmp_path)
    (tmp_path / "render").mkdir()
    path = tmp_path / "render" / "chapter.py"
    path.write_text(
        "import os\nfrom . import inline\n"
        "def f():\n    from bookmaker.write.epub import x\n    from ..segment import y\n"
    )
    assert imports(path) == {"render", "write", "segment"}


def modules_after(code: str) -> set[str]:
    run = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=PACKAGE.parent,
        env={**os.environ, "PYTHONPATH": str(PACKAGE.parent)},
    )
    return set(run.stdout.split())


def test_command_line_starts_light() -> None:
    loaded = modules_after("import bookmaker.cli")
    heavy = {
        "weasyprint",
        "ebooklib",
        "lxml",
        "yaml",
        "tqdm",
        "charset_normalizer",
        "PIL",
        "opencc",
        "fontTools",
    }
    assert not loaded & heavy


def test_epub_build_does_not_load_the_layout_engine() -> None:
    loaded = modules_after("import bookmaker.pipeline, bookmaker.render, bookmaker.write.epub")
    assert "weasyprint" not in loaded
