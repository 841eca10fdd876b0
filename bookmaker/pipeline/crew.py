"""Work in child processes, where the system can fork one: it begins at once, with all that its parent has loaded.

``multiprocessing`` does the same with threads and queues of its own, and takes as long to load as an edition to make.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, NoReturn, TypeVar

from bookmaker.diagnostics import OutputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

_T = TypeVar("_T")


class Crew:
    """Children at work; those still working when the block is left are ended."""

    def __init__(self) -> None:
        self._working: set[int] = set()

    def __enter__(self) -> Crew:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in self._working:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        self._working.clear()

    def begin(self, work: Callable[[], _T]) -> Callable[[], _T]:
        """Let a child begin ``work`` and return the function that waits for what it returns or raises.

        Where no child can be had that function does the work itself. A child writes no output and says nothing: what it
        makes comes back through a pipe.
        """
        if not can_fork():
            return work
        reader, writer = os.pipe()
        child = os.fork()
        if not child:
            os.close(reader)
            _serve(work, writer)
        os.close(writer)
        self._working.add(child)
        return partial(self._wait, child, reader)

    def _wait(self, child: int, reader: int) -> _T:  # type: ignore[type-var]
        with os.fdopen(reader, "rb") as pipe:
            data = pipe.read()
        _, status = os.waitpid(child, 0)
        self._working.discard(child)
        if not data:
            raise OutputError(
                f"a process that made an edition ended early (status {status}): is there memory enough? "
                "Make fewer editions at a time"
            )
        import pickle  # noqa: PLC0415 - most builds have no child

        made, error = pickle.loads(data)  # noqa: S301 - from our own child
        if error is not None:
            raise error
        return made  # type: ignore[no-any-return]


def can_fork() -> bool:
    """Tell whether a child process is safe and of use: on Linux, without threads, with processors to share the work."""
    return sys.platform == "linux" and threading.active_count() == 1 and len(os.sched_getaffinity(0)) > 1


def _serve(work: Callable[[], object], writer: int) -> NoReturn:
    """Do ``work`` in a child and send back what it returns or raises; nothing of the parent's is flushed twice."""
    code = 1
    try:
        try:
            answer: tuple[object, Exception | None] = work(), None
        except Exception as error:
            error.add_note(traceback.format_exc())
            answer = None, error
        with os.fdopen(writer, "wb") as pipe:
            import pickle  # noqa: PLC0415

            pipe.write(pickle.dumps(answer))
        code = 0
    finally:
        os._exit(code)
