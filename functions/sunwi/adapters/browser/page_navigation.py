"""One navigation, and the document that it ends at, also where the page goes on to another one by itself.

Source: docs/adr/0034-a-reading-has-a-time-limit.md.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, Request, Response

from sunwi.adapters.http.retry_after import retry_after_seconds
from sunwi.domain.reading import ServedPage
from sunwi.errors import PageUnreachable
from sunwi.service.ports.reading_terms import TimeLimit

#: How long a page that says that it goes on may take to do so.
MOVE_SECONDS = 2
#: What is kept of a time limit to close the page.
CLOSE_MARGIN_SECONDS = 1
#: A document with fewer characters may be nothing but a step to another one; no page of results is that short.
_SHORT_DOCUMENT = 50_000

_REDIRECTS = range(300, 400)
_NOSCRIPT = re.compile(r"<noscript\b.*?</noscript>", re.DOTALL | re.IGNORECASE)
_REFRESH = re.compile(r"<meta\b(?=[^>]*http-equiv=[\"']?refresh)(?=[^>]*content=[\"']?\s*0)", re.IGNORECASE)


def milliseconds_of(limit: TimeLimit, seconds: float) -> float:
    """Shorten a time to what a limit leaves, for Playwright, which takes 0 for no limit at all."""
    return max(1.0, min(seconds, limit.left_seconds() - CLOSE_MARGIN_SECONDS) * 1000)


class Navigation:
    """Follows what the main frame of a page loads."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._begun: list[Request] = []
        self._answers: list[Response] = []
        self._failures: list[str] = []
        page.on("request", self._note_request)
        page.on("response", self._note_answer)
        page.on("requestfailed", self._end_early)

    def go(self, url: str, *, seconds: float, limit: TimeLimit, now: datetime) -> ServedPage:
        """Go to a page and take the document as it was served; an empty error answer has no document.

        A page that goes on to another one while it is read is read once more, as that one.

        Args:
            url: What to open.
            seconds: What the navigation may take.
            limit: When all must be over.
            now: Aware; a Retry-After may be a date.

        Raises:
            PageUnreachable: It broke off, gave no document, or went on from page to page.
            PlaywrightError: It did not come, or not in time.
        """
        response, html = None, ""
        try:
            response = self._page.goto(url, wait_until="domcontentloaded", timeout=milliseconds_of(limit, seconds))
            if response is None:
                raise PageUnreachable(f"{url} gave no document")
            html = response.body().decode("utf-8", errors="replace")
        except PlaywrightError as error:
            if self._answers and "ERR_HTTP_RESPONSE_CODE_FAILURE" in " ".join((error.message, *self._failures)):
                return _served(url, self._answers[-1], _Document(self._answers[-1].url, ""), now)
            if self._failures and not self._has_moved(1):
                raise PageUnreachable(f"{url} broke off: {self._failures[0]}") from error
            if not self._has_moved(1):
                raise
        if response is not None and not self._moves_on(html, limit):
            return _served(url, response, _Document(self._page.url, html), now)
        moved_to = self._next_document(url, milliseconds_of(limit, seconds))
        html = self._body(url, moved_to)
        if self._moves_on(html, limit, documents=2):
            raise PageUnreachable(f"{url} went on to another page, and from there to {self._begun[-1].url[:300]}")
        return _served(url, moved_to, _Document(moved_to.url, html), now)

    def _has_moved(self, documents: int) -> bool:
        """Whether the page has gone on from the last of so many documents."""
        return len(self._begun) > documents

    def _moves_on(self, html: str, limit: TimeLimit, *, documents: int = 1) -> bool:
        """Decide whether a page goes on to another one; a short one is waited for, since its script may yet do so."""
        is_told = _REFRESH.search(_NOSCRIPT.sub("", html[:_SHORT_DOCUMENT])) is not None
        if not self._has_moved(documents) and (is_told or len(html) < _SHORT_DOCUMENT):
            try:
                self._page.wait_for_load_state("load", timeout=milliseconds_of(limit, MOVE_SECONDS))
                self._page.evaluate("0")
                if is_told and not self._has_moved(documents):
                    self._page.wait_for_event("request", self._is_own, timeout=milliseconds_of(limit, MOVE_SECONDS))
            except PlaywrightError:
                return self._has_moved(documents)
        return self._has_moved(documents)

    def _next_document(self, url: str, milliseconds: float) -> Response:
        """Wait for the document that a page has gone on to."""
        target = self._begun[-1].url
        try:
            while (answer := self._answer_of(self._begun[1])) is None:
                self._page.wait_for_event("response", timeout=milliseconds)
            self._page.wait_for_load_state("domcontentloaded", timeout=milliseconds)
        except PlaywrightError as error:
            why = self._failures[0] if self._failures else "no document came in time"
            raise PageUnreachable(f"{url} went on to another page, {target[:300]}, while it was read: {why}") from error
        return answer

    def _body(self, url: str, answer: Response) -> str:
        try:
            return answer.body().decode("utf-8", errors="replace")
        except PlaywrightError as error:
            raise PageUnreachable(
                f"{url} went on to another page, {answer.url[:300]}, whose document was gone"
            ) from error

    def _answer_of(self, request: Request) -> Response | None:
        """Find the document at the end of a request's redirects."""
        own = (answer for answer in self._answers if _first(answer.request) == request)
        return next((answer for answer in own if answer.status not in _REDIRECTS), None)

    def _note_request(self, request: Request) -> None:
        if self._is_own(request):
            self._begun.append(request)

    def _note_answer(self, answer: Response) -> None:
        if answer.request.is_navigation_request() and answer.frame == self._page.main_frame:
            self._answers.append(answer)

    def _end_early(self, request: Request) -> None:
        """Close the page when its latest document breaks off, instead of waiting for the timeout."""
        if not (request.is_navigation_request() and request.frame == self._page.main_frame and self._answers):
            return
        if self._begun and _first(request) == self._begun[-1]:
            self._failures.append(request.failure or "broken off")
            self._page.close()

    def _is_own(self, request: Request) -> bool:
        """Whether a request begins a navigation of the main frame; a redirect goes on with one."""
        is_first = request.is_navigation_request() and request.redirected_from is None
        return is_first and request.frame == self._page.main_frame


@dataclass(frozen=True, slots=True)
class _Document:
    final_url: str
    html: str


def _first(request: Request) -> Request:
    """Follow redirects back to the request that began them."""
    while (before := request.redirected_from) is not None:
        request = before
    return request


def _served(url: str, response: Response, document: _Document, now: datetime) -> ServedPage:
    retry_after: Any = response.headers.get("retry-after", "")
    return ServedPage(
        requested_url=url,
        final_url=document.final_url,
        status=response.status,
        html=document.html,
        retry_after_seconds=retry_after_seconds(retry_after, now),
    )
