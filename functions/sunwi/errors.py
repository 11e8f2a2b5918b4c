"""Every error Sunwi raises, named by what the caller does next.

SunwiError
├── Retryable            look again, in a fresh context
│   ├── PageUnreachable  navigation failed
│   │   ├── PageTimedOut it took too long
│   │   └── BrowserLost  the browser ended over it: a fresh one can open it
│   ├── LayoutUnknown    the page is not one we know
│   ├── PageTruncated    the body was cut
│   ├── PageUnrendered   the page's own script did not write its rows
│   └── StoreUnavailable the database cannot be reached, or asks to try again
│       └── StoreConflict    another transaction was in the way: try again at once
├── Blocked              Naver said no (403, 429, captcha, login wall): slow down
│   └── SurfaceHeld      a circuit has opened meanwhile: nobody was asked
├── Postponed            nothing was tried: receive the message again later
├── Permanent            trying again cannot help: keep the evidence
│   ├── BadMessage       a queue message that is not ours
│   ├── AwaitsRedrive    a message whose attempts are used up: the queue moves it
│   ├── InvalidInput     what a person typed or a file holds
│   ├── StaleEvent       a scheduled event of another hour or day
│   └── UnbalancedRun    a run whose equation does not add up
└── ConfigurationError   a setting is missing or wrong; names it
"""

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class SunwiError(Exception):
    """Anything Sunwi raises on purpose; the message says what, to which thing, and what to do.

    Attributes:
        korean: The message as screens show it; logs and JSON have the English one.
        has_korean: Whether it was raised with one; without, `korean` is the English message.
    """

    def __init__(self, message: str = "", *, korean: str = "") -> None:
        super().__init__(message)
        self.korean = korean or message
        self.has_korean = bool(korean)


class Retryable(SunwiError):
    """Look again, in a fresh context."""


class PageUnreachable(Retryable):
    """Navigation failed."""


class PageTimedOut(PageUnreachable):
    """Navigation took too long."""


class BrowserLost(PageUnreachable):
    """The browser ended while it opened a page, or had ended unseen before: a fresh one can open it."""


class LayoutUnknown(Retryable):
    """The page is not one we know."""


class PageTruncated(Retryable):
    """The body of the page was cut."""


class PageUnrendered(Retryable):
    """The page came without its rows, and its own script did not write them in time."""


class StoreUnavailable(Retryable):
    """The database cannot be reached, or asks to try the transaction again."""


class StoreConflict(StoreUnavailable):
    """Two transactions were in each other's way, and this one was taken back whole."""


class Blocked(SunwiError):
    """Naver said no: 403, 429, a captcha or a login wall.

    Attributes:
        retry_after: How long it asked to be left alone, when it did.
    """

    def __init__(self, message: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class SurfaceHeld(Blocked):
    """A further page may not be opened, since its surface refuses: no attempt failed."""


class Postponed(SunwiError):
    """Nothing was tried, and no attempt used: the message comes again later."""


class Permanent(SunwiError):
    """Trying again cannot help."""


class BadMessage(Permanent):
    """A queue message that Sunwi did not write, or that names nothing it knows."""


class AwaitsRedrive(Permanent):
    """A message whose attempts are used up: nothing was tried, and the queue's own redrive moves it to the DLQ."""


class InvalidInput(Permanent):
    """What a person typed, or a file holds, cannot be used."""

    @classmethod
    def of_all(cls, problems: "Iterable[InvalidInput]") -> "InvalidInput":
        """Return one error that names everything, parts set off by `; `."""
        found = list(problems)
        return cls("; ".join(map(str, found)), korean="; ".join(problem.korean for problem in found))


class StaleEvent(Permanent):
    """A scheduled event of another hour or day."""


class UnbalancedRun(Permanent):
    """A run whose closing equation does not add up."""


class ConfigurationError(SunwiError):
    """A setting is missing or wrong."""
