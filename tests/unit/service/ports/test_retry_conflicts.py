import pytest
from structlog.testing import capture_logs

from sunwi.errors import StoreConflict, StoreUnavailable
from sunwi.service.ports.retry_conflicts import TRIES, retry_conflicts


class Job:
    def __init__(self, *answers: Exception | int) -> None:
        self.answers = list(answers)

    @retry_conflicts
    def run(self, plus: int) -> int:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer + plus


def test_a_job_without_a_conflict_runs_once() -> None:
    job = Job(1, 2)
    assert job.run(10) == 11
    assert job.answers == [2]


def test_a_conflict_is_tried_again_and_told() -> None:
    with capture_logs() as logs:
        assert Job(StoreConflict("deadlock"), StoreConflict("deadlock"), 1).run(plus=10) == 11
    assert [(line["event"], line["step"], line["tried"]) for line in logs] == [
        ("transaction_repeated", "run", 1),
        ("transaction_repeated", "run", 2),
    ]


def test_conflicts_without_end_are_raised() -> None:
    job = Job(*[StoreConflict(f"number {number}") for number in range(1, 10)])
    with pytest.raises(StoreConflict, match=f"number {TRIES}"):
        job.run(1)


def test_a_database_that_is_away_is_not_asked_again_at_once() -> None:
    job = Job(StoreUnavailable("away"), 1)
    with pytest.raises(StoreUnavailable, match="away"):
        job.run(1)
    assert job.answers == [1]
