"""Draw the pages of a reading, one after the other, at no measurement's cost."""

from dataclasses import dataclass, field

import structlog

from sunwi.domain.observation import LoadedPage
from sunwi.domain.picture import Drawing, PagePicture
from sunwi.domain.reading import PageReading
from sunwi.service.ports.outside import PageLoader
from sunwi.service.ports.reading_terms import TimeLimit
from sunwi.sites.naver.lists.card_names import describe_drawing

log = structlog.get_logger()


@dataclass(slots=True, kw_only=True)
class DrawPages:
    """Draw each page of one reading once it is read, and close it.

    Attributes:
        limit: Of the reading.
        is_wanted: Draw every page; else only those that cannot be read.
        pictures: Drawn so far, by the number of their page from 1.
    """

    loader: PageLoader
    limit: TimeLimit
    is_wanted: bool
    pictures: dict[int, PagePicture] = field(default_factory=dict, init=False)
    _pages: int = field(default=0, init=False)
    _known_cards: int = field(default=0, init=False)

    def __call__(self, page: LoadedPage, reading: PageReading) -> None:
        """Draw the page that was loaded last, if it is to have a picture and can be drawn, and close it.

        Args:
            page: As loaded.
            reading: What this page and those before it say.
        """
        self._pages += 1
        try:
            if reading.verdict.is_readable and not self.is_wanted:
                return
            picture = self._draw(page, reading)
            # What could not be drawn may have hung: that time is lost once, not with every page.
            self.is_wanted = self.is_wanted and picture is not None
            self._known_cards = len(reading.cards)
            if picture is not None:
                self.pictures[self._pages] = picture
        finally:
            self.loader.leave()

    def _draw(self, page: LoadedPage, reading: PageReading) -> PagePicture | None:
        try:
            return self.loader.draw(self._describe(page, reading), limit=self.limit)
        except Exception:  # a page that was read is measured, however its picture may fail
            log.exception("page_not_drawn", url=page.served.final_url)
            return None

    def _describe(self, page: LoadedPage, reading: PageReading) -> Drawing:
        if not reading.verdict.is_readable:
            return Drawing(is_whole=True)
        cards = reading.cards[self._known_cards :]
        return describe_drawing(page.served, cards=cards, left_out=reading.left_out)
