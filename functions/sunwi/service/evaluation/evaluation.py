"""The kind `evaluation`: judge every day of the ledger that has changed, and tell what came of it (평가).

Source: docs/evaluation.md; docs/adr/0056-events-are-judged-from-measured-days.md.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict

from sunwi.domain.actor import Role
from sunwi.domain.evaluation import EVALUATION_WORK
from sunwi.domain.evaluation_checkpoint import EvaluationStep
from sunwi.domain.job_priority import Priority
from sunwi.domain.work import Place, Work
from sunwi.service.jobs.parse_params import parse_params


class EvaluationParams(BaseModel):
    """What is judged.

    Attributes:
        day: KST date of a night that is over although no run of it has closed; None leaves it to the runs.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    day: date | None = None


def parse_evaluation(params: Mapping[str, Any]) -> dict[str, Any]:
    """Check the params of an evaluation.

    Raises:
        InvalidInput: Something cannot be used; everything is named.
    """
    return parse_params(EvaluationParams, params).model_dump(mode="json", exclude_defaults=True)


EVALUATION = Work(
    name=EVALUATION_WORK,
    parse=parse_evaluation,
    place=Place.CORE,
    steps=tuple(step.value for step in EvaluationStep if step is not EvaluationStep.DONE),
    soft_seconds=600,
    limit_seconds=7_200,
    expires_after=timedelta(days=2),
    can_checkpoint=True,
    submitted_by=frozenset({Role.ADMIN, Role.SYSTEM}),
    priority=Priority.CRITICAL,
)
