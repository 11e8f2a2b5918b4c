from datetime import UTC, datetime
from typing import Any

import pytest

from sunwi.domain.job import JobKey
from sunwi.errors import BadMessage, InvalidInput
from sunwi.service.jobs.parse_tender_event import (
    AttemptCrashed,
    AttemptEnded,
    Nudged,
    Submission,
    SubmissionsDue,
    TenderRequest,
    TickDue,
    parse_tender_event,
)

OF_ATTEMPT = {"job_id": "0199", "generation": 2}
KEY = JobKey("0199", 2)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"source": "aws.events", "time": "2026-01-01T16:00:00Z"}, TickDue()),
        ({"action": "tick"}, TickDue()),
        ({"action": "nudge"}, Nudged()),
        ({"action": "nudge", "urgent": True}, Nudged(urgent=True)),
        ({"action": "nudge", "urgent": "yes"}, Nudged()),
        ({"action": "ended", **OF_ATTEMPT, "outcome": "succeeded"}, AttemptEnded(KEY, "succeeded")),
        ({"action": "ended", **OF_ATTEMPT, "outcome": None}, AttemptEnded(KEY, "")),
        (
            {"action": "crashed", **OF_ATTEMPT, "error": "Lambda.Unknown", "error_type": ""},
            AttemptCrashed(KEY, "Lambda.Unknown", ""),
        ),
        (
            {"Records": [{"messageId": "1", "body": '{"submit": {"work": "backup"}, "due": "2026-01-02T03:00:00Z"}'}]},
            SubmissionsDue((Submission({"submit": {"work": "backup"}, "due": "2026-01-02T03:00:00Z"}),)),
        ),
        (
            {
                "Records": [
                    {
                        "messageId": "1",
                        "body": '{"submit": {"work": "backup"}, "schedule": "backup"}',
                        "attributes": {"SentTimestamp": "1767283200500"},
                    }
                ]
            },
            SubmissionsDue(
                (
                    Submission(
                        {"submit": {"work": "backup"}, "schedule": "backup"},
                        datetime(2026, 1, 1, 16, 0, 0, 500_000, tzinfo=UTC),
                    ),
                )
            ),
        ),
    ],
)
def test_each_form_is_read(event: dict[str, Any], expected: TenderRequest) -> None:
    assert parse_tender_event(event) == expected


@pytest.mark.parametrize("action", [None, "", "ENDED", "start"])
def test_another_action_is_refused_with_what_to_send(action: str | None) -> None:
    with pytest.raises(InvalidInput, match=r'is not known: send \{"action": "tick"\}'):
        parse_tender_event({"action": action})


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"job_id": ""}, "job_id '' is no job's"),
        ({"job_id": 7}, "job_id 7 is no job's"),
        ({"generation": 0}, "generation 0 is no number from 1"),
        ({"generation": "2"}, "generation '2' is no number from 1"),
        ({"generation": True}, "generation True is no number from 1"),
    ],
)
def test_an_end_of_no_attempt_is_refused(wrong: dict[str, Any], message: str) -> None:
    for action in ("ended", "crashed"):
        with pytest.raises(InvalidInput, match=message):
            parse_tender_event({"action": action, **OF_ATTEMPT, **wrong})


@pytest.mark.parametrize("body", ["", "{", "[]", "{}", '{"submit": "backup"}'])
def test_a_message_that_is_no_schedules_is_refused(body: str) -> None:
    with pytest.raises(BadMessage, match="message 1 of a schedule"):
        parse_tender_event({"Records": [{"messageId": "1", "body": body}]})
