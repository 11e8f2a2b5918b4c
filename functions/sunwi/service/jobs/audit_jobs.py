"""What is kept of who asked for jobs, stopped them, or let them wait again."""

from collections.abc import Sequence
from datetime import datetime

from sunwi.domain.actor import SYSTEM_OWNER, Actor
from sunwi.domain.audit import AuditEntry
from sunwi.domain.job import Job
from sunwi.domain.job_answers import CancelAnswer
from sunwi.service.ports.outside import Transaction


def audit_submitted(tx: Transaction, actor: Actor, jobs: Sequence[Job], *, at: datetime) -> None:
    """Keep that jobs were asked for together, in one entry; the system's own are no news.

    Args:
        tx: That stores them.
        actor: Who asked.
        jobs: At least one.
        at: Aware UTC, now.
    """
    if actor.owner == SYSTEM_OWNER:
        return
    first = jobs[0]
    after = {"works": sorted({job.work for job in jobs}), "jobs": len(jobs)}
    subject = f"job {first.id}" if first.batch_id is None else f"batch {first.batch_id}"
    tx.audit.add(AuditEntry(at=at, actor=actor.owner, action="jobs_submitted", subject=subject, after=after))


def audit_cancelled(tx: Transaction, actor: Actor, job: Job, answer: CancelAnswer, *, at: datetime) -> None:
    """Keep that a job was cancelled, or asked to stop.

    Args:
        tx: That cancels it.
        actor: Who asked.
        job: As it was before.
        answer: What the cancel led to.
        at: Aware UTC, now.
    """
    entry = AuditEntry(
        at=at,
        actor=actor.owner,
        action="job_cancelled",
        subject=f"job {job.id}",
        before={"state": job.state.value, "owner": job.owner},
        after={"cancel": answer.value},
    )
    tx.audit.add(entry)


def audit_retried(tx: Transaction, actor: Actor, jobs: Sequence[Job], *, fresh: bool, at: datetime) -> None:
    """Keep that jobs were let wait again, in one entry for each transaction.

    Args:
        tx: That lets them.
        actor: Who asked.
        jobs: At least one.
        fresh: Without their checkpoints.
        at: Aware UTC, now.
    """
    ids = [job.id for job in jobs]
    subject = f"job {ids[0]}" if len(ids) == 1 else f"jobs {ids[0]} and {len(ids) - 1} more"
    after = {"job_ids": ids, "is_fresh": fresh}
    tx.audit.add(AuditEntry(at=at, actor=actor.owner, action="jobs_retried", subject=subject, after=after))
