from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sunwi.domain.job_figures import JobFigures
from sunwi.domain.job_health import (
    AT_MAXIMUM_FOR,
    CRITICAL_WAIT,
    TICK_SILENT_AFTER,
    HealthCode,
    HealthLevel,
    JobFacts,
    QueueFigures,
    assess_jobs,
    is_at_maximum,
    waited_seconds,
)
from sunwi.domain.job_priority import Priority
from sunwi.domain.worker_pool import Paused, WorkerPool

NOW = datetime(2026, 1, 1, 16, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
POOL = WorkerPool(workers=3, changed_at=NOW - timedelta(days=3), changed_by="cli:kim", ticked_at=NOW - SECOND)
QUEUE = QueueFigures(name="crawl", waiting=3, in_flight=1, dead=0)
FACTS = JobFacts(
    pool=POOL,
    paused_at=None,
    waiting=4,
    pending=6,
    limit=10_000,
    busy=3,
    stuck=(),
    waiting_since={Priority.CRITICAL: NOW - CRITICAL_WAIT, Priority.LOW: NOW - timedelta(days=2)},
    last_hour=JobFigures(succeeded=81, failed=10, expired=9),
    queues=(QUEUE,),
)


def codes(facts: JobFacts) -> list[HealthCode]:
    return [reason.code for reason in assess_jobs(facts, now=NOW).reasons]


def test_jobs_that_are_done_as_they_should_be_are_healthy() -> None:
    health = assess_jobs(FACTS, now=NOW)
    assert (health.level, health.reasons) == (HealthLevel.HEALTHY, ())


@pytest.mark.parametrize(
    ("facts", "level", "code", "fields"),
    [
        (
            replace(FACTS, pool=replace(POOL, ticked_at=NOW - TICK_SILENT_AFTER - SECOND)),
            HealthLevel.CRITICAL,
            HealthCode.TICK_SILENT,
            {"ticked_at": NOW - TICK_SILENT_AFTER - SECOND},
        ),
        (
            replace(FACTS, pool=replace(POOL, ticked_at=None)),
            HealthLevel.CRITICAL,
            HealthCode.TICK_SILENT,
            {"ticked_at": None},
        ),
        (
            replace(FACTS, waiting_since={Priority.CRITICAL: NOW - CRITICAL_WAIT - SECOND}),
            HealthLevel.CRITICAL,
            HealthCode.CRITICAL_WAITS,
            {"seconds": 901},
        ),
        (
            replace(FACTS, last_hour=JobFigures(succeeded=5, failed=4, expired=1)),
            HealthLevel.CRITICAL,
            HealthCode.MOSTLY_FAILING,
            {"percent": 50, "failed": 5, "ended": 10},
        ),
        (
            replace(FACTS, last_hour=JobFigures(succeeded=8, failed=2, cancelled=90)),
            HealthLevel.DEGRADED,
            HealthCode.OFTEN_FAILING,
            {"percent": 20, "failed": 2, "ended": 10},
        ),
        (
            replace(FACTS, stuck=("a", "b")),
            HealthLevel.DEGRADED,
            HealthCode.JOBS_STUCK,
            {"count": 2, "job_id": "a"},
        ),
        (
            replace(FACTS, pool=replace(POOL, paused=Paused.ALL), paused_at=NOW - timedelta(minutes=7)),
            HealthLevel.DEGRADED,
            HealthCode.PAUSED_ALL,
            {"seconds": 420, "changed_by": "cli:kim"},
        ),
        (
            replace(FACTS, pool=replace(POOL, paused=Paused.PEOPLE), paused_at=NOW),
            HealthLevel.DEGRADED,
            HealthCode.PAUSED_PEOPLE,
            {"seconds": 0, "changed_by": "cli:kim"},
        ),
        (
            replace(FACTS, pending=8_000),
            HealthLevel.DEGRADED,
            HealthCode.NEARLY_FULL,
            {"pending": 8_000, "limit": 10_000},
        ),
        (
            replace(FACTS, pool=replace(POOL, workers=10, changed_at=NOW - AT_MAXIMUM_FOR), waiting=10),
            HealthLevel.DEGRADED,
            HealthCode.AT_MAXIMUM,
            {"workers": 10, "waiting": 10},
        ),
        (
            replace(FACTS, queues=(replace(QUEUE, dead=2),)),
            HealthLevel.DEGRADED,
            HealthCode.QUEUE_HAS_DEAD,
            {"queue": "crawl", "count": 2},
        ),
        (
            replace(FACTS, queues=(QUEUE, QueueFigures(name="express", waiting=None, in_flight=None, dead=None))),
            HealthLevel.DEGRADED,
            HealthCode.QUEUE_NOT_ASKED,
            {"queue": "express"},
        ),
    ],
)
def test_each_thing_that_is_wrong_is_one_reason(
    facts: JobFacts, level: HealthLevel, code: HealthCode, fields: dict[str, object]
) -> None:
    health = assess_jobs(facts, now=NOW)
    (reason,) = health.reasons
    assert (health.level, reason.code, reason.fields) == (level, code, fields)


def test_the_worst_reasons_come_first_and_decide() -> None:
    facts = replace(
        FACTS,
        pool=replace(POOL, paused=Paused.ALL),
        waiting_since={Priority.CRITICAL: NOW - timedelta(hours=1)},
        queues=(replace(QUEUE, dead=1),),
    )
    assert codes(facts) == [HealthCode.CRITICAL_WAITS, HealthCode.PAUSED_ALL, HealthCode.QUEUE_HAS_DEAD]
    assert assess_jobs(facts, now=NOW).level is HealthLevel.CRITICAL


def test_nobody_needs_to_tick_where_no_job_was_ever_submitted() -> None:
    idle = replace(FACTS, pool=replace(POOL, ticked_at=None), pending=0, waiting=0, busy=0, waiting_since={})
    assert codes(idle) == []


def test_a_tender_that_stopped_is_noticed_without_a_single_job() -> None:
    idle = replace(FACTS, pool=replace(POOL, ticked_at=NOW - timedelta(hours=1)), pending=0, waiting=0, busy=0)
    assert HealthCode.TICK_SILENT in codes(idle)


def test_a_few_failed_jobs_are_no_rate() -> None:
    assert codes(replace(FACTS, last_hour=JobFigures(failed=9))) == []


def test_a_pool_that_has_just_come_to_its_maximum_is_no_reason_yet() -> None:
    pool = replace(POOL, workers=10, changed_at=NOW - AT_MAXIMUM_FOR + SECOND)
    assert codes(replace(FACTS, pool=pool, waiting=500)) == []


def test_a_pool_is_at_its_maximum_only_while_jobs_wait_for_every_worker() -> None:
    pool = replace(POOL, workers=4, most=4)
    assert [is_at_maximum(pool, waiting=waiting) for waiting in (3, 4)] == [False, True]
    assert not is_at_maximum(replace(pool, most=5), waiting=400)


def test_nothing_waits_when_none_of_that_priority_is_ready() -> None:
    assert waited_seconds({Priority.LOW: NOW - SECOND}, Priority.CRITICAL, now=NOW) == 0
    assert waited_seconds({Priority.LOW: NOW - SECOND}, Priority.LOW, now=NOW) == 1
