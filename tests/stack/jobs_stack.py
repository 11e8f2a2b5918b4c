"""One deployed stack that runs jobs of made-up kinds, on a database of its own."""

import json
import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import text

from infra.local.stack import LocalStack, Overlay, StackOutputs, wait_for
from sunwi.adapters.aws.tender import LambdaTender
from sunwi.bootstrap.adapters import Adapters
from sunwi.bootstrap.jobs import JobContainer
from sunwi.domain.actor import Actor, Role
from sunwi.domain.job import Job, JobAttempt, JobState
from sunwi.domain.job_order import JobOrder
from sunwi.domain.job_priority import Priority
from sunwi.settings import Settings
from tests.stack.overlay.made_up.kinds import WORKS

FOLDER = Path(__file__).with_name("overlay")
HANDLERS = {
    "Worker": "made_up.worker.handler",
    "WorkerCore": "made_up.worker.handler",
    "Tender": "made_up.tender.handler",
}
ADMIN = Actor(owner="cli:test", role=Role.ADMIN)

WorkerName = Literal["Worker", "WorkerCore"]


@dataclass
class JobsStack:
    """A deployed stack, and the use cases that a person has on its database.

    Attributes:
        gates: Folder of the files at which jobs of the kind `gate` wait.
    """

    stack: LocalStack
    outputs: StackOutputs
    adapters: Adapters
    gates: Path

    @cached_property
    def jobs(self) -> JobContainer:
        return self.adapters.compose(JobContainer, works=WORKS)

    def submit(self, work: str, *, priority: Priority = Priority.NORMAL, **params: Any) -> str:
        order = JobOrder(work=work, params=params, priority=priority)
        return self.jobs.submit_job.submit(ADMIN, order).job.id

    def submit_gate(self, name: str, **options: Any) -> str:
        return self.submit("gate", folder=str(self.gates), name=name, **options)

    def wait_at_gate(self, name: str, generation: int = 1) -> int:
        """Wait until a job is at its gate, and return the process that it is in."""
        there = self.gates / f"{name}-{generation}.there"
        wait_for(f"{there.name}", there.exists, timeout_seconds=60)
        return int(there.read_text())

    def open_gate(self, name: str, generation: int = 1) -> None:
        (self.gates / f"{name}-{generation}.open").touch()

    def job(self, job_id: str) -> Job:
        with self.adapters.store.read() as tx:
            job = tx.jobs.get(job_id)
        assert job is not None
        return job

    def attempts(self, job_id: str) -> Sequence[JobAttempt]:
        with self.adapters.store.read() as tx:
            return tx.jobs.attempts_of(job_id)

    def wait_until(self, job_id: str, *states: JobState, timeout_seconds: float = 60) -> Job:
        """Wait until a job is in one of some states."""

        def reached() -> Job | None:
            job = self.job(job_id)
            return job if job.state in states else None

        try:
            return wait_for(f"{states} of {job_id}", reached, timeout_seconds=timeout_seconds)
        except TimeoutError as error:
            lines = [line for name in ("Tender", "WorkerCore", "Worker") for line in self.stack.function_logs(name)]
            raise AssertionError("\n".join([str(self.job(job_id)), *lines])) from error

    def wait_until_ended(self, job_id: str, timeout_seconds: float = 60) -> Job:
        return self.wait_until(
            job_id,
            *(JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED, JobState.EXPIRED),
            timeout_seconds=timeout_seconds,
        )

    def tick(self) -> None:
        """Let a minute be over for the tender, as its rule does."""
        answer = self.stack.client("lambda").invoke(
            FunctionName=self.outputs.tender_function_name, Payload=json.dumps({"source": "aws.events"})
        )
        assert "FunctionError" not in answer, answer["Payload"].read()

    def tick_until(self, what: str, question: Callable[[], bool]) -> None:
        """Let minutes be over until the answer is yes."""

        def asked() -> bool:
            self.tick()
            return question()

        wait_for(what, asked, timeout_seconds=90)

    def let_time_pass(self, job_id: str, **passed: timedelta) -> None:
        """Put times of a job back, `admitted_at` for instance, as if so much had passed since."""
        for column, time in passed.items():
            at = (getattr(self.job(job_id), column) - time).astimezone(UTC).replace(tzinfo=None)
            with self.adapters.engine.begin() as connection:
                connection.execute(
                    text(f"UPDATE job SET {column} = :at WHERE id = :id"),  # noqa: S608 - our own columns
                    {"at": at.isoformat(sep=" ", timespec="microseconds"), "id": job_id},
                )

    def let_worker_fall_silent(self, job_id: str, time: timedelta) -> None:
        """Put back when a job's worker was last heard of."""
        at = (datetime.now(UTC) - time).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
        with self.adapters.engine.begin() as connection:
            connection.execute(text("UPDATE worker SET seen_at = :at WHERE job_id = :id"), {"at": at, "id": job_id})

    def rows(self, sql: str, **values: Any) -> list[Any]:
        with self.adapters.engine.connect() as connection:
            return list(connection.execute(text(sql), values))

    def execution(self, job_id: str, generation: int = 1) -> Mapping[str, Any]:
        return dict(
            self.stack.client("stepfunctions").describe_execution(executionArn=self.execution_arn(job_id, generation))
        )

    def execution_arn(self, job_id: str, generation: int = 1) -> str:
        machine = self.outputs.job_state_machine_arn.replace(":stateMachine:", ":execution:")
        return f"{machine}:{job_id}-{generation}"

    def wait_until_execution_ended(self, job_id: str, generation: int = 1) -> str:
        def ended() -> str | None:
            status = str(self.execution(job_id, generation)["status"])
            return None if status == "RUNNING" else status

        return wait_for(f"end of the execution of {job_id}", ended, timeout_seconds=60)

    def history(self, job_id: str, generation: int = 1) -> str:
        """Return everything that the state machine keeps of an attempt."""
        pages = self.stack.client("stepfunctions").get_paginator("get_execution_history")
        events = [
            event
            for page in pages.paginate(executionArn=self.execution_arn(job_id, generation))
            for event in page["events"]
        ]
        return json.dumps(events, default=str)


