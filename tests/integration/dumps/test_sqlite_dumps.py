"""A copy of a SQLite file brings everything back."""

import gzip
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import Engine

from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.migrations import schema_version
from sunwi.adapters.sql.dumps.sqlite_dumps import SqliteDumps
from sunwi.adapters.sql.store import SqlStore
from sunwi.errors import Conflict, Permanent, SunwiError
from tests.backup.database_sums import sums_of
from tests.backup.fill_database import fill
from tests.examples import NIGHT


def on_bytes(_done: int) -> None:
    """Go on."""


@pytest.fixture
def dumps(sqlite_engine: Engine) -> SqliteDumps:
    fill(sqlite_engine)
    return SqliteDumps(sqlite_engine)


def read_all(dumps: SqliteDumps, size: int = 1000) -> bytes:
    with dumps.dump(on_bytes) as stream:
        return b"".join(iter(lambda: stream.read(size), b""))


def test_everything_comes_back_in_another_file(dumps: SqliteDumps, sqlite_engine: Engine, tmp_path: Path) -> None:
    data = read_all(dumps)
    assert gzip.decompress(data).startswith(b"SQLite format 3")
    dumps.restore(BytesIO(data), "copy", on_bytes, approve=lambda: None)
    engine = create_store_engine(f"sqlite:///{tmp_path / 'copy.db'}")
    assert sums_of(engine) == sums_of(sqlite_engine)
    engine.dispose()
    target = dumps.target("copy")
    assert (target.is_empty, target.schema_revision) == (False, schema_version(sqlite_engine).current)


def test_a_copy_is_made_while_others_write(dumps: SqliteDumps, sqlite_engine: Engine) -> None:
    with SqlStore(sqlite_engine).begin() as tx:
        tx.workers.delete_silent(NIGHT, 10)
        assert dumps.inspect(BytesIO(read_all(dumps)), on_bytes).tables > 20


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _data: b"",
        lambda _data: b"<html>",
        lambda data: data[: len(data) // 2],
        lambda _data: gzip.compress(b"no database" * 1000),
    ],
    ids=["empty", "something else", "cut", "another file"],
)
def test_nothing_is_kept_of_what_is_no_copy(
    dumps: SqliteDumps, tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    spoilt = spoil(read_all(dumps))
    with pytest.raises(Permanent) as raised:
        dumps.inspect(BytesIO(spoilt), on_bytes)
    assert raised.value.code == "dump_unreadable"
    with pytest.raises(SunwiError):
        dumps.restore(BytesIO(spoilt), "copy", on_bytes, approve=lambda: None)
    assert {path.name for path in tmp_path.iterdir()} <= {"sunwi.db", "sunwi.db-wal", "sunwi.db-shm"}


def test_nothing_is_kept_of_what_is_not_approved(dumps: SqliteDumps, tmp_path: Path) -> None:
    def refuse() -> None:
        raise Permanent("no")

    with pytest.raises(Permanent, match="no"):
        dumps.restore(BytesIO(read_all(dumps)), "copy", on_bytes, approve=refuse)
    assert not (tmp_path / "copy.db").exists()


def test_a_database_is_not_restored_into_itself(dumps: SqliteDumps) -> None:
    with pytest.raises(Conflict):
        dumps.target("sunwi")
    assert dumps.target("copy").is_empty
