"""What is judged and told of any history, held against a reading of all of it that shares nothing with the code."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, cast
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, true

from sunwi.adapters.sql.evaluation.digests import SqlDigests
from sunwi.adapters.sql.store import SqlTransaction
from sunwi.domain import evaluation_rules
from sunwi.domain.evaluation import Event, EventKind, MeasuredDay
from sunwi.domain.failure import Failure, FailureCause
from sunwi.domain.run import RunKind, RunStatus, scheduled_run_id
from sunwi.service.evaluation.judge_days import JudgeDays, Settled
from tests.evaluation.evaluation_model import Events, Listener, right_events
from tests.evaluation.evaluation_world import EvaluationWorld
from tests.evaluation.said_events import held_by
from tests.examples import HOUR, NIGHT, new_run, place_tracking
from tests.session_days import OneTransaction, SessionDays

if TYPE_CHECKING:
    from sunwi.service.ports.outside import Store

#: Terms so narrow that a few days meet all of them.
TERMS = {"drop": 2, "gap": 2, "nights": 2, "soon": 1, "target": 3, "length": 3}
CHUNK = 3

#: What happens, on which day, with which rank.
Step = tuple[str, int, int | None]
DAYS = st.integers(0, 7)
RANKS = st.sampled_from([1, 3, 4, None])
WHAT = st.sampled_from(["night", "night", "night", "by_hand", "late", "correct", "miss", "evaluate", "evaluate"])
ALL = frozenset(EventKind)
WITHOUT_PROMISES = ALL - {EventKind.BELOW_TARGET}
STEPS = st.lists(st.tuples(WHAT, DAYS, RANKS), min_size=4, max_size=18)
ON_ONE_DATABASE = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=25
)


@dataclass
class History:
    """One tracking that anything may happen to, all of it by the real use cases, in one transaction.

    Attributes:
        until: The last night that was evaluated.
        has_late_miss: A run was found to have failed after its night was evaluated.
    """

    days: SessionDays
    world: EvaluationWorld
    listener: Listener
    until: int = -1
    runs: int = 0
    has_late_miss: bool = False

    def happen(self, what: str, day: int, rank: int | None) -> None:
        """Let one thing happen."""
        if what in {"night", "by_hand", "late"}:
            kind = RunKind.MANUAL if what == "by_hand" else RunKind.SCHEDULED
            self.days.save(day, rank, kind, run_day=day - 1 if what == "late" else day)
        elif what == "correct":
            if self.days.looks:
                self.days.correct(1 + day % self.days.looks, rank)
        elif what == "miss":
            self._miss(day)
        else:
            # Such a miss is counted with the measured day that follows it, once that is judged.
            last = max([0, *((row.date - self.world.first).days for row in self.days.rows)])
            self.evaluate(max(day, self.until, last if self.has_late_miss else 0))

    def _miss(self, day: int) -> None:
        """Let a run end without having looked; nobody hears of that after a later day was measured."""
        if any(row.date >= self.world.day(day) for row in self.days.rows):
            return
        self.has_late_miss = self.has_late_miss or day <= self.until
        self.runs += 1
        run = new_run(f"missed-{self.runs}", RunKind.SCHEDULED, NIGHT + timedelta(days=day))
        tx = self.days.tx
        tx.runs.add(run, [self.days.tracking_id])
        tx.tasks.expire_open(run.id, at=run.deadline, failure=Failure(FailureCause.DEADLINE, "late"))
        tx.states.add_missed_of_run(run.id)

    def evaluate(self, day: int) -> None:
        """Evaluate after a day's own run has closed, twice, and hold it against the model."""
        self.until = day
        self.world.clock.at = NIGHT + timedelta(days=day) + 2 * HOUR
        run = new_run(scheduled_run_id(self.world.day(day)), RunKind.SCHEDULED, NIGHT + timedelta(days=day))
        self.days.tx.runs.add(run, [])
        self.days.tx.runs.close(run.id, at=self.world.clock.now(), status=RunStatus.CLOSED, summary={})
        self.world.evaluate()
        expected = right_events(self.days.tx.connection, self.days.tracking_id, self.world.day(day).isoformat(), TERMS)
        assert self.stored() == expected
        self.check_told(self.listener.hear(expected), self.world.day(day))
        self.world.evaluate()
        assert self.stored() == expected
        assert self.world.take() == []

    def stored(self) -> Events:
        """What is stored that holds, in the model's words."""
        return held_by(self.world, self.days.tracking_id)

    def check_told(self, expected: set[tuple[str, str, str]], today: date) -> None:
        """Hold the digest, of which there is one at most, against what is to be said."""
        digests = self.world.take()
        assert len(digests) == int(bool(expected))
        if not digests:
            return
        content = digests[0].content
        lines = [line for section in content["sections"] for line in section["lines"]]
        assert sum(section["count"] for section in content["sections"]) == len(lines)
        manner = {"fresh": "new", "late": "new", "changed": "again", "withdrawn": "withdrawn"}
        told = {(line["day"], line["event"], manner[line["part"]]) for line in lines}
        assert len(told) == len(lines)
        counted = {one for one in expected if one[1:] == ("entered", "new") and one[0] == today.isoformat()}
        assert told == expected - counted
        assert content["counts"]["entered"] == len(counted)
        assert {line["part"] for line in lines if line["day"] != today.isoformat()} <= {"late", "changed", "withdrawn"}