@contextmanager
def jobs_stack(
    stack: LocalStack, name: str, folder: Path, *, handlers: Mapping[str, str] = HANDLERS, url: str | None = None
) -> Iterator[JobsStack]:
    """Deploy the real template with the made-up kinds, under a name of its own; nothing is due there by itself.

    Args:
        stack: A running one.
        name: Of the CloudFormation stack.
        folder: Takes the database.
        handlers: What the functions run, by the template's names of these.
        url: Of the database; None makes a SQLite file.
    """
    url = url or f"sqlite:///{folder / 'sunwi.db'}"
    outputs = stack.deploy(
        name=name,
        parameters={"CrawlDelaySeconds": 0},
        environment={"DATABASE_URL": url},
        overlay=Overlay(folder=FOLDER, handlers=handlers),
    )
    if handlers is HANDLERS:
        forget_schedules(stack, outputs)
    gates = folder / "gates"
    gates.mkdir()
    tender = LambdaTender(stack.client("lambda"), outputs.tender_function_name)
    adapters = Adapters(Settings(database_url=url), tender=tender)
    try:
        yield JobsStack(stack, outputs, adapters, gates)
    finally:
        stack.client("cloudformation").delete_stack(StackName=name)
        adapters.close()


def forget_schedules(stack: LocalStack, outputs: StackOutputs) -> None:
    """Delete the schedules that a deployment has created: a test that runs over midnight would get their jobs."""
    scheduler, group = stack.client("scheduler"), outputs.schedule_group_name
    for schedule in scheduler.list_schedules(GroupName=group)["Schedules"]:
        scheduler.delete_schedule(Name=schedule["Name"], GroupName=group)


@contextmanager
def never_invoked(place: JobsStack, function_name: str) -> Iterator[None]:
    """Have Lambda refuse every invocation of a function for as long as the block lasts."""
    functions = place.stack.client("lambda")
    before = functions.get_function_concurrency(FunctionName=function_name).get("ReservedConcurrentExecutions")
    functions.put_function_concurrency(FunctionName=function_name, ReservedConcurrentExecutions=0)
    try:
        yield
    finally:
        if before is None:
            functions.delete_function_concurrency(FunctionName=function_name)
        else:
            functions.put_function_concurrency(FunctionName=function_name, ReservedConcurrentExecutions=before)


@contextmanager
def run_by(place: JobsStack, function_name: str, handler: str) -> Iterator[None]:
    """Run a function by another handler for as long as the block lasts."""
    functions = place.stack.client("lambda")
    right = functions.get_function_configuration(FunctionName=function_name)["Handler"]
    functions.update_function_configuration(FunctionName=function_name, Handler=handler)
    try:
        yield
    finally:
        functions.update_function_configuration(FunctionName=function_name, Handler=right)


@contextmanager
def without_permission(place: JobsStack, function_name: str, policy: str, sid: str) -> Iterator[None]:
    """Take one statement out of a function's role for as long as the block lasts."""
    iam = place.stack.client("iam")
    config = place.stack.client("lambda").get_function_configuration(FunctionName=function_name)
    role = config["Role"].rsplit("/", 1)[-1]
    right: Any = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    left = [statement for statement in right["Statement"] if statement["Sid"] != sid]
    iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps({**right, "Statement": left}))
    try:
        yield
    finally:
        iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(right))


def kill(pid: int) -> None:
    """Kill a worker as a machine does that loses its power."""
    os.kill(pid, signal.SIGKILL)
