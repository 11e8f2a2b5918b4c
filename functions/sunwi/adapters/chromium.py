"""Chromium by Playwright: launched late, kept warm, replaced when dead."""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

import structlog
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Request, Response, sync_playwright
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from sunwi.adapters.browser_profile import browser_profile
from sunwi.domain.observation import LoadedPage
from sunwi.domain.reading import ServedPage
from sunwi.domain.tracking import Device, PageKey
from sunwi.errors import ConfigurationError, PageTimedOut, PageUnreachable
from sunwi.service.ports import Clock
from sunwi.settings import PAUSE_JITTER, clean_environment

log = structlog.get_logger()

#: Browsers in the order in which they are tried; the shell is the smallest.
KNOWN_BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome", "chrome")

#: Hosts that a page may reach; whatever else it names does not resolve.
ALLOWED_HOSTS = ("naver.me", "naver.com", "*.naver.com", "*.naver.net", "*.pstatic.net")

#: How long drawing a page may take; a look is never lost for its picture.
SCREENSHOT_SECONDS = 5

_ARGUMENTS = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--no-zygote",
    "--disable-breakpad",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-remote-fonts",
    "--blink-settings=imagesEnabled=false",
)


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
    """Opens pages in one warm browser, one context per device.

    Attributes:
        executable: Browser to launch; None means the first of `KNOWN_BROWSERS`, then Playwright's own.
        page_timeout_seconds: For one navigation.
        max_pages: Pages after which the browser is launched anew.
        standin_address: `host:port` that answers for every allowed host instead of Naver.
    """

    clock: Clock
    pace: Pace
    executable: str | None
    page_timeout_seconds: float
    max_pages: int
    standin_address: str | None = None
    _playwright: Playwright | None = field(default=None, init=False)
    _browser: Browser | None = field(default=None, init=False)
    _contexts: dict[Device, BrowserContext] = field(default_factory=dict, init=False)
    _pages_opened: int = field(default=0, init=False)

    def load(
        self, key: PageKey, url: str, *, fresh: bool, wants_screenshot: Callable[[ServedPage], bool]
    ) -> LoadedPage:
        """Open one page, after the pause that is due; a dead browser is replaced once.

        Args:
            key: Its device says which context opens the page.
            url: What to open.
            fresh: Open it in a new context.
            wants_screenshot: Asked once the document is there.

        Raises:
            PageUnreachable: Navigation failed or timed out.
            ConfigurationError: No browser is installed.
        """
        if fresh:
            self._forget(key.device)
        self.pace.wait_turn()
        try:
            return self._load(url, key.device, wants_screenshot)
        except PageUnreachable:
            self._forget(key.device)
            raise
        except PlaywrightError as error:
            was_dead = self._browser is None or not self._browser.is_connected()
            self._forget(key.device)
            if not was_dead:
                raise _unreachable(f"{url} could not be opened", error) from error
            log.warning("browser_replaced", error=_first_line(error))
        finally:
            self.pace.note_loaded()
        try:
            return self._load(url, key.device, wants_screenshot)
        except PlaywrightError as error:
            self._forget(key.device)
            raise _unreachable(f"{url} could not be opened by a fresh browser", error) from error

    def follow(self, url: str) -> str:
        """Give the address at which a link's redirects end.

        Raises:
            PageUnreachable: It leads to a host that is not allowed, in circles, or nowhere.
            ConfigurationError: No browser is installed.
        """
        page = self._context(Device.MOBILE).new_page()
        try:
            page.goto(url, wait_until="domcontentloaded", timeout=self.page_timeout_seconds * 1000)
        except PlaywrightError as error:
            raise _unreachable(f"{url} could not be followed", error) from error
        else:
            return page.url
        finally:
            page.close()

    def start(self) -> str:
        """Launch the browser if need be, and give its version.

        Raises:
            ConfigurationError: No browser is installed.
        """
        return self._running_browser().version

    def close(self) -> None:
        """Close the browser and the driver."""
        self._close_browser()
        if self._playwright is not None:
            self._playwright.stop()
            self._playwright = None

    def _load(self, url: str, device: Device, wants_screenshot: Callable[[ServedPage], bool]) -> LoadedPage:
        started = time.monotonic()
        page = self._context(device).new_page()
        try:
            browser_profile(self._running_browser().version, device).apply(page)
            served = self._navigate(page, url)
            fetched_at = self.clock.now()
            load_seconds = time.monotonic() - started
            screenshot = self._screenshot(page) if wants_screenshot(served) else None
        finally:
            page.close()
        self._pages_opened += 1
        return LoadedPage(served=served, fetched_at=fetched_at, load_seconds=load_seconds, screenshot=screenshot)

    def _screenshot(self, page: Page) -> bytes | None:
        """Take a picture of the whole page; a page that cannot be drawn has none."""
        try:
            return page.screenshot(full_page=True, timeout=SCREENSHOT_SECONDS * 1000)
        except PlaywrightError as error:
            log.warning("screenshot_failed", error=_first_line(error))
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
                return _served(url, answers[-1], final_url=answers[-1].url, html="")
            if failures:
                raise PageUnreachable(f"{url} broke off: {failures[0]}") from error
            raise
        if response is None:
            raise PageUnreachable(f"{url} gave no document")
        html = response.body().decode("utf-8", errors="replace")
        return _served(url, response, final_url=page.url, html=html)

    def _context(self, device: Device) -> BrowserContext:
        browser = self._running_browser()
        if device not in self._contexts:
            self._contexts[device] = browser.new_context(
                **browser_profile(browser.version, device).context_options(),
                service_workers="block",
                accept_downloads=False,
                ignore_https_errors=self.standin_address is not None,
            )
        return self._contexts[device]

    def _running_browser(self) -> Browser:
        if self._browser is not None and (not self._browser.is_connected() or self._pages_opened >= self.max_pages):
            self._close_browser()
        if self._browser is None:
            self._browser = self._launch()
        return self._browser

    def _launch(self) -> Browser:
        """Launch with an environment that has no credentials in it."""
        with clean_environment() as environment:
            if self._playwright is None:
                self._playwright = sync_playwright().start()
            executable = self.executable or find_browser()
            try:
                return self._playwright.chromium.launch(
                    executable_path=executable,
                    args=launch_arguments(self.standin_address),
                    env=dict(environment),
                )
            except PlaywrightError as error:
                raise ConfigurationError(
                    f"no browser could be started ({executable or 'none found'}): {_first_line(error)}. Install "
                    "Debian's chromium-headless-shell or set BROWSER_EXECUTABLE"
                ) from error

    def _forget(self, device: Device) -> None:
        """Drop a context, so that the next look is a fresh one."""
        context = self._contexts.pop(device, None)
        if context is not None and self._browser is not None and self._browser.is_connected():
            context.close()

    def _close_browser(self) -> None:
        browser, self._browser = self._browser, None
        self._contexts.clear()
        self._pages_opened = 0
        if browser is not None and browser.is_connected():
            browser.close()


