"""Invite people, change what they may do, and keep them out."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from sunwi.domain.account import Account
from sunwi.domain.account_list import AccountPage, AccountQuery, ListedAccount
from sunwi.domain.actor import Actor, Role
from sunwi.domain.channel import ChannelKind
from sunwi.domain.channel_address import check_address
from sunwi.errors import Conflict
from sunwi.service.accounts.audit_accounts import add_entry
from sunwi.service.accounts.find_account import account_unknown, find_account
from sunwi.service.accounts.page_length import check_page_length
from sunwi.service.accounts.permissions import Action, require
from sunwi.service.accounts.rights import Rights, check_rights, rights_of
from sunwi.service.ports.accounts import Identities, Invitation
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.outside import Store, Transaction
from sunwi.service.ports.retry_conflicts import retry_conflicts

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class InvitedAccount:
    """An account, and what became of its invitation."""

    listed: ListedAccount
    invitation: Invitation


@dataclass(frozen=True, slots=True, kw_only=True)
class ManageAccounts:
    """Accounts, here and where people have their passwords.

    What is ours is stored first: whatever happens to the other, doing it again goes on from there.

    Attributes:
        new_id: Makes ids, UUIDv7.
    """

    store: Store
    clock: Clock
    identities: Identities
    new_id: Callable[[], str]

    def invite(self, actor: Actor, email: str, rights: Rights) -> InvitedAccount:
        """Make an account, and have its owner invited; of somebody who has not signed in yet, once more.

        Args:
            actor: Who asks.
            email: As it was typed.
            rights: What the account may do.

        Raises:
            Forbidden: The actor's role does not reach so far.
            InvalidInput: The address or the rights cannot be used.
            Conflict: The address has an account with other rights, or one that is disabled or has been used.
            Retryable: Database or identity provider cannot be reached; an account that is stored is gone on with.
            ConfigurationError: The identity provider cannot be used; as above.
        """
        require(actor, Action.ACCOUNTS_CHANGE)
        address = check_address(ChannelKind.EMAIL, email).lower()
        account = self._store(actor, address, rights)
        invited = self.identities.invite(address)
        with self.store.begin() as tx:
            if invited.sub is not None and not tx.accounts.set_sub(account.id, invited.sub):
                raise Conflict(
                    "the address has an account already, which is another user of the identity provider: delete one of "
                    "the two users there",
                    code="account_of_other_user",
                    account_id=account.id,
                )
            listed = _require(tx, account.id)
        log.info("account_invited", account_id=account.id, invitation=invited.invitation.value, by=actor.owner)
        return InvitedAccount(listed, invited.invitation)

    def page(self, actor: Actor, query: AccountQuery) -> AccountPage:
        """Return one page of accounts, newest first.

        Raises:
            Forbidden: The actor's role does not reach so far.
            InvalidInput: The page's length is none that there is.
            StoreUnavailable: The database cannot be reached.
        """
        require(actor, Action.ACCOUNTS_READ)
        check_page_length(query.limit)
        with self.store.read() as tx:
            return tx.accounts.page(query)

    def find(self, actor: Actor, named: str) -> ListedAccount:
        """Return an account by its id or its e-mail address; everybody sees their own.

        Raises:
            InvalidInput: There is none that the actor sees.
            StoreUnavailable: The database cannot be reached.
        """
        require(actor, Action.OWN_ACCOUNT_READ)
        with self.store.read() as tx:
            return find_account(tx, actor, named)

    @retry_conflicts
    def change_rights(self, actor: Actor, account_id: str, rights: Rights) -> ListedAccount:
        """Change what an account may do, from its next request on.

        Raises:
            Forbidden: The actor's role does not reach so far.
            InvalidInput: There is no such account, or the rights cannot be used.
            Conflict: It is the last admin that is in use.
            StoreUnavailable: The database cannot be reached.
        """
        require(actor, Action.ACCOUNTS_CHANGE)
        with self.store.begin() as tx:
            account = _lock(tx, account_id, stays_admin=rights.role is Role.ADMIN)
            new = check_rights(tx, rights)
            if new != rights_of(account):
                tx.accounts.set_role(account_id, new.role, agency_id=new.agency_id, client_id=new.client_id)
                before, after = rights_of(account).document, new.document
                at = self.clock.now()
                add_entry(tx, actor, "account_rights_changed", account_id, at=at, before=before, after=after)
            listed = _require(tx, account_id)
        log.info("account_rights_changed", account_id=account_id, role=new.role.value, by=actor.owner)
        return listed

    def disable(self, actor: Actor, account_id: str) -> ListedAccount:
        """Let an account in no more: its sessions end at once, and its keys hold no longer.

        Raises:
            Forbidden: The actor's role does not reach so far.
            InvalidInput: There is no such account.
            Conflict: It is the last admin that is in use.
            Retryable: Database or identity provider cannot be reached; what is done here stays, and doing it again
                goes on.
            ConfigurationError: The identity provider cannot be used; as above.
        """
        require(actor, Action.ACCOUNTS_CHANGE)
        listed = self._disable(actor, account_id)
        self.identities.disable(listed.account.email)
        return listed

    def enable(self, actor: Actor, account_id: str) -> ListedAccount:
        """Let an account in again, by a new sign-in and by the keys that it had.

        Raises:
            Forbidden: The actor's role does not reach so far.
            InvalidInput: There is no such account.
            Retryable: As of `disable`.
            ConfigurationError: As of `disable`.
        """
        require(actor, Action.ACCOUNTS_CHANGE)
        listed = self._enable(actor, account_id)
        self.identities.enable(listed.account.email)
        return listed

    @retry_conflicts
    def _store(self, actor: Actor, email: str, rights: Rights) -> Account:
        """Store a new account, or find the one that was stored when this was asked for before."""
        with self.store.begin() as tx:
            new = check_rights(tx, rights)
            at = self.clock.now()
            account = Account(
                id=self.new_id(),
                email=email,
                role=new.role,
                agency_id=new.agency_id,
                client_id=new.client_id,
                created_at=at,
            )
            if tx.accounts.add(account):
                after = {"email": email, **new.document}
                add_entry(tx, actor, "account_invited", account.id, at=at, after=after)
                return account
            found = tx.accounts.of_email(email)
            if found is None:
                raise account_unknown(email)
            _require_unused(found.account, new)
            return found.account

    @retry_conflicts
    def _disable(self, actor: Actor, account_id: str) -> ListedAccount:
        at = self.clock.now()
        with self.store.begin() as tx:
            account = _lock(tx, account_id, stays_admin=False)
            if account.disabled_at is None:
                tx.accounts.set_disabled(account_id, at)
                ended = tx.web_sessions.revoke_all(account_id, at=at)
                add_entry(tx, actor, "account_disabled", account_id, at=at, after={"sessions_ended": ended})
                log.info("account_disabled", account_id=account_id, sessions=ended, by=actor.owner)
            return _require(tx, account_id)

    @retry_conflicts
    def _enable(self, actor: Actor, account_id: str) -> ListedAccount:
        with self.store.begin() as tx:
            account = tx.accounts.lock(account_id)
            if account is None:
                raise account_unknown(account_id)
            if account.disabled_at is not None:
                tx.accounts.set_disabled(account_id, None)
                before = {"disabled_at": account.disabled_at.isoformat()}
                add_entry(tx, actor, "account_enabled", account_id, at=self.clock.now(), before=before)
                log.info("account_enabled", account_id=account_id, by=actor.owner)
            return _require(tx, account_id)


def _lock(tx: Transaction, account_id: str, *, stays_admin: bool) -> Account:
    """Lock an account; the admins first, and in one order, so that no two of them take each other's rights at once.

    Raises:
        InvalidInput: There is no such account.
        Conflict: It is the last admin that is in use, and would be one no more.
    """
    admins = tx.accounts.lock_admins()
    account = tx.accounts.lock(account_id)
    if account is None:
        raise account_unknown(account_id)
    if not stays_admin and [admin.id for admin in admins] == [account_id]:
        raise Conflict(
            "this is the last admin: invite another one, or give the role to another account, before",
            code="last_admin",
            account_id=account_id,
        )
    return account


def _require(tx: Transaction, account_id: str) -> ListedAccount:
    found = tx.accounts.get(account_id)
    if found is None:
        raise account_unknown(account_id)
    return found


def _require_unused(account: Account, rights: Rights) -> None:
    """Let an invitation go on that was begun before.

    Raises:
        Conflict: The account is no such one.
    """
    if account.disabled_at is not None:
        raise Conflict("the address has an account that is disabled: enable it instead", code="account_taken_disabled")
    if rights_of(account) != rights:
        raise Conflict(
            "the address has an account with other rights: change those instead",
            code="account_taken",
            account_id=account.id,
        )
    if account.last_seen_at is not None:
        raise Conflict("the address has an account that is in use already", code="account_in_use")
