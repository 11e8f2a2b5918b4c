"""Backups by the core image: made, restored by its own programs, and brought back with nothing but file and image."""

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url

from infra.local.containers.images import Image
from infra.local.containers.surroundings import Servers
from infra.local.stack.localise import ROOT
from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.migrations import schema_version, upgrade_schema
from sunwi.adapters.sql.store import SqlStore
from sunwi.bootstrap.adapters import Adapters
from sunwi.bootstrap.jobs import JobContainer
from sunwi.domain.backup import CLIENT_MAJOR
from sunwi.domain.job import Job, JobState
from sunwi.domain.job_order import JobOrder
from sunwi.settings import Settings
from tests.backup.adoption_world import busy_world
from tests.backup.database_sums import sums_of
from tests.backup.fill_database import fill, fill_with
from tests.container.emulated import Emulated, emulated
from tests.container.postgres_container import ServerContainer, postgres_container
from tests.job_world import ADMIN

#: What lives on while a job runs.
LIVE = frozenset({"job", "job_attempt", "notice", "worker", "backup", "worker_pool", "pool_change", "job_hour"})
RUNBOOK = (ROOT / "docs/runbook.md").read_text(encoding="utf-8")
#: The commands for an empty machine, in the document's order: check, restore, restore into an older server, adopt.
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", RUNBOOK.partition("### On an empty machine")[2], re.MULTILINE | re.DOTALL)
HANDLER = "worker.handler.handler"


@dataclass
class Workplace:
    """A database, and the worker of the core image on it."""

    adapters: Adapters
    container: Emulated

    def do(self, work: str, **params: Any) -> Job:
        """Submit a job, admit it, and have the image run one attempt of it."""
        jobs = self.adapters.compose(JobContainer)
        job_id = jobs.submit_job.submit(ADMIN, JobOrder(work=work, params=params)).job.id
        with self.adapters.store.begin() as tx:
            [admitted] = tx.job_queue.admit([job_id], at=datetime.now(UTC))
        self.container.invoke(f'{{"job_id": "{job_id}", "generation": {admitted.key.generation}}}')
        with self.adapters.store.read() as tx:
            job = tx.jobs.get(job_id)
        assert job is not None
        return job


def database(url: str) -> Engine:
    engine = create_store_engine(url)
    upgrade_schema(engine)
    fill(engine)
    fill_with(engine, 30)
    return engine


@pytest.fixture
def workplace(images: dict[str, Image], running: Servers) -> Iterator[Callable[[str], Any]]:
    """Opens a worker on a database, by the address that containers have of it."""
    open_ones = []

    def open_on(url: str, own_url: str | None = None) -> Workplace:
        environment = {**running.resources, "DATABASE_URL": url, "ENVIRONMENT_NAME": "prod", "WORKER_PLACE": "core"}
        worker = emulated(images["core"].name, HANDLER, network=running.network.name, environment=environment)
        adapters = Adapters(Settings(database_url=own_url or url))
        open_ones.append((worker, adapters))
        return Workplace(adapters, worker.__enter__())

    yield open_on
    for worker, adapters in open_ones:
        worker.__exit__(None, None, None)
        adapters.close()


def test_an_older_server_is_backed_up_and_restored_by_the_image_and_its_disk_stays_empty(
    running: Servers, workplace: Callable[..., Workplace]
) -> None:
    server = running.postgres
    for name in ("older", "older_restored"):
        server.drop_database(name)
    url = f"{server.create_database('older')}?sslmode=disable"
    engine = database(url)
    server.create_database("older_restored")
    place = workplace(url)
    done = place.do("backup")
    assert done.state is JobState.SUCCEEDED, (done.failure, place.container.log())
    assert done.result is not None
    assert place.container.shell("find /tmp -type f") == ""
    restored = place.do("restore", key=done.result["key"], into="older_restored")
    assert restored.state is JobState.SUCCEEDED, (restored.failure, place.container.log())
    assert place.container.shell("find /tmp -type f") == ""
    copy = create_store_engine(f"{server.url('older_restored')}?sslmode=disable")
    assert sums_of(copy, without=LIVE) == sums_of(engine, without=LIVE)
    assert server.password not in place.container.log()
    copy.dispose()
    engine.dispose()


@pytest.fixture(scope="module")
def newest(images: dict[str, Image]) -> Iterator[ServerContainer]:
    """A server of the image's own major version."""
    assert images
    with postgres_container() as server:
        yield server


