"""Close pages whose session or account has ended, each minute and as soon as somebody signs out."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from sunwi.domain.live import Watcher
from sunwi.errors import Retryable
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.doors.live import Connections
from sunwi.service.ports.outside import Store

log = structlog.get_logger()

#: Pages that a minute closes; the next one takes the rest.
_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseDead:
    """Closes pages that may be told nothing more."""

    store: Store
    connections: Connections
    clock: Clock

    def close(self) -> int:
        """Close those whose session, account or time has ended, and return their number.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.read() as tx:
            dead = tx.live_pages.dead(at=self.clock.now(), limit=_MOST)
        return self._close(dead)

    def close_session(self, watcher: Watcher) -> None:
        """Close the pages of one session, which has just been ended.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.read() as tx:
            found = tx.live_pages.of_session(watcher.session_hash, watcher.account_id)
        self._close(found)

    def _close(self, connection_ids: Sequence[str]) -> int:
        if connection_ids:
            with self.store.begin() as tx:
                tx.live_pages.disconnect(connection_ids)
        for each in connection_ids:
            try:
                self.connections.close(each)
            except Retryable as error:
                log.warning("page_not_closed", error=str(error))
        return len(connection_ids)
