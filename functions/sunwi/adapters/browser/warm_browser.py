"""One browser with its driver: launched late, kept warm, replaced as a whole."""

import math
import resource
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import structlog
from playwright.sync_api import Browser, Playwright, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from sunwi.adapters.browser.browser_folder import (
    empty_temporary_folder,
    free_temporary_bytes,
    make_browser_folder,
    remove_browser_folder,
)
from sunwi.adapters.browser.process_privacy import hide_from_children
from sunwi.adapters.process.process_tree import (
    adopt_orphans,
    child_pids,
    end_children,
    kill_trees,
    killed_after,
    tree_usage,
)
from sunwi.domain.site import Site
from sunwi.errors import ConfigurationError, PageUnreachable, SunwiError
from sunwi.settings import clean_environment

log = structlog.get_logger()

#: Browsers in the order in which they are tried; the shell is the smallest.
KNOWN_BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome", "chrome")

#: How long a browser may take to close before it is killed.
CLOSE_SECONDS = 3
#: How long driver and browser may take to start before they are killed.
LAUNCH_SECONDS = 15
#: A launch that fails sooner is tried once more: it has removed what earlier browsers had left.
LAUNCH_AGAIN_SECONDS = 5
#: A launch that has less time than this is not tried.
LEAST_LAUNCH_SECONDS = 1
#: Left of the temporary folder, in which pages share their memory, when a browser is replaced.
MIN_FREE_BYTES = 64_000_000

#: Variables that say where a program may write.
_HOMES = ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")

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
    # A new page of a context opens in the process that its other pages have.
    "--renderer-process-limit=1",
)


@dataclass(slots=True, kw_only=True)
class WarmBrowser:
    """Keeps at most one browser, which serves one site, and everything of it in one folder.

    A page of another site gets a browser of its own: hosts are allowed by arguments of the launch, and no cookie, cache
    or process of one site is ever where pages of another are opened. Source: docs/adr/0045-sites-and-lanes.md.

    Driver and browser live and end together: half a second once in some hundred pages buys that no memory, file or
    process of either outlives a replacement.

    Attributes:
        executable: Browser to launch; None means the first of `KNOWN_BROWSERS`, then Playwright's own.
        max_pages: Pages after which it is launched anew.
        max_memory_bytes: Resident memory of this process and all below it, at which it is launched anew.
        standin_address: `host:port` that answers for every host of a site instead of the site.
        is_alone: This process runs nothing but this browser, so what is left behind, below it or in the temporary
            folder, is the browser's; its own environment and memory are hidden from the browser.
        launches: How often a browser was launched.
        launch_seconds: How long the last launch took, driver included.
        pages: Pages opened in this browser.
    """

    executable: str | None
    max_pages: int
    max_memory_bytes: int
    standin_address: str | None = None
    is_alone: bool = False
    launches: int = field(default=0, init=False)
    launch_seconds: float = field(default=0.0, init=False)
    pages: int = field(default=0, init=False)
    _site: Site | None = field(default=None, init=False)
    _folder: Path | None = field(default=None, init=False)
    _playwright: Playwright | None = field(default=None, init=False)
    _browser: Browser | None = field(default=None, init=False)
    _others: set[int] = field(default_factory=set, init=False)

    def running(self, site: Site, *, within_seconds: float = math.inf, is_checked: bool = False) -> Browser:
        """Return the browser; a dead or used-up one, or another site's, is replaced first.

        Args:
            site: Whose hosts its pages reach, and no others.
            within_seconds: What a launch may take, if that is less than it may take anyway.
            is_checked: It was found not to be used up since the last page.

        Raises:
            ConfigurationError: None is installed.
            PageUnreachable: There is one, and it did not start.
        """
        browser = self._browser
        if browser is not None and (
            self._site != site or not browser.is_connected() or (not is_checked and self._is_used_up())
        ):
            self.close()
        return self._browser or self._launch_twice(site, within_seconds)

    def is_lost(self, error: PlaywrightError) -> bool:
        """Return whether an error means that browser or driver have ended, which a browser may learn late."""
        return self._browser is None or not self._browser.is_connected() or "closed" in first_line(error)

    def close(self) -> None:
        """End browser and driver, by force when they take too long, and remove their folder."""
        browser, self._browser = self._browser, None
        playwright, self._playwright = self._playwright, None
        self.pages = 0
        with killed_after(CLOSE_SECONDS, self._started), suppress(PlaywrightError):
            if browser is not None:
                browser.close()
        with killed_after(CLOSE_SECONDS, self._started), suppress(PlaywrightError):
            if playwright is not None:
                playwright.stop()
        kill_trees(self._started())
        if self.is_alone:
            end_children()
            empty_temporary_folder()
        folder, self._folder = self._folder, None
        if folder is not None:
            remove_browser_folder(folder)

    @contextmanager
    def bounded(self, seconds: float) -> Iterator[Event]:
        """Kill the browser when the block takes longer, so that no page can hold this process.

        Yields:
            An event that is set once it was killed.
        """
        with killed_after(seconds, self._started) as is_killed:
            yield is_killed

    def _started(self) -> set[int]:
        """Return the children that came with the browser; a child of somebody else's is none of them."""
        return child_pids() - self._others if self._folder is not None else set()

    def _is_used_up(self) -> bool:
        rss_bytes, is_full = tree_usage().rss_bytes, self.is_alone and free_temporary_bytes() < MIN_FREE_BYTES
        is_used_up = is_full or self.pages >= self.max_pages or rss_bytes >= self.max_memory_bytes
        if is_used_up:
            log.info("browser_recycled", pages=self.pages, rss_bytes=rss_bytes, is_temporary_folder_full=is_full)
        return is_used_up

    def _launch_twice(self, site: Site, within_seconds: float) -> Browser:
        """Launch, and once more if that failed soon."""
        started = time.monotonic()
        try:
            return self._launch(site, within_seconds)
        except PageUnreachable as error:
            took = time.monotonic() - started
            if took >= LAUNCH_AGAIN_SECONDS or within_seconds - took < LEAST_LAUNCH_SECONDS:
                raise
            log.warning("browser_not_started", error=str(error))
        return self._launch(site, within_seconds - (time.monotonic() - started))

    def _launch(self, site: Site, within_seconds: float) -> Browser:
        """Launch with an environment that has no credentials in it, and a folder of its own to write to."""
        started = time.monotonic()
        if self.is_alone:
            adopt_orphans()
            hide_from_children()
        self._others = child_pids()
        executable = self.executable or find_browser()
        try:
            self._folder = make_browser_folder()
            with (
                killed_after(max(0.0, min(LAUNCH_SECONDS, within_seconds)), self._started),
                _no_core_files(),
                clean_environment(temporary_folder=self._folder) as environment,
            ):
                self._playwright = _start_driver()
                self._browser = self._playwright.chromium.launch(
                    executable_path=executable,
                    args=launch_arguments(site, self.standin_address),
                    env={**environment, **dict.fromkeys(_HOMES, str(self._folder))},
                )
        except (PlaywrightError, OSError) as error:
            self.close()
            raise _launch_error(executable, error) from error
        self._site = site
        self.launches += 1
        self.launch_seconds = time.monotonic() - started
        return self._browser


