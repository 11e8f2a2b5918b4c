"""A warm function, and a server that restarts, dies, only reads, or hands over to another."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine, text

from infra.local.postgres import PostgresServer, running_postgres, running_standby
from infra.local.stack import wait_for
from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.migrations import upgrade_schema
from sunwi.adapters.sql.store import SqlStore
from sunwi.errors import StoreUnavailable
from tests.examples import place_tracking, recognised
from tests.integration.faults.endpoint import Endpoint
from tests.night import Night


@dataclass
class Cluster:
    """A writer, a reader that follows it, and the address of whoever writes."""

    writer: PostgresServer
    reader: PostgresServer
    endpoint: Endpoint

    def fail_over(self) -> None:
        self.reader.promote()
        self.endpoint.point_to(self.reader.port)


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with running_postgres() as writer:
        engine = create_store_engine(writer.url())
        upgrade_schema(engine)
        engine.dispose()
        with running_standby(writer) as reader, Endpoint(writer.port) as endpoint:
            yield Cluster(writer, reader, endpoint)


@pytest.fixture
def warm(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[Night]:
    """A night whose functions have used the database already."""
    url = cluster.writer.url().replace(f":{cluster.writer.port}/", f":{cluster.endpoint.port}/")
    engine = create_store_engine(url)
    night = Night(SqlStore(engine))
    monkeypatch.setattr("sunwi.sites.naver.surface_reading.read_page", night.read_page)
    night.start(place_tracking(101), place_tracking(102))
    night.show(recognised("101", "102"))
    yield night
    engine.dispose()


def wait_until_copied(cluster: Cluster) -> None:
    """Wait until the reader has all that the writer has."""
    writer = create_store_engine(cluster.writer.url())
    with writer.connect() as connection:
        position = connection.execute(text("SELECT pg_current_wal_lsn()")).scalar_one()
    writer.dispose()
    reader = create_store_engine(cluster.reader.url())

    def has_it() -> bool:
        with reader.connect() as connection:
            return bool(
                connection.execute(
                    text("SELECT pg_last_wal_replay_lsn() >= CAST(:position AS pg_lsn)"), {"position": position}
                ).scalar_one()
            )

    wait_for("copy of the writer", has_it)
    reader.dispose()


def server_of(engine: Engine) -> int:
    """Return the port of the server behind the address."""
    with engine.connect() as connection:
        return int(connection.execute(text("SHOW port")).scalar_one())


def test_a_server_that_was_restarted_meanwhile_is_not_noticed(warm: Night, cluster: Cluster) -> None:
    assert warm.deliver(1, "m1") is not None
    cluster.writer.stop()
    cluster.writer.start()
    assert warm.deliver(2, "m2") is not None
    assert warm.queue.postponed == []
    assert warm.counts().succeeded == 2


def test_while_a_server_is_away_messages_are_postponed_and_then_measured(warm: Night, cluster: Cluster) -> None:
    cluster.writer.stop()
    for message_id in ("m1", "m1"):
        with pytest.raises(StoreUnavailable):
            warm.deliver(1, message_id)
    assert warm.queue.postponed == [("m1", 300)] * 2
    cluster.writer.start()
    measured = warm.deliver(1, "m1")
    assert measured is not None
    assert warm.task().attempts_used == 1


def test_the_function_follows_its_cluster_to_the_new_writer(warm: Night, cluster: Cluster) -> None:
    assert warm.deliver(1, "m1") is not None
    wait_until_copied(cluster)
    cluster.writer.stop()
    cluster.fail_over()
    assert warm.deliver(2, "m2") is not None
    assert server_of(warm.sql.engine) == cluster.reader.port
    assert [row.rank for number in (1, 2) for row in warm.history(number)] == [1, 2]


def test_a_connection_to_a_server_that_only_reads_is_not_kept(warm: Night, cluster: Cluster) -> None:
    """As after a failover whose old writer lives on as a reader: it answers, so nothing else would drop it."""
    wait_until_copied(cluster)
    warm.sql.engine.dispose()
    cluster.endpoint.point_to(cluster.reader.port)
    with pytest.raises(StoreUnavailable, match="it takes no writes: a failover is under way"):
        warm.deliver(1, "m1")
    assert warm.queue.postponed == [("m1", 300)]
    cluster.endpoint.point_to(cluster.writer.port)
    assert warm.deliver(1, "m1") is not None
    assert server_of(warm.sql.engine) == cluster.writer.port


def test_a_reader_that_is_promoted_under_the_function_is_written_to(warm: Night, cluster: Cluster) -> None:
    wait_until_copied(cluster)
    warm.sql.engine.dispose()
    cluster.endpoint.point_to(cluster.reader.port)
    with pytest.raises(StoreUnavailable):
        warm.deliver(1, "m1")
    cluster.writer.stop()
    cluster.reader.promote()
    assert warm.deliver(1, "m1") is not None
    assert warm.counts().succeeded == 1
