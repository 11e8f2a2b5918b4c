"""How often the database is asked for a whole job: by whoever submits it, and by the functions that it goes through."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import structlog
from sqlalchemy import Engine

from sunwi.bootstrap.command_line import CommandContainer
from sunwi.domain.actor import SYSTEM, Actor
from sunwi.domain.job import JobState
from sunwi.domain.job_order import JobOrder
from sunwi.settings import Settings, load_settings
from sunwi.testing import ManualClock
from tender.handler import handler as tend
from tests.examples import NIGHT
from tests.job_world import ADMIN, NO_OP
from tests.parts import replace_parts
from tests.statement_counts import Counts, counting
from tests.unit.handlers.job_functions import CONTEXT, JobFunctions
from worker.handler import handler as work

#: Insert, admission, claim, end and the tender's look for whoever is next; progress and heartbeats come on top.
MOST_STATEMENTS = 12
ORDER = JobOrder(work=NO_OP.name, params={})
JOBS = 50


@pytest.fixture
def functions(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[JobFunctions]:
    """The functions' own handlers, on either database."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-2")
    monkeypatch.setenv("DATABASE_URL", engine.url.render_as_string(hide_password=False))
    monkeypatch.setattr("sunwi.bootstrap.adapters._known", {})
    load_settings.cache_clear()
    container = CommandContainer.bootstrap()
    replace_parts(container, engine=engine, clock=ManualClock(NIGHT))
    yield JobFunctions(container)
    load_settings.cache_clear()
    structlog.contextvars.clear_contextvars()


def run(job_id: str) -> Mapping[str, Any]:
    """Do what the state machine does with an attempt, up to its end."""
    return work({"job_id": job_id, "generation": 1}, CONTEXT)


def live_alone(functions: JobFunctions, engine: Engine, actor: Actor) -> dict[str, int]:
    """Let one job live with nobody else there; return the statements of each part of its life."""
    submit_job = functions.container.jobs.submit_job
    with counting(engine) as submitted:
        job_id = submit_job.submit(actor, ORDER).job.id
    with counting(engine) as admitted:
        tend({"action": "nudge", "urgent": True}, CONTEXT)
    assert list(functions.executions.executions) == [f"{job_id}-1"]
    with counting(engine) as worked:
        answer = run(job_id)
    assert functions.job(job_id).state is JobState.SUCCEEDED
    with counting(engine) as tended:
        tend({"action": "ended", **answer}, CONTEXT)
    parts = {"submit": submitted, "nudge": admitted, "worker": worked, "Tend": tended}
    return {name: counts.statements.total() for name, counts in parts.items()}


def test_a_job_that_is_alone_costs_a_dozen_statements_from_its_insert_to_the_tender_s_last_look(
    functions: JobFunctions, engine: Engine
) -> None:
    cost = live_alone(functions, engine, SYSTEM)
    assert cost == {"submit": 1, "nudge": 4, "worker": 6, "Tend": 1}
    assert sum(cost.values()) == MOST_STATEMENTS


def test_a_person_s_job_costs_the_check_of_how_many_wait_and_its_audit_row_on_top(
    functions: JobFunctions, engine: Engine
) -> None:
    """PostgreSQL needs a lock for it, too; SQLite has it by the transaction."""
    check = {"sqlite": 1, "postgresql": 2}[engine.dialect.name]
    assert live_alone(functions, engine, ADMIN) == {"submit": 2 + check, "nudge": 4, "worker": 6, "Tend": 1}


def test_a_job_in_a_line_costs_ten_statements_and_its_part_of_the_insert(
    functions: JobFunctions, engine: Engine
) -> None:
    container = functions.container
    container.jobs.manage_pool.set_limits(ADMIN, least=1, most=1)
    parts: dict[str, list[Counts]] = {"worker": [], "Tend": []}
    with counting(engine) as all_of_it:
        ids = container.jobs.submit_bulk.submit(SYSTEM, [ORDER] * JOBS).job_ids
        tend({"action": "nudge"}, CONTEXT)
        for job_id in ids:
            with counting(engine) as worked:
                answer = run(str(job_id))
            with counting(engine) as tended:
                tend({"action": "ended", **answer}, CONTEXT)
            parts["worker"].append(worked)
            parts["Tend"].append(tended)
    assert list(functions.executions.executions) == [f"{job_id}-1" for job_id in ids]
    assert {counts.statements.total() for counts in parts["worker"]} == {6}
    assert [counts.statements.total() for counts in parts["Tend"]] == [4] * (JOBS - 1) + [1]
    assert all_of_it.statements.total() / JOBS <= MOST_STATEMENTS
