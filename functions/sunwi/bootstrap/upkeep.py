"""What upgrades the database, and makes what a deployment lacks: schedules, and its admin."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from functools import cached_property
from typing import Any

import structlog

from sunwi.adapters.sql.connection.migrations import SqlSchema
from sunwi.bootstrap.accounts import AccountContainer
from sunwi.bootstrap.adapters import Capability
from sunwi.bootstrap.capacity import capacity_of
from sunwi.bootstrap.schedules import ScheduleContainer
from sunwi.errors import ConfigurationError, StoreUnavailable
from sunwi.service.health.check_capacity import check_capacity
from sunwi.service.upkeep.check_settings import check_deployment, in_parameters
from sunwi.service.upkeep.migrate_database import MigrateDatabase
from sunwi.settings import settings_of

log = structlog.get_logger()

#: For how long an identity provider that cannot be reached is asked again; as below.
IDENTITIES_PATIENCE = timedelta(seconds=120)

#: For how long a scheduler that cannot be reached is tried again: a new role may take a minute to be known everywhere.
SCHEDULER_PATIENCE = timedelta(seconds=120)


class UpkeepContainer(Capability):
    """Care for the database and the schedules."""

    @cached_property
    def migrate_database(self) -> MigrateDatabase:
        """Upgrades the schema."""
        adapters = self.adapters
        return MigrateDatabase(schema=SqlSchema(adapters.engine), clock=adapters.clock, pause=adapters.sleep)

    def upgrade(self, revision: str, *, seconds: float) -> dict[str, Any]:
        """Bring the schema to a revision, or `head`, within so many seconds, and return what it found and left.

        Raises:
            SunwiError: The schema is as it was.
        """
        give_up_at = self.adapters.clock.now() + timedelta(seconds=seconds)
        return asdict(self.migrate_database.upgrade(revision, give_up_at=give_up_at))

    def bring_up(self, revision: str, *, seconds: float) -> dict[str, Any]:
        """Upgrade, then make the first administrator, and return what was found and left.

        Raises:
            SunwiError: The schema is as it was, or the administrator could not be made.
        """
        return {**self.upgrade(revision, seconds=seconds), **self.make_first_admin()}

    @classmethod
    def check_deployment(cls, values: Mapping[str, str]) -> None:
        """Refuse settings of a deployment that do not fit each other, or more than database and account can bear.

        Raises:
            ConfigurationError: Names the template's parameters.
        """
        check_deployment(values)
        cls.bootstrap().check_capacity(values)

    def check_capacity(self, values: Mapping[str, str]) -> None:
        """Refuse a deployment of which more would run at a time than database and account can bear.

        A database that cannot be reached refuses nothing here: bringing its schema up to date comes next, and waits.

        Args:
            values: Of the deployment's settings, by the variable's name.

        Raises:
            ConfigurationError: More would run; in the names of the template's parameters.
        """
        if not self.adapters.settings.names_database:
            return
        try:
            check_capacity(capacity_of(self.adapters, settings_of(values), knows_pool=False))
        except StoreUnavailable as error:
            log.warning("connections_not_checked", error=str(error))
        except ConfigurationError as error:
            raise ConfigurationError(in_parameters(str(error), values), code=error.code, **error.fields) from error

    def ensure_schedules(self) -> Sequence[str]:
        """Create Sunwi's own schedules where they are missing, and return their names; none where no group is set.

        Raises:
            SunwiError: One could not be created.
        """
        if self.adapters.settings.schedule_group is None:
            return []
        give_up_at = self.adapters.clock.now() + SCHEDULER_PATIENCE
        return self.adapters.compose(ScheduleContainer).ensure_schedules.ensure(give_up_at=give_up_at)

    def make_first_admin(self) -> dict[str, str]:
        """Make the account of ADMIN_EMAIL, and return what became of it; nothing where no address is set.

        Raises:
            SunwiError: There is no account, or its owner could not be invited.
        """
        email = self.adapters.settings.admin_email
        if email is None:
            return {}
        give_up_at = self.adapters.clock.now() + IDENTITIES_PATIENCE
        made = self.adapters.compose(AccountContainer).make_first_admin.make(email, give_up_at=give_up_at)
        return {"admin": made.value}
