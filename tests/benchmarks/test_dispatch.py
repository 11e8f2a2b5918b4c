"""Dispatching 10,000 and 100,000 trackings, against a bare loop that only sends as many messages."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from infra.local.stack import LocalStack
from infra.local.stack.session import LocalSession
from sunwi.adapters.aws.queue import BATCH_SIZE, SqsCrawlQueue
from sunwi.adapters.aws.state_machine import StepFunctionsStateMachine
from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.migrations import upgrade_schema
from sunwi.adapters.sql.store import SqlStore
from sunwi.bootstrap.adapters import SystemClock
from sunwi.domain.run import Run, RunKind
from sunwi.domain.task import message_body
from sunwi.domain.tracking import Kind, NewTracking, Target
from sunwi.service.runs.check_capacity import CheckCapacity
from sunwi.service.runs.dispatch_run import DispatchRun
from sunwi.service.runs.send_tasks import CHUNK_TIME, SEND_CHUNK, SendTasks
from tests.benchmarks.dispatch_process import Order, measure

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(600)]

TRACKINGS = 10_000
ROUNDS = 3
MAX_RATIO = 1.5
MANY = 100_000
#: Against a queue that takes no time there is the database's, too.
MAX_RATIO_OF_MANY = 5
FEW = 1_000
#: Memory may grow by so much from the few to the many.
MAX_MEMORY_RATIO = 1.15
#: The template's.
DISPATCHER_TIMEOUT = timedelta(seconds=300)
#: Share of a processor that the dispatcher's memory comes with. Source: docs/aws.md, Lambda.
PROCESSOR_SHARE = 512 / 1769
DEFINITION = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})


@dataclass
class Counter:
    calls: int = 0
    statements: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def stack() -> Iterator[LocalStack]:
    with LocalStack() as running:
        yield running


def dispatcher(stack: LocalStack, folder: Path, counter: Counter) -> DispatchRun:
    engine = create_store_engine(f"sqlite:///{folder / 'bench.db'}")
    upgrade_schema(engine)
    store = SqlStore(engine)
    with store.begin() as tx:
        tx.trackings.add([tracking(number) for number in range(TRACKINGS)], at=datetime.now(UTC))
    event.listen(engine, "before_cursor_execute", lambda *a: counter.statements.append(a[2]))
    sqs = stack.client("sqs")
    sqs.meta.events.register("before-call.sqs.SendMessageBatch", lambda **_: count(counter))
    url = sqs.create_queue(QueueName=f"{folder.name}-dispatched")["QueueUrl"]
    hours = timedelta(hours=9)
    return DispatchRun(
        store=store,
        send_tasks=SendTasks(
            store=store,
            queue=SqsCrawlQueue(client=sqs, crawl_queue_url=url, express_queue_url=url),
            clock=SystemClock(),
            pause=time.sleep,
        ),
        state_machine=StepFunctionsStateMachine(stack.client("stepfunctions"), state_machine(stack, folder.name)),
        clock=SystemClock(),
        batch_timeout=hours,
        check_capacity=CheckCapacity(store=store, clock=SystemClock(), batch_timeout=hours, delay_seconds=0),
    )


def state_machine(stack: LocalStack, name: str) -> str:
    """Make one whose executions end at once, and return its ARN."""
    trust = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = stack.client("iam").create_role(
        RoleName=name, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )
    machine = stack.client("stepfunctions").create_state_machine(
        name=name, definition=DEFINITION, roleArn=role["Role"]["Arn"]
    )
    return machine["stateMachineArn"]


def count(counter: Counter) -> None:
    counter.calls += 1


def tracking(number: int) -> NewTracking:
    target = Target(Kind.PLACE, str(1_000_000 + number))
    return NewTracking(target=target, target_url=f"https://m.place.naver.com/place/{target.id}", keyword=f"w{number}")


def send_bare(sqs: Any, url: str, messages: int = TRACKINGS) -> float:
    """Send as many messages as a loop that does nothing else; return its seconds."""
    bodies = [message_body("scheduled-20260102", number) for number in range(messages)]
    started = time.perf_counter()
    for start in range(0, messages, BATCH_SIZE):
        entries = [{"Id": str(i), "MessageBody": body} for i, body in enumerate(bodies[start : start + BATCH_SIZE])]
        assert not sqs.send_message_batch(QueueUrl=url, Entries=entries).get("Failed")
    return time.perf_counter() - started


def dispatched(dispatch: DispatchRun, token: str) -> tuple[Run, float]:
    started = time.perf_counter()
    run = dispatch.started(RunKind.MANUAL, None, request_id=token)
    return run, time.perf_counter() - started


def test_dispatch_costs_at_most_half_more_than_a_bare_sequential_loop(stack: LocalStack, tmp_path: Path) -> None:
    counter = Counter()
    dispatch = dispatcher(stack, tmp_path, counter)
    sqs = stack.client("sqs")
    url = sqs.create_queue(QueueName=f"{tmp_path.name}-bare")["QueueUrl"]
    ratios = []
    for number in range(ROUNDS):
        counter.calls, counter.statements = 0, []
        floor = send_bare(sqs, url)
        assert counter.calls == TRACKINGS // BATCH_SIZE
        counter.calls = 0
        run, seconds = dispatched(dispatch, f"{number:08x}")
        ratios.append(seconds / floor)
        per_chunk = len(counter.statements) * SEND_CHUNK / TRACKINGS
        print(
            f"\ndispatch of {run.expected} trackings: {seconds:.2f} s, {counter.calls} SQS calls, "
            f"{len(counter.statements)} SQL statements ({per_chunk:.1f} per {SEND_CHUNK}); "
            f"bare sequential loop: {floor:.2f} s; ratio {ratios[-1]:.2f}"
        )
        assert run.expected == TRACKINGS
        assert counter.calls == TRACKINGS // BATCH_SIZE
        assert len(counter.statements) <= 5 * TRACKINGS // SEND_CHUNK + 12
    assert min(ratios) <= MAX_RATIO


class PatientSqs(BaseHTTPRequestHandler):
    """Takes every message at once and keeps none: what is measured is the dispatcher."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        entries = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["Entries"]
        body = json.dumps({"Successful": [{"Id": entry["Id"], "MessageId": entry["Id"]} for entry in entries]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@contextmanager
def patient_sqs() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), PatientSqs)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def fill(engine: Engine, trackings: int) -> None:
    """Have so many active trackings, written in SQL for speed."""
    statement = """INSERT INTO tracking (kind, keyword, target_id, target_url, surface, device, location, client,
        agency, status, current_session, created_at)
        SELECT 'place', 'w' || n / 3, n::text, 'https://m.place.naver.com/place/' || n, 'integrated', 'pc', '', '', '',
        'ACTIVE', 1, now() FROM generate_series((SELECT count(*) + 1 FROM tracking), :trackings) n"""
    with engine.begin() as connection:
        connection.execute(text(statement), {"trackings": trackings})


