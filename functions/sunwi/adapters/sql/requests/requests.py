"""Idempotency keys and their answers, in SQL."""

import zlib
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, select, tuple_, update
from typing_extensions import override

from sunwi.adapters.sql.tables import WebRequestRow
from sunwi.adapters.sql.trackings import insert_unless_there
from sunwi.domain.request_claim import MAX_KEPT_BYTES, KeptAnswer, RequestClaim, RequestKey
from sunwi.service.ports.kept.requests import Requests

_KEY = (WebRequestRow.owner, WebRequestRow.key)
_COLUMNS = tuple(WebRequestRow.__table__.columns)


@dataclass(frozen=True, slots=True)
class SqlRequests(Requests):
    """The stored claims."""

    connection: Connection

    @override
    def add(self, request: RequestKey, *, at: datetime) -> bool:
        statement = insert_unless_there(self.connection, WebRequestRow).values(
            owner=request.owner,
            key=request.key,
            fingerprint=request.fingerprint,
            generation=1,
            claimed_at=at,
            headers={},
        )
        return self.connection.execute(statement).rowcount == 1

    @override
    def find(self, owner: str, key: str) -> RequestClaim | None:
        statement = select(*_COLUMNS).where(WebRequestRow.owner == owner, WebRequestRow.key == key)
        row = self.connection.execute(statement).one_or_none()
        if row is None:
            return None
        answer = None
        if row.status is not None:
            answer = KeptAnswer(status=row.status, headers=row.headers, body=_unpacked(row.body))
        return RequestClaim(
            request=RequestKey(owner=row.owner, key=row.key, fingerprint=row.fingerprint),
            generation=row.generation,
            claimed_at=row.claimed_at,
            answer=answer,
        )

    @override
    def take_over(self, claim: RequestClaim, request: RequestKey, *, at: datetime) -> bool:
        answered = WebRequestRow.status.is_(None) if claim.answer is None else WebRequestRow.status.is_not(None)
        statement = (
            update(WebRequestRow)
            .where(*_is_claim(claim), answered)
            .values(
                fingerprint=request.fingerprint,
                generation=claim.generation + 1,
                claimed_at=at,
                status=None,
                headers={},
                body=None,
            )
        )
        return self.connection.execute(statement).rowcount == 1

    @override
    def answer(self, claim: RequestClaim, answer: KeptAnswer) -> bool:
        values = {"status": answer.status, "headers": dict(answer.headers), "body": _packed(answer.body)}
        statement = update(WebRequestRow).where(*_is_claim(claim), WebRequestRow.status.is_(None)).values(**values)
        return self.connection.execute(statement).rowcount == 1

    @override
    def release(self, claim: RequestClaim) -> bool:
        statement = delete(WebRequestRow).where(*_is_claim(claim), WebRequestRow.status.is_(None))
        return self.connection.execute(statement).rowcount == 1

    @override
    def delete_old(self, before: datetime, limit: int) -> int:
        old = select(*_KEY).where(WebRequestRow.claimed_at < before).order_by(WebRequestRow.claimed_at).limit(limit)
        return self.connection.execute(delete(WebRequestRow).where(tuple_(*_KEY).in_(old))).rowcount


def _is_claim(claim: RequestClaim) -> tuple[ColumnElement[bool], ...]:
    return (
        WebRequestRow.owner == claim.request.owner,
        WebRequestRow.key == claim.request.key,
        WebRequestRow.generation == claim.generation,
    )


def _packed(body: str | None) -> str | None:
    """Compress a body; ten thousand verdicts are a tenth of their size."""
    if body is None:
        return None
    packed = zlib.compress(body.encode(), level=1)
    return None if len(packed) > MAX_KEPT_BYTES else b64encode(packed).decode()


def _unpacked(packed: str | None) -> str | None:
    return None if packed is None else zlib.decompress(b64decode(packed)).decode()
