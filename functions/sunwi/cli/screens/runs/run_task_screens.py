"""What each tracking of a run got."""

from collections.abc import Sequence

from rich.console import Console

from sunwi.cli.screens.observation_screens import describe_finding
from sunwi.cli.screens.terminal import table_of
from sunwi.domain.correction import LedgerStatement, StoredObservation
from sunwi.domain.run import Run, TaskState
from sunwi.domain.run_task import TaskObservations, TaskOutcome
from sunwi.wording.labels import DEVICES, SURFACES, TASK_STATES

#: Trackings of a run whose results are told one by one.
TASKS_SHOWN = 20


def show_tasks(console: Console, run: Run, tasks: Sequence[TaskObservations]) -> None:
    """Print the result of each tracking of a small run; of a larger one, where to find them."""
    if len(tasks) > TASKS_SHOWN:
        console.print(f"추적별 결과 {len(tasks)}건: sunwi runs show {run.id} --json")
        return
    rows = [
        [
            one.task.tracking_id,
            one.task.keyword,
            f"{SURFACES[one.task.surface]} {DEVICES[one.task.device]}",
            _describe(one, run),
        ]
        for one in tasks
    ]
    if rows:
        console.print(table_of(["추적", "키워드*", "화면*", "결과*"], rows, title="추적별 결과"))


def _describe(one: TaskObservations, run: Run) -> str:
    """Describe how a task counts, and what was found of it; without an observation there is no rank."""
    task = one.task
    findings = ", ".join(
        _describe_observation(observation, observation.found, run)
        for observation in one.observations
        if observation.found
    )
    if task.state is TaskState.SUCCEEDED:
        return findings or ("노출" if task.outcome is TaskOutcome.EXPOSED else "미노출")
    state = TASK_STATES[task.state]
    told = f"미측정 ({state})" if task.outcome is TaskOutcome.NOT_MEASURED else state
    if not findings:
        return told
    return f"{told}, {'마감 후' if task.late_date else '끝난 뒤'} {findings}"


def _describe_observation(observation: StoredObservation, found: LedgerStatement, run: Run) -> str:
    """Describe what was observed, and whether it is what its day's row says."""
    day = "" if observation.date == run.business_date else f"{observation.date:%m-%d} "
    return day + describe_finding(found, note="" if observation.row else ", 장부에 없음")
