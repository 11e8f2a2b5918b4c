"""Who signs in: accounts, their browsers, and the keys of their programs."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from sunwi.adapters.sql.tables.columns import Base, BigId


class AccountRow(Base):
    """Somebody who signs in."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("sub", name="uq_account_sub"),
        UniqueConstraint("email", name="uq_account_email"),
        Index("ix_account_agency", "agency_id"),
        Index("ix_account_client", "client_id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    #: NULL until the identity provider knows them.
    sub: Mapped[str | None]
    #: In lower case.
    email: Mapped[str]
    role: Mapped[str] = mapped_column(String(16))
    #: Of an agency's account, and of an advertiser's whose client has one.
    agency_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("agency.id"))
    #: Of an advertiser's.
    client_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("client.id"))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    last_seen_at: Mapped[datetime | None]


class WebSessionRow(Base):
    """A browser in which somebody has signed in."""

    __tablename__ = "web_session"
    __table_args__ = (
        Index("ix_web_session_account", "account_id", "created_at"),
        Index("ix_web_session_created", "created_at", "id_hash"),
    )

    #: SHA-256 of the id that the browser alone keeps.
    id_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(36), ForeignKey("account.id"))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    browser: Mapped[str]
    address: Mapped[str] = mapped_column(String(64))
    revoked_at: Mapped[datetime | None]


class ApiKeyRow(Base):
    """What a program is let in by."""

    __tablename__ = "api_key"
    __table_args__ = (
        UniqueConstraint("secret_hash"),
        Index("ix_api_key_account", "account_id", "id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(36), ForeignKey("account.id"))
    name: Mapped[str]
    prefix: Mapped[str] = mapped_column(String(32))
    secret_hash: Mapped[str] = mapped_column(String(64))
    scope: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
