"""What a client pays to have watched."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from sunwi.domain.exposure_criteria import ANY_AREA, ExposureCriteria
from sunwi.domain.typed_text import find_invisible_character, quote
from sunwi.errors import InvalidInput

#: Longest keyword Naver's own search box takes is 255 characters.
MAX_KEYWORD_LENGTH = 255


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
class NewTracking:
    """A tracking before it is stored; equal ones are duplicates, whatever their `target_url` and `counting`."""

    target: Target
    target_url: str
    keyword: str
    surface: Surface = Surface.INTEGRATED
    device: Device = Device.PC
    location: str = ""
    client: str = ""
    agency: str = ""
    counting: ExposureCriteria = ANY_AREA


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracking(NewTracking):
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
        raise InvalidInput(message, korean="키워드가 비어 있습니다: 고객이 검색하는 말을 쓰세요")
    if len(keyword) > MAX_KEYWORD_LENGTH:
        message = f"the keyword has {len(keyword)} characters: Naver takes {MAX_KEYWORD_LENGTH} at most"
        raise InvalidInput(message, korean=f"키워드가 {len(keyword)}자입니다: 최대 {MAX_KEYWORD_LENGTH}자까지 쓰세요")
    if unseen := find_invisible_character(keyword):
        message = f"the keyword {quote(keyword)} has the invisible character {unseen}: remove it"
        raise InvalidInput(
            message, korean=f"키워드 {quote(keyword)}: 보이지 않는 글자 {unseen}이(가) 있습니다. 지우세요"
        )
    return keyword
