"""Write one measured outcome: observation, ledger row, session and task, in one transaction."""

from dataclasses import dataclass, replace
from datetime import datetime

from sunwi.domain.observation import Observation, StoredReading
from sunwi.domain.outcome import Exposed, NotExposed
from sunwi.domain.run import RunKind, TaskState
from sunwi.domain.schedule import business_date
from sunwi.domain.session import LedgerRow, counts_once_changed, should_replace
from sunwi.domain.task import Task
from sunwi.domain.tracking import Tracking
from sunwi.service.ledger.close_session import close_full_session, move_session
from sunwi.service.ledger.record_state import record_day
from sunwi.service.ports.outside import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What an observation came to.

    Attributes:
        rank: 1-based within `area`; None means observed and not exposed.
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

    A task that has succeeded or was cancelled keeps its end: a second measurement of it is only an observation.

    Args:
        tx: An open transaction in which `task` and its tracking are locked.
        task: Both as locked now, the tracking with its target.
        reading: The page reading that was observed.
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
    day, tracking = business_date(observation.fetched_at), task.tracking
    observed = tx.ledger.observe_in(tracking.current_session, observation)
    if observed is None:
        row = tx.ledger.get(tracking.id, day)
        return row.session_number if row else tracking.current_session
    # A correction may have filled the session since the last save.
    session = move_session(tx, tracking, counted_days=observed.counted_days)
    new = LedgerRow(
        tracking_id=tracking.id,
        date=day,
        session_number=session,
        rank=observation.rank,
        area=observation.area,
        page_rank=observation.page_rank,
        depth=observation.depth,
        looks=1,
        observation_id=observed.id,
        matched_by=observation.matched_by,
        near_area=observation.near_area,
        near_rank=observation.near_rank,
    )
    tracking = replace(tracking, current_session=session)
    there = tx.ledger.add_unless_there(new)
    if there is not None:
        again = replace(new, session_number=there.session_number)
        return _observe_again(tx, task, again, there, tracking=tracking)
    if new.is_exposed and session == task.tracking.current_session:
        opened = move_session(tx, tracking, counted_days=observed.counted_days + 1)
    else:
        opened = close_full_session(tx, tracking) if new.is_exposed else session
    record_day(tx, new, session=opened, is_new=True)
    return session


def _observe_again(tx: Transaction, task: Task, new: LedgerRow, row: LedgerRow, *, tracking: Tracking) -> int:
    """Count another observation of a day that has a row, or replace that row; return its session."""
    new = replace(new, looks=row.looks + 1)
    is_scheduled = task.run.kind is RunKind.SCHEDULED and task.run.business_date == new.date
    if should_replace(row, exposed=new.is_exposed, is_scheduled=is_scheduled):
        counted = tx.ledger.count_exposed(tracking.id, row.session_number)
        counts = counts_once_changed(row, exposed=True, counted_days=counted, session_days=tracking.session_days)
        tx.ledger.update(replace(new, counts=counts))
    else:
        tx.ledger.update(replace(row, looks=new.looks))
    session = tracking.current_session
    if new.is_exposed and new.session_number == session:
        session = close_full_session(tx, tracking)
    record_day(tx, new, session=session, is_new=False)
    return new.session_number
