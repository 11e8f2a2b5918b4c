from pathlib import Path

import pytest

from sunwi.bootstrap.adapters import Adapters
from sunwi.bootstrap.backup import BackupContainer
from sunwi.bootstrap.bulk_actions import BulkActionContainer
from sunwi.bootstrap.jobs import JobContainer
from sunwi.bootstrap.pages import PageContainer
from sunwi.bootstrap.workers import WorkerContainer
from sunwi.bootstrap.works import KINDS, WORKS
from sunwi.domain.actor import Actor, Role
from sunwi.domain.backup import WORKS as BACKUP_WORKS
from sunwi.domain.job_list import JobFilter, JobQuery
from sunwi.domain.job_order import JobOrder
from sunwi.errors import Conflict
from sunwi.service.bulk_actions.run_bulk_action import RunBulkAction
from sunwi.settings import Settings
from sunwi.testing.backups import InMemoryBackupFiles
from sunwi.testing.jobs import InMemoryJobFiles, InMemoryTender
from tests.examples import NIGHT, place_tracking

ADMIN = Actor(owner="cli:admin", role=Role.ADMIN)
AGENCY = Actor(owner="account-1", role=Role.AGENCY, agency_id=1)


@pytest.fixture
def adapters(migrated_sqlite_file: Path, tmp_path: Path) -> Adapters:
    """A database of its own, without AWS, where two jobs of an agency may wait."""
    path = tmp_path / "sunwi.db"
    path.write_bytes(migrated_sqlite_file.read_bytes())
    adapters = Adapters(
        Settings(database_url=f"sqlite:///{path}", jobs_max_pending=2),
        tender=InMemoryTender(),
        job_files=InMemoryJobFiles(),
    )
    with adapters.store.begin() as tx:
        tx.trackings.add([place_tracking(agency="한빛", client="가게")], at=NIGHT)
    return adapters


def test_jobs_are_asked_for_without_aws(adapters: Adapters) -> None:
    jobs = adapters.compose(JobContainer)
    order = JobOrder(
        work="lookup", params={"keyword": "강남역", "url": "https://map.naver.com/p/entry/place/1648862917"}
    )
    first = jobs.submit_job.submit(AGENCY, order).job
    answer = jobs.submit_bulk.submit(AGENCY, [order, order], partial=True)
    assert [problem.error.code for problem in answer.refused] == ["jobs_waiting_full"]
    page = jobs.list_jobs.page(JobQuery(wanted=JobFilter(), actor=AGENCY, limit=10))
    assert [job.id for job in page.jobs] == [answer.job_ids[0], first.id]
    assert jobs.show_job.show(AGENCY, first.id).work == WORKS.require("lookup")
    jobs.cancel_job.cancel(AGENCY, first.id)
    with pytest.raises(Conflict):
        jobs.read_result.read(AGENCY, first.id)
    assert jobs.manage_pool.set_limits(ADMIN, most=5).most == 5
    assert jobs.read_job_file.read(b"work\nlookup\n").orders == [JobOrder(work="lookup", params={})]


def test_ids_grow_with_time(adapters: Adapters) -> None:
    new_id = adapters.compose(JobContainer).submit_job.new_id
    ids = [new_id() for _ in range(1000)]
    assert sorted(set(ids)) == ids


def test_bulk_actions_are_counted_and_taken_back(adapters: Adapters) -> None:
    bulk, jobs = adapters.compose(BulkActionContainer), adapters.compose(JobContainer)
    params = {"action": "pause", "filter": {"client": "가게"}}
    count = bulk.count_matching.count(AGENCY, params)
    assert count == 1
    order = JobOrder(work="bulk_action", params={**params, "expected_count": count})
    job = jobs.submit_job.submit(AGENCY, order).job
    assert bulk.undo_bulk_action.undo(AGENCY, job.id) is None


def test_a_worker_builds_the_runner_of_each_kind_that_needs_no_browser(adapters: Adapters) -> None:
    (bulk,) = [kind for kind in KINDS if kind.work.name == "bulk_action"]
    assert isinstance(bulk.build(adapters), RunBulkAction)


def test_a_worker_builds_what_makes_reads_and_restores_backups(adapters: Adapters) -> None:
    adapters.compose(BackupContainer, files=InMemoryBackupFiles())
    built = {kind.work.name: kind.build(adapters) for kind in KINDS if kind.work.name in BACKUP_WORKS}
    assert {name: type(runner).__name__ for name, runner in built.items()} == {
        "backup": "RunBackup",
        "verify": "RunVerify",
        "restore": "RunRestore",
    }
    assert adapters.compose(BackupContainer).dumps.describe().database == "sunwi"
    assert adapters.compose(BackupContainer).record_failures.record() == 0


def test_a_worker_counts_the_pages_of_whatever_browser_its_jobs_have_opened(adapters: Adapters) -> None:
    life = adapters.compose(WorkerContainer, kinds=()).run_attempt.life
    assert life.pages() == 0
    pages = adapters.compose(PageContainer)
    assert life.pages() == 0
    pages.loader.pages_opened = 7
    assert life.pages() == 7
