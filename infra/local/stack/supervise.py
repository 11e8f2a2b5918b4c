"""Run MiniStack as a child and leave no process of it behind.

Run as a script: `python supervise.py FOLDER COMMAND …`. It stops the command, and whatever that started, and
removes the folder as soon as its standard input is closed: by `LocalStack.stop`, or because the process that
started it is gone. When the command ends by itself, the folder stays for whoever wants to know why.

MiniStack ends a function's process but not what that process started, such as a browser, whereas AWS throws
the whole sandbox away. On Linux such orphans come to this process, which kills them at once.
"""

import ctypes
import os
import selectors
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic

#: Of Linux's `prctl.h`: orphans of our descendants become our children instead of init's.
PR_SET_CHILD_SUBREAPER = 36
#: Seconds MiniStack gets to stop its functions before it is killed. It never ends by itself while a function is
#: to answer its CloudFormation, and whatever it leaves is killed and removed here: waiting longer gains nothing.
GRACE_SECONDS = 1.0
#: Seconds between two looks for orphans.
TICK_SECONDS = 0.2


def adopt_orphans() -> None:
    """Become the parent of every orphan below; does nothing where the system cannot."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def children() -> set[int]:
    """Return the process ids whose parent is this process; empty where there is no /proc."""
    found: set[int] = set()
    for tasks in Path("/proc/self/task").glob("*/children"):
        found.update(int(pid) for pid in tasks.read_text().split())
    return found


def kill(pids: set[int]) -> None:
    """Kill and collect processes; one that is gone already is fine."""
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        except (ProcessLookupError, ChildProcessError):
            continue


def wait_for_close(command: subprocess.Popen[bytes]) -> bool:
    """Kill orphans until standard input is closed; False when the command has ended by itself before."""
    with selectors.DefaultSelector() as selector:
        selector.register(sys.stdin.buffer, selectors.EVENT_READ)
        while command.poll() is None:
            kill(children() - {command.pid})
            if selector.select(TICK_SECONDS) and not os.read(sys.stdin.fileno(), 1024):
                return True
    return False


def stop(command: subprocess.Popen[bytes]) -> None:
    """End the command and everything that it started."""
    command.terminate()
    deadline = monotonic() + GRACE_SECONDS
    try:
        command.wait(deadline - monotonic())
    except subprocess.TimeoutExpired:
        command.kill()
        command.wait()
    while orphans := children():
        kill(orphans)


def main(folder: str, *arguments: str) -> int:
    """Run the command and return its exit status."""
    adopt_orphans()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(1))
    command = subprocess.Popen(arguments, stdin=subprocess.DEVNULL)
    was_closed = True
    try:
        was_closed = wait_for_close(command)
    finally:
        stop(command)
        if was_closed:
            shutil.rmtree(folder, ignore_errors=True)
    return command.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
