"""Jobs in SQL, as whoever asks for them sees them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, case, func, literal, or_, select, update
from typing_extensions import override

from sunwi.adapters.sql.jobs.job_ends import end_job
from sunwi.adapters.sql.jobs.job_inserts import insert_jobs
from sunwi.adapters.sql.jobs.job_rows import JOB_COLUMNS, is_in, job_from_row, job_values, state_values
from sunwi.adapters.sql.tables import JobAttemptRow, JobRequestRow, JobRow
from sunwi.adapters.sql.trackings import insert_unless_there
from sunwi.domain.actor import SYSTEM_OWNER, Actor, Role
from sunwi.domain.job import ACTIVE, RETRYABLE, AttemptOutcome, Job, JobAttempt, JobEnd, JobKey, JobState
from sunwi.domain.job_list import FailedJobs, JobFilter, JobPage, JobQuery
from sunwi.domain.job_request import JobRequest
from sunwi.service.ports.jobs import Jobs

#: First half of the advisory lock of an owner and a kind; the second is theirs.
_LOCK_OF_OWNERS = 0x6A6F62


@dataclass(frozen=True, slots=True)
class SqlJobs(Jobs):
    """Stored jobs."""

    connection: Connection

    @override
    def add(self, jobs: Sequence[Job]) -> None:
        insert_jobs(self.connection, jobs)

    @override
    def get(self, job_id: str) -> Job | None:
        row = self.connection.execute(select(*JOB_COLUMNS).where(JobRow.id == job_id)).one_or_none()
        return None if row is None else job_from_row(row)

    @override
    def attempts_of(self, job_id: str) -> Sequence[JobAttempt]:
        statement = (
            select(*JobAttemptRow.__table__.columns)
            .where(JobAttemptRow.job_id == job_id)
            .order_by(JobAttemptRow.generation)
        )
        return [_attempt_from_row(row) for row in self.connection.execute(statement)]

    @override
    def count_waiting(self, actor: Actor) -> int:
        # Not the plain columns: SQLite would rather look through all that somebody ever had than through what waits.
        is_own = JobRow.owner.concat("") == actor.owner
        if actor.agency_id is not None:
            is_own = (JobRow.agency_id + 0 == actor.agency_id) & (JobRow.owner != SYSTEM_OWNER)
        statement = select(func.count()).select_from(JobRow).where(is_in(JobState.PENDING), is_own)
        return self.connection.execute(statement).scalar_one()

    @override
    def find_active(self, owner: str, work: str) -> str | None:
        condition = (JobRow.owner == owner, JobRow.work == work, is_in(*ACTIVE))
        statement = select(JobRow.id).where(*condition).limit(1)
        return self.connection.execute(statement).scalar_one_or_none()

    @override
    def lock_owner(self, owner: str, work: str) -> None:
        if self.connection.dialect.name == "postgresql":
            digest = blake2b(f"{work}\n{owner}".encode(errors="surrogatepass"), digest_size=4).digest()
            number = int.from_bytes(digest, signed=True)
            self.connection.execute(select(func.pg_advisory_xact_lock(literal(_LOCK_OF_OWNERS), literal(number))))

    @override
    def find_request(self, owner: str, key: str) -> JobRequest | None:
        condition = (JobRequestRow.owner == owner, JobRequestRow.key == key)
        statement = select(*JobRequestRow.__table__.columns).where(*condition)
        row = self.connection.execute(statement).one_or_none()
        return None if row is None else JobRequest(**row._asdict())

    @override
    def add_request(self, request: JobRequest) -> bool:
        statement = insert_unless_there(self.connection, JobRequestRow).values(
            owner=request.owner,
            key=request.key,
            fingerprint=request.fingerprint,
            job_id=request.job_id,
            batch_id=request.batch_id,
            refused=dict(request.refused),
            created_at=request.created_at,
        )
        return self.connection.execute(statement).rowcount == 1

    @override
    def ids_of_batch(self, batch_id: str) -> Sequence[str]:
        statement = select(JobRow.id).where(JobRow.batch_id == batch_id).order_by(JobRow.position, JobRow.id)
        return self.connection.execute(statement).scalars().all()

    @override
    def page(self, query: JobQuery) -> JobPage:
        conditions = [*_is_seen_by(query.actor), *_fits(query.wanted)]
        if query.before is not None:
            conditions.append(JobRow.id < query.before)
        statement = select(*JOB_COLUMNS).where(*conditions).order_by(JobRow.id.desc()).limit(query.limit + 1)
        found = [job_from_row(row) for row in self.connection.execute(statement)]
        shown = found[: query.limit]
        return JobPage(shown, shown[-1].id if len(found) > len(shown) else None)

    @override
    def list_retryable(self, wanted: FailedJobs, limit: int) -> Sequence[Job]:
        conditions = [is_in(*RETRYABLE), *_is_seen_by(wanted.actor), *_fits(wanted.wanted)]
        if wanted.job_ids is not None:
            conditions.append(JobRow.id.in_(wanted.job_ids))
        statement = select(*JOB_COLUMNS).where(*conditions).order_by(JobRow.finished_at, JobRow.id).limit(limit)
        return [job_from_row(row) for row in self.connection.execute(statement)]

    @override
    def retry(self, job: Job, *, state: JobState) -> bool:
        is_as_it_was = (JobRow.id == job.id, JobRow.version == job.version - 1, is_in(state))
        return self.connection.execute(update(JobRow).where(*is_as_it_was).values(**job_values(job))).rowcount == 1

    @override
    def request_cancel(self, job_id: str, *, at: datetime) -> bool:
        is_first = JobRow.cancel_requested_at.is_(None)
        values = {
            "cancel_requested_at": func.coalesce(JobRow.cancel_requested_at, at),
            "version": JobRow.version + case((is_first, 1), else_=0),
        }
        statement = update(JobRow).where(JobRow.id == job_id, is_in(JobState.RUNNING)).values(**values)
        return self.connection.execute(statement).rowcount == 1

    @override
    def end(self, key: JobKey, end: JobEnd, *, expected: JobState) -> bool:
        return end_job(self.connection, key, end, expected=expected)


def _is_seen_by(actor: Actor) -> Iterator[ColumnElement[bool]]:
    """Select what `Actor.may_see` lets through."""
    if actor.sees_everything:
        return
    is_own = JobRow.owner == actor.owner
    if actor.role is Role.AGENCY and actor.agency_id is not None:
        is_own = or_(is_own, JobRow.agency_id == actor.agency_id)
    yield is_own


def _fits(wanted: JobFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.states:
        yield JobRow.state.in_(state_values(wanted.states))
    texts = {
        JobRow.work: wanted.work,
        JobRow.failure_code: wanted.code,
        JobRow.owner: wanted.owner,
        JobRow.batch_id: wanted.batch_id,
    }
    yield from (column == value for column, value in texts.items() if value)
    if wanted.since is not None:
        yield JobRow.created_at >= wanted.since


def _attempt_from_row(row: Row[Any]) -> JobAttempt:
    values = row._asdict()
    outcome = values.pop("outcome")
    return JobAttempt(**values, outcome=None if outcome is None else AttemptOutcome(outcome))
