"""Observations as they are stored, and corrections of the ledger, in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, exists, func, insert, select
from typing_extensions import override

from sunwi.adapters.sql.tables import (
    LEDGER_COLUMNS,
    CorrectionRow,
    ObservationRow,
    PageReadingRow,
    RankHistoryRow,
    TaskRow,
    TrackingRow,
)
from sunwi.adapters.sql.trackings import counting_from_row, tracking_from_row
from sunwi.domain.correction import Correction, KeptReading, LedgerStatement, StoredObservation
from sunwi.domain.exposure_criteria import ExposureCriteria
from sunwi.domain.schedule import business_date
from sunwi.domain.session import LedgerRow
from sunwi.domain.tracking import Device, PageKey, Surface
from sunwi.service.ports.readings import Corrections

_FINDING = ("rank", "area", "page_rank", "depth", "matched_by", "near_area", "near_rank")
_COUNTING = ("areas", "counts_bundled")


@dataclass(frozen=True, slots=True)
class SqlCorrections(Corrections):
    """Stored observations of a run, and what was corrected of them."""

    connection: Connection

    @override
    def kept_readings(self, run_id: str) -> Sequence[KeptReading]:
        statement = select(
            PageReadingRow.id,
            PageReadingRow.surface,
            PageReadingRow.device,
            PageReadingRow.keyword,
            PageReadingRow.location,
            PageReadingRow.evidence_key,
            PageReadingRow.parser_version,
        )
        rows = self.connection.execute(statement.where(PageReadingRow.run_id == run_id).order_by(PageReadingRow.id))
        return [
            KeptReading(
                id=row.id,
                key=PageKey(Surface(row.surface), Device(row.device), row.keyword, row.location),
                evidence_key=row.evidence_key,
                parser_version=row.parser_version,
            )
            for row in rows
        ]

    @override
    def observations_of_run(self, run_id: str) -> Sequence[StoredObservation]:
        states_it = and_(
            RankHistoryRow.tracking_id == ObservationRow.tracking_id,
            RankHistoryRow.observation_id == ObservationRow.id,
        )
        statement = (
            _observations(ObservationRow.fetched_at)
            .add_columns(
                ObservationRow.id.label("observation_id"),
                *(getattr(ObservationRow, name).label(f"observed_{name}") for name in (*_FINDING, *_COUNTING)),
                *(column.label(f"row_{column.name}") for column in LEDGER_COLUMNS),
                _last_version().label("corrected_by"),
            )
            .join(ObservationRow, ObservationRow.page_reading_id == PageReadingRow.id)
            .join(TrackingRow, TrackingRow.id == ObservationRow.tracking_id)
            .outerjoin(RankHistoryRow, states_it)
            .where(ObservationRow.run_id == run_id)
            .order_by(ObservationRow.tracking_id, ObservationRow.id)
        )
        return [_observed(row) for row in self.connection.execute(statement)]

    @override
    def unmeasured_of_run(self, run_id: str) -> Sequence[StoredObservation]:
        is_page = and_(
            PageReadingRow.run_id == TaskRow.run_id,
            PageReadingRow.keyword == TrackingRow.keyword,
            PageReadingRow.surface == TrackingRow.surface,
            PageReadingRow.device == TrackingRow.device,
            PageReadingRow.location == TrackingRow.location,
        )
        is_observed = exists().where(
            ObservationRow.run_id == TaskRow.run_id, ObservationRow.tracking_id == TaskRow.tracking_id
        )
        last = (
            select(TaskRow.tracking_id, func.max(PageReadingRow.id).label("reading_id"))
            .join(TrackingRow, TrackingRow.id == TaskRow.tracking_id)
            .join(PageReadingRow, is_page)
            .where(TaskRow.run_id == run_id, ~is_observed)
            .group_by(TaskRow.tracking_id)
            .subquery()
        )
        statement = (
            _observations(PageReadingRow.fetched_at)
            .join(last, last.c.reading_id == PageReadingRow.id)
            .join(TrackingRow, TrackingRow.id == last.c.tracking_id)
            .order_by(TrackingRow.id)
        )
        return [_unmeasured(row) for row in self.connection.execute(statement)]

    @override
    def add(self, correction: Correction) -> None:
        values = {name: getattr(correction, name) for name in ("tracking_id", "date", "page_reading_id", "reason")}
        values |= {f"old_{name}": getattr(correction.old, name) for name in _FINDING}
        values |= {f"new_{name}": getattr(correction.new, name) for name in _FINDING}
        values |= {"old_parser_version": correction.old_parser_version, "corrected_at": correction.corrected_at}
        values |= {"new_parser_version": correction.new_parser_version}
        values |= {"old_counts": correction.old_counts, "new_counts": correction.new_counts}
        self.connection.execute(insert(CorrectionRow).values(**values))

    @override
    def reader_of(self, row: LedgerRow) -> tuple[int, str]:
        statement = (
            select(PageReadingRow.id, func.coalesce(_last_version(), PageReadingRow.parser_version))
            .join(ObservationRow, ObservationRow.page_reading_id == PageReadingRow.id)
            .where(ObservationRow.id == row.observation_id)
        )
        reading_id, version = self.connection.execute(statement).one()
        return reading_id, version

    @override
    def history(self, tracking_id: int) -> Sequence[Correction]:
        columns = (column for column in CorrectionRow.__table__.columns if column.name != "id")
        is_tracking = CorrectionRow.tracking_id == tracking_id
        rows = self.connection.execute(select(*columns).where(is_tracking).order_by(CorrectionRow.id))
        return [_correction(row) for row in rows]


def _observations(fetched_at: Any) -> Select[Any]:  # noqa: ANN401 - a column of either table
    """Begin a query of observations: the tracking, its page reading, and when the page was fetched."""
    return select(
        *TrackingRow.__table__.columns,
        PageReadingRow.id.label("page_reading_id"),
        PageReadingRow.parser_version,
        fetched_at.label("fetched_at"),
    ).select_from(PageReadingRow)


def _last_version() -> Any:  # noqa: ANN401 - a scalar subquery of a type that nothing reads
    """The reader of an observation's last correction; null when it has none."""
    return (
        select(CorrectionRow.new_parser_version)
        .where(
            CorrectionRow.tracking_id == ObservationRow.tracking_id,
            CorrectionRow.page_reading_id == ObservationRow.page_reading_id,
        )
        .order_by(CorrectionRow.id.desc())
        .limit(1)
        .correlate(ObservationRow)
        .scalar_subquery()
    )


