from dataclasses import dataclass, field, replace

import pytest
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from typing_extensions import override

from sunwi.bootstrap.command_line import CommandContainer
from sunwi.domain.account import Account
from sunwi.domain.actor import SYSTEM, Role
from sunwi.domain.job_order import JobOrder
from sunwi.errors import StoreUnavailable
from sunwi.testing import ManualClock
from sunwi.web.app import Guard, WebApp
from sunwi.web.caller import Caller
from sunwi.web.route import Route
from sunwi.web.routes.health import ROUTES
from tests.unit.web.asking import ADMIN, Asking, Reply, http_event


@dataclass(frozen=True, slots=True)
class Known(Guard):
    """Knows who asks, on every route."""

    account: Account | None = field(default=None)

    @override
    def admit(self, event: APIGatewayProxyEventV2, route: Route, *, at: object) -> Caller | None:
        return None if self.account is None else Caller(account=self.account)


def ask(house: CommandContainer, account: Account | None = None) -> Reply:
    app = WebApp(ROUTES, house=lambda: house, guard=Known(account))
    answer = app.resolve(http_event("GET", "/health"), None)
    return Reply(answer["statusCode"], answer["headers"], answer["body"])


def wait_for_nothing(house: CommandContainer, clock: ManualClock) -> None:
    """Submit a job that nobody admits."""
    house.jobs.submit_job.submit(SYSTEM, JobOrder(work="cleanup", params={}))
    clock.advance(minutes=10)


def test_everybody_hears_one_word(house: CommandContainer) -> None:
    assert (ask(house).status, ask(house).document) == (200, {"status": "healthy"})


def test_what_is_not_done_is_a_503_and_only_who_may_watch_hears_why(
    house: CommandContainer, clock: ManualClock
) -> None:
    wait_for_nothing(house, clock)
    assert (ask(house).status, ask(house).document) == (503, {"status": "critical"})
    agency = replace(ADMIN, role=Role.AGENCY, agency_id=1)
    assert ask(house, agency).document == {"status": "critical"}
    reasons = ask(house, ADMIN).document["reasons"]
    assert [reason["code"] for reason in reasons] == ["tick_silent"]
    assert "tender" in reasons[0]["title"]


def test_without_a_database_nothing_is_done(house: CommandContainer, monkeypatch: pytest.MonkeyPatch) -> None:
    def be_away(_monitor: object) -> None:
        raise StoreUnavailable("away", code="database_unreachable")

    monkeypatch.setattr(type(house.monitor.monitor), "health", be_away)
    assert (ask(house).status, ask(house).document) == (503, {"status": "critical"})


def test_figures_are_what_prometheus_reads(house: CommandContainer, clock: ManualClock) -> None:
    wait_for_nothing(house, clock)
    reply = Asking(ROUTES, house).ask("GET", "/metrics")
    assert reply.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    lines = reply.body.splitlines()
    assert 'sunwi_jobs_open{work="cleanup",state="PENDING"} 1' in lines
    assert 'sunwi_health{level="critical"} 1' in lines
    assert 'sunwi_health{level="healthy"} 0' in lines
    assert "sunwi_jobs_ready 1" in lines
    assert 'sunwi_jobs_longest_wait_seconds{priority="low"} 600' in lines
    for line in lines:
        assert line.startswith("#") or len(line.rsplit(" ", 1)) == 2
    assert reply.body.endswith("\n")


def test_figures_are_for_those_who_may_watch(house: CommandContainer) -> None:
    agency = replace(ADMIN, role=Role.AGENCY, agency_id=1)
    assert Asking(ROUTES, house, agency).ask("GET", "/metrics").status == 403
