import csv
from io import StringIO
from typing import Any

import pytest

from infra.local.demo.plan import FAULTS
from infra.local.jobs_demo import JOBS, check_ended, describe, jobs_file, summarise
from sunwi.domain.job_priority import parse_priority
from sunwi.service.lookups.lookup import parse_lookup


def test_the_demo_has_30_jobs_of_every_priority_that_can_be_looked_up() -> None:
    rows = list(csv.DictReader(StringIO(jobs_file())))
    assert len(rows) == JOBS == 30
    assert {parse_priority(row["priority"]).name for row in rows} == {"LOW", "NORMAL", "HIGH", "CRITICAL"}
    for row in rows:
        params = {name.removeprefix("param."): text for name, text in row.items() if name.startswith("param.")}
        assert parse_lookup(params)["keyword"] not in FAULTS
    assert len({row["param.keyword"] for row in rows}) > 5


def shown(state: str, *outcomes: str, job_id: str = "j") -> dict[str, Any]:
    """Return what is shown of a job."""
    return {"job_id": job_id, "state": state, "attempts_made": [{"outcome": outcome} for outcome in outcomes]}


GOOD = [
    *(shown("SUCCEEDED", "succeeded") for _ in range(28)),
    shown("SUCCEEDED", "crashed", "succeeded", job_id="killed"),
    shown("CANCELLED"),
]


def test_a_demo_is_well_when_all_but_the_cancelled_job_succeeded_and_the_killed_one_was_tried_again() -> None:
    result = summarise(GOOD, killed="killed")
    assert check_ended(result) == 0
    assert describe(result) == "성공 29, 실패 0, 취소 1, 기한 초과 0; 워커를 죽인 작업 1건은 다시 실행되었습니다"


@pytest.mark.parametrize(
    ("jobs", "killed"),
    [
        ([*GOOD[1:], shown("FAILED", "failed")], "killed"),
        ([*GOOD[1:], shown("RUNNING")], "killed"),
        (GOOD, "another"),
        (GOOD, None),
    ],
)
def test_a_demo_with_another_end_says_so(
    jobs: list[dict[str, Any]], killed: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check_ended(summarise(jobs, killed=killed)) == 1
    assert "not every job ended as it should have" in capsys.readouterr().err
