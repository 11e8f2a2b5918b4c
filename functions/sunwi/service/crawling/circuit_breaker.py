"""Keep page loads away from a surface that refuses them, and find out when it answers again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import structlog

from sunwi.domain.circuit import Circuit, CircuitRule, Entry, Refusal
from sunwi.domain.observation import LoadedSurface
from sunwi.domain.outcome import describe
from sunwi.domain.recognition import REFUSALS, verdict_for_circuit
from sunwi.domain.run import Run, RunStatus
from sunwi.domain.tracking import PageKey
from sunwi.errors import StoreUnavailable, SurfaceHeld
from sunwi.service.pages.publish_recognition import WORST
from sunwi.service.ports.outside import Clock, Metrics, Store, Transaction
from sunwi.service.runs.mark_blocked_runs import mark_blocked_runs
from sunwi.sites.naver.site import Lane, circuit_of_page, name_page

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class CircuitChange:
    """A circuit before and after an attempt."""

    before: Circuit
    after: Circuit


@dataclass(frozen=True, slots=True, kw_only=True)
class CircuitBreaker:
    """Decide by the circuit of a page's surface and device whether it may be opened.

    The circuit is stored, so that every crawler of the database obeys it.

    Attributes:
        rule: When it opens, and its pauses.
        probe_time: After which a probe that has not been heard of is given up: the crawler's own timeout.
        random: Source of jitter.
    """

    store: Store
    clock: Clock
    metrics: Metrics
    rule: CircuitRule
    probe_time: timedelta
    random: Random

    def enter(
        self, tx: Transaction, page: PageKey, now: datetime, *, known: Circuit | None = None
    ) -> tuple[Entry, Circuit]:
        """Ask whether a page may be opened; to be let through as a probe is to keep all others out.

        Args:
            tx: An open transaction.
            page: Whose circuit is asked.
            now: Aware.
            known: That circuit, if this transaction has read it already.
        """
        key = circuit_of_page(page)
        circuit = known or tx.circuits.get(key)
        if circuit.entry(now) is not Entry.PROBE:
            return circuit.entry(now), circuit
        circuit = tx.circuits.lock(key)
        entry = circuit.entry(now)
        if entry is Entry.PROBE:
            circuit = circuit.with_probe(now + self.probe_time)
            tx.circuits.save(circuit)
        return entry, circuit

    def ask_again(self, tx: Transaction, page: PageKey) -> None:
        """Check that somebody who has been let in, and is no probe, may open a further page.

        Raises:
            SurfaceHeld: The circuit has opened meanwhile; its probe is for another attempt.
        """
        circuit = tx.circuits.get(circuit_of_page(page))
        if circuit.opened_at is not None:
            raise SurfaceHeld(f"the {page.surface} surface has begun to refuse ({circuit.reason})")

    def record(self, tx: Transaction, run: Run | None, seen: LoadedSurface, *, is_probe: bool) -> CircuitChange:
        """Count what was seen of a page, whose reading has just been stored; one that no run wanted has none."""
        verdict, key = verdict_for_circuit(seen.reading), circuit_of_page(seen.key)
        before = tx.circuits.get(key)
        if verdict.is_readable and before == before.after_recognised(at=seen.fetched_at, is_probe=is_probe):
            return CircuitChange(before, before)
        if not verdict.is_readable and verdict not in REFUSALS:
            return self.end_probe(tx, run, seen.key, is_probe=is_probe)
        is_repeat = verdict in REFUSALS and run is not None and tx.readings.count_refusals(run.id, seen.key) > 1
        before = tx.circuits.lock(key)
        if verdict.is_readable:
            after = before.after_recognised(at=seen.fetched_at, is_probe=is_probe)
        else:
            after = before.after_refusal(self._refusal(run, seen, is_probe=is_probe, is_repeat=is_repeat), self.rule)
        return _saved(tx, before, after)

    def end_probe(self, tx: Transaction, run: Run | None, page: PageKey, *, is_probe: bool) -> CircuitChange:
        """End a probe that found neither an answer nor a refusal, unless it has been ended already."""
        key = circuit_of_page(page)
        if not is_probe:
            circuit = tx.circuits.get(key)
            return CircuitChange(circuit, circuit)
        before = tx.circuits.lock(key)
        now = self.clock.now()
        deadline = now if run is None else run.deadline
        after = before.after_unclear_probe(self.rule, at=now, deadline=deadline, jitter=self.random.random())
        return _saved(tx, before, after)

    def announce(self, change: CircuitChange) -> None:
        """Announce what has changed, once it is committed: in the log, the metric, and the runs' states."""
        before, after = change.before, change.after
        if before == after or (before.opened_at is None and after.opened_at is None):
            return
        now, facts = self.clock.now(), _facts(after)
        if before.opened_at is None:
            log.warning("circuit_opened", **facts, pages=len(after.blocked_pages))
        elif after.opened_at is None:
            log.info("circuit_closed", **facts, open_seconds=_seconds(now - before.opened_at))
        else:
            log.warning("circuit_stays_open", **facts, open_seconds=_seconds(now - before.opened_at))
        if after.opened_at is not None:
            self._measure(after, now)
        if before.opened_at is None or after.opened_at is None:
            self._mark_runs()

    def announce_probe(self, page: PageKey, run_id: str) -> None:
        """Log that a probe is on its way, once that is committed."""
        log.info("circuit_half_open", surface=page.surface.value, device=page.device.value, run_id=run_id)

    def announce_held(self, circuit: Circuit, run: Run) -> None:
        """Report that a message of a run was held back."""
        if circuit.opened_at is not None:
            self._measure(circuit, self.clock.now())
        if run.status is RunStatus.RUNNING:
            self._mark_runs()

    def _measure(self, circuit: Circuit, now: datetime) -> None:
        """Publish for how long it has been open, under its own name and that which the alarm watches."""
        seconds = _seconds(now - circuit.opened_at) if circuit.opened_at else 0
        for name in (circuit.key.lane, WORST):
            self.metrics.put({"CircuitOpenSeconds": seconds}, surface=name)

    def _mark_runs(self) -> None:
        """Write the runs' states; whoever checks a run next does it again, so that this costs no attempt."""
        try:
            mark_blocked_runs(self.store)
        except StoreUnavailable as error:
            log.warning("runs_not_marked", error=str(error))

    def _refusal(self, run: Run | None, seen: LoadedSurface, *, is_probe: bool, is_repeat: bool) -> Refusal:
        now = self.clock.now()
        return Refusal(
            page=name_page(seen.key),
            at=now,
            is_probe=is_probe,
            is_repeat=is_repeat,
            deadline=now if run is None else run.deadline,
            retry_after=seen.retry_after,
            jitter=self.random.random(),
            reason=describe(seen.reading),
        )


def _saved(tx: Transaction, before: Circuit, after: Circuit) -> CircuitChange:
    if after != before:
        tx.circuits.save(after)
    return CircuitChange(before, after)


def _facts(circuit: Circuit) -> dict[str, object]:
    lane = Lane.of_circuit(circuit.key)
    return {
        "surface": lane.surface.value,
        "device": lane.device.value,
        "pauses": circuit.pauses,
        "probe_at": circuit.probe_at.isoformat() if circuit.probe_at else None,
        "reason": circuit.reason,
    }


def _seconds(time: timedelta) -> float:
    return round(time.total_seconds(), 1)
