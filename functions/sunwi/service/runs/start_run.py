"""Start a run by hand: over everything that is active, what a filter takes, or what is named."""

from dataclasses import dataclass, replace
from datetime import datetime

from sunwi.domain.actor import Actor
from sunwi.domain.run import Run, RunKind
from sunwi.domain.tracking import TrackingStatus
from sunwi.domain.tracking_list import ALL_TRACKINGS, TrackingFilter
from sunwi.errors import InvalidInput
from sunwi.service.runs.dispatch_run import DispatchRun
from sunwi.service.trackings.list_trackings import ListTrackings

#: Trackings of a run over less than everything, at most.
MOST_CHOSEN = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRun:
    """Start MANUAL runs."""

    list_trackings: ListTrackings
    dispatch: DispatchRun

    def start(self, actor: Actor, wanted: TrackingFilter, *, request_id: str, until: datetime | None = None) -> Run:
        """Start a run over the active trackings that a filter takes, and an actor sees.

        Args:
            actor: Who asks.
            wanted: Which; `ALL_TRACKINGS` is every one.
            request_id: As of `DispatchRun.started`.
            until: As of `DispatchRun.started`.

        Raises:
            InvalidInput: There is none of them that is active.
            Retryable: Database, queue or state machine cannot be reached; ask again with the same request.
        """
        active = replace(wanted, status=TrackingStatus.ACTIVE)
        is_of_all = wanted == ALL_TRACKINGS and actor.sees_everything
        ids = self.list_trackings.ids(actor, active, limit=1 if is_of_all else MOST_CHOSEN)
        if not ids:
            raise InvalidInput("no tracking that is active matches: nothing was started", code="run_of_nothing")
        chosen = None if is_of_all else ids
        return self.dispatch.started(RunKind.MANUAL, chosen, request_id=request_id, until=until, actor=actor)
