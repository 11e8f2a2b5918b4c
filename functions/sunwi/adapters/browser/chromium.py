"""Pages by Playwright, in one warm browser."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace

import structlog
from playwright.sync_api import Browser, Page
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from typing_extensions import override

from sunwi.adapters.browser.browser_profile import BrowserProfile, Machine, browser_profile, choose_machine
from sunwi.adapters.browser.page_navigation import CLOSE_MARGIN_SECONDS, Navigation, milliseconds_of
from sunwi.adapters.browser.shown_page import ShownPage
from sunwi.adapters.browser.warm_browser import CLOSE_SECONDS, WarmBrowser, first_line
from sunwi.adapters.browser.warm_context import WarmContext
from sunwi.domain.observation import LoadedPage
from sunwi.domain.picture import Drawing, PagePicture
from sunwi.domain.reading import ServedPage
from sunwi.domain.site import AwaitedRows, PageAddress, Site
from sunwi.domain.tracking import Device
from sunwi.errors import BrowserLost, PageTimedOut, PageUnreachable
from sunwi.service.ports.outside import Clock, LinkFollower, PageLoader
from sunwi.service.ports.reading_terms import TimeLimit

log = structlog.get_logger()

#: How long drawing a page may take before the browser counts as hanging; a load is never lost for its picture.
SCREENSHOT_SECONDS = 5

#: How long a list's own script may take to write its first row, from a request of its own if it must.
RENDER_SECONDS = 6
#: How long a list may go on writing rows while it is scrolled.
SCROLL_SECONDS = 3
#: Whether a list's script has written a row, or the site's own word that there is none.
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
    """Opens pages of one site after the other in one warm browser, one context per profile.

    Each page is new, in the renderer process that its context keeps. Source: docs/adr/0045-sites-and-lanes.md.

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
    _contexts: dict[Machine, WarmContext] = field(default_factory=dict, init=False)
    _last: tuple[Site, str, Machine] | None = field(default=None, init=False)
    _contexts_of: Browser | None = field(default=None, init=False)
    _shown: ShownPage | None = field(default=None, init=False)
    _prepared: tuple[Site, PageAddress, bool, Machine] | None = field(default=None, init=False)

    @override
    def prepare(self, site: Site, address: PageAddress, *, fresh: bool, limit: TimeLimit) -> None:
        self.leave()
        self._prepared = None
        try:
            browser = self.browser.running(site, within_seconds=limit.left_seconds())
        except PageUnreachable as error:
            raise _in_time(error, limit) from error
        machine = self._choose(site, address, fresh=fresh)
        with self.browser.bounded(limit.at_most(AROUND_SECONDS)) as is_killed:
            try:
                self._context(browser, browser_profile(site, browser.version, address.device, machine)).warm_up()
            except PlaywrightError as error:  # loading the page meets it again, and finds out what it means
                log.warning("context_not_prepared", error=first_line(error), is_killed=is_killed.is_set())
                self._forget(machine)
        if is_killed.is_set():
            self.browser.close()
        self._prepared = site, address, fresh, machine

    @override
    def load(self, site: Site, address: PageAddress, *, fresh: bool, limit: TimeLimit) -> LoadedPage:
        self.leave()
        prepared, self._prepared = self._prepared, None
        is_prepared = prepared is not None and prepared[:3] == (site, address, fresh)
        machine = prepared[3] if prepared and is_prepared else self._choose(site, address, fresh=fresh)
        url = address.url
        try:
            return self._load(site, address, machine, limit, is_checked=is_prepared)
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
            page.page.close()
            self._clear(page.profile.machine)
        if is_killed.is_set():
            self.browser.close()

    @override
    def follow(self, site: Site, url: str) -> str:
        self.leave()
        browser = self.browser.running(site)
        profile = browser_profile(site, browser.version, Device.MOBILE)
        try:
            with self._page(browser, profile, self.page_timeout_seconds + AROUND_SECONDS) as page:
                page.goto(url, wait_until="domcontentloaded", timeout=self.page_timeout_seconds * 1000)
                return page.url
        except PlaywrightError as error:
            self._forget(profile.machine)
            raise _unreachable(f"{url} could not be followed", error) from error

    def start(self, site: Site) -> str:
        """Launch the browser for a site if need be, and return its version.

        Raises:
            ConfigurationError: No browser is installed.
        """
        return self.browser.running(site).version

    def close(self) -> None:
        """Close the browser and the driver."""
        self._shown = None
        self.browser.close()

    def _choose(self, site: Site, address: PageAddress, *, fresh: bool) -> Machine:
        """Choose the machine of a first page, in a new context if it is a fresh one; pages that continue it keep it."""
        if address.continues and not fresh and self._last is not None and self._last[:2] == (site, address.visitor):
            return self._last[2]
        machine = choose_machine(address, pool=self.profile_pool, fresh=fresh)
        if fresh:
            self._forget(machine)
            self._forget(choose_machine(address, pool=self.profile_pool, fresh=False))
        self._last = site, address.visitor, machine
        return machine

    def _load(
        self, site: Site, address: PageAddress, machine: Machine, limit: TimeLimit, *, is_checked: bool
    ) -> LoadedPage:
        browser = self.browser.running(site, within_seconds=limit.left_seconds(), is_checked=is_checked)
        started = time.monotonic()
        profile = browser_profile(site, browser.version, address.device, machine)
        rows_seconds = 0 if address.rows is None else RENDER_SECONDS + SCROLL_SECONDS
        seconds = limit.at_most(self.page_timeout_seconds + rows_seconds + AROUND_SECONDS)
        with self._page(browser, profile, seconds, stays_open=True) as page:
            profile.apply(page)
            navigation = Navigation(page)
            served = navigation.go(address.url, seconds=self.page_timeout_seconds, limit=limit, now=self.clock.now())
            if address.rows is not None and _are_missing(served, address.rows):
                served = _rendered(page, served, address.rows, limit)
            fetched_at = self.clock.now()
            load_seconds = time.monotonic() - started
        log.info("page_loaded", **address.facts, profile=machine.name, status=served.status)
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
                is_left_open = False
                try:
                    yield page
                    is_left_open = stays_open
                finally:
                    if not is_left_open:
                        page.close()
                if is_left_open:
                    self._shown = ShownPage(page, profile)
                else:
                    self._clear(profile.machine)
            except PlaywrightError as error:
                if is_killed.is_set():
                    self.browser.close()
                    raise PageTimedOut(f"the browser hung, and was ended after {seconds:.0f} s") from error
                raise

    def _context(self, browser: Browser, profile: BrowserProfile) -> WarmContext:
        if self._contexts_of is not browser:
            self._contexts.clear()
            self._contexts_of = browser
        if profile.machine not in self._contexts:
            options = profile.context_options()
            self._contexts[profile.machine] = WarmContext.open(
                browser, options, is_standin=self.browser.standin_address is not None
            )
        return self._contexts[profile.machine]

    def _clear(self, machine: Machine) -> None:
        """End a context with what a closed page has left in it, if it has left anything."""
        context = self._contexts.get(machine)
        try:
            is_clear = context is None or not context.is_left_with_more()
        except PlaywrightError:
            is_clear = False
        if not is_clear:
            self._forget(machine)

    def _forget(self, machine: Machine) -> None:
        """Drop a context, so that the next load has a fresh one."""
        context = self._contexts.pop(machine, None)
        if context is None:
            return
        with self.browser.bounded(CLOSE_SECONDS), suppress(PlaywrightError):
            context.close()


