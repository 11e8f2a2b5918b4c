"""Every code of schedules has a Korean word, and a time that is shown can be typed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given

from sunwi.domain.job_order import JobOrder
from sunwi.domain.job_schedule import DAILY_RUN, ScheduleFault, ScheduleState
from sunwi.domain.schedule import KST
from sunwi.domain.schedule_time import Every, Interval, Once, Unreadable, When
from sunwi.service.schedules.default_schedules import DEFAULT_SCHEDULES
from sunwi.service.schedules.parse_when import parse_when
from sunwi.wording.schedules.schedule_documents import when_document
from sunwi.wording.schedules.schedule_words import (
    NO_JOB,
    SCHEDULE_NAMES,
    STATES,
    idle_words,
    name_idle,
    name_words,
    purpose_words,
    stored_name,
    when_words,
)
from tests.unit.domain.test_schedule_time import forms

NOW = datetime(2026, 1, 1, 0, 0, tzinfo=UTC)


def test_no_state_and_none_of_sunwis_own_is_without_its_words() -> None:
    assert set(STATES) == set(ScheduleState)
    assert set(SCHEDULE_NAMES) == {DAILY_RUN, *(default.name for default in DEFAULT_SCHEDULES)}
    for name, korean in SCHEDULE_NAMES.items():
        assert stored_name(korean) == stored_name(name) == name
        assert purpose_words(name, None) != NO_JOB


def test_what_a_person_has_named_is_shown_by_that_name_and_does_what_its_kind_does() -> None:
    assert (name_words("mine"), stored_name("mine")) == ("mine", "mine")
    assert purpose_words("mine", JobOrder(work="lookup", params={})) == "실시간 조회"
    assert purpose_words("mine", None) == NO_JOB


@given(when=forms)
def test_every_time_that_is_shown_can_be_typed(when: When) -> None:
    assume(not isinstance(when, Every) or when.first == 0)
    assert parse_when(when_words(when), now=NOW) == when


def test_a_single_time_and_an_interval_can_be_typed_as_they_are_shown() -> None:
    single = Once(datetime(2026, 2, 1, 3, 0, tzinfo=KST))
    assert when_words(single) == "한번 2026-02-01 03:00"
    assert parse_when(when_words(single), now=NOW) == single
    interval = Interval(45, NOW + timedelta(minutes=45))
    assert when_words(interval) == "45분마다"
    assert parse_when(when_words(interval), now=NOW) == interval


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (Every(15, 5), "15분마다 (00:05부터)"),
        (Every(360, 150), "6시간마다 (02:30부터)"),
        (Interval(2880, None), "48시간마다"),
        (Unreadable("cron(0 3 15W * ? *)", "Asia/Seoul"), "cron(0 3 15W * ? *) (Asia/Seoul)"),
    ],
)
def test_what_can_only_be_set_elsewhere_is_described(when: When, words: str) -> None:
    assert when_words(when) == words


@given(when=forms)
def test_every_form_is_named_in_a_document(when: When) -> None:
    assert when_document(when)["form"] == type(when).__name__.lower()


def test_what_submits_nothing_is_named_with_since_when() -> None:
    faults = [
        ScheduleFault("backup", ScheduleState.PAUSED, NOW),
        ScheduleFault("archive", ScheduleState.MISSING),
    ]
    assert idle_words(faults=faults) == "백업: 멈춤 01-01 09:00부터 / 보관: 없음"
    assert name_idle(faults=faults) == "backup is paused since 01-01 09:00; archive is missing"
