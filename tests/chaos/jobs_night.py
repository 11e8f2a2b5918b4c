"""Jobs of a deployed stack, whose processes are held at named points, let go, or killed."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import text, update

from infra.local.stack import LocalStack, Overlay, StackOutputs, wait_for
from sunwi.adapters.aws.tender import NoTender
from sunwi.adapters.sql.tables import JobRow, WorkerRow
from sunwi.bootstrap.adapters import Adapters
from sunwi.bootstrap.jobs import JobContainer
from sunwi.domain.job import ENDED
from sunwi.domain.job_order import JobOrder
from sunwi.settings import Settings
from tests.chaos.audit import Row
from tests.chaos.job_audit import JobBooks, audit_jobs
from tests.chaos.overlay.held.kinds import EFFECT_TABLE, WORKS
from tests.chaos.overlay.held.points import ANY, FOLDER
from tests.stack.jobs_stack import ADMIN, JobsStack, forget_schedules, kill, never_invoked

OVERLAY = Overlay(
    folder=Path(__file__).with_name("overlay"),
    handlers={"Worker": "held.worker.handler", "WorkerCore": "held.worker.handler", "Tender": "held.tender.handler"},
)
#: Of the state machine's waits, so that two minutes of trying again are over in three seconds.
WAIT_SCALE = 0.02
#: Seconds after which a message of a schedule that was not taken comes again; the template says 360.
VISIBILITY_SECONDS = 2
#: Longer than anything waits: an execution to start, a silent worker to be given up, a refused job.
LONG = timedelta(minutes=10)
#: Each job has so many chunks.
CHUNKS = 2

#: Points of the worker's process, and of the tender's, in the order in which a job comes by.
WORKER_POINTS = (
    "before_claim",
    "after_claim",
    "in_progress",
    "before_checkpoint",
    "after_result",
    "before_commit",
    "after_commit",
)
TENDER_POINTS = ("after_insert", "after_admission", "before_start", "in_tend", "after_tend", "in_tick")


@dataclass(frozen=True, slots=True)
class Held:
    """A process that waits at a point.

    Attributes:
        file: By which it is let go, but for the ending.
        has_job: Whether it is the worker that runs the job.
    """

    job_id: str
    pid: int
    file: Path
    has_job: bool

    def let_go(self) -> None:
        """Let it go on, and wait until it does."""
        go = self.file.with_suffix(".go")
        go.touch()
        wait_for(f"process {self.pid} going on", lambda: not go.exists())


@dataclass
class JobsNight(JobsStack):
    """A deployed stack whose minutes are the test's own: its rule is off, and nobody nudges but the test.

    Attributes:
        own: Jobs of the present row.
        kills: Of each job, how often its worker was killed.
    """

    own: list[str] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)

    @cached_property
    def jobs(self) -> JobContainer:
        return self.adapters.compose(JobContainer, works=WORKS)

    def begin_row(self) -> None:
        """Forget the jobs of the rows before."""
        self.own.clear()
        self.kills.clear()

    def chunks(self, number: int = CHUNKS, **params: Any) -> str:
        """Submit a job of chunks; nobody hears of it until the tender is nudged, or a minute is over."""
        order = JobOrder(work="chunks", params={"chunks": number, **params})
        job_id = self.jobs.submit_job.submit(ADMIN, order).job.id
        self.own.append(job_id)
        return job_id

    def send_due(self, due: datetime, *, chunks: int = CHUNKS) -> None:
        """Send what a schedule sends at its time."""
        body = json.dumps({"submit": {"work": "chunks", "params": {"chunks": chunks}}, "due": due.isoformat()})
        self.stack.client("sqs").send_message(QueueUrl=self.outputs.schedules_queue_url, MessageBody=body)

    def waiting_messages(self) -> int:
        """Count the messages of schedules, those in flight included."""
        url = self.outputs.schedules_queue_url
        found = self.stack.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return int(found["ApproximateNumberOfMessages"]) + int(found["ApproximateNumberOfMessagesNotVisible"])

    def ask_tender(self, **event: Any) -> None:
        """Invoke the tender and wait for nothing."""
        self.stack.client("lambda").invoke(
            FunctionName=self.outputs.tender_function_name, InvocationType="Event", Payload=json.dumps(event)
        )

    def nudge(self) -> None:
        self.ask_tender(action="nudge", urgent=False)

    def start_minute(self, name: str) -> None:
        """Begin a minute of the tender's; it can be held by its name."""
        self.ask_tender(source="aws.events", minute=name)

    def arm(self, point: str, name: str) -> Path:
        """Let the next process that comes by wait there."""
        file = self.gates / f"{point}-{name}"
        file.with_suffix(".reached").unlink(missing_ok=True)
        file.with_suffix(".armed").touch()
        return file

    def wait_held(self, file: Path) -> Held:
        """Wait until a process is where it was to be held."""
        reached = file.with_suffix(".reached")
        try:
            wait_for(f"process at {file.name}", reached.exists, timeout_seconds=60)
        except TimeoutError as error:
            lines = [line for name in ("Tender", "WorkerCore") for line in self.stack.function_logs(name)]
            raise AssertionError("\n".join([str(error), *lines[-60:]])) from error
        said = json.loads(reached.read_text())
        return Held(said["job_id"], said["pid"], file, file.name.partition("-")[0] in WORKER_POINTS)

    def hold(self, point: str, number: int = 0) -> Held:
        """Bring a new job to a point and hold the process there.

        Args:
            number: Of an odd one, `in_tend` and `after_tend` are of a crash.
        """
        if point == "after_insert":
            file = self.arm(point, ANY)
            self.send_due(datetime.now(UTC))
            held = self.wait_held(file)
            self.own.append(held.job_id)
            return held
        if point == "in_tick":
            return self._hold_tick()
        if point in ("in_tend", "after_tend") and number % 2:
            worker = self.hold("in_progress")
            file = self.arm(point, worker.job_id)
            self.kill(worker)
            return self.wait_held(file)
        job_id = self.chunks()
        file = self.arm(point, job_id)
        self.nudge()
        return self.wait_held(file)

    def _hold_tick(self) -> Held:
        """Hold a tick that has asked after the execution of a worker whose death nobody could tell."""
        worker = self.hold("in_progress")
        with never_invoked(self, self.outputs.tender_function_name):
            self.kill(worker)
            self.wait_until_execution_ended(worker.job_id)
        self.let_minutes_pass()
        file = self.arm("in_tick", worker.job_id)
        self.start_minute("held")
        return self.wait_held(file)

    def kill(self, held: Held) -> None:
        """Kill a process as a machine does that loses its power."""
        kill(held.pid)
        self.kills[held.job_id] += held.has_job

    def let_minutes_pass(self, *, silent: bool = True) -> None:
        """Put back when open jobs were admitted, until when they are to wait, and when their workers were heard of.

        Args:
            silent: Nothing has been heard of the workers meanwhile.
        """
        now = datetime.now(UTC)
        busy, own = JobRow.state.in_(("QUEUED", "RUNNING")), JobRow.id.in_(self.own)
        waits = (JobRow.state == "PENDING", own, JobRow.not_before > now)
        with self.adapters.engine.begin() as connection:
            connection.execute(update(JobRow).where(busy, own).values(admitted_at=now - LONG))
            connection.execute(update(JobRow).where(*waits).values(not_before=now))
            if silent:
                of_own = WorkerRow.job_id.in_(self.own)
                connection.execute(update(WorkerRow).where(of_own).values(seen_at=now - LONG))

    def settle(self, timeout_seconds: float = 90) -> None:
        """Let minutes pass until every job of the row has ended and nothing of it runs."""

        def is_over() -> bool:
            self.let_minutes_pass()
            self.tick()
            is_quiet = not self.waiting_messages() and not self.books.live()
            return is_quiet and all(self.job(job_id).state in ENDED for job_id in self.own)

        wait_for("end of every job", is_over, timeout_seconds=timeout_seconds)

    @cached_property
    def books(self) -> JobBooks:
        return JobBooks(
            engine=self.adapters.engine,
            s3=self.stack.client("s3"),
            bucket=self.outputs.files_bucket_name,
            states=self.stack.client("stepfunctions"),
            machine_arn=self.outputs.job_state_machine_arn,
        )

    def audit(self, fault: str) -> Row:
        """Settle the row's jobs, and close their books; the fault is over by now."""
        healed_at = datetime.now(UTC)
        self.settle()
        return audit_jobs(self.books, fault, self.own, kills=self.kills, healed_at=healed_at)

    def stop_runs(self) -> None:
        """Stop the executions that watch runs, which nobody measures here."""
        states = self.stack.client("stepfunctions")
        found = states.list_executions(stateMachineArn=self.outputs.state_machine_arn, statusFilter="RUNNING")
        for execution in found["executions"]:
            states.stop_execution(executionArn=execution["executionArn"])

    def states(self) -> list[str]:
        """Return the states of the row's jobs, in the order of their submission."""
        return [self.job(job_id).state.value for job_id in self.own]

    def refused_messages(self) -> int:
        """Count the invocations of the tender that found the database away."""
        return sum("StoreUnavailable" in line for line in self.stack.function_logs("Tender"))


