"""Editions made side by side: the same as one after another, and no fault of a child is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from example import FOLDER as EXAMPLE

from bookmaker.diagnostics import InputError, OutputError
from bookmaker.pipeline import crew
from bookmaker.pipeline.crew import Crew

ROOT = Path(__file__).parent.parent
BUILD = ("-m", "bookmaker", "build", EXAMPLE, "--lang", "all", "--mode", "all", "--format", "epub", "-q")

needs_fork = pytest.mark.skipif(sys.platform != "linux", reason="children are forked on Linux only")


@pytest.fixture
def forking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "can_fork", lambda: True)


def no_threads_warning(function: object) -> object:
    # The test runner has threads of its own, which these children never touch.
    return pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")(function)


@needs_fork
@no_threads_warning
def test_children_do_the_work_and_give_back_what_it_returns(forking: None) -> None:
    with Crew() as children:
        asked = [children.begin(lambda n=n: (n, os.getpid())) for n in range(3)]  # type: ignore[misc]
        answers = [ask() for ask in asked]
    assert [number for number, _ in answers] == [0, 1, 2]
    assert len({os.getpid(), *(process for _, process in answers)}) == 4


@needs_fork
@no_threads_warning
def test_large_results_come_back_whole(forking: None) -> None:
    with Crew() as children:
        asked = [children.begin(lambda: b"x" * 3_000_000) for _ in range(2)]
        assert [len(ask()) for ask in asked] == [3_000_000] * 2


@needs_fork
@no_threads_warning
def test_what_a_child_raises_is_raised(forking: None) -> None:
    def work() -> None:
        raise InputError("a01-f1.jpg: is damaged")

    with Crew() as children, pytest.raises(InputError, match="is damaged"):
        children.begin(work)()


@needs_fork
@no_threads_warning
def test_a_child_that_is_killed_is_an_error_that_says_so(forking: None) -> None:
    with Crew() as children, pytest.raises(OutputError, match="ended early"):
        children.begin(lambda: os.kill(os.getpid(), 9))()


@needs_fork
@no_threads_warning
def test_no_child_is_left_when_the_work_is_given_up(forking: None) -> None:
    def give_up() -> None:
        with Crew() as children:
            children.begin(lambda: os.read(os.pipe()[0], 1))
            raise OutputError("given up")

    with pytest.raises(OutputError, match="given up"):
        give_up()
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, 0)


@needs_fork
def test_editions_are_the_same_side_by_side_as_one_after_another(tmp_path: Path) -> None:
    together, alone = tmp_path / "together", tmp_path / "alone"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, *BUILD, "-o", together], check=True, env=environment)
    one_processor = (
        "import os, runpy, sys; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); sys.argv = sys.argv[2:]; "
        "runpy.run_module('bookmaker', run_name='__main__')"
    )
    subprocess.run([sys.executable, "-c", one_processor, *BUILD, "-o", alone], check=True, env=environment)
    made = {path.name: path.read_bytes() for path in together.rglob("*.*")}
    assert made == {path.name: path.read_bytes() for path in alone.rglob("*.*")}
    assert sum(name.endswith(".epub") for name in made) == 6
