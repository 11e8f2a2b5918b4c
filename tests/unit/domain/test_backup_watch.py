from datetime import datetime, timedelta

import pytest

from sunwi.domain.backup_watch import BackupWatch, assess_backup_watch
from sunwi.domain.watch import ProblemKind
from tests.backup.backup_examples import AT

HOUR = timedelta(hours=1)


def watched(hours: float, *, taken_at: datetime | None = AT, first_job_at: datetime | None = None) -> list[int]:
    found = BackupWatch(database="sunwi", taken_at=taken_at, first_job_at=first_job_at)
    problems = assess_backup_watch(found, now=AT + hours * HOUR)
    assert {(problem.kind, problem.subject) for problem in problems} <= {(ProblemKind.BACKUP_OLD, "backup:sunwi")}
    return [problem.extent for problem in problems]


@pytest.mark.parametrize(("hours", "extents"), [(0, []), (26, []), (26.1, [1]), (49, [1]), (50, [2]), (98, [4])])
def test_a_last_good_backup_of_more_than_26_hours_is_a_problem_that_grows_each_day(
    hours: float, extents: list[int]
) -> None:
    assert watched(hours) == extents


def test_a_database_without_any_has_a_day_from_its_first_job_on() -> None:
    assert watched(1000, taken_at=None) == []
    assert watched(26, taken_at=None, first_job_at=AT) == []
    assert watched(27, taken_at=None, first_job_at=AT) == [1]


def test_it_is_known_when_the_last_one_was_made() -> None:
    [old] = assess_backup_watch(
        BackupWatch(database="sunwi", taken_at=AT, first_job_at=None), now=AT + timedelta(days=3)
    )
    assert old.detail == "01-02 03:00 KST"
