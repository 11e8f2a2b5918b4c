"""Open pages: their tickets, connections and topics; and how far a run is, for whoever watches it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from sunwi.adapters.sql.tables.columns import Base


class LiveTicketRow(Base):
    """What a page may open one connection by."""

    __tablename__ = "live_ticket"
    __table_args__ = (Index("ix_live_ticket_expires", "expires_at"),)

    #: SHA-256; the ticket itself is kept by the page alone.
    ticket_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    session_hash: Mapped[str] = mapped_column(String(64))
    account_id: Mapped[str] = mapped_column(String(36))
    expires_at: Mapped[datetime]


class LiveConnectionRow(Base):
    """A page that is open; one whose session is gone is closed within a minute."""

    __tablename__ = "live_connection"
    __table_args__ = (
        Index("ix_live_connection_account", "account_id", "connected_at"),
        Index("ix_live_connection_connected", "connected_at"),
    )

    id: Mapped[str] = mapped_column(String(128), primary_key=True)
    session_hash: Mapped[str] = mapped_column(String(64))
    account_id: Mapped[str] = mapped_column(String(36))
    connected_at: Mapped[datetime]


class LiveTopicRow(Base):
    """What a page watches."""

    __tablename__ = "live_topic"
    __table_args__ = (Index("ix_live_topic_connection", "connection_id"),)

    topic: Mapped[str] = mapped_column(primary_key=True)
    connection_id: Mapped[str] = mapped_column(String(128), ForeignKey("live_connection.id"), primary_key=True)


class RunProgressRow(Base):
    """How far a run is, as whoever polled last found it; the crawl itself never writes it.

    It refers to no run: it is forgotten after a day, and runs are archived.
    """

    __tablename__ = "run_progress"

    run_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    #: Grows when something that is shown has changed.
    version: Mapped[int]
    refreshed_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(16))
    expected: Mapped[int]
    #: Number of tasks by state.
    states: Mapped[dict[str, Any]]
