"""What a page holds, as its generator knows it: the answer that a reader has to give."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from infra.local.standin.naver.items import Item, Place, Result
from sunwi.domain.tracking import Device, Surface


class AreaKind(StrEnum):
    """Sorts of area that the generator can draw."""

    POWERLINK = "powerlink"
    PLACES = "places"
    OPENINGS = "openings"
    POPULAR = "popular"
    UPPER_BOXES = "upper_boxes"
    LOWER_BOXES = "lower_boxes"
    TOPIC_1 = "topic_1"
    TOPIC_2 = "topic_2"
    POPULAR_CAFE = "popular_cafe"
    INFLUENCERS = "influencers"
    POST_ADS = "post_ads"
    WEB = "web"
    CLIP = "clip"
    SHOPPING = "shopping"
    STORES = "stores"
    IMAGES = "images"
    KEYWORDS = "keywords"
    BRIEFING = "briefing"
    PANEL = "panel"
    RECOMMENDED = "recommended"
    NX_PLACES = "nx_places"
    ADDRESS = "address"
    TOPICS = "topics"
    QUIET = "quiet"
    LISTED_POSTS = "listed_posts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One area of the main column.

    Attributes:
        listed_as: Naver's code as the page's own list has it, with what follows `*`.
        cards: Organic, as shown, first on the page first.
        ads: Paid rows above the organic ones.
        hidden: Organic entries of the page state that no row shows; they follow the shown ones.
        openings: Rows of the block of new openings.
        asides: Places that stand there and are no results: recommendations, places of a trip.
    """

    kind: AreaKind
    listed_as: str
    cards: tuple[Item, ...] = ()
    ads: tuple[Place, ...] = ()
    hidden: tuple[Place, ...] = ()
    openings: tuple[Place, ...] = ()
    asides: tuple[Place, ...] = ()

    @property
    def code(self) -> str:
        """Naver's code without `*` and what follows."""
        return self.listed_as.partition("*")[0]

    @property
    def places(self) -> tuple[Place, ...]:
        """The cards of a place block."""
        return tuple(card for card in self.cards if isinstance(card, Place))

    @property
    def documents(self) -> tuple[Result, ...]:
        """The cards of any other area."""
        return tuple(card for card in self.cards if not isinstance(card, Place))


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedCard:
    """A card with the ranks that a reader has to find, both from 1."""

    item: Item
    area: str
    rank: int
    page_rank: int

    @property
    def id(self) -> str:
        """Identity of what the card shows."""
        return self.item.id

    @property
    def bundled(self) -> tuple[str, ...]:
        """Ids of other posts that are linked inside the card."""
        return tuple(post.id for post in self.item.bundled)

    def as_json(self) -> dict[str, Any]:
        """Return the card as plain data."""
        return {
            "id": self.id,
            "area": self.area,
            "rank": self.rank,
            "page_rank": self.page_rank,
            "title": self.item.title,
            "url": self.item.url,
            "bundled": list(self.bundled),
            "aliases": list(self.item.aliases),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTruth:
    """One page, in full."""

    seed: int
    keyword: str
    device: Device
    areas: tuple[Area, ...]

    @property
    def cards(self) -> tuple[RankedCard, ...]:
        """All organic cards in page order; areas that share a code count on."""
        return tuple(self._ranked())

    @property
    def left_out(self) -> dict[str, str]:
        """Rows and state entries that take no rank: id → `ad`, `new_opening`, `recommended` or `not_shown`.

        A place that pays for a row can have an organic row as well: then it stands here and among the cards.
        """
        reasons: dict[str, str] = {}
        for area in self.areas:
            reasons |= {item.id: "not_shown" for item in area.hidden}
            reasons |= {item.id: "new_opening" for item in area.openings}
            reasons |= {item.id: "recommended" for item in area.asides}
            reasons |= {item.id: "ad" for item in area.ads}
        return reasons

    @property
    def has_places(self) -> bool:
        """Whether the page has a place block."""
        return any(area.kind in {AreaKind.PLACES, AreaKind.NX_PLACES} for area in self.areas)

    @property
    def ssc(self) -> str:
        """Naver's own name of the integrated page of this device."""
        return "tab.nx.all" if self.device is Device.PC else "tab.m.all"

    def find(self, target_id: str) -> RankedCard | None:
        """Return the first card of a target, or None when no card shows it."""
        return next((card for card in self.cards if card.id == target_id or target_id in card.item.aliases), None)

    def as_json(self) -> dict[str, Any]:
        """Return the truth as plain data."""
        return {
            "seed": self.seed,
            "keyword": self.keyword,
            "device": self.device.value,
            "areas": [area.listed_as for area in self.areas],
            "surface": Surface.INTEGRATED.value,
            "cards": [card.as_json() for card in self.cards],
            "left_out": self.left_out,
        }

    def _ranked(self) -> Iterator[RankedCard]:
        counts: dict[str, int] = {}
        page_rank = 0
        for area in self.areas:
            for item in area.cards:
                page_rank += 1
                counts[area.code] = counts.get(area.code, 0) + 1
                yield RankedCard(item=item, area=area.code, rank=counts[area.code], page_rank=page_rank)
