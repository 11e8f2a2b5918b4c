"""A job's attempts as bars over time."""

from collections.abc import Sequence
from datetime import datetime

from sunwi.cli.screens.runs.run_status import describe_moment
from sunwi.domain.job import JobAttempt
from sunwi.wording.jobs.job_failure_words import job_cause_words
from sunwi.wording.jobs.job_words import ATTEMPT_OUTCOMES, seconds_words

#: Columns of the picture; what is said of an attempt stands behind it.
WIDTH = 40

_BEFORE, _ADMITTED, _RUNNING = "·", "░", "█"


def draw_attempts(attempts: Sequence[JobAttempt], *, now: datetime) -> list[str]:
    """Draw a line for each attempt on one scale of time: dots before it, light while it was only admitted, then dark.

    Args:
        attempts: By generation.
        now: End of an attempt that is not over; aware.

    Returns:
        The scale, then a line for each attempt; nothing without attempts.
    """
    if not attempts:
        return []
    start = attempts[0].admitted_at
    end = max(attempt.finished_at or now for attempt in attempts)
    left, right = describe_moment(start), describe_moment(end)
    digits = len(str(attempts[-1].generation))
    scale = f"{'':{digits}}  {left}{right:>{WIDTH - len(left)}}"
    return [
        scale,
        *(
            f"{attempt.generation:>{digits}}  {_bar(attempt, start, end):<{WIDTH}}  {_describe(attempt)}"
            for attempt in attempts
        ),
    ]


def _bar(attempt: JobAttempt, start: datetime, end: datetime) -> str:
    """Draw one attempt; it has a column at least, however short it was."""
    span = max((end - start).total_seconds(), 1e-6)

    def column(at: datetime) -> int:
        return min(WIDTH, max(0, round((at - start).total_seconds() / span * WIDTH)))

    over = attempt.finished_at or end
    first = min(column(attempt.admitted_at), WIDTH - 1)
    last = max(column(over), first + 1)
    claimed = last if attempt.started_at is None else min(column(attempt.started_at), last - 1)
    return _BEFORE * first + _ADMITTED * (claimed - first) + _RUNNING * (last - claimed)


def _describe(attempt: JobAttempt) -> str:
    """Describe how an attempt ended, or that it has not."""
    if attempt.outcome is None:
        return "진행 중" if attempt.started_at else "배정됨"
    why = f" ({job_cause_words(attempt.code)})" if attempt.code else ""
    outcome = ATTEMPT_OUTCOMES[attempt.outcome]
    cause = "" if why == f" ({outcome})" else why
    return f"{outcome}{cause} {seconds_words(attempt.seconds)}"
