"""Set when a schedule is due, or what it submits; a new name is a new schedule."""

from dataclasses import dataclass, replace

import structlog

from sunwi.domain.actor import SYSTEM, Actor
from sunwi.domain.job_order import JobOrder
from sunwi.domain.job_schedule import JobSchedule, check_schedule_name
from sunwi.domain.schedule_time import When
from sunwi.domain.work import Works
from sunwi.errors import InvalidInput
from sunwi.service.jobs.submitting.make_job import JobPlace, make_job
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.outside import Store
from sunwi.service.ports.schedules import Schedules
from sunwi.service.schedules.audit_schedules import audit_schedule, schedule_facts
from sunwi.service.schedules.check_rights import check_rights
from sunwi.service.schedules.default_schedules import find_default
from sunwi.service.schedules.find_schedule import schedule_unknown

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class SetSchedule:
    """Change a schedule, or create one."""

    schedules: Schedules
    store: Store
    works: Works
    clock: Clock

    def set(self, actor: Actor, name: str, *, when: When | None, order: JobOrder | None = None) -> JobSchedule:
        """Change when a schedule is due and what it submits; what is None stays.

        One that is missing is created: of Sunwi's own as a new deployment would get it, of any other name with an
        order.

        Args:
            actor: Who asks.
            name: Of the schedule.
            when: When it is due.
            order: What it submits; as the system's own job, so it is checked as such.

        Returns:
            The schedule as it is now.

        Raises:
            Forbidden: The actor does not change schedules.
            InvalidInput: The name, or something of the order, is no use; there is no such schedule, and nothing says
                what it is to submit or when; or the scheduler refuses it.
            Retryable: Scheduler or database cannot be reached.
            ConfigurationError: A setting that a new one needs is missing.
        """
        check_rights(actor)
        check_schedule_name(name)
        if order is not None:
            make_job(order, JobPlace(id="", at=self.clock.now()), actor=SYSTEM, works=self.works)
        found = self.schedules.find(name)
        entry = audit_schedule("schedule_set", name, actor=actor, at=self.clock.now())
        with self.store.begin() as tx:
            if found is None:
                schedule = self._create(name, when=when, order=order)
                tx.audit.add(replace(entry, after=schedule_facts(schedule.when, schedule.order)))
            else:
                before = schedule_facts(found.when, found.order)
                tx.audit.add(replace(entry, before=before, after=schedule_facts(when, order)))
                schedule = self._change(found, when=when, order=order)
        log.info("schedule_set", schedule=name, by=actor.owner)
        return schedule

    def _change(self, found: JobSchedule, *, when: When | None, order: JobOrder | None) -> JobSchedule:
        now = self.clock.now()
        self.schedules.change(found.name, at=now, when=when, order=order)
        changed = {"when": when, "order": order}
        given = {field: value for field, value in changed.items() if value is not None}
        return replace(found, changed_at=now, **given)  # type: ignore[arg-type]  # each of its field's type

    def _create(self, name: str, *, when: When | None, order: JobOrder | None) -> JobSchedule:
        default = find_default(name)
        if default is not None:
            when, order = when or default.when, order or default.order
        if order is None:
            raise schedule_unknown(name)
        if when is None:
            raise InvalidInput(
                f"nothing says when the new schedule {name} is due: name a time",
                code="schedule_without_time",
                name=name,
            )
        self.works.require(order.work)
        now = self.clock.now()
        if not self.schedules.create(name, when, order):  # somebody else has, a moment ago
            self.schedules.change(name, at=now, when=when, order=order)
        return JobSchedule(name=name, when=when, order=order, changed_at=now)
