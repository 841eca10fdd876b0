"""Processes that work for this one, the first of which begins before anybody knows what there is to do.

That one loads what the work needs, while this process still reads and renders; others are copies of it. Each is
told by a pipe of its own what to do and tells by another what came of it, one message after another; results do not
depend on who did what. A process ends when nobody is left to tell it anything, or to report to.
"""

from __future__ import annotations

import gc
import os
import pickle
import select
import signal
import struct
import sys
import traceback
import warnings
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

import msgspec

from bookmaker.diagnostics import OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Work = Callable[[Any], Any]
    """What a process does with each of its jobs."""

_LENGTH = struct.Struct("<q")
_AHEAD = 16_384
"""Bytes of jobs that may wait in a pipe, which takes four times as much, while a process is at work."""

_BEGIN, _COPY, _JOB = range(3)
"""Kinds of messages: what the next jobs are done with, how many copies are wanted, and a job."""


def available() -> int:
    """Return how many processes can work at once; 1 where there is no way to copy a process."""
    if not hasattr(os, "fork") or sys.platform == "darwin":  # macOS: system libraries do not bear it
        return 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Line(msgspec.Struct):
    """The two pipes to one process: where it is told and where it reports, as seen from this process."""

    tell: int
    hear: int
    received: bytearray = msgspec.field(default_factory=bytearray)
    waiting: list[int] = msgspec.field(default_factory=list)
    """Sizes of the jobs that have been told and not reported."""

    def close(self) -> None:
        os.close(self.tell)
        os.close(self.hear)


class Team:
    """As many processes as can work at once; where that is one, this process does all by itself.

    ``load`` is what the first process does before it is told anything. Leave the block, or ``close``, to end them;
    they begin anew if there is more to do.
    """

    def __init__(self, load: Callable[[], None]) -> None:
        self._load = load
        self._is_loaded = False
        self._begin: Callable[[], Work] = _nothing
        self._work: Work | None = None
        self._lines: list[_Line] = []
        self._others: list[_Line] = []  # of processes that have not begun
        self._first = 0
        self._count = available()
        if self._count > 1:
            self._start()

    def __enter__(self) -> Team:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start(self) -> None:
        ends = [(os.pipe(), os.pipe()) for _ in range(self._count)]
        lines = [_Line(tell, hear) for (_, tell), (hear, _) in ends]
        theirs = [(told, report) for (told, _), (_, report) in ends]
        self._first = _fork()
        if not self._first:
            for line in lines:
                line.close()
            _Worker(*theirs[0], theirs[1:]).serve(self._load)
        for told, report in theirs:
            os.close(told)
            os.close(report)
        self._lines, self._others = lines[:1], lines[1:]

    def begin(self, begin: Callable[[], Work]) -> None:
        """Say what the next jobs are done with: every process calls ``begin``, which must be picklable, once."""
        self._begin, self._work = begin, None
        if self._count > 1 and not self._lines:
            self._start()
        for line in self._lines:
            _send(line.tell, (_BEGIN, begin))

    def do(self, jobs: Iterable[Any], count: int) -> Iterator[tuple[int, Any]]:
        """Begin jobs at once; yield (place among them, result) in the order in which they are done.

        ``count`` processes at most share them; jobs and results must be picklable. An exception in a process is
        raised where its result would be. Raises OutputError where a process ends before its time.
        """
        if not self._lines:
            return self._alone(jobs)
        if count > 1 and self._others:
            _send(self._lines[0].tell, (_COPY, None))
            self._lines += self._others
            self._others = []
        lines = self._lines[:count]
        rest = [pickle.dumps((_JOB, (place, job)), pickle.HIGHEST_PROTOCOL) for place, job in enumerate(jobs)]
        expected = len(rest)
        rest.reverse()
        with _told_of_ends():
            _supply(lines, rest)
        return _results(lines, rest, expected)

    def _alone(self, jobs: Iterable[Any]) -> Iterator[tuple[int, Any]]:
        if not self._is_loaded:
            self._load()
            self._is_loaded = True
        if self._work is None:
            self._work = self._begin()
        for place, job in enumerate(jobs):
            yield place, self._work(job)

    def close(self) -> None:
        """End all processes."""
        for line in (*self._lines, *self._others):
            line.close()
        self._lines, self._others = [], []
        if self._first:
            with suppress(ProcessLookupError):
                os.kill(self._first, signal.SIGTERM)
            with suppress(ChildProcessError):
                os.waitpid(self._first, 0)
            self._first = 0


@contextmanager
def _told_of_ends() -> Iterator[None]:
    try:
        yield
    except (BrokenPipeError, EOFError) as error:
        raise OutputError(
            "a process that lays out pages was ended by the system: is there too little memory?"
        ) from error


