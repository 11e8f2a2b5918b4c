"""After each handler, whatever came of it, its connection stands idle and holds nothing."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import text

from crawler.handler import handler as crawl
from dispatcher.handler import handler as dispatch
from migrator.handler import handler as migrate
from run_monitor.handler import handler as monitor
from sunwi.adapters.sql_store import SqlStore
from sunwi.bootstrap.commands import CommandContainer
from sunwi.domain.task import message_body
from sunwi.domain.tracking import PageKey
from sunwi.errors import LayoutUnknown, SunwiError
from sunwi.settings import Settings, load_settings
from sunwi.testing import CannedPageLoader, InMemoryCrawlQueue, InMemoryStateMachine, ManualClock
from tests.examples import CRAWL_QUEUE_ARN, NIGHT, new_run, place_tracking, recognised, served_page

RUN = "scheduled-20260102"


class Context:
    aws_request_id = "0a1b2c3d-0000"

    def get_remaining_time_in_millis(self) -> int:
        return 60_000


class NothingToReport:
    """In place of a browser's figures."""

    def measure(self, **_: object) -> dict[str, float]:
        return {"PagesOpened": 1}


@pytest.fixture
def container(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandContainer]:
    """The container that the functions find: PostgreSQL for real, everything else faked."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("DATABASE_URL", postgres_url)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-2")
    monkeypatch.setattr("sunwi.bootstrap.adapters._containers", {})
    monkeypatch.setattr("sunwi.naver.surface_reading.read_page", lambda *_: recognised("101"))
    load_settings.cache_clear()
    built = CommandContainer.bootstrap()
    clock = ManualClock(NIGHT)
    loader = CannedPageLoader(clock, lambda _: served_page())
    built.__dict__.update(
        clock=clock,
        queue=InMemoryCrawlQueue(),
        state_machine=InMemoryStateMachine(),
        loader=loader,
        warm_life=NothingToReport(),
    )
    with built.store.begin() as tx:
        tx.trackings.add([place_tracking(101), place_tracking(102)], at=NIGHT)
    yield built
    built.engine.dispose()
    load_settings.cache_clear()


@pytest.fixture
def run(container: CommandContainer) -> str:
    with container.store.begin() as tx:
        tx.runs.add(new_run(), None)
    return RUN


def crawl_one(body: str) -> dict[str, Any]:
    record = {
        "messageId": "m1",
        "receiptHandle": "handle-m1",
        "body": body,
        "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": str(int(NIGHT.timestamp() * 1000))},
        "eventSource": "aws:sqs",
        "eventSourceARN": CRAWL_QUEUE_ARN,
    }
    return crawl({"Records": [record]}, Context())


def states(watcher: SqlStore) -> set[str]:
    """Give what every other connection to the database is doing."""
    with watcher.read() as tx:
        rows = tx.connection.execute(
            text("SELECT state FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
        )
        return set(rows.scalars())


def scheduled(_: CommandContainer) -> None:
    dispatch({"source": "aws.events", "detail-type": "Scheduled Event", "time": "2026-01-01T16:00:00Z"}, Context())


def refused_by_the_queue(container: CommandContainer) -> None:
    container.queue.refused.add(1)  # type: ignore[attr-defined]  # the fake's
    scheduled(container)


def stale(_: CommandContainer) -> None:
    dispatch({"source": "aws.events", "detail-type": "Scheduled Event", "time": "2025-12-01T16:00:00Z"}, Context())


def unknown_trackings(_: CommandContainer) -> None:
    dispatch({"kind": "ON_DEMAND", "tracking_ids": [999]}, Context())


def measured(_: CommandContainer) -> None:
    assert crawl_one(message_body(RUN, 1)) == {"batchItemFailures": []}


def not_readable(container: CommandContainer) -> None:
    def refuse(_: PageKey) -> Any:
        raise LayoutUnknown("another layout")

    container.loader.serve = refuse  # type: ignore[attr-defined]  # the fake's
    assert crawl_one(message_body(RUN, 1)) != {"batchItemFailures": []}


def poisoned(_: CommandContainer) -> None:
    assert crawl_one("{") != {"batchItemFailures": []}


def of_no_run(_: CommandContainer) -> None:
    assert crawl_one(message_body("scheduled-19990101", 1)) != {"batchItemFailures": []}


def checked(_: CommandContainer) -> None:
    monitor({"action": "check", "run_id": RUN}, Context())


def summarised(_: CommandContainer) -> None:
    monitor({"action": "summarise", "run_id": RUN}, Context())


def failed(_: CommandContainer) -> None:
    monitor({"action": "fail", "run_id": RUN, "error": "States.Timeout"}, Context())


def checked_in_vain(_: CommandContainer) -> None:
    monitor({"action": "check", "run_id": "scheduled-19990101"}, Context())


def migrated(_: CommandContainer) -> None:
    migrate({}, Context())


@pytest.mark.usefixtures("run")
@pytest.mark.parametrize(
    "handled",
    [
        scheduled,
        refused_by_the_queue,
        stale,
        unknown_trackings,
        measured,
        not_readable,
        poisoned,
        of_no_run,
        checked,
        summarised,
        failed,
        checked_in_vain,
        migrated,
    ],
    ids=lambda handled: handled.__name__,
)
def test_no_transaction_is_left_at_a_handlers_end(
    container: CommandContainer, open_store: Callable[[], SqlStore], handled: Callable[[CommandContainer], None]
) -> None:
    watcher = open_store()
    with suppress(SunwiError):
        handled(container)
    assert states(watcher) == {"idle"}


def test_the_watcher_sees_a_transaction_that_is_left(
    container: CommandContainer, open_store: Callable[[], SqlStore]
) -> None:
    with container.store.begin() as tx:
        tx.trackings.list()
        assert states(open_store()) == {"idle in transaction"}
