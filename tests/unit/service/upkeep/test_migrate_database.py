from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from sunwi.errors import StoreUnavailable
from sunwi.service.upkeep.migrate_database import RETRY_SECONDS, MigrateDatabase, SchemaChange
from sunwi.testing import ManualClock
from tests.examples import NIGHT

CHANGE = SchemaChange(before="0001", after="0002")


@dataclass
class SchemaOfADatabaseThatIsAway:
    """Fails so many times, then upgrades."""

    failures: int
    asked_for: list[str] = field(default_factory=list)

    def upgrade(self, revision: str) -> SchemaChange:
        self.asked_for.append(revision)
        if len(self.asked_for) <= self.failures:
            raise StoreUnavailable("away")
        return CHANGE


def migrate(failures: int, *, seconds: float) -> tuple[SchemaOfADatabaseThatIsAway, SchemaChange]:
    schema, clock = SchemaOfADatabaseThatIsAway(failures), ManualClock(NIGHT)
    migrate = MigrateDatabase(schema=schema, clock=clock, pause=lambda pause: clock.advance(seconds=pause))
    return schema, migrate.upgrade("0002", give_up_at=NIGHT + timedelta(seconds=seconds))


def test_a_database_that_answers_is_upgraded_at_once_and_the_log_says_from_where_to_where() -> None:
    with capture_logs() as logs:
        schema, change = migrate(0, seconds=60)
    assert (schema.asked_for, change) == (["0002"], CHANGE)
    assert [(line["event"], line["before"], line["after"]) for line in logs] == [("schema_upgraded", "0001", "0002")]


def test_a_database_that_is_away_is_waited_for() -> None:
    schema, change = migrate(3, seconds=60)
    assert (len(schema.asked_for), change) == (4, CHANGE)


def test_a_database_that_stays_away_is_given_up_in_time() -> None:
    clock, schema = ManualClock(NIGHT), SchemaOfADatabaseThatIsAway(10**6)
    give_up_at = NIGHT + timedelta(seconds=61)
    database = MigrateDatabase(schema=schema, clock=clock, pause=lambda pause: clock.advance(seconds=pause))
    with pytest.raises(StoreUnavailable, match="away"):
        database.upgrade("head", give_up_at=give_up_at)
    assert timedelta(0) < give_up_at - clock.now() <= timedelta(seconds=RETRY_SECONDS)
