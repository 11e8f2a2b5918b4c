"""What is said of dead letters as JSON."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sunwi.domain.dead_letter import DeadLetter
from sunwi.domain.failure import FailureCause
from sunwi.errors import SunwiError
from sunwi.service.dead_letters.redrive_dead_letters import RedriveReport
from sunwi.service.dead_letters.view_dead_letters import DeadLetterReport
from sunwi.service.ports.dead_letters import Move


def list_document(reports: Sequence[DeadLetterReport], *, now: datetime) -> dict[str, Any]:
    """Write what was seen."""
    letters = [letter for report in reports for letter in report.letters]
    return {
        "queues": [queue_document(report) for report in reports],
        "causes": causes_document(letters),
        "trackings": count_trackings(letters),
        "letters": [_letter_document(letter, now=now) for letter in letters],
    }


def causes_document(letters: Sequence[DeadLetter]) -> list[dict[str, Any]]:
    """Write how many letters have which cause, the most frequent first."""
    return [
        {"cause": cause.value, "count": count, "trackings": count_trackings(letters, cause)}
        for cause, count in Counter(letter.cause for letter in letters).most_common()
    ]


def queue_document(report: DeadLetterReport) -> dict[str, Any]:
    """Write how much of a queue was seen."""
    return {
        "queue": report.queue.value,
        "about": report.about,
        "seen": len(report.letters),
        "left": report.left,
        "is_end_reached": report.is_end_reached,
        "still_hidden": report.still_hidden,
    }


def _letter_document(letter: DeadLetter, *, now: datetime) -> dict[str, Any]:
    receipt, history = letter.message.receipt, letter.history
    return {
        "queue": letter.queue.value,
        "cause": letter.cause.value,
        "run_id": letter.run_id,
        "tracking_id": letter.tracking_id,
        "keyword": history.keyword if history else None,
        "state": history.state.value if history else None,
        "is_settled": letter.is_settled,
        "attempts": history.attempts if history else 0,
        "receives": receipt.receive_count,
        "sent_at": receipt.sent_at.isoformat(),
        "age_seconds": round((now - receipt.sent_at).total_seconds()),
        "message_id": receipt.message_id,
        "reason": letter.reason,
    }


def move_document(move: Move) -> dict[str, Any]:
    """Write how far the queue service is with a move of its own."""
    return {
        "status": move.status.value,
        "moved": move.moved,
        "to_move": move.to_move,
        "started_at": move.started_at.isoformat(),
        "error": move.failure,
    }


def report_document(report: RedriveReport, *, describe: Callable[[SunwiError], str] = str) -> dict[str, Any]:
    """Write what was sent back message by message.

    Args:
        report: Of the redrive.
        describe: Puts what broke it off in words.
    """
    return {
        "method": "message",
        "about": report.about,
        "moved": report.moved.total(),
        "by_cause": {cause.value: count for cause, count in report.moved.items()},
        "doubled": report.doubled,
        "refused": report.refused,
        "kept": report.kept,
        "is_end_reached": report.is_end_reached,
        "still_hidden": report.still_hidden,
        "error": None if report.error is None else describe(report.error),
    }


def count_trackings(letters: Sequence[DeadLetter], cause: FailureCause | None = None) -> int:
    """Count the trackings that letters are of, or those of one cause; each failed retry leaves one letter more."""
    wanted = [letter for letter in letters if cause in {None, letter.cause}]
    return len({letter.tracking_id for letter in wanted if letter.tracking_id is not None})
