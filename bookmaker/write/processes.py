"""Work shared out among processes that begin as copies of this one, so that they need not be told anything.

Each takes the next job from a pipe as soon as it is free and sends back what came of it. Results do not depend on
who did what; they come as they are ready. A process ends when there is no job left, or nobody to report to.
"""

from __future__ import annotations

import gc
import os
import pickle
import selectors
import signal
import struct
import sys
import traceback
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn

from bookmaker.diagnostics import OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_JOB = struct.Struct("<i")
_LENGTH = struct.Struct("<q")
_MOST_JOBS = 8192
"""So many fit into a pipe before anybody reads from it."""


def available() -> int:
    """Return how many processes can work at once; 1 where there is no way to copy a process."""
    if not hasattr(os, "fork") or sys.platform == "darwin":  # macOS: system libraries do not bear it
        return 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def share_out(
    jobs: Sequence[int], begin: Callable[[], Callable[[int], Any]], count: int
) -> Iterator[tuple[int, Any]]:
    """Yield (job, result) for every job, in the order in which ``count`` processes are done with them.

    Every process calls ``begin`` once, and what that returns for each of its jobs; results must be picklable. An
    exception in a process is raised here. Raises OutputError where a process ends before its time.
    """
    if count < 2 or not len(jobs) <= _MOST_JOBS:
        work = begin()
        for job in jobs:
            yield job, work(job)
        return
    source, sink = os.pipe()
    os.write(sink, b"".join(_JOB.pack(job) for job in jobs))
    workers: dict[int, int] = {}  # process by the pipe it reports to
    try:
        for _ in range(min(count, len(jobs))):
            reports, report = os.pipe()
            with warnings.catch_warnings():
                # Other threads are not copied; the process touches nothing that they might hold.
                warnings.simplefilter("ignore", DeprecationWarning)
                process = os.fork()
            if not process:
                os.close(sink)
                for other in (reports, *workers):
                    os.close(other)
                _work(source, report, begin)
            workers[reports] = process
            os.close(report)
        os.close(sink)
        sink = -1
        yield from _results(workers, len(jobs))
    finally:
        os.close(source)
        if sink >= 0:
            os.close(sink)
        _end(workers)


def _results(workers: dict[int, int], expected: int) -> Iterator[tuple[int, Any]]:
    received = {reports: bytearray() for reports in workers}
    with selectors.DefaultSelector() as selector:
        for reports in workers:
            selector.register(reports, selectors.EVENT_READ)
        while expected and selector.get_map():
            for key, _ in selector.select():
                data = os.read(key.fd, 1 << 20)
                if not data:
                    selector.unregister(key.fd)
                    continue
                buffer = received[key.fd]
                buffer += data
                for job, result, error in _messages(buffer):
                    if error is not None:
                        raise error
                    expected -= 1
                    yield job, result
    if expected:
        raise OutputError(
            "a process that lays out pages was ended by the system: is there too little memory?"
        )


def _messages(buffer: bytearray) -> Iterator[tuple[int, Any, BaseException | None]]:
    """Take the whole messages off the front of a buffer."""
    while len(buffer) >= _LENGTH.size:
        end = _LENGTH.size + _LENGTH.unpack_from(buffer)[0]
        if len(buffer) < end:
            return
        message = pickle.loads(memoryview(buffer)[_LENGTH.size : end])  # noqa: S301 - from a copy of ourselves
        del buffer[:end]
        yield message


def _end(workers: dict[int, int]) -> None:
    for reports, process in workers.items():
        os.close(reports)  # one that still works fails to report, and ends
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGTERM)
        with suppress(ChildProcessError):
            os.waitpid(process, 0)


def _work(source: int, report: int, begin: Callable[[], Callable[[int], Any]]) -> NoReturn:
    """Do jobs until there is none left; what stands above on the stack belongs to the other process."""
    status = 0
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process is told, and ends this one
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        gc.freeze()  # what was there is not looked through again and again, and stays shared
        work = begin()
        while data := os.read(source, _JOB.size):
            (job,) = _JOB.unpack(data)
            try:
                message = pickle.dumps((job, work(job), None), pickle.HIGHEST_PROTOCOL)
            except Exception as error:
                error.add_note(traceback.format_exc())
                message = pickle.dumps((job, None, error), pickle.HIGHEST_PROTOCOL)
            _write(report, _LENGTH.pack(len(message)) + message)
    except BrokenPipeError:
        status = 1
    except BaseException:
        traceback.print_exc()
        status = 1
    finally:
        os._exit(status)


def _write(report: int, message: bytes) -> None:
    view = memoryview(message)
    while view:
        view = view[os.write(report, view) :]
