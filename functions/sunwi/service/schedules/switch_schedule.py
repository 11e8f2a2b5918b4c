"""Pause a schedule, let it go on, or remove it."""

from dataclasses import dataclass, replace

import structlog

from sunwi.domain.actor import Actor
from sunwi.domain.job_schedule import JobSchedule
from sunwi.errors import Conflict
from sunwi.service.ports.clock import Clock
from sunwi.service.ports.outside import Store
from sunwi.service.ports.schedules import Schedules
from sunwi.service.schedules.audit_schedules import audit_schedule, schedule_facts
from sunwi.service.schedules.check_rights import check_rights
from sunwi.service.schedules.default_schedules import find_default
from sunwi.service.schedules.find_schedule import require_schedule

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchSchedule:
    """Decide whether a schedule is due at all; twice is fine."""

    schedules: Schedules
    store: Store
    clock: Clock

    def pause(self, actor: Actor, name: str) -> JobSchedule:
        """Let a schedule be due no more, until it is resumed; what falls into the pause is left out.

        Raises:
            Forbidden: The actor does not change schedules.
            InvalidInput: There is no such schedule, or it is the daily run.
            Retryable: Scheduler or database cannot be reached.
        """
        return self._switch(actor, name, is_paused=True)

    def resume(self, actor: Actor, name: str) -> JobSchedule:
        """Let a schedule be due again.

        Raises:
            Forbidden: The actor does not change schedules.
            InvalidInput: There is no such schedule, or it is the daily run.
            Retryable: Scheduler or database cannot be reached.
        """
        return self._switch(actor, name, is_paused=False)

    def remove(self, actor: Actor, name: str) -> None:
        """Delete a schedule that a person has made.

        Raises:
            Forbidden: The actor does not change schedules.
            Conflict: It is one of Sunwi's own, which the next deployment would create again.
            InvalidInput: There is no such schedule, or it is the daily run.
            Retryable: Scheduler or database cannot be reached.
        """
        check_rights(actor)
        found = require_schedule(self.schedules, name)
        if find_default(name) is not None:
            raise Conflict(
                f"the schedule {name} is Sunwi's own, and a deployment would create it again: pause it instead",
                code="schedule_is_own",
                name=name,
            )
        entry = audit_schedule("schedule_removed", name, actor=actor, at=self.clock.now())
        with self.store.begin() as tx:
            tx.audit.add(replace(entry, before=schedule_facts(found.when, found.order)))
            self.schedules.remove(name)
        log.info("schedule_removed", schedule=name, by=actor.owner)

    def _switch(self, actor: Actor, name: str, *, is_paused: bool) -> JobSchedule:
        check_rights(actor)
        found = require_schedule(self.schedules, name)
        if found.is_paused is is_paused:
            return found
        now = self.clock.now()
        entry = audit_schedule("schedule_paused" if is_paused else "schedule_resumed", name, actor=actor, at=now)
        with self.store.begin() as tx:
            tx.audit.add(entry)
            self.schedules.change(name, at=now, is_paused=is_paused)
        log.info("schedule_switched", schedule=name, is_paused=is_paused, by=actor.owner)
        return replace(found, is_paused=is_paused, changed_at=now)
