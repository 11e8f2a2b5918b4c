"""How one thing that a night needs is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sunwi.errors import SunwiError


class Level(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class CheckName(StrEnum):
    """What is checked, in the order in which it is shown."""

    SETTINGS = "settings"
    DATABASE = "database"
    CONNECTIONS = "connections"
    SESSIONS = "sessions"
    BROWSER = "browser"
    REGION = "region"
    CRAWL_QUEUE = "crawl queue"
    EXPRESS_QUEUE = "express queue"
    CIRCUITS = "circuits"
    STATE_MACHINE = "state machine"
    JOBS = "jobs"
    SCHEDULES = "schedules"
    MAIL = "mail"
    BACKUP = "backup"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCheck:
    """One check's outcome.

    Attributes:
        code: What was found, as of an error; `sunwi.wording.health_words` has its sentences.
        fields: What they are filled with.
        error: Why the check could not be made.
    """

    name: CheckName
    level: Level
    code: str
    fields: Mapping[str, object] = field(default_factory=dict)
    error: SunwiError | None = None

    @classmethod
    def of(cls, name: CheckName, level: Level, *, code: str, **fields: object) -> "HealthCheck":
        """Build the outcome of a check that could be made."""
        return cls(name=name, level=level, code=code, fields=fields)

    @classmethod
    def of_error(cls, name: CheckName, error: SunwiError) -> "HealthCheck":
        """Build the outcome of a check that could not be made."""
        return cls(name=name, level=Level.FAIL, code=error.code, fields=error.fields, error=error)
