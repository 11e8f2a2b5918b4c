"""Jobs as whoever asks for them sees them: stored, found, listed, retried, cancelled."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError

from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.actor import SYSTEM, Actor, Role
from sunwi.domain.job import RETRYABLE, Job, JobFailure, JobProgress, JobState
from sunwi.domain.job_list import FailedJobs, JobFilter, JobQuery
from sunwi.domain.job_priority import Priority
from sunwi.domain.job_request import JobRequest
from sunwi.service.ports.outside import Transaction
from tests.examples import NIGHT, place_tracking
from tests.hostile import REFUSED, TAKEN
from tests.jobs.job_examples import SECOND, ended, ending, new_job, read_job, running, stored

KIM = Actor(owner="kim", role=Role.ADVERTISER)
ADMIN = Actor(owner="cli:root", role=Role.ADMIN)
EVERYTHING = JobFilter()


@pytest.fixture
def agencies(store: SqlStore) -> Sequence[int]:
    """Two agencies, 가 and 나."""
    with store.begin() as tx:
        tx.trackings.add([place_tracking(1, agency="가"), place_tracking(2, agency="나")], at=NIGHT)
        return [agency.id for agency in tx.owners.agencies()]


def ids(jobs: Sequence[Job]) -> list[str]:
    return [job.id for job in jobs]


def listed(store: SqlStore, wanted: JobFilter = EVERYTHING, actor: Actor = ADMIN) -> list[str]:
    with store.read() as tx:
        return ids(tx.jobs.page(JobQuery(wanted=wanted, actor=actor, limit=100)).jobs)


def retryable(
    store: SqlStore, actor: Actor = ADMIN, job_ids: Sequence[str] | None = None, **wanted: object
) -> list[str]:
    asked = FailedJobs(wanted=JobFilter(**wanted), actor=actor, job_ids=job_ids)  # type: ignore[arg-type]  # by name
    with store.read() as tx:
        return list(tx.jobs.list_retryable(asked, 100))


def test_a_job_is_read_as_it_was_stored(store: SqlStore, agencies: Sequence[int]) -> None:
    odd = NIGHT + timedelta(microseconds=1)
    plain = new_job("job-1")
    full = new_job(
        "job-2",
        params={
            "url": "https://x.kr",
            "pages": [1, 2.5, None, True],
            "이름": [TAKEN, [text for text, _ in REFUSED.values()]],
        },
        agency_id=agencies[0],
        batch_id="batch",
        position=7,
        priority=Priority.CRITICAL,
        state=JobState.EXPIRED,
        generation=3,
        attempts=2,
        ran_seconds=12.75,
        progress=60,
        step="stores",
        message="매장 목록을 읽는 중",
        version=9,
        **dict.fromkeys(("not_before", "ready_since", "created_at", "admitted_at", "started_at"), odd),
        **dict.fromkeys(("finished_at", "cancel_requested_at", "expires_at"), odd),
        checkpoint={"page": 3},
        result={"stores": 0},
        failure=JobFailure("expired", {"after": "7 days"}, "its time was over"),
        lane="integrated-pc",
        notify={"channel": 4},
        undoes="job-1",
    )
    stored(store, plain, full)
    assert read_job(store, "job-1") == plain
    assert read_job(store, "job-2") == full
    with store.read() as tx:
        assert tx.jobs.get("job-3") is None


def test_no_jobs_are_stored_without_a_word(store: SqlStore) -> None:
    stored(store)
    assert listed(store) == []


def test_nothing_is_nothing_to_the_database_too(store: SqlStore, engine: Engine) -> None:
    """A JSON null would be a result, to be dropped again and again."""
    stored(store, new_job())
    ended(store, ending(JobState.FAILED))
    with engine.connect() as connection:
        names = ("checkpoint", "result", "notify")
        row = connection.execute(text(f"SELECT {', '.join(names)} FROM job")).one()  # noqa: S608 - of our own
    assert tuple(row) == (None, None, None)


def test_thousands_of_jobs_keep_their_values_and_their_order(store: SqlStore) -> None:
    jobs = [
        new_job(f"{number:05}", batch_id="b", position=5000 - number, params={"n": number}) for number in range(4500)
    ]
    stored(store, *jobs)
    with store.read() as tx:
        assert tx.jobs.ids_of_batch("b") == ids(jobs)[::-1]
        assert tx.jobs.get("04321") == jobs[4321]


def test_an_agency_waits_together_and_anybody_else_alone(store: SqlStore, agencies: Sequence[int]) -> None:
    one, other = agencies
    stored(
        store,
        new_job("1", owner="a", agency_id=one),
        new_job("2", owner="b", agency_id=one),
        new_job("3", owner="c", agency_id=other),
        new_job("4", owner="system", agency_id=one),
        new_job("5", owner="kim"),
        new_job("6", owner="a", agency_id=one, state=JobState.QUEUED),
    )
    asked = (
        Actor(owner="a", role=Role.AGENCY, agency_id=one),
        Actor(owner="z", role=Role.ADVERTISER, agency_id=other),
        KIM,
        ADMIN,
    )
    with store.read() as tx:
        assert tx.jobs.count_waiting_of(asked) == [2, 1, 1, 0]
        assert [tx.jobs.count_waiting_of([actor]) for actor in asked] == [[2], [1], [1], [0]]


@pytest.mark.parametrize("state", JobState)
def test_an_owner_has_an_active_job_of_a_kind_until_that_has_ended(store: SqlStore, state: JobState) -> None:
    stored(store, new_job(state=state))
    with store.read() as tx:
        found = tx.jobs.find_active_of([("kim", "export"), ("kim", "backup"), ("lee", "export")])
    assert found == ({} if state.is_ended else {("kim", "export"): "job-1"})


def test_an_idempotency_key_is_its_owners_and_is_taken_once(store: SqlStore) -> None:
    request = JobRequest(
        owner="kim",
        key="k",
        fingerprint="f" * 64,
        batch_id="b",
        refused={"2": {"code": "work_unknown", "fields": {"work": "빵"}}},
        created_at=NIGHT,
    )
    with store.begin() as tx:
        assert tx.jobs.find_request("kim", "k") is None
        assert tx.jobs.add_request(request)
        assert not tx.jobs.add_request(replace(request, fingerprint="g"))
        assert tx.jobs.add_request(replace(request, owner="lee", job_id="job-1", batch_id=None))
    with store.read() as tx:
        assert tx.jobs.find_request("kim", "k") == request
        assert tx.jobs.find_request("lee", "k") == replace(request, owner="lee", job_id="job-1", batch_id=None)


def test_a_list_is_paged_from_the_newest_without_gap_or_repetition(store: SqlStore) -> None:
    stored(store, *(new_job(f"{number:02}") for number in range(7)))
    pages, before = [], None
    with store.read() as tx:
        for _ in range(3):
            page = tx.jobs.page(JobQuery(wanted=EVERYTHING, actor=ADMIN, limit=3, before=before))
            before = page.next_before
            pages.append(ids(page.jobs))
    assert pages == [["06", "05", "04"], ["03", "02", "01"], ["00"]]
    assert before is None


def test_everybody_sees_what_is_theirs(store: SqlStore, agencies: Sequence[int]) -> None:
    one, other = agencies
    owners = {"1": ("kim", None), "2": ("lee", one), "3": ("park", one), "4": ("choi", other), "5": ("system", None)}
    stored(store, *(new_job(name, owner=owner, agency_id=agency) for name, (owner, agency) in owners.items()))
    seen = {
        ADMIN: ["5", "4", "3", "2", "1"],
        SYSTEM: ["5", "4", "3", "2", "1"],
        KIM: ["1"],
        Actor(owner="lee", role=Role.AGENCY, agency_id=one): ["3", "2"],
        Actor(owner="kim", role=Role.AGENCY, agency_id=other): ["4", "1"],
        Actor(owner="park", role=Role.ADVERTISER, agency_id=one): ["3"],
        Actor(owner="new", role=Role.AGENCY): [],
    }
    for actor, expected in seen.items():
        assert listed(store, actor=actor) == expected
        by_rule = [name for name, (owner, agency) in owners.items() if actor.may_see(owner=owner, agency_id=agency)]
        assert expected == by_rule[::-1]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (JobFilter(work="backup"), ["2"]),
        (JobFilter(states=[JobState.FAILED, JobState.PENDING]), ["3", "2", "1"]),
        (JobFilter(code="page_timed_out"), ["3"]),
        (JobFilter(owner="lee"), ["4"]),
        (JobFilter(batch_id="b"), ["4", "1"]),
        (JobFilter(since=NIGHT + SECOND), ["4"]),
        (JobFilter(owner="lee", work="backup"), []),
    ],
)
def test_a_list_is_filtered(store: SqlStore, wanted: JobFilter, expected: list[str]) -> None:
    failure = JobFailure("page_timed_out")
    stored(
        store,
        new_job("1", batch_id="b"),
        new_job("2", work="backup"),
        new_job("3", state=JobState.FAILED, failure=failure),
        new_job("4", owner="lee", state=JobState.SUCCEEDED, batch_id="b", created_at=NIGHT + SECOND),
    )
    assert listed(store, wanted) == expected


def test_failed_and_expired_jobs_are_found_by_cause_filter_or_id_the_longest_ended_first(store: SqlStore) -> None:
    crash = JobFailure("crash")
    stored(
        store,
        new_job("1", state=JobState.FAILED, finished_at=NIGHT + 3 * SECOND, failure=crash),
        new_job("2", state=JobState.EXPIRED, finished_at=NIGHT + 1 * SECOND, failure=JobFailure("expired")),
        new_job("3", state=JobState.FAILED, finished_at=NIGHT + 2 * SECOND, failure=crash, owner="lee"),
        new_job("4", state=JobState.CANCELLED, finished_at=NIGHT, failure=crash),
        new_job("5", state=JobState.SUCCEEDED, finished_at=NIGHT),
    )
    assert retryable(store) == ["2", "3", "1"]
    assert retryable(store, code="crash") == ["3", "1"]
    assert retryable(store, states=[JobState.EXPIRED]) == ["2"]
    assert retryable(store, job_ids=["1", "3", "5", "9"]) == ["3", "1"]
    assert retryable(store, job_ids=[]) == []
    assert retryable(store, KIM) == ["2", "1"]
    with store.read() as tx:
        asked = FailedJobs(wanted=EVERYTHING, actor=ADMIN)
        assert tx.jobs.list_retryable(asked, 1) == ["2"]


AGAIN = NIGHT + 60 * SECOND
EXPIRES = {"export": AGAIN + 5 * SECOND, "backup": AGAIN + 9 * SECOND}


def as_retried(job: Job) -> Job:
    return replace(
        job,
        state=JobState.PENDING,
        attempts=0,
        ran_seconds=0,
        ready_since=AGAIN,
        not_before=AGAIN,
        expires_at=EXPIRES[job.work],
        progress=0,
        step=None,
        message=None,
        admitted_at=None,
        started_at=None,
        finished_at=None,
        cancel_requested_at=None,
        failure=None,
        version=job.version + 1,
    )


def retry(tx: Transaction, *job_ids: str, fresh: bool = False) -> Sequence[str]:
    return sorted(tx.jobs.retry(job_ids, at=AGAIN, expires_at=EXPIRES, fresh=fresh))


def test_a_retry_is_stored_once_with_everything_fresh_but_the_checkpoint(store: SqlStore) -> None:
    stored(store, new_job(checkpoint={"page": 2}), new_job("2", work="backup", state=JobState.EXPIRED))
    key = running(store)
    with store.begin() as tx:
        tx.job_attempts.record_progress(key, JobProgress(percent=40, step="a", message="가"))
        assert tx.jobs.end(key, ending(JobState.FAILED), expected=JobState.RUNNING)
    failed, expired = read_job(store), read_job(store, "2")
    with store.begin() as tx:
        assert retry(tx, "job-1", "2") == ["2", "job-1"]
        assert retry(tx, "job-1", "2") == []
    assert [read_job(store), read_job(store, "2")] == [as_retried(failed), as_retried(expired)]
    assert running(store).generation == 2


def test_a_retry_from_the_beginning_drops_the_checkpoint(store: SqlStore) -> None:
    stored(store, new_job(checkpoint={"page": 2}, state=JobState.FAILED, finished_at=NIGHT))
    failed = read_job(store)
    with store.begin() as tx:
        assert retry(tx, "job-1", fresh=True) == ["job-1"]
    assert read_job(store) == replace(as_retried(failed), checkpoint=None)


@pytest.mark.parametrize("state", sorted(set(JobState) - set(RETRYABLE)))
def test_a_retry_of_what_has_another_state_is_left_out(store: SqlStore, state: JobState) -> None:
    stored(store, new_job(state=state))
    before = read_job(store)
    with store.begin() as tx:
        assert retry(tx, "job-1", "job-9") == []
    assert read_job(store) == before


def test_jobs_are_locked_by_their_ids_and_those_that_are_none_are_left_out(engine: Engine, store: SqlStore) -> None:
    stored(store, *(new_job(name) for name in "123"))
    with store.begin() as tx:
        assert tx.jobs.lock(["3", "1", "9"]) == {"1": read_job(store, "1"), "3": read_job(store, "3")}
        if engine.dialect.name == "postgresql":
            with engine.connect() as other, pytest.raises(DatabaseError):
                other.execute(text("SELECT id FROM job WHERE id IN ('1', '2') FOR UPDATE NOWAIT"))


def test_of_thousands_of_jobs_those_are_named_that_somebody_may_see(store: SqlStore, agencies: Sequence[int]) -> None:
    jobs = [new_job(f"{number:05}", owner="kim" if number % 2 else "lee") for number in range(2_500)]
    stored(store, *jobs, new_job("of-agency", owner="park", agency_id=agencies[0]))
    asked = {*ids(jobs), "none", "of-agency"}
    with store.read() as tx:
        assert set(tx.jobs.seen_by(ADMIN, asked)) == asked - {"none"}
        assert set(tx.jobs.seen_by(KIM, asked)) == set(ids(jobs)[1::2])
        agency = Actor(owner="lee", role=Role.AGENCY, agency_id=agencies[0])
        assert set(tx.jobs.seen_by(agency, asked)) == {*ids(jobs)[::2], "of-agency"}


def test_only_what_runs_is_asked_to_stop_and_the_first_time_counts(store: SqlStore) -> None:
    stored(store, new_job())
    with store.begin() as tx:
        assert not tx.jobs.request_cancel("job-1", at=NIGHT)
        assert not tx.jobs.request_cancel("job-9", at=NIGHT)
    running(store)
    before = read_job(store)
    with store.begin() as tx:
        assert tx.jobs.request_cancel("job-1", at=NIGHT + 5 * SECOND)
        assert tx.jobs.request_cancel("job-1", at=NIGHT + 6 * SECOND)
    asked = replace(before, cancel_requested_at=NIGHT + 5 * SECOND, version=before.version + 1)
    assert read_job(store) == asked


def test_jobs_go_with_the_agency_that_theirs_is_merged_into(store: SqlStore, agencies: Sequence[int]) -> None:
    kept, other = agencies
    stored(store, new_job("1", agency_id=other), new_job("2", agency_id=kept), new_job("3"))
    with store.begin() as tx:
        [first, second] = tx.owners.agencies()
        tx.owners.move_agency(first, second)
    assert [read_job(store, name).agency_id for name in "123"] == [kept, kept, None]
    with store.read() as tx:
        assert [agency.id for agency in tx.owners.agencies()] == [kept]


def test_two_who_submit_the_same_kind_for_one_owner_go_one_after_the_other(engine: Engine) -> None:
    url, locked, done = engine.url.render_as_string(hide_password=False), Event(), Event()

    def submit_second() -> str | None:
        own = create_store_engine(url)
        try:
            locked.wait()
            with SqlStore(own).begin() as tx:
                tx.jobs.lock_owners([("lee", "export"), ("kim", "export")])
                assert done.is_set()
                return tx.jobs.find_active_of([("kim", "export")]).get(("kim", "export"))
        finally:
            own.dispose()

    with ThreadPoolExecutor(1) as pool:
        second = pool.submit(submit_second)
        with SqlStore(engine).begin() as tx:
            tx.jobs.lock_owners([("kim", "export"), ("park", "export")])
            locked.set()
            tx.jobs.add([new_job()])
            done.set()
        assert second.result() == "job-1"
