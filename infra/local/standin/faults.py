"""What can go wrong with a page, and for how many requests it does."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sunwi.domain.tracking import Surface, normalise_keyword
from sunwi.errors import InvalidInput


class FaultKind(StrEnum):
    """Everything but a healthy page."""

    FORBIDDEN = "forbidden"
    TOO_MANY_REQUESTS = "too_many_requests"
    UNAVAILABLE = "unavailable"
    CAPTCHA = "captcha"
    LOGIN_REDIRECT = "login_redirect"
    EMPTY = "empty"
    TRUNCATED = "truncated"
    SLOW = "slow"
    RESET_BEFORE_HEADERS = "reset_before_headers"
    RESET_MID_PAGE = "reset_mid_page"
    RENAMED_CLASSES = "renamed_classes"
    BROKEN_STATE = "broken_state"
    STATE_MISSING = "state_missing"
    LAYOUT_UNKNOWN = "layout_unknown"
    OTHER_QUERY = "other_query"
    ADS_ONLY = "ads_only"
    OPENINGS_ONLY = "openings_only"
    NO_RESULTS = "no_results"
    ROWS_BY_SCRIPT = "rows_by_script"
    ROWS_ON_SCROLL = "rows_on_scroll"
    ROWS_MISSING = "rows_missing"
    REDIRECT_LOOPBACK = "redirect_loopback"
    REDIRECT_LINK_LOCAL = "redirect_link_local"
    REDIRECT_FILE = "redirect_file"
    ALERT = "alert"
    POPUPS = "popups"
    DOWNLOAD = "download"
    ENDLESS_SCRIPT = "endless_script"
    UNBOUNDED_MEMORY = "unbounded_memory"
    SERVICE_WORKER = "service_worker"
    PLACE_REFUSED = "place_refused"
    PLACE_REFUSED_LATER_BUILD = "place_refused_later_build"
    SEARCH_REFUSED = "search_refused"
    SEARCH_REFUSED_FORBIDDEN = "search_refused_forbidden"
    CHALLENGE_OVER = "challenge_over"
    CHALLENGE_UNUSED = "challenge_unused"
    TOO_MANY_REQUESTS_EMPTY = "too_many_requests_empty"
    HTML_FOR_JSON = "html_for_json"
    JSON_IN_PRE = "json_in_pre"
    SHELL_THEN_ROWS = "shell_then_rows"
    SHELL_ONLY = "shell_only"
    MOVES_BY_SCRIPT = "moves_by_script"
    MOVES_BY_REFRESH = "moves_by_refresh"
    MOVES_FOR_EVER = "moves_for_ever"
    NO_RESULTS_IN_CONTAINER = "no_results_in_container"
    SLOW_TO_DRAW = "slow_to_draw"


#: Pages that attack the browser, or lead it where it must not go.
HOSTILE = frozenset(
    {
        FaultKind.REDIRECT_LOOPBACK,
        FaultKind.REDIRECT_LINK_LOCAL,
        FaultKind.REDIRECT_FILE,
        FaultKind.ALERT,
        FaultKind.POPUPS,
        FaultKind.DOWNLOAD,
        FaultKind.ENDLESS_SCRIPT,
        FaultKind.UNBOUNDED_MEMORY,
        FaultKind.SERVICE_WORKER,
    }
)
#: Pages that leave for another address while they are read.
MOVING = frozenset({FaultKind.MOVES_BY_SCRIPT, FaultKind.MOVES_BY_REFRESH, FaultKind.MOVES_FOR_EVER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault of one keyword's pages.

    Attributes:
        times: Requests that get it before the keyword is healthy again; None means all of them.
        delay_seconds: Pause before the answer; any kind may have one, SLOW is a healthy page after it.
        retry_after_seconds: What TOO_MANY_REQUESTS and UNAVAILABLE say.
        surface: The only surface that has it; None means all of them.
        from_start: Pages that begin before this row are healthy: 2 spares the first page of a list.
    """

    kind: FaultKind
    times: int | None = None
    delay_seconds: float = 0
    retry_after_seconds: int = 30
    surface: Surface | None = None
    from_start: int = 1


def parse_fault(body: object) -> Fault:
    """Read a fault off a control request, such as `{"fault": "captcha", "times": 2}`.

    Raises:
        InvalidInput: No such fault, or a value of the wrong sort; the message names what is allowed.
    """
    if not isinstance(body, Mapping):
        raise InvalidInput('a fault is an object, such as {"fault": "captcha", "times": 2}')
    names = {"fault", "times", "delay_seconds", "retry_after_seconds", "surface", "from_start"}
    if unknown := set(body) - names:
        raise InvalidInput(f"a fault has no {', '.join(sorted(map(str, unknown)))}: use {', '.join(sorted(names))}")
    kinds = [kind.value for kind in FaultKind]
    if body.get("fault") not in kinds:
        raise InvalidInput(f"the fault {body.get('fault')!r} is unknown: use {', '.join(kinds)}")
    surface = body.get("surface")
    if surface is not None and surface not in list(Surface):
        raise InvalidInput(f"the surface {surface!r} is unknown: use {', '.join(Surface)}")
    return Fault(
        kind=FaultKind(body["fault"]),
        times=None if body.get("times") is None else int(_number(body, "times", 1)),
        delay_seconds=_number(body, "delay_seconds", 0),
        retry_after_seconds=int(_number(body, "retry_after_seconds", 30)),
        surface=None if surface is None else Surface(surface),
        from_start=int(_number(body, "from_start", 1)),
    )


def _number(body: Mapping[Any, Any], name: str, usual: float) -> float:
    value = body.get(name, usual)
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise InvalidInput(f"{name} of a fault is {value!r}: use a number from 0 on")
    return value


class FaultBook:
    """The faults that are set, by keyword; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: dict[str, Fault] = {}
        self._left: dict[str, int] = {}

    def set(self, keyword: str, fault: Fault) -> None:
        """Set a fault for a keyword, from its next request on, in place of any other."""
        name = normalise_keyword(keyword)
        with self._lock:
            self._faults[name] = fault
            self._left.pop(name, None)
            if fault.times is not None:
                self._left[name] = fault.times

    def clear(self) -> None:
        """Make all keywords healthy."""
        with self._lock:
            self._faults.clear()
            self._left.clear()

    def take(self, keyword: str, surface: Surface, start: int = 1) -> Fault | None:
        """Return the fault of one request, and count it.

        Args:
            keyword: As asked.
            surface: What the request is for.
            start: First row of the page that is asked for, from 1.
        """
        with self._lock:
            fault = self._faults.get(keyword)
            if fault is None or fault.surface not in {None, surface} or start < fault.from_start:
                return None
            if fault.times is None:
                return fault
            if self._left[keyword] == 0:
                return None
            self._left[keyword] -= 1
            return fault
