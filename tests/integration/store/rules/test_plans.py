import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import product
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.actor import SYSTEM
from sunwi.domain.run import TaskState
from sunwi.domain.tracking import Kind, Surface, TrackingStatus
from sunwi.domain.tracking_list import (
    ALL_TRACKINGS,
    ListOrder,
    ListPosition,
    ListQuery,
    TrackingFilter,
    TrackingSort,
)
from sunwi.domain.tracking_state import Standing
from sunwi.service.ports.outside import Transaction
from tests.examples import DAY, HOUR, NIGHT, new_run, page_key, place_tracking

RUN = "scheduled-20260102"

#: What a night asks again and again → the indexes of which a planner may choose one, by its statistics.
HOT_QUERIES: list[tuple[set[str], Callable[[Transaction], object]]] = [
    ({"ix_task_unsent"}, lambda tx: tx.tasks.lock_unsent(RUN, 1000)),
    ({"pk_task"}, lambda tx: tx.tasks.lock(RUN, 7, message_id="m1")),
    ({"uq_attempt"}, lambda tx: tx.tasks.lock(RUN, 7, message_id="m1")),
    ({"ix_task_state", "pk_task"}, lambda tx: tx.tasks.list_reasons(RUN, [TaskState.FAILED, TaskState.EXPIRED])),
    ({"ix_task_state", "pk_task"}, lambda tx: tx.failures.unmeasured(RUN, [TaskState.FAILED, TaskState.EXPIRED])),
    ({"ix_task_tracking", "pk_task"}, lambda tx: tx.tasks.cancel_open(7, at=NIGHT, reason="paused")),
    ({"ix_page_reading_page"}, lambda tx: tx.readings.find(RUN, page_key("다른 말"), since=NIGHT)),
    ({"ix_page_reading_fetched"}, lambda tx: tx.readings.mean_load_seconds(NIGHT + HOUR)),
    ({"pk_rank_history"}, lambda tx: tx.ledger.get(7, DAY)),
    ({"pk_rank_history"}, lambda tx: tx.ledger.last(7)),
    ({"ix_rank_history_exposed"}, lambda tx: tx.ledger.count_exposed(7, 1)),
    ({"ix_run_started"}, lambda tx: tx.runs.list(10)),
    ({"ix_run_open"}, lambda tx: tx.runs.list_open()),
    ({"ix_attempt_finished"}, lambda tx: tx.attempts.find_failure(RUN, page_key("말 7"), since=NIGHT, number=1)),
    ({"ix_page_reading_page"}, lambda tx: tx.readings.count_refusals(RUN, page_key("말 7"))),
]

#: SQLite names a primary key's own index this way.
SQLITE_NAMES = {
    "pk_task": "sqlite_autoindex_task_1",
    "pk_rank_history": "sqlite_autoindex_rank_history_1",
    "uq_attempt": "sqlite_autoindex_attempt_1",
}

#: Enough rows of a year and of tonight for a planner to prefer an index, written in SQL for speed; `n` counts them.
FILL = [
    """INSERT INTO run (id, kind, status, business_date, started_at, deadline, expected, generation, closed_at)
    SELECT 'run-' || n, 'SCHEDULED', 'CLOSED', '2025-01-01', :at, :at, 0, 0, :at FROM n""",
    """INSERT INTO task (run_id, tracking_id, position, state, sent_at, decided_at, is_exposed)
    SELECT 'run-' || (n - n / 300 * 300), 1 + n / 300, n, 'SUCCEEDED', :at, :at, true FROM n""",
    """INSERT INTO attempt (run_id, tracking_id, message_id, number, started_at, page_loads, is_permanent)
    SELECT run_id, tracking_id, 'm' || position, 1, :at, 1, false FROM task WHERE run_id <> :run""",
    """INSERT INTO page_reading (run_id, surface, device, keyword, location, fetched_at, load_seconds, pages, status,
    final_url, parser_version, verdict, is_second_look, content)
    SELECT 'run-' || (n - n / 300 * 300), 'integrated', 'pc', '말 ' || n, '', :at, 1, 1, 200, '', 't', 'recognised',
    false, '{}' FROM n""",
    """INSERT INTO page_reading (run_id, surface, device, keyword, location, fetched_at, load_seconds, pages, status,
    final_url, parser_version, verdict, is_second_look, content)
    SELECT :run, 'integrated', 'pc', '말 ' || n, '', :night, 1, 1, 200, '', 't', 'recognised', false, '{}' FROM n""",
    """INSERT INTO observation (tracking_id, run_id, page_reading_id, fetched_at, depth, block_absent)
    SELECT 1, run_id, id, :at, 0, false FROM page_reading""",
]
NUMBERS = "WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 2999) "


