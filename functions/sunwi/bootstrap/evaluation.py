"""What judges the ledger's days and tells what came of it, and shows it."""

from functools import cached_property

from sunwi.bootstrap.adapters import Capability
from sunwi.service.evaluation.list_events import ListEvents
from sunwi.service.evaluation.manage_thresholds import ManageThresholds
from sunwi.service.evaluation.run_evaluation import RunEvaluation


class EvaluationContainer(Capability):
    """Evaluation; without a browser."""

    @cached_property
    def run_evaluation(self) -> RunEvaluation:
        """Does the work of one."""
        return RunEvaluation(store=self.adapters.store)

    @cached_property
    def list_events(self) -> ListEvents:
        """Lists events."""
        return ListEvents(self.adapters.store)

    @cached_property
    def manage_thresholds(self) -> ManageThresholds:
        """Shows and sets what clients want to be told."""
        return ManageThresholds(store=self.adapters.store, clock=self.adapters.clock)
