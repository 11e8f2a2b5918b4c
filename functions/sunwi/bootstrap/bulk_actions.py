"""What acts on everything that matches a filter, and takes that back."""

from functools import cached_property

from sunwi.bootstrap.adapters import Capability
from sunwi.bootstrap.jobs import JobContainer
from sunwi.bootstrap.runs import RunContainer
from sunwi.bootstrap.trackings import TrackingContainer
from sunwi.service.bulk_actions.count_matching import CountMatching
from sunwi.service.bulk_actions.run_bulk_action import RunBulkAction
from sunwi.service.bulk_actions.submit_bulk_action import SubmitBulkAction
from sunwi.service.bulk_actions.undo_bulk_action import UndoBulkAction


class BulkActionContainer(Capability):
    """Bulk actions; without a browser."""

    @cached_property
    def run_bulk_action(self) -> RunBulkAction:
        """Does the work of one."""
        adapters = self.adapters
        return RunBulkAction(
            store=adapters.store,
            list_trackings=adapters.compose(TrackingContainer).list_trackings,
            retry_jobs=adapters.compose(JobContainer).retry_jobs,
            open_dispatch=lambda: adapters.compose(RunContainer).dispatch_run,
        )

    @cached_property
    def submit_bulk_action(self) -> SubmitBulkAction:
        """Asks for one."""
        return SubmitBulkAction(
            store=self.adapters.store,
            clock=self.adapters.clock,
            count_matching=self.count_matching,
            submit_job=self.adapters.compose(JobContainer).submit_job,
        )

    @cached_property
    def undo_bulk_action(self) -> UndoBulkAction:
        """Takes one back."""
        jobs = self.adapters.compose(JobContainer)
        return UndoBulkAction(store=self.adapters.store, submit_job=jobs.submit_job, cancel_job=jobs.cancel_job)

    @cached_property
    def count_matching(self) -> CountMatching:
        """Counts what one would act on."""
        trackings = self.adapters.compose(TrackingContainer)
        return CountMatching(store=self.adapters.store, list_trackings=trackings.list_trackings)
