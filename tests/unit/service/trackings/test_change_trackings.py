from datetime import timedelta

import pytest

from sunwi.domain.actor import SYSTEM
from sunwi.errors import InvalidInput
from sunwi.service.trackings.change_trackings import NO_TARGET_RANK, TrackingChanges
from sunwi.wording.error_words import error_words
from tests.examples import NIGHT, place_tracking, recognised
from tests.night import Night


def test_session_days_and_target_rank_are_changed_and_the_rest_stays(night: Night) -> None:
    night.track(place_tracking(), place_tracking(102))
    changed = night.changes.change(SYSTEM, [2, 1, 2], TrackingChanges(session_days=10, target_rank=5))
    assert [(tracking.id, tracking.session_days, tracking.target_rank) for tracking in changed] == [
        (1, 10, 5),
        (2, 10, 5),
    ]
    [changed_again] = night.changes.change(SYSTEM, [1], TrackingChanges(target_rank=NO_TARGET_RANK))
    with night.sql.read() as tx:
        stored = tx.trackings.get(1)
    assert stored == changed_again
    assert (changed_again.session_days, changed_again.target_rank) == (10, None)


def measure(night: Night, *, found: bool) -> None:
    night.track(place_tracking(), place_tracking(102))
    night.show(recognised("101") if found else recognised("999"))
    run = night.dispatch.scheduled(NIGHT)
    night.deliver(1, "m1", run_id=run.id)


@pytest.mark.parametrize("found", [True, False])
def test_session_days_are_fixed_once_the_first_day_is_written_exposed_or_not(night: Night, *, found: bool) -> None:
    measure(night, found=found)
    with pytest.raises(InvalidInput, match="tracking 1 sells sessions of 25 days, and the ledger has days") as raised:
        night.changes.change(SYSTEM, [2, 1], TrackingChanges(session_days=10))
    assert "회차 일수는 첫 기록 뒤에 바꿀 수 없습니다" in error_words(raised.value)
    with night.sql.read() as tx:
        assert [tracking.session_days for tracking in tx.trackings.list()] == [25, 25]


def test_a_measured_tracking_takes_its_own_session_days_again_and_another_rank(night: Night) -> None:
    measure(night, found=True)
    [changed] = night.changes.change(SYSTEM, [1], TrackingChanges(session_days=25, target_rank=3))
    assert (changed.session_days, changed.target_rank) == (25, 3)


def test_sessions_of_two_days_follow_one_another_after_two(night: Night) -> None:
    night.track(place_tracking())
    night.changes.change(SYSTEM, [1], TrackingChanges(session_days=2))
    night.show(recognised("101"))
    for number in range(5):
        run = night.dispatch.scheduled(night.clock.now())
        night.deliver(1, f"m{number}", run_id=run.id, sent_at=night.clock.now())
        night.clock.advance(days=1)
    assert [row.session_number for row in night.history()] == [1, 1, 2, 2, 3]
    assert night.clock.now() == NIGHT + timedelta(days=5)


def test_tags_are_given_and_taken_and_nothing_happens_twice(night: Night) -> None:
    night.track(place_tracking(), place_tracking(102))
    given = night.changes.tag(SYSTEM, [2, 1], add=frozenset({"단골", "강남"}), remove=frozenset())
    assert given == {1: ("강남", "단골"), 2: ("강남", "단골")}
    again = night.changes.tag(SYSTEM, [1], add=frozenset({"단골", "신규"}), remove=frozenset({"강남", "없음"}))
    assert again == {1: ("단골", "신규")}
    assert night.changes.tag(SYSTEM, [1], add=frozenset(), remove=frozenset({"단골", "신규"})) == {1: ()}


def test_too_many_tags_for_one_of_the_trackings_change_none(night: Night) -> None:
    night.track(place_tracking(), place_tracking(102))
    night.changes.tag(SYSTEM, [1], add=frozenset(f"태그 {number}" for number in range(20)), remove=frozenset())
    with pytest.raises(InvalidInput, match="21 tags are too many"):
        night.changes.tag(SYSTEM, [2, 1], add=frozenset({"하나 더"}), remove=frozenset())
    with night.sql.read() as tx:
        assert {number: len(tags) for number, tags in tx.trackings.tags_of([1, 2]).items()} == {1: 20}


def test_a_tracking_that_is_not_there_changes_none(night: Night) -> None:
    night.track(place_tracking())
    with pytest.raises(InvalidInput, match="there is no tracking 9"):
        night.changes.tag(SYSTEM, [1, 9], add=frozenset({"단골"}), remove=frozenset())
    with pytest.raises(InvalidInput, match="there is no tracking 9"):
        night.changes.change(SYSTEM, [1, 9], TrackingChanges(session_days=10))
    with night.sql.read() as tx:
        assert tx.trackings.tags_of([1]) == {}
        assert [tracking.session_days for tracking in tx.trackings.list()] == [25]
