"""The tender, which tells of overdue notices in every minute instead of every tenth."""

from importlib import import_module
from typing import Any

from sunwi.service.notices import tell_overdue

vars(tell_overdue).update(_MINUTES_APART=1)
tend = import_module("tender.handler").handler


def handler(event: dict[str, Any], context: Any) -> Any:
    """Tend."""
    return tend(event, context)
