"""A program that is fed and read piece by piece, and that never outlives whoever has started it."""

import os
import select
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Thread
from typing import IO

#: Longest wait before whoever reads or writes is asked whether to go on.
_TICK_SECONDS = 1.0
#: Bytes of one read or write of a pipe.
_PIECE_BYTES = 1 << 16
#: Of what a program says, the end is kept.
_SAID_BYTES = 4096

#: Asked at each piece, and each second without one; ends the work by raising.
Tick = Callable[[], None]


class ProgramFailed(Exception):
    """A program ended with another status than 0.

    Attributes:
        status: Of the program; negative when a signal ended it.
        said: The end of its standard error.
    """

    def __init__(self, status: int, said: str) -> None:
        super().__init__(f"status {status}: {said}")
        self.status, self.said = status, said


@dataclass(slots=True)
class Program:
    """A program that runs."""

    process: "subprocess.Popen[bytes]"
    _said: bytearray = field(default_factory=bytearray)
    _threads: list[Thread] = field(default_factory=list)

    def read(self, size: int, tick: Tick) -> bytes:
        """Return that many bytes of its standard output, fewer only at the end."""
        output = _pipe(self.process.stdout)
        pieces: list[bytes] = []
        missing = size
        while missing > 0:
            tick()
            if not select.select([output], [], [], _TICK_SECONDS)[0]:
                continue
            piece = os.read(output, min(missing, _PIECE_BYTES))
            if not piece:
                break
            pieces.append(piece)
            missing -= len(piece)
        return b"".join(pieces)

    def write(self, data: bytes, tick: Tick) -> bool:
        """Feed it; False when it takes no more."""
        into, left = _pipe(self.process.stdin), memoryview(data)
        os.set_blocking(into, False)
        while left:
            tick()
            if not select.select([], [into], [], _TICK_SECONDS)[1]:
                continue
            try:
                left = left[os.write(into, left[:_PIECE_BYTES]) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:
                return False
        return True

    def close_input(self) -> None:
        """Let it know that nothing more comes."""
        if self.process.stdin is not None:
            with suppress(BrokenPipeError):
                self.process.stdin.close()

    def beside(self, work: Callable[[], None]) -> Thread:
        """Do something beside it in a thread, which ends before the program's block does."""
        thread = Thread(target=work, name="program", daemon=True)
        self._threads.append(thread)
        thread.start()
        return thread

    def finish(self, tick: Tick) -> None:
        """Wait until it has ended.

        Raises:
            ProgramFailed: Its status is not 0.
        """
        while True:
            try:
                status = self.process.wait(_TICK_SECONDS)
            except subprocess.TimeoutExpired:
                tick()
                continue
            break
        if status != 0:
            for thread in self._threads[:1]:  # the one that listens
                thread.join()
            raise ProgramFailed(status, self.said)

    @property
    def has_ended(self) -> bool:
        """Whether it runs no more."""
        return self.process.poll() is not None

    @property
    def said(self) -> str:
        """The end of its standard error."""
        return bytes(self._said).decode(errors="replace")

    def kill(self) -> None:
        """Kill it if it still runs, and wait for its end."""
        with suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()

    def end(self) -> None:
        """Kill it if it still runs, and leave nothing of it behind."""
        self.kill()
        for thread in self._threads:
            thread.join()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()

    def listen(self) -> None:
        """Keep the end of what it says; runs until it says nothing more."""
        stderr = _pipe(self.process.stderr)
        while piece := os.read(stderr, _PIECE_BYTES):
            self._said += piece
            del self._said[:-_SAID_BYTES]


@contextmanager
def running_program(
    command: Sequence[str], environment: Mapping[str, str], *, is_fed: bool, is_read: bool = True
) -> Iterator[Program]:
    """Run a program for the block; leaving it ends the program.

    Args:
        command: Its path and arguments; no secrets, which everybody on the machine could read.
        environment: All that it gets.
        is_fed: Whether it gets a standard input.
        is_read: Whether its standard output is read; else it goes nowhere.

    Raises:
        OSError: It cannot be started.
    """
    process = subprocess.Popen(  # noqa: S603 - our own commands, without a shell
        command,
        env=dict(environment),
        stdin=subprocess.PIPE if is_fed else subprocess.DEVNULL,
        stdout=subprocess.PIPE if is_read else subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        bufsize=0,
    )
    program = Program(process)
    try:
        program.beside(program.listen)
        yield program
    finally:
        program.end()


def _pipe(pipe: IO[bytes] | None) -> int:
    if pipe is None:
        raise ValueError("the program was started without this pipe")
    return pipe.fileno()
