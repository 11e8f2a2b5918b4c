"""What each role sees of trackings, runs and tasks, on both databases."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.actor import SYSTEM, Actor, Role
from sunwi.domain.failure import Failure, FailureCause
from sunwi.domain.run import RunKind, TaskState
from sunwi.domain.run_list import RunPosition, TaskQuery, read_run_cursor, write_run_cursor
from sunwi.domain.tracking_list import ListOrder, ListQuery, TrackingFilter, TrackingSort
from sunwi.domain.tracking_state import Standing
from tests.examples import NIGHT, new_run, place_tracking

#: Trackings 1 and 2 are agency 1's, of clients 1 and 2; 3 is agency 2's; 4 a client's without an agency; 5 nobody's.
TRACKINGS = [
    place_tracking(1, "말", client="가 가게", agency="한빛"),
    place_tracking(2, "말", client="나 가게", agency="한빛"),
    place_tracking(1, "말", client="가 가게", agency="새봄"),
    place_tracking(1, "말", client="가 가게"),
    place_tracking(1, "말"),
]
ADMIN = Actor(owner="account:1", role=Role.ADMIN)


@pytest.fixture(autouse=True)
def _trackings(store: SqlStore) -> None:
    with store.begin() as tx:
        tx.trackings.add(TRACKINGS, at=NIGHT)


def owners(store: SqlStore) -> tuple[dict[str, int], dict[tuple[str, str], int]]:
    with store.read() as tx:
        agencies = {agency.name: agency.id for agency in tx.owners.agencies()}
        clients = {(client.agency, client.name): client.id for client in tx.owners.clients()}
    return agencies, clients


def agency(store: SqlStore, name: str) -> Actor:
    return Actor(owner="account:2", role=Role.AGENCY, agency_id=owners(store)[0][name])


def advertiser(store: SqlStore, of: str, name: str) -> Actor:
    agencies, clients = owners(store)
    return Actor(owner="account:3", role=Role.ADVERTISER, agency_id=agencies.get(of), client_id=clients[of, name])


def everybody(store: SqlStore) -> list[tuple[Actor, set[int]]]:
    """Return who there may be, and what each sees."""
    return [
        (SYSTEM, {1, 2, 3, 4, 5}),
        (ADMIN, {1, 2, 3, 4, 5}),
        (agency(store, "한빛"), {1, 2}),
        (agency(store, "새봄"), {3}),
        (replace(agency(store, "한빛"), agency_id=None), set()),
        (advertiser(store, "한빛", "가 가게"), {1}),
        (advertiser(store, "한빛", "나 가게"), {2}),
        (advertiser(store, "새봄", "가 가게"), {3}),
        (advertiser(store, "", "가 가게"), {4}),
        (replace(advertiser(store, "한빛", "가 가게"), client_id=None), set()),
    ]


def test_each_sees_its_own_in_lists_counts_and_by_id(store: SqlStore) -> None:
    for actor, seen in everybody(store):
        with store.read() as tx:
            query = ListQuery(actor=actor, limit=9)
            assert {listed.tracking.id for listed in tx.lists.page(query).trackings} == seen, actor
            assert set(tx.lists.ids(query)) == seen
            assert tx.lists.count(query) == len(seen)
            assert {number for number in range(1, 7) if tx.trackings.get(number, seen_by=actor)} == seen
            shared = tx.trackings.find_same_target(TRACKINGS[:1], seen_by=actor)
            assert {one.id for one in shared} == seen - {2}


def test_no_filter_and_no_order_widens_what_is_seen(store: SqlStore) -> None:
    agencies, clients = owners(store)
    filters = [
        *(TrackingFilter(agency_id=number) for number in agencies.values()),
        *(TrackingFilter(client_id=number) for number in clients.values()),
        *(TrackingFilter(standing=standing) for standing in Standing),
        TrackingFilter(agency="한빛"),
        TrackingFilter(client="가게"),
        TrackingFilter(text="가 가게"),
        TrackingFilter(ids=(1, 2, 3, 4, 5)),
    ]
    sorts = (TrackingSort.ID, TrackingSort.KEYWORD, TrackingSort.RANK)
    for actor, seen in everybody(store):
        with store.read() as tx:
            for wanted, sort in product(filters, sorts):
                every = ListQuery(actor=SYSTEM, wanted=wanted, order=ListOrder(sort), limit=9)
                own = replace(every, actor=actor)
                expected = set(tx.lists.ids(every)) & seen
                assert set(tx.lists.ids(own)) == expected, own
                assert tx.lists.count(own) == len(expected), own


def test_runs_are_listed_behind_a_position_whatever_started_at_once(store: SqlStore) -> None:
    with store.begin() as tx:
        for number in range(6):
            at = NIGHT + timedelta(seconds=number // 2)
            tx.runs.add(replace(new_run(f"manual-{number}", RunKind.MANUAL, at=at), request_id=f"r{number}"), None)
    seen: list[str] = []
    before: RunPosition | None = None
    while True:
        with store.read() as tx:
            page = tx.runs.list(2, before=before)
        if not page:
            break
        seen += [run.id for run in page]
        before = read_run_cursor(write_run_cursor(RunPosition.of(page[-1])))
    with store.read() as tx:
        assert seen == [run.id for run in tx.runs.list(9)]
        assert seen == [f"manual-{number}" for number in (4, 5, 2, 3, 0, 1)]
        found = tx.runs.of_request("r3")
        assert found is not None
        assert found.id == "manual-3"
        assert tx.runs.of_request("r9") is None


def test_tasks_come_page_by_page_by_state_and_cause(store: SqlStore) -> None:
    with store.begin() as tx:
        run = tx.runs.add(new_run(), None)
        other = tx.runs.add(new_run("manual-1", RunKind.MANUAL), [1])
        for number, cause in ((1, FailureCause.TIMEOUT), (3, FailureCause.BLOCKED)):
            task = tx.tasks.lock(run.id, number)
            assert task is not None
            tx.tasks.set_state(task, TaskState.FAILED, decided_at=NIGHT, failure=Failure(cause, "it did not come"))
    with store.read() as tx:
        assert [task.tracking_id for task in tx.tasks.page_of_run(TaskQuery(run_id=run.id, limit=2, after=2))] == [3, 4]
        failed = TaskQuery(run_id=run.id, states=[TaskState.FAILED], limit=9)
        assert [task.tracking_id for task in tx.tasks.page_of_run(failed)] == [1, 3]
        blocked = replace(failed, causes=[FailureCause.BLOCKED, FailureCause.CRASH])
        assert [task.tracking_id for task in tx.tasks.page_of_run(blocked)] == [3]
        assert tx.tasks.count_states_of([run.id, other.id, "nobody"]) == {
            run.id: {TaskState.FAILED: 2, TaskState.QUEUED: 3},
            other.id: {TaskState.QUEUED: 1},
        }
        causes = {one.tracking_id: one.cause for one in tx.failures.retry_candidates(run.id)}
        assert causes == {1: FailureCause.TIMEOUT, 3: FailureCause.BLOCKED}
