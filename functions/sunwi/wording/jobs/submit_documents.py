"""What commands that submit, cancel and retry jobs print with `--json`.

Source: docs/jobs-json.md.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sunwi.domain.job_answers import BulkAnswer, CancelAnswer, RetryVerdict
from sunwi.errors import InvalidInput


def bulk_document(answer: BulkAnswer, *, describe: Callable[[InvalidInput], str] = str) -> dict[str, Any]:
    """Write what became of a bulk submission.

    Args:
        answer: Row by row.
        describe: Puts what is wrong with a row in English.
    """
    return {
        "batch_id": answer.batch_id,
        "is_repeat": answer.is_repeat,
        "stored": answer.stored,
        "jobs": [{"row": row, "job_id": job_id} for row, job_id in enumerate(answer.job_ids, 1) if job_id is not None],
        "refused": [_refused(describe, problem.error, row=problem.row) for problem in answer.refused],
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


def _refused(describe: Callable[[InvalidInput], str], error: InvalidInput, **row: int) -> dict[str, Any]:
    return {**row, "code": error.code, "message": describe(error)}
