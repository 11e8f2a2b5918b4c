"""Accounts on a store, with people and passwords in memory."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from uuid_utils import uuid7

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.account import Account
from sunwi.domain.account_list import AuditQuery
from sunwi.domain.actor import Actor, Role
from sunwi.domain.audit import AuditEntry
from sunwi.service.accounts.admit_caller import Entrance
from sunwi.service.accounts.keep_sessions import KeepSessions, OpenedSession
from sunwi.service.accounts.list_audit import ListAudit
from sunwi.service.accounts.make_first_admin import MakeFirstAdmin
from sunwi.service.accounts.manage_accounts import ManageAccounts
from sunwi.service.accounts.manage_keys import ManageKeys
from sunwi.service.accounts.rights import Rights
from sunwi.service.owners.manage_owners import ManageOwners
from sunwi.testing import ManualClock
from sunwi.testing.accounts import InMemoryIdentities
from tests.examples import NIGHT

OPERATOR = Actor(owner="cli:park", role=Role.ADMIN)
ADMIN = Rights(role=Role.ADMIN)


def new_id() -> str:
    return str(uuid7())


@dataclass
class AccountWorld:
    """The use cases of accounts, an agency with a client, and whoever was invited."""

    store: SqlStore
    clock: ManualClock = field(default_factory=lambda: ManualClock(NIGHT))
    identities: InMemoryIdentities = field(default_factory=InMemoryIdentities)

    @cached_property
    def accounts(self) -> ManageAccounts:
        return ManageAccounts(store=self.store, clock=self.clock, identities=self.identities, new_id=new_id)

    @cached_property
    def sessions(self) -> KeepSessions:
        return KeepSessions(
            store=self.store, clock=self.clock, identities=self.identities, new_secret=secrets.token_urlsafe
        )

    @cached_property
    def keys(self) -> ManageKeys:
        return ManageKeys(store=self.store, clock=self.clock, new_id=new_id, new_secret=secrets.token_urlsafe)

    @cached_property
    def entrance(self) -> Entrance:
        return Entrance(self.store)

    @cached_property
    def owners(self) -> ManageOwners:
        return ManageOwners(store=self.store, clock=self.clock)

    @cached_property
    def first_admin(self) -> MakeFirstAdmin:
        return MakeFirstAdmin(
            manage_accounts=self.accounts,
            store=self.store,
            clock=self.clock,
            has_provider=True,
            pause=lambda seconds: self.clock.advance(seconds=seconds),
        )

    def invite(self, email: str = "admin@sunwi.test", rights: Rights = ADMIN) -> Account:
        """Invite somebody; return the account."""
        return self.accounts.invite(OPERATOR, email, rights).listed.account

    def account(self, account_id: str) -> Account:
        """Return an account as it is stored."""
        with self.store.read() as tx:
            found = tx.accounts.get(account_id)
        assert found is not None
        return found.account

    def sign_in(self, account: Account, browser: str = "browser") -> OpenedSession:
        """Let the owner of an account sign in."""
        sub = self.identities.subs.get(account.email, f"sub of {account.email}")
        return self.sessions.open(sub=sub, email=account.email, browser=browser, address="203.0.113.7")

    def audit(self) -> list[AuditEntry]:
        """Return what was done, the first thing first."""
        page = ListAudit(self.store).page(OPERATOR, AuditQuery(limit=1000))
        return [one.entry for one in reversed(page.entries)]

    def actions(self) -> list[str]:
        """Return what was done by name, the first thing first."""
        return [entry.action for entry in self.audit()]

    def now(self) -> datetime:
        return self.clock.now()
