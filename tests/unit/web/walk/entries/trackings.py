"""Routes of trackings, and of actions on many of them, on the walk."""

from collections.abc import Mapping
from typing import Any

from sunwi.domain.tracking import TrackingStatus
from tests.unit.web.people import FOREIGN_AGENCY, MARK
from tests.unit.web.walk.callers import OF_AGENCY, OF_CLIENT
from tests.unit.web.walk.entry import Entry
from tests.unit.web.walk.world import World

_PLACE = {"kind": "place", "keyword": "국밥", "target_url": "https://map.naver.com/p/entry/place/1648862917"}


def _some_trackings(world: World) -> Mapping[str, object]:
    world.tracking()
    return {}


def _tracking(world: World) -> Mapping[str, object]:
    return {"tracking_id": world.tracking()}


def _paused(world: World) -> Mapping[str, object]:
    number = world.tracking()
    with world.store.begin() as tx:
        tx.trackings.set_status(number, TrackingStatus.PAUSED)
    return {"tracking_id": number}


def _measured(world: World) -> Mapping[str, object]:
    return {"tracking_id": world.measured_tracking(), "date": "latest"}


def _bulk_action(world: World) -> Mapping[str, object]:
    params: dict[str, Any] = {"action": "pause", "filter": {"tag": MARK}, "expected_count": 1}
    return {"job_id": world.job("bulk_action", **params)}


def _own(world: World) -> dict[str, Any]:
    """Name a tracking of the caller's own."""
    is_foreign = world.account is not None and world.account.agency_id == FOREIGN_AGENCY.agency_id
    number = world.foreign_tracking() if is_foreign else world.tracking()
    return {"action": "pause", "ids": [number], "expected_count": 1}


ENTRIES: Mapping[str, Entry] = {
    "list_trackings": Entry(rows=_some_trackings),
    "get_tracking": Entry(rows=_tracking, seen_by=OF_CLIENT),
    "get_tracking_history": Entry(rows=_tracking, seen_by=OF_CLIENT),
    "get_tracking_sessions": Entry(rows=_tracking, seen_by=OF_CLIENT),
    "get_tracking_proof": Entry(rows=_measured, seen_by=OF_CLIENT),
    "add_tracking": Entry(body=lambda _world: _PLACE),
    "import_trackings": Entry(body=lambda _world: {"rows": [_PLACE]}),
    "change_tracking": Entry(rows=_tracking, seen_by=OF_AGENCY, body=lambda _world: {"target_rank": 3}),
    "pause_tracking": Entry(rows=_tracking, seen_by=OF_AGENCY),
    "resume_tracking": Entry(rows=_paused, seen_by=OF_AGENCY),
    "end_tracking": Entry(rows=_tracking, seen_by=OF_AGENCY),
    "count_bulk_action": Entry(rows=_some_trackings, query="status=ACTIVE"),
    "start_bulk_action": Entry(body=_own),
    "undo_bulk_action": Entry(rows=_bulk_action, seen_by=OF_AGENCY),
}
