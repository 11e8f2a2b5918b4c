"""Show and set what a client wants to be told, from the next night on."""

from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

import structlog

from sunwi.domain.actor import Actor
from sunwi.domain.audit import AuditEntry
from sunwi.domain.evaluation_thresholds import DEFAULT_THRESHOLDS, DatedThresholds, Thresholds
from sunwi.domain.owner import Client
from sunwi.errors import InvalidInput
from sunwi.service.ports.outside import Clock, Store, Transaction
from sunwi.service.ports.retry_conflicts import retry_conflicts
from sunwi.service.trackings.last_night import last_night

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientAndThresholds:
    """What holds for a client.

    Attributes:
        since: First KST date that is judged by them; None of the defaults.
        coming: Thresholds that hold from a later day on; None when nobody has set any.
    """

    client: Client
    thresholds: Thresholds
    since: date | None
    coming: DatedThresholds | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ManageThresholds:
    """Shows and sets thresholds of clients; nights that were judged keep those that they were judged by."""

    store: Store
    clock: Clock

    def show(self, actor: Actor, client_id: int) -> ClientAndThresholds:
        """Return what holds for a client, and what will.

        Raises:
            InvalidInput: There is no such client, or it is somebody else's.
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.read() as tx:
            client = _require(tx, client_id, actor)
            return _found(tx, client, last_night(tx, now=self.clock.now()))

    @retry_conflicts
    def set(self, actor: Actor, client_id: int, thresholds: Thresholds) -> ClientAndThresholds:
        """Set what holds for a client from the next night on.

        Args:
            actor: Who sets them.
            client_id: Of the client.
            thresholds: All of them.

        Raises:
            InvalidInput: There is no such client, it is somebody else's, or a number is out of its limits.
            StoreUnavailable: The database cannot be reached; nothing is changed.
        """
        thresholds.check()
        with self.store.begin() as tx:
            now = self.clock.now()
            night = last_night(tx, now=now)
            client = _require(tx, client_id, actor)
            before = _found(tx, client, night)
            dated = DatedThresholds(since=night + timedelta(days=1), thresholds=thresholds)
            tx.client_thresholds.set(client.id, dated, at=now, by=actor.owner)
            found = replace(before, coming=dated)
            entry = AuditEntry(
                at=now,
                actor=actor.owner,
                action="thresholds_set",
                subject=f"client {client.id}",
                before=_facts(before.coming.thresholds if before.coming else before.thresholds),
                after={**_facts(thresholds), "since": dated.since.isoformat()},
            )
            tx.audit.add(entry)
        log.info("thresholds_set", client_id=client_id, since=dated.since.isoformat(), set_by=actor.owner)
        return found


def _facts(thresholds: Thresholds) -> dict[str, Any]:
    return {**asdict(thresholds), "told": sorted(kind.value for kind in thresholds.told)}


def _found(tx: Transaction, client: Client, night: date) -> ClientAndThresholds:
    found = ClientAndThresholds(client=client, thresholds=DEFAULT_THRESHOLDS, since=None)
    for dated in tx.client_thresholds.of_client(client.id):
        if dated.since > night:
            return replace(found, coming=dated)
        found = replace(found, thresholds=dated.thresholds, since=dated.since)
    return found


def _require(tx: Transaction, client_id: int, actor: Actor) -> Client:
    client = tx.owner_lists.client(client_id, actor=actor)
    if client is None:
        raise InvalidInput(
            f"there is none numbered {client_id}: list them to see what there is",
            code="owner_unknown",
            owner_id=client_id,
        )
    return client
