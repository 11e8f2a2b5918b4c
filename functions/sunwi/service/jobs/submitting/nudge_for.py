"""Ask for a tick when jobs have begun to wait."""

from collections.abc import Sequence
from datetime import datetime

from sunwi.domain.job import Job
from sunwi.domain.job_priority import Priority
from sunwi.service.ports.job_engine import Tender


def nudge_for(tender: Tender, jobs: Sequence[Job], *, now: datetime) -> None:
    """Nudge the tender if one of the jobs, which are stored, could be admitted now."""
    ready = [job for job in jobs if job.not_before <= now]
    if ready:
        tender.nudge(urgent=any(job.priority >= Priority.NORMAL for job in ready))
