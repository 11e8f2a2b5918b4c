"""An archive job over 100,000 old rows on PostgreSQL: statements for each 5,000, and memory, whatever their number."""

import resource
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from typing_extensions import override

from infra.local.postgres import PostgresServer
from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.migrations import upgrade_schema
from sunwi.service.ports.kept.archive import ArchiveFiles
from tests.archive.archive_world import ArchiveWorld
from tests.examples import NIGHT
from tests.statement_counts import counting

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]

#: Rows that are old, in all; a quarter of them is measured first.
ROWS = 100_000
PART = 5_000
#: Most statements for each part, and how many megabytes more four times as many rows may take.
MOST_STATEMENTS, MOST_GROWTH = 120, 20

#: Of all rows: half are attempts, a quarter observations, a quarter readings, a tenth of which the ledger states.
FILL = [
    """INSERT INTO attempt (run_id, tracking_id, message_id, number, started_at, page_loads, is_permanent, error)
    SELECT 'scheduled-20260102', 1, 'p' || n, 1, TIMESTAMPTZ '2026-01-02' + n * INTERVAL '10 seconds', 1, false,
    repeat('끝', 40) FROM generate_series(1, {rows} / 2) AS n""",
    """INSERT INTO page_reading (id, run_id, surface, device, keyword, location, fetched_at, load_seconds, pages,
    status, final_url, parser_version, verdict, is_second_look, content)
    SELECT 1000000 + n, 'scheduled-20260102', 'integrated', 'pc', '말 ' || n, '',
    TIMESTAMPTZ '2026-01-02' + n * INTERVAL '20 seconds', 1.5, 1, 200, 'u', 't', 'recognised', false,
    ('{{"cards": "' || repeat(md5(n::text), 250) || '"}}')::json FROM generate_series(1, {rows} / 4) AS n""",
    """INSERT INTO observation (id, tracking_id, run_id, page_reading_id, fetched_at, depth, block_absent)
    SELECT id, 1, run_id, id, fetched_at, 7, false FROM page_reading WHERE id > 1000000""",
    """INSERT INTO rank_history (tracking_id, date, session_number, rank, area, page_rank, depth, looks, observation_id)
    SELECT 2, DATE '2000-01-01' + n, 1, 1, 'a', 1, 7, 1, 1000000 + n * 10 FROM generate_series(1, {rows} / 40) AS n""",
    "ANALYZE",
]


@dataclass(frozen=True)
class FilesOnDisk(ArchiveFiles):
    """The bucket as a folder: what is written takes no memory."""

    folder: Path

    @override
    def put_once(self, files: Mapping[str, bytes]) -> None:
        for key, data in files.items():
            self.replace(key, data)

    @override
    def replace(self, key: str, data: bytes) -> None:
        path = self.folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    @override
    def get(self, keys: Collection[str]) -> Mapping[str, bytes]:
        return {key: (self.folder / key).read_bytes() for key in keys}

    @override
    def find(self, key: str) -> bytes | None:
        path = self.folder / key
        return path.read_bytes() if path.exists() else None

    @override
    def delete(self, key: str) -> None:
        (self.folder / key).unlink(missing_ok=True)


@pytest.fixture
def engine(postgres_server: PostgresServer) -> Iterator[Engine]:
    postgres_server.drop_database("old_rows")
    engine = create_store_engine(postgres_server.create_database("old_rows"))
    upgrade_schema(engine)
    yield engine
    engine.dispose()


@dataclass(frozen=True)
class Cost:
    """What archiving so many rows took; the peak is that of the process until then."""

    rows: int
    contents: int
    parts: int
    statements: int
    peak_megabytes: float
    seconds: float

    @property
    def by_part(self) -> float:
        """Statements for each 5,000 rows, those that move contents included."""
        return self.statements / ((self.rows + self.contents) / PART)


def archive(engine: Engine, folder: Path, rows: int) -> Cost:
    old = ArchiveWorld.on(engine)
    old.files = FilesOnDisk(folder)  # type: ignore[assignment]  # another bucket than in memory
    old.add_night(NIGHT)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in FILL:
            connection.exec_driver_sql(statement.format(rows=rows))
    old.let_pass(timedelta(days=120))
    began = time.monotonic()
    with counting(engine) as counts:
        job = old.archive()
    seconds = time.monotonic() - began
    assert job.result is not None, job.failure
    moved = sum(job.result["rows"].values())
    return Cost(
        rows=moved,
        contents=job.result["contents"],
        parts=sum(job.result["parts"].values()),
        statements=counts.statements.total(),
        peak_megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000,
        seconds=seconds,
    )


def test_statements_for_each_part_are_constant_and_memory_is_flat(
    engine: Engine, tmp_path: Path, postgres_server: PostgresServer
) -> None:
    few = archive(engine, tmp_path / "few", ROWS // 4)
    engine.dispose()
    postgres_server.drop_database("many_rows")
    other = create_store_engine(postgres_server.create_database("many_rows"))
    upgrade_schema(other)
    many = archive(other, tmp_path / "many", ROWS)
    other.dispose()
    print()
    for cost in (few, many):
        print(
            f"{cost.rows:,} rows and {cost.contents:,} contents in {cost.parts} parts: {cost.seconds:.1f} s, "
            f"{cost.statements} statements, {cost.by_part:.0f} for each {PART:,}; peak {cost.peak_megabytes:.1f} MB"
        )
    further = (many.statements - few.statements) / ((many.rows + many.contents - few.rows - few.contents) / PART)
    print(f"each further {PART:,}: {further:.0f} statements")
    assert further <= MOST_STATEMENTS
    assert many.by_part <= few.by_part
    assert many.peak_megabytes - few.peak_megabytes <= MOST_GROWTH
