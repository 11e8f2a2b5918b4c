"""What the use cases need of the latest states, and of the lists that are made of them."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from sunwi.domain.session import LedgerRow
from sunwi.domain.tracking_list import ListPage, ListQuery


class States(Protocol):
    """The latest state of every tracking, written together with what it sums up."""

    def append_day(self, row: LedgerRow, *, session: int) -> bool:
        """Take in a new row of the ledger, in one statement that reads none of it.

        Args:
            row: Just stored, for a day that had none.
            session: The tracking's current session now.

        Returns:
            False when the row is not the latest, or the state too old to take it: `recount` it.
        """
        ...

    def add_missed(self, tracking_id: int, day: date) -> None:
        """Take in a task that ended unmeasured, of a run of that business date."""
        ...

    def add_missed_of_run(self, run_id: str) -> None:
        """Take in every task of a run that ended unmeasured, in one statement."""
        ...

    def recount_missed(self, tracking_id: int) -> None:
        """Ask a tracking's tasks again which ended unmeasured: one of them has been taken up again."""
        ...

    def recount(self, tracking_ids: Sequence[int]) -> Sequence[int]:
        """Work states out anew from ledger, tasks and trackings; the trackings stay locked until the transaction ends.

        Args:
            tracking_ids: A few thousand at most.

        Returns:
            Those whose state was missing or another, by id.
        """
        ...

    def find_stale(self, tracking_ids: Sequence[int]) -> Sequence[int]:
        """Return trackings whose latest row, number of days or missed days are not what their state says, by id.

        It asks indexes alone; only `recount` compares everything.
        """
        ...

    def find_misfiled(self, limit: int) -> Sequence[int]:
        """Return trackings that have no state, or are active or not against what it says, by id."""
        ...

    def count(self) -> int:
        """Count the trackings."""
        ...

    def next_ids(self, after: int, limit: int) -> Sequence[int]:
        """Return the trackings behind an id, by id."""
        ...


class TrackingLists(Protocol):
    """Lists of trackings, page by page, by latest state alone."""

    def page(self, query: ListQuery) -> ListPage:
        """Return one page; neither ledger nor tasks are read."""
        ...

    def ids(self, query: ListQuery) -> Sequence[int]:
        """Return the ids of a page alone, in one statement."""
        ...

    def count(self, query: ListQuery) -> int:
        """Count all that a query takes, whatever its limit, in one statement."""
        ...
