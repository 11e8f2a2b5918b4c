"""The end of a job that somebody asked to be told of."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sunwi.domain.job import JobFailure, JobState
from sunwi.domain.notice import NoticeSection, NoticeText, Severity
from sunwi.domain.schedule import KST
from sunwi.wording.jobs.job_failure_words import job_failure_words
from sunwi.wording.jobs.job_words import JOB_STATES, seconds_words, work_words
from sunwi.wording.plain_text import plain

_SEVERITIES = {
    JobState.SUCCEEDED: Severity.SUCCESS,
    JobState.CANCELLED: Severity.INFO,
    JobState.EXPIRED: Severity.WARNING,
}


def job_ended_text(content: Mapping[str, Any]) -> NoticeText:
    """Describe a job's end.

    Args:
        content: `job_id`, `work`, `state`, `created_at`, `finished_at`, `seconds` that it ran, and `code`, `fields` and
            `reason` of its failure if it has one.
    """
    state = JobState(content["state"])
    work = plain(work_words(content["work"]))
    sections = []
    if content.get("code"):
        failure = JobFailure(content["code"], content.get("fields") or {}, content.get("reason", ""))
        sections.append(NoticeSection("사유", [job_failure_words(failure)]))
    return NoticeText(
        title=f"작업 {JOB_STATES[state]}: {work}",
        severity=_SEVERITIES.get(state, Severity.ERROR),
        fields=[
            ("제출", _moment(content["created_at"])),
            ("종료", _moment(content["finished_at"])),
            ("실행", seconds_words(content.get("seconds", 0))),
        ],
        sections=sections,
        footer=f"Sunwi 순위 작업 {content['job_id']}",
    )


def _moment(text: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone(KST):%m-%d %H:%M}"
