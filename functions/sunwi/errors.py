"""Every error Sunwi raises, named by what the caller does next.

SunwiError
├── Retryable            attempt again, in a fresh context
│   ├── PageUnreachable  navigation failed
│   │   ├── PageTimedOut it took too long
│   │   └── BrowserLost  the browser ended over it: a fresh one can open it
│   ├── LayoutUnknown    the page is not one we know
│   ├── PageTruncated    the body was cut
│   ├── PageUnrendered   the page's own script did not write its rows
│   ├── NotTaken         whoever was to be told did not take it now
│   └── StoreUnavailable the database cannot be reached, or asks to try again
│       └── StoreConflict    another transaction was in the way: try again at once
├── AttemptTaken         another invocation has this attempt of a job: leave it
├── AttemptLost          a job has moved on while its attempt ran: write nothing more
├── AttemptPaused        an attempt's time is over: the next one goes on from the checkpoint
├── JobCancelled         somebody asked the job to stop: end, and keep what was saved
├── Blocked              Naver said no (403, 429, captcha, login wall): slow down
│   └── SurfaceHeld      a circuit has opened meanwhile: nobody was asked
├── Postponed            nothing was attempted: receive the message again later
├── Permanent            trying again cannot help: keep the evidence
│   ├── BadMessage       a queue message that is not ours
│   ├── AwaitsRedrive    a message whose attempts are used up: the queue moves it
│   ├── InvalidInput     what a person typed or a file holds
│   │   ├── Conflict     it does not fit what is by now: ended, taken, repeated with another body
│   │   └── Forbidden    the asker's role does not reach so far
│   ├── StaleEvent       a scheduled event of another hour or day
│   └── UnbalancedRun    a run whose equation does not add up
└── ConfigurationError   a setting is missing or wrong; names it
"""

import re
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class SunwiError(Exception):
    """Anything Sunwi raises on purpose; the message says what, to which thing, and what to do, whoever asked for it.

    What only one interface can do about it, a command for instance, is that interface's to add, by the code.

    Attributes:
        code: In snake case, stable: what happened. `sunwi.wording.error_sentences` has its Korean sentence; an error of
            a page has none but its class's name, which says enough.
        fields: To which thing; they fill the sentence, and a remedy.
    """

    def __init__(self, message: str = "", *, code: str = "", **fields: object) -> None:
        super().__init__(message)
        self.code = code or _snake_case(type(self).__name__)
        self.fields: Mapping[str, object] = fields


class Retryable(SunwiError):
    """Attempt again, in a fresh context."""


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


class NotTaken(Retryable):
    """Whoever was to be told something did not take it now.

    Attributes:
        retry_after: How long it asked to be left alone, when it did.
    """

    def __init__(self, message: str, *, retry_after: timedelta | None = None, code: str = "", **fields: object) -> None:
        super().__init__(message, code=code, **fields)
        self.retry_after = retry_after


class StoreUnavailable(Retryable):
    """The database cannot be reached, or asks to try the transaction again."""


class StoreConflict(StoreUnavailable):
    """Two transactions were in each other's way, and this one was taken back whole."""


class AttemptTaken(SunwiError):
    """Another invocation has this attempt of a job: nothing was done."""


class AttemptLost(SunwiError):
    """The job is another attempt's by now, or has ended: nothing more may be written."""


class AttemptPaused(SunwiError):
    """An attempt's time is over, and the checkpoint just stored is where the next one goes on."""


class JobCancelled(SunwiError):
    """Somebody asked the job to stop; what was saved stays."""


class Blocked(SunwiError):
    """Naver said no: 403, 429, a captcha or a login wall.

    Attributes:
        retry_after: How long it asked to be left alone, when it did.
    """

    def __init__(self, message: str, *, retry_after: timedelta | None = None, code: str = "", **fields: object) -> None:
        super().__init__(message, code=code, **fields)
        self.retry_after = retry_after


class SurfaceHeld(Blocked):
    """A further page may not be opened, since its surface refuses: no attempt failed."""


class Postponed(SunwiError):
    """Nothing was attempted: the message comes again later."""


class Permanent(SunwiError):
    """Trying again cannot help."""


class BadMessage(Permanent):
    """A queue message that Sunwi did not write, or that names nothing it knows."""


class AwaitsRedrive(Permanent):
    """A message whose attempts are used up: nothing was attempted, and the queue's own redrive moves it to the DLQ."""


class InvalidInput(Permanent):
    """What a person typed, or a file holds, cannot be used.

    Attributes:
        problems: What is wrong, each as an error of its own, where it is several things; else empty.
    """

    problems: "Sequence[InvalidInput]" = ()

    @classmethod
    def of_all(cls, problems: "Iterable[InvalidInput]") -> "InvalidInput":
        """Return one error that names everything, parts separated by `; `; the error itself when it is one."""
        found = tuple(problems)
        if len(found) == 1:
            return found[0]
        error = cls("; ".join(map(str, found)))
        error.problems = found
        return error


class Conflict(InvalidInput):
    """What is asked for does not fit what is by now: it has ended, is taken, or was asked for in other words."""


class Forbidden(InvalidInput):
    """The role of whoever asks does not reach so far."""


class StaleEvent(Permanent):
    """A scheduled event of another hour or day."""


class UnbalancedRun(Permanent):
    """A run whose closing equation does not add up."""


class ConfigurationError(SunwiError):
    """A setting is missing or wrong."""


def _snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
