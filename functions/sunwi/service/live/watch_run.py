"""Show how far a run is, counted at most every two seconds however many watch.

Source: docs/adr/0066-watching-costs-the-night-nothing.md.
"""

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import datetime

from sunwi.domain.run_progress import RunProgress
from sunwi.errors import InvalidInput
from sunwi.service.ports.outside import Store

#: Runs that an environment remembers.
_MOST_KNOWN = 50


@dataclass(slots=True)
class WatchRun:
    """Shows runs; an environment asks the database for a run no more often than the run is counted."""

    store: Store
    _known: OrderedDict[str, RunProgress] = field(default_factory=OrderedDict)

    def show(self, run_id: str, *, at: datetime) -> RunProgress:
        """Return how far a run is.

        Args:
            run_id: Of the run.
            at: Aware UTC.

        Raises:
            InvalidInput: There is no such run (`run_unknown`).
            StoreUnavailable: The database cannot be reached.
        """
        known = self._known.get(run_id)
        if known is None or not known.is_fresh(at):
            known = self._known[run_id] = self._read(run_id, at)
            self._known.move_to_end(run_id)
            if len(self._known) > _MOST_KNOWN:
                self._known.popitem(last=False)
        return known

    def _read(self, run_id: str, at: datetime) -> RunProgress:
        with self.store.read() as tx:
            stored = tx.run_progresses.get(run_id)
        if stored is not None and stored.is_fresh(at):
            return stored
        if stored is not None:
            with self.store.begin() as tx:
                is_mine = tx.run_progresses.claim(stored, at=at)
            if not is_mine:
                # Somebody else counts it; what was read is two seconds old at most when they are done.
                return replace(stored, refreshed_at=at)
        return self._count(run_id, stored, at)

    def _count(self, run_id: str, stored: RunProgress | None, at: datetime) -> RunProgress:
        with self.store.read() as tx:
            counted = tx.run_progresses.count(run_id, at=at)
        if counted is None:
            raise InvalidInput(f"there is no run {run_id}", code="run_unknown", run_id=run_id)
        if stored is None:
            with self.store.begin() as tx:
                tx.run_progresses.add(counted)
            return counted
        same = replace(counted, version=stored.version)
        if same == replace(stored, refreshed_at=at):
            return same
        changed = replace(counted, version=stored.version + 1)
        with self.store.begin() as tx:
            tx.run_progresses.set(changed)
        return changed
