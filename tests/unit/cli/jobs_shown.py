"""Jobs for screens that need no database."""

from datetime import timedelta

from sunwi.domain.job import Job
from tests.examples import NIGHT


def new_job(job_id: str = "0190-1") -> Job:
    """Return a lookup that waits, submitted at 01:00 KST."""
    return Job(
        id=job_id,
        work="lookup",
        params={"keyword": "강남역 김밥"},
        owner="cli:me",
        agency_id=None,
        not_before=NIGHT,
        ready_since=NIGHT,
        limit_seconds=600,
        expires_at=NIGHT + timedelta(minutes=15),
        created_at=NIGHT,
    )
