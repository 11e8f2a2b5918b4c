"""The codes that the third migration derives for what was stored before it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.migrations import SqlSchema, upgrade_schema

TIMED_OUT = "https://search.naver.com/ could not be opened: Page.goto: Timeout 4500ms exceeded."


@pytest.fixture(params=["sqlite", "postgresql"])
def old_engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A database with the second schema and a run of one tracking."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('old') / 'old.db'}"
    else:
        server = request.getfixturevalue("postgres_server")
        server.drop_database("old")
        url = server.create_database("old")
    engine = create_store_engine(url)
    SqlSchema(engine).upgrade("0002")
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO run (id, kind, status, business_date, started_at, deadline, expected, generation) VALUES "
                "('r', 'MANUAL', 'CLOSED', '2026-01-02', '2026-01-01 16:00:00', '2026-01-01 17:00:00', 0, 0)"
            )
        )
    yield engine
    engine.dispose()


def track(engine: Engine, number: int) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO tracking (id, kind, keyword, target_id, target_url, surface, device, location, client, "
                "agency, status, current_session, created_at) VALUES (:id, 'place', 'k', :id_text, 'u', 'integrated', "
                "'PC', '', '', '', 'ACTIVE', 1, '2026-01-01 00:00:00')"
            ),
            {"id": number, "id_text": str(number)},
        )


TASKS = [
    ("FAILED", "Blocked: 403", "blocked"),
    ("FAILED", "LayoutUnknown: no landmark", "layout"),
    ("FAILED", "PageTruncated: cut", "truncated"),
    ("FAILED", f"PageUnreachable: {TIMED_OUT}", "timeout"),
    ("FAILED", "PageUnreachable: net::ERR_CONNECTION_REFUSED", "unreachable"),
    ("FAILED", "InvalidInput: too long", "unusable"),
    ("FAILED", "crashed: 3 looks were started and the last never ended", "crash"),
    ("FAILED", "SomethingElse: what", "other"),
    ("RETRYING", "Blocked: captcha", "blocked"),
    ("EXPIRED", "not measured by the deadline 2026-01-01T17:00:00+00:00", "deadline"),
    ("EXPIRED", "not measured by the deadline 2026-01-01; last look: Blocked: captcha", "blocked"),
    ("EXPIRED", "States.Timeout: no cause given", "run_failed"),
    ("CANCELLED", "the tracking was paused", "cancelled"),
    ("SUCCEEDED", None, None),
    ("QUEUED", None, None),
]
ATTEMPTS = [
    ("Blocked", "403", "blocked"),
    ("PageUnreachable", TIMED_OUT, "timeout"),
    ("PageUnreachable", "net::ERR_FAILED", "unreachable"),
    ("Whatever", "x", "other"),
    (None, None, None),
]


def test_what_was_stored_before_gets_the_code_that_its_words_stand_for(old_engine: Engine) -> None:
    insert_task = text(
        "INSERT INTO task (run_id, tracking_id, position, state, reason) VALUES ('r', :id, :id, :state, :reason)"
    )
    insert_attempt = text(
        "INSERT INTO attempt (run_id, tracking_id, message_id, number, started_at, page_loads, is_permanent, "
        "error_name, error) VALUES ('r', 1, 'm', :number, '2026-01-01 16:00:00', 1, FALSE, :name, :error)"
    )
    for number, (state, reason, _) in enumerate(TASKS, 1):
        track(old_engine, number)
        with old_engine.begin() as connection:
            connection.execute(insert_task, {"id": number, "state": state, "reason": reason})
    with old_engine.begin() as connection:
        for number, (name, error, _) in enumerate(ATTEMPTS, 1):
            connection.execute(insert_attempt, {"number": number, "name": name, "error": error})
    assert upgrade_schema(old_engine).is_current
    with old_engine.connect() as connection:
        causes = connection.execute(text("SELECT cause FROM task ORDER BY tracking_id")).scalars().all()
        assert causes == [cause for _, _, cause in TASKS]
        causes = connection.execute(text("SELECT cause FROM attempt ORDER BY number")).scalars().all()
        assert causes == [cause for _, _, cause in ATTEMPTS]