def _unmeasured(row: Row[Any]) -> StoredObservation:
    return StoredObservation(
        tracking=tracking_from_row(row),
        page_reading_id=row.page_reading_id,
        date=business_date(row.fetched_at),
        observation_id=None,
        row=None,
        found=None,
        counting=counting_from_row(row),
        parser_version=row.parser_version,
    )


def _observed(row: Row[Any]) -> StoredObservation:
    values = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
    stated = None
    if row.row_tracking_id is not None:
        stated = LedgerRow(**{column.name: values[f"row_{column.name}"] for column in LEDGER_COLUMNS})
    observed = LedgerStatement(**{name: values[f"observed_{name}"] for name in _FINDING})
    return StoredObservation(
        tracking=tracking_from_row(row),
        page_reading_id=row.page_reading_id,
        date=business_date(row.fetched_at),
        observation_id=row.observation_id,
        row=stated,
        found=LedgerStatement.of_row(stated) if stated else observed,
        counting=ExposureCriteria(frozenset(row.observed_areas.split()), bundled=row.observed_counts_bundled),
        parser_version=row.corrected_by or row.parser_version,
    )


def _correction(row: Row[Any]) -> Correction:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
    old, new = (LedgerStatement(**{name: values.pop(f"{age}_{name}") for name in _FINDING}) for age in ("old", "new"))
    return Correction(old=old, new=new, **values)
