"""It took the place of what the tender deleted each hour: results, idempotency keys, hours, workers; never jobs."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sunwi.domain.access_failure import AccessKind
from sunwi.domain.file_link import FileLink
from sunwi.domain.job import JobKey, JobState
from sunwi.domain.job_request import JobRequest
from sunwi.domain.request_claim import RequestKey
from sunwi.service.archive.cleaning import run_cleanup
from tests.accounts.account_world import AccountWorld
from tests.archive.archive_world import ArchiveWorld
from tests.examples import NIGHT
from tests.jobs.job_examples import worker_of

DAY = timedelta(days=1)


def fill(old: ArchiveWorld, days: int, number: int = 1) -> None:
    """Store jobs that ended then, with what else they leave."""
    at = NIGHT + days * DAY
    for each in range(number):
        old.add_job(f"job-{days}-{each}", at)
        key = JobKey(f"job-{days}-{each}", 1)
        with old.store.begin() as tx:
            request = JobRequest(owner="kim", key=f"{days}-{each}", fingerprint="f", job_id="gone", created_at=at)
            assert tx.jobs.add_request(request)
            tx.job_attempts.hear(key, worker_of(key, f"worker-{days}-{each}", seen_at=at))


#: None of these were there.
NOTHING_OF_THE_API = dict.fromkeys(
    (
        "web_requests",
        "file_links",
        "access_failures",
        "web_sessions",
        "live_tickets",
        "run_progress",
    ),
    0,
)


def left(old: ArchiveWorld) -> dict[str, int]:
    with old.store.read() as tx:
        jobs = [tx.jobs.get(f"job-{days}-0") for days in (0, 55, 89)]
        workers = {worker.id for worker in tx.workers.list_all()}
    return {
        "results": sum(job is not None and job.result is not None for job in jobs),
        "jobs": sum(job is not None for job in jobs),
        "requests": old.count("job_request"),
        "hours": old.count("job_hour"),
        "workers": sum(worker.startswith("worker-") for worker in workers),
    }


def test_what_has_expired_goes_and_what_is_young_stays(old: ArchiveWorld) -> None:
    for days in (0, 55, 89):
        fill(old, days)
    old.world.clock.at = NIGHT + 90 * DAY
    job = old.do("cleanup")
    assert job.state is JobState.SUCCEEDED
    assert job.result == {"results": 2, "requests": 1, "hours": 1, "workers": 4} | NOTHING_OF_THE_API
    # A fourth worker is the one that has run the jobs; the hour of the cleanup itself is counted, too.
    assert left(old) == {"results": 1, "jobs": 3, "requests": 2, "hours": 3, "workers": 0}


def test_twice_is_once(old: ArchiveWorld) -> None:
    fill(old, 0)
    old.world.clock.at = NIGHT + 100 * DAY
    old.do("cleanup")
    again = old.do("cleanup")
    assert again.result == {"results": 0, "requests": 0, "hours": 0, "workers": 0} | NOTHING_OF_THE_API


def test_it_goes_on_batch_by_batch_until_nothing_is_left(old: ArchiveWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_cleanup, "BATCH", 2)
    fill(old, 0, 5)
    old.world.clock.at = NIGHT + 100 * DAY
    job = old.do("cleanup")
    assert job.result == {"results": 5, "requests": 5, "hours": 1, "workers": 6} | NOTHING_OF_THE_API


def test_an_attempt_whose_time_is_over_goes_on_and_counts_on(
    old: ArchiveWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_cleanup, "BATCH", 2)
    fill(old, 0, 5)
    old.world.clock.at = NIGHT + 100 * DAY
    job_id = old.begin("cleanup")
    outcomes = []
    while not old.world.job(job_id).state.is_ended:
        outcomes.append(old.attempt(job_id, remaining_seconds=30))
    job = old.world.job(job_id)
    assert (job.state, set(outcomes[:-1]), job.attempts) == (JobState.SUCCEEDED, {"paused"}, 1)
    assert job.result is not None
    assert (job.result["results"], job.result["requests"]) == (5, 5)


def test_a_job_takes_no_params(old: ArchiveWorld) -> None:
    with pytest.raises(Exception, match="is not known"):
        old.begin("cleanup", days=3)


def test_sessions_of_browsers_that_ended_30_days_ago_go(old: ArchiveWorld) -> None:
    accounts = AccountWorld(old.store)
    account = accounts.invite()
    accounts.sign_in(account)
    accounts.clock.at = NIGHT + 60 * DAY
    young = accounts.sign_in(account)
    old.world.clock.at = NIGHT + 61 * DAY
    result = old.do("cleanup").result
    assert result is not None
    assert (result["web_sessions"], old.count("web_session")) == (1, 1)
    with old.store.read() as tx:
        assert tx.web_sessions.find(young.session.id_hash) is not None


def test_what_is_kept_of_requests_goes_after_a_day(old: ArchiveWorld) -> None:
    link = FileLink(
        token_hash="0" * 64,
        key="k",
        name="n",
        content_type="text/csv",
        owner="account:a",
        created_at=NIGHT,
        expires_at=NIGHT + DAY,
    )
    with old.store.begin() as tx:
        for hours in (0, 20):
            at = NIGHT + timedelta(hours=hours)
            tx.requests.add(RequestKey(owner="account:a", key=f"key-{hours}", fingerprint="f"), at=at)
            tx.access_failures.count(AccessKind.KEY, "a", window=at)
        tx.file_links.add(link)
        tx.file_links.add(replace(link, token_hash="1" * 64, expires_at=NIGHT + 2 * DAY))
    old.world.clock.at = NIGHT + DAY + timedelta(hours=1)
    job = old.do("cleanup")
    assert job.result is not None
    assert (job.result["web_requests"], job.result["file_links"], job.result["access_failures"]) == (1, 0, 1)
    old.world.clock.at = NIGHT + 2 * DAY + timedelta(hours=1)
    job = old.do("cleanup")
    assert job.result is not None
    assert (job.result["web_requests"], job.result["file_links"], job.result["access_failures"]) == (1, 1, 1)