@contextmanager
def jobs_night(stack: LocalStack, name: str, folder: Path, url: str | None = None) -> Iterator[JobsNight]:
    """Deploy the real template with points to be held at; on a new SQLite file unless another database is given."""
    url = url or f"sqlite:///{folder / 'sunwi.db'}"
    gates = folder / "held"
    gates.mkdir()
    outputs = stack.deploy(
        name=name,
        parameters={"CrawlDelaySeconds": 0},
        environment={"DATABASE_URL": url, FOLDER: str(gates)},
        overlay=OVERLAY,
    )
    stack.client("events").disable_rule(Name=outputs.tender_rule_arn.rsplit("/", 1)[-1])
    stack.client("sqs").set_queue_attributes(
        QueueUrl=outputs.schedules_queue_url, Attributes={"VisibilityTimeout": str(VISIBILITY_SECONDS)}
    )
    _crawl_nothing(stack, outputs)
    forget_schedules(stack, outputs)
    adapters = Adapters(Settings(database_url=url), tender=NoTender())
    with adapters.engine.begin() as connection:
        connection.execute(text(EFFECT_TABLE))
    night = JobsNight(stack, outputs, adapters, gates)
    night.jobs.manage_pool.set_limits(ADMIN, least=10, most=10)
    try:
        yield night
    finally:
        stack.client("cloudformation").delete_stack(StackName=name)
        adapters.close()


def _crawl_nothing(stack: LocalStack, outputs: StackOutputs) -> None:
    """Have the crawler receive nothing: there is no site here."""
    functions = stack.client("lambda")
    found = functions.list_event_source_mappings(FunctionName=outputs.crawler_function_name)
    for mapping in found["EventSourceMappings"]:
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
