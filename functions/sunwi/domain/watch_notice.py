"""What the operators' channels are told of a problem, besides the alarm."""

from sunwi.domain.notice import SYSTEM_AUDIENCE, NewNotice, NoticeKind
from sunwi.domain.watch import Problem, ProblemKind
from sunwi.domain.watch_finding import WatchFinding

#: Without a tick no notice is sent: that is the alarm's alone to tell.
_OF_THE_SENDING = frozenset({ProblemKind.TICK_SILENT})


def key_of_failed_run(run_id: str) -> str:
    """Return the key under which it is told that a run failed, whoever tells it first."""
    return f"run-failed:{run_id}"


def notice_of_finding(found: WatchFinding, *, advice: str) -> NewNotice | None:
    """Return what is told of a problem that is raised; None of what keeps notices from being sent.

    Args:
        found: Told once for each extent that it has when it is raised.
        advice: What to do about it, in words.
    """
    problem = found.problem
    if problem.kind in _OF_THE_SENDING:
        return None
    key = f"watch:{found.id}:{problem.extent}"
    if problem.kind is ProblemKind.RUN_FAILED:
        key = key_of_failed_run(problem.subject)
    return notice_of_problem(problem, key=key, repair=found.repair, advice=advice)


def notice_of_problem(problem: Problem, *, key: str, repair: str | None = None, advice: str = "") -> NewNotice:
    """Return what is told of a problem.

    Args:
        problem: Any.
        key: Under which it is told once.
        repair: What was done about it, in words.
        advice: What to do about it, in words; empty where whoever tells it has none.
    """
    return NewNotice(
        kind=NoticeKind.WATCH,
        audience=SYSTEM_AUDIENCE,
        dedupe_key=key,
        content={
            "kind": problem.kind.value,
            "subject": problem.subject,
            "day": None if problem.day is None else problem.day.isoformat(),
            "extent": problem.extent,
            "detail": problem.detail,
            "repair": repair,
            "advice": advice,
        },
        is_urgent=True,
    )
