"""What commands print with `--json`."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from sunwi.domain.circuit import Circuit
from sunwi.domain.correction import Correction, LedgerStatement, StoredObservation
from sunwi.domain.proof import ObservationBesideLedger, Proof
from sunwi.domain.run import Run, RunCounts
from sunwi.domain.run_task import TaskObservations
from sunwi.domain.session import LedgerRow
from sunwi.domain.tracking import Tracking
from sunwi.errors import InvalidInput
from sunwi.service.runs.show_run import RunProgress, RunView
from sunwi.service.trackings.import_trackings import ImportReport
from sunwi.service.trackings.list_trackings import TrackingLine, TrackingPage
from sunwi.service.trackings.show_tracking import SessionHistory, TrackingHistory
from sunwi.sites.naver.site import Lane


def tracking_document(tracking: Tracking) -> dict[str, Any]:
    """Write a tracking."""
    return {
        "id": tracking.id,
        "kind": tracking.target.kind.value,
        "keyword": tracking.keyword,
        "target_id": tracking.target.id,
        "target_url": tracking.target_url,
        "surface": tracking.surface.value,
        "device": tracking.device.value,
        "location": tracking.location,
        "client": tracking.client,
        "agency": tracking.agency,
        "areas": sorted(tracking.counting.areas),
        "counts_bundled": tracking.counting.bundled,
        "session_days": tracking.session_days,
        "target_rank": tracking.target_rank,
        "status": tracking.status.value,
        "current_session": tracking.current_session,
        "created_at": tracking.created_at.isoformat(),
    }


def line_document(line: TrackingLine) -> dict[str, Any]:
    """Write a tracking with where it stands."""
    last = _day_document(line.last) if line.last else None
    missed_on = line.missed_on.isoformat() if line.missed_on else None
    since, exposed_on = line.state.since, line.state.last_exposed_on
    return {
        **tracking_document(line.tracking),
        "exposed_days": line.exposed_days,
        "last": last,
        "missed_on": missed_on,
        "standing": line.standing.value,
        "since": since.isoformat() if since else None,
        "last_exposed_on": exposed_on.isoformat() if exposed_on else None,
        "days_left": line.state.days_left,
        "expected_finish": line.expected_finish.isoformat() if line.expected_finish else None,
        "tags": list(line.tags),
    }


def page_document(page: TrackingPage) -> dict[str, Any]:
    """Write one page of a list; what follows is named only where something does."""
    trackings = [line_document(line) for line in page.lines]
    return {"trackings": trackings} if page.cursor is None else {"trackings": trackings, "next": page.cursor}


def history_document(history: TrackingHistory) -> dict[str, Any]:
    """Write a tracking with its sessions."""
    sessions = [_session_document(session) for session in history.sessions]
    corrections = [_correction_document(correction) for correction in history.corrections]
    beside_ledger = [observation_document(observation) for observation in history.observations_beside_ledger]
    return {
        **tracking_document(history.tracking),
        "tags": list(history.tags),
        "sessions": sessions,
        "corrections": corrections,
        "looks_beside": beside_ledger,
        "expected_finish": history.expected_finish.isoformat() if history.expected_finish else None,
    }


def finding_document(finding: LedgerStatement) -> dict[str, Any]:
    """Write what a ledger row says, or would."""
    return asdict(finding)


def _correction_document(correction: Correction) -> dict[str, Any]:
    return {
        "date": correction.date.isoformat(),
        "old": finding_document(correction.old),
        "new": finding_document(correction.new),
        "old_parser_version": correction.old_parser_version,
        "new_parser_version": correction.new_parser_version,
        "page_reading_id": correction.page_reading_id,
        "corrected_at": correction.corrected_at.isoformat(),
        "reason": correction.reason,
        "old_counts": correction.old.rank is not None and correction.old_counts,
        "new_counts": correction.new.rank is not None and correction.new_counts,
    }


def _session_document(session: SessionHistory) -> dict[str, Any]:
    return {
        "number": session.number,
        "session_days": session.session_days,
        "is_closed": session.is_closed,
        "is_short": session.is_short,
        "exposed": [_day_document(row) for row in session.exposed],
        "over_exposed": [_day_document(row) for row in session.over_exposed],
        "not_exposed": [_day_document(row) for row in session.not_exposed],
        "not_measured": [
            {"date": day.date.isoformat(), "reason": day.failure.reason if day.failure else None}
            for day in session.not_measured
        ],
    }


def _day_document(row: LedgerRow) -> dict[str, Any]:
    return {
        "date": row.date.isoformat(),
        "rank": row.rank,
        "area": row.area,
        "page_rank": row.page_rank,
        "depth": row.depth,
        "looks": row.looks,
        "matched_by": row.matched_by,
        "near_area": row.near_area,
        "near_rank": row.near_rank,
        "counts": row.is_counted,
    }


def proof_document(proof: Proof) -> dict[str, Any]:
    """Write the page that proves a day."""
    row = proof.row
    return {
        "tracking_id": row.tracking_id,
        **_day_document(row),
        "session_number": row.session_number,
        "run_id": proof.run_id,
        "fetched_at": proof.fetched_at.isoformat(),
        "url": proof.final_url,
        "parser_version": proof.parser_version,
        "evidence_key": proof.evidence_key,
    }


def shared_document(other: Tracking) -> dict[str, Any]:
    """Write another owner's tracking of the same target."""
    return {
        "tracking_id": other.id,
        "client": other.client,
        "agency": other.agency,
        "status": other.status.value,
    }


