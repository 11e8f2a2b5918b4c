"""A scheduler in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from typing_extensions import override

from sunwi.domain.job_order import JobOrder
from sunwi.domain.job_schedule import JobSchedule
from sunwi.domain.schedule_time import When
from sunwi.errors import InvalidInput, Retryable
from sunwi.service.ports.schedules import Schedules


@dataclass
class InMemorySchedules(Schedules):
    """Schedules by name, none of which ever fires.

    Attributes:
        kept: By name.
        refusals: So many calls find it out of reach.
        created: Names of those that were created, in order.
    """

    kept: dict[str, JobSchedule] = field(default_factory=dict)
    refusals: int = 0
    created: list[str] = field(default_factory=list)

    @override
    def list(self) -> Sequence[JobSchedule]:
        self._reach()
        return [self.kept[name] for name in sorted(self.kept)]

    @override
    def find(self, name: str) -> JobSchedule | None:
        self._reach()
        return self.kept.get(name)

    @override
    def create(self, name: str, when: When, order: JobOrder) -> bool:
        self._reach()
        if name in self.kept:
            return False
        self.kept[name] = JobSchedule(name=name, when=when, order=order)
        self.created.append(name)
        return True

    @override
    def change(
        self,
        name: str,
        *,
        at: datetime,
        when: When | None = None,
        order: JobOrder | None = None,
        is_paused: bool | None = None,
    ) -> None:
        self._reach()
        if name not in self.kept:
            raise InvalidInput(f"there is no schedule {name}")
        wanted: dict[str, Any] = {"when": when, "order": order, "is_paused": is_paused}
        given = {field: value for field, value in wanted.items() if value is not None}
        self.kept[name] = replace(self.kept[name], changed_at=at, **given)

    @override
    def remove(self, name: str) -> None:
        self._reach()
        self.kept.pop(name, None)

    def _reach(self) -> None:
        if self.refusals:
            self.refusals -= 1
            cause = "away"
            raise Retryable(f"the scheduler cannot be reached: {cause}", code="scheduler_unreachable", cause=cause)
