"""Events and thresholds as JSON.

Source: docs/evaluation.md.
"""

from typing import Any

from sunwi.domain.evaluation import EventKind
from sunwi.domain.evaluation_list import EventPage, ListedEvent, write_cursor
from sunwi.domain.evaluation_thresholds import Thresholds
from sunwi.service.evaluation.manage_thresholds import ClientAndThresholds
from sunwi.wording.evaluation.event_words import event_words


def event_page_document(page: EventPage) -> dict[str, Any]:
    """Write a page of a list."""
    return {
        "events": [event_document(listed) for listed in page.events],
        "next": None if page.next is None else write_cursor(page.next),
    }


def event_document(listed: ListedEvent) -> dict[str, Any]:
    """Write an event."""
    stored, event = listed.stored, listed.event
    return {
        "tracking_id": event.tracking_id,
        "keyword": listed.keyword,
        "kind": listed.kind,
        "surface": listed.surface,
        "device": listed.device,
        "client": listed.client,
        "agency": listed.agency,
        "event": event.kind.value,
        "day": event.day.isoformat(),
        "compared": None if event.compared is None else event.compared.isoformat(),
        "facts": dict(event.facts),
        "message": event_words(event.kind, event.day, event.compared, event.facts),
        "state": stored.state.value,
        "version": stored.version,
        "withdrawn_at": None if stored.withdrawn_at is None else stored.withdrawn_at.isoformat(),
        "is_told": stored.told == stored.version,
    }


def client_thresholds_document(found: ClientAndThresholds) -> dict[str, Any]:
    """Write what holds for a client, and what will."""
    coming = found.coming
    return {
        "client_id": found.client.id,
        "client": found.client.name,
        "agency": found.client.agency,
        **_thresholds(found.thresholds),
        "since": None if found.since is None else found.since.isoformat(),
        "coming": None if coming is None else {**_thresholds(coming.thresholds), "since": coming.since.isoformat()},
    }


def _thresholds(thresholds: Thresholds) -> dict[str, Any]:
    return {
        "drop_places": thresholds.drop_places,
        "gap_days": thresholds.gap_days,
        "unmeasured_nights": thresholds.unmeasured_nights,
        "ends_soon_days": thresholds.ends_soon_days,
        "told": [kind.value for kind in EventKind if kind in thresholds.told],
        "is_daily": thresholds.is_daily,
    }
