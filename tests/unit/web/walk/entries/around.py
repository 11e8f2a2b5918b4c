"""What surrounds the routes on the walk: health, figures, files, the reference."""

from collections.abc import Mapping

from sunwi.domain.file_link import LinkedFile
from tests.unit.web.people import AGENCY
from tests.unit.web.walk.entry import Entry
from tests.unit.web.walk.world import World


def _link(world: World) -> Mapping[str, object]:
    """A link is for whoever has it."""
    file = LinkedFile(key="results/1/1/a.csv", name="a.csv", content_type="text/csv")
    return {"token": world.house.requests.link_file.link(AGENCY.actor, file).token}


ENTRIES: Mapping[str, Entry] = {
    "show_health": Entry(),
    "show_metrics": Entry(),
    "show_document": Entry(),
    "show_reference": Entry(),
    "show_robots": Entry(),
    "open_file": Entry(rows=_link),
}
