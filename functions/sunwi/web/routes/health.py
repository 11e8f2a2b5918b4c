"""`/health`, `/metrics`: whether everything is as it should be, for whoever watches from outside."""

from typing import Any

from sunwi.domain.job_health import HealthLevel, JobHealth
from sunwi.errors import StoreUnavailable
from sunwi.service.accounts.permissions import ROLES_OF, Action
from sunwi.web.answer import Answer
from sunwi.web.metrics_text import CONTENT_TYPE, metrics_text
from sunwi.web.request import Request
from sunwi.web.route import Route
from sunwi.wording.jobs.job_health_words import describe_reason

_OK, _UNAVAILABLE = 200, 503


def show_health(request: Request[None, None]) -> Answer:
    """Answer with one word; with the reasons for whoever may watch the system."""
    try:
        health = request.house.monitor.monitor.health()
    except StoreUnavailable:
        return Answer(status=_UNAVAILABLE, document={"status": HealthLevel.CRITICAL.value})
    document: dict[str, Any] = {"status": health.level.value}
    if request.caller is not None and request.actor.role in ROLES_OF[Action.SYSTEM_READ]:
        document["reasons"] = _reasons(health)
    return Answer(status=_UNAVAILABLE if health.level is HealthLevel.CRITICAL else _OK, document=document)


def _reasons(health: JobHealth) -> list[dict[str, str]]:
    words = [(reason, *describe_reason(reason)) for reason in health.reasons]
    return [
        {"code": reason.code.value, "level": reason.level.value, "message": english, "title": korean}
        for reason, english, korean in words
    ]


def show_metrics(request: Request[None, None]) -> Answer:
    """Answer with the figures of the monitor."""
    view = request.house.monitor.monitor.show(request.actor)
    runs = request.house.runs.show_run.list(1)
    return Answer(content=metrics_text(view, runs[0] if runs else None), content_type=CONTENT_TYPE)


ROUTES: tuple[Route, ...] = (
    Route(
        name="show_health",
        method="GET",
        path="/health",
        action=None,
        handle=show_health,
        summary="Say whether everything is as it should be: 200 while work is done, 503 when it is not.",
    ),
    Route(
        name="show_metrics",
        method="GET",
        path="/metrics",
        action=Action.SYSTEM_READ,
        handle=show_metrics,
        summary="Return the monitor's figures as Prometheus reads them.",
    ),
)
