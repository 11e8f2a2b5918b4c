"""What keeps accounts, sessions and keys."""

import secrets
from functools import cached_property

from uuid_utils import uuid7

from sunwi.adapters.aws.cognito_users import CognitoUsers, NoIdentities
from sunwi.bootstrap.adapters import Capability
from sunwi.service.accounts.admit_caller import Entrance
from sunwi.service.accounts.keep_sessions import KeepSessions
from sunwi.service.accounts.list_audit import ListAudit
from sunwi.service.accounts.make_first_admin import MakeFirstAdmin
from sunwi.service.accounts.manage_accounts import ManageAccounts
from sunwi.service.accounts.manage_keys import ManageKeys
from sunwi.service.ports.accounts import Identities


class AccountContainer(Capability):
    """Accounts, the sessions of their browsers and the keys of their programs."""

    @cached_property
    def identities(self) -> Identities:
        """Who knows people by their passwords; nobody where no pool is set."""
        pool_id = self.adapters.settings.cognito_user_pool_id
        return CognitoUsers(self.adapters.aws_client("cognito-idp"), pool_id) if pool_id else NoIdentities()

    @cached_property
    def manage_accounts(self) -> ManageAccounts:
        """Invites people, changes what they may do, and keeps them out."""
        return ManageAccounts(
            store=self.adapters.store, clock=self.adapters.clock, identities=self.identities, new_id=_new_id
        )

    @cached_property
    def entrance(self) -> Entrance:
        """Knows who holds a session or a key."""
        return Entrance(self.adapters.store)

    @cached_property
    def keep_sessions(self) -> KeepSessions:
        """Opens sessions, shows and ends them."""
        return KeepSessions(
            store=self.adapters.store,
            clock=self.adapters.clock,
            identities=self.identities,
            new_secret=secrets.token_urlsafe,
        )

    @cached_property
    def manage_keys(self) -> ManageKeys:
        """Makes keys, shows and ends them."""
        return ManageKeys(
            store=self.adapters.store,
            clock=self.adapters.clock,
            new_id=_new_id,
            new_secret=secrets.token_urlsafe,
        )

    @cached_property
    def make_first_admin(self) -> MakeFirstAdmin:
        """Makes the account of a deployment's admin."""
        return MakeFirstAdmin(
            manage_accounts=self.manage_accounts,
            store=self.adapters.store,
            clock=self.adapters.clock,
            has_provider=bool(self.adapters.settings.cognito_user_pool_id),
            pause=self.adapters.sleep,
        )

    @cached_property
    def list_audit(self) -> ListAudit:
        """Lists who did what."""
        return ListAudit(self.adapters.store)


def _new_id() -> str:
    return str(uuid7())
