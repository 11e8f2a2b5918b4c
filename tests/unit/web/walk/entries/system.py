"""Routes of schedules, workers and figures on the walk: the operators' alone."""

from collections.abc import Mapping
from datetime import time

from sunwi.domain.job_order import JobOrder
from sunwi.domain.schedule_time import Daily
from tests.unit.web.asking import ADMIN
from tests.unit.web.walk.callers import OF_ADMINS
from tests.unit.web.walk.entry import Entry
from tests.unit.web.walk.world import World


def _schedule(_world: World) -> Mapping[str, object]:
    return {"name": "backup"}


def _paused(world: World) -> Mapping[str, object]:
    world.house.schedules.schedules.change("backup", at=world.house.adapters.clock.now(), is_paused=True)
    return {"name": "backup"}


def _own(world: World) -> Mapping[str, object]:
    world.house.schedules.schedules.create("nightly", Daily(time(3, 0)), JobOrder(work="backup", params={}))
    return {"name": "nightly"}


def _pause(world: World) -> Mapping[str, object]:
    world.house.jobs.manage_pool.pause(ADMIN.actor)
    return {}


ENTRIES: Mapping[str, Entry] = {
    "list_schedules": Entry(),
    "get_schedule": Entry(rows=_schedule, seen_by=OF_ADMINS),
    "set_schedule": Entry(rows=_schedule, seen_by=OF_ADMINS, body=lambda _world: {"when": "매일 04:00"}),
    "remove_schedule": Entry(rows=_own, seen_by=OF_ADMINS),
    "pause_schedule": Entry(rows=_schedule, seen_by=OF_ADMINS),
    "resume_schedule": Entry(rows=_paused, seen_by=OF_ADMINS),
    "run_schedule": Entry(rows=_schedule, seen_by=OF_ADMINS),
    "show_monitor": Entry(),
    "get_pool": Entry(),
    "pause_pool": Entry(),
    "resume_pool": Entry(rows=_pause),
    "set_pool_limits": Entry(body=lambda _world: {"max": 5}),
}
