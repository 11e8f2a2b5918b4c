"""Links to files, in SQL."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select
from typing_extensions import override

from sunwi.adapters.sql.tables import FileLinkRow
from sunwi.domain.file_link import FileLink
from sunwi.service.ports.kept.requests import FileLinks

_COLUMNS = tuple(FileLinkRow.__table__.columns)


@dataclass(frozen=True, slots=True)
class SqlFileLinks(FileLinks):
    """The stored links."""

    connection: Connection

    @override
    def add(self, link: FileLink) -> None:
        self.connection.execute(insert(FileLinkRow).values(**asdict(link)))

    @override
    def find(self, token_hash: str) -> FileLink | None:
        statement = select(*_COLUMNS).where(FileLinkRow.token_hash == token_hash)
        row = self.connection.execute(statement).one_or_none()
        return None if row is None else FileLink(**row._asdict())

    @override
    def delete_expired(self, before: datetime, limit: int) -> int:
        hashes = (
            select(FileLinkRow.token_hash)
            .where(FileLinkRow.expires_at < before)
            .order_by(FileLinkRow.expires_at)
            .limit(limit)
        )
        return self.connection.execute(delete(FileLinkRow).where(FileLinkRow.token_hash.in_(hashes))).rowcount
