"""Draw the pages of a reading, one after the other, at no measurement's cost."""

from dataclasses import dataclass, field, replace

from sunwi.domain.observation import LoadedPage
from sunwi.domain.picture import Drawing
from sunwi.domain.reading import PageReading
from sunwi.naver.card_names import describe_drawing
from sunwi.service.ports import PageLoader
from sunwi.service.reading_terms import TimeLimit


@dataclass(slots=True, kw_only=True)
class DrawPages:
    """Draw each page of one reading once it is read, and close it.

    Attributes:
        limit: Of the reading.
        is_wanted: Draw every page; else only those that cannot be read.
    """

    loader: PageLoader
    limit: TimeLimit
    is_wanted: bool
    _known_cards: int = field(default=0, init=False)

    def __call__(self, page: LoadedPage, reading: PageReading) -> LoadedPage:
        """Add its picture to the page that was loaded last, if it is to have one and can be drawn.

        Args:
            page: As loaded.
            reading: What this page and those before it say.
        """
        try:
            if not reading.verdict.is_readable:
                return replace(page, picture=self.loader.draw(Drawing(is_whole=True), limit=self.limit))
            if not self.is_wanted:
                return page
            cards = reading.cards[self._known_cards :]
            drawing = describe_drawing(page.served, cards=cards, left_out=reading.left_out)
            picture = self.loader.draw(drawing, limit=self.limit)
            # What could not be drawn may have hung: that time is lost once, not with every page.
            self.is_wanted = picture is not None
            self._known_cards = len(reading.cards)
            return replace(page, picture=picture)
        finally:
            self.loader.leave()
