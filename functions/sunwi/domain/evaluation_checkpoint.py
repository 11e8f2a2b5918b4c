"""How far an evaluation is, as its job keeps it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Self

from sunwi.domain.evaluation import DayKey


class EvaluationStep(StrEnum):
    """What an evaluation does, in its order; the codes are stored, and are the steps that a person sees."""

    JUDGE = "judge"
    GAPS = "gaps"
    NIGHT = "night"
    TELL = "tell"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationCheckpoint:
    """How far an evaluation is.

    Attributes:
        through: The latest night that has ended, a KST date: later days are judged by a later evaluation.
        step: What comes next.
        total: Rows that were to be judged when it began; others may come meanwhile.
        judged: Rows that are.
        day: Of the last row that was judged.
        tracking_id: Of that row; the last tracking whose nights were counted.
        owner: The last owner that was told; None before the first.
        night_failed: Whether the night was told as one.
        events: Events that were found, or say something else now.
        withdrawn: Events that no longer hold.
        digests: Digests that were posted.
    """

    through: date
    step: EvaluationStep = EvaluationStep.JUDGE
    total: int = 0
    judged: int = 0
    day: date | None = None
    tracking_id: int = 0
    owner: int | None = None
    night_failed: bool = False
    events: int = 0
    withdrawn: int = 0
    digests: int = 0

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Return what `as_json` wrote."""
        day = kept["day"]
        return cls(
            **{
                **kept,
                "through": date.fromisoformat(kept["through"]),
                "step": EvaluationStep(kept["step"]),
                "day": None if day is None else date.fromisoformat(day),
            }
        )

    def as_json(self) -> dict[str, Any]:
        """Return it as a job keeps it."""
        return {
            **asdict(self),
            "through": self.through.isoformat(),
            "step": self.step.value,
            "day": None if self.day is None else self.day.isoformat(),
        }

    @property
    def last_key(self) -> DayKey | None:
        """The last row that was judged; None before the first."""
        return None if self.day is None else DayKey(self.day, self.tracking_id)

    def at(self, step: EvaluationStep) -> Self:
        """Return it at the beginning of another step."""
        return replace(self, step=step, tracking_id=0, day=None, owner=None)
