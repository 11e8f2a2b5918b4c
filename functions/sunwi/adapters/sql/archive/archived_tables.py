"""The registry of what is archived: a line for each table, in the order in which they are emptied.

What a table needs for its line: an index that begins with its date, and one on each column of others that points to it.
A row's key is that of its table.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, func, literal, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased
from sqlalchemy.orm.util import AliasedClass

from sunwi.adapters.sql.tables import (
    AttemptRow,
    AuditRow,
    Base,
    CanaryCheckRow,
    CorrectionRow,
    EvaluationEventRow,
    JobAttemptRow,
    JobRow,
    NoticeRow,
    ObservationRow,
    PageReadingRow,
    PoolChangeRow,
    RankHistoryRow,
    WatchFindingRow,
)
from sunwi.domain.archive import KeptBy
from sunwi.domain.evaluation import EventKind, EventState
from sunwi.domain.typed_text import quote
from sunwi.errors import InvalidInput
from sunwi.service.ports.kept.archive import TableOfArchive

#: Reason of a change of the pool that paused it.
_PAUSED = "paused"

#: Rows that are read together unless a table's are larger.
ROWS_AT_ONCE = 1_000


@dataclass(frozen=True, eq=False)
class ArchivedTable:
    """A table whose old rows are archived.

    Attributes:
        row: Its class.
        at: What tells how old a row is, and its month: a column of the table, or of the one that it goes with.
        is_free: Nothing that stays points to the row.
        parent: Table that its rows refer to and that is archived, too.
        kept_by: Setting that says how long rows stay.
        rows_at_once: Rows that are read together.
    """

    row: type[Base]
    at: InstrumentedAttribute[Any]
    is_free: ColumnElement[bool] = true()  # noqa: RUF009 - a constant of SQLAlchemy's
    parent: type[Base] | None = None
    kept_by: KeptBy = KeptBy.ARCHIVE_AFTER_DAYS
    rows_at_once: int = ROWS_AT_ONCE

    @cached_property
    def table(self) -> Table:
        """The table itself."""
        return Base.metadata.tables[self.row.__tablename__]

    @cached_property
    def key(self) -> Sequence[Column[Any]]:
        """The columns of its primary key."""
        return tuple(self.table.primary_key.columns)

    @property
    def name(self) -> str:
        """Its name in the database, and in the archive."""
        return self.table.name

    @property
    def dated_by(self) -> Table | None:
        """The other table that its date is a column of; None when it is one of its own."""
        table = Base.metadata.tables[self.at.class_.__tablename__]
        return None if table is self.table else table

    def may_go(self, dialect: str) -> ColumnElement[bool]:
        """Return what holds of a row that may leave the database.

        SQLite numbers a new row one higher than the highest that is there: were the last one of a table deleted, its
        number would be given away again. So that one stays.
        """
        if dialect != "sqlite" or len(self.key) > 1 or self.key[0].type.python_type is not int:
            return self.is_free
        other = self.table.alias()
        newest = select(func.max(other.c[self.key[0].name])).scalar_subquery()
        return and_(self.is_free, self.key[0] < newest)

    def as_port(self) -> TableOfArchive:
        """Describe it to the use cases."""
        parent = None if self.parent is None else self.parent.__tablename__
        return TableOfArchive(self.name, self.kept_by, parent, self.rows_at_once)


def _no(other: type[Base] | AliasedClass[Any], *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return whether no row of another table fulfils conditions on the row that is looked at.

    Not EXISTS: PostgreSQL would rather read the whole ledger than ask for each of a thousand rows.
    """
    found = select(literal(1)).select_from(other).where(*conditions).limit(1).correlate_except(other)
    return found.scalar_subquery().is_(None)


#: The ledger does not state it, and no correction is of it.
_UNSTATED = and_(
    _no(RankHistoryRow, RankHistoryRow.observation_id == ObservationRow.id),
    _no(
        CorrectionRow,
        CorrectionRow.tracking_id == ObservationRow.tracking_id,
        CorrectionRow.page_reading_id == ObservationRow.page_reading_id,
    ),
)
#: No observation that is left is of it, and it proves no correction.
_UNOBSERVED = and_(
    _no(ObservationRow, ObservationRow.page_reading_id == PageReadingRow.id),
    _no(CorrectionRow, CorrectionRow.page_reading_id == PageReadingRow.id),
)
_job = aliased(JobRow)
#: Nobody has its job tried again.
_OF_ENDED = _no(_job, _job.id == JobAttemptRow.job_id, _job.finished_at.is_(None))
_WITHOUT_ATTEMPTS = _no(JobAttemptRow, JobAttemptRow.job_id == JobRow.id)
_later = aliased(PoolChangeRow)
#: The last pause stays: since then somebody waits.
_NOT_LAST_PAUSE = or_(
    PoolChangeRow.reason != _PAUSED,
    PoolChangeRow.id < select(func.max(_later.id)).where(_later.reason == _PAUSED).scalar_subquery(),
)
#: Nobody has it sent any more.
_ENDED_NOTICE = NoticeRow.state.in_(["TOLD", "DEAD"])
#: The digests have seen it as it is, and no judging finds it anew: each one counts open nights without a measurement.
_TOLD_EVENT = and_(
    EvaluationEventRow.told >= EvaluationEventRow.version,
    or_(
        EvaluationEventRow.kind != EventKind.UNMEASURED.value,
        EvaluationEventRow.state != EventState.HOLDS.value,
    ),
)
_OF_JOBS = KeptBy.JOB_HISTORY_DAYS

ARCHIVED: Sequence[ArchivedTable] = (
    ArchivedTable(AttemptRow, AttemptRow.started_at),
    ArchivedTable(ObservationRow, ObservationRow.fetched_at, _UNSTATED, parent=PageReadingRow),
    ArchivedTable(PageReadingRow, PageReadingRow.fetched_at, _UNOBSERVED, rows_at_once=250),
    ArchivedTable(CanaryCheckRow, CanaryCheckRow.checked_at),
    ArchivedTable(WatchFindingRow, WatchFindingRow.resolved_at),
    ArchivedTable(JobAttemptRow, JobRow.finished_at, _OF_ENDED, parent=JobRow, kept_by=_OF_JOBS),
    ArchivedTable(JobRow, JobRow.finished_at, _WITHOUT_ATTEMPTS, kept_by=_OF_JOBS),
    ArchivedTable(PoolChangeRow, PoolChangeRow.at, _NOT_LAST_PAUSE, kept_by=_OF_JOBS),
    ArchivedTable(NoticeRow, NoticeRow.created_at, _ENDED_NOTICE),
    ArchivedTable(EvaluationEventRow, EvaluationEventRow.changed_at, _TOLD_EVENT),
    ArchivedTable(AuditRow, AuditRow.at),
)

_BY_NAME = {one.name: one for one in ARCHIVED}


def archived_table(name: str) -> ArchivedTable:
    """Return a table of the registry.

    Raises:
        InvalidInput: It is in none of its lines.
    """
    if name not in _BY_NAME:
        raise InvalidInput(
            f"the table {quote(name)} is not archived: use {', '.join(_BY_NAME)}",
            code="archive_table_unknown",
            table=name,
            known=", ".join(_BY_NAME),
        )
    return _BY_NAME[name]