def import_document(report: ImportReport, *, describe: Callable[[InvalidInput], str] = str) -> dict[str, Any]:
    """Write what became of a file.

    Args:
        report: Of the import.
        describe: Puts what is wrong with a line in English.
    """
    return {
        "imported": [{"line": row.line, "tracking_id": row.tracking_id} for row in report.imported],
        "duplicates": [
            {
                "line": row.line,
                "keyword": row.keyword,
                "same_as_line": row.same_as_line,
                "tracking_id": row.stored.id if row.stored else None,
                "status": row.stored.status.value if row.stored else None,
                "counts_otherwise": row.counts_otherwise,
                "differs_in": list(row.differs_in),
            }
            for row in report.duplicates
        ],
        "shared": [{"line": row.line, **shared_document(row.other)} for row in report.shared],
        "errors": [{"line": error.line, "message": describe(error.problem)} for error in report.errors],
        "ignored_columns": list(report.ignored_columns),
        "sheet": report.sheet,
        "other_sheets": list(report.other_sheets),
    }


def run_document(run: Run) -> dict[str, Any]:
    """Write a run without its tasks."""
    return {
        "run_id": run.id,
        "kind": run.kind.value,
        "status": run.status.value,
        "is_held": run.is_held,
        "business_date": run.business_date.isoformat(),
        "started_at": run.started_at.isoformat(),
        "deadline": run.deadline.isoformat(),
        "closed_at": run.closed_at.isoformat() if run.closed_at else None,
        "blocked_since": run.blocked_since.isoformat() if run.blocked_since else None,
        "expected": run.expected,
    }


def progress_document(progress: RunProgress) -> dict[str, Any]:
    """Write a run with its counts."""
    return {**run_document(progress.run), **_counts_document(progress.counts)}


def progress_documents(runs: Sequence[RunProgress]) -> dict[str, Any]:
    """Write several runs."""
    return {"runs": [progress_document(progress) for progress in runs]}


def view_document(view: RunView) -> dict[str, Any]:
    """Write all of a run."""
    return {
        **run_document(view.run),
        **_counts_document(view.counts),
        "exposed": view.exposed,
        "not_exposed": view.not_exposed,
        "is_balanced": view.counts.left == 0,
        "is_mostly_unmeasured": view.counts.is_mostly_unmeasured,
        "failure": view.failure,
        "circuits": [_circuit_document(circuit) for circuit in view.circuits],
        "unmeasured": [
            {
                "tracking_id": task.tracking_id,
                "keyword": task.keyword,
                "state": task.state.value,
                "cause": task.cause.value,
                "reason": task.reason,
            }
            for task in view.unmeasured
        ],
        "tasks": [task_document(one) for one in view.tasks],
        "late": [{"tracking_id": tracking_id, "date": day.isoformat()} for tracking_id, day in view.late],
        "pages": view.pages,
        "page_loads": view.page_loads,
        "surfaces": [counts.as_document() for counts in view.surfaces],
        "canary": _canary_document(view),
        "elapsed_seconds": view.elapsed_seconds,
    }


def _canary_document(view: RunView) -> dict[str, Any] | None:
    if view.run.canary is None:
        return None
    check = view.canary_check
    return {
        "state": view.run.canary.value,
        "held_seconds": view.held_seconds,
        "checks": check.number + 1 if check else 0,
        "surfaces": [counts.as_document() for counts in check.surfaces] if check else [],
        "failures": list(check.failures) if check else [],
    }


def _circuit_document(circuit: Circuit) -> dict[str, Any]:
    lane = Lane.of_circuit(circuit.key)
    return {
        "surface": lane.surface.value,
        "device": lane.device.value,
        "opened_at": circuit.opened_at.isoformat() if circuit.opened_at else None,
        "probe_at": circuit.probe_at.isoformat() if circuit.probe_at else None,
        "pauses": circuit.pauses,
        "reason": circuit.reason,
    }


def _counts_document(counts: RunCounts) -> dict[str, int]:
    return {
        "expected": counts.expected,
        "succeeded": counts.succeeded,
        "failed": counts.failed,
        "cancelled": counts.cancelled,
        "expired": counts.expired,
        "left": counts.left,
    }


def observation_document(observation: ObservationBesideLedger) -> dict[str, Any]:
    """Write an observation that no row of the ledger states."""
    return {
        "date": observation.date.isoformat(),
        "run_id": observation.run_id,
        "run_kind": observation.run_kind.value,
        "fetched_at": observation.fetched_at.isoformat(),
        **asdict(observation.found),
    }


def task_document(one: TaskObservations) -> dict[str, Any]:
    """Write what became of a tracking in a run."""
    task = one.task
    return {
        "tracking_id": task.tracking_id,
        "keyword": task.keyword,
        "surface": task.surface.value,
        "device": task.device.value,
        "state": task.state.value,
        "outcome": task.outcome.value if task.outcome else None,
        "cause": task.failure.cause.value if task.failure else None,
        "reason": task.failure.reason if task.failure else None,
        "late_date": task.late_date.isoformat() if task.late_date else None,
        "looks": [
            _observation_document(observation, observation.found)
            for observation in one.observations
            if observation.found
        ],
    }


def _observation_document(observation: StoredObservation, found: LedgerStatement) -> dict[str, Any]:
    return {"date": observation.date.isoformat(), **asdict(found), "in_ledger": observation.row is not None}
