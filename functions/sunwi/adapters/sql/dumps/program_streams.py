"""Streams in and out of programs."""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from typing_extensions import override

from sunwi.adapters.process.program import Program, ProgramFailed
from sunwi.errors import SunwiError
from sunwi.service.ports.kept.backups import ByteStream, OnBytes

#: Bytes that are passed on at a time.
PIECE_BYTES = 1 << 20

#: Around what a database is filled with.
BEGIN, COMMIT = b"BEGIN;\n", b"COMMIT;\n"

#: A line that client programs of 17 write and servers before 17 refuse; it says what holds anyway.
NEWER_SETTING = b"SET transaction_timeout = 0;\n"
#: It stands within so many bytes.
_HEAD_BYTES = 1 << 14


@dataclass(slots=True)
class ProgramOutput(ByteStream):
    """What a program writes; its end is reached only if the program has ended well.

    Attributes:
        translate: Turns a failure into what a caller does next.
    """

    program: Program
    on_bytes: OnBytes
    translate: Callable[[ProgramFailed], SunwiError]
    _passed: int = 0
    _is_over: bool = False

    @override
    def read(self, size: int, /) -> bytes:
        if self._is_over:
            return b""
        piece = self.program.read(size, self._tick)
        self._passed += len(piece)
        if len(piece) < size:
            self._is_over = True
            finish(self.program, self._tick, self.translate)
        return piece

    def _tick(self) -> None:
        self.on_bytes(self._passed)


def finish(program: Program, tick: Callable[[], None], translate: Callable[[ProgramFailed], SunwiError]) -> None:
    """Wait for a program's end.

    Raises:
        SunwiError: It failed; a cancel that has killed it goes before.
    """
    try:
        program.finish(tick)
    except ProgramFailed as failed:
        tick()
        raise translate(failed) from failed


@dataclass(slots=True)
class Feeder:
    """Passes a stream on to a program.

    Attributes:
        passed: Bytes so far.
    """

    stream: ByteStream
    on_bytes: OnBytes
    passed: int = 0

    def tick(self) -> None:
        """Ask whether to go on."""
        self.on_bytes(self.passed)

    def feed(self, program: Program) -> None:
        """Feed the program, and read the stream to its end: a program that has done well may need no more of it.

        One that has failed is fed no further; its end tells why.
        """
        takes = True
        while piece := self.stream.read(PIECE_BYTES):
            self.passed += len(piece)
            self.tick()
            if takes and not program.write(piece, self.tick):
                takes = False
                if not _has_done_well(program, self.tick):
                    return
        program.close_input()


@dataclass(slots=True)
class Collected:
    """Keeps what a program writes, which is short."""

    program: Program
    data: bytearray = field(default_factory=bytearray)

    def collect(self) -> None:
        """Read it to its end."""
        output = self.program.process.stdout
        assert output is not None  # noqa: S101 - it was started to be read
        while piece := output.read(PIECE_BYTES):
            self.data += piece


@dataclass(slots=True)
class Pump:
    """Passes what one program writes on to another, within a transaction that only `commit` ends well.

    Attributes:
        leaves_out_newer_setting: Leave out `NEWER_SETTING`.
        is_refused: The other one took no more, and the first one was ended.
    """

    reader: Program
    writer: Program
    leaves_out_newer_setting: bool
    is_refused: bool = False

    def run(self) -> None:
        """Pass on to the end, or until the other one takes no more."""
        output, into = self.reader.process.stdout, self.writer.process.stdin
        assert output is not None  # noqa: S101 - both were started to be read and fed
        assert into is not None  # noqa: S101
        try:
            head = self._head(output.fileno())
            if self.leaves_out_newer_setting:
                head = head.replace(NEWER_SETTING, b"", 1)
            _write_all(into.fileno(), BEGIN + head)
            while piece := os.read(output.fileno(), PIECE_BYTES):
                _write_all(into.fileno(), piece)
        except BrokenPipeError:
            self.is_refused = True
            self.reader.process.kill()

    @staticmethod
    def _head(output: int) -> bytes:
        """Read the beginning whole, so that the line is not cut in two."""
        head = b""
        while len(head) < _HEAD_BYTES and (piece := os.read(output, _HEAD_BYTES - len(head))):
            head += piece
        return head


def commit(writer: Program) -> None:
    """Keep what was passed on to a program, and let it know that nothing more comes.

    The end of its input alone keeps nothing: it is also what it sees when we are killed.
    """
    into = writer.process.stdin
    if into is not None:
        with suppress(BrokenPipeError):
            _write_all(into.fileno(), COMMIT)
    writer.close_input()


def _has_done_well(program: Program, tick: Callable[[], None]) -> bool:
    try:
        program.finish(tick)
    except ProgramFailed:
        return False
    return True


def _write_all(into: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(into, left) :]