def find_browser() -> str | None:
    """Find an installed browser; None leaves the choice to Playwright."""
    return next((path for name in KNOWN_BROWSERS if (path := shutil.which(name))), None)


def launch_arguments(standin_address: str | None) -> list[str]:
    """Write Chromium's arguments; its rules for host names allow Naver's only, on every request and redirect.

    Source: docs/adr/0003-egress-by-resolver-rules.md.
    """
    if standin_address is None:
        rules = ["MAP * ~NOTFOUND", *(f"EXCLUDE {host}" for host in ALLOWED_HOSTS)]
    else:
        rules = [*(f"MAP {host} {standin_address}" for host in ALLOWED_HOSTS), "MAP * ~NOTFOUND"]
    return [*_ARGUMENTS, f"--host-resolver-rules={', '.join(rules)}"]


def _is_document(answer: Response, page: Page) -> bool:
    return answer.request.is_navigation_request() and answer.frame == page.main_frame


def _served(url: str, response: Response, *, final_url: str, html: str) -> ServedPage:
    retry_after: Any = response.headers.get("retry-after", "")
    return ServedPage(
        requested_url=url,
        final_url=final_url,
        status=response.status,
        html=html,
        retry_after_seconds=int(retry_after) if retry_after.isascii() and retry_after.isdigit() else None,
    )


def _unreachable(what: str, error: PlaywrightError) -> PageUnreachable:
    kind = PageTimedOut if isinstance(error, PlaywrightTimeout) else PageUnreachable
    return kind(f"{what}: {_first_line(error)}")


def _first_line(error: PlaywrightError) -> str:
    return error.message.splitlines()[0] if error.message else type(error).__name__
