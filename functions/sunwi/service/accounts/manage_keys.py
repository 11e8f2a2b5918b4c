"""Make keys of programs, show them, and end them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from sunwi.domain.account import (
    KEY_PREFIX,
    KEY_SHOWN,
    LONGEST_KEY_DAYS,
    LONGEST_KEY_NAME,
    MOST_KEYS,
    Account,
    ApiKey,
    Scope,
)
from sunwi.domain.account_list import KeyPage, KeyQuery, ListedKey
from sunwi.domain.actor import Actor
from sunwi.domain.typed_text import find_invisible_character, quote
from sunwi.errors import Conflict, InvalidInput
from sunwi.service.accounts.audit_accounts import add_entry
from sunwi.service.accounts.find_account import account_unknown, require_own, sees_others
from sunwi.service.accounts.keep_sessions import hash_of
from sunwi.service.accounts.page_length import check_page_length
from sunwi.service.accounts.permissions import Action, require
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.outside import Store, Transaction
from sunwi.service.ports.retry_conflicts import retry_conflicts

log = structlog.get_logger()

#: Random bytes of a key: 43 characters.
KEY_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyOrder:
    """A key as somebody asks for it.

    Attributes:
        account_id: Whose rights it has; None for those of whoever asks.
        days: After which it ends by itself; None for never.
    """

    name: str
    scope: Scope = Scope.READ
    account_id: str | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A key that was made.

    Attributes:
        secret: The whole key, this once: only its hash is stored.
    """

    listed: ListedKey
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ManageKeys:
    """Keys of programs.

    Attributes:
        new_id: Makes ids, UUIDv7.
        new_secret: Makes so many random bytes, as text that fits an address.
    """

    store: Store
    clock: Clock
    new_id: Callable[[], str]
    new_secret: Callable[[int], str]

    @retry_conflicts
    def make(self, actor: Actor, order: KeyOrder) -> MadeKey:
        """Make a key.

        Raises:
            InvalidInput: The name or the days cannot be used, or there is no such account that the actor sees.
            Conflict: The account is disabled, or has as many keys as one may have.
            StoreUnavailable: The database cannot be reached.
        """
        whose = require_own(actor, order.account_id, own=Action.OWN_ACCOUNT_CHANGE, others=Action.ACCOUNTS_CHANGE)
        name, at = _check_name(order.name), self.clock.now()
        secret = KEY_PREFIX + self.new_secret(KEY_BYTES)
        key = ApiKey(
            id=self.new_id(),
            account_id=whose,
            name=name,
            prefix=secret[: len(KEY_PREFIX) + KEY_SHOWN],
            secret_hash=hash_of(secret),
            scope=order.scope,
            created_at=at,
            expires_at=_end(order.days, at),
        )
        with self.store.begin() as tx:
            account = _lock(tx, whose, at)
            tx.api_keys.add(key)
            add_entry(tx, actor, "key_made", whose, at=at, after=_document(key))
        log.info("key_made", account_id=whose, key_id=key.id, scope=key.scope.value, by=actor.owner)
        return MadeKey(ListedKey(key, account.email), secret)

    def page(self, actor: Actor, query: KeyQuery) -> KeyPage:
        """Return one page of keys, newest first: everybody's only for those who see other accounts.

        Raises:
            InvalidInput: The page's length is none that there is, or the actor sees no such account.
            StoreUnavailable: The database cannot be reached.
        """
        require(actor, Action.OWN_ACCOUNT_READ)
        check_page_length(query.limit)
        if query.account_id is not None or not sees_others(actor):
            whose = require_own(actor, query.account_id, own=Action.OWN_ACCOUNT_READ, others=Action.ACCOUNTS_READ)
            query = replace(query, account_id=whose)
        with self.store.read() as tx:
            return tx.api_keys.page(query)

    @retry_conflicts
    def revoke(self, actor: Actor, key_id: str) -> ListedKey:
        """End a key at once; one that was ended before stays so.

        Raises:
            InvalidInput: There is no such key that the actor sees.
            Forbidden: The actor's role does not reach so far.
            StoreUnavailable: The database cannot be reached.
        """
        require(actor, Action.OWN_ACCOUNT_CHANGE)
        at = self.clock.now()
        with self.store.begin() as tx:
            listed = _require(tx, actor, key_id)
            if tx.api_keys.revoke(key_id, at=at):
                key = replace(listed.key, revoked_at=at)
                add_entry(tx, actor, "key_revoked", key.account_id, at=at, before=_document(key))
                listed = replace(listed, key=key)
        log.info("key_revoked", account_id=listed.key.account_id, key_id=key_id, by=actor.owner)
        return listed


def _require(tx: Transaction, actor: Actor, key_id: str) -> ListedKey:
    found = tx.api_keys.get(key_id)
    if found is None or not (found.key.account_id == actor.account_id or sees_others(actor)):
        raise InvalidInput(f"there is no key {quote(key_id)}", code="key_unknown", key_id=key_id)
    if found.key.account_id != actor.account_id:
        require(actor, Action.ACCOUNTS_CHANGE)
    return found


def _lock(tx: Transaction, account_id: str, at: datetime) -> Account:
    """Lock the account, so that its keys are counted by one at a time."""
    account = tx.accounts.lock(account_id)
    if account is None:
        raise account_unknown(account_id)
    if account.disabled_at is not None:
        raise Conflict("the account is disabled: enable it first", code="account_of_key_disabled")
    if tx.api_keys.count_held(account_id, at=at) >= MOST_KEYS:
        raise Conflict(
            f"the account has {MOST_KEYS} keys that hold: revoke one that is not used", code="keys_full", most=MOST_KEYS
        )
    return account


def _check_name(typed: str) -> str:
    name = typed.strip()
    if not 0 < len(name) <= LONGEST_KEY_NAME or find_invisible_character(name) is not None:
        raise InvalidInput(
            f"{quote(typed)} is no name of a key: use 1 to {LONGEST_KEY_NAME} characters that can be seen",
            code="key_name_unusable",
            name=typed,
            most=LONGEST_KEY_NAME,
        )
    return name


def _end(days: int | None, at: datetime) -> datetime | None:
    if days is None:
        return None
    if not 1 <= days <= LONGEST_KEY_DAYS:
        raise InvalidInput(
            f"a key holds for 1 to {LONGEST_KEY_DAYS} days, not for {days}",
            code="key_days_unusable",
            days=days,
            most=LONGEST_KEY_DAYS,
        )
    return at + timedelta(days=days)


def _document(key: ApiKey) -> dict[str, str | None]:
    return {
        "key_id": key.id,
        "name": key.name,
        "prefix": key.prefix,
        "scope": key.scope.value,
        "expires_at": None if key.expires_at is None else key.expires_at.isoformat(),
    }
