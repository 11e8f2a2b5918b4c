"""Put notices into the outbox, in the transaction that causes them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sunwi.domain.notice import NewNotice
from sunwi.service.ports.outside import Transaction


class PostNotices(Protocol):
    """Puts notices into the outbox, as `post_notices` does."""

    def __call__(self, tx: Transaction, notices: Sequence[NewNotice], *, at: datetime) -> int:
        """Store them, and return the number of new ones."""
        ...


def post_notices(tx: Transaction, notices: Sequence[NewNotice], *, at: datetime) -> int:
    """Store a notice for each channel that its audience has and that wants it; never fails what tells.

    Args:
        tx: The transaction of whatever is told of.
        notices: Any number; statements are constant per thousand.
        at: Aware UTC.

    Returns:
        The number of new notices; those that were stored before are not counted.
    """
    return tx.notices.post(notices, at=at)