@dataclass(frozen=True)
class Brought:
    """What is brought to an empty machine.

    Attributes:
        sums: Of the database that was backed up.
        running: Ids of jobs that ran when it was.
    """

    folder: Path
    dump: str
    sums: dict[str, tuple[int, str]]
    running: list[str]


@pytest.fixture
def brought(running: Servers, newest: ServerContainer, workplace: Callable[..., Workplace], tmp_path: Path) -> Brought:
    """A backup of that server, made by the image while five jobs run, in a folder of its own."""
    newest.execute("DROP DATABASE IF EXISTS sunwi WITH (FORCE)", "CREATE DATABASE sunwi")
    engine = database(newest.url("sunwi"))
    _, ids = busy_world(SqlStore(engine), queued=0, waiting=0, at=datetime.now(UTC))
    inside = make_url(newest.url("sunwi")).set(host=newest.join(running.network.name))
    place = workplace(inside.render_as_string(hide_password=False), newest.url("sunwi"))
    done = place.do("backup")
    assert done.state is JobState.SUCCEEDED, (done.failure, place.container.log())
    assert done.result is not None
    assert done.result["server_major"] == CLIENT_MAJOR
    name = done.result["key"].rpartition("/")[2]
    s3 = running.stack.client("s3")
    for suffix in ("", ".json"):
        body = s3.get_object(Bucket="files", Key=done.result["key"] + suffix)["Body"].read()
        (tmp_path / f"{name}{suffix}").write_bytes(body)
    sums = sums_of(engine, without=LIVE)
    engine.dispose()
    return Brought(tmp_path, name, sums, ids)


def follow(block: str, brought: Brought, image: Image, *, host: str, password: str, port: int = 5432) -> str:
    """Do what the document says, as somebody who has nothing else."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(brought.folder),
        "IMAGE": image.name,
        "DUMP": brought.dump,
        "PGHOST": host,
        "PGPORT": str(port),
        "PGUSER": "sunwi",
        "PGPASSWORD": password,
        "PGDATABASE": "sunwi_back",
        "PGSSLMODE": "disable",
        **{name: value for name in ("DOCKER_HOST",) if (value := os.environ.get(name))},
    }
    done = subprocess.run(  # noqa: S603 - the document's own words
        ["bash", "-euo", "pipefail", "-c", block],  # noqa: S607
        cwd=brought.folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_document_has_its_four_steps() -> None:
    assert len(BLOCKS) == 4


def test_on_an_empty_machine_the_document_s_own_words_bring_everything_back(
    images: dict[str, Image], newest: ServerContainer, brought: Brought
) -> None:
    check, restore, _, take_over = BLOCKS
    words = {"host": newest.address, "password": newest.password}
    said = follow(check, brought, images["core"], **words)  # type: ignore[arg-type]  # texts
    assert f"{brought.dump}: OK" in said
    follow(restore, brought, images["core"], **words)  # type: ignore[arg-type]
    engine = create_store_engine(newest.url("sunwi_back"))
    assert sums_of(engine, without=LIVE) == brought.sums
    # The old machine's last tick is not that long ago, in a test.
    with engine.begin() as connection:
        connection.execute(text("UPDATE worker_pool SET ticked_at = now() - interval '10 minutes'"))
    adopted = follow(take_over, brought, images["core"], **words)  # type: ignore[arg-type]
    for job_id in brought.running:
        assert job_id in adopted
    store = SqlStore(engine)
    with store.read() as tx:
        assert {tx.jobs.get(job_id).state for job_id in brought.running} == {JobState.PENDING}  # type: ignore[union-attr]
    assert schema_version(engine).is_current
    engine.dispose()


def test_the_words_for_an_older_server_work_on_one(
    images: dict[str, Image], running: Servers, brought: Brought, tmp_path: Path
) -> None:
    """Into a server of this machine; the statements of a newer dump are plain enough for it."""
    server = running.postgres
    server.drop_database("sunwi_back")
    server.create_database("sunwi_back")
    follow(
        BLOCKS[2],
        brought,
        images["core"],
        host=server.address,
        password=server.password,
        port=server.port,
    )
    engine = create_store_engine(f"{server.url('sunwi_back')}?sslmode=disable")
    assert sums_of(engine, without=LIVE) == brought.sums
    assert not (tmp_path / "restore.sql").exists()
    engine.dispose()
    server.drop_database("sunwi_back")


def test_a_dump_that_was_changed_on_its_way_is_noticed_before_anything_is_done(
    images: dict[str, Image], brought: Brought
) -> None:
    path = brought.folder / brought.dump
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(AssertionError, match="FAILED"):
        follow(BLOCKS[0], brought, images["core"], host="-", password="-")  # noqa: S106 - not used
