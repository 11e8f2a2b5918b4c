"""Old nights on a real database, and the archive around it: files in memory, time by hand, attempts that are killed."""

import gzip
import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, insert, inspect, select, text

from sunwi.adapters.sql.archive.archived_tables import ARCHIVED
from sunwi.adapters.sql.archive.row_lines import columns_as_text, line_of
from sunwi.adapters.sql.store import SqlStore
from sunwi.adapters.sql.tables import AttemptRow, CanaryCheckRow, WatchFindingRow
from sunwi.domain.actor import Actor, Role
from sunwi.domain.archive import KeptBy, Manifest
from sunwi.domain.audit import AuditEntry
from sunwi.domain.correction import Correction, LedgerStatement
from sunwi.domain.job import Job, JobState
from sunwi.domain.schedule import business_date
from sunwi.service.archive.archive_lease import ArchiveLease
from sunwi.service.archive.archive_work import ARCHIVE
from sunwi.service.archive.cleaning.cleanup import CLEANUP
from sunwi.service.archive.cleaning.expiring import Keeping
from sunwi.service.archive.cleaning.run_cleanup import RunCleanup
from sunwi.service.archive.empty_part import EmptyPart
from sunwi.service.archive.list_archive import ListArchive
from sunwi.service.archive.move_contents import MoveContents
from sunwi.service.archive.read_content import ReadContent
from sunwi.service.archive.restore_month import RestoreMonth
from sunwi.service.archive.rewrite_part import RewritePart
from sunwi.service.archive.run_archive import ArchiveParts, RunArchive
from sunwi.service.archive.settle_parts import SettleParts
from sunwi.service.archive.show_archive import ShowArchive
from sunwi.service.archive.walk_rows import WalkRows
from sunwi.service.archive.write_part import WritePart
from sunwi.service.jobs.run_attempt import RunAttempt
from sunwi.service.jobs.running_job import JobRunner
from sunwi.service.privacy.erase_person import ErasePerson
from sunwi.service.privacy.find_person import FindPerson
from sunwi.testing.archive import InMemoryArchiveFiles
from tests.examples import EXPOSED_DAY, EXPOSED_LOOK, NIGHT, new_reading, new_run, place_tracking, recognised
from tests.job_world import KINDS, JobWorld
from tests.jobs.job_examples import ended, ending, new_job

ADMIN = Actor(owner="cli:admin", role=Role.ADMIN)
#: What is billed, and what proves it; none of it may change by a letter.
BILLED = ("rank_history", "tracking", "tracking_state", "correction", "run", "task", "client", "agency")
#: Tables that the jobs of a test add rows to.
GROWING = ("job", "job_attempt", "pool_change", "audit")
#: Long enough behind the first night for everything of it to be old.
LATER = timedelta(days=100)


class Killed(BaseException):
    """The process is gone."""


