from dataclasses import replace
from typing import Any

import pytest

from sunwi.domain.job import AttemptOutcome, JobEnd, JobFailure, JobState
from sunwi.domain.job_notify import JobNotify, notice_of_end, parse_audience, parse_notify, write_audience
from sunwi.domain.notice import SYSTEM_AUDIENCE, Audience, AudienceKind, NoticeKind
from sunwi.errors import InvalidInput
from tests.examples import NIGHT
from tests.jobs.job_examples import SECOND, ending, new_job

AGENCY_3 = Audience(AudienceKind.AGENCY, 3)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"channel": "운영"}, JobNotify(channel="운영")),
        ({"audience": "system"}, JobNotify(audience=SYSTEM_AUDIENCE)),
        ({"audience": "agency:3"}, JobNotify(audience=AGENCY_3)),
        ({"audience": "client:12"}, JobNotify(audience=Audience(AudienceKind.CLIENT, 12))),
    ],
)
def test_a_job_names_a_channel_or_an_audience(given: dict[str, Any], wanted: JobNotify) -> None:
    assert parse_notify(given) == wanted


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"channel": ""},
        {"channel": 3},
        {"channel": None},
        {"channel": "ops", "audience": "system"},
        {"channel": "ops", "more": 1},
        {"audience": "agency"},
        {"audience": "agency:0"},
        {"audience": "agency:-1"},
        {"audience": "agency:3 "},
        {"audience": "agency:٣"},
        {"audience": "system:1"},
        {"audience": "nobody:1"},
        {"audience": f"agency:{'9' * 5000}"},
        {"audience": {"kind": "agency", "id": 3}},
        {"email": "kim@agency.co.kr"},
    ],
)
def test_anything_else_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_notify(given)
    assert caught.value.code == "notify_unusable"


@pytest.mark.parametrize("text", ["system", "agency:3", "client:12"])
def test_an_audience_is_written_as_it_is_read(text: str) -> None:
    audience = parse_audience(text)
    assert audience is not None
    assert write_audience(audience) == text


def test_the_end_of_a_job_of_which_nobody_asked_is_told_to_nobody() -> None:
    assert notice_of_end(new_job(), ending(JobState.SUCCEEDED)) is None


def test_what_is_no_end_is_not_told() -> None:
    assert notice_of_end(new_job(notify={"channel": "ops"}), ending(JobState.PENDING)) is None


def test_a_wish_that_a_release_before_stored_unchecked_asks_for_nothing() -> None:
    assert notice_of_end(new_job(notify={"email": "kim@agency.co.kr"}), ending(JobState.SUCCEEDED)) is None


@pytest.mark.parametrize("state", [JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED, JobState.EXPIRED])
def test_each_end_is_told_with_what_its_words_need(state: JobState) -> None:
    job = new_job(notify={"channel": "ops"}, ran_seconds=3.0)
    notice = notice_of_end(job, ending(state))
    assert notice is not None
    assert (notice.kind, notice.channel, notice.audience) == (NoticeKind.JOB_ENDED, "ops", SYSTEM_AUDIENCE)
    content = notice.content
    assert (content["job_id"], content["work"], content["state"]) == ("job-1", "export", state.value)
    assert content["seconds"] == 5.0
    has_failed = state in (JobState.FAILED, JobState.EXPIRED)
    assert (content["code"], content["fields"]) == (("page_timed_out", {"seconds": 30}) if has_failed else (None, {}))
    assert "params" not in content


def test_a_job_that_is_retried_and_ends_again_is_told_of_again() -> None:
    job = new_job(notify={"audience": "agency:3"})
    first = notice_of_end(job, ending(JobState.FAILED))
    again = notice_of_end(replace(job, ready_since=NIGHT + 99 * SECOND), ending(JobState.FAILED))
    elsewhere = notice_of_end(job, ending(JobState.FAILED, at=NIGHT + 99 * SECOND))
    assert first is not None
    assert again is not None
    assert elsewhere is not None
    assert first.dedupe_key == elsewhere.dedupe_key, "the same end, on another machine and at another time"
    assert first.dedupe_key != again.dedupe_key
    assert (first.channel, first.audience) == (None, AGENCY_3)


def test_a_success_after_a_failed_attempt_names_no_failure() -> None:
    job = new_job(notify={"channel": "ops"}, failure=JobFailure("crash"), agency_id=3)
    end = JobEnd(outcome=AttemptOutcome.SUCCEEDED, state=JobState.SUCCEEDED, at=NIGHT)
    notice = notice_of_end(job, replace(end, failure=JobFailure("crash")))
    assert notice is not None
    assert notice.content["code"] is None
    assert notice.audience == AGENCY_3
