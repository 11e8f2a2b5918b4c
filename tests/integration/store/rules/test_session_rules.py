"""Sessions after any sequence of saves and corrections, held against a model that shares nothing with the code."""

from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from sunwi.domain.actor import SYSTEM
from sunwi.domain.run import RunKind
from sunwi.domain.session_fault import find_fault
from sunwi.domain.tracking_list import ListQuery
from sunwi.service.ledger.correct_day import foresee_correction
from tests.examples import DAY
from tests.session_days import SessionDays, session_days
from tests.session_model import Correction, Model, Save, check_invariants

#: What a client buys unless something else is agreed, written down here a second time on purpose.
SOLD = 25
#: Sessions so short that a few events fill several of them.
SHORT = 2
LENGTHS = st.sampled_from([SHORT, 1, 3, 4])

Event = tuple[str, int, int, RunKind, int | None]
DAYS = st.integers(-1, 4)
RANKS = st.sampled_from([1, 2, None])
KINDS = st.sampled_from([RunKind.SCHEDULED, *RunKind])
SAVES = st.tuples(st.just("save"), DAYS, st.sampled_from([0, 0, 0, -1]), KINDS, RANKS)
CORRECTIONS = st.tuples(st.just("correct"), DAYS, st.just(0), st.just(RunKind.SCHEDULED), RANKS)
EVENTS = st.lists(SAVES | CORRECTIONS, min_size=10, max_size=30)
ON_ONE_DATABASE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def _night(day: int, rank: int | None, kind: RunKind = RunKind.SCHEDULED) -> Event:
    return ("save", day, 0, kind, rank)


def _correction(day: int, rank: int | None) -> Event:
    return ("correct", day, 0, RunKind.SCHEDULED, rank)


def play(days: SessionDays, model: Model, events: list[Event]) -> None:
    """Let the code and the model live through the same history, and compare them after every event."""
    numbers: dict[int, int] = {}
    stating: dict[int, int] = {}
    for what, day, run_offset, kind, rank in events:
        if what == "save":
            by_night = kind is RunKind.SCHEDULED and run_offset == 0
            before = model.days.get(day)
            takes = before is None or (by_night and rank is not None and not before.is_exposed)
            model.write(Save(day, rank is not None, by_night))
            days.save(day, rank, kind, run_day=day + run_offset)
            stating[day] = days.looks if takes else stating[day]
        elif day in stating:
            model.write(Correction(day, rank is not None))
            days.correct(stating[day], rank)
        compare(days, model, numbers)


def compare(days: SessionDays, model: Model, numbers: dict[int, int]) -> None:
    """Compare every day, every sum and the open session, and see that no session number has changed."""
    check_invariants(model)
    found = {(row.date - DAY).days: (row.session_number, row.is_exposed, row.is_over_exposed) for row in days.rows}
    assert found == {number: (day.session, day.is_exposed, day.is_free) for number, day in model.days.items()}
    assert days.current_session == model.open_session
    for day, (session, _, _) in found.items():
        assert numbers.setdefault(day, session) == session
    sums = {session: days.counted(session) for session in range(1, model.open_session + 1)}
    assert sums == {session: model.sold(session) for session in sums}
    assert max(sums.values()) <= model.length
    [listed] = days.tx.lists.page(ListQuery(actor=SYSTEM, limit=1)).trackings
    assert listed.state.exposed_days == sums[model.open_session]
    assert [fault for fault in map(find_fault, days.tx.ledger.unusual_sessions()) if fault] == []


@settings(ON_ONE_DATABASE, max_examples=20)
@given(sold=LENGTHS, events=EVENTS)
def test_any_history_of_saves_and_corrections_keeps_every_session_at_its_length(
    engine: Engine, sold: int, events: list[Event]
) -> None:
    with session_days(engine, sold=sold) as days:
        play(days, Model(sold), events)


@settings(ON_ONE_DATABASE, max_examples=5)
@example(sold=SOLD, before=-1, events=[_night(0, None), _night(1, 1), _correction(0, 1)])
@example(sold=SOLD, before=-1, events=[_night(0, None), _correction(0, 1), _night(1, 1)])
@example(sold=10, before=-1, events=[_night(0, None), _correction(0, 1), _night(1, 1)])
@given(sold=st.sampled_from([SOLD, 10, 31]), before=st.integers(-2, 1), events=EVENTS)
def test_a_session_as_long_as_one_that_is_sold_is_kept_at_its_length(
    engine: Engine, sold: int, before: int, events: list[Event]
) -> None:
    start = sold + before
    nights: list[Event] = [("save", day - start, 0, RunKind.SCHEDULED, 1) for day in range(start)]
    with session_days(engine, sold=sold) as days:
        play(days, Model(sold), nights + events)


def _corrected_as_before(self: Any, row: Any, **_sums: int) -> Any:
    return replace(row, rank=self.rank, area=self.area, page_rank=self.page_rank, depth=self.depth)


def _foresee_without_another(*arguments: Any, session_days: int) -> Any:
    return replace(foresee_correction(*arguments, session_days=session_days), instead=None)


#: Rules that were, or that somebody might write → where they are put in place of the real one.
PLANTED = {
    "a correction always counts": ("sunwi.domain.correction.LedgerStatement.corrected", _corrected_as_before),
    "a replacement always counts": ("sunwi.service.crawling.save_outcome.counts_once_changed", lambda *_, **__: True),
    "a full session goes on": (
        "sunwi.domain.session.is_full",
        lambda counted, *, session_days: counted > session_days,
    ),
    "a session closes a day early": (
        "sunwi.domain.session.is_full",
        lambda counted, *, session_days: counted >= session_days - 1,
    ),
    "every session is one of 25": (
        "sunwi.domain.session.is_full",
        lambda counted, *, session_days: counted >= SOLD,  # noqa: ARG005 - the real signature
    ),
    "a save does not see what a correction filled": (
        "sunwi.service.crawling.save_outcome.close_full_session",
        lambda _tx, tracking: tracking.current_session,
    ),
    "a free place stays empty": ("sunwi.service.ledger.correct_day.foresee_correction", _foresee_without_another),
    "over-exposed days are summed up": (
        "sunwi.adapters.sql.ledger.SqlLedger.count_exposed",
        lambda self, tracking_id, session: sum(
            row.is_exposed and row.session_number == session for row in self.history(tracking_id)
        ),
    ),
}


#: Faults that a search takes long to find, with a history that shows them.
SHOWN_BY = {
    "a replacement always counts": [_night(0, None, RunKind.MANUAL), _night(1, 1), _night(2, 1), _night(0, 1)],
    "a free place stays empty": [_night(0, None), _night(1, 1), _night(2, 1), _correction(0, 1), _correction(1, None)],
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found(sqlite_engine: Engine, fault: str) -> None:
    target, planted = PLANTED[fault]

    phases = [Phase.explicit, Phase.generate]

    @settings(database=None, derandomize=True, phases=phases, max_examples=300, report_multiple_bugs=False)
    @given(events=EVENTS)
    def search(events: list[Event]) -> None:
        with session_days(sqlite_engine, sold=SHORT) as days:
            play(days, Model(SHORT), events)

    if fault in SHOWN_BY:
        search = example(events=SHOWN_BY[fault])(search)
    with patch(target, planted), pytest.raises(AssertionError):
        search()
