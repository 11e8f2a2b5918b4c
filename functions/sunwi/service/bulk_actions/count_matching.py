"""Count what a bulk action would act on, before anybody decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sunwi.domain.actor import Actor
from sunwi.domain.bulk_action import MOST_ROWS, Action
from sunwi.domain.job_list import FailedJobs
from sunwi.errors import InvalidInput
from sunwi.service.bulk_actions.bulk_action import (
    BulkParams,
    job_filter,
    tracking_filter,
)
from sunwi.service.jobs.parse_params import parse_params
from sunwi.service.ports.outside import Store
from sunwi.service.trackings.list_trackings import ListTrackings


@dataclass(frozen=True, slots=True, kw_only=True)
class CountMatching:
    """Count rows by the filter of a bulk action."""

    store: Store
    list_trackings: ListTrackings

    def count(self, actor: Actor, params: Mapping[str, Any]) -> int:
        """Return the `expected_count` to submit with these params, of which only action and filter matter.

        Raises:
            InvalidInput: The filter cannot be used, or lets everything through.
            StoreUnavailable: The database cannot be reached.
        """
        parsed = parse_params(BulkParams, params)
        if parsed.action is Action.UNDO:
            raise InvalidInput("an undo has no filter", code="undo_without_filter")
        if parsed.action is Action.RETRY:
            wanted = FailedJobs(wanted=job_filter(parsed), actor=actor)
            with self.store.read() as tx:
                return len(tx.jobs.list_retryable(wanted, MOST_ROWS))
        return self.list_trackings.count(actor, tracking_filter(parsed))
