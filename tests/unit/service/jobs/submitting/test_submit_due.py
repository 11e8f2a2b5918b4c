"""One due time of a schedule is one job, however often and in whichever form it is sent."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from sunwi.domain.actor import SYSTEM_OWNER
from sunwi.domain.job import Job
from sunwi.domain.job_list import JobFilter, JobQuery
from sunwi.domain.job_order import JobOrder
from sunwi.domain.job_priority import Priority
from sunwi.domain.job_schedule import DUE_WORD
from sunwi.errors import BadMessage
from sunwi.service.jobs.submitting.due_message import read_due_message, write_due_message
from sunwi.service.jobs.submitting.submit_due import SubmitDue
from tests.job_desk import ADMIN, JobDesk, desk_on

DUE = "2026-01-01T18:00:00Z"
SENT_AT = datetime(2026, 1, 1, 18, 0, 7, 300_000, tzinfo=UTC)
ECHO = {"work": "echo", "params": {"text": "안녕"}}
BACKUP = {"submit": ECHO, "schedule": "backup", "due": DUE}


@pytest.fixture
def desk(sqlite_engine: Engine) -> JobDesk:
    return desk_on(sqlite_engine)


def submit(desk: JobDesk, *bodies: dict[str, Any], sent_at: datetime | None = SENT_AT) -> list[Job]:
    """Submit them all, and return every job there is then."""
    for body in bodies:
        SubmitDue(desk.submit_job).submit(body, sent_at=sent_at)
    with desk.store.read() as tx:
        return list(tx.jobs.page(JobQuery(wanted=JobFilter(), actor=ADMIN, limit=100)).jobs)


def test_what_is_due_is_a_job_of_the_system(desk: JobDesk) -> None:
    (job,) = submit(desk, BACKUP)
    assert (job.work, job.params["text"], job.owner) == ("echo", "안녕", SYSTEM_OWNER)


def test_one_due_time_is_one_job_whenever_it_comes_again_and_however_its_zone_is_written(desk: JobDesk) -> None:
    korean = {**BACKUP, "due": "2026-01-02T03:00:00+09:00"}
    assert len(submit(desk, BACKUP, BACKUP, korean)) == 1
    desk.clock.advance(hours=5)
    assert len(submit(desk, BACKUP, sent_at=SENT_AT + timedelta(hours=5))) == 1


def test_another_due_time_and_another_schedule_are_other_jobs(desk: JobDesk) -> None:
    assert len(submit(desk, BACKUP, {**BACKUP, "due": "2026-01-02T18:00:00Z"}, {**BACKUP, "schedule": "own"})) == 3


def test_the_word_that_nobody_has_replaced_counts_as_the_minute_in_which_it_was_sent(desk: JobDesk) -> None:
    word = {**BACKUP, "due": DUE_WORD}
    assert len(submit(desk, word, word)) == 1
    assert len(submit(desk, word, sent_at=SENT_AT + timedelta(seconds=50))) == 1
    assert len(submit(desk, BACKUP)) == 1, "the same minute, said in the other way"
    assert len(submit(desk, word, sent_at=SENT_AT + timedelta(seconds=53))) == 2


def test_the_word_without_a_time_of_sending_is_no_due_time(desk: JobDesk) -> None:
    with pytest.raises(BadMessage, match="neither when it was due nor when it was sent"):
        submit(desk, {**BACKUP, "due": DUE_WORD}, sent_at=None)


def test_a_message_of_the_release_before_is_read_and_keeps_its_key(desk: JobDesk) -> None:
    older = {"submit": ECHO, "due": DUE}
    message = read_due_message(older)
    assert (message.schedule, message.due) == (None, datetime(2026, 1, 1, 18, tzinfo=UTC))
    assert message.key(sent_at=None).startswith("due:2026-01-01T18:00:00+00:00:")
    other = {"submit": {**ECHO, "params": {"text": "다른 것"}}, "due": DUE}
    assert len(submit(desk, older, older, other, sent_at=None)) == 2


def test_what_a_schedule_writes_is_read_as_what_it_submits() -> None:
    order = JobOrder(work="echo", params={"text": "안녕 🙂"}, priority=Priority.HIGH)
    body = json.loads(json.dumps(write_due_message("backup", order)))
    message = read_due_message(body)
    assert (message.order, message.schedule, message.due) == (order, "backup", None)
    assert body["due"] == DUE_WORD


@pytest.mark.parametrize(
    "wrong",
    [
        {"submit": {"work": "echo"}},
        {"submit": {"work": "gone", "params": {}}},
        {"submit": {"work": "echo", "params": {}}},
        {"submit": {**ECHO, "priority": "urgent"}},
        {"due": "tomorrow"},
        {"due": "2026-01-02T03:00:00"},
        {"due": None},
        {"schedule": 7},
        {"schedule": "\x00"},
        {"schedule": "x" * 200},
    ],
)
def test_what_is_no_submission_is_moved_aside_by_its_queue(desk: JobDesk, wrong: dict[str, Any]) -> None:
    with pytest.raises(BadMessage):
        submit(desk, {**BACKUP, **wrong})
    assert submit(desk) == []


def test_what_a_later_release_adds_is_left_out(desk: JobDesk) -> None:
    body = {**BACKUP, "colour": "red", "submit": {**ECHO, "deadline": "never"}}
    assert len(submit(desk, body)) == 1