@dataclass
class ArchiveWorld:
    """Nights that are old by now.

    Attributes:
        world: Jobs, a tender, and the clock.
        archive_days: ARCHIVE_AFTER_DAYS.
        history_days: JOB_HISTORY_DAYS.
    """

    engine: Engine
    world: JobWorld
    files: InMemoryArchiveFiles = field(default_factory=InMemoryArchiveFiles)
    archive_days: int = 90
    history_days: int = 90

    @classmethod
    def on(cls, engine: Engine) -> "ArchiveWorld":
        world = JobWorld(SqlStore(engine), kinds=(*KINDS, ARCHIVE, CLEANUP))
        world.clock.at = NIGHT
        world.set_pool(workers=10)
        return cls(engine, world)

    @property
    def store(self) -> SqlStore:
        return self.world.store

    @property
    def lease(self) -> ArchiveLease:
        return ArchiveLease(self.store, self.world.clock)

    @property
    def rewrite_part(self) -> RewritePart:
        return RewritePart(self.files)

    @property
    def parts(self) -> ArchiveParts:
        empty_part = EmptyPart(files=self.files, clock=self.world.clock, rewrite_part=self.rewrite_part)
        write_part = WritePart(store=self.store, files=self.files, clock=self.world.clock, empty_part=empty_part)
        return ArchiveParts(
            settle_parts=SettleParts(
                store=self.store, files=self.files, empty_part=empty_part, rewrite_part=self.rewrite_part
            ),
            walk_rows=WalkRows(store=self.store, write_part=write_part),
            move_contents=MoveContents(store=self.store, files=self.files),
        )

    @property
    def run_archive(self) -> RunArchive:
        kept_days = {KeptBy.ARCHIVE_AFTER_DAYS: self.archive_days, KeptBy.JOB_HISTORY_DAYS: self.history_days}
        return RunArchive(store=self.store, lease=self.lease, open_parts=lambda: self.parts, kept_days=kept_days)

    @property
    def run_cleanup(self) -> RunCleanup:
        return RunCleanup(keeping=Keeping(results=timedelta(days=30), history=timedelta(days=self.history_days)))

    @property
    def restore_month(self) -> RestoreMonth:
        return RestoreMonth(store=self.store, files=self.files, clock=self.world.clock, lease=self.lease)

    @property
    def list_archive(self) -> ListArchive:
        return ListArchive(self.store)

    @property
    def show_archive(self) -> ShowArchive:
        return ShowArchive(store=self.store, files=self.files)

    @property
    def read_content(self) -> ReadContent:
        return ReadContent(store=self.store, open_files=lambda: self.files)

    @property
    def find_person(self) -> FindPerson:
        return FindPerson(store=self.store, open_files=lambda: self.files)

    @property
    def erase_person(self) -> ErasePerson:
        return ErasePerson(
            store=self.store,
            files=self.files,
            clock=self.world.clock,
            lease=self.lease,
            rewrite_part=self.rewrite_part,
        )

    def worker(self) -> RunAttempt:
        return replace(self.world.worker(), runners=self._runners())

    def _runners(self) -> Mapping[str, Callable[[], JobRunner]]:
        return {ARCHIVE.name: lambda: self.run_archive, CLEANUP.name: lambda: self.run_cleanup}

    # ------------------------------------------------------------------ jobs

    def begin(self, work: str = ARCHIVE.name, **params: Any) -> str:
        """Submit a job."""
        return self.world.submit(work, actor=ADMIN, params=params)

    def attempt(self, job_id: str, **more: Any) -> str:
        """Run one attempt, admitting it first."""
        if self.world.job(job_id).state is JobState.PENDING:
            self.world.clock.advance(hours=1)
            self.world.tick.tick()
        return self.world.run(job_id, worker=self.worker(), **more)

    def kill(self, job_id: str) -> None:
        """Run one attempt that does not survive, and have the tender hear of it."""
        try:
            outcome = self.attempt(job_id)
        except Killed:
            self.world.end_attempt.record_crash(self.world.job(job_id), error="Runtime.ExitError")
        else:
            raise AssertionError(f"nobody was killed: {outcome}")

    def archive(self, **params: Any) -> Job:
        """Submit an archive job and run it to its end."""
        return self.do(ARCHIVE.name, **params)

    def do(self, work: str, **params: Any) -> Job:
        """Submit a job and run it to its end."""
        job_id = self.begin(work, **params)
        while not self.world.job(job_id).state.is_ended:
            self.attempt(job_id)
        return self.world.job(job_id)

    def let_pass(self, time: timedelta = LATER) -> None:
        self.world.clock.at += time

    # ---------------------------------------------------------------- nights

    def add_night(self, at: datetime = NIGHT, *, job: str = "") -> None:
        """Store a night: tracking 1 exposed, 2 seen beside the ledger, 3 seen, corrected, and seen again.

        Of its five readings, the ledger states the first and the fourth, a correction is of the third, and nobody needs
        the others.
        """
        run_id = f"scheduled-{business_date(at):%Y%m%d}"
        with self.store.begin() as tx:
            if not tx.trackings.list():
                tx.trackings.add([place_tracking(number) for number in (101, 102, 103)], at=at)
            tx.runs.add(new_run(run_id, at=at), None)
            for number in range(5):
                reading = recognised("101", "102", f"{number}")
                tx.readings.add(new_reading(run_id, reading, fetched_at=at + timedelta(seconds=number)))
        readings = self._ids("page_reading", "run_id", run_id)
        for tracking_id, number in ((1, 0), (2, 1), (3, 2), (3, 3), (2, 0)):
            self._look(run_id, at + timedelta(seconds=number), tracking_id, readings[number])
        first, _, corrected, stated, _ = self._ids("observation", "run_id", run_id)
        day = replace(EXPOSED_DAY, date=business_date(at), observation_id=first)
        with self.store.begin() as tx:
            tx.ledger.add(day)
            tx.ledger.add(replace(day, tracking_id=3, observation_id=corrected))
            tx.corrections.add(_correction(3, day.date, readings[2], LedgerStatement.of_row(day)))
            tx.ledger.update(replace(day, tracking_id=3, observation_id=stated, looks=2))
            tx.states.recount([1, 2, 3])
        self._add_around(run_id, at)
        if job:
            self.add_job(job, at)

    def add_job(self, job_id: str, at: datetime, **values: Any) -> None:
        """Store a job that ended then, with an attempt."""
        with self.store.begin() as tx:
            tx.jobs.add([new_job(job_id, created_at=at, ready_since=at, not_before=at, **values)])
        ended(self.store, ending(JobState.SUCCEEDED, at=at, result={"rank": 1, "말": "강남역"}), job_id)

    def _look(self, run_id: str, at: datetime, tracking_id: int, reading_id: int) -> None:
        look = replace(EXPOSED_LOOK, run_id=run_id, tracking_id=tracking_id, page_reading_id=reading_id, fetched_at=at)
        with self.store.begin() as tx:
            assert tx.ledger.observe(look) is not None

    def _add_around(self, run_id: str, at: datetime) -> None:
        """Store what else a night leaves."""
        attempts = [
            {
                "run_id": run_id,
                "tracking_id": tracking_id,
                "message_id": f"m-{tracking_id}-{number}",
                "number": number,
                "started_at": at + timedelta(microseconds=number),
                "finished_at": at + timedelta(seconds=3) if number else None,
                "page_loads": number,
                "error": "끝 😀 \t\"'" if number else None,
                "is_permanent": False,
            }
            for tracking_id in (1, 2, 3)
            for number in (0, 1)
        ]
        found = {"kind": "missing_run", "subject": run_id, "extent": 1, "detail": "none", "first_seen_at": at}
        with self.engine.begin() as connection:
            connection.execute(insert(AttemptRow), attempts)
            check = {"run_id": run_id, "number": 0, "checked_at": at, "surfaces": [{"a": 1.5}], "failures": ["말"]}
            connection.execute(insert(CanaryCheckRow), [check])
            resolved = {**found, "key": f"gone:{run_id}", "last_seen_at": at, "resolved_at": at}
            connection.execute(insert(WatchFindingRow), [resolved])
            open_one = {**found, "key": f"open:{run_id}", "last_seen_at": at}
            connection.execute(insert(WatchFindingRow), [open_one])
        with self.store.begin() as tx:
            tx.audit.add(AuditEntry(at=at, actor="cli:kim", action="done", subject=run_id, after={"n": 1, "말": None}))
            pool = tx.job_queue.lock_pool()
            tx.job_queue.save_pool(replace(pool, changed_at=at, changed_by="cli:kim", reason="limits"), before=pool)

    def _ids(self, table: str, column: str, value: str) -> list[int]:
        statement = text(f"SELECT id FROM {table} WHERE {column} = :value ORDER BY id")  # noqa: S608 - of our own
        with self.engine.connect() as connection:
            return list(connection.execute(statement, {"value": value}).scalars())

    # ----------------------------------------------------------------- books

    def stored(self) -> dict[str, Counter[str]]:
        """Return the rows of each archived table as lines."""
        with self.engine.connect() as connection:
            return {
                one.name: Counter(
                    line_of(one.table, row) for row in connection.execute(select(*columns_as_text(one.table)))
                )
                for one in ARCHIVED
            }

    def archived(self) -> dict[str, Counter[str]]:
        """Return the lines of each table in the files that manifests name, each proved by its hash."""
        found: dict[str, Counter[str]] = {one.name: Counter() for one in ARCHIVED}
        for manifest in self.manifests():
            for file in manifest.files:
                data = self.files.files[file.key]
                assert hashlib.sha256(data).hexdigest() == file.sha256
                lines = gzip.decompress(data).decode().splitlines()
                assert len(lines) == file.rows
                found[manifest.table].update(lines)
        return found

    def manifests(self) -> Iterator[Manifest]:
        for key, data in sorted(self.files.files.items()):
            if key.endswith("/manifest.json"):
                yield Manifest.from_bytes(data)

    def everything(self) -> dict[str, Counter[str]]:
        """Return each table's rows wherever they are, with the contents that have moved put back into them.

        A row that is in two places counts as two.
        """
        stored, archived = self.stored(), self.archived()
        together = {table: stored[table] + archived[table] for table in stored}
        together["page_reading"] = Counter(
            {self._whole(line): count for line, count in together["page_reading"].items()}
        )
        return together

    def _whole(self, line: str) -> str:
        row = json.loads(line)
        if row["content_sha256"] is not None:
            assert row["content"] is None
            content = gzip.decompress(self.files.files[f"archive/readings/{row['id']}.json.gz"]).decode()
            assert hashlib.sha256(content.encode()).hexdigest() == row["content_sha256"]
            row |= {"content": content, "content_sha256": None}
        return json.dumps(row, ensure_ascii=False, separators=(",", ":"))

    def raw(self, tables: Sequence[str]) -> dict[str, list[str]]:
        """Return tables letter by letter, as the database itself writes them."""
        return {table: list(self._raw(table)) for table in tables}

    def _raw(self, table: str) -> Iterator[str]:
        with self.engine.connect() as connection:
            if self.engine.dialect.name == "postgresql":
                statement = f'SELECT t::text FROM "{table}" AS t ORDER BY 1'  # noqa: S608 - of our own
            else:
                columns = [column["name"] for column in inspect(self.engine).get_columns(table)]
                parts = " || '|' || ".join(f'typeof("{name}") || quote("{name}")' for name in columns)
                statement = f'SELECT {parts} FROM "{table}" ORDER BY 1'  # noqa: S608 - of our own
            yield from connection.exec_driver_sql(statement).scalars()

    def count(self, table: str) -> int:
        with self.engine.connect() as connection:
            return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())  # noqa: S608 - of our own


