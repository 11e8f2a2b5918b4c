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


LISTED = [{"state": "SUCCEEDED"}] * 29 + [{"state": "CANCELLED"}]


def killed(*outcomes: str | None) -> dict[str, Any]:
    """Return what is shown of the job whose worker was killed."""
    return {"attempts_made": [{"outcome": outcome} for outcome in outcomes]}


def test_a_demo_is_well_when_all_but_the_cancelled_job_succeeded_and_the_killed_one_was_tried_again() -> None:
    result = summarise(LISTED, killed("crashed", "succeeded"))
    assert check_ended(result) == 0
    assert describe(result) == "성공 29, 실패 0, 취소 1, 기한 초과 0; 워커를 죽인 작업 1건은 다시 실행되었습니다"


@pytest.mark.parametrize(
    ("listed", "dead"),
    [
        ([*LISTED[1:], {"state": "FAILED"}], killed("crashed", "succeeded")),
        ([*LISTED[1:], {"state": "RUNNING"}], killed("crashed", None)),
        (LISTED, killed("succeeded")),
        (LISTED, killed("crashed")),
        (LISTED, None),
    ],
)
def test_a_demo_with_another_end_says_so(
    listed: list[dict[str, Any]], dead: dict[str, Any] | None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check_ended(summarise(listed, dead)) == 1
    assert "not every job ended as it should have" in capsys.readouterr().err
