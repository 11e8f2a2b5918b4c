"""What the doctor says of backups, on a real server."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from sunwi.bootstrap import health
from sunwi.bootstrap.adapters import Adapters
from sunwi.bootstrap.health import HealthContainer
from sunwi.domain.health_check import CheckName, HealthCheck, Level
from sunwi.settings import Settings
from sunwi.testing import ManualClock
from tests.backup.backup_examples import AT, facts_of, record_of


def examine(engine: Engine) -> HealthCheck:
    adapters = Adapters(
        Settings(database_url=engine.url.render_as_string(hide_password=False)), engine=engine, clock=ManualClock(AT)
    )
    [found] = adapters.compose(HealthContainer).check_health.check({CheckName.BACKUP})
    return found


def test_it_knows_the_last_good_backup_of_this_very_database(postgres_engine: Engine) -> None:
    adapters = Adapters(Settings(), engine=postgres_engine)
    assert (examine(postgres_engine).level, examine(postgres_engine).code) == (Level.WARN, "backup_none")
    for name, hours in (("other", 1), ("sunwi_test", 30)):
        with adapters.store.begin() as tx:
            facts = facts_of(database=name, taken_at=AT - timedelta(hours=hours))
            tx.backups.record(record_of(f"job-{name}", facts=facts))
    found = examine(postgres_engine)
    assert (found.level, found.code, round(float(str(found.fields["hours"])))) == (Level.WARN, "backup_old", 30)


def test_a_server_that_is_newer_than_the_image_is_said_before_the_night(
    postgres_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "server_major", lambda _engine: 18)
    found = examine(postgres_engine)
    assert (found.level, found.code, dict(found.fields)) == (
        Level.FAIL,
        "backup_server_newer",
        {"server": 18, "client": 17},
    )
