"""The one kind that is measured: it takes its time, and says when."""

import time
from collections.abc import Mapping
from typing import Any

from sunwi.bootstrap.adapters import Adapters
from sunwi.bootstrap.works import Kind
from sunwi.domain.work import Place, Work, Works
from sunwi.service.jobs.running_job import JobRunner, RunningJob


def _parse(params: Mapping[str, Any]) -> dict[str, Any]:
    return dict(params)


def hold(running: RunningJob) -> Mapping[str, Any]:
    """Keep the worker for as long as the params say."""
    started = time.time()
    time.sleep(running.job.params["seconds"])
    return {"started": started, "ended": time.time()}


def _build(_adapters: Adapters) -> JobRunner:
    return hold


HOLD = Work(name="hold", parse=_parse, place=Place.CORE, steps=())
KINDS = (Kind(HOLD, _build),)
WORKS = Works((HOLD,))
