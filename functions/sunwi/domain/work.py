"""A kind of job: what its params are, how long it may take, what it needs.

Source: docs/adr/0051-jobs-on-step-functions.md; CONTRIBUTING.md, "Add a kind of job".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sunwi.domain.actor import Role
from sunwi.domain.job_priority import Priority
from sunwi.errors import InvalidInput

#: Longest attempt: a worker's timeout is 900 s, and the end of it is for saving.
LONGEST_ATTEMPT_SECONDS = 840


class Place(StrEnum):
    """Which of the two worker functions runs a kind; the state machine chooses by it."""

    #: Chromium; can neither restore nor delete archives.
    BROWSER = "browser"
    #: No browser.
    CORE = "core"


@dataclass(frozen=True, slots=True)
class BackOff:
    """How often, and after which pauses, an attempt that failed retryably is made again.

    Attributes:
        tries: Further ones after the first.
        first: Pause before the first of them.
        factor: By which each further pause is longer.
        longest: No pause is longer.
        has_jitter: Whether a random part of a pause is left out, so that many jobs do not come back at once.
    """

    tries: int = 3
    first: timedelta = timedelta(seconds=60)
    factor: float = 2
    longest: timedelta = timedelta(seconds=600)
    has_jitter: bool = True

    def pause(self, attempts: int, jitter: float) -> timedelta:
        """Compute the pause after an attempt, with full jitter or none.

        Args:
            attempts: Used up, the one that has just failed included; from 1.
            jitter: Random in [0, 1].
        """
        seconds = self.first.total_seconds() * self.factor ** min(attempts - 1, 30)
        return min(timedelta(seconds=min(seconds, 1e6)), self.longest) * (jitter if self.has_jitter else 1)


@dataclass(frozen=True, slots=True)
class SiteNeed:
    """The site that a kind's pages belong to.

    Attributes:
        site: Its code.
        limit: Jobs of the kind that may be admitted at a time.
        max_wait: A job is passed over while the site has no turn for jobs within that.
        lane: Names the lane of the site that the pages of some params belong to.
    """

    site: str
    limit: int
    max_wait: timedelta
    lane: Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A kind of job.

    Attributes:
        name: Stored; in snake case.
        parse: Checks params and returns them as they are stored: whole, with defaults, JSON only.
            Raises `InvalidInput` with `code="job_params"`-like codes and the fields that name what is wrong.
        place: Where it runs.
        steps: Keys of its fixed steps, in order; a person sees 3/5.
        soft_seconds: After so long an attempt of a kind with checkpoints stops at its next one.
        hard_seconds: After so long an attempt is ended.
        limit_seconds: Running time over all attempts, unless the submitter asks for less.
        expires_after: From submit or retry: it ends unfinished then.
        one_per_owner: An owner has one active job of it at most.
        can_checkpoint: It stores where its next attempt goes on.
        submitted_by: Roles that may ask for it.
        priority: Of an order by itself that names none, as far as its submitter's rights reach.
    """

    name: str
    parse: Callable[[Mapping[str, Any]], dict[str, Any]]
    place: Place
    steps: tuple[str, ...]
    soft_seconds: int = 600
    hard_seconds: int = LONGEST_ATTEMPT_SECONDS
    limit_seconds: int = LONGEST_ATTEMPT_SECONDS
    expires_after: timedelta = timedelta(days=7)
    back_off: BackOff = field(default_factory=BackOff)
    one_per_owner: bool = False
    can_checkpoint: bool = False
    submitted_by: frozenset[Role] = frozenset(Role)
    priority: Priority = Priority.NORMAL
    site: SiteNeed | None = None

    def lane_of(self, params: Mapping[str, Any]) -> str | None:
        """Return the lane of some params' pages; None of a kind without a site."""
        return None if self.site is None else self.site.lane(params)


@dataclass(frozen=True, slots=True)
class Works:
    """The registry: every kind there is, by name."""

    kinds: tuple[Work, ...]

    def find(self, name: str) -> Work | None:
        """Return a kind; None when there is none of that name."""
        return next((kind for kind in self.kinds if kind.name == name), None)

    def require(self, name: str) -> Work:
        """Return a kind.

        Raises:
            InvalidInput: There is none of that name.
        """
        found = self.find(name)
        if found is None:
            known = ", ".join(kind.name for kind in self.kinds)
            raise InvalidInput(f"there is no work {name!r}: use {known}", code="work_unknown", work=name, known=known)
        return found

    def place_of(self, name: str) -> Place:
        """Return where a kind runs; what is unknown runs without a browser, to be refused there."""
        found = self.find(name)
        return Place.CORE if found is None else found.place
