"""`/api/v1/runs/<run_id>/progress`: how far a run is, for whoever asks again and again."""

from sunwi.domain.run_progress import REFRESH_EVERY
from sunwi.service.accounts.permissions import Action
from sunwi.web.answer import NOT_MODIFIED, Answer
from sunwi.web.request import Request
from sunwi.web.route import Route


def show_progress(request: Request[None, None]) -> Answer:
    """Answer with the counts of a run's tasks; who knows their version already gets nothing."""
    progress = request.house.live.watch_run.show(request.path["run_id"], at=request.at)
    version = f"{progress.run_id}-{progress.version}"
    if request.knows(version):
        return Answer(status=NOT_MODIFIED, version=version)
    document = {
        "run_id": progress.run_id,
        "version": progress.version,
        "status": progress.status.value,
        "expected": progress.expected,
        "states": {state.value: count for state, count in progress.states.items()},
        "is_final": progress.is_final,
        "poll_after_seconds": int(REFRESH_EVERY.total_seconds()),
    }
    return Answer(document=document, version=version)


ROUTES: tuple[Route, ...] = (
    Route(
        name="show_run_progress",
        method="GET",
        path="/api/v1/runs/<run_id>/progress",
        action=Action.RUNS_READ,
        handle=show_progress,
        summary="Show how far a run is; counted at most every two seconds, however many ask.",
    ),
)
