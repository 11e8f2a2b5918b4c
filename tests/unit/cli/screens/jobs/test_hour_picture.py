from datetime import timedelta

from sunwi.cli.screens.jobs.hour_picture import draw_hours
from sunwi.domain.job_figures import HourFigures, JobFigures
from tests.examples import NIGHT


def hours(*counts: tuple[int, int]) -> list[HourFigures]:
    """Return hours by what succeeded and what failed."""
    return [
        HourFigures(NIGHT + timedelta(hours=number), JobFigures(succeeded=good, failed=bad))
        for number, (good, bad) in enumerate(counts)
    ]


def test_what_succeeded_and_what_failed_stand_on_one_scale() -> None:
    assert draw_hours(hours((100, 0), (50, 1), (0, 100))) == [
        "성공 █▅· 150건",
        "실패 ·▁█ 101건",
        "     01-02 01시 01-02 03시 (가장 높은 칸 100건)",
    ]


def test_expired_jobs_are_failed_ones() -> None:
    figures = [HourFigures(NIGHT, JobFigures(expired=2))]
    assert draw_hours(figures)[1] == "실패 █ 2건"


def test_hours_in_which_nothing_ended_are_no_picture() -> None:
    assert draw_hours(hours((0, 0), (0, 0))) == []