def _supply(lines: list[_Line], rest: list[bytes]) -> None:
    """Give jobs off the end of ``rest`` to those who have none, then a small one each for afterwards."""
    for most in (0, 1):
        for line in lines:
            waiting = line.waiting
            if rest and len(waiting) == most and (not waiting or len(rest[-1]) <= _AHEAD):
                data = rest.pop()
                waiting.append(len(data))
                _write(line.tell, _LENGTH.pack(len(data)) + data)


def _results(lines: list[_Line], rest: list[bytes], expected: int) -> Iterator[tuple[int, Any]]:
    by_pipe = {line.hear: line for line in lines}
    poll = select.poll()
    for pipe in by_pipe:
        poll.register(pipe, select.POLLIN)
    while expected:
        for pipe, _ in poll.poll():
            line = by_pipe[pipe]
            with _told_of_ends():
                if not (data := os.read(pipe, 1 << 20)):
                    raise EOFError
                line.received += data
                done = list(_messages(line.received))
                del line.waiting[: len(done)]
                _supply(lines, rest)
            for place, result, error in done:
                if error is not None:
                    raise error
                expected -= 1
                yield place, result


class _Worker:
    """One of the processes; ``others`` are the pipes of its copies to be, by which these are told and report."""

    def __init__(self, told: int, report: int, others: list[tuple[int, int]]) -> None:
        self._told, self._report, self._others = told, report, others
        self._copies: list[int] = []

    def serve(self, load: Callable[[], None]) -> NoReturn:
        """Do what is told until nobody tells any more; what stands above on the stack is the other process's."""
        status = 0
        try:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that this one works for is told
            signal.signal(signal.SIGTERM, self._end)
            gc.disable()
            fault: Exception | None = None
            try:
                load()
            except Exception as error:
                fault = _noted(error)
            self._listen(fault)
        except BrokenPipeError:
            status = 1
        except BaseException:
            traceback.print_exc()
            status = 1
        finally:
            self._leave(status)

    def _listen(self, fault: Exception | None) -> None:
        gc.freeze()  # what was there is not looked through again and again, and stays shared
        begin: Callable[[], Work] = _nothing
        work: Work | None = None
        while (message := _receive(self._told)) is not None:
            kind, content = message
            if kind == _BEGIN:
                begin, work = content if fault is None else partial(_raise, fault), None
            elif kind == _COPY:
                self._copy()
            else:
                place, job = content
                answer: tuple[int, Any, Exception | None]
                try:
                    if work is None:
                        work = begin()
                    answer = place, work(job), None
                except Exception as error:
                    answer = place, None, _noted(error)
                _send(self._report, answer)

    def _copy(self) -> None:
        """Fork the copies, which listen to pipes of their own from here on."""
        others, self._others = self._others, []
        for own in others:
            copy = _fork()
            if copy:
                self._copies.append(copy)
                continue
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            self._copies = []
            for told, report in ((self._told, self._report), *others):
                if (told, report) != own:
                    os.close(told)
                    os.close(report)
            self._told, self._report = own
            return
        for told, report in others:
            os.close(told)
            os.close(report)

    def _end(self, *_: object) -> None:
        for copy in self._copies:
            with suppress(ProcessLookupError):
                os.kill(copy, signal.SIGTERM)
        self._leave(1)

    def _leave(self, status: int) -> NoReturn:
        for copy in self._copies:
            with suppress(ChildProcessError):
                os.waitpid(copy, 0)
        os._exit(status)


def _raise(error: Exception) -> NoReturn:
    raise error


def _nothing() -> Work:
    raise RuntimeError("nobody has said what to do with jobs")


def _fork() -> int:
    with warnings.catch_warnings():
        # Other threads are not copied; the process touches nothing that they might hold.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _noted(error: Exception) -> Exception:
    error.add_note(traceback.format_exc())
    return error


def _messages(buffer: bytearray) -> Iterator[Any]:
    """Take the whole messages off the front of a buffer."""
    while len(buffer) >= _LENGTH.size:
        end = _LENGTH.size + _LENGTH.unpack_from(buffer)[0]
        if len(buffer) < end:
            return
        message = pickle.loads(memoryview(buffer)[_LENGTH.size : end])  # noqa: S301 - from a copy of ourselves
        del buffer[:end]
        yield message


def _send(pipe: int, message: Any) -> None:
    data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    _write(pipe, _LENGTH.pack(len(data)) + data)


def _write(pipe: int, message: bytes) -> None:
    view = memoryview(message)
    while view:
        view = view[os.write(pipe, view) :]


def _receive(pipe: int) -> Any:
    """Return the next message, None where nobody is left to send one."""
    length = _read(pipe, _LENGTH.size)
    if not length:
        return None
    return pickle.loads(_read(pipe, *_LENGTH.unpack(length)))  # noqa: S301 - from a copy of ourselves


def _read(pipe: int, size: int) -> bytes:
    """Return so many bytes, fewer only at the end."""
    parts = bytearray()
    while len(parts) < size and (data := os.read(pipe, size - len(parts))):
        parts += data
    return bytes(parts)
