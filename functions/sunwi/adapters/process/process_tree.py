"""What runs below this process: its memory, what is dead and not collected, and its end."""

import ctypes
import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from contextvars import copy_context
from dataclasses import dataclass
from threading import Event, Thread

import psutil
import structlog

log = structlog.get_logger()

#: Of Linux's `prctl.h`: orphans of our descendants become our children instead of init's.
PR_SET_CHILD_SUBREAPER = 36
#: How often what goes on after its time is killed again.
_KILL_AGAIN_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class TreeUsage:
    """What a process and everything below it use.

    Attributes:
        rss_bytes: Resident memory, added up; pages that processes share count once for each.
        zombies: Ids of processes that have ended and were not collected.
    """

    rss_bytes: int
    zombies: frozenset[int]


def adopt_orphans() -> None:
    """Become the parent of every orphan below; does nothing where the system cannot."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def child_pids() -> set[int]:
    """Return the ids of this process's own children."""
    return {child.pid for child in psutil.Process().children()}


def tree_usage() -> TreeUsage:
    """Measure this process and everything below it."""
    here = psutil.Process()
    rss_bytes, zombies = 0, set()
    for process in [here, *here.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            if process.status() == psutil.STATUS_ZOMBIE:
                zombies.add(process.pid)
            else:
                rss_bytes += process.memory_info().rss
    return TreeUsage(rss_bytes, frozenset(zombies))


def kill_trees(pids: Collection[int]) -> None:
    """Kill processes and everything below them; those that are gone already are fine.

    They are stopped before they are killed: one that is just starting another must not leave that behind, which would
    keep what it has inherited open.
    """
    for pid in pids:
        with suppress(psutil.NoSuchProcess):
            for each in _stop_tree(psutil.Process(pid)):
                with suppress(psutil.NoSuchProcess):
                    each.kill()


def _stop_tree(process: psutil.Process) -> list[psutil.Process]:
    """Stop a process and everything below it, until nothing new comes; return them, the process itself last."""
    stopped: dict[int, psutil.Process] = {}
    process.suspend()
    while new := [each for each in process.children(recursive=True) if each.pid not in stopped]:
        for each in new:
            stopped[each.pid] = each
            with suppress(psutil.NoSuchProcess):
                each.suspend()
    return [*stopped.values(), process]


def end_children() -> None:
    """End and collect every child, and those that become ours meanwhile: what a dead browser or driver leaves."""
    while children := psutil.Process().children():
        for child in children:
            with suppress(psutil.NoSuchProcess, ChildProcessError):
                if child.status() != psutil.STATUS_ZOMBIE:
                    child.kill()
                os.waitpid(child.pid, 0)


@contextmanager
def killed_after(seconds: float, pids: Callable[[], Collection[int]]) -> Iterator[Event]:
    """Kill processes, and everything below them, when the block takes longer; whoever waits for them gets an error.

    Args:
        seconds: What the block may take.
        pids: Asked when the time is up, for they may be known only then.

    Yields:
        An event that is set once they were killed.
    """
    is_killed, is_over = Event(), Event()

    def end() -> None:
        if is_over.wait(seconds):
            return
        is_killed.set()
        log.warning("browser_killed", after_seconds=seconds)
        while True:  # what the block starts after its time is ended as well
            kill_trees(pids())
            if is_over.wait(_KILL_AGAIN_SECONDS):
                return

    # A thread begins without what is bound to log lines here.
    watcher = Thread(target=copy_context().run, args=[end], daemon=True)
    watcher.start()
    try:
        yield is_killed
    finally:
        is_over.set()
        watcher.join()  # what is started next must not be what a watcher that is late still kills
