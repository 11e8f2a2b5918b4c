"""Routes of trackings on the walk."""

from collections.abc import Mapping

from tests.unit.web.walk.entry import Entry
from tests.unit.web.walk.world import World


def _tracking(world: World) -> Mapping[str, object]:
    world.tracking()
    return {}


ENTRIES: Mapping[str, Entry] = {
    "list_trackings": Entry(rows=_tracking),
}
