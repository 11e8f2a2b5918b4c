"""Pages that a test chooses, and what is kept of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sunwi.domain.observation import LoadedPage, LoadedSurface
from sunwi.domain.picture import Drawing, PagePicture, PicturedCard, Rectangle
from sunwi.domain.reading import Card, ServedPage
from sunwi.domain.site import PageAddress, Site
from sunwi.domain.tracking import Device, PageKey, Surface
from sunwi.errors import InvalidInput, Retryable
from sunwi.service.ports.reading_terms import TimeLimit
from sunwi.testing.clock import ManualClock


@dataclass
class CannedPageLoader:
    """Serves pages from memory.

    Attributes:
        serve: Gives the page of a key, or raises what a browser would.
        prepared: Keys of the pages that were readied, in order.
        loads: Keys in the order in which they were asked for.
        fresh: Whether each was to be opened in a new context.
        left_seconds: What each had left when it was asked for.
        drawings: What was to be drawn, in order.
        is_undrawable: Pages cannot be drawn.
    """

    clock: ManualClock
    serve: Callable[[PageKey], ServedPage]
    prepared: list[PageKey] = field(default_factory=list)
    loads: list[PageKey] = field(default_factory=list)
    fresh: list[bool] = field(default_factory=list)
    left_seconds: list[float] = field(default_factory=list)
    drawings: list[Drawing] = field(default_factory=list)
    is_undrawable: bool = False
    _open_url: str = ""

    def prepare(self, site: Site, address: PageAddress, *, fresh: bool, limit: TimeLimit) -> None:
        """Record that a page was readied."""
        del site, fresh, limit
        self.prepared.append(page_key_of(address))

    def load(self, site: Site, address: PageAddress, *, fresh: bool, limit: TimeLimit) -> LoadedPage:
        """Serve a page at once."""
        del site
        key = page_key_of(address)
        self.loads.append(key)
        self.fresh.append(fresh)
        self.left_seconds.append(limit.left_seconds())
        served, self._open_url = self.serve(key), address.url
        return LoadedPage(served=served, fetched_at=self.clock.now(), load_seconds=0.0)

    @property
    def pages_opened(self) -> int:
        """Count what was served."""
        return len(self.loads)

    def draw(self, drawing: Drawing, *, limit: TimeLimit) -> PagePicture | None:
        """Draw the page that is open: a picture that is its address, with a row of 100 pixels for each card."""
        self.drawings.append(drawing)
        if self.is_undrawable or not self._open_url or not limit.left_seconds():
            return None
        return picture_of([sought.card for sought in drawing.cards], data=self._open_url.encode())

    def leave(self) -> None:
        """Close it."""
        self._open_url = ""


def page_key_of(address: PageAddress) -> PageKey:
    """Find what one of Naver's pages is for by its visitor, who is the page's own."""
    surface, device, keyword, location = address.visitor.split("\n")
    return PageKey(Surface(surface), Device(device), keyword, location)


def picture_of(cards: Sequence[Card], *, data: bytes = b"picture") -> PagePicture:
    """Make a picture, 700 pixels wide, with a row of 100 pixels for each card."""
    rows = [Rectangle(0, 100 * number, 700, 100) for number in range(len(cards))]
    pictured = tuple(PicturedCard(card, row) for card, row in zip(cards, rows, strict=True))
    return PagePicture(data=data, width=700, height=100 * max(1, len(cards)), scale=1.0, cards=pictured)


@dataclass
class InMemoryEvidenceStore:
    """Keeps loaded pages in a dict, unless it is away.

    Attributes:
        takes_no_pictures: Only pictures cannot be kept.
    """

    is_away: bool = False
    takes_no_pictures: bool = False
    kept: dict[str, LoadedSurface] = field(default_factory=dict)
    kept_pictures: dict[str, dict[int, PagePicture]] = field(default_factory=dict)

    def keep(self, run_id: str, loaded: LoadedSurface) -> str:
        """Keep it under the run and a number.

        Raises:
            Retryable: It is away.
        """
        if self.is_away:
            raise Retryable("the evidence store cannot be reached")
        key = f"{run_id}/{len(self.kept) + 1}"
        self.kept[key] = loaded
        return key

    def load(self, evidence_key: str) -> list[ServedPage]:
        """Return the pages that were kept.

        Raises:
            InvalidInput: Nothing is kept under the key.
        """
        if evidence_key not in self.kept:
            raise InvalidInput(f"nothing is kept under {evidence_key}")
        return [page.served for page in self.kept[evidence_key].pages]

    def keep_pictures(self, evidence_key: str, pictures: Mapping[int, PagePicture], *, fetched_at: datetime) -> None:  # noqa: ARG002 - kept for ever
        """Keep them by the number of their page.

        Raises:
            Retryable: It takes none.
        """
        if self.takes_no_pictures:
            raise Retryable("the evidence store cannot be reached")
        self.kept_pictures[evidence_key] = dict(pictures)

    def pictures(self, evidence_key: str) -> dict[int, PagePicture]:
        """Return what was kept of a key."""
        return self.kept_pictures.get(evidence_key, {})
