"""List events: what changed, for whoever asks."""

from dataclasses import dataclass

from sunwi.domain.evaluation_list import MAX_EVENTS, EventPage, EventQuery
from sunwi.errors import InvalidInput
from sunwi.service.ports.outside import Store
from sunwi.service.trackings.manage_trackings import require_tracking


@dataclass(frozen=True, slots=True)
class ListEvents:
    """Lists events, page by page."""

    store: Store

    def page(self, query: EventQuery) -> EventPage:
        """Return one page, the latest day first.

        Raises:
            InvalidInput: There is no such tracking, it is somebody else's, or the limit is none.
            StoreUnavailable: The database cannot be reached.
        """
        if not 1 <= query.limit <= MAX_EVENTS:
            raise InvalidInput(
                f"{query.limit} events are no page: ask for 1 to {MAX_EVENTS}",
                code="events_limit_unusable",
                limit=query.limit,
                most=MAX_EVENTS,
            )
        with self.store.read() as tx:
            if query.tracking_id is not None:
                is_seen = tx.evaluation.sees(query.actor, query.tracking_id)
                require_tracking(tx.trackings.get(query.tracking_id) if is_seen else None, query.tracking_id)
            return tx.evaluation.page(query)