def fill(engine: Engine) -> None:
    store = SqlStore(engine)
    with store.begin() as tx:
        tx.trackings.add([place_tracking(number) for number in range(1000)], at=NIGHT)
        tx.runs.add(new_run(), None)
        tx.tasks.mark_sent(RUN, range(1, 991), at=NIGHT)
    long_ago = NIGHT - timedelta(days=30)
    values = {"at": long_ago.replace(tzinfo=None), "night": NIGHT.replace(tzinfo=None), "run": RUN}
    is_sqlite = engine.dialect.name == "sqlite"
    day = "date('2026-01-01', (n - n / 30 * 30) || ' days')" if is_sqlite else "DATE '2026-01-01' + n - n / 30 * 30"
    columns = "tracking_id, date, session_number, rank, area, page_rank, depth, looks, observation_id"
    days = f"1 + n / 30, {day}, 1 + n - n / 30 * 30, n, 'a', 1, 1, 1, 1"
    history = f"INSERT INTO rank_history ({columns}) SELECT {days} FROM n"  # noqa: S608 - of our own
    with engine.begin() as connection:
        for statement in [*FILL, history]:
            insert, _, select = statement.partition("SELECT")
            used = {name: values[name] for name in values if f":{name}" in statement}
            connection.execute(text(f"{insert}{NUMBERS}SELECT{select}"), used)
        connection.execute(text("ANALYZE"))


def plans_of(engine: Engine, ask: Callable[[Transaction], object]) -> str:
    asked: list[tuple[str, Any]] = []
    event.listen(engine, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))
    with SqlStore(engine).begin() as tx:
        ask(tx)
    prefix = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    with engine.begin() as connection:
        statements = [(sql, values) for sql, values in asked if not sql.startswith(("BEGIN", "SET"))]
        rows = [row for sql, values in statements for row in connection.exec_driver_sql(prefix + sql, values)]
    return "\n".join(str(row) for row in rows)


@pytest.mark.parametrize("database", ["sqlite_engine", "postgres_engine"])
def test_what_a_night_asks_again_and_again_is_answered_by_an_index(
    database: str, request: pytest.FixtureRequest
) -> None:
    engine: Engine = request.getfixturevalue(database)
    fill(engine)
    for indexes, ask in HOT_QUERIES:
        plans = plans_of(engine, ask)
        names = {SQLITE_NAMES.get(name, name) for name in indexes} if engine.dialect.name == "sqlite" else indexes
        assert any(name in plans for name in names), f"none of {indexes} is used:\n{plans}"
        for table in ("task", "attempt", "page_reading", "rank_history"):
            assert f"Seq Scan on {table}" not in plans
            assert f"SCAN {table}'" not in plans


#: Every filter of a list, and some of them together.
LISTED = [
    ALL_TRACKINGS,
    TrackingFilter(client_id=1),
    TrackingFilter(agency_id=1),
    TrackingFilter(kind=Kind.PLACE),
    TrackingFilter(surface=Surface.INTEGRATED),
    TrackingFilter(area="place_block"),
    TrackingFilter(tag="중요"),
    TrackingFilter(text="맛집"),
    TrackingFilter(keyword="맛집", client="식당", agency="마케팅"),
    *(TrackingFilter(status=status) for status in TrackingStatus),
    *(TrackingFilter(standing=standing) for standing in Standing),
    TrackingFilter(standing=Standing.EXPOSED, text="맛집", tag="중요", kind=Kind.PLACE),
]
#: The order of a whole list → the index along which it is walked; SQLite walks a table in the order of its ids.
WALKED = {
    TrackingSort.ID: {"pk_tracking", "USING INTEGER PRIMARY KEY", "SCAN tracking"},
    TrackingSort.KEYWORD: {"ix_tracking_keyword"},
    TrackingSort.RANK: {"ix_tracking_state_rank"},
    TrackingSort.DAYS_LEFT: {"ix_tracking_state_days_left"},
    TrackingSort.FINISH: {"ix_tracking_state_finish"},
    TrackingSort.MEASURED: {"ix_tracking_state_measured"},
}
AFTER: dict[TrackingSort, ListPosition] = {
    **dict.fromkeys(TrackingSort, ListPosition(500, 500)),
    TrackingSort.KEYWORD: ListPosition("말", 500),
    TrackingSort.MEASURED: ListPosition(DAY, 500),
}


def _page(query: ListQuery, tx: Transaction) -> object:
    return tx.lists.page(query)


@pytest.mark.parametrize("database", ["sqlite_engine", "postgres_engine"])
def test_lists_read_neither_ledger_nor_tasks_nor_observations(database: str, request: pytest.FixtureRequest) -> None:
    engine: Engine = request.getfixturevalue(database)
    fill(engine)
    with SqlStore(engine).begin() as tx:
        tx.states.recount(range(1, 1001))
    for sort, wanted, is_descending in product(TrackingSort, LISTED, (False, True)):
        for after in (None, AFTER[sort]):
            query = ListQuery(actor=SYSTEM, wanted=wanted, order=ListOrder(sort, is_descending), limit=50, after=after)
            plans = plans_of(engine, partial(_page, query))
            for table in ("rank_history", "task", "observation", "attempt", "page_reading", "run"):
                assert not re.search(rf"\b(on|SCAN|SEARCH) {table}\b", plans), f"{query}:\n{plans}"
            if wanted is ALL_TRACKINGS:
                assert any(index in plans for index in WALKED[sort]), f"{query}:\n{plans}"
