import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, event, inspect

from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.migrations import MIGRATIONS, upgrade_schema
from sunwi.adapters.sql.store import SqlStore, stored_pace
from sunwi.domain.pace import NoTurn, Turn
from tests.examples import NIGHT, place_tracking, recognised
from tests.night import Night

SECOND = timedelta(seconds=1)
PROCESS = Path(__file__).with_name("pace_process.py")
PATIENCE = 60


def reserve(store: SqlStore, site: str = "naver", *, after: float = 0, max_wait: float | None = None) -> Turn | NoTurn:
    wait = None if max_wait is None else max_wait * SECOND
    with stored_pace(store) as sites:
        return sites.reserve(site, at=NIGHT + after * SECOND, pause=2 * SECOND, max_wait=wait)


def test_loads_of_a_site_are_reserved_one_after_the_other(store: SqlStore) -> None:
    assert [reserve(store) for _ in range(3)] == [Turn(NIGHT + n * SECOND) for n in (0, 2, 4)]
    assert reserve(store, after=60) == Turn(NIGHT + 60 * SECOND)


def test_each_site_has_a_pace_of_its_own(store: SqlStore) -> None:
    assert [reserve(store, site) for site in ("naver", "other")] == [Turn(NIGHT)] * 2


def test_a_turn_that_comes_too_late_is_refused_and_left_to_others(store: SqlStore) -> None:
    reserve(store)
    assert reserve(store, max_wait=1.9) == NoTurn(NIGHT + 2 * SECOND)
    assert reserve(store, max_wait=2) == Turn(NIGHT + 2 * SECOND)


def test_a_load_holds_the_next_one_back_and_never_brings_it_forward(store: SqlStore) -> None:
    with stored_pace(store) as sites:
        sites.hold_until("naver", NIGHT + 30 * SECOND)
        sites.hold_until("naver", NIGHT)
    assert reserve(store) == Turn(NIGHT + 30 * SECOND)


def test_a_reservation_that_is_rolled_back_is_free_again(store: SqlStore) -> None:
    with suppress(KeyError), stored_pace(store) as sites:
        sites.reserve("naver", at=NIGHT, pause=2 * SECOND, max_wait=None)
        raise KeyError
    assert reserve(store) == Turn(NIGHT)


def test_threads_on_engines_of_their_own_never_share_a_turn(engine: Engine) -> None:
    url = engine.url.render_as_string(hide_password=False)

    def take(_: int) -> list[Turn | NoTurn]:
        own = create_store_engine(url)
        try:
            return [reserve(SqlStore(own)) for _ in range(10)]
        finally:
            own.dispose()

    with ThreadPoolExecutor(3) as pool:
        turns = [turn.starts_at for turns in pool.map(take, range(3)) for turn in turns if isinstance(turn, Turn)]
    assert sorted(turns) == [NIGHT + 2 * n * SECOND for n in range(30)]


def test_two_processes_keep_the_pause_between_their_loads(engine: Engine) -> None:
    """The gaps are those between what was reserved: nobody sleeps for them."""
    url, delay, turns = engine.url.render_as_string(hide_password=False), 4.0, 12
    script = [sys.executable, str(PROCESS), url, str(turns), str(delay)]
    with started(script) as first, started(script) as second, ThreadPoolExecutor(2) as pool:
        own = list(pool.map(turns_of, (first, second)))
    assert [len(each) for each in own] == [turns, turns]
    gaps = [(later - earlier) / 1e6 for earlier, later in pairwise(sorted(own[0] + own[1]))]
    assert min(gaps) >= 0.75 * delay - 1e-3
    assert max(gaps) <= 1.25 * delay + 1e-3


@contextmanager
def started(script: list[str]) -> Iterator[subprocess.Popen[str]]:
    """A process that is ready to begin."""
    process = subprocess.Popen(script, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - ours
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def turns_of(process: subprocess.Popen[str]) -> list[float]:
    """Let a process begin, and read what it reserved, in microseconds since 1970."""
    return [float(line) for line in process.communicate("go\n", PATIENCE)[0].split()]


@pytest.mark.parametrize(("delay", "expected"), [(0, 0), (2, 2)])
def test_a_look_reserves_its_page_with_the_attempt_and_no_pause_costs_no_statement(
    store: SqlStore, engine: Engine, monkeypatch: pytest.MonkeyPatch, delay: float, expected: int
) -> None:
    night = Night(store, delay=delay * SECOND)
    monkeypatch.setattr("sunwi.sites.naver.surface_reading.read_page", night.read_page)
    night.show(recognised("101"))
    night.start(place_tracking())
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *seen: statements.append(seen[2]))
    assert night.deliver() is not None
    assert sum("site_pace" in statement for statement in statements) == expected
    in_order = [statement for statement in statements if "site_pace" in statement or "INTO attempt" in statement]
    assert "INTO attempt" in in_order[0]


def test_the_migration_goes_down_and_up_again(engine: Engine) -> None:
    reserve(SqlStore(engine))
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, str(scripts.get_revision("0011").down_revision))
    assert "site_pace" not in inspect(engine).get_table_names()
    upgrade_schema(engine)
    assert reserve(SqlStore(engine)) == Turn(NIGHT)
