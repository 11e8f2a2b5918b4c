"""What starts runs and closes them."""

from dataclasses import dataclass
from functools import cached_property
from time import sleep

from sunwi.bootstrap.adapters import Adapters
from sunwi.service.runs.check_capacity import CheckCapacity
from sunwi.service.runs.close_run import CloseRun
from sunwi.service.runs.dispatch_run import DispatchRun
from sunwi.service.runs.release_run import ReleaseRun
from sunwi.service.runs.send_tasks import SendTasks


@dataclass(frozen=True)
class RunContainer(Adapters):
    """Runs, from the first message to the last."""

    @cached_property
    def dispatch_run(self) -> DispatchRun:
        """Starts runs."""
        return DispatchRun(
            store=self.store,
            send_tasks=SendTasks(store=self.store, queue=self.queue, clock=self.clock, pause=sleep),
            state_machine=self.state_machine,
            clock=self.clock,
            batch_timeout=self.settings.batch_timeout,
            check_capacity=self.check_capacity,
            allow_stale_events=self.settings.crawl_allow_stale_events,
            hold=self.settings.hold_rule,
        )

    @cached_property
    def check_capacity(self) -> CheckCapacity:
        """Warns when the pages of a run cannot be read in time."""
        return CheckCapacity(
            store=self.store,
            clock=self.clock,
            batch_timeout=self.settings.batch_timeout,
            delay_seconds=self.settings.crawl_delay_seconds,
            crawlers=self.settings.crawler_concurrency,
            depths=self.settings.surface_depths,
        )

    @cached_property
    def release_run(self) -> ReleaseRun:
        """Lets held runs go."""
        return ReleaseRun(store=self.store, clock=self.clock, dispatch=self.dispatch_run)

    @cached_property
    def close_run(self) -> CloseRun:
        """Checks and closes runs."""
        return CloseRun(store=self.store, clock=self.clock, metrics=self.metrics, hold=self.settings.hold_rule)
