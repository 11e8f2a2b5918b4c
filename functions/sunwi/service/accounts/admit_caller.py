"""Who a browser's session, or a program's key, lets in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from sunwi.domain.account import SEEN_EVERY, Account, ApiKey, WebSession
from sunwi.errors import StoreUnavailable
from sunwi.service.ports.outside import Store, Transaction

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Entrance:
    """Knows who holds a session or a key, by one statement; that it was used is stored every `SEEN_EVERY`."""

    store: Store

    def of_session(self, id_hash: str, *, at: datetime) -> tuple[WebSession, Account] | None:
        """Return a session that holds and its account, which is in use; None of any other.

        Args:
            id_hash: SHA-256 of what the browser sent, as hex digits.
            at: Aware UTC.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.read() as tx:
            found = tx.web_sessions.find(id_hash)
        if found is None or not found[0].holds(at) or found[1].disabled_at is not None:
            return None
        session, account = found
        if _is_due(session.last_seen_at, at):
            self._note(lambda tx: tx.web_sessions.set_seen(id_hash, at=at), account, at)
        return session, account

    def of_key(self, secret_hash: str, *, at: datetime) -> tuple[ApiKey, Account] | None:
        """Return a key that holds and its account, which is in use; None of any other.

        Args:
            secret_hash: SHA-256 of the whole key, as hex digits.
            at: Aware UTC.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.read() as tx:
            found = tx.api_keys.find(secret_hash)
        if found is None or not found[0].holds(at) or found[1].disabled_at is not None:
            return None
        key, account = found
        if _is_due(key.last_used_at, at):
            self._note(lambda tx: tx.api_keys.set_used(key.id, at=at), account, at)
        return key, account

    def _note(self, note: Callable[[Transaction], None], account: Account, at: datetime) -> None:
        """Store that something was used; where that fails, the request itself goes on."""
        try:
            with self.store.begin() as tx:
                note(tx)
                tx.accounts.set_seen(account.id, at=at)
        except StoreUnavailable as error:
            log.warning("use_not_stored", account_id=account.id, error=str(error))


def _is_due(stored: datetime | None, at: datetime) -> bool:
    return stored is None or stored <= at - SEEN_EVERY
