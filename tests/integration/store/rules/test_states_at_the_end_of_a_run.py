"""What the end of a run takes in that a release without states wrote."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from unittest.mock import patch

from sqlalchemy import Engine, text

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.actor import SYSTEM
from sunwi.domain.run import RunKind
from sunwi.domain.tracking import TrackingStatus
from sunwi.domain.tracking_list import ListOrder, ListQuery, TrackingFilter, TrackingSort
from sunwi.service.ledger.rebuild_states import CHECK_TIME, RebuildStates
from sunwi.testing import ManualClock
from tests.examples import NIGHT, new_run, place_tracking
from tests.night import SCHEDULED, Night
from tests.state_model import right_state, stored_state

ACTIVE = TrackingFilter(status=TrackingStatus.ACTIVE)


@dataclass
class TickingClock:
    """A clock that goes on by a step whenever somebody looks."""

    at: datetime
    step: timedelta

    def now(self) -> datetime:
        self.at += self.step
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()


def test_the_end_of_a_run_files_trackings_that_are_in_no_run_as_they_are(engine: Engine) -> None:
    store = SqlStore(engine)
    with store.begin() as tx:
        tx.trackings.add([place_tracking(number) for number in range(4)], at=NIGHT)
        tx.runs.add(new_run(), [1])
        tx.trackings.set_status(2, TrackingStatus.ENDED)
        tx.connection.execute(text("DELETE FROM tracking_state WHERE tracking_id = 3"))
    rebuild = RebuildStates(store=store, clock=ManualClock(NIGHT))
    assert rebuild.check_run(new_run().id) == [2, 3]
    assert rebuild.check_run(new_run().id) == []


def test_what_the_release_before_ended_and_changed_beside_the_run_is_right_after_the_night(engine: Engine) -> None:
    night = Night(SqlStore(engine))
    night.start(place_tracking(1))
    night.track(*(place_tracking(number) for number in range(2, 8)))
    night.manage.set_status(SYSTEM, [7], TrackingStatus.PAUSED)
    with night.sql.begin() as tx:
        tx.connection.execute(text("UPDATE tracking SET status = 'ENDED' WHERE id BETWEEN 2 AND 6"))
        tx.connection.execute(text("UPDATE tracking SET session_days = 7 WHERE id = 7"))
    with patch("sunwi.service.ledger.rebuild_states.BATCH", 2):
        night.close.summarise(SCHEDULED)
    with night.sql.read() as tx:
        for tracking_id in range(1, 8):
            assert stored_state(tx.connection, tracking_id) == right_state(tx.connection, tracking_id)
        lists = {
            sort: [
                line.tracking.id
                for line in tx.lists.page(
                    ListQuery(actor=SYSTEM, wanted=ACTIVE, order=ListOrder(sort), limit=9)
                ).trackings
            ]
            for sort in TrackingSort
        }
    assert lists == {sort: [1] for sort in TrackingSort}


def test_the_end_of_a_run_by_hand_checks_its_own_trackings_alone(engine: Engine) -> None:
    store, run = SqlStore(engine), new_run("manual-1", RunKind.MANUAL)
    with store.begin() as tx:
        tx.trackings.add([place_tracking(number) for number in range(2)], at=NIGHT)
        tx.runs.add(run, [2])
        tx.connection.execute(text("UPDATE tracking_state SET ledger_days = 7"))
    assert RebuildStates(store=store, clock=ManualClock(NIGHT)).check_run(run.id) == [2]


def test_the_end_of_a_run_checks_no_longer_than_it_may_and_the_next_night_goes_on(engine: Engine) -> None:
    store = SqlStore(engine)
    nights = [new_run(f"scheduled-{day}", at=NIGHT + timedelta(days=day)) for day in range(4)]
    with store.begin() as tx:
        tx.trackings.add([place_tracking(number) for number in range(4)], at=NIGHT)
        for run in nights:
            tx.runs.add(run, [1])
        tx.connection.execute(text("UPDATE tracking_state SET ledger_days = 7"))
    with patch("sunwi.service.ledger.rebuild_states.BATCH", 1):
        slow = [TickingClock(NIGHT, CHECK_TIME * 0.6) for _ in nights]
        checked = [
            RebuildStates(store=store, clock=clock).check_run(run.id) for clock, run in zip(slow, nights, strict=True)
        ]
    assert checked == [[3], [4], [1], [2]]


def test_a_run_whose_states_cannot_be_checked_is_closed_all_the_same(engine: Engine) -> None:
    night = Night(SqlStore(engine))
    night.start(place_tracking())
    # Its closing is one transaction; the next one finds the database away.
    night.store.go_away(2)
    assert night.close.summarise(SCHEDULED)["expired"] == 1
