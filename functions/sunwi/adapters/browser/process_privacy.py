"""What processes below this one can read of it."""

import ctypes
import os

import structlog

log = structlog.get_logger()

#: Of Linux's `prctl.h`: whether others may look into a process, and whether it leaves an image of its memory.
PR_SET_DUMPABLE = 4


def hide_from_children() -> None:
    """Keep processes of this one's own user from reading its memory and the environment that it was started with.

    To take a variable out of `os.environ` leaves it in `/proc/PID/environ`. From here on that file, like `mem`, `maps`
    and `fd`, belongs to root, so that this process cannot read its own either; what it asks of processes (`stat`,
    `statm`, `status`) stays readable. A program that is started begins anew and is not hidden. Root, or whoever may
    trace, reads on.

    Source: docs/adr/0018-what-a-page-could-read.md; prctl(2), PR_SET_DUMPABLE; proc(5).
    """
    prctl = getattr(ctypes.CDLL(None, use_errno=True), "prctl", None)
    if prctl is not None and prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        log.warning("process_not_hidden", error=os.strerror(ctypes.get_errno()))
