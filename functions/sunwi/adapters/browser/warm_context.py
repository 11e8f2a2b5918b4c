"""One visitor's context in the warm browser, and the renderer process that it keeps."""

from dataclasses import dataclass
from typing import Any, Self

from playwright.sync_api import Browser, BrowserContext, Page


@dataclass(slots=True)
class WarmContext:
    """A browser context with an empty page in it, which keeps the renderer process that the next page opens in.

    To start a process is most of what a new page costs. Pages come and go, so that nothing of one but what its context
    stores (cookies, local storage, cache) is there for the next.
    """

    context: BrowserContext
    _keeper: Page | None = None

    @classmethod
    def open(cls, browser: Browser, options: dict[str, Any], *, is_standin: bool) -> Self:
        """Open a context.

        Args:
            browser: That its pages are opened in.
            options: Of the profile.
            is_standin: A stand-in answers, whose certificate nobody has signed.
        """
        return cls(
            browser.new_context(
                **options, service_workers="block", accept_downloads=False, ignore_https_errors=is_standin
            )
        )

    def warm_up(self) -> None:
        """Start the process that pages open in, unless it runs.

        Raises:
            PlaywrightError: It cannot be started.
        """
        if self._keeper is None:
            self._keeper = self.context.new_page()

    def new_page(self) -> Page:
        """Return an empty page."""
        self.warm_up()
        return self.context.new_page()

    def is_left_with_more(self) -> bool:
        """Return whether a closed page has left something: windows that it opened.

        Raises:
            PlaywrightError: The renderer process has ended, or its context.
        """
        if self._keeper is None:
            return bool(self.context.pages)
        # Answered only once no script that the page has left keeps the process busy.
        self._keeper.evaluate("0")
        return self.context.pages != [self._keeper]

    def close(self) -> None:
        """Close all of it."""
        self.context.close()
