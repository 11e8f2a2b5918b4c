"""What the API says of runs, beside what commands print with `--json`."""

from typing import Any

from sunwi.domain.retry import RetryPlan
from sunwi.domain.run_task import TaskObservations
from sunwi.service.runs.cancel_run import CancelledRun
from sunwi.service.runs.show_run import RunPage, RunView, TaskPage
from sunwi.wording.documents import progress_document, task_document, view_document

#: What there may be 100,000 of: pages of tasks have it.
_PER_TASK = ("tasks", "unmeasured", "late")


def run_page_document(page: RunPage) -> dict[str, Any]:
    """Write one page of runs; what follows is named only where something does."""
    runs = [progress_document(progress) for progress in page.runs]
    return {"runs": runs} if page.cursor is None else {"runs": runs, "next": page.cursor}


def run_summary_document(view: RunView) -> dict[str, Any]:
    """Write all of a run but what became of each tracking."""
    return {name: value for name, value in view_document(view).items() if name not in _PER_TASK}


def task_page_document(run_id: str, page: TaskPage) -> dict[str, Any]:
    """Write one page of a run's tasks."""
    tasks = [
        {name: value for name, value in task_document(TaskObservations(task, ())).items() if name != "looks"}
        for task in page.tasks
    ]
    document = {"run_id": run_id, "tasks": tasks}
    return document if page.next_after is None else {**document, "next": str(page.next_after)}


def cancelled_run_document(cancelled: CancelledRun) -> dict[str, Any]:
    """Write what a cancel did."""
    return {"run_id": cancelled.run_id, "cancelled": cancelled.cancelled, "running": cancelled.running}


def retried_run_document(run_id: str, plan: RetryPlan) -> dict[str, Any]:
    """Write what was sent again, and what was left."""
    return {
        "run_id": run_id,
        "sent": len(plan.tracking_ids),
        "waiting": plan.waiting,
        "inactive": plan.inactive,
        "expired": plan.expired,
        "of_other_causes": plan.of_other_causes,
        "left": plan.beyond_limit,
    }
