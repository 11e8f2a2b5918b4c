"""The latest state after any history, held against a reading of the ledger that shares nothing with the code."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, select, text

from sunwi.adapters.sql.state import expected_states
from sunwi.adapters.sql.state.states import SqlStates
from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.actor import SYSTEM
from sunwi.domain.run import RunKind
from sunwi.domain.tracking import TrackingStatus
from sunwi.errors import AwaitsRedrive, PageUnreachable
from sunwi.service.ledger.rebuild_states import RebuildStates
from sunwi.service.runs.cancel_run import CancelRun
from sunwi.testing import ManualClock
from tests.examples import HOUR, NIGHT, new_run, place_tracking, recognised
from tests.night import CrashError, Night
from tests.session_days import OneTransaction, SessionDays, session_days
from tests.state_model import right_state, stored_state

#: Sessions so short that a few events fill several of them.
SHORT = 2

#: What happens, on which day, with which rank: late days, corrections, and every way in which nothing is measured.
Event = tuple[str, int, int | None]
DAYS = st.integers(0, 5)
RANKS = st.sampled_from([1, 2, None])
UNMEASURED = ("expire", "fail", "crash", "cancel", "pause", "redrive")
WHAT = st.sampled_from(["night", "night", "night", "by_hand", "late", "correct", *UNMEASURED])
EVENTS = st.lists(st.tuples(WHAT, DAYS, RANKS), min_size=3, max_size=14)
ON_ONE_DATABASE = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=20
)


@dataclass
class History:
    """One tracking that anything may happen to, all of it by the real use cases, in one transaction.

    Attributes:
        failed: Runs whose task ended unmeasured, with their days.
    """

    days: SessionDays
    failed: list[tuple[str, int]] = field(default_factory=list)
    runs: int = 0

    def happen(self, what: str, day: int, rank: int | None) -> None:
        """Let one thing happen."""
        if what in {"night", "by_hand", "late"}:
            kind = RunKind.MANUAL if what == "by_hand" else RunKind.SCHEDULED
            self.days.save(day, rank, kind, run_day=day - 1 if what == "late" else day)
        elif what == "correct":
            if self.days.looks:
                self.days.correct(1 + day % self.days.looks, rank)
        else:
            getattr(self, what)(day, rank)

    def expire(self, day: int, _rank: int | None) -> None:
        night, run_id = self._night(day)
        night.close.summarise(run_id)
        self.failed.append((run_id, day))

    def fail(self, day: int, _rank: int | None) -> None:
        night, run_id = self._night(day)
        night.show(PageUnreachable("no answer"))
        for _ in range(3):
            with pytest.raises(PageUnreachable):
                night.deliver(self.days.tracking_id, run_id=run_id, sent_at=night.clock.now())
            night.clock.advance(minutes=3)
        self.failed.append((run_id, day))

    def crash(self, day: int, _rank: int | None) -> None:
        night, run_id = self._night(day)
        night.show(CrashError())
        for expected in (CrashError, CrashError, CrashError, AwaitsRedrive):
            with pytest.raises(expected):
                night.deliver(self.days.tracking_id, run_id=run_id, sent_at=night.clock.now())
            night.clock.advance(minutes=3)
        self.failed.append((run_id, day))

    def redrive(self, day: int, rank: int | None) -> None:
        """Send the first failed task again, some hours later or on a later day; it may fail again."""
        if not self.failed:
            return
        run_id, failed_on = self.failed.pop(0)
        # Within the hour of the run, after it, or on a later day.
        night = self._at(max(day, failed_on), HOUR / 2 if day < failed_on else 5 * HOUR)
        with self.store.read() as tx:
            task = tx.tasks.lock(run_id, self.days.tracking_id, message_id="again")
        assert task is not None
        night.clock.at = max(night.clock.at, (task.decided_at or night.clock.at) + timedelta(seconds=1))
        if rank == 2:
            night.show(PageUnreachable("no answer"))
            with pytest.raises(PageUnreachable):
                night.deliver(self.days.tracking_id, "again", run_id=run_id, sent_at=night.clock.now())
            return
        night.show(recognised("101") if rank else recognised("999"))
        with self._reading(night):
            night.deliver(self.days.tracking_id, "again", run_id=run_id, sent_at=night.clock.now())

    def cancel(self, day: int, _rank: int | None) -> None:
        night, run_id = self._night(day)
        CancelRun(store=self.store, clock=night.clock, close_run=night.close).cancel(SYSTEM, run_id)

    def pause(self, day: int, _rank: int | None) -> None:
        """Pause it while it waits, and let it go on."""
        night, _ = self._night(day)
        night.manage.set_status(SYSTEM, [self.days.tracking_id], TrackingStatus.PAUSED)
        night.manage.set_status(SYSTEM, [self.days.tracking_id], TrackingStatus.ACTIVE)

    def check(self) -> None:
        connection = self.days.tx.connection
        tracking_id = self.days.tracking_id
        assert stored_state(connection, tracking_id) == right_state(connection, tracking_id)

    @property
    def store(self) -> OneTransaction:
        return OneTransaction(self.days.tx)

    def _night(self, day: int) -> tuple[Night, str]:
        self.runs += 1
        night = self._at(day, timedelta())
        run = new_run(f"run-x{self.runs}", RunKind.SCHEDULED, night.clock.now())
        with self.store.begin() as tx:
            tx.runs.add(run, [self.days.tracking_id])
        return night, run.id

    def _at(self, day: int, later: timedelta) -> Night:
        at: datetime = NIGHT + timedelta(days=day) + later
        return Night(cast("SqlStore", self.store), clock=ManualClock(at))

    @contextmanager
    def _reading(self, night: Night) -> Iterator[None]:
        with patch("sunwi.sites.naver.surface_reading.read_page", night.read_page):
            yield


def live_through(engine: Engine, events: list[Event]) -> None:
    """Let a history happen, and check the state after every event."""
    with session_days(engine, sold=SHORT) as days:
        history = History(days)
        history.check()
        for one in events:
            history.happen(*one)
            history.check()


@ON_ONE_DATABASE
@example(events=[("night", 1, 1), ("expire", 2, None), ("fail", 3, None), ("night", 0, None), ("night", 4, 1)])
@example(events=[("expire", 1, None), ("expire", 3, None), ("night", 2, 1), ("redrive", 1, 1)])
@given(events=EVENTS)
def test_after_any_history_the_state_says_what_the_ledger_says(engine: Engine, events: list[Event]) -> None:
    live_through(engine, events)


def _nothing(*_arguments: object, **_named: object) -> list[int]:
    return []


def _append_any_day(self: SqlStates, row: Any, *, session: int) -> bool:
    APPEND_DAY(self, row, session=session)
    return True


def _count_on(days: Any, _row: object, _session: int, *, more: bool) -> Any:
    return days + int(more)


def _sum_up_free_days_too(is_wanted: Any) -> Any:
    right = SUMMED_DAYS(is_wanted)
    wrong = {column.name: column for column in right.c} | {"exposed_days": right.c.measured_days}
    return select(*(column.label(name) for name, column in wrong.items())).subquery()


SUMMED_DAYS = expected_states._summed_days  # noqa: SLF001 - a fault is planted in its place
APPEND_DAY = SqlStates.append_day
_STATES = "sunwi.adapters.sql.state.states.SqlStates"
#: Faults that somebody might write → where they are put, what in their place, and a history that shows them.
PLANTED: dict[str, tuple[list[str], Any, list[Event]]] = {
    "a save forgets the state": (
        ["sunwi.service.crawling.save_outcome.record_day"],
        _nothing,
        [("night", 1, 1)],
    ),
    "a late day passes for the latest": (
        [f"{_STATES}.append_day"],
        _append_any_day,
        [("night", 2, 1), ("night", 1, 1)],
    ),
    "a session that begins counts on": (
        ["sunwi.adapters.sql.state.states._of_session"],
        _count_on,
        [("night", 1, 1), ("night", 2, 1), ("night", 3, 1)],
    ),
    "a correction forgets the state": ([f"{_STATES}.recount"], _nothing, [("night", 1, 1), ("correct", 0, None)]),
    "free days are counted": (
        ["sunwi.adapters.sql.state.expected_states._summed_days"],
        _sum_up_free_days_too,
        [("night", 1, None), ("night", 2, None), ("night", 3, 1), ("correct", 0, 1), ("correct", 1, 1)],
    ),
    "the end of a run forgets what expires": (
        [f"{_STATES}.add_missed_of_run", "sunwi.service.ledger.rebuild_states.RebuildStates.check_run"],
        _nothing,
        [("expire", 1, None)],
    ),
    "a cancellation forgets what is cancelled": (
        [f"{_STATES}.add_missed_of_run", "sunwi.service.ledger.rebuild_states.RebuildStates.check_run"],
        _nothing,
        [("cancel", 1, None)],
    ),
    "a failure forgets the state": (
        ["sunwi.service.crawling.crawl_tracking.record_unmeasured"],
        _nothing,
        [("fail", 1, None)],
    ),
    "a crash forgets the state": (
        ["sunwi.service.crawling.start_attempt.record_unmeasured"],
        _nothing,
        [("crash", 1, None)],
    ),
    "a redrive stays unmeasured while it runs": (
        ["sunwi.service.crawling.start_attempt.record_taken_up_again"],
        _nothing,
        [("fail", 1, None), ("redrive", 0, 2)],
    ),
    "a pause forgets the state": ([f"{_STATES}.recount"], _nothing, [("pause", 1, None)]),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found(sqlite_engine: Engine, fault: str) -> None:
    targets, planted, shown_by = PLANTED[fault]
    live_through(sqlite_engine, shown_by)
    with ExitStack() as stack:
        for target in targets:
            stack.enter_context(patch(target, planted))
        with pytest.raises(AssertionError):
            live_through(sqlite_engine, shown_by)


#: What a release that knows no states leaves out.
OF_TODAY = [
    "sunwi.service.crawling.save_outcome.record_day",
    "sunwi.service.crawling.crawl_tracking.record_unmeasured",
    f"{_STATES}.add_missed_of_run",
    f"{_STATES}.recount",
    "sunwi.service.ledger.rebuild_states.RebuildStates.check_run",
    "sunwi.adapters.sql.trackings.add_states",
]


@contextmanager
def release_before() -> Iterator[None]:
    with ExitStack() as stack:
        for target in OF_TODAY:
            stack.enter_context(patch(target, _nothing))
        yield


@pytest.mark.parametrize(
    "written",
    [
        [("night", 1, 1)],
        [("night", 1, None), ("night", 1, 1)],
        [("night", 1, 1), ("correct", 0, None)],
        [("night", 1, 1), ("night", 2, 1)],
        [("night", 1, 1), ("expire", 2, None)],
        [("fail", 1, None)],
        [("night", 1, 1), ("pause", 2, None)],
    ],
)
@pytest.mark.parametrize("since", [[], [("night", 3, 1)]], ids=["nothing since", "a day since"])
@pytest.mark.parametrize("stored_by", [release_before, nullcontext], ids=["the release before", "this one"])
def test_what_the_release_before_wrote_is_taken_in_when_the_next_run_closes(
    engine: Engine, written: list[Event], since: list[Event], stored_by: Callable[[], AbstractContextManager[None]]
) -> None:
    with ExitStack() as stack:
        with stored_by():
            days = stack.enter_context(session_days(engine, sold=SHORT))
        history = History(days)
        with release_before():
            for one in written:
                history.happen(*one)
        with pytest.raises((AssertionError, ValueError)):
            history.check()
        for one in since:
            history.happen(*one)
        history.expire(4, None)
        history.check()


def test_a_rebuild_mends_whatever_differs_and_names_it(engine: Engine) -> None:
    store = SqlStore(engine)
    with store.begin() as tx:
        tx.trackings.add([place_tracking(number) for number in range(5)], at=NIGHT)
        tx.connection.execute(text("DELETE FROM tracking_state WHERE tracking_id = 2"))
        tx.connection.execute(text("UPDATE tracking_state SET exposure_since = '2026-01-01' WHERE tracking_id = 4"))
    rebuild = RebuildStates(store=store, clock=ManualClock(NIGHT))
    steps: list[tuple[int, int]] = []
    with patch("sunwi.service.ledger.rebuild_states.BATCH", 2):
        found = rebuild.rebuild(progress=lambda done, total: steps.append((done, total)))
    assert (found.trackings, found.differing) == (5, [2, 4])
    assert steps == [(2, 5), (4, 5), (5, 5)]
    with store.read() as tx:
        for tracking_id in range(1, 6):
            assert stored_state(tx.connection, tracking_id) == right_state(tx.connection, tracking_id)
    assert rebuild.rebuild().differing == []


def test_a_day_that_is_saved_costs_the_state_one_statement(engine: Engine) -> None:
    with session_days(engine) as days:
        days.save(1, 1)
        asked: list[str] = []
        event.listen(engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
        days.save(2, 1)
    assert len([statement for statement in asked if "tracking_state" in statement]) == 1
