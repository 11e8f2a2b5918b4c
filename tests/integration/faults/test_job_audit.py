"""The books of jobs, by which faults are counted: each kind of damage is seen, once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import Engine, text

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.job import JobState
from tests.chaos.audit import Row
from tests.chaos.job_audit import JobBooks, audit_jobs
from tests.chaos.overlay.held.kinds import EFFECT_TABLE
from tests.jobs.job_examples import ending, new_job, running, stored

JOB = "job-1"
#: Claimed when the first one was, which ended later.
SECOND_ATTEMPT = (
    "INSERT INTO job_attempt (job_id, generation, admitted_at, started_at, finished_at, outcome, seconds) "
    "SELECT job_id, 2, admitted_at, started_at, {finished_at}, 'crashed', 0 FROM job_attempt"
)


@dataclass
class FakeAws:
    """Files of the bucket and executions that run, a page each."""

    names: list[str] = field(default_factory=list)
    shape: Callable[[str], dict[str, Any]] = lambda name: {"Contents": [{"Key": name}]}

    def get_paginator(self, _operation: str) -> "FakeAws":
        return self

    def paginate(self, **_of: str) -> Iterator[dict[str, Any]]:
        yield from map(self.shape, self.names)


@dataclass
class Books:
    """A job of two chunks that has ended well, and its books."""

    engine: Engine
    files: list[str]
    live: list[str]

    def do(self, sql: str) -> None:
        with self.engine.begin() as connection:
            connection.execute(text(sql))

    @property
    def books(self) -> JobBooks:
        return JobBooks(
            engine=self.engine,
            s3=FakeAws(self.files),
            bucket="files",
            states=FakeAws(self.live, lambda name: {"executions": [{"name": name}]}),
            machine_arn="arn:aws:states:::stateMachine:jobs",
        )

    def audit(self, *, kills: int = 0) -> Row:
        return audit_jobs(self.books, "nothing", [JOB], kills={JOB: kills})


@pytest.fixture
def books(sqlite_engine: Engine) -> Books:
    store = SqlStore(sqlite_engine)
    stored(store, new_job(JOB, work="chunks", params={"chunks": 2}))
    key = running(store, JOB)
    files = [f"results/{JOB}/chunk-1.txt", f"results/{JOB}/chunk-2.txt", f"results/{JOB}/1/done.txt"]
    with store.begin() as tx:
        tx.job_attempts.save_checkpoint(key, {"done": 2})
        end = ending(JobState.SUCCEEDED, result={"chunks": 2, "file": files[-1]})
        assert tx.jobs.end(key, end, expected=JobState.RUNNING)
    found = Books(sqlite_engine, files, [])
    found.do(EFFECT_TABLE)
    for chunk in (1, 2):
        found.do(f"INSERT INTO chaos_effect VALUES ('{JOB}', {chunk}, 1)")  # noqa: S608 - our own words
    return found


def test_a_job_that_has_done_everything_once_is_clean(books: Books) -> None:
    row = books.audit()
    assert (row.is_clean, row.happened) == (True, "1 succeeded")


@pytest.mark.parametrize(
    ("damage", "lost", "doubled", "false", "is_balanced"),
    [
        ("DELETE FROM chaos_effect WHERE chunk = 2", 1, 0, 1, True),
        ("INSERT INTO chaos_effect VALUES ('job-1', 2, 2)", 0, 1, 1, True),
        ("UPDATE job SET attempts = 2", 0, 1, 0, True),
        ('UPDATE job SET result = \'{"chunks": 1, "file": "results/job-1/1/done.txt"}\'', 0, 0, 1, True),
        ("UPDATE job SET checkpoint = '{\"done\": 1}'", 0, 0, 1, True),
        ("UPDATE job SET state = 'RUNNING', finished_at = NULL", 1, 0, 0, False),
        ("UPDATE job SET state = 'FAILED'", 0, 0, 1, True),
        ("UPDATE job_attempt SET outcome = NULL", 0, 0, 1, True),
        (SECOND_ATTEMPT.format(finished_at="NULL"), 0, 1, 0, True),
        (SECOND_ATTEMPT.format(finished_at="finished_at"), 0, 1, 0, True),
    ],
)
def test_each_damage_of_a_table_is_counted(
    books: Books, damage: str, lost: int, doubled: int, false: int, *, is_balanced: bool
) -> None:
    books.do(damage)
    row = books.audit()
    assert (row.lost, row.doubled, row.false, row.is_balanced) == (lost, doubled, false, is_balanced)


def test_a_job_that_is_gone_is_lost(books: Books) -> None:
    for table in ("chaos_effect", "job_attempt", "job"):
        books.do(f"DELETE FROM {table}")  # noqa: S608 - our own words
    assert books.audit().lost == 1


def test_a_file_that_is_missing_is_lost_and_one_of_a_second_name_is_doubled(books: Books) -> None:
    books.files.remove("results/job-1/chunk-1.txt")
    books.files.append("results/job-1/2/chunk-2.txt")
    row = books.audit()
    assert (row.lost, row.doubled) == (1, 1)


def test_an_attempt_that_a_kill_explains_is_not_doubled(books: Books) -> None:
    books.do("UPDATE job SET attempts = 2")
    assert (books.audit(kills=1).doubled, books.audit(kills=0).doubled) == (0, 1)


def test_a_slot_is_held_for_nothing_by_an_execution_that_does_not_run(books: Books) -> None:
    books.do("UPDATE job SET state = 'QUEUED', finished_at = NULL")
    assert books.books.slots_held_for_nothing() == 1
    books.live.append(f"{JOB}-1")
    assert books.books.slots_held_for_nothing() == 0
