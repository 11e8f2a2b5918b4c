"""Keep a tracking's latest state in step with the ledger and the runs, within the transaction that changes them."""

from sunwi.domain.run import UNMEASURED_STATES
from sunwi.domain.session import LedgerRow
from sunwi.domain.task import Task
from sunwi.service.ports.outside import Transaction


def record_day(tx: Transaction, row: LedgerRow, *, session: int, is_new: bool) -> None:
    """Take in a day that was saved; a new latest day costs one statement.

    Args:
        tx: An open transaction in which the row's tracking is locked.
        row: As stored now.
        session: The tracking's current session now.
        is_new: The day had no row before.
    """
    if not (is_new and tx.states.append_day(row, session=session)):
        tx.states.recount([row.tracking_id])


def record_unmeasured(tx: Transaction, task: Task) -> None:
    """Take in that a task has ended unmeasured."""
    tx.states.add_missed(task.tracking.id, task.run.business_date)


def record_taken_up_again(tx: Transaction, task: Task) -> None:
    """Take in that a task is being measured again; only one that had ended unmeasured changes anything.

    Args:
        tx: An open transaction.
        task: As it was before.
    """
    if task.state in UNMEASURED_STATES:
        tx.states.recount_missed(task.tracking.id)
