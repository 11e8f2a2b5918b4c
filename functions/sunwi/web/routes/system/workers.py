"""The monitor of jobs, and the pool of workers."""

from typing import Self

from pydantic import Field, model_validator

from sunwi.domain.worker_pool import MOST_WORKERS
from sunwi.service.accounts.permissions import Action
from sunwi.web.answer import Answer
from sunwi.web.asked.fields import Asked
from sunwi.web.request import Request
from sunwi.web.route import Route
from sunwi.wording.jobs.monitor_documents import monitor_document
from sunwi.wording.jobs.pool_documents import pool_document, pool_view_document


class PauseQuery(Asked):
    """Whose jobs wait."""

    everything: bool = Field(default=False, description="Sunwi's own, too: backups, for instance.")


class LimitsBody(Asked):
    """How few and how many workers there may be; what is left out stays."""

    min: int | None = Field(None, ge=1, le=MOST_WORKERS)
    max: int | None = Field(None, ge=1, le=MOST_WORKERS)

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if self.min is None and self.max is None:
            raise ValueError("no limit is to be changed: use min or max")
        return self


def show_monitor(request: Request[None, None]) -> Answer:
    """Answer with everything that is seen of jobs now."""
    return Answer(document=monitor_document(request.house.monitor.monitor.show(request.actor)))


def get_pool(request: Request[None, None]) -> Answer:
    """Answer with the pool, what waits for it, and its last changes."""
    return Answer(document=pool_view_document(request.house.jobs.manage_pool.show(request.actor)))


def pause_pool(request: Request[PauseQuery, None]) -> Answer:
    """Start no more jobs of people and agencies, or of nobody."""
    pool = request.house.jobs.manage_pool.pause(request.actor, everything=request.query.everything)
    return Answer(document=pool_document(pool))


def resume_pool(request: Request[None, None]) -> Answer:
    """Start jobs again."""
    return Answer(document=pool_document(request.house.jobs.manage_pool.resume(request.actor)))


def set_pool_limits(request: Request[None, LimitsBody]) -> Answer:
    """Set how few and how many workers there may be."""
    asked = request.body
    pool = request.house.jobs.manage_pool.set_limits(request.actor, least=asked.min, most=asked.max)
    return Answer(document=pool_document(pool))


ROUTES: tuple[Route, ...] = (
    Route(
        name="show_monitor",
        method="GET",
        path="/api/v1/monitor",
        action=Action.SYSTEM_READ,
        handle=show_monitor,
        summary="Show workers, queues, jobs, the last 48 hours, causes of failure, and health.",
    ),
    Route(
        name="get_pool",
        method="GET",
        path="/api/v1/pool",
        action=Action.SYSTEM_READ,
        handle=get_pool,
        summary="Show how many workers there are, what waits for them, and the last changes.",
    ),
    Route(
        name="pause_pool",
        method="POST",
        path="/api/v1/pool/pause",
        action=Action.POOL_CHANGE,
        handle=pause_pool,
        summary="Start no more jobs of people and agencies; what runs goes on.",
        query=PauseQuery,
    ),
    Route(
        name="resume_pool",
        method="POST",
        path="/api/v1/pool/resume",
        action=Action.POOL_CHANGE,
        handle=resume_pool,
        summary="Start jobs again.",
    ),
    Route(
        name="set_pool_limits",
        method="PATCH",
        path="/api/v1/pool",
        action=Action.POOL_CHANGE,
        handle=set_pool_limits,
        summary="Set how few and how many workers there may be.",
        body=LimitsBody,
    ),
)
