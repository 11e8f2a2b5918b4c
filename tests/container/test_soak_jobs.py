"""Many jobs in one worker, lookups and bulk actions mixed: nothing fails, and nothing piles up."""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import cycle
from statistics import median
from typing import Any

import pytest
from sqlalchemy import text

from infra.local.containers.images import Image
from infra.local.containers.prepare_event import admit_job
from infra.local.containers.surroundings import Servers, Surroundings
from sunwi.domain.tracking import Kind, NewTracking, Target
from tests.container.emulated import Emulated, emulated
from tests.container.processes import list_processes

pytestmark = pytest.mark.soak

#: `make soak N=…`; a tenth of them is compared with another.
JOBS = int(os.environ.get("SOAK_JOBS", "60"))
WINDOW = JOBS // 10
#: A browser's, so that a short soak has it replaced as often as a long one.
MAX_PAGES = JOBS // 5
MEGABYTE = 1_000_000
MAX_GROWTH = 0.10

#: Trackings of the client that bulk actions are for; each has a chunk of its own and a part of the next one.
TRACKINGS = 250
CLIENT = "오래 걷는 가게"
#: What they do, in turn: each takes back what the one before it did, so that every one changes every row.
ACTIONS: tuple[Mapping[str, Any], ...] = (
    {"action": "pause"},
    {"action": "resume"},
    {"action": "tag", "tags": ["오래"]},
    {"action": "untag", "tags": ["오래"]},
)
#: Every so manieth job is one of them; the others look a rank up, each on a page of its own.
BULK_EACH = 4


BY_ID = "SELECT work, state, failure_code, result FROM job ORDER BY id"


def add_trackings(around: Surroundings) -> None:
    new = [
        NewTracking(
            target=Target(Kind.BLOG, f"blog:nobody/{number}"),
            target_url=f"https://blog.naver.com/nobody/{number}",
            keyword=f"오래 걷기 {number}",
            client=CLIENT,
        )
        for number in range(TRACKINGS)
    ]
    with around.container.adapters.store.begin() as tx:
        tx.trackings.add(new, at=datetime.now(UTC))


