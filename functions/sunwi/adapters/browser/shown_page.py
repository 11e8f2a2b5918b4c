"""The page that was loaded last, which stays open until it is drawn."""

from dataclasses import dataclass, field

import structlog
from playwright.sync_api import Page, Request

from sunwi.adapters.browser.browser_profile import BrowserProfile
from sunwi.adapters.browser.page_picture import draw_page
from sunwi.domain.picture import Drawing, PagePicture

log = structlog.get_logger()


@dataclass  # without slots: the driver keeps an attribute of its own on whoever listens
class ShownPage:
    """A page with the document that was read of it, unless it has gone on to another one since.

    Attributes:
        page: The browser's.
        profile: That opened it.
    """

    page: Page
    profile: BrowserProfile
    _has_gone_on: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self.page.on("request", self._watch)

    def draw(self, drawing: Drawing) -> PagePicture | None:
        """Draw it; a picture of another document than the one that was read would prove nothing.

        Raises:
            PlaywrightError: It cannot be drawn.
        """
        picture = None if self._has_gone_on else draw_page(self.page, drawing, self.profile.site.layout)
        if self._has_gone_on:
            log.warning("picture_of_another_document", url=self.page.url)
            return None
        return picture

    def _watch(self, request: Request) -> None:
        if request.is_navigation_request() and request.frame == self.page.main_frame:
            self._has_gone_on = True
