"""Open pages and the progress of runs, on both databases."""

from datetime import timedelta

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.account import WebSession
from sunwi.domain.job import Job
from sunwi.domain.live import MOST_TOPICS, Watcher, job_topic, owner_topic
from sunwi.domain.run import TaskState
from tests.examples import NIGHT, new_run, place_tracking
from tests.job_world import ADMIN as SUBMITTER
from tests.job_world import JobWorld
from tests.unit.web.asking import ADMIN

WATCHER = Watcher("5" * 64, ADMIN.id)
LATER = NIGHT + timedelta(seconds=2)


def sign_in(store: SqlStore) -> None:
    with store.begin() as tx:
        tx.accounts.add(ADMIN)
        tx.web_sessions.add(
            WebSession(id_hash=WATCHER.session_hash, account_id=ADMIN.id, created_at=NIGHT, last_seen_at=NIGHT)
        )


def submitted(store: SqlStore) -> Job:
    world = JobWorld(store)
    return world.job(world.submit("no_op"))


def test_a_ticket_is_taken_once_and_in_time(store: SqlStore) -> None:
    with store.begin() as tx:
        tx.live_pages.add_ticket("a" * 64, WATCHER, expires_at=LATER)
        tx.live_pages.add_ticket("b" * 64, WATCHER, expires_at=LATER)
    with store.begin() as tx:
        assert tx.live_pages.take_ticket("a" * 64, at=NIGHT) == WATCHER
        assert tx.live_pages.take_ticket("a" * 64, at=NIGHT) is None
        assert tx.live_pages.take_ticket("b" * 64, at=LATER) is None
        assert tx.live_pages.delete_tickets(LATER + timedelta(seconds=1), 10) == 1


def test_watchers_of_a_job_and_of_its_owners_jobs_come_with_session_and_account(store: SqlStore) -> None:
    sign_in(store)
    job = submitted(store)
    with store.begin() as tx:
        for name in ("c1", "c2"):
            tx.live_pages.connect(name, WATCHER, at=NIGHT)
        assert tx.live_pages.watch("c1", job_topic(job.id))
        assert tx.live_pages.watch("c1", job_topic(job.id))
        assert tx.live_pages.watch("c2", owner_topic(SUBMITTER.owner))
    with store.read() as tx:
        version, found = tx.live_pages.watchers(job)
        assert tx.live_pages.of_session(WATCHER.session_hash, ADMIN.id) == ["c1", "c2"]
        connection = tx.live_pages.find("c1")
    assert version == job.version
    assert [(each.connection.id, each.topic) for each in found] == [
        ("c1", job_topic(job.id)),
        ("c2", owner_topic(SUBMITTER.owner)),
    ]
    assert connection is not None
    assert (connection.account, connection.session.id_hash) == (ADMIN, WATCHER.session_hash)
    with store.begin() as tx:
        tx.live_pages.disconnect(["c1", "c2"])
    with store.read() as tx:
        assert tx.live_pages.watchers(job) == (0, [])


def test_a_page_watches_so_many_things_at_most(store: SqlStore) -> None:
    sign_in(store)
    with store.begin() as tx:
        tx.live_pages.connect("c1", WATCHER, at=NIGHT)
        taken = [tx.live_pages.watch("c1", f"job:{number}") for number in range(MOST_TOPICS + 1)]
    assert taken == [True] * MOST_TOPICS + [False]


def test_pages_of_ended_sessions_disabled_accounts_and_old_connections_are_dead(store: SqlStore) -> None:
    sign_in(store)
    with store.begin() as tx:
        tx.live_pages.connect("c1", WATCHER, at=NIGHT)
        tx.live_pages.connect("c2", Watcher("6" * 64, ADMIN.id), at=NIGHT)
    with store.read() as tx:
        assert tx.live_pages.dead(at=LATER, limit=10) == ["c2"]
        assert tx.live_pages.dead(at=NIGHT + timedelta(hours=2), limit=10) == ["c1", "c2"]
    with store.begin() as tx:
        tx.accounts.set_disabled(ADMIN.id, LATER)
    with store.read() as tx:
        assert tx.live_pages.dead(at=LATER, limit=10) == ["c1", "c2"]


def test_progress_is_claimed_once_and_never_goes_back(store: SqlStore) -> None:
    with store.begin() as tx:
        ids = tx.trackings.add([place_tracking(number) for number in (1, 2)], at=NIGHT)
        tx.runs.add(new_run(), [each for each in ids if each is not None])
    with store.begin() as tx:
        counted = tx.run_progresses.count(new_run().id, at=NIGHT)
        assert counted is not None
        assert (counted.expected, counted.states) == (2, {TaskState.QUEUED: 2})
        tx.run_progresses.add(counted)
        tx.run_progresses.add(counted)
        assert tx.run_progresses.get(counted.run_id) == counted
        assert tx.run_progresses.claim(counted, at=LATER)
        assert not tx.run_progresses.claim(counted, at=LATER)
        tx.run_progresses.set(counted)
        stored = tx.run_progresses.get(counted.run_id)
        assert stored is not None
        assert stored.refreshed_at == LATER
        assert tx.run_progresses.count("scheduled-20990101", at=NIGHT) is None
