from typing import Any

import pytest
from sqlalchemy import select

from sunwi.adapters.sql.tables import AuditRow
from sunwi.domain.account import Account
from sunwi.domain.failure import Failure, FailureCause
from sunwi.domain.run import TaskState
from tests.examples import NIGHT, place_tracking
from tests.statement_counts import counting
from tests.unit.web.people import ADVERTISER, AGENCY
from tests.unit.web.routes.conftest import AskingAs
from tests.unit.web.walk.world import World

RUNS = "/api/v1/runs"


def track(world: World, number: int) -> None:
    with world.store.begin() as tx:
        tx.trackings.add([place_tracking(100 + one, f"맛집 {one}") for one in range(number)], at=NIGHT)


def fail(world: World, run_id: str, *tracking_ids: int) -> None:
    """Let tasks of a run end unmeasured."""
    for tracking_id in tracking_ids:
        with world.store.begin() as tx:
            task = tx.tasks.lock(run_id, tracking_id)
            assert task is not None
            cause = FailureCause.TIMEOUT if tracking_id % 2 else FailureCause.BLOCKED
            failure = Failure(cause, "it did not come")
            tx.tasks.set_state(task, TaskState.FAILED, decided_at=NIGHT, failure=failure)


def audits(world: World) -> list[Any]:
    with world.engine.connect() as connection:
        return list(connection.execute(select(AuditRow).order_by(AuditRow.id)))


def test_a_run_is_started_over_everything_or_what_a_filter_takes(asking: AskingAs, world: World) -> None:
    track(world, 3)
    ask = asking().ask
    reply = ask("POST", RUNS, {})
    run = reply.document
    assert (reply.status, reply.headers["Location"]) == (202, f"{RUNS}/{run['run_id']}")
    assert (run["kind"], run["expected"], run["capacity_warning"]) == ("MANUAL", 3, None)
    assert ask("POST", RUNS, {"filter": {"keyword": "맛집 1"}}).document["expected"] == 1
    assert [row.action for row in audits(world)] == ["run_started", "run_started"]
    reply = ask("POST", RUNS, {"filter": {"keyword": "없음"}})
    assert (reply.status, reply.document["code"]) == (422, "run_of_nothing")


def test_the_same_key_starts_one_run(asking: AskingAs, world: World) -> None:
    track(world, 1)
    key = {"idempotency-key": "a"}
    first, second = (asking().ask("POST", RUNS, {}, key).document["run_id"] for _ in range(2))
    assert first == second
    assert len(audits(world)) == 1


def test_runs_come_page_by_page_newest_first(asking: AskingAs, world: World) -> None:
    track(world, 1)
    ask = asking().ask
    started = []
    for _ in range(5):
        started.append(ask("POST", RUNS, {}).document["run_id"])
        world.clock.advance(seconds=1)
    seen: list[str] = []
    query = "?limit=2"
    while query:
        page = ask("GET", f"{RUNS}{query}").document
        seen += [run["run_id"] for run in page["runs"]]
        query = f"?limit=2&after={page['next']}" if "next" in page else ""
    assert seen == started[::-1]
    for cursor in ("x", "WzFd", "W10", "bnVsbA"):
        assert ask("GET", f"{RUNS}?after={cursor}").document["code"] == "cursor_unusable"


def test_a_page_of_runs_costs_the_same_however_long_it_is(asking: AskingAs, world: World) -> None:
    track(world, 1)
    for _ in range(6):
        asking().ask("POST", RUNS, {})
        world.clock.advance(seconds=1)
    numbers = []
    for limit in (1, 6):
        with counting(world.engine) as counts:
            asking().ask("GET", f"{RUNS}?limit={limit}")
        numbers.append(counts.statements.total())
    assert numbers[0] == numbers[1]


def test_a_run_shows_its_equation_and_pages_of_its_tasks(asking: AskingAs, world: World) -> None:
    track(world, 5)
    ask = asking().ask
    run_id = ask("POST", RUNS, {}).document["run_id"]
    fail(world, run_id, 1, 2, 3)
    run = ask("GET", f"{RUNS}/{run_id}").document
    assert (run["expected"], run["failed"], run["left"], run["is_balanced"]) == (5, 3, 2, False)
    first = ask("GET", f"{RUNS}/{run_id}/tasks?limit=2").document
    rest = ask("GET", f"{RUNS}/{run_id}/tasks?limit=3&after={first['next']}").document
    assert [task["tracking_id"] for task in first["tasks"] + rest["tasks"]] == [1, 2, 3, 4, 5]
    assert "next" not in rest
    slow = ask("GET", f"{RUNS}/{run_id}/tasks?state=FAILED&cause=timeout,crash").document["tasks"]
    assert [(task["tracking_id"], task["cause"]) for task in slow] == [(1, "timeout"), (3, "timeout")]


def test_failed_ones_are_measured_again_by_cause(asking: AskingAs, world: World) -> None:
    track(world, 4)
    ask = asking().ask
    run_id = ask("POST", RUNS, {}).document["run_id"]
    fail(world, run_id, 1, 2, 3)
    world.queue.sent.clear()
    answer = ask("POST", f"{RUNS}/{run_id}/retry-failed", {"cause": ["timeout"], "limit": 1, "waiting": True}).document
    assert (answer["sent"], answer["left"], answer["of_other_causes"]) == (1, 1, 1)
    assert [row[1] for row in world.queue.sent] == [1]
    last = audits(world)[-1]
    assert (last.action, last.subject, last.after["causes"]) == ("run_retried", f"run {run_id}", ["timeout"])


def test_a_run_is_cancelled_once(asking: AskingAs, world: World) -> None:
    track(world, 2)
    ask = asking().ask
    run_id = ask("POST", RUNS, {}).document["run_id"]
    assert ask("POST", f"{RUNS}/{run_id}/cancel").document == {"run_id": run_id, "cancelled": 2, "running": 0}
    assert ask("POST", f"{RUNS}/{run_id}/cancel").document["cancelled"] == 0
    assert [row.action for row in audits(world)] == ["run_started", "run_cancelled"]


@pytest.mark.parametrize("run_id", ["manual-20260102-010000-00000000", "nobody", "%00", "a b"])
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("GET", "", None), ("GET", "/tasks", None), ("POST", "/cancel", None), ("POST", "/retry-failed", {})],
)
def test_a_run_that_is_not_there_is_nothing(
    asking: AskingAs, run_id: str, method: str, path: str, body: dict[str, Any] | None
) -> None:
    assert asking().ask(method, f"{RUNS}/{run_id}{path}", body).status == 404


@pytest.mark.parametrize("account", [AGENCY, ADVERTISER])
def test_runs_are_the_operators_alone(asking: AskingAs, world: World, account: Account) -> None:
    track(world, 1)
    run_id = asking().ask("POST", RUNS, {}).document["run_id"]
    for method, path in (("GET", ""), ("POST", ""), ("GET", f"/{run_id}"), ("POST", f"/{run_id}/cancel")):
        body: dict[str, Any] | None = {} if (method, path) == ("POST", "") else None
        assert asking(account).ask(method, f"{RUNS}{path}", body).document["code"] == "action_forbidden"
