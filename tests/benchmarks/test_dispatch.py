"""Dispatching 10,000 trackings, against a bare loop that only sends as many messages."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from infra.local.stack import LocalStack
from sunwi.adapters.aws_queue import BATCH_SIZE, SqsCrawlQueue
from sunwi.adapters.aws_state_machine import StepFunctionsStateMachine
from sunwi.adapters.migrations import upgrade_schema
from sunwi.adapters.sql_engine import create_store_engine
from sunwi.adapters.sql_store import SqlStore
from sunwi.bootstrap import SystemClock
from sunwi.domain.run import Run, RunKind
from sunwi.domain.task import message_body
from sunwi.domain.tracking import Kind, NewTracking, Target
from sunwi.service.check_capacity import CheckCapacity
from sunwi.service.dispatch_run import SEND_CHUNK, DispatchRun

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(600)]

TRACKINGS = 10_000
ROUNDS = 3
MAX_RATIO = 1.5
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
    trust = {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = stack.client("iam").create_role(
        RoleName=folder.name, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )
    machine = stack.client("stepfunctions").create_state_machine(
        name=folder.name, definition=DEFINITION, roleArn=role["Role"]["Arn"]
    )
    url = sqs.create_queue(QueueName=f"{folder.name}-dispatched")["QueueUrl"]
    hours = timedelta(hours=9)
    return DispatchRun(
        store=store,
        queue=SqsCrawlQueue(client=sqs, crawl_queue_url=url, express_queue_url=url),
        state_machine=StepFunctionsStateMachine(stack.client("stepfunctions"), machine["stateMachineArn"]),
        clock=SystemClock(),
        batch_timeout=hours,
        check_capacity=CheckCapacity(store=store, clock=SystemClock(), batch_timeout=hours, delay_seconds=0),
    )


def count(counter: Counter) -> None:
    counter.calls += 1


def tracking(number: int) -> NewTracking:
    target = Target(Kind.PLACE, str(1_000_000 + number))
    return NewTracking(target=target, target_url=f"https://m.place.naver.com/place/{target.id}", keyword=f"w{number}")


def send_bare(sqs: Any, url: str) -> float:
    """Send as many messages as a loop that does nothing else; give its seconds."""
    bodies = [message_body("scheduled-20260102", number) for number in range(TRACKINGS)]
    started = time.perf_counter()
    for start in range(0, TRACKINGS, BATCH_SIZE):
        entries = [{"Id": str(i), "MessageBody": body} for i, body in enumerate(bodies[start : start + BATCH_SIZE])]
        assert not sqs.send_message_batch(QueueUrl=url, Entries=entries).get("Failed")
    return time.perf_counter() - started


def dispatched(dispatch: DispatchRun, token: str) -> tuple[Run, float]:
    started = time.perf_counter()
    run = dispatch.started(RunKind.MANUAL, None, token=token)
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
            f"{len(counter.statements)} SQL statements ({per_chunk:.1f} per 1,000); "
            f"bare sequential loop: {floor:.2f} s; ratio {ratios[-1]:.2f}"
        )
        assert run.expected == TRACKINGS
        assert counter.calls == TRACKINGS // BATCH_SIZE
        assert len(counter.statements) <= 5 * TRACKINGS // SEND_CHUNK + 12
    assert min(ratios) <= MAX_RATIO
