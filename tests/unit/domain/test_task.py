import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunwi.domain.run import RunKind, TaskState
from sunwi.domain.schedule import business_date
from sunwi.domain.task import Task, message_body, parse_message
from sunwi.domain.tracking import Tracking, TrackingStatus
from sunwi.errors import BadMessage
from tests.examples import DAY, HOUR, NIGHT, new_run, place_tracking, receipt

NEW = place_tracking()
TRACKING = Tracking(
    target=NEW.target,
    target_url=NEW.target_url,
    keyword=NEW.keyword,
    id=1,
    status=TrackingStatus.ACTIVE,
    current_session=1,
    created_at=NIGHT,
)
TASK = Task(
    run=new_run(),
    tracking=TRACKING,
    state=TaskState.RUNNING,
    decided_at=None,
    late_date=None,
    attempts_used=1,
    is_permanent=False,
)
NEXT_DAY = DAY + timedelta(days=1)


@given(tracking_id=st.integers(1, 2**63 - 1))
def test_a_message_reads_as_it_was_written(tracking_id: int) -> None:
    message = parse_message(message_body("scheduled-20260102", tracking_id), receipt())
    assert (message.run_id, message.tracking_id) == ("scheduled-20260102", tracking_id)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "not json",
        "null",
        "[]",
        '"scheduled-20260102"',
        "{}",
        '{"run_id": "r"}',
        '{"tracking_id": 1}',
        '{"run_id": "", "tracking_id": 1}',
        '{"run_id": 7, "tracking_id": 1}',
        '{"run_id": "r", "tracking_id": "1"}',
        '{"run_id": "r", "tracking_id": 0}',
        '{"run_id": "r", "tracking_id": -1}',
        '{"run_id": "r", "tracking_id": 1.0}',
        '{"run_id": "r", "tracking_id": true}',
        '{"run_id": "r", "tracking_id": 9223372036854775808}',
        '{"run_id": "r", "tracking_id": NaN}',
        # What a database cannot store cannot be looked up in it either.
        '{"run_id": "r\\u0000", "tracking_id": 1}',
        '{"run_id": "\\ud800", "tracking_id": 1}',
        '{"run_id": "r", "tracking_id": ' + "9" * 5000 + "}",
        "[" * 100_000,
    ],
)
def test_what_sunwi_did_not_write_is_a_bad_message(body: str) -> None:
    with pytest.raises(BadMessage, match="a crawl message is"):
        parse_message(body, receipt())


@given(st.text() | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_no_body_ends_in_anything_but_a_bad_message(body: str) -> None:
    with pytest.raises(BadMessage):
        parse_message(body, receipt())


def test_a_measurement_in_time_is_not_late() -> None:
    assert not TASK.is_late(DAY)


def test_whatever_is_measured_after_the_close_is_late() -> None:
    closed = replace(TASK, run=replace(TASK.run, closed_at=NIGHT + HOUR), state=TaskState.EXPIRED)
    assert closed.is_late(DAY)
    assert closed.is_late(NEXT_DAY)


def test_a_redrive_before_the_close_counts_on_the_same_date_only() -> None:
    failed = replace(TASK, state=TaskState.FAILED, decided_at=NIGHT)
    assert not failed.is_late(DAY)
    assert failed.is_late(NEXT_DAY)


def test_a_look_that_was_under_way_at_midnight_does_not_count_for_the_day_before() -> None:
    before_midnight = datetime(2026, 1, 2, 14, 0, tzinfo=UTC)
    task = replace(TASK, run=new_run(at=before_midnight))
    assert task.run.business_date == DAY
    assert task.is_late(NEXT_DAY)


def test_a_run_on_demand_may_cross_midnight() -> None:
    before_midnight = datetime(2026, 1, 2, 14, 30, tzinfo=UTC)
    task = replace(TASK, run=new_run("on-demand-1", RunKind.ON_DEMAND, before_midnight))
    assert business_date(task.run.deadline) == NEXT_DAY
    assert not task.is_late(NEXT_DAY)
