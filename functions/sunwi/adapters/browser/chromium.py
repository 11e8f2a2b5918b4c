"""Pages by Playwright, in one warm browser."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace

import structlog
from playwright.sync_api import Browser, BrowserContext, Page
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from typing_extensions import override

from sunwi.adapters.browser.browser_profile import BrowserProfile, Machine, browser_profile, choose_machine
from sunwi.adapters.browser.page_navigation import CLOSE_MARGIN_SECONDS, Navigation, milliseconds_of
from sunwi.adapters.browser.shown_page import ShownPage
from sunwi.adapters.browser.warm_browser import CLOSE_SECONDS, WarmBrowser, first_line
from sunwi.domain.observation import LoadedPage
from sunwi.domain.picture import Drawing, PagePicture
from sunwi.domain.reading import ServedPage
from sunwi.domain.tracking import Device, PageKey, Surface
from sunwi.errors import BrowserLost, PageTimedOut, PageUnreachable
from sunwi.service.ports.outside import Clock, LinkFollower, PageLoader
from sunwi.service.ports.reading_terms import TimeLimit
from sunwi.sites.naver.pages import NO_RESULT_WORDS, PLACE_LIST_ROWS, lacks_rows, page_url

log = structlog.get_logger()

#: How long drawing a page may take before the browser counts as hanging; a look is never lost for its picture.
SCREENSHOT_SECONDS = 5

#: How long a list's own script may take to write its first row, from a request of its own if it must.
RENDER_SECONDS = 6
#: How long a list may go on writing rows while it is scrolled.
SCROLL_SECONDS = 3
#: Whether a list's script has written a row, or Naver's own word that there is none.
_IS_WRITTEN = """([selector, words]) => document.querySelector(selector) !== null ||
    words.some((word) => document.body.innerText.replace(/\\s/g, "").includes(word))"""
#: Scrolls on until no further row comes: such lists write their rows as they are needed.
_SCROLL = """async ([selector, milliseconds]) => {
    const end = performance.now() + milliseconds;
    for (let still = 0, before = 0; still < 3 && performance.now() < end;) {
        const rows = document.querySelectorAll(selector);
        still = rows.length === before ? still + 1 : 0;
        before = rows.length;
        rows[before - 1]?.scrollIntoView({block: "end"});
        await new Promise((done) => setTimeout(done, 200));
    }
}"""

#: What is done around a navigation (a context, the document's transfer), at most, before the browser counts as hanging.
AROUND_SECONDS = 7


@dataclass(slots=True, kw_only=True)
class ChromiumPageLoader(PageLoader, LinkFollower):
    """Opens pages in one warm browser, one context per profile.

    Attributes:
        page_timeout_seconds: For one navigation, unless its time limit leaves less.
        profile_pool: BROWSER_PROFILE_POOL, profiles of each device to choose from.
        pages_opened: By this loader, in whatever browser.
        first_page_seconds: How long the first of them took, without the launch; None before it.
    """

    clock: Clock
    browser: WarmBrowser
    page_timeout_seconds: float
    profile_pool: int = 1
    pages_opened: int = field(default=0, init=False)
    first_page_seconds: float | None = field(default=None, init=False)
    _contexts: dict[Machine, BrowserContext] = field(default_factory=dict, init=False)
    _last: tuple[PageKey, Machine] | None = field(default=None, init=False)
    _contexts_of: Browser | None = field(default=None, init=False)
    _shown: ShownPage | None = field(default=None, init=False)

    @override
    def load(self, key: PageKey, url: str, *, fresh: bool, limit: TimeLimit) -> LoadedPage:
        """Open one page, and leave the one before.

        Args:
            key: Says which profile opens the page: the same one for all pages of a look.
            url: What to open.
            fresh: Open it in a new context, under another profile if there is one.
            limit: When the page must be there; a launch and rows that a script writes count.

        Raises:
            BrowserLost: The browser is dead; the next page gets a fresh one.
            PageUnreachable: Navigation failed or timed out.
            ConfigurationError: No browser is installed.
        """
        self.leave()
        machine = self._choose(key, url, fresh=fresh)
        try:
            return self._load(key, url, machine, limit)
        except PageUnreachable as error:
            self._forget(machine)
            raise _in_time(error, limit) from error
        except PlaywrightError as error:
            if not self.browser.is_lost(error):
                self._forget(machine)
                raise _in_time(_unreachable(f"{url} could not be opened", error), limit) from error
            log.warning("browser_replaced", error=first_line(error))
            self.browser.close()
            raise BrowserLost(f"{url} could not be opened: the browser ended ({first_line(error)})") from error

    @override
    def draw(self, drawing: Drawing, *, limit: TimeLimit) -> PagePicture | None:
        page = self._shown
        if page is None or limit.left_seconds() <= SCREENSHOT_SECONDS + CLOSE_SECONDS + CLOSE_MARGIN_SECONDS:
            return None
        with self.browser.bounded(SCREENSHOT_SECONDS) as is_killed:
            try:
                return page.draw(drawing)
            except PlaywrightError as error:
                log.warning("picture_failed", error=first_line(error), is_killed=is_killed.is_set())
        if is_killed.is_set():
            self._shown = None
            self.browser.close()
        return None

    @override
    def leave(self) -> None:
        page, self._shown = self._shown, None
        if page is None:
            return
        with self.browser.bounded(CLOSE_SECONDS) as is_killed, suppress(PlaywrightError):
            self._close(page.page, page.machine)
        if is_killed.is_set():
            self.browser.close()

    @override
    def follow(self, url: str) -> str:
        browser = self.browser.running()
        try:
            profile = browser_profile(browser.version, Device.MOBILE)
            with self._page(browser, profile, self.page_timeout_seconds + AROUND_SECONDS) as page:
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
        self._shown = None
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

    def _load(self, key: PageKey, url: str, machine: Machine, limit: TimeLimit) -> LoadedPage:
        browser = self.browser.running(within_seconds=limit.left_seconds())
        started = time.monotonic()
        profile = browser_profile(browser.version, key.device, machine)
        rows_seconds = RENDER_SECONDS + SCROLL_SECONDS if key.surface is Surface.PLACE_LIST else 0
        seconds = limit.at_most(self.page_timeout_seconds + rows_seconds + AROUND_SECONDS)
        with self._page(browser, profile, seconds, stays_open=True) as page:
            profile.apply(page)
            navigation = Navigation(page)
            served = navigation.go(url, seconds=self.page_timeout_seconds, limit=limit, now=self.clock.now())
            if _waits_for_rows(served, key):
                served = self._rendered(page, served, limit)
            fetched_at = self.clock.now()
            load_seconds = time.monotonic() - started
        log.info(
            "page_loaded", keyword=key.keyword, surface=key.surface.value, profile=machine.name, status=served.status
        )
        self.browser.pages += 1
        self.pages_opened += 1
        if self.first_page_seconds is None:
            self.first_page_seconds = load_seconds
        return LoadedPage(served=served, fetched_at=fetched_at, load_seconds=load_seconds)

    @contextmanager
    def _page(
        self, browser: Browser, profile: BrowserProfile, seconds: float, *, stays_open: bool = False
    ) -> Iterator[Page]:
        """Return an empty page; the browser is killed when the block does not come to an end.

        Args:
            browser: Whose page.
            profile: That it has.
            seconds: What all may take: the navigation, the wait for rows, and what is done around them.
            stays_open: The page is not closed when the block has come to its end.

        Raises:
            PageTimedOut: That happened.
        """
        with self.browser.bounded(seconds) as is_killed:
            try:
                page = self._context(browser, profile).new_page()
                shown = None
                try:
                    yield page
                    shown = ShownPage(page, profile.machine) if stays_open else None
                finally:
                    if shown is None:
                        self._close(page, profile.machine)
                self._shown = shown
            except PlaywrightError as error:
                if is_killed.is_set():
                    self.browser.close()
                    raise PageTimedOut(f"the browser hung, and was ended after {seconds:.0f} s") from error
                raise

    def _rendered(self, page: Page, served: ServedPage, limit: TimeLimit) -> ServedPage:
        """Wait for what a list's own script writes, rows or that there are none, and take the document with it."""
        try:
            awaited = [PLACE_LIST_ROWS, list(NO_RESULT_WORDS)]
            page.wait_for_function(_IS_WRITTEN, arg=awaited, timeout=milliseconds_of(limit, RENDER_SECONDS))
            page.evaluate(_SCROLL, [PLACE_LIST_ROWS, milliseconds_of(limit, SCROLL_SECONDS)])
        except PlaywrightTimeout:
            log.warning("rows_not_rendered", url=served.final_url)
            return served
        log.info("rows_rendered", url=served.final_url)
        # A script may cut a name within an emoji: the half that is left is no character, and cannot be stored.
        return replace(served, final_url=page.url, html=page.content().encode(errors="replace").decode())

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

    def _close(self, page: Page, machine: Machine) -> None:
        page.close()
        if page.context.pages:  # windows that it opened
            self._forget(machine)

    def _forget(self, machine: Machine) -> None:
        """Drop a context, so that the next look is a fresh one."""
        context = self._contexts.pop(machine, None)
        if context is None:
            return
        with self.browser.bounded(CLOSE_SECONDS), suppress(PlaywrightError):
            context.close()


def _waits_for_rows(served: ServedPage, key: PageKey) -> bool:
    """Decide whether a script is to write rows; a page on which the reader fails is for whoever reads it to record."""
    try:
        return lacks_rows(served, key)
    except Exception:  # a reader may fail on any page in any way
        log.warning("rows_not_counted", url=served.final_url, exc_info=True)
        return False


def _in_time(error: PageUnreachable, limit: TimeLimit) -> PageUnreachable:
    """Return a failure that the time limit has caused as one of time; any other as it is."""
    is_over = limit.left_seconds() <= CLOSE_MARGIN_SECONDS and not isinstance(error, PageTimedOut)
    return PageTimedOut(f"the time for the page was over: {error}") if is_over else error


def _unreachable(what: str, error: PlaywrightError) -> PageUnreachable:
    kind = PageTimedOut if isinstance(error, PlaywrightTimeout) else PageUnreachable
    return kind(f"{what}: {first_line(error)}")
