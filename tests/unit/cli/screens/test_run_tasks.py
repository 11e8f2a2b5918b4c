"""What `sunwi runs show` says of each tracking."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from sunwi.domain.failure import Failure, FailureCause
from sunwi.domain.run import Run, RunKind, TaskState
from tests.examples import NIGHT, new_run, place_tracking
from tests.unit.cli.command_line import CommandLine, FakeContainer
from tests.unit.cli.run_observations import look

MANUAL = "manual-20260102-090000-0a1b2c3d"


def add_run(container: FakeContainer, trackings: int, *, run: Run | None = None) -> Run:
    """Store so many trackings, and a run of them."""
    added = run or new_run()
    with container.adapters.store.begin() as tx:
        tx.trackings.add([place_tracking(number) for number in range(1, trackings + 1)], at=NIGHT)
        tx.runs.add(added, None)
    return added


def fail(container: FakeContainer, run: Run, tracking_id: int) -> None:
    with container.adapters.store.begin() as tx:
        task = tx.tasks.lock(run.id, tracking_id, message_id="m1")
        assert task is not None
        failure = Failure(FailureCause.BLOCKED, "Blocked: blocked (HTTP status 403)")
        tx.tasks.set_state(task, TaskState.FAILED, decided_at=NIGHT, failure=failure)


@pytest.fixture
def night(container: FakeContainer) -> Run:
    """Tracking 1 exposed, 2 not exposed, 3 failed, 4 failed and measured late, 5 waiting."""
    run = add_run(container, 5)
    look(container.adapters.store, run, 1, 3, at=NIGHT)
    look(container.adapters.store, run, 2, None, at=NIGHT)
    fail(container, run, 3)
    fail(container, run, 4)
    look(container.adapters.store, run, 4, 2, at=NIGHT + timedelta(days=1))
    return run


def row_of(out: str, tracking_id: int) -> str:
    """Return a tracking's line of the table of results."""
    lines = out[out.index("추적별 결과") :].splitlines()
    return next(line for line in lines if line.split()[:1] == [str(tracking_id)])


def test_each_tracking_of_a_small_run_is_told_with_its_rank(sunwi: CommandLine, night: Run) -> None:
    out = sunwi("runs", "show", night.id).out
    assert "3위 (플레이스 (nmb_rnk))" in row_of(out, 1)
    assert "미노출 (7칸 확인)" in row_of(out, 2)
    assert "미측정 (실패)" in row_of(out, 3)
    assert "위" not in row_of(out, 3)
    assert "미측정 (실패), 마감 후 01-03 2위" in row_of(out, 4)
    assert "대기" in row_of(out, 5)


def test_every_tracking_is_in_the_document_and_only_a_look_has_a_rank(sunwi: CommandLine, night: Run) -> None:
    exposed, missed, failed, late, waiting = sunwi("runs", "show", night.id, "--json").document()["tasks"]
    assert exposed["outcome"] == "exposed"
    assert exposed["looks"] == [
        {
            "date": "2026-01-02",
            "rank": 3,
            "area": "nmb_rnk",
            "page_rank": 3,
            "depth": 7,
            "matched_by": "own",
            "near_area": None,
            "near_rank": None,
            "in_ledger": True,
        }
    ]
    assert (missed["outcome"], [look["rank"] for look in missed["looks"]]) == ("not_exposed", [None])
    assert failed == {
        "tracking_id": 3,
        "keyword": "강남역 맛집",
        "surface": "integrated",
        "device": "pc",
        "state": "FAILED",
        "outcome": "not_measured",
        "cause": "blocked",
        "reason": "Blocked: blocked (HTTP status 403)",
        "late_date": None,
        "looks": [],
    }
    assert (late["outcome"], late["late_date"], late["looks"][0]["rank"]) == ("not_measured", "2026-01-03", 2)
    assert (waiting["outcome"], waiting["looks"]) == (None, [])


def test_a_look_by_hand_beside_the_days_row_is_told(sunwi: CommandLine, container: FakeContainer, night: Run) -> None:
    by_hand = new_run(MANUAL, RunKind.MANUAL, at=NIGHT + timedelta(hours=8))
    with container.adapters.store.begin() as tx:
        tx.runs.add(by_hand, [2])
    look(container.adapters.store, by_hand, 2, 1, at=NIGHT + timedelta(hours=8))
    assert "1위 (플레이스 (nmb_rnk), 장부에 없음)" in row_of(sunwi("runs", "show", MANUAL).out, 2)
    [task] = sunwi("runs", "show", MANUAL, "--json").document()["tasks"]
    assert (task["outcome"], task["looks"][0]["rank"], task["looks"][0]["in_ledger"]) == ("exposed", 1, False)
    assert "미노출 (7칸 확인)" in row_of(sunwi("runs", "show", night.id).out, 2)


def test_a_tracking_lists_the_looks_that_its_ledger_does_not_state(
    sunwi: CommandLine, container: FakeContainer, night: Run
) -> None:
    assert "장부에 없는 조회" not in sunwi("trackings", "show", "2").out
    by_hand = new_run(MANUAL, RunKind.MANUAL, at=NIGHT + timedelta(hours=8))
    with container.adapters.store.begin() as tx:
        tx.runs.add(by_hand, [1, 2])
    for minutes in range(12):
        look(container.adapters.store, by_hand, 2, minutes + 1, at=NIGHT + timedelta(hours=8, minutes=minutes))
    out = sunwi("trackings", "show", "2").out
    assert "장부에 없는 조회 12건" in out
    assert "앞의 2건은 생략 (모두 보기: --json)" in out
    assert "01-02 09:02 수동: 3위 (플레이스 (nmb_rnk))" in out
    assert "미노출 1일: 01-02 (7칸 확인)" in out
    beside = sunwi("trackings", "show", "2", "--json").document()["looks_beside"]
    assert [look["rank"] for look in beside] == list(range(1, 13))
    first = {key: beside[0][key] for key in ("date", "run_id", "run_kind", "fetched_at", "area")}
    assert first == {
        "date": "2026-01-02",
        "run_id": MANUAL,
        "run_kind": "MANUAL",
        "fetched_at": "2026-01-02T00:00:00+00:00",
        "area": "nmb_rnk",
    }
    assert sunwi("trackings", "show", "1", "--json").document()["looks_beside"] == []
    assert night.id not in {look["run_id"] for look in beside}


def test_a_large_run_says_where_its_results_are(sunwi: CommandLine, container: FakeContainer) -> None:
    run = add_run(container, 21)
    out = sunwi("runs", "show", run.id).out
    assert f"추적별 결과 21건: sunwi runs show {run.id} --json" in out
    assert len(sunwi("runs", "show", run.id, "--json").document()["tasks"]) == 21


def test_a_run_is_shown_with_as_many_statements_however_large_it_is(container: FakeContainer) -> None:
    small = add_run(container, 1, run=new_run("scheduled-20260101", at=NIGHT - timedelta(days=1)))
    large = add_run(container, 30)
    for number in range(1, 31):
        look(container.adapters.store, large, number, number, at=NIGHT)
    counts = []
    for run in (small, large):
        statements: list[str] = []

        def note(*call: str, to: list[str] = statements) -> None:
            to += [call[2]] if call[2].startswith(("SELECT", "WITH")) else []

        event.listen(container.own_engine, "before_cursor_execute", note)
        assert len(container.runs.show_run.show(run.id).tasks) == (1 if run is small else 30)
        event.remove(container.own_engine, "before_cursor_execute", note)
        counts.append(len(statements))
    assert counts[0] == counts[1]
