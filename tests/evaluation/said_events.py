"""Stored events in the words of the model."""

from typing import Any

from sunwi.domain.evaluation import Event, EventKind
from tests.evaluation.evaluation_model import Events
from tests.evaluation.evaluation_world import EvaluationWorld


def held_by(world: EvaluationWorld, tracking_id: int) -> Events:
    """What is stored of a tracking that holds."""
    found = [one.event for one in world.events(tracking_id=tracking_id) if one.stored.holds]
    return {(event.day.isoformat(), event.kind.value): said_by(event) for event in found}


def said_by(event: Event) -> tuple[Any, ...]:
    """What an event says, in the model's words."""
    facts, compared = event.facts, None if event.compared is None else event.compared.isoformat()
    match event.kind:
        case EventKind.BELOW_TARGET:
            return None if compared is None else (compared, facts["rank_before"]), facts["rank"]
        case EventKind.UNMEASURED:
            return facts["since"], facts["last_measured"]
        case EventKind.SESSION_FULL:
            return (facts["session"],)
        case EventKind.SESSION_ENDS_SOON:
            return facts["session"], facts["days_left"]
        case EventKind.CORRECTED:
            return (facts["rank_before"], facts["counted_before"]), (facts["rank"], facts["counted"])
        case _:
            return compared, facts["rank_before"], facts["rank"]
