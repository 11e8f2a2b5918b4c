"""After each handler, whatever came of it, its connection stands idle and holds nothing."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from sqlalchemy import text

from sunwi.adapters.sql.store import SqlStore
from sunwi.bootstrap.command_line import CommandContainer
from sunwi.domain.canary import CanaryState
from sunwi.domain.channel import ChannelKind
from sunwi.domain.notice import NoticeKind
from sunwi.errors import SunwiError
from sunwi.settings import Settings, load_settings
from sunwi.testing import (
    CannedPageLoader,
    InMemoryAlarmChannel,
    InMemoryCrawlQueue,
    InMemoryMessageCounts,
    InMemoryStateMachine,
    ManualClock,
)
from sunwi.testing.jobs import InMemoryJobExecutions, InMemoryJobFiles, InMemoryTender, InMemoryWorkerProcess
from sunwi.testing.notices import InMemoryChannelSender, InMemoryNoticeQueue
from tests.examples import NIGHT, new_run, place_tracking, recognised, served_page
from tests.injection import Injection
from tests.integration.faults.handler_cases import HANDLED, HELD, NOTHING_OVERDUE, REFUSED, RUN
from tests.integration.faults.invoked import Case
from tests.notice_world import new_channel, new_notice
from tests.parts import replace_parts

FUNCTIONS = Path(__file__).parents[3] / "functions"
DISK_FULL = "53100"


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
    monkeypatch.setattr("sunwi.bootstrap.adapters._known", {})
    monkeypatch.setattr("sunwi.sites.naver.surface_reading.read_page", lambda *_: recognised("101"))
    load_settings.cache_clear()
    built = CommandContainer.bootstrap()
    clock = ManualClock(NIGHT)
    loader = CannedPageLoader(clock, lambda _: served_page())
    replace_parts(
        built,
        clock=clock,
        sleep=lambda seconds: clock.advance(seconds=seconds),
        queue=InMemoryCrawlQueue(),
        state_machine=InMemoryStateMachine(),
        loader=loader,
        environment_usage=NothingToReport(),
        alarms=InMemoryAlarmChannel(),
        message_counts=InMemoryMessageCounts(),
        job_executions=InMemoryJobExecutions(),
        job_files=InMemoryJobFiles(),
        tender=InMemoryTender(),
        worker_process=InMemoryWorkerProcess(),
        senders={ChannelKind.EMAIL: InMemoryChannelSender(clock)},
        notice_queue=InMemoryNoticeQueue(),
        notice_alarms=InMemoryAlarmChannel(),
    )
    with built.adapters.store.begin() as tx:
        tx.trackings.add([place_tracking(101), place_tracking(102)], at=NIGHT)
        tx.channels.add(new_channel(kind=ChannelKind.EMAIL, address="ops@a.co.kr"), at=NIGHT)
        tx.notices.post([new_notice(kind=NoticeKind.OVERDUE, content=NOTHING_OVERDUE)], at=NIGHT)
        assert len(tx.notices.queue_due(NIGHT, limit=1, of_channel=1)) == 1
    yield built
    built.adapters.engine.dispose()
    load_settings.cache_clear()


@pytest.fixture
def run(container: CommandContainer) -> str:
    with container.adapters.store.begin() as tx:
        tx.runs.add(new_run(), None)
        held = new_run(HELD, at=NIGHT + timedelta(days=1))
        held = replace(held, canary=CanaryState.HELD, held_until=held.started_at + timedelta(minutes=30))
        tx.runs.add(held, None)
    return RUN


def states(watcher: SqlStore) -> set[str]:
    """Return what every other connection to the database is doing."""
    with watcher.read() as tx:
        rows = tx.connection.execute(
            text("SELECT state FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
        )
        return set(rows.scalars())


def test_every_handler_is_in_the_table() -> None:
    assert set(HANDLED) == {path.parent.name for path in FUNCTIONS.glob("*/handler.py")}
    # A current schema's migrator writes nothing; what stops it is among its own cases.
    assert {function for function, _, _ in REFUSED} == set(HANDLED) - {"migrator"}


@pytest.mark.usefixtures("run")
@pytest.mark.parametrize(
    ("function", "handled"),
    [
        pytest.param(function, case, id=f"{function}-{case.__name__}")
        for function, cases in HANDLED.items()
        for case in cases
    ],
)
def test_no_transaction_is_left_at_a_handlers_end(
    container: CommandContainer, open_store: Callable[[], SqlStore], function: str, handled: Case
) -> None:
    watcher = open_store()
    with suppress(SunwiError):
        handled(container)
    assert structlog.contextvars.get_contextvars()["function"] == function
    assert states(watcher) == {"idle"}


@pytest.mark.usefixtures("run")
@pytest.mark.parametrize("at_commit", [False, True], ids=["at the statement", "at the commit"])
@pytest.mark.parametrize("refused", REFUSED, ids=lambda refused: f"{refused[1].__name__}-{refused[2]}")
def test_no_transaction_is_left_when_the_database_refuses_a_write(
    container: CommandContainer, injection: Injection, refused: tuple[str, Case, str], *, at_commit: bool
) -> None:
    function, handled, table = refused
    injection.refuse(table, DISK_FULL, at_commit=at_commit)
    with suppress(SunwiError):
        handled(container)
    assert injection.has_struck
    assert structlog.contextvars.get_contextvars()["function"] == function
    assert states(SqlStore(injection.engine)) == {"idle"}


def test_the_watcher_sees_a_transaction_that_is_left(
    container: CommandContainer, open_store: Callable[[], SqlStore]
) -> None:
    with container.adapters.store.begin() as tx:
        tx.trackings.list()
        assert states(open_store()) == {"idle in transaction"}
