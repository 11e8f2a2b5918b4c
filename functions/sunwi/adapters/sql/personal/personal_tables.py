"""The registry of what names people: a line for each table, of the database and of its archive alike."""

from collections.abc import Mapping
from datetime import UTC, datetime

from sunwi.adapters.sql.tables import (
    AccountRow,
    AuditRow,
    ChannelRow,
    ClientThresholdsRow,
    FileLinkRow,
    JobRequestRow,
    JobRow,
    NoticeRow,
    PoolChangeRow,
    WebRequestRow,
    WorkerPoolRow,
)
from sunwi.domain.personal_data import PersonalColumns, Treatment

#: Since when nobody is let in by an account whose owner was forgotten: always.
_ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)

PERSONAL: Mapping[str, PersonalColumns] = {
    JobRow.__tablename__: PersonalColumns(owners=("owner",), documents={"notify": Treatment.CLEAR}),
    JobRequestRow.__tablename__: PersonalColumns(owners=("owner",), is_deleted=True),
    # Gone after a day by themselves; what was answered may name people.
    WebRequestRow.__tablename__: PersonalColumns(owners=("owner",), is_deleted=True),
    FileLinkRow.__tablename__: PersonalColumns(owners=("owner",), is_deleted=True),
    PoolChangeRow.__tablename__: PersonalColumns(owners=("changed_by",)),
    WorkerPoolRow.__tablename__: PersonalColumns(owners=("changed_by",)),
    # Nothing more is sent to it, and whatever waits for it is given up.
    ChannelRow.__tablename__: PersonalColumns(addresses=("address",), also={"suppressed": "erased"}),
    NoticeRow.__tablename__: PersonalColumns(documents={"content": Treatment.REPLACE}),
    # Nobody is let in by it any more: neither by a sign-in nor by a session or a key that it has.
    AccountRow.__tablename__: PersonalColumns(addresses=("email",), also={"sub": None, "disabled_at": _ALWAYS}),
    ClientThresholdsRow.__tablename__: PersonalColumns(owners=("set_by",)),
    AuditRow.__tablename__: PersonalColumns(
        owners=("actor",),
        addresses=("subject",),
        documents={"before": Treatment.REPLACE, "after": Treatment.REPLACE},
    ),
}
