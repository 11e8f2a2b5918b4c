import signal
from pathlib import Path

import pytest
from sqlalchemy import Engine

from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.store import SqlStore, SqlTransaction
from sunwi.domain.run import RunStatus
from sunwi.service.runs.send_tasks import SEND_CHUNK
from tests.dispatchers import FileQueue, FileStateMachine, KillPoint, start_dispatcher, wait_for_dispatchers
from tests.examples import NIGHT, new_run, place_tracking
from tests.integration.store.rules.test_concurrency import wait_until_somebody_waits_for_a_lock

RUN = "scheduled-20260102"
KILLED = -signal.SIGKILL
TASKS = 4 * SEND_CHUNK + 3


@pytest.fixture
def url(engine: Engine) -> str:
    """A database of so many active trackings, as other processes reach it."""
    with SqlStore(engine).begin() as tx:
        tx.trackings.add([place_tracking(number) for number in range(TASKS)], at=NIGHT)
    return engine.url.render_as_string(hide_password=False)


def status(engine: Engine) -> RunStatus | None:
    with SqlStore(engine).read() as tx:
        run = tx.runs.get(RUN)
    return None if run is None else run.status


@pytest.mark.parametrize(
    ("kill_at", "messages"),
    [
        (KillPoint.BEFORE_SEND, (0, TASKS)),
        (KillPoint.BETWEEN_CHUNKS, (SEND_CHUNK, TASKS)),
        (KillPoint.AFTER_SEND, (2 * SEND_CHUNK, TASKS + SEND_CHUNK)),
        (KillPoint.BEFORE_START, (TASKS, TASKS)),
    ],
)
def test_a_killed_dispatcher_is_made_up_for_by_the_next_and_only_what_was_on_its_way_is_sent_twice(
    engine: Engine, url: str, tmp_path: Path, kill_at: KillPoint, messages: tuple[int, int]
) -> None:
    queue, machine = FileQueue(tmp_path), FileStateMachine(tmp_path)
    assert wait_for_dispatchers(start_dispatcher(url, tmp_path, kill_at)) == [KILLED]
    assert (queue.sent().total(), machine.started(), status(engine)) == (messages[0], [], RunStatus.DISPATCHING)
    assert wait_for_dispatchers(start_dispatcher(url, tmp_path)) == [0]
    assert set(queue.sent()) == set(range(1, TASKS + 1))
    assert queue.sent().total() == messages[1]
    assert (machine.started(), status(engine)) == ([f"{RUN}-0"], RunStatus.RUNNING)


def test_three_dispatchers_at_once_send_each_message_once(engine: Engine, url: str, tmp_path: Path) -> None:
    processes = [start_dispatcher(url, tmp_path) for _ in range(3)]
    assert wait_for_dispatchers(*processes) == [0, 0, 0]
    assert FileQueue(tmp_path).sent() == dict.fromkeys(range(1, TASKS + 1), 1)
    assert (FileStateMachine(tmp_path).started(), status(engine)) == ([f"{RUN}-0"], RunStatus.RUNNING)


def test_what_one_of_three_dispatchers_takes_with_it_is_sent_by_the_others(
    engine: Engine, url: str, tmp_path: Path
) -> None:
    processes = [start_dispatcher(url, tmp_path, kill_at) for kill_at in (KillPoint.BEFORE_SEND, None, None)]
    assert sorted(wait_for_dispatchers(*processes))[-2:] == [0, 0]
    assert FileQueue(tmp_path).sent() == dict.fromkeys(range(1, TASKS + 1), 1)
    assert status(engine) is RunStatus.RUNNING


def test_a_dispatcher_waits_for_what_another_is_sending_and_sends_it_if_that_one_dies(
    postgres_engine: Engine, tmp_path: Path
) -> None:
    store = SqlStore(postgres_engine)
    with store.begin() as tx:
        tx.trackings.add([place_tracking(number) for number in range(5)], at=NIGHT)
        tx.runs.add(new_run(), None)
    url = postgres_engine.url.render_as_string(hide_password=False)
    other = create_store_engine(url)
    with other.connect() as dying:
        assert list(SqlTransaction(dying).tasks.lock_unsent(RUN, 2)) == [1, 2]
        process = start_dispatcher(url, tmp_path)
        wait_until_somebody_waits_for_a_lock(postgres_engine)
        assert set(FileQueue(tmp_path).sent()) == {3, 4, 5}
        dying.invalidate()
    other.dispose()
    assert wait_for_dispatchers(process) == [0]
    assert FileQueue(tmp_path).sent() == dict.fromkeys(range(1, 6), 1)
