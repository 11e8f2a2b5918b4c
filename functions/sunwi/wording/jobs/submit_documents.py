"""What commands that submit, cancel and retry jobs print with `--json`.

Source: docs/jobs-json.md.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sunwi.domain.job_answers import BulkAnswer, CancelAnswer, RetryVerdict
from sunwi.errors import InvalidInput


def bulk_document(
    answer: BulkAnswer, lines: Sequence[int], *, describe: Callable[[InvalidInput], str] = str
) -> dict[str, Any]:
    """Write what became of a bulk submission.

    Args:
        answer: Row by row.
        lines: Where each row begins in its file.
        describe: Puts what is wrong with a row in English.
    """
    return {
        "batch_id": answer.batch_id,
        "is_repeat": answer.is_repeat,
        "stored": answer.stored,
        "jobs": [
            {"line": line, "job_id": job_id} for line, job_id in zip(lines, answer.job_ids, strict=True) if job_id
        ],
        "refused": [
            {"line": lines[problem.row - 1], **_refused(describe, problem.error)} for problem in answer.refused
        ],
    }


def cancel_document(
    answers: Mapping[str, CancelAnswer | InvalidInput], *, describe: Callable[[InvalidInput], str] = str
) -> dict[str, Any]:
    """Write what each cancel led to, by the job's id."""
    return {
        "jobs": [
            {"job_id": job_id, "answer": answer.value, "code": None, "message": None}
            if isinstance(answer, CancelAnswer)
            else {"job_id": job_id, "answer": None, **_refused(describe, answer)}
            for job_id, answer in answers.items()
        ]
    }


def retry_document(
    verdicts: Sequence[RetryVerdict], *, describe: Callable[[InvalidInput], str] = str
) -> dict[str, Any]:
    """Write which jobs wait again, and why others do not."""
    refused = sum(verdict.error is not None for verdict in verdicts)
    return {
        "retried": len(verdicts) - refused,
        "refused": refused,
        "jobs": [
            {"job_id": verdict.job_id, "is_retried": True, "code": None, "message": None}
            if verdict.error is None
            else {"job_id": verdict.job_id, "is_retried": False, **_refused(describe, verdict.error)}
            for verdict in verdicts
        ],
    }


def undo_document(job_id: str, undoing: Mapping[str, Any] | None, *, is_repeat: bool) -> dict[str, Any]:
    """Write how a bulk action is taken back.

    Args:
        job_id: Of the bulk action.
        undoing: Document of the job that takes it back; None where it had not begun, and was cancelled.
        is_repeat: That job had been submitted before.
    """
    answer = "cancelled" if undoing is None else "submitted"
    return {"job_id": job_id, "answer": answer, "job": undoing, "is_repeat": is_repeat}


def bulk_action_document(action: str, matched: int, job: Mapping[str, Any] | None) -> dict[str, Any]:
    """Write what matches a bulk action, and the document of its job; None where it was only counted."""
    return {"action": action, "matched": matched, "job": job}


def _refused(describe: Callable[[InvalidInput], str], error: InvalidInput) -> dict[str, Any]:
    return {"code": error.code, "message": describe(error)}
