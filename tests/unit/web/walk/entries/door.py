"""Signing in and out, open pages, and how far a run is, on the walk."""

from collections.abc import Mapping

from tests.examples import new_run
from tests.unit.web.walk.callers import OF_ALL
from tests.unit.web.walk.entry import Entry
from tests.unit.web.walk.world import World

#: A session opens pages, and a program has none.
PEOPLE = OF_ALL - {"read key", "write key"}


def _run(world: World) -> Mapping[str, object]:
    run = new_run()
    with world.store.begin() as tx:
        tx.runs.add(run, [])
    return {"run_id": run.id}


ENTRIES: Mapping[str, Entry] = {
    "show_home": Entry(),
    "begin_sign_in": Entry(),
    # Of whoever did not begin a sign-in in this browser.
    "finish_sign_in": Entry(status=403),
    "sign_out": Entry(content=("", "application/x-www-form-urlencoded")),
    "show_signed_out": Entry(),
    "make_live_ticket": Entry(seen_by=PEOPLE),
    "show_run_progress": Entry(rows=_run),
}
