"""The watchdog's problems and repairs, in Korean."""

from dataclasses import dataclass

from typing_extensions import override

from sunwi.domain.alarm import Alarm
from sunwi.domain.watch import Problem, Repair
from sunwi.service.ports.watchdog import WatchWords
from sunwi.wording.problem_words import describe_problem
from sunwi.wording.repair_words import repair_words


@dataclass(frozen=True, slots=True, kw_only=True)
class KoreanWatchWords(WatchWords):
    """Korean first; what to do about a problem is a command, since whoever is alarmed has a shell.

    Attributes:
        environment: ENVIRONMENT_NAME, which alarms name.
    """

    environment: str = "prod"

    @override
    def alarm_of(self, problem: Problem, *, repair: str | None = None) -> Alarm:
        return describe_problem(problem, repair=repair, environment=self.environment)

    @override
    def repair_of(self, repair: Repair) -> str:
        return repair_words(repair)