def test_100000_trackings_are_one_call_of_the_dispatcher_with_memory_that_does_not_grow(
    stack: LocalStack, postgres_engine: Engine
) -> None:
    costs = []
    with patient_sqs() as sqs_url:
        for number, trackings in enumerate((FEW, MANY)):
            fill(postgres_engine, trackings)
            order = Order(
                database_url=postgres_engine.url.render_as_string(hide_password=False),
                endpoint_url=stack.endpoint_url,
                sqs_endpoint_url=sqs_url,
                queue_url=f"{sqs_url}/000000000000/crawl",
                state_machine_arn=state_machine(stack, f"many-{trackings}"),
                token=f"{number:08x}",
            )
            costs.append(measure(order))
        floor = send_bare(LocalSession(sqs_url).client("sqs"), order.queue_url) * MANY / TRACKINGS
    few, many = costs
    in_lambda = many.cpu_seconds / PROCESSOR_SHARE
    print(
        f"\ndispatch of {many.expected} trackings on PostgreSQL: {many.seconds:.1f} s ({many.seconds / floor:.2f} of a "
        f"bare sequential loop), {many.cpu_seconds:.1f} s of a processor ({in_lambda:.0f} s in 512 MB), "
        f"{many.sqs_calls} SQS calls, {many.statements} SQL statements, peak RSS "
        f"{many.peak_rss_bytes / 2**20:.0f} MB ({few.peak_rss_bytes / 2**20:.0f} MB for {FEW})"
    )
    assert (few.expected, many.expected) == (FEW, MANY)
    assert many.sqs_calls == MANY // BATCH_SIZE
    assert many.statements <= 3 * MANY // SEND_CHUNK + 20
    assert many.peak_rss_bytes <= MAX_MEMORY_RATIO * few.peak_rss_bytes
    assert in_lambda < (DISPATCHER_TIMEOUT - CHUNK_TIME).total_seconds()
    assert many.seconds <= MAX_RATIO_OF_MANY * floor
