"""What a client pays to have watched."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from sunwi.domain.exposure_criteria import ANY_AREA, ExposureCriteria
from sunwi.domain.session import DEFAULT_SESSION_DAYS
from sunwi.domain.typed_text import find_invisible_character, quote
from sunwi.errors import InvalidInput

#: Longest keyword Naver's own search box takes is 255 characters.
MAX_KEYWORD_LENGTH = 255

#: Worst rank that is worth a promise: as many cards as the deepest surface is read.
MAX_TARGET_RANK = 300


class Kind(StrEnum):
    """What is looked for (유형)."""

    PLACE = "place"
    BLOG = "blog"
    CAFE = "cafe"


class Surface(StrEnum):
    """The page that is read (화면)."""

    INTEGRATED = "integrated"
    PLACE_LIST = "place_list"
    BLOG_TAB = "blog_tab"
    CAFE_TAB = "cafe_tab"


#: Kinds that each surface shows.
KINDS_OF_SURFACE: Mapping[Surface, frozenset[Kind]] = MappingProxyType(
    {
        Surface.INTEGRATED: frozenset(Kind),
        Surface.PLACE_LIST: frozenset({Kind.PLACE}),
        Surface.BLOG_TAB: frozenset({Kind.BLOG}),
        Surface.CAFE_TAB: frozenset({Kind.CAFE}),
    }
)


class Device(StrEnum):
    """The browser profile that reads the page."""

    PC = "pc"
    MOBILE = "mobile"


class TrackingStatus(StrEnum):
    """Whether a tracking is measured at night."""

    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"
    ENDED = "ENDED"


@dataclass(frozen=True, slots=True)
class Target:
    """The canonical identity that is looked for (대상).

    Attributes:
        kind: What the id names.
        id: `1648862917` for a place, `blog:<author>/<post>`, `cafe:<cafe>/<article>`: the same form
            as `Card.id`.
    """

    kind: Kind
    id: str


@dataclass(frozen=True, slots=True)
class PageKey:
    """One page as Naver would serve it; trackings with equal keys share a page reading.

    Attributes:
        location: `""` (the caller's own place) or `"<longitude>,<latitude>"` in degrees, WGS 84.
    """

    surface: Surface
    device: Device
    keyword: str
    location: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingTerms:
    """What is watched for whom, and what is sold.

    Attributes:
        counting: Which cards count as exposed.
        session_days: Exposed days that each session sells, `MIN_SESSION_DAYS` to `MAX_SESSION_DAYS`; fixed once the
            ledger has a day of the tracking.
        target_rank: The worst rank that was promised, 1 to `MAX_TARGET_RANK`; None when none was.
    """

    target: Target
    target_url: str
    keyword: str
    surface: Surface = Surface.INTEGRATED
    device: Device = Device.PC
    location: str = ""
    client: str = ""
    agency: str = ""
    counting: ExposureCriteria = ANY_AREA
    session_days: int = DEFAULT_SESSION_DAYS
    target_rank: int | None = None

    @property
    def identity(self) -> tuple[str, ...]:
        """What no two trackings share: what is watched, then for whom."""
        return (
            self.target.kind.value,
            self.keyword,
            self.target.id,
            self.surface.value,
            self.device.value,
            self.location,
            self.client,
            self.agency,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTracking(TrackingTerms):
    """A tracking before it is stored; those of one identity are duplicates.

    Attributes:
        tags: Words that an agency sorts its trackings by.
    """

    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracking(TrackingTerms):
    """A stored tracking (추적).

    Attributes:
        current_session: Number of the session (회차) that the next exposed day counts for, from 1.
        created_at: Aware UTC.
    """

    id: int
    status: TrackingStatus
    current_session: int
    created_at: datetime

    @property
    def page_key(self) -> PageKey:
        """The page that answers this tracking."""
        return PageKey(self.surface, self.device, self.keyword, self.location)


def normalise_keyword(text: str) -> str:
    """Trim a keyword and compose its Hangul (NFC); inner spaces stay as typed.

    Raises:
        InvalidInput: Empty, longer than `MAX_KEYWORD_LENGTH`, or with characters in it
            that nobody can see.
    """
    keyword = unicodedata.normalize("NFC", text).strip()
    if not keyword:
        message = "the keyword is empty: type the words a customer would search for"
        raise InvalidInput(message, code="keyword_empty")
    if len(keyword) > MAX_KEYWORD_LENGTH:
        message = f"the keyword has {len(keyword)} characters: Naver takes {MAX_KEYWORD_LENGTH} at most"
        raise InvalidInput(message, code="keyword_too_long", length=len(keyword), longest=MAX_KEYWORD_LENGTH)
    if unseen := find_invisible_character(keyword):
        message = f"the keyword {quote(keyword)} has the invisible character {unseen}: remove it"
        raise InvalidInput(message, code="keyword_has_invisible", keyword=keyword, character=unseen)
    return keyword
