"""What starts runs, shows them and closes them."""

from functools import cached_property

from uuid_utils import uuid7

from sunwi.bootstrap.adapters import Capability
from sunwi.bootstrap.trackings import TrackingContainer
from sunwi.domain.work import Works
from sunwi.service.evaluation.evaluation import EVALUATION
from sunwi.service.jobs.submitting.submit_in_transaction import SubmitInTransaction
from sunwi.service.runs.cancel_run import CancelRun
from sunwi.service.runs.check_capacity import CheckCapacity
from sunwi.service.runs.close_run import CloseRun
from sunwi.service.runs.dispatch_run import DispatchRun
from sunwi.service.runs.measure_new import MeasureNew
from sunwi.service.runs.release_run import ReleaseRun
from sunwi.service.runs.retry_failed import RetryFailed
from sunwi.service.runs.send_tasks import SendTasks
from sunwi.service.runs.show_run import ShowRun
from sunwi.service.runs.start_run import StartRun


class RunContainer(Capability):
    """Runs, from the first message to the last."""

    @cached_property
    def dispatch_run(self) -> DispatchRun:
        """Starts runs."""
        adapters, settings = self.adapters, self.adapters.settings
        return DispatchRun(
            store=adapters.store,
            send_tasks=SendTasks(
                store=adapters.store, queue=adapters.queue, clock=adapters.clock, pause=adapters.sleep
            ),
            state_machine=adapters.state_machine,
            clock=adapters.clock,
            batch_timeout=settings.batch_timeout,
            check_capacity=self.check_capacity,
            allow_stale_events=settings.crawl_allow_stale_events,
            hold=settings.hold_rule,
        )

    @cached_property
    def start_run(self) -> StartRun:
        """Starts runs by hand."""
        trackings = self.adapters.compose(TrackingContainer)
        return StartRun(list_trackings=trackings.list_trackings, dispatch=self.dispatch_run)

    @cached_property
    def measure_new(self) -> MeasureNew:
        """Measures new trackings at once."""
        return MeasureNew(
            dispatch=self.dispatch_run,
            check_capacity=self.check_capacity,
            clock=self.adapters.clock,
            batch_timeout=self.adapters.settings.batch_timeout,
        )

    @cached_property
    def check_capacity(self) -> CheckCapacity:
        """Warns when the pages of a run cannot be read in time."""
        settings = self.adapters.settings
        return CheckCapacity(
            store=self.adapters.store,
            clock=self.adapters.clock,
            batch_timeout=settings.batch_timeout,
            delay_seconds=settings.crawl_delay_seconds,
            crawlers=settings.crawler_concurrency,
            depths=settings.surface_depths,
        )

    @cached_property
    def release_run(self) -> ReleaseRun:
        """Lets held runs go."""
        return ReleaseRun(store=self.adapters.store, clock=self.adapters.clock, dispatch=self.dispatch_run)

    @cached_property
    def close_run(self) -> CloseRun:
        """Checks and closes runs."""
        adapters = self.adapters
        return CloseRun(
            store=adapters.store,
            clock=adapters.clock,
            metrics=adapters.metrics,
            hold=adapters.settings.hold_rule,
            submit=self.submit_evaluation,
        )

    @cached_property
    def cancel_run(self) -> CancelRun:
        """Cancels runs; a command's output is no place for metrics, and the state machine publishes them after it."""
        store, clock = self.adapters.store, self.adapters.clock
        close_run = CloseRun(store=store, clock=clock, submit=self.submit_evaluation)
        return CancelRun(store=store, clock=clock, close_run=close_run)

    @cached_property
    def submit_evaluation(self) -> SubmitInTransaction:
        """Submits the evaluation of a night in the transaction that ends it."""
        return SubmitInTransaction(works=Works((EVALUATION,)), new_id=lambda: str(uuid7()))

    @cached_property
    def retry_failed(self) -> RetryFailed:
        """Queues failed trackings again."""
        return RetryFailed(store=self.adapters.store, queue=self.adapters.queue, clock=self.adapters.clock)

    @cached_property
    def show_run(self) -> ShowRun:
        """Shows runs."""
        return ShowRun(store=self.adapters.store, clock=self.adapters.clock)
