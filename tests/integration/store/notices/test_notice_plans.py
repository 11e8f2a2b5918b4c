"""What the tender and the notifier ask again and again is answered by an index, however much has been told."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, text

from sunwi.adapters.sql.store import SqlStore
from sunwi.adapters.sql.tables import NoticeRow
from sunwi.domain.actor import SYSTEM
from sunwi.domain.notice import NoticeState
from sunwi.domain.notice_list import NoticeFilter, NoticeQuery
from sunwi.domain.stored_notice import NoticeKey
from sunwi.service.ports.outside import Transaction
from tests.notice_world import NOON, NoticeWorld, add_owners, new_channel

TOLD, WAITING = 6_000, 300
KEY = NoticeKey("t00001", 1)

ASKED: list[tuple[str, Callable[[Transaction], object]]] = [
    ("ix_notice_waiting", lambda tx: tx.notices.queue_due(NOON, limit=100, of_channel=60)),
    ("ix_notice_queued", lambda tx: tx.notices.queue_again(NOON, queued_before=NOON, limit=100)),
    ("ix_notice_overdue", lambda tx: tx.notices.lock_overdue(NOON, limit=100)),
    ("ix_notice_dead", lambda tx: tx.notices.list_dead(NoticeFilter(), actor=SYSTEM, limit=100)),
    ("pk_notice", lambda tx: tx.notices.find_queued(KEY)),
    ("pk_notice", lambda tx: tx.notices.mark_told(KEY, at=NOON)),
    ("pk_notice", lambda tx: tx.notices.page(NoticeQuery(wanted=NoticeFilter(), actor=SYSTEM, limit=50))),
]
SQLITE_NAMES = {"pk_notice": "sqlite_autoindex_notice_1"}


@pytest.fixture
def filled(store: SqlStore, engine: Engine) -> SqlStore:
    """Six thousand notices that were told, and a few of every other state."""
    add_owners(store)
    world = NoticeWorld(store)
    world.add(new_channel("ops"))
    states = {
        NoticeState.TOLD: TOLD,
        **dict.fromkeys((NoticeState.WAITING, NoticeState.QUEUED, NoticeState.DEAD), WAITING),
    }
    rows: list[dict[str, Any]] = [
        {
            "id": f"{state.value[0].lower()}{number:05}",
            "channel_id": 1,
            "audience": "system",
            "kind": "digest",
            "dedupe_key": f"{state.value}-{number}",
            "content": {},
            "state": state.value,
            "generation": 1,
            "tries": 0,
            "due_at": NOON - timedelta(minutes=number),
            "not_before": NOON - timedelta(minutes=number),
            "queued_at": NOON - timedelta(minutes=number),
            "is_urgent": False,
            "overdue_at": NOON if state is NoticeState.DEAD else None,
            "created_at": NOON,
        }
        for state, count in states.items()
        for number in range(count)
    ]
    with engine.begin() as connection:
        connection.execute(insert(NoticeRow), rows)
        if engine.dialect.name == "postgresql":
            connection.execute(text("ANALYZE"))
    return store


def plans_of(store: SqlStore, ask: Callable[[Transaction], object]) -> str:
    asked: list[tuple[str, object]] = []

    def keep(*call: object) -> None:
        asked.append((str(call[2]), call[3]))

    engine = store.engine
    event.listen(engine, "before_cursor_execute", keep)
    with store.begin() as tx:
        ask(tx)
        tx.connection.rollback()
    event.remove(engine, "before_cursor_execute", keep)
    prefix = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    with engine.connect() as connection:
        planned = [(sql, values) for sql, values in asked if not sql.startswith(("BEGIN", "SET"))]
        rows = [row for sql, values in planned for row in connection.exec_driver_sql(prefix + sql, values)]  # type: ignore[arg-type]  # as they came
    return "\n".join(str(row) for row in rows)


def test_what_is_asked_again_and_again_is_answered_by_an_index(filled: SqlStore) -> None:
    is_sqlite = filled.engine.dialect.name == "sqlite"
    for index, ask in ASKED:
        plans = plans_of(filled, ask)
        assert (SQLITE_NAMES.get(index, index) if is_sqlite else index) in plans, f"{index} is not used:\n{plans}"
        assert "Seq Scan on notice " not in plans, plans
        assert "SCAN notice'" not in plans, plans
