"""Bring a database to what a sample event speaks of."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from time import sleep
from typing import Any

from sqlalchemy import update

from sunwi.adapters.sql.tables import ChannelRow, NoticeRow
from sunwi.bootstrap.command_line import CommandContainer
from sunwi.domain.actor import SYSTEM
from sunwi.domain.bulk_action import BULK_ACTION_WORK
from sunwi.domain.canary import ALWAYS_READ, CanaryCheck
from sunwi.domain.channel import ChannelKind, NewChannel
from sunwi.domain.job import Job
from sunwi.domain.notice import SYSTEM_AUDIENCE, NewNotice, NoticeKind, NoticeState
from sunwi.domain.recognition import PageFinding, count_findings
from sunwi.domain.run import scheduled_run_id
from sunwi.domain.schedule import business_date
from sunwi.domain.tracking import Tracking
from sunwi.service.runs.dispatch_run import DispatchRun
from sunwi.service.runs.send_tasks import SendTasks
from sunwi.testing import InMemoryCrawlQueue, InMemoryStateMachine

#: Words that only the events of a held run have.
_OF_HELD_RUN = ('"RELEASE"', '"number"')


#: Jobs that events speak of, by their id: a lookup of tracking 1, and a pause of all that have its keyword.
_LOOKUP, _BULK_ACTION = (f"01980000-0000-7000-8000-{number:012d}" for number in (1, 2))
#: The notice that one speaks of.
_NOTICE = f"01980000-0000-7000-8000-{3:012d}"


def prepare_event(container: CommandContainer, event: str) -> None:
    """Make the run that an event names: today's, dispatched, with its messages thrown away; or the job, admitted.

    A run is held when the event is one of a held run, and closed already when a message of it was redriven.

    Args:
        container: The use cases on the database.
        event: JSON, as `stamp_event` takes it; one that names neither needs nothing.
    """
    if _LOOKUP in event:
        tracking = _tracking_1(container)
        admit_job(container, _LOOKUP, "lookup", {"keyword": tracking.keyword, "url": tracking.target_url})
    elif _BULK_ACTION in event:
        admit_job(container, _BULK_ACTION, BULK_ACTION_WORK, _pause_params(container))
    elif _NOTICE in event:
        _queue_notice(container)
    if "run_id" not in event:
        return
    now = datetime.now(UTC)
    run_id = scheduled_run_id(business_date(now))
    is_held = any(word in event for word in _OF_HELD_RUN)
    if is_held:
        _fail_canary(container, run_id, now)
    DispatchRun(
        store=container.adapters.store,
        send_tasks=SendTasks(
            store=container.adapters.store, queue=InMemoryCrawlQueue(), clock=container.adapters.clock, pause=sleep
        ),
        state_machine=InMemoryStateMachine(),
        clock=container.adapters.clock,
        batch_timeout=container.adapters.settings.batch_timeout,
        check_capacity=container.runs.check_capacity,
        hold=container.adapters.settings.hold_rule,
    ).scheduled(now, asks_canary=is_held)
    if "DeadLetterQueueSourceArn" in event:
        container.runs.close_run.summarise(run_id)


def _queue_notice(container: CommandContainer) -> None:
    """Queue a notice to an address that has taken nothing since: whoever delivers it sends no mail."""
    now = datetime.now(UTC)
    channel = NewChannel(name="ops", kind=ChannelKind.EMAIL, address="nobody@agency.co.kr", audience=SYSTEM_AUDIENCE)
    notice = NewNotice(
        kind=NoticeKind.TEST, audience=SYSTEM_AUDIENCE, channel="ops", dedupe_key="sample", content={"channel": "ops"}
    )
    queued = {"id": _NOTICE, "state": NoticeState.QUEUED.value, "generation": 1, "queued_at": now}
    with container.adapters.store.begin() as tx:
        tx.channels.add(channel, at=now)
        tx.notices.post([notice], at=now)
        tx.connection.execute(update(NoticeRow).values(**queued))
        tx.connection.execute(update(ChannelRow).values(suppressed="bounced"))


def _fail_canary(container: CommandContainer, run_id: str, now: datetime) -> None:
    """Store a first check that recognised nothing."""
    check = CanaryCheck(
        run_id=run_id,
        number=0,
        checked_at=now,
        surfaces=count_findings((*surface, PageFinding.LAYOUT_UNKNOWN) for surface in ALWAYS_READ),
        failures=[],
    )
    with container.adapters.store.begin() as tx:
        tx.canaries.add(check)


def _tracking_1(container: CommandContainer) -> Tracking:
    with container.adapters.store.read() as tx:
        tracking = tx.trackings.get(1)
    if tracking is None:
        raise LookupError("there is no tracking 1")
    return tracking


def _pause_params(container: CommandContainer) -> dict[str, Any]:
    """Ask for a pause of everything that has the keyword of tracking 1."""
    params = {"action": "pause", "filter": {"keyword": _tracking_1(container).keyword}}
    return {**params, "expected_count": container.bulk_actions.count_matching.count(SYSTEM, params)}


def admit_job(container: CommandContainer, job_id: str, work: str, params: Mapping[str, Any]) -> None:
    """Store a job and admit it, without an execution.

    Args:
        container: The use cases on the database.
        job_id: New.
        work: Its kind.
        params: Of that kind.
    """
    now = datetime.now(UTC)
    job = Job(
        id=job_id,
        work=work,
        params=params,
        owner=SYSTEM.owner,
        agency_id=None,
        not_before=now,
        ready_since=now,
        limit_seconds=600,
        expires_at=now + timedelta(minutes=15),
        created_at=now,
    )
    with container.adapters.store.begin() as tx:
        tx.jobs.add([job])
        tx.job_queue.admit([job_id], at=now)
