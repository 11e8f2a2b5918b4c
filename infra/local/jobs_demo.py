"""Run jobs on a local stack: 30 lookups of mixed priorities, one cancelled, the worker of another one killed."""

import csv
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from time import monotonic
from typing import Any

from infra.local.demo.plan import FAULTS, demo_trackings
from infra.local.running_stack import say
from infra.local.stack_commands import StackCommands
from infra.local.state import RunningStack, StackState
from sunwi.bootstrap.adapters import Adapters
from sunwi.domain.job import AttemptOutcome, JobState
from sunwi.domain.worker_pool import Worker
from sunwi.settings import Settings

#: Jobs of the demo.
JOBS = 30
#: They take turns.
PRIORITIES = ("low", "normal", "high", "critical")
#: A worker is killed when its job has come so far, so that it dies in the middle of it.
KILL_FROM_PERCENT = 5


@dataclass(slots=True, kw_only=True)
class JobsDemo:
    """The jobs on one stack.

    Attributes:
        state: Of the stack's folder.
        stack: What it says of itself.
        as_json: Print one JSON object as the result, and everything else to standard error.
        killed: Id of the job whose worker was killed.
    """

    state: StackState
    stack: RunningStack
    as_json: bool
    killed: str | None = None

    def run(self) -> int:
        """Submit, cancel, kill, watch to the end, and print the result; return the exit status.

        Raises:
            StackEnded: The stack is gone, or a command failed.
        """
        started = monotonic()
        adapters = Adapters(Settings(database_url=self.stack.settings["DATABASE_URL"]))
        try:
            batch_id, ids = self._submit()
            self._cancel_last(ids)
            say(f"{JOBS} jobs are submitted, and one is cancelled; the worker of one that runs will be killed")
            self._commands.show("jobs", "watch", *ids, meanwhile=lambda: self._kill_once(adapters))
            return self._conclude(batch_id, seconds=monotonic() - started)
        finally:
            adapters.close()

    @property
    def _commands(self) -> StackCommands:
        return StackCommands(state=self.state, stack=self.stack, as_json=self.as_json)

    def _submit(self) -> tuple[str, list[str]]:
        file = self.state.folder / "jobs.csv"
        file.write_text(jobs_file(), encoding="utf-8")
        answer = self._commands.answer("jobs", "submit-file", str(file))
        return answer["batch_id"], [job["job_id"] for job in answer["jobs"]]

    def _cancel_last(self, ids: Sequence[str]) -> None:
        """Cancel the job that is the last in the line: the last one of the lowest priority."""
        last = max(number for number in range(JOBS) if priority_of(number) == PRIORITIES[0])
        self._commands.answer("jobs", "cancel", ids[last])

    def _kill_once(self, adapters: Adapters) -> None:
        if self.killed is None:
            self.killed = _kill_a_worker(adapters)

    def _conclude(self, batch_id: str, *, seconds: float) -> int:
        listed = self._commands.answer("jobs", "list", "--batch", batch_id, "--limit", str(JOBS))["jobs"]
        killed = None if self.killed is None else self._commands.answer("jobs", "show", self.killed)
        if self.killed is not None:
            self._commands.show("jobs", "show", self.killed)
        self._commands.show("pool", "show")
        result = summarise(listed, killed)
        if self.as_json:
            sys.stdout.write(json.dumps({**result, "elapsed_seconds": round(seconds, 1)}) + "\n")
        else:
            sys.stdout.write(f"작업 {JOBS}건을 {seconds:.0f}초에 마쳤습니다: {describe(result)}\n")
        sys.stdout.flush()
        return check_ended(result)


def jobs_file() -> str:
    """Return the CSV file of the demo's jobs; keywords with planted faults are left out."""
    trackings = [tracking for tracking in demo_trackings() if tracking.keyword not in FAULTS]
    text = StringIO()
    rows = csv.writer(text)
    rows.writerow(["work", "priority", "param.keyword", "param.url", "param.device"])
    for number in range(JOBS):
        tracking = trackings[number * len(trackings) // JOBS]
        rows.writerow(["lookup", priority_of(number), tracking.keyword, tracking.url, tracking.device.value])
    return text.getvalue()


def priority_of(number: int) -> str:
    """Return the priority of a job by its number from 0."""
    return PRIORITIES[number % len(PRIORITIES)]


def summarise(listed: Sequence[Mapping[str, Any]], killed: Mapping[str, Any] | None) -> dict[str, Any]:
    """Count how jobs ended.

    Args:
        listed: As `sunwi jobs list --json` prints them.
        killed: The one whose worker was killed, as `sunwi jobs show --json` prints it.
    """
    states = Counter(job["state"] for job in listed)
    outcomes = [attempt["outcome"] for attempt in killed["attempts_made"]] if killed else []
    return {
        "jobs": len(listed),
        **{state.value.lower(): states[state.value] for state in JobState if state.is_ended},
        "crashed_and_tried_again": int(outcomes[:1] == [AttemptOutcome.CRASHED] and len(outcomes) > 1),
    }


def describe(result: Mapping[str, Any]) -> str:
    """Describe how jobs ended, in Korean."""
    return (
        f"성공 {result['succeeded']}, 실패 {result['failed']}, 취소 {result['cancelled']}, "
        f"기한 초과 {result['expired']}; 워커를 죽인 작업 {result['crashed_and_tried_again']}건은 다시 실행되었습니다"
    )


def check_ended(result: Mapping[str, Any]) -> int:
    """Return 0 when all but the cancelled job succeeded and the killed one was tried again; else say so, and 1."""
    if (result["succeeded"], result["cancelled"], result["crashed_and_tried_again"]) == (JOBS - 1, 1, 1):
        return 0
    say(f"not every job ended as it should have: {result}")
    return 1


def _kill_a_worker(adapters: Adapters) -> str | None:
    """Kill a worker that is in the middle of a job, and return the job's id; None while there is none."""
    with adapters.store.read() as tx:
        busy = [worker for worker in tx.workers.list_all() if worker.job_id is not None]
        jobs = [(worker, tx.jobs.get(worker.job_id or "")) for worker in busy]
    for worker, job in jobs:
        is_in_the_middle = job is not None and job.state is JobState.RUNNING and job.progress >= KILL_FROM_PERCENT
        if job is not None and is_in_the_middle and (pid := _process_of(worker)) is not None:
            os.kill(pid, signal.SIGKILL)
            return job.id
    return None


def _process_of(worker: Worker) -> int | None:
    """Find a worker's process by the log stream that Lambda gives each environment."""
    wanted = f"AWS_LAMBDA_LOG_STREAM_NAME={worker.environment}".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                return int(folder.name)
        except OSError:
            continue
    return None
