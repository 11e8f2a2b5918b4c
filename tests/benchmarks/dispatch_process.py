"""One dispatch in a process of its own, which says what it took: `python -m tests.benchmarks.dispatch_process …`."""

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import event

from infra.local.stack.localise import ROOT
from infra.local.stack.session import LocalSession
from sunwi.adapters.aws.queue import SqsCrawlQueue
from sunwi.adapters.aws.state_machine import StepFunctionsStateMachine
from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.store import SqlStore
from sunwi.bootstrap.adapters import SystemClock
from sunwi.domain.run import RunKind
from sunwi.service.runs.check_capacity import CheckCapacity
from sunwi.service.runs.dispatch_run import DispatchRun
from sunwi.service.runs.send_tasks import SendTasks


@dataclass(frozen=True, kw_only=True)
class Order:
    """A run of every active tracking, and where it goes."""

    database_url: str
    endpoint_url: str
    sqs_endpoint_url: str
    queue_url: str
    state_machine_arn: str
    token: str


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What a dispatch took.

    Attributes:
        cpu_seconds: Of this process alone.
        peak_rss_bytes: Of this process, imports included.
    """

    expected: int
    seconds: float
    cpu_seconds: float
    statements: int
    sqs_calls: int
    peak_rss_bytes: int


def measure(order: Order) -> Cost:
    """Dispatch in a new process."""
    command = [sys.executable, "-m", __name__, json.dumps(asdict(order))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=500)  # noqa: S603 - our own program
    assert done.returncode == 0, done.stderr
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


def dispatch(order: Order) -> Cost:
    """Dispatch in this process."""
    engine = create_store_engine(order.database_url)
    statements: list[None] = []
    event.listen(engine, "before_cursor_execute", lambda *_: statements.append(None))
    session, store, clock, hours = LocalSession(order.endpoint_url), SqlStore(engine), SystemClock(), timedelta(hours=9)
    calls: list[None] = []
    sqs = LocalSession(order.sqs_endpoint_url).client("sqs")
    sqs.meta.events.register("before-call.sqs.SendMessageBatch", lambda **_: calls.append(None))
    queue = SqsCrawlQueue(client=sqs, crawl_queue_url=order.queue_url, express_queue_url=order.queue_url)
    machine = StepFunctionsStateMachine(session.client("stepfunctions"), order.state_machine_arn)
    run = DispatchRun(
        store=store,
        send_tasks=SendTasks(store=store, queue=queue, clock=clock, pause=time.sleep),
        state_machine=machine,
        clock=clock,
        batch_timeout=hours,
        check_capacity=CheckCapacity(store=store, clock=clock, batch_timeout=hours, delay_seconds=0),
    )
    started, cpu = time.perf_counter(), time.process_time()
    dispatched = run.started(RunKind.MANUAL, None, request_id=order.token)
    return Cost(
        expected=dispatched.expected,
        seconds=time.perf_counter() - started,
        cpu_seconds=time.process_time() - cpu,
        statements=len(statements),
        sqs_calls=len(calls),
        peak_rss_bytes=peak_rss_bytes(),
    )


def peak_rss_bytes() -> int:
    """Ask the kernel for the most memory that this process ever had."""
    status = Path(f"/proc/{os.getpid()}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:"))


if __name__ == "__main__":
    print(json.dumps(asdict(dispatch(Order(**json.loads(sys.argv[1]))))))
