"""Schedules in memory, with kinds of jobs that are made up."""

from dataclasses import dataclass, field, replace

from sunwi.domain.actor import Actor, Role
from sunwi.domain.work import Works
from sunwi.service.ports.outside import Store
from sunwi.service.schedules.set_schedule import SetSchedule
from sunwi.service.schedules.switch_schedule import SwitchSchedule
from sunwi.testing import ManualClock
from sunwi.testing.schedules import InMemorySchedules
from tests.examples import NIGHT
from tests.job_desk import ECHO
from tests.job_world import NO_OP

ADMIN = Actor(owner="cli:kim", role=Role.ADMIN)
AGENCY = Actor(owner="account-1", role=Role.AGENCY, agency_id=1)


@dataclass
class ScheduleDesk:
    """The use cases over one scheduler; of Sunwi's own kinds two are there."""

    store: Store
    schedules: InMemorySchedules = field(default_factory=InMemorySchedules)
    clock: ManualClock = field(default_factory=lambda: ManualClock(NIGHT))
    works: Works = field(default=Works((replace(NO_OP, name="backup"), replace(NO_OP, name="archive"), ECHO)))

    @property
    def set_schedule(self) -> SetSchedule:
        return SetSchedule(schedules=self.schedules, store=self.store, works=self.works, clock=self.clock)

    @property
    def switch_schedule(self) -> SwitchSchedule:
        return SwitchSchedule(schedules=self.schedules, store=self.store, clock=self.clock)
