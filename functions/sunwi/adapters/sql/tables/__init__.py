"""Typed tables of the one database; the same on PostgreSQL and SQLite."""

from sunwi.adapters.sql.tables.archive import ArchiveMarkRow, ArchivePartRow, AuditRow
from sunwi.adapters.sql.tables.columns import MAX_REASON_LENGTH, Base, BigId, KstDate, Reason, UtcDateTime
from sunwi.adapters.sql.tables.jobs import (
    JobAttemptRow,
    JobHourRow,
    JobRequestRow,
    JobRow,
    PoolChangeRow,
    WorkerPoolRow,
    WorkerRow,
)
from sunwi.adapters.sql.tables.ledger import CorrectionRow, ObservationRow, PageReadingRow, RankHistoryRow
from sunwi.adapters.sql.tables.runs import AttemptRow, RunRow, TaskRow
from sunwi.adapters.sql.tables.sites import CircuitRow, SitePaceRow
from sunwi.adapters.sql.tables.states import TrackingStateRow
from sunwi.adapters.sql.tables.trackings import AgencyRow, ClientRow, TrackingRow, TrackingTagRow
from sunwi.adapters.sql.tables.watch import CanaryCheckRow, WatchFindingRow

__all__ = [
    "MAX_REASON_LENGTH",
    "AgencyRow",
    "ArchiveMarkRow",
    "ArchivePartRow",
    "AttemptRow",
    "AuditRow",
    "Base",
    "BigId",
    "CanaryCheckRow",
    "CircuitRow",
    "ClientRow",
    "CorrectionRow",
    "JobAttemptRow",
    "JobHourRow",
    "JobRequestRow",
    "JobRow",
    "KstDate",
    "ObservationRow",
    "PageReadingRow",
    "PoolChangeRow",
    "RankHistoryRow",
    "Reason",
    "RunRow",
    "SitePaceRow",
    "TaskRow",
    "TrackingRow",
    "TrackingStateRow",
    "TrackingTagRow",
    "UtcDateTime",
    "WatchFindingRow",
    "WorkerPoolRow",
    "WorkerRow",
]
