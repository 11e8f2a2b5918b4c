"""What else is stored in the transaction that stores new trackings."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sunwi.service.ports.outside import Transaction


class Then(Protocol):
    """Stores the run that measures new trackings, together with them."""

    def __call__(self, tx: Transaction, tracking_ids: Sequence[int], *, at: datetime) -> datetime | None:
        """Store it.

        Args:
            tx: That has just stored the trackings.
            tracking_ids: Of what is new; none when all were there.
            at: When they are stored.

        Returns:
            When the same request stored its trackings before; None when it is the first of its kind.
        """
        ...


def measure_at_night(tx: Transaction, tracking_ids: Sequence[int], *, at: datetime) -> datetime | None:  # noqa: ARG001
    """Store nothing else: the next night measures them."""
    return None
