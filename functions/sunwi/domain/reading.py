"""What one page says, for all kinds at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sunwi.domain.tracking import Device, Kind, Surface


class PageVerdict(StrEnum):
    """What sort of page was served; only the first two can yield a rank or a null rank."""

    RECOGNISED = "recognised"
    RECOGNISED_EMPTY = "recognised_empty"
    BLOCKED = "blocked"
    LOGIN_WALL = "login_wall"
    LAYOUT_UNKNOWN = "layout_unknown"
    TRUNCATED = "truncated"
    #: A whole page without its rows: its own script was to write them, and did not in time.
    UNRENDERED = "unrendered"

    @property
    def is_readable(self) -> bool:
        """Whether the page was positively recognised."""
        return self in {PageVerdict.RECOGNISED, PageVerdict.RECOGNISED_EMPTY}


class Presence(StrEnum):
    """Whether a recognised page has a block for a kind."""

    PRESENT = "present"
    ABSENT = "absent"
    SUSPECT = "suspect"


@dataclass(frozen=True, slots=True)
class Card:
    """One organic result box or item (칸), of whatever site.

    Attributes:
        id: Place number, `blog:<author>/<post>`, `cafe:<cafe>/<article>`, `in:<author>/<content>`
            or `web:<host>/<path>`.
        area: Naver's own area code before any `*`, for example `ugB_bsR`.
        rank: 1-based position within the area; boxes that share an area code count on.
        page_rank: 1-based position down the main column over all areas, places included.
        bundled: Ids of other posts linked inside this card; they have no rank of their own.
        aliases: Other names of the very same post that the page itself gives: `cafe:<cafe number>/<article>`,
            or `blog:*/<post>` for an influencer's card of a blog post (its blog id is not on the page).
    """

    id: str
    area: str
    rank: int
    page_rank: int
    title: str
    url: str
    bundled: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row with an identity that takes no rank, and why: `ad`, `new_opening` or `not_shown`."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """What makes a kind suspect: a card of its own may be missing or out of order.

    Attributes:
        area: Area code, or nothing where no area is known.
        card: What is known of the card: its id, address or position; nothing where all of an area is meant.
        reason: Why it is in doubt, in a few words.
    """

    kind: Kind
    area: str
    card: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReading:
    """What one page says (판독).

    Attributes:
        evidence: Short facts that led to the verdict, in the order they were found.
        presence: For each kind, whether the page has a block for it; empty unless readable.
        depth: For each kind, how many cards were read; 0 where the block is absent.
        cards: In page order; `page_rank` strictly ascending from 1.
        unread: Codes of areas that the page lists and that no card was read of, though such areas hold cards.
        doubts: For each suspect kind at least one; none for the others.
        beyond: Why the rows behind the last card could not be read; None when there are none, or nobody asked for
            them. A target among the cards has its rank all the same; of another nobody knows.
    """

    surface: Surface
    device: Device
    verdict: PageVerdict
    evidence: tuple[str, ...] = ()
    presence: Mapping[Kind, Presence] = field(default_factory=dict)
    depth: Mapping[Kind, int] = field(default_factory=dict)
    cards: tuple[Card, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    unread: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    beyond: PageVerdict | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedPage:
    """A page as the browser got it, before anyone read it.

    Attributes:
        requested_url: What was asked for.
        final_url: Where the redirects ended.
        status: HTTP status of the document, 100–599.
        html: The whole document after load.
        retry_after_seconds: Naver's own Retry-After, when it sent one.
    """

    requested_url: str
    final_url: str
    status: int
    html: str
    retry_after_seconds: int | None = None
