"""Tickets, connections and topics of open pages, in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Label, Row, delete, func, insert, literal, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from typing_extensions import override

from sunwi.adapters.sql.accounts.account_rows import ACCOUNT_COLUMNS, account_from_row
from sunwi.adapters.sql.tables import (
    AccountRow,
    JobRow,
    LiveConnectionRow,
    LiveTicketRow,
    LiveTopicRow,
    WebSessionRow,
)
from sunwi.domain import live
from sunwi.domain.account import SESSION_IDLE, SESSION_LIFE, WebSession
from sunwi.domain.job import Job
from sunwi.domain.live import CONNECTION_LIFE, MOST_TOLD, MOST_TOPICS, Subscription, Watcher, job_topic, owner_topic
from sunwi.service.ports.doors.live import LivePages

_PREFIX = "session__"
_SESSION_COLUMNS: Sequence[Label[Any]] = tuple(
    column.label(f"{_PREFIX}{column.name}") for column in WebSessionRow.__table__.columns
)


@dataclass(frozen=True, slots=True)
class SqlLivePages(LivePages):
    """What is stored of open pages."""

    connection: Connection

    @override
    def add_ticket(self, ticket_hash: str, watcher: Watcher, *, expires_at: datetime) -> None:
        self.connection.execute(
            insert(LiveTicketRow).values(
                ticket_hash=ticket_hash,
                session_hash=watcher.session_hash,
                account_id=watcher.account_id,
                expires_at=expires_at,
            )
        )

    @override
    def take_ticket(self, ticket_hash: str, *, at: datetime) -> Watcher | None:
        statement = (
            delete(LiveTicketRow)
            .where(LiveTicketRow.ticket_hash == ticket_hash, LiveTicketRow.expires_at > at)
            .returning(LiveTicketRow.session_hash, LiveTicketRow.account_id)
        )
        row = self.connection.execute(statement).one_or_none()
        return None if row is None else Watcher(row.session_hash, row.account_id)

    @override
    def connect(self, connection_id: str, watcher: Watcher, *, at: datetime) -> None:
        self.connection.execute(
            insert(LiveConnectionRow).values(
                id=connection_id, session_hash=watcher.session_hash, account_id=watcher.account_id, connected_at=at
            )
        )

    @override
    def of_account(self, account_id: str) -> Sequence[str]:
        statement = (
            select(LiveConnectionRow.id)
            .where(LiveConnectionRow.account_id == account_id)
            .order_by(LiveConnectionRow.connected_at, LiveConnectionRow.id)
        )
        return list(self.connection.execute(statement).scalars())

    @override
    def of_session(self, session_hash: str, account_id: str) -> Sequence[str]:
        statement = select(LiveConnectionRow.id).where(
            LiveConnectionRow.account_id == account_id, LiveConnectionRow.session_hash == session_hash
        )
        return list(self.connection.execute(statement).scalars())

    @override
    def find(self, connection_id: str) -> live.Connection | None:
        statement = (
            select(LiveConnectionRow.id, *_SESSION_COLUMNS, *ACCOUNT_COLUMNS)
            .join(WebSessionRow, WebSessionRow.id_hash == LiveConnectionRow.session_hash)
            .join(AccountRow, AccountRow.id == LiveConnectionRow.account_id)
            .where(LiveConnectionRow.id == connection_id)
        )
        row = self.connection.execute(statement).one_or_none()
        return None if row is None else _connection(row)

    @override
    def watch(self, connection_id: str, topic: str) -> bool:
        upsert = sqlite.insert if self.connection.dialect.name == "sqlite" else postgresql.insert
        watched = (
            select(func.count())
            .select_from(LiveTopicRow)
            .where(LiveTopicRow.connection_id == connection_id, LiveTopicRow.topic != topic)
            .scalar_subquery()
        )
        new = select(literal(topic), literal(connection_id)).where(watched < MOST_TOPICS)
        names = [LiveTopicRow.topic, LiveTopicRow.connection_id]
        self.connection.execute(upsert(LiveTopicRow).from_select(names, new).on_conflict_do_nothing())
        is_there = select(LiveTopicRow.topic).where(
            LiveTopicRow.topic == topic, LiveTopicRow.connection_id == connection_id
        )
        return self.connection.execute(is_there).first() is not None

    @override
    def disconnect(self, connection_ids: Sequence[str]) -> None:
        if connection_ids:
            self.connection.execute(delete(LiveTopicRow).where(LiveTopicRow.connection_id.in_(connection_ids)))
            self.connection.execute(delete(LiveConnectionRow).where(LiveConnectionRow.id.in_(connection_ids)))

    @override
    def watchers(self, job: Job) -> tuple[int, Sequence[Subscription]]:
        statement = (
            select(LiveTopicRow.topic, JobRow.version, LiveConnectionRow.id, *_SESSION_COLUMNS, *ACCOUNT_COLUMNS)
            .join(LiveConnectionRow, LiveConnectionRow.id == LiveTopicRow.connection_id)
            .join(WebSessionRow, WebSessionRow.id_hash == LiveConnectionRow.session_hash)
            .join(AccountRow, AccountRow.id == LiveConnectionRow.account_id)
            .join(JobRow, JobRow.id == job.id)
            .where(LiveTopicRow.topic.in_([job_topic(job.id), owner_topic(job.owner)]))
            .order_by(LiveConnectionRow.connected_at, LiveConnectionRow.id)
            .limit(MOST_TOLD)
        )
        rows = self.connection.execute(statement).all()
        return (rows[0].version if rows else 0), [Subscription(row.topic, _connection(row)) for row in rows]

    @override
    def dead(self, *, at: datetime, limit: int) -> Sequence[str]:
        has_ended = or_(
            LiveConnectionRow.connected_at <= at - CONNECTION_LIFE,
            WebSessionRow.id_hash.is_(None),
            WebSessionRow.revoked_at.is_not(None),
            WebSessionRow.last_seen_at <= at - SESSION_IDLE,
            WebSessionRow.created_at <= at - SESSION_LIFE,
            AccountRow.disabled_at.is_not(None),
        )
        statement = (
            select(LiveConnectionRow.id)
            .outerjoin(WebSessionRow, WebSessionRow.id_hash == LiveConnectionRow.session_hash)
            .outerjoin(AccountRow, AccountRow.id == LiveConnectionRow.account_id)
            .where(has_ended)
            .order_by(LiveConnectionRow.connected_at, LiveConnectionRow.id)
            .limit(limit)
        )
        return list(self.connection.execute(statement).scalars())

    @override
    def delete_tickets(self, before: datetime, limit: int) -> int:
        old = (
            select(LiveTicketRow.ticket_hash)
            .where(LiveTicketRow.expires_at < before)
            .order_by(LiveTicketRow.expires_at)
            .limit(limit)
        )
        return self.connection.execute(delete(LiveTicketRow).where(LiveTicketRow.ticket_hash.in_(old))).rowcount


def _connection(row: Row[Any]) -> live.Connection:
    values = {name.removeprefix(_PREFIX): value for name, value in row._asdict().items() if name.startswith(_PREFIX)}
    return live.Connection(row.id, WebSession(**values), account_from_row(row))
