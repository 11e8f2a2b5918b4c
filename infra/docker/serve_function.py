"""Serve one handler: a process that runs it, and a parent that buries what the browser leaves behind.

`python3 serve_function.py crawler.handler.handler` is the main process of an image. Both processes are closed to
others of the same user, so that a broken-out page finds no credentials in /proc.
Source: docs/adr/0018-what-a-page-could-read.md.
"""

import ctypes
import gc
import os
import runpy
import signal
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import NoReturn

#: Of Linux's `prctl.h`.
PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38

#: Signals by which a sandbox is told to end.
FORWARDED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def main() -> NoReturn:
    """Run the handler until it ends, and end as it did."""
    _set(PR_SET_DUMPABLE, 0)
    _set(PR_SET_NO_NEW_PRIVS, 1)
    _set(PR_SET_CHILD_SUBREAPER, 1)
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        _serve(parent)
    for number in FORWARDED:
        signal.signal(number, lambda number, _: _send(child, number))
    status = _bury_until(child)
    _end_orphans()
    sys.exit(status if status >= 0 else 128 - status)


def _serve(parent: int) -> NoReturn:
    """Become the runtime interface client, and never outlive the parent."""
    _set(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)
    import_handler(sys.argv[1])
    runpy.run_module("awslambdaric", run_name="__main__", alter_sys=True)
    sys.exit(0)


def import_handler(name: str) -> None:
    """Import what serves a function, the sooner for not looking for garbage where there is none yet.

    What fails here is imported again by the runtime interface client, which tells Lambda of it.

    Args:
        name: The function's, after its module's, as Lambda has it.
    """
    gc.disable()
    with suppress(Exception):
        import_module(name.rpartition(".")[0])
    gc.freeze()
    gc.enable()


def _bury_until(child: int) -> int:
    """Collect every process that ends, adopted ones too, until the handler's own does.

    Returns:
        Its exit status, or the negative number of the signal that ended it.
    """
    while True:
        pid, status = os.wait()
        if pid == child:
            return os.waitstatus_to_exitcode(status)


def _end_orphans() -> None:
    """Kill what the handler started and did not end; its own children in turn come to us.

    A kernel that lists no children leaves that to the end of the sandbox.
    """
    with suppress(FileNotFoundError):
        while orphans := Path("/proc/self/task", str(os.getpid()), "children").read_text(encoding="ascii").split():
            for orphan in orphans:
                _send(int(orphan), signal.SIGKILL)
            os.wait()


def _send(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _set(option: int, value: int) -> None:
    """Set an attribute of this process; a kernel that has none of it leaves a word in the log."""
    if ctypes.CDLL(None).prctl(option, value, 0, 0, 0) != 0:
        sys.stderr.write(f"this kernel refuses prctl {option}: other processes may reach this one\n")


if __name__ == "__main__":
    main()
