"""Pages by Playwright, in one warm browser."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

import structlog
from playwright.sync_api import Browser, BrowserContext, Page, Request, Response
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from sunwi.adapters.browser_profile import BrowserProfile, Machine, browser_profile, choose_machine
from sunwi.adapters.retry_after import retry_after_seconds
from sunwi.adapters.warm_browser import CLOSE_SECONDS, WarmBrowser, first_line
from sunwi.domain.observation import LoadedPage
from sunwi.domain.reading import ServedPage
from sunwi.domain.tracking import Device, PageKey, Surface
from sunwi.errors import PageTimedOut, PageUnreachable
from sunwi.naver.pages import PLACE_LIST_ROWS, lacks_rows, page_url
from sunwi.service.ports import Clock
from sunwi.settings import PAUSE_JITTER

log = structlog.get_logger()

#: How long drawing a page may take; a look is never lost for its picture.
SCREENSHOT_SECONDS = 5

#: How long a list's own script may take to write its first row.
RENDER_SECONDS = 3
#: Scrolls on until no further row comes: such lists write their rows as they are needed.
_SCROLL = """async (selector) => {
    for (let step = 0, still = 0, before = 0; step < 15 && still < 3; step++) {
        const rows = document.querySelectorAll(selector);
        still = rows.length === before ? still + 1 : 0;
        before = rows.length;
        rows[before - 1].scrollIntoView({block: "end"});
        await new Promise((done) => setTimeout(done, 200));
    }
}"""

#: What is done around a navigation (a context, a picture), at most, before the browser counts as hanging.
AROUND_SECONDS = SCREENSHOT_SECONDS + 2


@dataclass(slots=True)
class Pace:
    """Keeps the pause between page loads.

    Attributes:
        delay_seconds: CRAWL_DELAY_SECONDS; each pause differs by up to a quarter.
    """

    delay_seconds: float
    random: Random
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    last_load: float | None = field(default=None, init=False)

    def wait_turn(self) -> None:
        """Sleep until the next load is due."""
        if self.last_load is not None:
            pause = self.delay_seconds * (1 + PAUSE_JITTER * self.random.uniform(-1, 1))
            self.sleep(max(0.0, self.last_load + pause - self.monotonic()))
        self.last_load = self.monotonic()

    def note_loaded(self) -> None:
        """Count the pause from the end of a load."""
        self.last_load = self.monotonic()


@dataclass(slots=True, kw_only=True)
class ChromiumPageLoader:
    """Opens pages in one warm browser, one context per profile.

    Attributes:
        page_timeout_seconds: For one navigation.
        profile_pool: BROWSER_PROFILE_POOL, profiles of each device to choose from.
        pages_opened: By this loader, in whatever browser.
        first_page_seconds: How long the first of them took, without the launch; None before it.
    """

    clock: Clock
    pace: Pace
    browser: WarmBrowser
    page_timeout_seconds: float
    profile_pool: int = 1
    pages_opened: int = field(default=0, init=False)
    first_page_seconds: float | None = field(default=None, init=False)
    _contexts: dict[Machine, BrowserContext] = field(default_factory=dict, init=False)
    _last: tuple[PageKey, Machine] | None = field(default=None, init=False)
    _contexts_of: Browser | None = field(default=None, init=False)

    def load(
        self, key: PageKey, url: str, *, fresh: bool, wants_screenshot: Callable[[ServedPage], bool]
    ) -> LoadedPage:
        """Open one page, after the pause that is due; a dead browser is replaced once.

        Args:
            key: Says which profile opens the page: the same one for all pages of a look.
            url: What to open.
            fresh: Open it in a new context, under another profile if there is one.
            wants_screenshot: Asked once the document is there.

        Raises:
            PageUnreachable: Navigation failed or timed out.
            ConfigurationError: No browser is installed.
        """
        machine = self._choose(key, url, fresh=fresh)
        self.pace.wait_turn()
        try:
            return self._load(key, url, machine, wants_screenshot)
        except PageUnreachable:
            self._forget(machine)
            raise
        except PlaywrightError as error:
            if not self.browser.is_lost(error):
                self._forget(machine)
                raise _unreachable(f"{url} could not be opened", error) from error
            log.warning("browser_replaced", error=first_line(error))
            self.browser.close()
        finally:
            self.pace.note_loaded()
        try:
            return self._load(key, url, machine, wants_screenshot)
        except PlaywrightError as error:
            self._forget(machine)
            raise _unreachable(f"{url} could not be opened by a fresh browser", error) from error

    def follow(self, url: str) -> str:
        """Give the address at which a link's redirects end.

        Raises:
            PageUnreachable: It leads to a host that is not allowed, in circles, or nowhere.
            ConfigurationError: No browser is installed.
        """
        browser = self.browser.running()
        try:
            with self._page(browser, browser_profile(browser.version, Device.MOBILE)) as page:
                page.goto(url, wait_until="domcontentloaded", timeout=self.page_timeout_seconds * 1000)
                return page.url
        except PlaywrightError as error:
            raise _unreachable(f"{url} could not be followed", error) from error

    def start(self) -> str:
        """Launch the browser if need be, and give its version.

        Raises:
            ConfigurationError: No browser is installed.
        """
        return self.browser.running().version

    def close(self) -> None:
        """Close the browser and the driver."""
        self.browser.close()

    def _choose(self, key: PageKey, url: str, *, fresh: bool) -> Machine:
        """Choose the machine of a look's first page, in a new context if it is a fresh one; further pages keep it."""
        if self._last is not None and self._last[0] == key and not fresh and url != page_url(key):
            return self._last[1]
        machine = choose_machine(key, pool=self.profile_pool, fresh=fresh)
        if fresh:
            self._forget(machine)
            self._forget(choose_machine(key, pool=self.profile_pool, fresh=False))
        self._last = key, machine
        return machine

    def _load(
        self, key: PageKey, url: str, machine: Machine, wants_screenshot: Callable[[ServedPage], bool]
    ) -> LoadedPage:
        browser = self.browser.running()
        started = time.monotonic()
        profile = browser_profile(browser.version, key.device, machine)
        rows_seconds = 2 * RENDER_SECONDS if key.surface is Surface.PLACE_LIST else 0
        with self._page(browser, profile, rows_seconds) as page:
            profile.apply(page)
            served = self._navigate(page, url)
            if lacks_rows(served, key):
                served = self._rendered(page, served)
            fetched_at = self.clock.now()
            load_seconds = time.monotonic() - started
            screenshot = self._screenshot(page) if wants_screenshot(served) else None
        log.info(
            "page_loaded", keyword=key.keyword, surface=key.surface.value, profile=machine.name, status=served.status
        )
        self.browser.pages += 1
        self.pages_opened += 1
        if self.first_page_seconds is None:
            self.first_page_seconds = load_seconds
        return LoadedPage(served=served, fetched_at=fetched_at, load_seconds=load_seconds, screenshot=screenshot)

    @contextmanager
    def _page(self, browser: Browser, profile: BrowserProfile, more_seconds: float = 0) -> Iterator[Page]:
        """Give an empty page; the browser is killed when the block does not come to an end.

        Raises:
            PageTimedOut: That happened.
        """
        seconds = self.page_timeout_seconds + AROUND_SECONDS + more_seconds
        with self.browser.bounded(seconds) as is_killed:
            try:
                page = self._context(browser, profile).new_page()
                try:
                    yield page
                finally:
                    page.close()
                    if page.context.pages:  # windows that it opened
                        self._forget(profile.machine)
            except PlaywrightError as error:
                if is_killed.is_set():
                    self.browser.close()
                    raise PageTimedOut(f"the browser hung, and was ended after {seconds:.0f} s") from error
                raise

    def _rendered(self, page: Page, served: ServedPage) -> ServedPage:
        """Wait for the rows that a page's own script writes, and take the document with them, if they come."""
        try:
            page.wait_for_selector(PLACE_LIST_ROWS, state="attached", timeout=RENDER_SECONDS * 1000)
            page.evaluate(_SCROLL, PLACE_LIST_ROWS)
        except PlaywrightTimeout:
            log.warning("rows_not_rendered", url=served.final_url)
            return served
        log.info("rows_rendered", url=served.final_url)
        return replace(served, final_url=page.url, html=page.content())

    def _screenshot(self, page: Page) -> bytes | None:
        """Take a picture of the whole page; a page that cannot be drawn has none."""
        try:
            return page.screenshot(full_page=True, scale="css", timeout=SCREENSHOT_SECONDS * 1000)
        except PlaywrightError as error:
            log.warning("screenshot_failed", error=first_line(error))
            return None

    def _navigate(self, page: Page, url: str) -> ServedPage:
        """Go to a page and take the document as it was served; an empty error answer has no document."""
        answers: list[Response] = []
        failures: list[str] = []

        def end_early(request: Request) -> None:
            """Close the page when its document breaks off, instead of waiting for the timeout."""
            if request.is_navigation_request() and request.frame == page.main_frame and answers:
                failures.append(request.failure or "broken off")
                page.close()

        page.on("response", lambda answer: answers.append(answer) if _is_document(answer, page) else None)
        page.on("requestfailed", end_early)
        try:
            response = page.goto(url, wait_until="domcontentloaded", timeout=self.page_timeout_seconds * 1000)
        except PlaywrightError as error:
            if answers and "ERR_HTTP_RESPONSE_CODE_FAILURE" in " ".join((error.message, *failures)):
                return self._served(url, answers[-1], final_url=answers[-1].url, html="")
            if failures:
                raise PageUnreachable(f"{url} broke off: {failures[0]}") from error
            raise
        if response is None:
            raise PageUnreachable(f"{url} gave no document")
        html = response.body().decode("utf-8", errors="replace")
        return self._served(url, response, final_url=page.url, html=html)

    def _served(self, url: str, response: Response, *, final_url: str, html: str) -> ServedPage:
        retry_after: Any = response.headers.get("retry-after", "")
        return ServedPage(
            requested_url=url,
            final_url=final_url,
            status=response.status,
            html=html,
            retry_after_seconds=retry_after_seconds(retry_after, self.clock.now()),
        )

    def _context(self, browser: Browser, profile: BrowserProfile) -> BrowserContext:
        if self._contexts_of is not browser:
            self._contexts.clear()
            self._contexts_of = browser
        if profile.machine not in self._contexts:
            self._contexts[profile.machine] = browser.new_context(
                **profile.context_options(),
                service_workers="block",
                accept_downloads=False,
                ignore_https_errors=self.browser.standin_address is not None,
            )
        return self._contexts[profile.machine]

    def _forget(self, machine: Machine) -> None:
        """Drop a context, so that the next look is a fresh one."""
        context = self._contexts.pop(machine, None)
        if context is None:
            return
        with self.browser.bounded(CLOSE_SECONDS), suppress(PlaywrightError):
            context.close()


def _is_document(answer: Response, page: Page) -> bool:
    return answer.request.is_navigation_request() and answer.frame == page.main_frame


def _unreachable(what: str, error: PlaywrightError) -> PageUnreachable:
    kind = PageTimedOut if isinstance(error, PlaywrightTimeout) else PageUnreachable
    return kind(f"{what}: {first_line(error)}")
