"""The watchdog's problems and repairs, in Korean."""

from collections.abc import Mapping
from dataclasses import dataclass

from typing_extensions import override

from sunwi.domain.alarm import Alarm
from sunwi.domain.watch import Problem, ProblemKind, Repair
from sunwi.service.ports.watchdog import WatchWords
from sunwi.wording.problem_words import describe_problem, fill_remedy
from sunwi.wording.repair_words import repair_words


@dataclass(frozen=True, slots=True, kw_only=True)
class KoreanWatchWords(WatchWords):
    """Korean first.

    Attributes:
        remedies: What to do about each kind of problem, in the words of the alarms.
        environment: ENVIRONMENT_NAME, which alarms name.
    """

    remedies: Mapping[ProblemKind, str]
    environment: str = "prod"

    @override
    def alarm_of(self, problem: Problem, *, repair: str | None = None) -> Alarm:
        return describe_problem(problem, remedies=self.remedies, repair=repair, environment=self.environment)

    @override
    def advice_of(self, problem: Problem) -> str:
        return fill_remedy(problem, self.remedies)

    @override
    def repair_of(self, repair: Repair) -> str:
        return repair_words(repair)
