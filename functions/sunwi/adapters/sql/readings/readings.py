"""Attempts and page readings in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Text, cast, func, insert, select, update
from typing_extensions import override

from sunwi.adapters.sql.readings.reading_cache import DECODED
from sunwi.adapters.sql.readings.reading_json import reading_to_json
from sunwi.adapters.sql.tables import AttemptRow, PageReadingRow, TrackingRow
from sunwi.domain.attempt import PAGE_FAILURES, FailedLoad
from sunwi.domain.failure import cause_of
from sunwi.domain.observation import NewReading, StoredReading
from sunwi.domain.reading import PageVerdict
from sunwi.domain.recognition import REFUSALS, is_suspect
from sunwi.domain.task import CrawlMessage, Task
from sunwi.domain.tracking import PageKey
from sunwi.service.ports.readings import Readings
from sunwi.service.ports.store import Attempts

_READABLE = tuple(verdict.value for verdict in PageVerdict if verdict.is_readable)
_REFUSED = tuple(verdict.value for verdict in REFUSALS)


@dataclass(frozen=True, slots=True)
class SqlAttempts(Attempts):
    """Attempts, by message."""

    connection: Connection

    @override
    def start(self, task: Task, message: CrawlMessage, *, at: datetime, page_loads: int, is_ended: bool = False) -> int:
        statement = insert(AttemptRow).values(
            run_id=task.run.id,
            tracking_id=task.tracking.id,
            message_id=message.receipt.message_id,
            number=task.attempts_started + 1,
            started_at=at,
            finished_at=at if is_ended else None,
            page_loads=page_loads,
            is_permanent=False,
        )
        return self.connection.execute(statement.returning(AttemptRow.id)).scalar_one()

    @override
    def add_page_load(self, attempt_id: int) -> None:
        values = {"page_loads": AttemptRow.page_loads + 1}
        self.connection.execute(update(AttemptRow).where(AttemptRow.id == attempt_id).values(**values))

    @override
    def finish(self, attempt_id: int, *, at: datetime, error: Exception | None = None, permanent: bool = False) -> None:
        statement = (
            update(AttemptRow)
            .where(AttemptRow.id == attempt_id)
            .values(
                finished_at=at,
                error=None if error is None else str(error),
                error_name=None if error is None else type(error).__name__,
                cause=None if error is None else cause_of(error).value,
                is_permanent=permanent,
            )
        )
        self.connection.execute(statement)

    @override
    def uncount(self, attempt_id: int) -> None:
        self.connection.execute(update(AttemptRow).where(AttemptRow.id == attempt_id).values(is_counted=False))

    @override
    def find_failure(self, run_id: str, key: PageKey, *, since: datetime, number: int) -> FailedLoad | None:
        statement = (
            select(AttemptRow.error_name, AttemptRow.error, AttemptRow.tracking_id, AttemptRow.finished_at)
            .join(TrackingRow, TrackingRow.id == AttemptRow.tracking_id)
            .where(
                AttemptRow.run_id == run_id,
                AttemptRow.finished_at > since,
                AttemptRow.number >= number,
                AttemptRow.page_loads > 0,
                AttemptRow.is_counted,
                AttemptRow.error_name.in_(PAGE_FAILURES),
                TrackingRow.keyword == key.keyword,
                TrackingRow.surface == key.surface.value,
                TrackingRow.device == key.device.value,
                TrackingRow.location == key.location,
            )
            .order_by(AttemptRow.finished_at.desc(), AttemptRow.id.desc())
            .limit(1)
        )
        row = self.connection.execute(statement).one_or_none()
        if row is None:
            return None
        return FailedLoad(
            error_name=row.error_name, error=row.error, tracking_id=row.tracking_id, ended_at=row.finished_at
        )


@dataclass(frozen=True, slots=True)
class SqlReadings(Readings):
    """Stored page readings."""

    connection: Connection

    @override
    def find(self, run_id: str, key: PageKey, *, since: datetime) -> StoredReading | None:
        row = self.connection.execute(select_readable(run_id, key, since).limit(1)).one_or_none()
        return None if row is None else stored_reading(row)

    @override
    def list_before(self, run_id: str, key: PageKey, *, since: datetime, reading_id: int) -> Sequence[StoredReading]:
        statement = select_readable(run_id, key, since).where(PageReadingRow.id < reading_id)
        return [stored_reading(row) for row in self.connection.execute(statement)]

    @override
    def count_refusals(self, run_id: str, key: PageKey) -> int:
        is_refusal = (*_is_page(run_id, key), PageReadingRow.verdict.in_(_REFUSED))
        return self.connection.execute(select(func.count()).where(*is_refusal)).scalar_one()

    @override
    def add(self, reading: NewReading) -> StoredReading:
        loaded, key, last = reading.loaded, reading.loaded.key, reading.loaded.pages[-1].served
        statement = insert(PageReadingRow).values(
            run_id=reading.run_id,
            surface=key.surface.value,
            device=key.device.value,
            keyword=key.keyword,
            location=key.location,
            fetched_at=loaded.fetched_at,
            load_seconds=loaded.load_seconds,
            pages=len(loaded.pages),
            status=last.status,
            final_url=last.final_url,
            parser_version=loaded.parser_version,
            evidence_key=reading.evidence_key,
            verdict=loaded.reading.verdict.value,
            is_second_look=reading.is_second_look,
            is_suspect=is_suspect(loaded.reading),
            content=reading_to_json(loaded.reading),
        )
        reading_id = self.connection.execute(statement.returning(PageReadingRow.id)).scalar_one()
        return StoredReading(
            id=reading_id,
            reading=loaded.reading,
            fetched_at=loaded.fetched_at,
            is_second_look=reading.is_second_look,
        )

    @override
    def mean_load_seconds(self, since: datetime) -> float | None:
        mean = func.sum(PageReadingRow.load_seconds) / func.sum(PageReadingRow.pages)
        found = self.connection.execute(select(mean).where(PageReadingRow.fetched_at >= since)).scalar()
        return None if found is None else float(found)


def select_readable(run_id: str, key: PageKey, since: datetime) -> Select[int, str, datetime, bool]:
    """Begin a query of a run's readable readings of a page, the latest first, their content as text.

    One whose content has moved to the archive is months old: nothing is looked up in it any more.
    """
    return (
        select(
            PageReadingRow.id,
            cast(PageReadingRow.content, Text).label("content"),
            PageReadingRow.fetched_at,
            PageReadingRow.is_second_look,
        )
        .where(
            *_is_page(run_id, key),
            PageReadingRow.fetched_at >= since,
            PageReadingRow.verdict.in_(_READABLE),
            PageReadingRow.content.is_not(None),
        )
        .order_by(PageReadingRow.fetched_at.desc(), PageReadingRow.id.desc())
    )


def stored_reading(row: Any) -> StoredReading:  # noqa: ANN401 - a row, or part of one
    """Build a reading from what `select_readable` selects."""
    return StoredReading(
        id=row.id,
        reading=DECODED.decode(row.id, row.content),
        fetched_at=row.fetched_at,
        is_second_look=row.is_second_look,
    )


def _is_page(run_id: str, key: PageKey) -> tuple[ColumnElement[bool], ...]:
    return (
        PageReadingRow.run_id == run_id,
        PageReadingRow.keyword == key.keyword,
        PageReadingRow.surface == key.surface.value,
        PageReadingRow.device == key.device.value,
        PageReadingRow.location == key.location,
    )
