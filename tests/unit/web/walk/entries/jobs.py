"""Routes of jobs on the walk."""

from collections.abc import Mapping
from typing import Any

from sunwi.domain.bulk_action import Action
from sunwi.domain.job import JobState
from tests.unit.web.people import MARK
from tests.unit.web.walk.callers import OF_AGENCY
from tests.unit.web.walk.entry import Entry
from tests.unit.web.walk.world import World

_LOOKUP = {"work": "lookup", "params": {"keyword": "김밥", "url": "https://m.place.naver.com/restaurant/1234567890"}}


def _job(world: World) -> Mapping[str, object]:
    return {"job_id": world.job()}


def _some_job(world: World) -> Mapping[str, object]:
    world.job()
    return {}


def _task(world: World) -> Mapping[str, object]:
    return {"task_id": world.job()}


def _failed(world: World) -> Mapping[str, object]:
    return {"job_id": world.ended_job()}


def _succeeded(world: World) -> Mapping[str, object]:
    return {"job_id": world.ended_job(JobState.SUCCEEDED, {"ranks": [3], "keyword": MARK})}


def _with_file(world: World) -> Mapping[str, object]:
    return {"job_id": world.job_with_file(), "name": "순위.csv"}


def _bulk_action(world: World) -> Mapping[str, object]:
    params: dict[str, Any] = {"action": Action.PAUSE.value, "filter": {"tag": MARK}, "expected_count": 1}
    return {"job_id": world.job("bulk_action", **params)}


ENTRIES: Mapping[str, Entry] = {
    "submit_job": Entry(body=lambda _world: _LOOKUP),
    "submit_jobs": Entry(body=lambda _world: {"jobs": [_LOOKUP, _LOOKUP]}),
    "list_jobs": Entry(rows=_some_job),
    "list_active_jobs": Entry(rows=_some_job),
    "get_job": Entry(rows=_job, seen_by=OF_AGENCY),
    "get_job_result": Entry(rows=_succeeded, seen_by=OF_AGENCY),
    "get_job_file": Entry(rows=_with_file, seen_by=OF_AGENCY),
    "cancel_job": Entry(rows=_job, seen_by=OF_AGENCY),
    "retry_job": Entry(rows=_failed, seen_by=OF_AGENCY),
    "retry_jobs": Entry(body=lambda world: {"ids": [world.ended_job()]}, acts_for=OF_AGENCY),
    "undo_job": Entry(rows=_bulk_action, seen_by=OF_AGENCY),
    "start_baemin_crawling": Entry(
        body=lambda _world: {"task_options": {"timeout": 120}}, status=422, leaves_audit=False, why="no such kind yet"
    ),
    "get_baemin_task": Entry(rows=_task, seen_by=OF_AGENCY),
    "cancel_baemin_task": Entry(rows=_task, seen_by=OF_AGENCY),
}
