from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.actor import SYSTEM
from sunwi.domain.exposure_criteria import ANY_AREA, ExposureCriteria
from sunwi.domain.tracking_list import ListQuery
from tests.examples import (
    DAY,
    EXPOSED_DAY,
    EXPOSED_LOOK,
    MISSED_DAY,
    NIGHT,
    new_reading,
    new_run,
    place_tracking,
    recognised,
)


@pytest.fixture
def ledger(store: SqlStore) -> SqlStore:
    """Two trackings, two readings, and observation 1 of tracking 1."""
    with store.begin() as tx:
        tx.trackings.add([place_tracking(1), place_tracking(2)], at=NIGHT)
        tx.runs.add(new_run(), None)
        tx.readings.add(new_reading("scheduled-20260102", recognised("1")))
        tx.readings.add(new_reading("scheduled-20260102", recognised("1")))
        assert tx.ledger.observe(EXPOSED_LOOK) == 1
    return store


def test_a_tracking_is_observed_once_in_one_reading(ledger: SqlStore) -> None:
    with ledger.begin() as tx:
        assert tx.ledger.observe(replace(EXPOSED_LOOK, rank=None)) is None
        assert tx.ledger.observe(replace(EXPOSED_LOOK, page_reading_id=2)) is not None
        assert tx.ledger.observe(replace(EXPOSED_LOOK, tracking_id=2)) is not None


def test_a_day_is_stored_and_given_back_whole(ledger: SqlStore) -> None:
    with ledger.begin() as tx:
        assert tx.ledger.get(1, DAY) is None
        assert tx.ledger.last(1) is None
        tx.ledger.add(EXPOSED_DAY)
    with ledger.read() as tx:
        assert tx.ledger.get(1, DAY) == EXPOSED_DAY
        assert tx.ledger.get(1, DAY + timedelta(days=1)) is None
        assert tx.ledger.get(2, DAY) is None


def test_a_day_has_one_row(ledger: SqlStore) -> None:
    def add_twice() -> None:
        with ledger.begin() as tx:
            tx.ledger.add(EXPOSED_DAY)
            tx.ledger.add(MISSED_DAY)

    with pytest.raises(IntegrityError):
        add_twice()


def test_replacing_a_day_leaves_the_others(ledger: SqlStore) -> None:
    days = [replace(MISSED_DAY, date=DAY + timedelta(days=number)) for number in range(3)]
    with ledger.begin() as tx:
        for row in reversed(days):
            tx.ledger.add(row)
        exposed = replace(EXPOSED_DAY, date=days[1].date, looks=2, session_number=4)
        tx.ledger.update(exposed)
        assert tx.ledger.history(1) == [days[0], exposed, days[2]]
        assert tx.ledger.last(1) == days[2]
        assert tx.ledger.history(2) == []


def test_only_exposed_rows_of_the_session_count(ledger: SqlStore) -> None:
    with ledger.begin() as tx:
        for number, row in enumerate([EXPOSED_DAY, MISSED_DAY, EXPOSED_DAY, replace(EXPOSED_DAY, session_number=2)]):
            tx.ledger.add(replace(row, date=DAY + timedelta(days=number)))
        tx.ledger.add(replace(EXPOSED_DAY, tracking_id=2))
        assert tx.ledger.count_exposed(1, 1) == 2
        assert tx.ledger.count_exposed(1, 2) == 1
        assert tx.ledger.count_exposed(1, 3) == 0


def test_a_day_says_how_its_card_was_matched_and_what_stood_near(ledger: SqlStore) -> None:
    near = replace(MISSED_DAY, matched_by="elsewhere", near_area="ugB_bsR", near_rank=4)
    with ledger.begin() as tx:
        tx.ledger.add(near)
    with ledger.read() as tx:
        assert tx.ledger.get(1, DAY) == near


def test_an_observation_keeps_what_the_look_counted(ledger: SqlStore) -> None:
    counting = ExposureCriteria(frozenset({"popular_posts", "ugB_b1R"}), bundled=True)
    with ledger.begin() as tx:
        tx.trackings.set_counting(1, ExposureCriteria(bundled=True))
        tx.ledger.observe(replace(EXPOSED_LOOK, page_reading_id=2, counting=counting))
        looks = tx.corrections.observations_of_run("scheduled-20260102")
    assert [look.counting for look in looks] == [ANY_AREA, counting]
    assert [look.tracking.counting for look in looks] == [ExposureCriteria(bundled=True)] * 2


def test_an_exposed_day_that_does_not_count_is_kept_apart_from_the_sums(ledger: SqlStore) -> None:
    over = replace(EXPOSED_DAY, date=DAY + timedelta(days=1), counts=False)
    missed = replace(MISSED_DAY, date=DAY + timedelta(days=2))
    with ledger.begin() as tx:
        for row in (EXPOSED_DAY, over, missed, replace(over, tracking_id=2)):
            tx.ledger.add(row)
        assert tx.ledger.history(1) == [EXPOSED_DAY, over, missed]
        assert (tx.ledger.count_exposed(1, 1), tx.ledger.count_exposed(2, 1)) == (1, 0)
        tx.states.recount([1])
        [listed] = tx.lists.page(ListQuery(actor=SYSTEM, limit=9)).trackings[:1]
        assert listed.state.exposed_days == 1
        assert (tx.ledger.over_exposed(1, 1), tx.ledger.over_exposed(1, 2)) == ([over], [])
        tx.ledger.update(replace(over, counts=True))
        assert (tx.ledger.count_exposed(1, 1), tx.ledger.over_exposed(1, 1)) == (2, [])
