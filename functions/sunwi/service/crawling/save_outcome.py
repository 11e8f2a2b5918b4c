"""Write one measured outcome: observation, ledger row, session and task, in one transaction."""

from dataclasses import dataclass, replace
from datetime import datetime

from sunwi.domain.observation import Observation, StoredReading
from sunwi.domain.outcome import Exposed, NotExposed
from sunwi.domain.run import RunKind, TaskState
from sunwi.domain.schedule import business_date
from sunwi.domain.session import LedgerRow, counts_once_changed, should_replace
from sunwi.domain.task import Task
from sunwi.service.ledger.close_session import close_full_session
from sunwi.service.ledger.record_state import record_day
from sunwi.service.ports.outside import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a look found.

    Attributes:
        rank: 1-based within `area`; None means looked and not exposed.
        session_number: Session the day counts for.
        is_late: The run's equation no longer counts it.
    """

    rank: int | None
    area: str | None
    session_number: int
    is_late: bool


def save_outcome(
    tx: Transaction, task: Task, reading: StoredReading, outcome: Exposed | NotExposed, *, at: datetime
) -> Measured:
    """Save an outcome for the KST date on which its page was fetched.

    A task that has succeeded or was cancelled keeps its end: a second look at it is an observation.

    Args:
        tx: An open transaction in which `task` is locked.
        task: The task as locked now, with its tracking as it was looked for.
        reading: The page reading that was looked into.
        outcome: What it said.
        at: Aware, now.
    """
    observation = _observation(task, reading, outcome)
    day = business_date(reading.fetched_at)
    session = _write_ledger(tx, task, observation)
    late = task.is_late(day)
    if task.state not in {TaskState.SUCCEEDED, TaskState.CANCELLED}:
        if late:
            tx.tasks.set_late(task, day)
        else:
            tx.tasks.set_state(task, TaskState.SUCCEEDED, decided_at=at, is_exposed=observation.rank is not None)
    return Measured(rank=observation.rank, area=observation.area, session_number=session, is_late=late)


def _observation(task: Task, reading: StoredReading, outcome: Exposed | NotExposed) -> Observation:
    exposed = outcome if isinstance(outcome, Exposed) else None
    missed = outcome if isinstance(outcome, NotExposed) else None
    return Observation(
        tracking_id=task.tracking.id,
        run_id=task.run.id,
        page_reading_id=reading.id,
        fetched_at=reading.fetched_at,
        rank=exposed.rank if exposed else None,
        area=exposed.area if exposed else None,
        page_rank=exposed.page_rank if exposed else None,
        depth=outcome.depth,
        block_absent=missed.block_absent if missed else False,
        matched_by=outcome.matched_by,
        near_rank=missed.near_rank if missed else None,
        near_area=missed.near_area if missed else None,
        counting=task.tracking.counting,
    )


def _write_ledger(tx: Transaction, task: Task, observation: Observation) -> int:
    """Write the day's row where the rules allow, move the session on, and return the row's session."""
    tracking = tx.trackings.lock(task.tracking.id)
    day = business_date(observation.fetched_at)
    row = tx.ledger.get(tracking.id, day)
    observation_id = tx.ledger.observe(observation)
    if observation_id is None:
        return row.session_number if row else tracking.current_session
    # A correction may have filled the session since the last save.
    tracking = replace(tracking, current_session=close_full_session(tx, tracking))
    new = LedgerRow(
        tracking_id=tracking.id,
        date=day,
        session_number=row.session_number if row else tracking.current_session,
        rank=observation.rank,
        area=observation.area,
        page_rank=observation.page_rank,
        depth=observation.depth,
        looks=row.looks + 1 if row else 1,
        observation_id=observation_id,
        matched_by=observation.matched_by,
        near_area=observation.near_area,
        near_rank=observation.near_rank,
    )
    is_scheduled = task.run.kind is RunKind.SCHEDULED and task.run.business_date == day
    if row is None:
        tx.ledger.add(new)
    elif should_replace(row, exposed=new.is_exposed, is_scheduled=is_scheduled):
        counted = tx.ledger.count_exposed(tracking.id, row.session_number)
        counts = counts_once_changed(row, exposed=True, counted_days=counted, session_days=tracking.session_days)
        tx.ledger.update(replace(new, counts=counts))
    else:
        tx.ledger.update(replace(row, looks=row.looks + 1))
    session = tracking.current_session
    if new.is_exposed and new.session_number == session:
        session = close_full_session(tx, tracking)
    record_day(tx, new, session=session, is_new=row is None)
    return new.session_number
