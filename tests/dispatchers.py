"""Dispatchers as processes of their own, which can be killed at every step: `python -m tests.dispatchers URL FOLDER`.

Queue and state machine are files in a folder, so that they outlive whoever is killed.
"""

import argparse
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from infra.local.stack.localise import ROOT
from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.run import Run
from sunwi.domain.task import Receipt
from sunwi.service.runs.check_capacity import CheckCapacity
from sunwi.service.runs.dispatch_run import DispatchRun
from sunwi.service.runs.send_tasks import SendTasks
from sunwi.testing import ManualClock
from tests.examples import HOUR, NIGHT


class KillPoint(StrEnum):
    """Where a dispatcher is killed."""

    BEFORE_SEND = "before-send"
    AFTER_SEND = "after-send"
    BETWEEN_CHUNKS = "between-chunks"
    BEFORE_START = "before-start"


@dataclass
class FileQueue:
    """A queue of one line per message.

    Attributes:
        kill_at: Where the sender is killed; the messages of the send that it dies in are in the queue or not.
    """

    folder: Path
    kill_at: KillPoint | None = None
    sends: int = 0

    def send(self, run_id: str, tracking_ids: Sequence[int], *, express: bool) -> set[int]:
        """Take all, in one write."""
        self.sends += 1
        if self.kill_at is KillPoint.BEFORE_SEND or (self.kill_at is KillPoint.BETWEEN_CHUNKS and self.sends == 2):
            die()
        with self._file().open("ab", buffering=0) as file:
            file.write("".join(f"{run_id} {tracking_id} {express}\n" for tracking_id in tracking_ids).encode())
        if self.kill_at is KillPoint.AFTER_SEND and self.sends == 2:
            die()
        return set(tracking_ids)

    def postpone(self, receipt: Receipt, seconds: int) -> None:
        """Never asked for by a dispatcher."""
        raise NotImplementedError

    def sent(self) -> Counter[int]:
        """Count the messages of each tracking."""
        return Counter(int(line.split()[1]) for line in self._file().read_text(encoding="utf-8").splitlines())

    def _file(self) -> Path:
        path = self.folder / "messages"
        path.touch()
        return path


@dataclass
class FileStateMachine:
    """Executions that are folders, and never end."""

    folder: Path
    kill_at: KillPoint | None = None

    def start(self, run: Run) -> bool:
        """Start it, or find it running."""
        if self.kill_at is KillPoint.BEFORE_START:
            die()
        (self.folder / "executions" / run.execution_name).mkdir(parents=True, exist_ok=True)
        return True

    def is_running(self, run: Run) -> bool:
        """Return whether it was started."""
        return run.execution_name in self.started()

    def started(self) -> list[str]:
        """Name them all."""
        return sorted(path.name for path in (self.folder / "executions").glob("*"))


def die() -> None:
    """End this process as a machine that loses its power does."""
    os.kill(os.getpid(), signal.SIGKILL)


def start_dispatcher(url: str, folder: Path, kill_at: KillPoint | None = None) -> subprocess.Popen[str]:
    """Start a process that dispatches the night's scheduled run."""
    command = [sys.executable, "-m", "tests.dispatchers", url, str(folder), *(["--kill", kill_at] if kill_at else [])]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)  # noqa: S603 - our own program


def wait_for_dispatchers(*processes: subprocess.Popen[str], timeout_seconds: float = 60) -> list[int]:
    """Return how each ended: 0, or the negative number of the signal that killed it.

    Raises:
        AssertionError: One of them failed; says why.
    """
    said = [process.communicate(timeout=timeout_seconds)[1] for process in processes]
    codes = [process.returncode for process in processes]
    assert set(codes) <= {0, -signal.SIGKILL}, said
    return codes


def dispatch(url: str, folder: Path, kill_at: KillPoint | None) -> None:
    """Dispatch the night's scheduled run."""
    store, clock = SqlStore(create_store_engine(url)), ManualClock(NIGHT)
    DispatchRun(
        store=store,
        send_tasks=SendTasks(store=store, queue=FileQueue(folder, kill_at), clock=clock, pause=lambda _: None),
        state_machine=FileStateMachine(folder, kill_at),
        clock=clock,
        batch_timeout=HOUR,
        check_capacity=CheckCapacity(store=store, clock=clock, batch_timeout=HOUR, delay_seconds=0),
    ).scheduled(NIGHT)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kill", type=KillPoint)
    arguments = parser.parse_args()
    dispatch(arguments.url, arguments.folder, arguments.kill)
