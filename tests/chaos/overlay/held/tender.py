"""The tender, held where it begins and where it has done what it was asked to."""

from importlib import import_module
from typing import Any

from .held_parts import hold_parts
from .points import reach

hold_parts()
tend = import_module("tender.handler").handler


def handler(event: dict[str, Any], context: Any) -> Any:
    """Tend; a test's minute names itself to be held."""
    point = "tick_begins" if "minute" in event else "in_tend"
    name = str(event.get("minute") or event.get("job_id") or "nobody")
    reach(point, name)
    answer = tend(event, context)
    reach("after_tend", name)
    return answer
