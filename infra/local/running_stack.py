"""Start the local stack for one run, and stop what was started."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from infra.local.serve import KEEP
from infra.local.stack import wait_for
from infra.local.state import STOP_SECONDS, RunningStack, StackState

START_SECONDS = 120


class StackEnded(Exception):
    """The local stack is not there, or no longer."""


@contextmanager
def running_stack(state: StackState, *, keep: bool, in_containers: bool = False) -> Iterator[RunningStack]:
    """Return the stack that is up, or one started for the block.

    Args:
        state: Of this folder.
        keep: Leave the stack up after a block that ended by itself; a broken-off one always stops what it started.
        in_containers: Start one whose functions are their images, which must be built, on PostgreSQL.

    Raises:
        StackEnded: It could not be started; shows the end of its log.
    """
    stack = state.read()
    if stack is not None:
        say("using the local stack that is up, with the settings and the trackings that it has")
        yield stack
        return
    database = "PostgreSQL, functions in containers" if in_containers else "SQLite"
    say(f"starting the local stack: MiniStack, the stand-in Naver site, {database}")
    process = _start(state, *(["--docker"] if in_containers else []))
    stays = False
    try:
        stack = wait_for("local stack", lambda: _stack_or_end(state, process), timeout_seconds=START_SECONDS)
        yield stack
        stays = keep and _leave_up(process, stack, state)
    finally:
        if not stays:
            _stop(process)


def say(text: str) -> None:
    """Print a line for a person, to standard error; standard output belongs to results."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _start(state: StackState, *options: str) -> "subprocess.Popen[bytes]":
    """Start it in a session of its own, so that Ctrl-C reaches it in one way only, through us."""
    state.folder.mkdir(parents=True, exist_ok=True)
    with state.log_file.open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "infra.local.serve", "--attached", *options],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _stack_or_end(state: StackState, process: "subprocess.Popen[bytes]") -> RunningStack | None:
    if process.poll() is not None:
        raise StackEnded(f"the local stack did not start; the end of {state.log_file}:\n{state.last_lines()}")
    return state.read()


def _leave_up(process: "subprocess.Popen[bytes]", stack: RunningStack, state: StackState) -> bool:
    """Ask the stack to outlive us; False when it is gone already."""
    if process.stdin is None or process.poll() is not None:
        return False
    process.stdin.write(f"{KEEP}\n".encode())
    process.stdin.close()
    say("the local stack stays up: .venv/bin/sunwi works against it from this folder; stop it with: make stop")
    say(f"what it mails and posts to hooks is at {stack.sink_page}, and in {state.mails_folder}, {state.hooks_folder}")
    return True


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdin is not None:
        process.stdin.close()
