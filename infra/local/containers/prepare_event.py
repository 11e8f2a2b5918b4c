"""Bring a database to what a sample event speaks of."""

from datetime import UTC, datetime
from time import sleep

from sunwi.bootstrap.command_line import CommandContainer
from sunwi.domain.canary import ALWAYS_READ, CanaryCheck
from sunwi.domain.recognition import PageFinding, count_findings
from sunwi.domain.run import scheduled_run_id
from sunwi.domain.schedule import business_date
from sunwi.service.runs.dispatch_run import DispatchRun
from sunwi.service.runs.send_tasks import SendTasks
from sunwi.testing import InMemoryCrawlQueue, InMemoryStateMachine

#: Words that only the events of a held run have.
_OF_HELD_RUN = ('"RELEASE"', '"number"')


def prepare_event(container: CommandContainer, event: str) -> None:
    """Make the run that an event names: today's, dispatched, with its messages thrown away.

    It is held when the event is one of a held run, and closed already when a message of it was redriven.

    Args:
        container: The use cases on the database.
        event: JSON, as `stamp_event` takes it; one that names no run needs nothing.
    """
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
