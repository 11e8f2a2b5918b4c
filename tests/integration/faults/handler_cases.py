"""What each handler is given, and what may come of it: the cases of the tests of what a handler leaves behind."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from canary.handler import handler as look_ahead
from crawler.handler import handler as crawl
from dispatcher.handler import handler as dispatch
from migrator.handler import handler as migrate
from notifier.handler import handler as notify
from run_monitor.handler import handler as monitor
from sunwi.bootstrap.command_line import CommandContainer
from sunwi.domain.actor import SYSTEM
from sunwi.domain.job import JobState
from sunwi.domain.job_order import JobOrder
from sunwi.domain.schedule import CANARY_LEAD
from sunwi.domain.stored_notice import NoticeKey
from sunwi.domain.task import message_body
from sunwi.domain.tracking import PageKey
from sunwi.errors import BadMessage, InvalidInput, LayoutUnknown, NotTaken, Permanent, Retryable, StaleEvent
from tender.handler import handler as tend
from tests.examples import CRAWL_QUEUE_ARN, NIGHT
from tests.integration.faults.door_cases import (
    a_page_came_and_went,
    a_page_of_another_site,
    answered,
    answered_about_nothing,
    guessed,
    not_counted,
)
from tests.integration.faults.invoked import Case, Context
from watchdog.handler import handler as watch
from worker.handler import handler as work

RUN = "scheduled-20260102"
#: Of the night after, which the canary holds.
HELD = "scheduled-20260103"

#: What the one notice says that is queued.
NOTHING_OVERDUE = {"count": 0, "notices": []}


def crawl_one(body: str) -> dict[str, Any]:
    record = {
        "messageId": "m1",
        "receiptHandle": "handle-m1",
        "body": body,
        "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": str(int(NIGHT.timestamp() * 1000))},
        "eventSource": "aws:sqs",
        "eventSourceARN": CRAWL_QUEUE_ARN,
    }
    return crawl({"Records": [record]}, Context())


def scheduled(container: CommandContainer) -> None:
    dispatch({"source": "aws.events", "detail-type": "Scheduled Event", "time": "2026-01-01T16:00:00Z"}, Context())
    assert len(container.adapters.__dict__["queue"].sent) == 2


def refused_by_the_queue(container: CommandContainer) -> None:
    container.adapters.__dict__["queue"].refused.add(1)
    with pytest.raises(Retryable, match="refused 1 of 1"):
        scheduled(container)


def stale(_: CommandContainer) -> None:
    dispatch({"source": "aws.events", "detail-type": "Scheduled Event", "time": "2025-12-01T16:00:00Z"}, Context())


def unknown_trackings(_: CommandContainer) -> None:
    dispatch({"kind": "ON_DEMAND", "tracking_ids": [999]}, Context())


def measured(_: CommandContainer) -> None:
    assert crawl_one(message_body(RUN, 1)) == {"batchItemFailures": []}


def returned(_: CommandContainer) -> None:
    assert crawl_one(message_body(RUN, 1)) != {"batchItemFailures": []}


def refuse_the_layout(_: PageKey) -> Any:
    raise LayoutUnknown("another layout")


def not_readable(container: CommandContainer) -> None:
    container.pages.__dict__["loader"].serve = refuse_the_layout
    assert crawl_one(message_body(RUN, 1)) != {"batchItemFailures": []}


def poisoned(_: CommandContainer) -> None:
    assert crawl_one("{") != {"batchItemFailures": []}


def of_no_run(_: CommandContainer) -> None:
    assert crawl_one(message_body("scheduled-19990101", 1)) != {"batchItemFailures": []}


def checked(_: CommandContainer) -> None:
    monitor({"action": "check", "run_id": RUN}, Context())


def summarised(_: CommandContainer) -> None:
    monitor({"action": "summarise", "run_id": RUN}, Context())


def failed(_: CommandContainer) -> None:
    monitor({"action": "fail", "run_id": RUN, "error": "States.Timeout"}, Context())


def checked_in_vain(_: CommandContainer) -> None:
    monitor({"action": "check", "run_id": "scheduled-19990101"}, Context())


def released(container: CommandContainer) -> None:
    container.adapters.__dict__["clock"].advance(hours=24)
    dispatch({"action": "RELEASE", "run_id": HELD, "canary_failed": True}, Context())
    assert len(container.adapters.__dict__["queue"].sent) == 2


def held_further(container: CommandContainer) -> None:
    container.pages.__dict__["loader"].serve = refuse_the_layout
    checked_by_the_canary_again(container)
    dispatch({"action": "RELEASE", "run_id": HELD, "canary_failed": False}, Context())
    with container.adapters.store.read() as tx:
        assert tx.runs.get(HELD).is_held  # type: ignore[union-attr]  # it is there


def released_in_vain(_: CommandContainer) -> None:
    with pytest.raises(InvalidInput):
        dispatch({"action": "RELEASE", "run_id": "scheduled-19990101", "canary_failed": False}, Context())


def checked_by_the_canary(container: CommandContainer) -> None:
    at = NIGHT + timedelta(days=2) - CANARY_LEAD
    container.adapters.__dict__["clock"].at = at
    look_ahead({"source": "aws.events", "detail-type": "Scheduled Event", "time": at.isoformat()}, Context())


def checked_by_the_canary_again(_: CommandContainer) -> None:
    look_ahead({"run_id": HELD, "number": 1}, Context())


def checked_by_the_canary_in_vain(_: CommandContainer) -> None:
    with pytest.raises(StaleEvent):
        look_ahead({"run_id": RUN, "number": 1}, Context())


def watched(container: CommandContainer) -> None:
    """When a look is due, with a run that nobody has closed: one that the watchdog puts right."""
    container.adapters.__dict__["clock"].advance(hours=4)
    answer = watch({"source": "aws.events", "time": "2026-01-01T20:00:00Z"}, Context())
    assert answer["date"] == "2026-01-02"


def watched_only(container: CommandContainer) -> None:
    container.adapters.__dict__["clock"].advance(hours=8)
    assert watch({"repair": False}, Context())["raised"] > 0


def watched_without_alarms(container: CommandContainer) -> None:
    container.watchdog.__dict__["alarms"].is_away = True
    container.adapters.__dict__["clock"].advance(hours=8)
    with pytest.raises(Retryable):
        watch({"repair": False}, Context())


def migrated(_: CommandContainer) -> None:
    migrate({}, Context())


def migrated_in_vain(container: CommandContainer) -> None:
    """The first migration meets the tables that it wants to make."""
    with container.adapters.engine.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
    with pytest.raises(ProgrammingError):
        migrate({}, Context())


def submit(container: CommandContainer) -> str:
    """Submit the pause of both trackings."""
    params = {"action": "pause", "filter": {"kind": "place"}, "expected_count": 2}
    return container.jobs.submit_job.submit(SYSTEM, JobOrder(work="bulk_action", params=params)).job.id


def ticked(container: CommandContainer) -> None:
    job_id = submit(container)
    tend({"source": "aws.events", "time": "2026-01-01T16:00:00Z"}, Context())
    with container.adapters.store.read() as tx:
        assert tx.jobs.get(job_id).state is JobState.QUEUED  # type: ignore[union-attr]  # it is there


def nudged(container: CommandContainer) -> None:
    submit(container)
    tend({"action": "nudge", "urgent": True}, Context())


def told_of_a_crash(container: CommandContainer) -> None:
    job_id = submit(container)
    tend({"action": "nudge"}, Context())
    crashed = {"action": "crashed", "job_id": job_id, "generation": 1, "error": "Runtime.ExitError", "error_type": ""}
    tend(crashed, Context())


def told_of_nothing_claimed(container: CommandContainer) -> None:
    job_id = submit(container)
    tend({"action": "nudge"}, Context())
    tend({"action": "ended", "job_id": job_id, "generation": 1, "outcome": "unclaimed"}, Context())


def submitted_by_a_schedule(_: CommandContainer) -> None:
    params = {"action": "pause", "filter": {"kind": "place"}, "expected_count": 2}
    body = {"submit": {"work": "bulk_action", "params": params}, "due": "2026-01-02T03:00:00+09:00"}
    tend({"Records": [{"messageId": "m1", "body": json.dumps(body)}]}, Context())
    named = {**body, "schedule": "pause", "due": "<aws.scheduler.scheduled-time>"}
    sent = {"SentTimestamp": str(int(NIGHT.timestamp() * 1000))}
    tend({"Records": [{"messageId": "m2", "body": json.dumps(named), "attributes": sent}]}, Context())


def submitted_in_vain(_: CommandContainer) -> None:
    body = {"submit": {"work": "no_such_work", "params": {}}, "due": "2026-01-02T03:00:00+09:00"}
    with pytest.raises(BadMessage):
        tend({"Records": [{"messageId": "m1", "body": json.dumps(body)}]}, Context())


def worked(container: CommandContainer) -> None:
    job_id = submit(container)
    tend({"action": "nudge"}, Context())
    assert work({"job_id": job_id, "generation": 1}, Context())["outcome"] == "succeeded"


def refused_while_it_worked(container: CommandContainer) -> None:
    job_id = submit(container)
    tend({"action": "nudge"}, Context())
    work({"job_id": job_id, "generation": 1}, Context())


def had_nothing_to_claim(_: CommandContainer) -> None:
    assert work({"job_id": "none", "generation": 1}, Context())["outcome"] == "unclaimed"


def deliver(container: CommandContainer) -> dict[str, Any]:
    """Deliver the message of the one notice that is queued."""
    with container.adapters.store.read() as tx:
        (row,) = tx.connection.execute(text("SELECT id, generation FROM notice WHERE state = 'QUEUED'"))
    record = {
        "messageId": "m1",
        "body": NoticeKey(row.id, row.generation).as_message(),
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:ap-northeast-2:000000000000:notices",
    }
    return notify({"Records": [record]}, Context())


def told(container: CommandContainer) -> None:
    assert deliver(container) == {"batchItemFailures": []}
    (sender,) = container.notices.senders.values()
    assert len(sender.sent) == 1  # type: ignore[attr-defined]  # the fixture's


def not_told_now(container: CommandContainer) -> None:
    (sender,) = container.notices.senders.values()
    sender.failures = [NotTaken("busy")]  # type: ignore[attr-defined]  # the fixture's
    assert deliver(container) == {"batchItemFailures": []}


def never_told(container: CommandContainer) -> None:
    (sender,) = container.notices.senders.values()
    sender.failures = [Permanent("gone")]  # type: ignore[attr-defined]  # the fixture's
    assert deliver(container) == {"batchItemFailures": []}


def not_marked(container: CommandContainer) -> None:
    assert deliver(container) == {"batchItemFailures": [{"itemIdentifier": "m1"}]}


def of_no_notice(_: CommandContainer) -> None:
    record = {"messageId": "m1", "body": "{", "eventSource": "aws:sqs"}
    assert notify({"Records": [record]}, Context()) == {"batchItemFailures": [{"itemIdentifier": "m1"}]}


def reported(_: CommandContainer) -> None:
    record = {"EventSource": "aws:sns", "Sns": {"Message": json.dumps({"eventType": "Delivery"})}}
    assert notify({"Records": [record]}, Context()) == {"batchItemFailures": []}


def ticked_again(container: CommandContainer) -> None:
    """A quarter of an hour later, when the one notice is queued again."""
    container.adapters.__dict__["clock"].advance(minutes=20)
    tend({"source": "aws.events"}, Context())


HANDLED: Mapping[str, Sequence[Case]] = {
    "api": [answered, answered_about_nothing, guessed],
    "canary": [checked_by_the_canary, checked_by_the_canary_again, checked_by_the_canary_in_vain],
    "crawler": [measured, not_readable, poisoned, of_no_run],
    "dispatcher": [
        scheduled,
        refused_by_the_queue,
        stale,
        unknown_trackings,
        released,
        held_further,
        released_in_vain,
    ],
    "live": [a_page_came_and_went, a_page_of_another_site],
    "migrator": [migrated, migrated_in_vain],
    "notifier": [told, not_told_now, never_told, of_no_notice, reported],
    "run_monitor": [checked, summarised, failed, checked_in_vain],
    "tender": [
        ticked,
        nudged,
        told_of_a_crash,
        told_of_nothing_claimed,
        submitted_by_a_schedule,
        submitted_in_vain,
        ticked_again,
    ],
    "watchdog": [watched, watched_only, watched_without_alarms],
    "worker": [worked, had_nothing_to_claim],
}

#: Writes that the database refuses in the middle of a handler, by table.
REFUSED: Sequence[tuple[str, Case, str]] = [
    ("api", not_counted, "access_failure"),
    ("canary", checked_by_the_canary, "canary_check"),
    ("crawler", returned, "attempt"),
    ("crawler", returned, "rank_history"),
    ("dispatcher", scheduled, "task"),
    ("dispatcher", scheduled, "run"),
    ("dispatcher", released, "run"),
    ("dispatcher", released, "task"),
    ("live", a_page_came_and_went, "live_connection"),
    ("live", a_page_came_and_went, "live_topic"),
    ("notifier", not_marked, "notice"),
    ("run_monitor", failed, "task"),
    ("run_monitor", failed, "run"),
    ("tender", nudged, "job_attempt"),
    ("tender", submitted_by_a_schedule, "job"),
    ("tender", ticked_again, "notice"),
    ("watchdog", watched, "run"),
    ("watchdog", watched, "watch_finding"),
    ("worker", refused_while_it_worked, "worker"),
    ("worker", refused_while_it_worked, "tracking"),
]
