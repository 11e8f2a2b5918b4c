"""Which jobs are admitted next.

Source: docs/adr/0051-jobs-on-step-functions.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sunwi.domain.job import JobKey


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """Who is not admitted just now, however long they wait.

    Attributes:
        works: Kinds whose limit is reached, or whose site has no turn for them.
        lanes: Kind and lane, where the lane's circuit is open.
        people: Everybody's jobs but the system's.
    """

    works: frozenset[str] = frozenset()
    lanes: frozenset[tuple[str, str]] = frozenset()
    people: bool = False


@dataclass(frozen=True, slots=True)
class AdmissibleJob:
    """A job that waits, as far as its admission needs it."""

    id: str
    work: str
    lane: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLine:
    """The line as an admission finds it.

    Attributes:
        busy: QUEUED and RUNNING jobs by kind.
        head: Those that wait, the best first; as many as were asked for, or all.
    """

    busy: Mapping[str, int]
    head: Sequence[AdmissibleJob]


@dataclass(frozen=True, slots=True)
class AdmittedJob:
    """A job that was admitted, of which an execution is to be started."""

    key: JobKey
    work: str


def within_limits(
    best: Iterable[AdmissibleJob], *, limits: Mapping[str, int], busy: Mapping[str, int], slots: int
) -> tuple[list[AdmissibleJob], frozenset[str]]:
    """Take the best jobs in order while their kinds' limits allow it.

    Args:
        best: In the order of admission.
        limits: Jobs of a kind that may be admitted at a time; a kind that is not named has none.
        busy: Jobs of each kind that are admitted already.
        slots: Workers that are free.

    Returns:
        Those taken, in order, and the kinds whose limit is reached by them.
    """
    taken: list[AdmissibleJob] = []
    counts = dict(busy)
    for job in best:
        if len(taken) == slots:
            break
        limit = limits.get(job.work)
        if limit is not None and counts.get(job.work, 0) >= limit:
            continue
        counts[job.work] = counts.get(job.work, 0) + 1
        taken.append(job)
    full = frozenset(work for work, limit in limits.items() if counts.get(work, 0) >= limit)
    return taken, full
