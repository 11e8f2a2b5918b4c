"""Show the pool of workers, pause it, resume it, and limit it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import structlog

from sunwi.domain.actor import Actor
from sunwi.domain.audit import AuditEntry
from sunwi.domain.job_answers import PoolView
from sunwi.domain.worker_pool import MOST_WORKERS, Paused, WorkerPool
from sunwi.errors import Forbidden, InvalidInput
from sunwi.service.ports.job_engine import Tender
from sunwi.service.ports.outside import Clock, Store
from sunwi.service.ports.retry_conflicts import retry_conflicts

log = structlog.get_logger()

#: Changes of the pool that are shown.
_CHANGES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagePool:
    """Change how many workers there may be, and for whom."""

    store: Store
    tender: Tender
    clock: Clock

    def show(self, actor: Actor) -> PoolView:
        """Return the pool, its last changes, and what waits for it.

        Raises:
            Forbidden: The actor does not see what belongs to others.
            StoreUnavailable: The database cannot be reached.
        """
        _require_all(actor)
        with self.store.read() as tx:
            queue = tx.job_queue
            return PoolView(
                pool=queue.pool(),
                changes=queue.pool_changes(_CHANGES),
                waiting=queue.count_waiting(self.clock.now()),
                busy=queue.busy(),
            )

    def pause(self, actor: Actor, *, everything: bool = False) -> WorkerPool:
        """Admit no more jobs of people and agencies, or of nobody; what runs goes on.

        Args:
            actor: Who asks.
            everything: Hold the system's jobs, too: backups, reports, evaluation.

        Raises:
            Forbidden: The actor does not manage the pool.
            StoreUnavailable: The database cannot be reached.
        """
        paused = Paused.ALL if everything else Paused.PEOPLE
        return self._change(actor, "paused", lambda pool: replace(pool, paused=paused))

    def resume(self, actor: Actor) -> WorkerPool:
        """Admit everybody's jobs again.

        Raises:
            Forbidden: The actor does not manage the pool.
            StoreUnavailable: The database cannot be reached.
        """
        return self._change(actor, "resumed", lambda pool: replace(pool, paused=Paused.NOBODY))

    def set_limits(self, actor: Actor, *, least: int | None = None, most: int | None = None) -> WorkerPool:
        """Change how few and how many workers there may be; None leaves it.

        Raises:
            InvalidInput: They are not 1 ≤ least ≤ most ≤ `MOST_WORKERS`.
            Forbidden: The actor does not manage the pool.
            StoreUnavailable: The database cannot be reached.
        """
        return self._change(actor, "limits", lambda pool: _limited(pool, least=least, most=most))

    def _change(self, actor: Actor, reason: str, change: Callable[[WorkerPool], WorkerPool]) -> WorkerPool:
        _require_all(actor)
        pool = self._store(actor, reason, change)
        log.info("pool_changed", reason=reason, workers=pool.workers, paused=pool.paused.value, by=actor.owner)
        self.tender.nudge()
        return pool

    @retry_conflicts
    def _store(self, actor: Actor, reason: str, change: Callable[[WorkerPool], WorkerPool]) -> WorkerPool:
        with self.store.begin() as tx:
            before = tx.job_queue.lock_pool()
            changed = change(before)
            if changed == before:
                return before
            after = replace(changed, changed_at=self.clock.now(), reason=reason, changed_by=actor.owner)
            tx.job_queue.save_pool(after, before=before)
            entry = AuditEntry(
                at=after.changed_at,
                actor=actor.owner,
                action="pool_changed",
                subject="pool",
                before=_limits(before),
                after={**_limits(after), "reason": reason},
            )
            tx.audit.add(entry)
        return after


def _limits(pool: WorkerPool) -> dict[str, object]:
    return {"paused": pool.paused.value or None, "min": pool.least, "max": pool.most}


def _require_all(actor: Actor) -> None:
    if not actor.sees_everything:
        raise Forbidden(
            f"the role {actor.role.value} does not manage the workers", code="pool_forbidden", role=actor.role.value
        )


def _limited(pool: WorkerPool, *, least: int | None, most: int | None) -> WorkerPool:
    low = pool.least if least is None else least
    high = pool.most if most is None else most
    if not 1 <= low <= high <= MOST_WORKERS:
        raise InvalidInput(
            f"there cannot be {low} to {high} workers: use 1 to {MOST_WORKERS}, the smaller number first",
            code="pool_limits_unusable",
            least=low,
            most=high,
            highest=MOST_WORKERS,
        )
    return replace(pool, least=low, most=high, workers=max(low, min(pool.workers, high)))
