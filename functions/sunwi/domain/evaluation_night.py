"""Whether a night failed as a whole, and what each audience is told of it, once.

Source: docs/evaluation.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sunwi.domain.notice import SYSTEM_AUDIENCE, Audience, AudienceKind, NewNotice, NoticeKind
from sunwi.domain.run import RunCounts, RunStatus

#: Clients that an agency's notice names; the others are counted.
MOST_CLIENTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """A KST date's scheduled run; there may have been none.

    Attributes:
        run_id: None without a run.
        failure: Why the run itself failed, in English; None when it did not.
    """

    day: date
    run_id: str | None = None
    status: RunStatus | None = None
    counts: RunCounts | None = None
    failure: str | None = None

    @property
    def has_failed(self) -> bool:
        """Whether its unmeasured trackings are told in one notice.

        There was no run, the run failed or was cancelled, or more than half of it was not measured.
        """
        if self.status in (None, RunStatus.FAILED, RunStatus.CANCELLED):
            return True
        return self.counts is not None and self.counts.is_mostly_unmeasured


class MissedCount(NamedTuple):
    """Trackings of a client that a night did not measure, for one cause.

    Attributes:
        agency_id, client_id: None without one.
        client: Name; empty without one.
        cause: Code of `FailureCause`; empty where there was no run.
        missed: Trackings without a row of the day.
    """

    agency_id: int | None
    client_id: int | None
    client: str
    cause: str
    missed: int


def notices_of(night: Night, missed: Sequence[MissedCount]) -> Sequence[Sequence[NewNotice]]:
    """Return what is told of a night that failed: one notice for an agency and its clients' own channels each.

    A channel takes one notice of a key: the agencies' come first, so that theirs name all of their clients.

    Args:
        night: That failed.
        missed: All of them.

    Returns:
        Two rounds, to be posted one after the other; both empty when everything was measured after all.
    """
    if not missed:
        return [[], []]
    agencies = _grouped(missed, lambda one: one.agency_id)
    clients = _grouped(missed, lambda one: one.client_id)
    first = [_notice(night, SYSTEM_AUDIENCE, "system", missed, more=_of_run(night))]
    first += [
        _notice(
            night, Audience(AudienceKind.AGENCY, agency_id), f"agency-{agency_id}", of_agency, more=_named(of_agency)
        )
        for agency_id, of_agency in agencies.items()
    ]
    second = [
        _notice(night, Audience(AudienceKind.CLIENT, client_id), _scope_of(of_client[0]), of_client)
        for client_id, of_client in clients.items()
    ]
    return [first, second]


def _grouped(missed: Iterable[MissedCount], key: Any) -> dict[int, list[MissedCount]]:  # noqa: ANN401 - an id of either
    groups: dict[int, list[MissedCount]] = {}
    for one in missed:
        if key(one) is not None:
            groups.setdefault(key(one), []).append(one)
    return groups


def _scope_of(one: MissedCount) -> str:
    return f"client-{one.client_id}" if one.agency_id is None else f"agency-{one.agency_id}"


def _notice(
    night: Night,
    audience: Audience,
    scope: str,
    missed: Sequence[MissedCount],
    *,
    more: Mapping[str, Any] | None = None,
) -> NewNotice:
    causes: dict[str, int] = {}
    for one in missed:
        causes[one.cause] = causes.get(one.cause, 0) + one.missed
    return NewNotice(
        kind=NoticeKind.NIGHT_FAILED,
        audience=audience,
        dedupe_key=f"night_failed:{night.day.isoformat()}:{scope}",
        content={
            "day": night.day.isoformat(),
            "missed": sum(causes.values()),
            "causes": [[cause, count] for cause, count in sorted(causes.items(), key=lambda one: (-one[1], one[0]))],
            "has_run": night.run_id is not None,
            "client": missed[0].client if audience.kind is AudienceKind.CLIENT else "",
            **(more or {}),
        },
    )


def _of_run(night: Night) -> dict[str, Any]:
    return {
        "run_id": night.run_id,
        "status": None if night.status is None else night.status.value,
        "expected": None if night.counts is None else night.counts.expected,
    }


def _named(missed: Iterable[MissedCount]) -> dict[str, Any]:
    """Name the clients with the most unmeasured trackings."""
    clients: dict[str, int] = {}
    for one in missed:
        clients[one.client] = clients.get(one.client, 0) + one.missed
    ordered = sorted(clients.items(), key=lambda one: (-one[1], one[0]))
    return {
        "clients": [[name, count] for name, count in ordered[:MOST_CLIENTS]],
        "more_clients": max(0, len(ordered) - MOST_CLIENTS),
    }
