"""What shows, changes and creates schedules."""

from functools import cached_property

from sunwi.adapters.aws.schedules.event_bridge_schedules import EventBridgeSchedules, ScheduleTarget
from sunwi.bootstrap.adapters import Capability
from sunwi.bootstrap.jobs import JobContainer
from sunwi.bootstrap.works import WORKS
from sunwi.domain.work import Works
from sunwi.service.schedules.check_schedules import CheckSchedules
from sunwi.service.schedules.ensure_schedules import EnsureSchedules
from sunwi.service.schedules.list_schedules import ListSchedules
from sunwi.service.schedules.run_schedule import RunSchedule
from sunwi.service.schedules.set_schedule import SetSchedule
from sunwi.service.schedules.switch_schedule import SwitchSchedule


class ScheduleContainer(Capability):
    """What is submitted again and again."""

    @cached_property
    def works(self) -> Works:
        """The kinds there are."""
        return WORKS

    @cached_property
    def schedules(self) -> EventBridgeSchedules:
        """The deployment's group of schedules."""
        group = self.adapters.settings.require("schedule_group")
        client = self.adapters.aws_client("scheduler")
        return EventBridgeSchedules(client=client, group=group, find_target=self._find_target)

    @cached_property
    def list_schedules(self) -> ListSchedules:
        """Lists them."""
        settings = self.adapters.settings
        return ListSchedules(
            schedules=self.schedules,
            works=self.works,
            clock=self.adapters.clock,
            hour=settings.crawl_schedule_hour,
            minute=settings.crawl_schedule_minute,
        )

    @cached_property
    def set_schedule(self) -> SetSchedule:
        """Sets when one is due."""
        return SetSchedule(
            schedules=self.schedules, store=self.adapters.store, works=self.works, clock=self.adapters.clock
        )

    @cached_property
    def switch_schedule(self) -> SwitchSchedule:
        """Pauses, resumes and removes one."""
        return SwitchSchedule(schedules=self.schedules, store=self.adapters.store, clock=self.adapters.clock)

    @cached_property
    def run_schedule(self) -> RunSchedule:
        """Submits what one would submit."""
        submit_job = self.adapters.compose(JobContainer).submit_job
        return RunSchedule(schedules=self.schedules, submit_job=submit_job)

    @cached_property
    def check_schedules(self) -> CheckSchedules:
        """Finds those that submit nothing."""
        return CheckSchedules(schedules=self.schedules, works=self.works, clock=self.adapters.clock)

    @cached_property
    def ensure_schedules(self) -> EnsureSchedules:
        """Creates those that are missing."""
        adapters = self.adapters
        return EnsureSchedules(schedules=self.schedules, works=self.works, clock=adapters.clock, pause=adapters.sleep)

    def _find_target(self) -> ScheduleTarget:
        require = self.adapters.settings.require
        return ScheduleTarget(
            queue_arn=require("schedules_queue_arn"),
            role_arn=require("schedule_role_arn"),
            dead_letter_arn=require("schedules_dead_letter_queue_arn"),
        )
