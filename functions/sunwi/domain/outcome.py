"""Three outcomes, never two."""

from dataclasses import dataclass

from sunwi.domain.matching import MatchedBy, find_matches
from sunwi.domain.reading import PageReading, PageVerdict, Presence
from sunwi.domain.tracking import Kind, Target
from sunwi.errors import Blocked, LayoutUnknown, PageTruncated, SunwiError


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposed:
    """The target has a card of its own (노출).

    Attributes:
        rank: 1-based within `area`, the first area that shows it.
        page_rank: 1-based down the main column.
        areas: Every area that shows it, in page order.
        depth: Cards that were looked at.
    """

    rank: int
    area: str
    page_rank: int
    areas: tuple[str, ...]
    depth: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotExposed:
    """The page was read, and the target has no card on it (미노출).

    Attributes:
        depth: Cards that were looked at; 0 when the page has no block for the kind.
        block_absent: The page has no such block.
        matched_by: What a card that is not the target's own has to do with it, if there is one: it links
            the target, or is another post of its author.
        near_rank: Rank of that card.
    """

    depth: int
    block_absent: bool
    matched_by: MatchedBy | None = None
    near_rank: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotMeasured:
    """Nobody could look (미측정)."""

    reason: str
    verdict: PageVerdict

    def as_error(self) -> SunwiError:
        """Give the error that tells a caller what to do next."""
        match self.verdict:
            case PageVerdict.BLOCKED | PageVerdict.LOGIN_WALL:
                return Blocked(self.reason)
            case PageVerdict.TRUNCATED:
                return PageTruncated(self.reason)
            case _:
                return LayoutUnknown(self.reason)


def look_up(reading: PageReading, target: Target) -> Exposed | NotExposed | NotMeasured:
    """Look one target up in one page reading.

    A post on a page without post areas can still have a card of its own among the web results: that is
    exposed, in that area.
    """
    kind = target.kind
    if not reading.verdict.is_readable:
        return NotMeasured(reason=describe(reading), verdict=reading.verdict)
    presence = reading.presence.get(kind, Presence.SUSPECT)
    if reading.verdict is PageVerdict.RECOGNISED_EMPTY or (presence is Presence.ABSENT and kind is Kind.PLACE):
        return NotExposed(depth=0, block_absent=True)
    if presence is Presence.SUSPECT:
        return NotMeasured(
            reason=f"the {kind} block contradicts itself: {describe(reading)}",
            verdict=PageVerdict.LAYOUT_UNKNOWN,
        )
    depth = reading.depth.get(kind, 0)
    matches = find_matches(reading, target)
    own = [match.card for match in matches if match.matched_by is MatchedBy.OWN]
    if own:
        first, areas = own[0], tuple(dict.fromkeys(card.area for card in own))
        return Exposed(rank=first.rank, area=first.area, page_rank=first.page_rank, areas=areas, depth=depth)
    near = matches[0] if matches else None
    return NotExposed(
        depth=depth,
        block_absent=presence is Presence.ABSENT,
        matched_by=near.matched_by if near else None,
        near_rank=near.card.rank if near else None,
    )


def describe(reading: PageReading) -> str:
    """Say in one line what a page was and why it was taken for that."""
    evidence = "; ".join(reading.evidence) or "no evidence"
    return f"{reading.verdict} ({evidence})"
