"""Routes of runs, dead letters and lookups on the walk."""

from collections.abc import Mapping

from tests.unit.web.walk.entry import Entry
from tests.unit.web.walk.world import World

_LOOKUP = {"keyword": "김밥", "url": "https://m.place.naver.com/restaurant/1234567890"}


def _run(world: World) -> Mapping[str, object]:
    return {"run_id": world.run()}


def _some_run(world: World) -> Mapping[str, object]:
    world.run()
    return {}


def _some_tracking(world: World) -> Mapping[str, object]:
    world.tracking()
    return {}


ENTRIES: Mapping[str, Entry] = {
    "list_runs": Entry(rows=_some_run),
    "get_run": Entry(rows=_run),
    "list_run_tasks": Entry(rows=_run),
    "start_run": Entry(rows=_some_tracking, body=lambda _world: {}),
    "cancel_run": Entry(rows=_run),
    "retry_failed_of_run": Entry(rows=_run, body=lambda _world: {}),
    "list_dead_letters": Entry(),
    "redrive_dead_letters": Entry(body=lambda _world: {"queue": "crawl", "rate": 1}),
    "look_up": Entry(body=lambda _world: _LOOKUP),
}
