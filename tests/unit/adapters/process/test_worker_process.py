import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import psutil
import pytest

from infra.local.stack import wait_for
from infra.local.stack.localise import ROOT
from sunwi.adapters.process import worker_process
from sunwi.adapters.process.worker_process import OwnProcess

#: Starts a child that starts another, ends its children, and says how the first ended and which ids both had.
FAMILY = """
import subprocess, sys
from sunwi.adapters.process.worker_process import OwnProcess
parent = "import subprocess, sys, os; c = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); "
parent += "print(os.getpid(), c.pid, flush=True); c.wait()"
child = subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE, text=True)
pids = child.stdout.readline().strip()
OwnProcess().end_children()
print(child.wait(30), pids)
"""

#: Ends itself, with a thread that never ends, an exit handler, and something to say.
HANGING = """
import atexit, sys, threading
from sunwi.adapters.process.worker_process import OwnProcess
atexit.register(lambda: print("exit handler ran", flush=True))
threading.Thread(target=threading.Event().wait).start()
sys.stdout.write("last words")
OwnProcess().exit()
"""


def run(program: str) -> "subprocess.CompletedProcess[str]":
    """Run a program in a process of its own: it ends whatever is below it."""
    return subprocess.run(  # noqa: S603 - fixed words
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(ROOT, "functions"))},
    )


def test_what_was_started_is_ended_with_what_that_has_started_and_its_owner_sees_it_killed() -> None:
    status, *pids = run(FAMILY).stdout.split()
    assert int(status) == -signal.SIGKILL
    assert len(pids) == 2
    for pid in map(int, pids):
        wait_for(f"end of process {pid}", partial(has_ended, pid))


def has_ended(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_process_that_hangs_ends_itself_and_runs_nothing_more() -> None:
    done = run(HANGING)
    assert (done.returncode, done.stdout) == (1, "last words")


def test_the_memory_is_that_of_the_process_and_its_children_or_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = OwnProcess().memory_bytes()
    assert memory is not None
    assert memory > 1 << 20

    def refuse() -> None:
        raise psutil.AccessDenied

    monkeypatch.setattr(worker_process, "tree_usage", refuse)
    assert OwnProcess().memory_bytes() is None
