"""Routes of notices, channels, events and thresholds on the walk."""

from collections.abc import Mapping

from tests.unit.web.walk.callers import OF_AGENCY
from tests.unit.web.walk.entry import Entry
from tests.unit.web.walk.world import SLACK, World


def _channel(world: World) -> Mapping[str, object]:
    return {"channel_id": world.channel()}


def _notice(world: World) -> Mapping[str, object]:
    return {"notice_id": world.notice()}


def _dead(world: World) -> Mapping[str, object]:
    return {"notice_id": world.notice(is_dead=True)}


def _listed(world: World) -> Mapping[str, object]:
    world.notice()
    world.tracking()
    return {}


def _client(_world: World) -> Mapping[str, object]:
    return {"client_id": 1}


_NEW = {"name": "새 채널", "kind": "slack", "address": SLACK}

ENTRIES: Mapping[str, Entry] = {
    "list_notices": Entry(rows=_listed),
    "get_notice": Entry(rows=_notice, seen_by=OF_AGENCY),
    "resend_notice": Entry(rows=_dead, seen_by=OF_AGENCY),
    "resend_notices": Entry(body=lambda world: {"ids": [world.notice(is_dead=True)]}, acts_for=OF_AGENCY),
    "list_channels": Entry(rows=_listed),
    "get_channel": Entry(rows=_channel, seen_by=OF_AGENCY),
    "add_channel": Entry(body=lambda _world: _NEW),
    "change_channel": Entry(rows=_channel, seen_by=OF_AGENCY, body=lambda _world: {"kinds": ["digest"]}),
    "remove_channel": Entry(rows=_channel, seen_by=OF_AGENCY),
    "try_channel": Entry(rows=_channel, seen_by=OF_AGENCY),
    "mute_channel": Entry(rows=_channel, seen_by=OF_AGENCY, body=lambda _world: {"hours": 1}),
    "unmute_channel": Entry(rows=_channel, seen_by=OF_AGENCY),
    "list_events": Entry(rows=_listed),
    "get_thresholds": Entry(rows=_client, seen_by=OF_AGENCY),
    "set_thresholds": Entry(rows=_client, seen_by=OF_AGENCY, body=lambda _world: {"drop_places": 2}),
}
