"""Addresses under which one file can be fetched for a while, without signing in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

#: How long a link holds unless somebody says otherwise, and at most.
LINK_LIFE, LONGEST_LINK_LIFE = timedelta(hours=24), timedelta(days=7)
#: How long a link that has expired is kept.
LINK_KEPT = timedelta(days=1)
#: How long the address that a link leads to holds: long enough to begin.
FETCH_LIFE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLink:
    """A link to a file (파일 링크).

    Attributes:
        token_hash: SHA-256 of its 128-bit token, as hex digits; the token itself is in the link alone.
        key: Of the file in the files bucket.
        name: What the file is to be called where it is saved; Korean as it is.
        content_type: Of the file.
        owner: Of whoever asked for the link.
        created_at: Aware UTC.
        expires_at: Aware UTC.
    """

    token_hash: str
    key: str
    name: str
    content_type: str
    owner: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedFile:
    """A file to be linked.

    Attributes:
        key: In the files bucket.
        name: What it is to be called where it is saved.
        content_type: Of its bytes.
    """

    key: str
    name: str
    content_type: str
