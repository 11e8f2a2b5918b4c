"""Kinds that do as their params say, and wait at files that a test makes."""

import os
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from sunwi.bootstrap.adapters import Adapters
from sunwi.bootstrap.works import Kind
from sunwi.domain.work import BackOff, Place, Work, Works
from sunwi.errors import Retryable
from sunwi.service.jobs.running_job import JobRunner, RunningJob
from sunwi.service.schedules.default_schedules import DEFAULT_SCHEDULES

#: Between two looks at a file, in seconds.
LOOK_SECONDS = 0.05


def parse(params: Mapping[str, Any]) -> dict[str, Any]:
    """Take any params."""
    return dict(params)


def made_up(name: str, place: Place) -> Work:
    """Return a kind that is tried again at once."""
    back_off = BackOff(tries=2, first=timedelta(seconds=0.1), longest=timedelta(seconds=0.1))
    return Work(name=name, parse=parse, place=place, steps=("begin", "end"), back_off=back_off, can_checkpoint=True)


def answer(running: RunningJob) -> Mapping[str, Any]:
    """Return what the params say, and where it ran."""
    return {"said": running.job.params.get("say"), "place": os.environ["WORKER_PLACE"]}


def wait_at_gate(running: RunningJob) -> Mapping[str, Any]:
    """Say that it is there, by a file with its process, and wait for another file; a cancel is heard meanwhile."""
    here = Path(running.job.params["folder"], f"{running.job.params['name']}-{running.job.generation}")
    draft = here.with_suffix(".draft")
    draft.write_text(str(os.getpid()))
    draft.rename(here.with_suffix(".there"))
    running.save({"generation": running.job.generation})
    while not here.with_suffix(".open").exists():
        running.progress(50, step="begin")
        time.sleep(LOOK_SECONDS)
    return {"went_on_from": running.job.checkpoint}


def fail(running: RunningJob) -> Mapping[str, Any]:
    """Fail, worth another attempt, as often as the params say."""
    if running.job.attempts < running.job.params["times"]:
        raise Retryable("it failed as it was asked to")
    return {"attempts": running.job.attempts}


def leave_file(running: RunningJob) -> Mapping[str, Any]:
    """Leave a file."""
    return {"file": running.keep_file("answer.txt", "답".encode(), content_type="text/plain; charset=utf-8")}


RUNNERS: dict[str, tuple[Place, JobRunner]] = {
    "answer": (Place.CORE, answer),
    "answer_in_browser": (Place.BROWSER, answer),
    "gate": (Place.CORE, wait_at_gate),
    "fail": (Place.CORE, fail),
    "leave_file": (Place.CORE, leave_file),
    # What Sunwi's own schedules submit.
    **{default.order.work: (Place.CORE, answer) for default in DEFAULT_SCHEDULES},
}


def kind(name: str) -> Kind:
    """Put a kind and its runner together."""
    place, runner = RUNNERS[name]

    def build(_adapters: Adapters) -> JobRunner:
        return runner

    return Kind(made_up(name, place), build)


KINDS = tuple(kind(name) for name in RUNNERS)
WORKS = Works(tuple(kind.work for kind in KINDS))