def kill_behind(files: InMemoryArchiveFiles, method: str, pattern: str, *, deaths: int = 99) -> Callable[[], int]:
    """Kill whoever writes such a file, behind the write.

    Args:
        files: Where it is written.
        method: Of them.
        pattern: Of its key, behind `archive/`.
        deaths: As often as that.

    Returns:
        What counts the deaths.
    """
    died = 0

    def behind(called: str, key: str) -> None:
        nonlocal died
        if called == method and died < deaths and re.fullmatch(f"archive/{pattern}", key):
            died += 1
            raise Killed

    files.behind = behind
    return lambda: died


def check_nothing_lost(before: Mapping[str, Counter[str]], after: Mapping[str, Counter[str]]) -> None:
    """Require that every row is somewhere once, letter by letter; jobs and the pool have further ones since."""
    for table, lines in before.items():
        assert {line for line in lines if after[table][line] != 1} == set(), table
        added = after[table] - lines
        assert table in GROWING or not added, (table, added)


def _correction(tracking_id: int, day: Any, reading_id: int, said: LedgerStatement) -> Correction:
    return Correction(
        tracking_id=tracking_id,
        date=day,
        page_reading_id=reading_id,
        old=said,
        new=said,
        old_parser_version="1",
        new_parser_version="2",
        corrected_at=NIGHT,
        reason="replay",
    )
