"""What is stored of a page load and of what was observed in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sunwi.domain.exposure_criteria import ANY_AREA, ExposureCriteria
from sunwi.domain.picture import PagePicture
from sunwi.domain.reading import PageReading, ServedPage
from sunwi.domain.tracking import PageKey


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedPage:
    """A page with the circumstances of its load.

    Attributes:
        fetched_at: Aware UTC, when the document had arrived.
        load_seconds: From navigation start to `fetched_at`.
    """

    served: ServedPage
    fetched_at: datetime
    load_seconds: float


@dataclass(frozen=True, slots=True)
class LoadedSurface:
    """All that was loaded of one surface, and what it says.

    Attributes:
        pages: In the order of their loads, at least one.
        pictures: What pages looked like that were drawn, by their number from 1.
    """

    key: PageKey
    pages: tuple[LoadedPage, ...]
    reading: PageReading
    parser_version: str
    pictures: Mapping[int, PagePicture] = field(default_factory=dict)

    @property
    def fetched_at(self) -> datetime:
        """When the last page had arrived: the load was complete then."""
        return self.pages[-1].fetched_at

    @property
    def load_seconds(self) -> float:
        """Seconds that its pages took to load, the pauses between them not counted."""
        return sum(page.load_seconds for page in self.pages)

    @property
    def retry_after(self) -> timedelta | None:
        """How long the last page asked to be left alone, if it did."""
        seconds = self.pages[-1].served.retry_after_seconds
        return None if seconds is None else timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReading:
    """A page reading before it is stored.

    Attributes:
        evidence_key: Where its pages are kept; None when they are not.
        is_second_look: The page was loaded again to confirm that a block is gone.
    """

    run_id: str
    loaded: LoadedSurface
    evidence_key: str | None
    is_second_look: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReading:
    """A page reading as the run's other trackings find it.

    Attributes:
        retry_after: How long the page asked to be left alone; known to the attempt that loaded it alone.
    """

    id: int
    reading: PageReading
    fetched_at: datetime
    is_second_look: bool
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One tracking looked up in one page reading (관측).

    Attributes:
        rank: 1-based within `area`; None means observed and not exposed.
        depth: Cards that were read.
        matched_by: `own`, or what ties the nearest other card to the target; None when there is none.
        near_rank: Rank of that other card within `near_area`; None unless it does not count.
        counting: What the observation counted, whatever the tracking counts later.
    """

    tracking_id: int
    run_id: str
    page_reading_id: int
    fetched_at: datetime
    rank: int | None
    area: str | None
    page_rank: int | None
    depth: int
    block_absent: bool
    matched_by: str | None
    near_rank: int | None
    near_area: str | None = None
    counting: ExposureCriteria = ANY_AREA
