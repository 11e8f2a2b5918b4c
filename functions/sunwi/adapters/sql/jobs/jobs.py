"""Jobs in SQL, as whoever asks for them sees them."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Integer,
    Row,
    case,
    func,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from typing_extensions import override

from sunwi.adapters.sql.jobs.job_ends import end_job
from sunwi.adapters.sql.jobs.job_inserts import insert_jobs
from sunwi.adapters.sql.jobs.job_rows import JOB_COLUMNS, failure_values, is_in, job_from_row, state_values
from sunwi.adapters.sql.tables import JobAttemptRow, JobRequestRow, JobRow
from sunwi.adapters.sql.trackings import insert_unless_there
from sunwi.domain.actor import SYSTEM_OWNER, Actor, Role
from sunwi.domain.job import ACTIVE, RETRYABLE, AttemptOutcome, Job, JobAttempt, JobEnd, JobKey, JobState
from sunwi.domain.job_list import FailedJobs, JobFilter, JobPage, JobQuery
from sunwi.domain.job_request import JobRequest
from sunwi.service.ports.jobs import MOST_AT_ONCE, Jobs

#: Columns that are NULL before a job's first attempt.
_OF_ATTEMPTS = ("admitted_at", "started_at", "finished_at", "cancel_requested_at", "step", "message")

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
    def lock(self, job_ids: Sequence[str]) -> Mapping[str, Job]:
        # In one order, so that no two who lock the same jobs wait for each other.
        statement = select(*JOB_COLUMNS).where(JobRow.id.in_(job_ids)).order_by(JobRow.id).with_for_update()
        return {row.id: job_from_row(row) for row in self.connection.execute(statement)}

    @override
    def seen_by(self, actor: Actor, job_ids: Collection[str]) -> Collection[str]:
        found: set[str] = set()
        asked = list(job_ids)
        for start in range(0, len(asked), MOST_AT_ONCE):
            part = asked[start : start + MOST_AT_ONCE]
            statement = select(JobRow.id).where(JobRow.id.in_(part), *_is_seen_by(actor))
            found.update(self.connection.execute(statement).scalars())
        return found

    @override
    def attempts_of(self, job_id: str) -> Sequence[JobAttempt]:
        statement = (
            select(*JobAttemptRow.__table__.columns)
            .where(JobAttemptRow.job_id == job_id)
            .order_by(JobAttemptRow.generation)
        )
        return [_attempt_from_row(row) for row in self.connection.execute(statement)]

    @override
    def count_waiting_of(self, actors: Sequence[Actor]) -> Sequence[int]:
        # Not the plain columns: SQLite would rather look through all that somebody ever had than through what waits.
        owners = {actor.owner for actor in actors if actor.agency_id is None}
        agencies = {actor.agency_id for actor in actors if actor.agency_id is not None}
        is_own = JobRow.owner.concat("").in_(sorted(owners))
        is_of_agency = (JobRow.agency_id + 0).in_(sorted(agencies)) & (JobRow.owner != SYSTEM_OWNER)
        statement = (
            select(JobRow.owner, JobRow.agency_id, func.count().label("jobs"))
            .where(is_in(JobState.PENDING), or_(is_own, is_of_agency))
            .group_by(JobRow.owner, JobRow.agency_id)
        )
        by_owner: Counter[str] = Counter()
        by_agency: Counter[int | None] = Counter()
        for row in self.connection.execute(statement):
            by_owner[row.owner] += row.jobs
            by_agency[row.agency_id] += 0 if row.owner == SYSTEM_OWNER else row.jobs
        return [by_owner[one.owner] if one.agency_id is None else by_agency[one.agency_id] for one in actors]

    @override
    def find_active_of(self, owners: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
        condition = (tuple_(JobRow.owner, JobRow.work).in_(sorted(owners)), is_in(*ACTIVE))
        statement = select(JobRow.owner, JobRow.work, func.min(JobRow.id).label("id")).where(*condition)
        rows = self.connection.execute(statement.group_by(JobRow.owner, JobRow.work))
        return {(row.owner, row.work): row.id for row in rows}

    @override
    def lock_owners(self, owners: Collection[tuple[str, str]]) -> None:
        if self.connection.dialect.name == "postgresql":
            numbers = literal(sorted(map(_lock_number, owners)), ARRAY(Integer))
            number = func.unnest(numbers).column_valued("number")
            self.connection.execute(select(func.pg_advisory_xact_lock(literal(_LOCK_OF_OWNERS), number))).all()

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
    def list_retryable(self, wanted: FailedJobs, limit: int) -> Sequence[str]:
        conditions = [is_in(*RETRYABLE), *_is_seen_by(wanted.actor), *_fits(wanted.wanted)]
        if wanted.job_ids is not None:
            conditions.append(JobRow.id.in_(wanted.job_ids))
        statement = select(JobRow.id).where(*conditions).order_by(JobRow.finished_at, JobRow.id).limit(limit)
        return self.connection.execute(statement).scalars().all()

    @override
    def retry(
        self, job_ids: Sequence[str], *, at: datetime, expires_at: Mapping[str, datetime], fresh: bool
    ) -> Collection[str]:
        values: dict[str, Any] = {
            "state": JobState.PENDING.value,
            "attempts": 0,
            "ran_seconds": 0,
            "not_before": at,
            "ready_since": at,
            "expires_at": case(dict(expires_at), value=JobRow.work, else_=JobRow.expires_at),
            "progress": 0,
            "version": JobRow.version + 1,
            **dict.fromkeys(_OF_ATTEMPTS),
            **failure_values(None),
            **({"checkpoint": None} if fresh else {}),
        }
        statement = update(JobRow).where(JobRow.id.in_(job_ids), is_in(*RETRYABLE)).values(**values)
        return self.connection.execute(statement.returning(JobRow.id)).scalars().all()

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


def _lock_number(owner: tuple[str, str]) -> int:
    name, work = owner
    digest = blake2b(f"{work}\n{name}".encode(errors="surrogatepass"), digest_size=4).digest()
    return int.from_bytes(digest, signed=True)


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