@contextmanager
def one_history(engine: Engine, told: frozenset[EventKind]) -> Iterator[History]:
    """Open a transaction with one tracking in it; take everything back at the end."""
    with engine.connect() as connection, connection.begin() as transaction:
        tx = SqlTransaction(connection)
        terms = {"session_days": TERMS["length"], "target_rank": TERMS["target"]}
        tx.trackings.add([replace(place_tracking(client="가게"), **terms)], at=NIGHT)  # type: ignore[arg-type]  # by name
        [tracking], [client] = tx.trackings.list(), tx.owners.clients()
        world = EvaluationWorld(cast("Store", OneTransaction(tx)))
        world.set_thresholds(
            client.id,
            drop_places=TERMS["drop"],
            gap_days=TERMS["gap"],
            unmeasured_nights=TERMS["nights"],
            ends_soon_days=TERMS["soon"],
            told=told,
        )
        yield History(SessionDays(tx, tracking.id), world, Listener(frozenset(kind.value for kind in told)))
        transaction.rollback()


def live_through(engine: Engine, steps: list[Step], told: frozenset[EventKind] = ALL) -> None:
    """Let a history happen, and evaluate it once more at its end."""
    with patch("sunwi.service.evaluation.run_evaluation.MOST_JUDGED", CHUNK), one_history(engine, told) as history:
        for step in steps:
            history.happen(*step)
        history.evaluate(max(7, history.until))


@ON_ONE_DATABASE
@example(steps=[("night", 0, 1), ("night", 1, None), ("evaluate", 1, None), ("night", 1, 3)])
@example(steps=[("night", 0, 1), ("night", 4, None), ("evaluate", 4, None), ("night", 3, 1), ("correct", 1, None)])
@example(steps=[("miss", 1, None), ("miss", 2, None), ("evaluate", 2, None), ("night", 1, 1), ("miss", 3, None)])
@given(steps=STEPS)
def test_after_any_history_what_is_judged_and_told_is_what_the_ledger_says(engine: Engine, steps: list[Step]) -> None:
    live_through(engine, steps)


@ON_ONE_DATABASE
@example(steps=[("night", 0, 1), ("night", 1, 4)], told=WITHOUT_PROMISES)
@example(steps=[("night", 0, None), ("night", 1, 4), ("evaluate", 1, None), ("night", 1, None)], told=WITHOUT_PROMISES)
@given(steps=STEPS, told=st.one_of(st.just(WITHOUT_PROMISES), st.frozensets(st.sampled_from(EventKind))))
def test_after_any_history_who_wants_to_hear_of_some_kinds_hears_of_all_of_these(
    engine: Engine, steps: list[Step], told: frozenset[EventKind]
) -> None:
    live_through(engine, steps, told)


def _nothing(*_arguments: object, **_named: object) -> list[Any]:
    return []


def _over_any_gap(*arguments: Any, thresholds: Any, **named: Any) -> Any:
    return JUDGE_DAY(*arguments, thresholds=replace(thresholds, gap_days=30), **named)


def _forgetful(tracking: Any, day: MeasuredDay, _before: Any, **named: Any) -> Iterator[Event]:
    """Judge each day as if it were the first that is below the promised rank."""
    yield from (event for event in JUDGE_DAY(tracking, day, _before, **named) if event.kind is not BELOW)
    yield from (event for event in JUDGE_DAY(tracking, day, None, **named) if event.kind is BELOW)


def _as_it_comes(self: JudgeDays, days: Any, stored: Any) -> Iterator[Event]:
    return COMPARED(self, [replace(changed, after=None) for changed in days], stored)


def _withdrawals_go_unsaid(self: SqlDigests, *arguments: Any, **named: Any) -> list[Any]:
    return [line for line in UNTOLD(self, *arguments, **named) if line.part.value != "withdrawn"]


