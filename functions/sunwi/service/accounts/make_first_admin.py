"""Make the account of whom a deployment names as its admin."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import structlog

from sunwi.domain.actor import SYSTEM, Role
from sunwi.errors import Retryable
from sunwi.service.accounts.manage_accounts import ManageAccounts
from sunwi.service.accounts.rights import Rights
from sunwi.service.ports.accounts import Invitation
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.outside import Store

log = structlog.get_logger()

#: Pause before the identity provider is asked again, in seconds.
RETRY_SECONDS = 5.0


class FirstAdmin(StrEnum):
    """What became of the account."""

    #: It was made, or an invitation that was begun before was gone on with.
    INVITED = "invited"
    #: It was there already.
    THERE = "there"
    #: The address has an account that is disabled, or no admin's: somebody has decided so.
    LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeFirstAdmin:
    """Makes an admin's account, any number of times with the same effect.

    Attributes:
        has_provider: Whether people have passwords anywhere.
        pause: Waits for so many seconds.
    """

    manage_accounts: ManageAccounts
    store: Store
    clock: Clock
    has_provider: bool
    pause: Callable[[float], None]

    def make(self, email: str, *, give_up_at: datetime) -> FirstAdmin:
        """Make the account, and have its owner invited once.

        Args:
            email: As the deployment has it.
            give_up_at: Aware; an identity provider that cannot be reached is asked again until then, since a new role
                may take a minute to be known everywhere.

        Raises:
            Retryable: Database or identity provider could not be reached until the end.
            InvalidInput: The address cannot be used.
            ConfigurationError: The identity provider cannot be used.
        """
        while True:
            try:
                return self._make(email)
            except Retryable as error:
                if (give_up_at - self.clock.now()).total_seconds() <= RETRY_SECONDS:
                    raise
                log.warning("first_admin_waits", error=str(error))
                self.pause(RETRY_SECONDS)

    def _make(self, email: str) -> FirstAdmin:
        with self.store.read() as tx:
            found = tx.accounts.of_email(email.strip().lower())
        if found is not None:
            account = found.account
            if account.role is not Role.ADMIN or account.disabled_at is not None:
                log.warning("first_admin_left", account_id=account.id, role=account.role.value)
                return FirstAdmin.LEFT
            if account.sub is not None or account.last_seen_at is not None or not self.has_provider:
                return FirstAdmin.THERE
        invited = self.manage_accounts.invite(SYSTEM, email, Rights(role=Role.ADMIN))
        log.info("first_admin_made", account_id=invited.listed.account.id, is_told=_is_told(invited.invitation))
        return FirstAdmin.INVITED


def _is_told(invitation: Invitation) -> bool:
    return invitation in {Invitation.SENT, Invitation.SENT_AGAIN}
