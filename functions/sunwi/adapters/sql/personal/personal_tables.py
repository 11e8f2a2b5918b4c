"""The registry of what names people: a line for each table, of the database and of its archive alike."""

from collections.abc import Mapping

from sunwi.adapters.sql.tables import (
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
    ClientThresholdsRow.__tablename__: PersonalColumns(owners=("set_by",)),
    AuditRow.__tablename__: PersonalColumns(
        owners=("actor",),
        addresses=("subject",),
        documents={"before": Treatment.REPLACE, "after": Treatment.REPLACE},
    ),
}
