"""Hold a run back whose canary was not recognised, and say how a run started."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog

from sunwi.domain.canary import CANARY_WARNINGS, CanaryState, HoldRule
from sunwi.domain.run import Run
from sunwi.service.ports.outside import Transaction

log = structlog.get_logger()


def hold_if_unrecognised(tx: Transaction, new: Run, rule: HoldRule) -> Run:
    """Return a new run with what the canary before it says of its start."""
    state = rule.on_dispatch(tx.canaries.latest(new.id))
    is_held = state is CanaryState.HELD
    until = rule.held_until(started_at=new.started_at, deadline=new.deadline) if is_held else None
    return replace(new, canary=state, held_until=until)


def release_by_hand(tx: Transaction, run: Run, *, at: datetime) -> Run:
    """Let a run go for a person, who need not wait for the canary; one that is not held stays as it is."""
    locked = tx.runs.lock(run.id) or run
    if not locked.is_held:
        return locked
    tx.runs.set_released(run.id, CanaryState.BY_HAND, at=at)
    return replace(locked, canary=CanaryState.BY_HAND, released_at=at)


def announce_start(run: Run) -> None:
    """Log that a run waits for the canary, or started in spite of it."""
    if run.is_held and run.held_until is not None:
        log.warning("run_held", run_id=run.id, held_until=run.held_until.isoformat())
    elif run.canary and (warning := CANARY_WARNINGS.get(run.canary)):
        log.warning("canary_warning", run_id=run.id, canary=run.canary.value, message=warning)


def summarise_canary(tx: Transaction, run: Run, *, at: datetime) -> dict[str, Any] | None:
    """Describe how the canary let a run start, for its summary; None for a run that no canary comes before."""
    if run.canary is None:
        return None
    latest = tx.canaries.latest(run.id)
    return {
        "state": run.canary.value,
        "warning": CANARY_WARNINGS.get(run.canary),
        "held_seconds": round(run.held_seconds(at), 1),
        "checks": latest.number + 1 if latest else 0,
        "surfaces": [counts.as_document() for counts in latest.surfaces] if latest else [],
    }