def _any_correction(tracking_id: int, day: date, corrected: Any) -> Event:
    return Event(
        tracking_id=tracking_id,
        day=day,
        kind=EventKind.CORRECTED,
        facts={
            "rank_before": corrected.old.rank,
            "rank": corrected.new.rank,
            "counted_before": corrected.old.rank is not None and corrected.old.counts,
            "counted": corrected.new.rank is not None and corrected.new.counts,
        },
    )


def _any_night(self: Any, night: date) -> bool:
    return bool(night <= self.gap.until)


BELOW = EventKind.BELOW_TARGET
JUDGE_DAY, COMPARED, UNTOLD = evaluation_rules.judge_day, JudgeDays._compared, SqlDigests.untold  # noqa: SLF001 - a fault is planted in its place
_JUDGE = "sunwi.service.evaluation.judge_days"
#: Faults that somebody might write → where they are put, what in their place, and a history that shows them.
PLANTED: dict[str, tuple[str, Any, list[Step]]] = {
    "a gap is taken for a drop": (
        f"{_JUDGE}.judge_day",
        _over_any_gap,
        [("night", 0, 1), ("night", 5, None)],
    ),
    "a withdrawal is lost": (
        "sunwi.domain.evaluation_settling._gone",
        _nothing,
        [("night", 0, 1), ("night", 1, None), ("evaluate", 1, None), ("night", 1, 3)],
    ),
    "a withdrawal goes unsaid": (
        "sunwi.adapters.sql.evaluation.digests.SqlDigests.untold",
        _withdrawals_go_unsaid,
        [("night", 0, 1), ("night", 1, None), ("evaluate", 1, None), ("night", 1, 3)],
    ),
    "a state is told every day": (f"{_JUDGE}.judge_day", _forgetful, [("night", 0, 4), ("night", 1, 4)]),
    "what was told is told again": (
        "sunwi.adapters.sql.evaluation.digests.SqlDigests.mark_told",
        _nothing,
        [("night", 0, 1), ("night", 1, None)],
    ),
    "the day behind a late one stays as it was judged": (
        f"{_JUDGE}.JudgeDays._compared",
        _as_it_comes,
        [("night", 0, 1), ("night", 4, None), ("evaluate", 4, None), ("night", 3, 1)],
    ),
    "a day that changes passes for judged": (
        "sunwi.adapters.sql.evaluation.events.SqlEvaluation.next_unjudged",
        _nothing,
        [("night", 0, 1), ("night", 1, None)],
    ),
    "nights before a measured day count on": (
        f"{_JUDGE}._Nights.has",
        _any_night,
        [("miss", 0, None), ("night", 1, 1), ("miss", 2, None), ("night", 3, 1)],
    ),
    "a correction that was taken back is told": (
        f"{_JUDGE}.judge_correction",
        _any_correction,
        [("night", 0, 1), ("correct", 0, None), ("correct", 0, 1)],
    ),
    "nights are counted only beside a measured day": (
        f"{_JUDGE}.JudgeDays.judge_open",
        lambda *_: Settled(0, 0),
        [("night", 0, 1), ("evaluate", 0, None), ("miss", 1, None), ("miss", 2, None)],
    ),
    "sessions are not looked at": (
        f"{_JUDGE}.judge_session",
        _nothing,
        [("night", 0, 1), ("night", 1, 1), ("night", 2, 1)],
    ),
    "a session that loses a day stays full": (
        "sunwi.domain.evaluation_settling.OF_SESSIONS",
        frozenset(),
        [("night", 0, 1), ("night", 1, 1), ("night", 2, 1), ("evaluate", 2, None), ("correct", 0, None)],
    ),
}


def test_a_drop_that_is_left_out_for_a_promise_that_nobody_hears_of_is_found(sqlite_engine: Engine) -> None:
    steps: list[Step] = [("night", 0, 1), ("night", 1, 4)]
    live_through(sqlite_engine, steps, WITHOUT_PROMISES)
    planted = patch("sunwi.adapters.sql.evaluation.digests._hears_of_worse", lambda _but: true())
    with planted, pytest.raises(AssertionError):
        live_through(sqlite_engine, steps, WITHOUT_PROMISES)


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found(sqlite_engine: Engine, fault: str) -> None:
    target, planted, shown_by = PLANTED[fault]
    live_through(sqlite_engine, shown_by)
    with patch(target, planted), pytest.raises(AssertionError):
        live_through(sqlite_engine, shown_by)
