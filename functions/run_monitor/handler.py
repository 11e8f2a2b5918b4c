"""The state machine's steps: check, summarise, fail."""

from typing import Any

from sunwi.bootstrap.runs import RunContainer
from sunwi.errors import InvalidInput
from sunwi.observability import bind_invocation, configure_logging
from sunwi.service.runs.close_run import without_lists
from sunwi.settings import load_settings


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's own context object
    """Take one step for one run.

    Args:
        event: `{"action": "check" | "summarise" | "fail", "run_id": …}`, with `error` for fail.
        context: Lambda's.

    Returns:
        For check `done`, `wait_seconds`, and `held` or `unsent` if it is so; else the run's summary without lists.

    Raises:
        SunwiError: The step did not work; the state machine retries, then records the failure.
    """
    configure_logging(load_settings().log_level)
    run_id = str(event.get("run_id") or "")
    bind_invocation(function="run_monitor", request_id=getattr(context, "aws_request_id", None), run_id=run_id)
    close_run = RunContainer.bootstrap().close_run
    match event.get("action"):
        case "check":
            check = close_run.check(run_id)
            answer = {"done": check.done, "wait_seconds": check.wait_seconds, "left": check.counts.left}
            held = {"held": True, "canary_number": check.canary_number} if check.is_held else {}
            return {"run_id": run_id, **answer, **held, **({"unsent": True} if check.has_unsent else {})}
        case "summarise":
            return without_lists(close_run.summarise(run_id))
        case "fail":
            return without_lists(close_run.fail(run_id, str(event.get("error") or "no cause given")))
        case action:
            raise InvalidInput(f"the action {action!r} is not known: use check, summarise or fail")
