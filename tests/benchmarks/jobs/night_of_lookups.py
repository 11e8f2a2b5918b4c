"""A scheduled run at its pace on the local stack, alone or with people's lookups beside it, by real Chromium."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path

from infra.local.stack import LocalStack, wait_for
from infra.local.standin.request_log import Arrival
from sunwi.adapters.aws.tender import LambdaTender
from sunwi.bootstrap.adapters import Adapters
from sunwi.bootstrap.jobs import JobContainer
from sunwi.domain.actor import Actor, Role
from sunwi.domain.job import Job, JobState
from sunwi.domain.job_list import JobFilter, JobQuery
from sunwi.domain.job_order import JobOrder
from sunwi.domain.run import RunStatus
from sunwi.domain.tracking import Kind, NewTracking, Target
from sunwi.settings import Settings
from tests.job_world import ADMIN
from tests.stack.daily_run import DailyRun, check_balance, deployed

#: What is looked up begins so, and no page of the run does.
LOOKED_UP = "조회"
URL = "https://blog.naver.com/nobody/123456789"
OWNERS = 10
RUN_SECONDS = 400
#: For so long after the close lookups are counted.
AFTER_SECONDS = 60
MOST_JOBS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """What became of it; times in seconds.

    Attributes:
        measured: Pages of the run.
        closed_after: From the dispatch to the close.
        submitted_after: From the dispatch until the last lookup was submitted.
        arrivals: Of pages at the site, up to the end.
        close: When it was closed, since the epoch.
        answered: Lookups before the close, and in the minute after it.
        failed: Lookups that ended otherwise.
    """

    measured: int
    closed_after: float
    submitted_after: float
    arrivals: Sequence[Arrival]
    close: float
    answered: tuple[int, int]
    failed: int

    def gaps(self) -> list[float]:
        """Return the pauses between two pages, whoever asked for them, the shortest first."""
        return sorted(later.at - earlier.at for earlier, later in pairwise(self.arrivals))

    def pages(self, *, of_jobs: bool) -> int:
        """Count the pages that were asked for before the close, by whom."""
        return sum(one.at < self.close and one.keyword.startswith(LOOKED_UP) is of_jobs for one in self.arrivals)


def tracking(number: int) -> NewTracking:
    return NewTracking(
        target=Target(Kind.BLOG, "blog:nobody/123456789"), target_url=URL, keyword=f"가상역 맛집 {number}"
    )


def measure_night(stack: LocalStack, folder: Path, *, pages: int, lookups: int, delay: float) -> Night:
    """Run a night, with so many lookups as soon as it is open, and a minute after it."""
    folder.mkdir()
    parameters: dict[str, float | str] = {"CrawlDelaySeconds": delay, "CrawlBatchTimeout": 1800, "CrawlPictures": "off"}
    with deployed(stack, folder.name, folder, **parameters) as daily:
        daily.add(*map(tracking, range(pages)))
        people = _People(daily)
        run_id = daily.fire(datetime.now(UTC))
        wait_for("run", lambda: (run := daily.run(run_id)) is not None and run.status is RunStatus.RUNNING)
        people.submit(lookups)
        submitted_at = datetime.now(UTC)
        summary = daily.wait_until_closed(run_id, timeout_seconds=RUN_SECONDS)
        check_balance(summary)
        run = daily.run(run_id)
        assert run is not None
        assert run.closed_at is not None
        people.wait_for_a_minute(since=run.closed_at)
        answered = [at <= run.closed_at for at in people.answered()]
        night = Night(
            measured=summary["succeeded"],
            closed_after=(run.closed_at - run.started_at).total_seconds(),
            submitted_after=(submitted_at - run.started_at).total_seconds(),
            arrivals=daily.site.requests.arrivals,
            close=run.closed_at.timestamp(),
            answered=(sum(answered), len(answered) - sum(answered)),
            failed=people.failed(),
        )
        people.go_home()
    return night


class _People:
    """Whoever looks ranks up, each in one call."""

    def __init__(self, daily: DailyRun) -> None:
        tender = LambdaTender(daily.stack.client("lambda"), daily.outputs.tender_function_name)
        self._adapters = Adapters(Settings(database_url=daily.url), tender=tender)
        self._desk = self._adapters.compose(JobContainer)

    def submit(self, lookups: int) -> None:
        for number in range(lookups):
            actor = Actor(owner=f"account-{number % OWNERS}", role=Role.ADVERTISER)
            params = {"keyword": f"{LOOKED_UP} {number}", "url": URL}
            self._desk.submit_job.submit(actor, JobOrder(work="lookup", params=params))

    def answered(self) -> list[datetime]:
        """Return when each lookup was answered that has been by now."""
        return [job.finished_at for job in self._jobs(JobState.SUCCEEDED) if job.finished_at is not None]

    def failed(self) -> int:
        """Count those that ended otherwise."""
        return len(self._jobs(JobState.FAILED, JobState.EXPIRED, JobState.CANCELLED))

    def wait_for_a_minute(self, *, since: datetime) -> None:
        """Wait until all have been answered, or a minute is over."""
        end = since + timedelta(seconds=AFTER_SECONDS)
        active = (JobState.PENDING, JobState.QUEUED, JobState.RUNNING)
        over = partial(lambda: datetime.now(UTC) > end or not self._jobs(*active))
        wait_for("minute after the close", over, timeout_seconds=2 * AFTER_SECONDS)

    def go_home(self) -> None:
        """Let nothing be admitted any more, and wait until nothing runs."""
        self._desk.manage_pool.pause(ADMIN, everything=True)
        wait_for("idle workers", lambda: not self._jobs(JobState.QUEUED, JobState.RUNNING), timeout_seconds=60)
        self._adapters.close()

    def _jobs(self, *states: JobState) -> Sequence[Job]:
        query = JobQuery(wanted=JobFilter(states=states), actor=ADMIN, limit=MOST_JOBS)
        return self._desk.list_jobs.page(query).jobs
