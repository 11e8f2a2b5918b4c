"""Record of each open run whether a surface that it still needs refuses."""

from sunwi.service.ports.outside import Store
from sunwi.sites.naver.site import NAVER, Lane


def mark_blocked_runs(store: Store) -> None:
    """Make open runs BLOCKED while a circuit holds tasks of theirs back, and RUNNING again once none does.

    It asks the circuits themselves, so that any number of calls, by anybody, ends in the same.

    Raises:
        StoreUnavailable: The database cannot be reached.
    """
    with store.begin() as tx:
        circuits = tx.circuits.list_open(NAVER.name)
        for run in tx.runs.list_open():
            holding = (circuit for circuit in circuits if tx.tasks.has_open(run.id, Lane.of_circuit(circuit.key)))
            first = next(holding, None)
            since = max(first.opened_at, run.started_at) if first and first.opened_at else None
            if since != run.blocked_since:
                tx.runs.set_blocked(run.id, since)
