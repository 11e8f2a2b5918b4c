"""List trackings with where their sessions stand."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sunwi.domain.session import LedgerRow
from sunwi.domain.tracking import Kind, Tracking, TrackingStatus
from sunwi.service.ports.outside import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingFilter:
    """What to list; None and "" let everything through.

    Attributes:
        keyword: Part of the keyword, whatever its case.
        client: Part of the client's name, whatever its case.
    """

    status: TrackingStatus | None = None
    kind: Kind | None = None
    keyword: str = ""
    client: str = ""

    def takes(self, tracking: Tracking) -> bool:
        """Return whether a tracking is asked for; `status` is left to the database."""
        return (
            self.kind in {None, tracking.target.kind}
            and _plain(self.keyword) in _plain(tracking.keyword)
            and _plain(self.client) in _plain(tracking.client)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingLine:
    """One tracking and where it stands.

    Attributes:
        exposed_days: Of its current session, those that count.
        last: Its latest ledger row.
        missed_on: KST date after that on which a run could not measure it, the latest; None when there is none.
        tags: Sorted.
    """

    tracking: Tracking
    exposed_days: int
    last: LedgerRow | None
    missed_on: date | None = None
    tags: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ListTrackings:
    """List trackings by id."""

    store: Store

    def list(self, wanted: TrackingFilter) -> Sequence[TrackingLine]:
        """Return those that a filter takes.

        Raises:
            StoreUnavailable: The database cannot be reached.
        """
        with self.store.read() as tx:
            trackings = [tracking for tracking in tx.trackings.list(wanted.status) if wanted.takes(tracking)]
            exposed = tx.ledger.count_exposed_now()
            latest = tx.ledger.latest()
            missed = tx.tasks.latest_missed()
            tags = tx.trackings.tags_of([tracking.id for tracking in trackings])
        return [
            TrackingLine(
                tracking=tracking,
                exposed_days=exposed.get(tracking.id, 0),
                last=latest.get(tracking.id),
                tags=tags.get(tracking.id, ()),
                missed_on=_unless_measured_since(missed.get(tracking.id), latest.get(tracking.id)),
            )
            for tracking in trackings
        ]


def _unless_measured_since(missed_on: date | None, last: LedgerRow | None) -> date | None:
    if missed_on is None or (last is not None and last.date >= missed_on):
        return None
    return missed_on


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip().casefold()
