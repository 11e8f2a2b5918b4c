"""What is told of a job's end, as its submitter asked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from sunwi.domain.job import Job, JobEnd, JobState
from sunwi.domain.notice import SYSTEM_AUDIENCE, Audience, AudienceKind, NewNotice, NoticeKind
from sunwi.errors import InvalidInput

#: An agency or client by its number, which a database can hold.
_OWNER = re.compile(r"(agency|client):([1-9][0-9]{0,17})")


@dataclass(frozen=True, slots=True)
class JobNotify:
    """Who is told: one channel, or all of an audience's that want it.

    Attributes:
        channel: Its name; None when an audience is named.
        audience: None when a channel is named.
    """

    channel: str | None = None
    audience: Audience | None = None


def parse_notify(given: Mapping[str, Any]) -> JobNotify:
    """Read `{"channel": NAME}` or `{"audience": "system" | "agency:3" | "client:12"}`.

    Raises:
        InvalidInput: It is neither.
    """
    match dict(given):
        case {"channel": str() as name, **rest} if name and not rest:
            return JobNotify(channel=name)
        case {"audience": str() as text, **rest} if not rest and (audience := parse_audience(text)):
            return JobNotify(audience=audience)
    raise InvalidInput(
        'notify is neither {"channel": NAME} nor {"audience": "system", "agency:NUMBER" or "client:NUMBER"}',
        code="notify_unusable",
    )


def parse_audience(text: str) -> Audience | None:
    """Read `system`, `agency:3` or `client:12`; None of anything else."""
    if text == AudienceKind.SYSTEM.value:
        return SYSTEM_AUDIENCE
    found = _OWNER.fullmatch(text)
    return None if found is None else Audience(AudienceKind(found[1]), int(found[2]))


def write_audience(audience: Audience) -> str:
    """Write an audience as `parse_audience` reads it."""
    return audience.kind.value if audience.id is None else f"{audience.kind.value}:{audience.id}"


def notice_of_end(job: Job, end: JobEnd) -> NewNotice | None:
    """Return what is told of a job's end; None when nobody asked, or it has not ended.

    What a release before stored under `notify` without checking it asks for nothing.

    Args:
        job: As it was before.
        end: That is being stored.
    """
    return _notice(job, end) if end.state.is_ended else None


def notice_of_restored(job: Job, end: JobEnd) -> NewNotice | None:
    """Return what stands for the end of a job that was under way in a backup; None when nobody asked.

    It has the key of that end, which whoever did the job before may have told: once stored, the end is not told again.

    Args:
        job: As it was in the backup.
        end: Of the attempt that ran then.
    """
    return _notice(job, end)


def _notice(job: Job, end: JobEnd) -> NewNotice | None:
    if job.notify is None:
        return None
    try:
        wanted = parse_notify(job.notify)
    except InvalidInput:
        return None
    own = SYSTEM_AUDIENCE if job.agency_id is None else Audience(AudienceKind.AGENCY, job.agency_id)
    failure = None if end.state is JobState.SUCCEEDED else end.failure
    return NewNotice(
        kind=NoticeKind.JOB_ENDED,
        audience=wanted.audience or own,
        channel=wanted.channel,
        # The same wherever it ends; a retried job, which has another place in the line, ends again.
        dedupe_key=f"job-ended:{job.id}:{job.ready_since.astimezone(UTC).isoformat()}",
        content={
            "job_id": job.id,
            "work": job.work,
            "state": end.state.value,
            "code": None if failure is None else failure.code,
            "fields": {} if failure is None else dict(failure.fields),
            "reason": "" if failure is None else failure.reason,
            "seconds": round(job.ran_seconds + end.seconds, 1),
            "created_at": job.created_at.isoformat(),
            "finished_at": end.at.isoformat(),
        },
    )