def find_browser() -> str | None:
    """Find an installed browser; None leaves the choice to Playwright."""
    return next((path for name in KNOWN_BROWSERS if (path := shutil.which(name))), None)


def launch_arguments(site: Site, standin_address: str | None) -> list[str]:
    """Write Chromium's arguments; its rules for host names allow a site's only, on every request and redirect.

    Args:
        site: Whose hosts resolve.
        standin_address: `host:port` that all of them resolve to; None leaves them to the resolver.

    Source: docs/adr/0003-egress-by-resolver-rules.md.
    """
    if standin_address is None:
        checked = dict(site.checked)
        mapped = [f"MAP {host} {f'[{number}]' if ':' in number else number}" for host, number in checked.items()]
        excluded = [f"EXCLUDE {host}" for host in site.hosts if host not in checked]
        rules = [*mapped, "MAP * ~NOTFOUND", *excluded]
    else:
        rules = [*(f"MAP {host} {standin_address}" for host in site.hosts), "MAP * ~NOTFOUND"]
    return [*_ARGUMENTS, f"--host-resolver-rules={', '.join(rules)}"]


def first_line(error: Exception) -> str:
    """Return the first line of what an error says; Playwright's go on with a call log."""
    return (str(error).splitlines() or [type(error).__name__])[0]


def _launch_error(executable: str | None, error: Exception) -> SunwiError:
    """Distinguish a browser that is not there from one that did not start this time."""
    text = f"no browser could be started ({executable or 'none found'}): {first_line(error)}"
    if "executable doesn't exist" in str(error).lower():
        return ConfigurationError(
            f"{text}. Install Debian's chromium-headless-shell or set BROWSER_EXECUTABLE",
            code="browser_missing",
            executable=executable,
        )
    return PageUnreachable(
        f"{text}. If this does not pass, look at the memory and the temporary folder",
        code="browser_not_started",
        executable=executable,
    )


def _start_driver() -> Playwright:
    """Start Playwright's driver.

    Raises:
        PlaywrightError: It ended while it was starting.
    """
    try:
        return sync_playwright().start()
    except PlaywrightError:
        raise
    except Exception as error:  # Playwright has no class for this one
        raise PlaywrightError(f"the driver did not start: {first_line(error)}") from error


@contextmanager
def _no_core_files() -> Iterator[None]:
    """Keep processes started inside the block from leaving an image of their memory when they crash."""
    before = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, before)