def _are_missing(served: ServedPage, rows: AwaitedRows) -> bool:
    """Decide whether a script is to write rows; a page on which the reader fails is for whoever reads it to record."""
    try:
        return rows.are_missing(served)
    except Exception:  # a reader may fail on any page in any way
        log.warning("rows_not_counted", url=served.final_url, exc_info=True)
        return False


def _rendered(page: Page, served: ServedPage, rows: AwaitedRows, limit: TimeLimit) -> ServedPage:
    """Wait for what a list's own script writes, rows or that there are none, and take the document with it."""
    try:
        awaited = [rows.selector, list(rows.none_words)]
        page.wait_for_function(_IS_WRITTEN, arg=awaited, timeout=milliseconds_of(limit, RENDER_SECONDS))
        page.evaluate(_SCROLL, [rows.selector, milliseconds_of(limit, SCROLL_SECONDS)])
    except PlaywrightTimeout:
        log.warning("rows_not_rendered", url=served.final_url)
        return served
    log.info("rows_rendered", url=served.final_url)
    # A script may cut a name within an emoji: the half that is left is no character, and cannot be stored.
    return replace(served, final_url=page.url, html=page.content().encode(errors="replace").decode())


def _in_time(error: PageUnreachable, limit: TimeLimit) -> PageUnreachable:
    """Return a failure that the time limit has caused as one of time; any other as it is."""
    is_over = limit.left_seconds() <= CLOSE_MARGIN_SECONDS and not isinstance(error, PageTimedOut)
    return PageTimedOut(f"the time for the page was over: {error}") if is_over else error


def _unreachable(what: str, error: PlaywrightError) -> PageUnreachable:
    kind = PageTimedOut if isinstance(error, PlaywrightTimeout) else PageUnreachable
    return kind(f"{what}: {first_line(error)}")
