"""Typed tables of the one database; the same on PostgreSQL and SQLite."""

from sunwi.adapters.sql.tables.accounts import AccountRow, ApiKeyRow, WebSessionRow
from sunwi.adapters.sql.tables.archive import ArchiveMarkRow, ArchivePartRow, AuditRow
from sunwi.adapters.sql.tables.backups import BackupRow
from sunwi.adapters.sql.tables.columns import MAX_REASON_LENGTH, Base, BigId, KstDate, Reason, UtcDateTime
from sunwi.adapters.sql.tables.evaluation import ClientThresholdsRow, EvaluationDigestRow, EvaluationEventRow
from sunwi.adapters.sql.tables.jobs import (
    JobAttemptRow,
    JobHourRow,
    JobRequestRow,
    JobRow,
    PoolChangeRow,
    WorkerPoolRow,
    WorkerRow,
)
from sunwi.adapters.sql.tables.ledger import (
    LEDGER_COLUMNS,
    CorrectionRow,
    ObservationRow,
    PageReadingRow,
    RankHistoryRow,
)
from sunwi.adapters.sql.tables.live import LiveConnectionRow, LiveTicketRow, LiveTopicRow, RunProgressRow
from sunwi.adapters.sql.tables.notices import ChannelPaceRow, ChannelRow, NoticeRow
from sunwi.adapters.sql.tables.requests import AccessFailureRow, FileLinkRow, WebRequestRow
from sunwi.adapters.sql.tables.runs import AttemptRow, RunRow, TaskRow
from sunwi.adapters.sql.tables.sites import CircuitRow, SitePaceRow
from sunwi.adapters.sql.tables.states import TrackingStateRow
from sunwi.adapters.sql.tables.trackings import AgencyRow, ClientRow, FormerTargetRow, TrackingRow, TrackingTagRow
from sunwi.adapters.sql.tables.watch import CanaryCheckRow, WatchFindingRow

__all__ = [
    "LEDGER_COLUMNS",
    "MAX_REASON_LENGTH",
    "AccessFailureRow",
    "AccountRow",
    "AgencyRow",
    "ApiKeyRow",
    "ArchiveMarkRow",
    "ArchivePartRow",
    "AttemptRow",
    "AuditRow",
    "BackupRow",
    "Base",
    "BigId",
    "CanaryCheckRow",
    "ChannelPaceRow",
    "ChannelRow",
    "CircuitRow",
    "ClientRow",
    "ClientThresholdsRow",
    "CorrectionRow",
    "EvaluationDigestRow",
    "EvaluationEventRow",
    "FileLinkRow",
    "FormerTargetRow",
    "JobAttemptRow",
    "JobHourRow",
    "JobRequestRow",
    "JobRow",
    "KstDate",
    "LiveConnectionRow",
    "LiveTicketRow",
    "LiveTopicRow",
    "NoticeRow",
    "ObservationRow",
    "PageReadingRow",
    "PoolChangeRow",
    "RankHistoryRow",
    "Reason",
    "RunProgressRow",
    "RunRow",
    "SitePaceRow",
    "TaskRow",
    "TrackingRow",
    "TrackingStateRow",
    "TrackingTagRow",
    "UtcDateTime",
    "WatchFindingRow",
    "WebRequestRow",
    "WebSessionRow",
    "WorkerPoolRow",
    "WorkerRow",
]
