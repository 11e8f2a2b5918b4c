import pytest
from sqlalchemy import Engine

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.actor import SYSTEM
from sunwi.domain.exposure_criteria import ANY_AREA, ExposureCriteria
from sunwi.domain.run import TaskState
from sunwi.domain.tracking import TrackingStatus
from sunwi.errors import InvalidInput
from sunwi.service.trackings.change_trackings import TrackingChanges
from sunwi.service.trackings.manage_trackings import ManageTrackings
from sunwi.testing import ManualClock
from tests.examples import NIGHT, blog_tracking, new_run, place_tracking
from tests.night import Night


@pytest.fixture
def store(sqlite_engine: Engine) -> SqlStore:
    return SqlStore(sqlite_engine)


@pytest.fixture
def manage(store: SqlStore) -> ManageTrackings:
    manage = ManageTrackings(store=store, clock=ManualClock(NIGHT))
    manage.add(SYSTEM, place_tracking())
    manage.add(SYSTEM, blog_tracking())
    return manage


def statuses(store: SqlStore) -> list[TrackingStatus]:
    with store.read() as tx:
        return [tracking.status for tracking in tx.trackings.list()]


def test_an_equal_tracking_is_found_instead_of_stored(manage: ManageTrackings, store: SqlStore) -> None:
    again = manage.add(SYSTEM, place_tracking())
    assert (again.is_new, again.tracking.id, len(statuses(store))) == (False, 1, 2)


@pytest.mark.parametrize("status", [TrackingStatus.PAUSED, TrackingStatus.ENDED])
def test_what_waits_is_cancelled_when_a_tracking_stops(
    manage: ManageTrackings, store: SqlStore, status: TrackingStatus
) -> None:
    run = new_run()
    with store.begin() as tx:
        tx.runs.add(run, None)
    manage.set_status(SYSTEM, [1], status)
    with store.read() as tx:
        assert tx.tasks.count_states(run.id) == {TaskState.CANCELLED: 1, TaskState.QUEUED: 1}
        missed = [failure.reason for _, failure in tx.tasks.list_missed(1)]
    assert missed == [f"the tracking was {status.value.lower()}"]


def test_an_ended_tracking_resumes_but_cannot_pause(manage: ManageTrackings, store: SqlStore) -> None:
    manage.set_status(SYSTEM, [1], TrackingStatus.ENDED)
    with pytest.raises(InvalidInput, match="tracking 1 has ended"):
        manage.set_status(SYSTEM, [1], TrackingStatus.PAUSED)
    manage.set_status(SYSTEM, [1], TrackingStatus.ACTIVE)
    assert statuses(store) == [TrackingStatus.ACTIVE, TrackingStatus.ACTIVE]


def test_one_unknown_number_changes_nothing(manage: ManageTrackings, store: SqlStore) -> None:
    with pytest.raises(InvalidInput, match="there is no tracking 9"):
        manage.set_status(SYSTEM, [1, 9], TrackingStatus.PAUSED)
    assert statuses(store) == [TrackingStatus.ACTIVE, TrackingStatus.ACTIVE]


def test_only_known_and_active_trackings_can_be_measured(manage: ManageTrackings) -> None:
    manage.set_status(SYSTEM, [1], TrackingStatus.PAUSED)
    manage.set_status(SYSTEM, [2], TrackingStatus.ENDED)
    with pytest.raises(InvalidInput, match="tracking 1 is paused: resume it"):
        manage.check_measurable(SYSTEM, [1])
    with pytest.raises(InvalidInput, match="tracking 2 has ended"):
        manage.check_measurable(SYSTEM, [2, 1])
    with pytest.raises(InvalidInput, match="there is no tracking 3"):
        manage.check_measurable(SYSTEM, [3])


def test_what_counts_is_changed_for_all_or_none(night: Night) -> None:
    night.track(blog_tracking(), place_tracking())
    with pytest.raises(InvalidInput, match="never show a place"):
        night.changes.change(SYSTEM, [1, 2], TrackingChanges(areas=frozenset({"popular_posts"}), bundled=None))
    [changed] = night.changes.change(SYSTEM, [1], TrackingChanges(areas=frozenset({"popular_posts"}), bundled=None))
    assert changed.counting == ExposureCriteria(frozenset({"popular_posts"}))
    [changed] = night.changes.change(SYSTEM, [1], TrackingChanges(areas=None, bundled=True))
    assert changed.counting == ExposureCriteria(frozenset({"popular_posts"}), bundled=True)
    with night.sql.read() as tx:
        assert [tracking.counting for tracking in tx.trackings.list()] == [changed.counting, ANY_AREA]
    with pytest.raises(InvalidInput, match="there is no tracking 9"):
        night.changes.change(SYSTEM, [9], TrackingChanges(areas=frozenset(), bundled=None))


def test_a_tracking_of_a_target_that_another_client_has_is_added_and_told(night: Night) -> None:
    night.manage.add(SYSTEM, place_tracking(client="가나"))
    added = night.manage.add(SYSTEM, place_tracking(client="다라"))
    assert added.is_new
    assert [(other.id, other.client) for other in added.shared] == [(1, "가나")]
    assert night.manage.add(SYSTEM, blog_tracking()).shared == []
