"""The worker, held before its claim and behind its answer."""

from importlib import import_module
from typing import Any

from .held_parts import hold_parts
from .points import reach

hold_parts()
work = import_module("worker.handler").handler


def handler(event: dict[str, Any], context: Any) -> Any:
    """Run an attempt."""
    reach("before_claim", event["job_id"])
    answer = work(event, context)
    reach("after_commit", event["job_id"])
    return answer
