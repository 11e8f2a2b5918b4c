"""Every code of jobs has a Korean word."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sunwi.bootstrap.works import WORKS
from sunwi.domain.job import AttemptOutcome, JobState
from sunwi.domain.job_priority import Priority
from sunwi.domain.work import Work
from sunwi.domain.worker_pool import Paused
from sunwi.wording.jobs.job_words import (
    ATTEMPT_OUTCOMES,
    JOB_STATES,
    PAUSES,
    PRIORITIES,
    seconds_words,
    state_words,
    work_words,
)
from sunwi.wording.jobs.step_words import describe_progress, step_words
from tests.examples import NIGHT
from tests.unit.cli.jobs_shown import new_job

LATER = NIGHT + timedelta(minutes=5)


def test_no_code_is_without_its_word() -> None:
    assert set(JOB_STATES) == set(JobState)
    assert set(PRIORITIES) == set(Priority)
    assert set(ATTEMPT_OUTCOMES) == set(AttemptOutcome)
    assert set(PAUSES) == set(Paused)


@pytest.mark.parametrize("work", WORKS.kinds, ids=lambda work: work.name)
def test_every_kind_and_each_of_its_steps_has_a_korean_name(work: Work) -> None:
    assert work_words(work.name) != work.name
    for number, step in enumerate(work.steps, 1):
        told = step_words(replace(new_job(), work=work.name, step=step), work)
        assert told.startswith(f"{number}/{len(work.steps)} ")
        assert not told.endswith(step)


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, "대기"),
        ({"not_before": LATER}, "예약 (01-02 01:05)"),
        ({"not_before": LATER, "attempts": 1}, "다시 시도 (01-02 01:05)"),
        ({"state": JobState.RUNNING}, "진행 중"),
        ({"state": JobState.RUNNING, "cancel_requested_at": NIGHT}, "취소하는 중"),
        ({"state": JobState.SUCCEEDED, "cancel_requested_at": NIGHT}, "성공 (취소가 늦음)"),
        ({"state": JobState.CANCELLED, "cancel_requested_at": NIGHT}, "취소"),
    ],
)
def test_a_state_says_what_its_code_leaves_out(changes: dict[str, object], wanted: str) -> None:
    assert state_words(replace(new_job(), **changes), now=NIGHT) == wanted  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize(
    ("seconds", "wanted"),
    [
        (0.04, "0.0초"),
        (59.94, "59.9초"),
        (59.96, "1분 0초"),
        (61, "1분 1초"),
        (3_599.6, "1시간 0분"),
        (90_000, "1일 1시간"),
    ],
)
def test_a_duration_has_two_units_at_most(seconds: float, wanted: str) -> None:
    assert seconds_words(seconds) == wanted


def test_a_kind_of_a_later_version_is_shown_by_its_own_names() -> None:
    job = replace(new_job(), work="teleport", step="beam", progress=30, message="보내는 중")
    assert work_words(job.work) == "teleport"
    assert describe_progress(job, None) == "30%, beam: 보내는 중"
