"""Take what open pages send: connections, what they want to watch, and that they have gone."""

import json
from dataclasses import dataclass

import structlog

from sunwi.domain.live import MOST_CONNECTIONS, Connection, Topic, job_topic, owner_topic, read_topic
from sunwi.errors import Forbidden, InvalidInput, Retryable
from sunwi.service.jobs.reading.find_job import require_job
from sunwi.service.live.make_ticket import hash_of_ticket
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.doors.live import Connections
from sunwi.service.ports.outside import Store
from sunwi.service.ports.retry_conflicts import retry_conflicts

log = structlog.get_logger()

#: What a page sends is one small object.
_MOST_LETTERS = 1_000
#: A ticket has 22 letters.
_MOST_TICKET_LETTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepConnections:
    """Knows which page watches what.

    Attributes:
        connections: Holds them.
        public_address: Of our own pages: only they may connect.
    """

    store: Store
    connections: Connections
    clock: Clock
    public_address: str

    @retry_conflicts
    def connect(self, connection_id: str, *, ticket: str, origin: str) -> None:
        """Let a page in by its ticket, which is gone by that; of six pages of an account the first one is closed.

        Raises:
            Forbidden: The page is another site's (`origin_foreign`), or the ticket is none, was used, or is too old
                (`ticket_refused`), or its session has ended meanwhile.
            StoreUnavailable: The database cannot be reached.
        """
        if origin != self.public_address:
            raise Forbidden("the request does not come from a page of this site", code="origin_foreign")
        now = self.clock.now()
        with self.store.begin() as tx:
            watcher = None
            if 0 < len(ticket) <= _MOST_TICKET_LETTERS:
                watcher = tx.live_pages.take_ticket(hash_of_ticket(ticket), at=now)
        if watcher is None:
            raise _ticket_refused()
        with self.store.begin() as tx:
            tx.live_pages.connect(connection_id, watcher, at=now)
            connection = tx.live_pages.find(connection_id)
            if connection is None or not connection.holds(now) or connection.account.id != watcher.account_id:
                # Raised inside the transaction: it takes the row back.
                raise _ticket_refused()
            others = [each for each in tx.live_pages.of_account(watcher.account_id) if each != connection_id]
            surplus = others[: max(0, len(others) + 1 - MOST_CONNECTIONS)]
            tx.live_pages.disconnect(surplus)
        log.info("page_connected", account_id=watcher.account_id, closed=len(surplus))
        self._close(*surplus)

    def take(self, connection_id: str, body: str) -> None:
        """Take a page's message: what it wants to watch; it is answered with where that stands now.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.read() as tx:
            connection = tx.live_pages.find(connection_id)
        if connection is None or not connection.holds(self.clock.now()):
            self.disconnect(connection_id)
            self._close(connection_id)
            return
        try:
            topic = _topic_of(body)
            version = self._watch(connection, topic)
        except InvalidInput as error:
            self._tell(connection_id, {"error": error.code})
            return
        self._tell(connection_id, {"topic": topic.text, "version": version})

    @retry_conflicts
    def disconnect(self, connection_id: str) -> None:
        """Forget a page that has gone.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.begin() as tx:
            tx.live_pages.disconnect([connection_id])

    @retry_conflicts
    def _watch(self, connection: Connection, topic: Topic) -> int:
        """Store what a page watches, if it is its account's to see, and return where that stands; 0 of all jobs."""
        actor, version, stored = connection.account.actor, 0, owner_topic(connection.account.owner)
        with self.store.begin() as tx:
            if topic.job_id is not None:
                version = require_job(tx.jobs.get(topic.job_id), topic.job_id, actor=actor).version
                stored = job_topic(topic.job_id)
            if not tx.live_pages.watch(connection.id, stored):
                raise InvalidInput("a page watches so many things at most", code="topics_full")
        return version

    def _tell(self, connection_id: str, message: dict[str, object]) -> None:
        try:
            if not self.connections.tell(connection_id, message):
                self.disconnect(connection_id)
        except Retryable as error:
            log.warning("page_not_told", error=str(error))

    def _close(self, *connection_ids: str) -> None:
        for each in connection_ids:
            try:
                self.connections.close(each)
            except Retryable as error:
                log.warning("page_not_closed", error=str(error))


def _topic_of(body: str) -> Topic:
    try:
        message = json.loads(body) if len(body) <= _MOST_LETTERS else None
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict):
        return read_topic(None)
    return read_topic(message.get("topic"))


def _ticket_refused() -> Forbidden:
    return Forbidden("the ticket is none, was used, or is too old", code="ticket_refused")