def wanted_jobs() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Return kind and params of each job."""
    actions = cycle(ACTIONS)
    for number in range(JOBS):
        if number % BULK_EACH == BULK_EACH - 1:
            yield "bulk_action", {**next(actions), "filter": {"client": CLIENT}, "expected_count": TRACKINGS}
        else:
            url = f"https://blog.naver.com/nobody/{223_000_000_000 + number}"
            yield "lookup", {"keyword": f"오래 찾기 {number}", "url": url}


@dataclass(slots=True, kw_only=True)
class Soaked:
    """What a worker was asked for, and what was seen of it after each job.

    Attributes:
        jobs: Kind, state, code of its failure, and result of each, in order.
        worker: The rows of workers at the end: jobs done and failed, pages opened.
        rss_bytes: Of all processes, after each job; a worker itself looks once in a heartbeat only.
        temporary_bytes: In /tmp.
        zombies: Ids of processes that were dead and not collected, after each job.
    """

    outcomes: list[object] = field(default_factory=list)
    jobs: list[tuple[str, str, str | None, Mapping[str, Any]]] = field(default_factory=list)
    workers: list[tuple[int, int, int]] = field(default_factory=list)
    rss_bytes: list[int] = field(default_factory=list)
    temporary_bytes: list[int] = field(default_factory=list)
    zombies: list[set[str]] = field(default_factory=list)

    def rss(self, start: int, end: int | None) -> float:
        return median(self.rss_bytes[start:end])


def rows(around: Surroundings, sql: str) -> list[tuple[Any, ...]]:
    with around.container.adapters.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(sql))]


def run_job(worker: Emulated, around: Surroundings, number: int, work: str, params: Mapping[str, Any]) -> object:
    job_id = f"01990000-0000-7000-8000-{number:012d}"
    admit_job(around.container, job_id, work, params)
    answer = worker.invoke(json.dumps({"job_id": job_id, "generation": 1}))
    assert isinstance(answer, dict), worker.log()
    return answer.get("outcome", answer)


@pytest.fixture(scope="module")
def soaked(images: dict[str, Image], running: Servers) -> Soaked:
    done = Soaked()
    with running.surroundings() as around:
        add_trackings(around)
        environment = {
            **around.environment,
            "WORKER_PLACE": "browser",
            "CRAWL_DELAY_SECONDS": "0",
            "BROWSER_MAX_PAGES": str(MAX_PAGES),
            "METRICS_NAMESPACE": "Sunwi/test",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "2048",
        }
        network = running.network.name
        image = images["crawler"].name
        with emulated(image, "worker.handler.handler", network=network, environment=environment) as worker:
            for number, (work, params) in enumerate(wanted_jobs()):
                done.outcomes.append(run_job(worker, around, number, work, params))
                processes = list_processes(worker)
                done.rss_bytes.append(sum(each.rss_bytes for each in processes))
                done.temporary_bytes.append(int(worker.shell("du -sb /tmp").split()[0]))
                done.zombies.append({each.pid for each in processes if each.state == "Z"})
        done.jobs = [(work, state, code, result) for work, state, code, result in rows(around, BY_ID)]
        done.workers = [(ok, bad, pages) for ok, bad, pages in rows(around, "SELECT done, failed, pages FROM worker")]
    sys.stdout.write(_describe(done))
    return done


def _describe(done: Soaked) -> str:
    return (
        f"\n{len(done.outcomes)} jobs in {len(done.workers)} worker, {done.workers[0][2]} pages; "
        f"RSS (MB) of the second {WINDOW}: {done.rss(WINDOW, 2 * WINDOW) / MEGABYTE:.1f}, "
        f"of the last: {done.rss(-WINDOW, None) / MEGABYTE:.1f}, at most: {max(done.rss_bytes) / MEGABYTE:.1f}; "
        f"temporary files (MB) after the first: {done.temporary_bytes[0] / MEGABYTE:.2f}, "
        f"after the last: {done.temporary_bytes[-1] / MEGABYTE:.2f}; "
        f"zombies: {sum(map(len, lasting_zombies(done)))}\n"
    )


def lasting_zombies(done: Soaked) -> list[set[str]]:
    """Return those that a job found from the one before it: one that has just ended waits for its parent a moment."""
    pairs = zip(done.zombies, done.zombies[1:], strict=False)
    return [before & after for before, after in pairs]


def test_every_job_succeeds_at_its_first_attempt_in_the_one_worker(soaked: Soaked) -> None:
    assert [job[:3] for job in soaked.jobs] == [(work, "SUCCEEDED", None) for work, _ in wanted_jobs()]
    assert soaked.outcomes == ["succeeded"] * JOBS
    ((done, failed, _),) = soaked.workers
    # The last one is counted by the next claim, which never came.
    assert (done, failed) == (JOBS - 1, 0)


def test_every_bulk_action_changes_every_row(soaked: Soaked) -> None:
    changed = [result["changed"] for work, _, _, result in soaked.jobs if work == "bulk_action"]
    assert changed == [TRACKINGS] * (JOBS // BULK_EACH)


def test_every_lookup_opens_its_page(soaked: Soaked) -> None:
    lookups = [result for work, _, _, result in soaked.jobs if work == "lookup"]
    assert [result["outcome"]["outcome"] for result in lookups] == ["not_exposed"] * len(lookups)
    assert soaked.workers[0][2] >= len(lookups) - 1


def test_no_job_leaves_a_zombie(soaked: Soaked) -> None:
    assert [each for each in lasting_zombies(soaked) if each] == []


def test_the_temporary_folder_is_as_it_was_after_the_first_job(soaked: Soaked) -> None:
    assert abs(soaked.temporary_bytes[-1] - soaked.temporary_bytes[0]) <= MEGABYTE


def test_memory_does_not_grow(soaked: Soaked) -> None:
    early, late = soaked.rss(WINDOW, 2 * WINDOW), soaked.rss(-WINDOW, None)
    assert late - early <= MAX_GROWTH * early
