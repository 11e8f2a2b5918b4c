"""Three outcomes, never two."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sunwi.domain.exposure_criteria import ANY_AREA, ExposureCriteria
from sunwi.domain.matching import Match, MatchedBy, find_matches
from sunwi.domain.reading import PageReading, PageVerdict, Presence
from sunwi.domain.tracking import Kind, Target
from sunwi.errors import Blocked, LayoutUnknown, PageTruncated, PageUnrendered, SunwiError


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposed:
    """The target has a card that counts (노출).

    Attributes:
        rank: 1-based within `area`, the first area that counts and shows it.
        page_rank: 1-based down the main column.
        areas: Every area that shows it, in page order, whether it counts or not.
        depth: Cards that were read.
        matched_by: `OWN`, or `BUNDLED` where the tracking counts that.
    """

    rank: int
    area: str
    page_rank: int
    areas: tuple[str, ...]
    depth: int
    matched_by: MatchedBy = MatchedBy.OWN


@dataclass(frozen=True, slots=True, kw_only=True)
class NotExposed:
    """The page was read, and the target has no card on it that counts (미노출).

    Attributes:
        depth: Cards that were read; 0 when the page has no block for the kind.
        block_absent: The page has no such block, or none of the areas that count.
        matched_by: What a card that does not count has to do with the target, if there is one: it is the
            target's own in another area, links the target, or is another post of its author.
        near_rank: Rank of that card within its area.
        near_area: That area.
    """

    depth: int
    block_absent: bool
    matched_by: MatchedBy | None = None
    near_rank: int | None = None
    near_area: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotMeasured:
    """Nothing could be observed (미측정)."""

    reason: str
    verdict: PageVerdict

    def as_error(self, *, retry_after: timedelta | None = None) -> SunwiError:
        """Return the error that tells a caller what to do next.

        Args:
            retry_after: How long the page asked to be left alone.
        """
        match self.verdict:
            case PageVerdict.BLOCKED | PageVerdict.LOGIN_WALL:
                return Blocked(self.reason, retry_after=retry_after)
            case PageVerdict.TRUNCATED:
                return PageTruncated(self.reason)
            case PageVerdict.UNRENDERED:
                return PageUnrendered(self.reason)
            case _:
                return LayoutUnknown(self.reason)


def look_up(
    reading: PageReading, target: Target, counting: ExposureCriteria = ANY_AREA
) -> Exposed | NotExposed | NotMeasured:
    """Look one target up in one page reading, by what counts for its tracking.

    A post on a page without post areas can still have a card of its own among the web results: that is
    exposed, in that area. A target whose cards all stand in areas that do not count is not exposed. Of an area
    that is listed and could not be read nobody knows.
    """
    kind = target.kind
    presence = reading.presence.get(kind, Presence.SUSPECT)
    if reading.verdict is PageVerdict.RECOGNISED_EMPTY:
        return NotExposed(depth=0, block_absent=True)
    if unreadable := _judge_page(reading, kind):
        return unreadable
    matches = find_matches(reading, target, counting)
    cards = [card for card in reading.cards if counting.covers(card.area)]
    depth = len(cards) if counting.areas else reading.depth.get(kind, 0)
    lacks_block = presence is Presence.ABSENT and kind is Kind.PLACE and not counting.areas
    if matches and matches[0].counts and not lacks_block:
        return _exposed(matches, depth)
    if unknown := _judge_rest(reading, counting, depth):
        return unknown
    near = matches[0] if matches else None
    return NotExposed(
        depth=depth,
        block_absent=not cards if counting.areas else presence is Presence.ABSENT,
        matched_by=near.matched_by if near else None,
        near_rank=near.card.rank if near else None,
        near_area=near.card.area if near else None,
    )


def _judge_page(reading: PageReading, kind: Kind) -> NotMeasured | None:
    """Describe why nothing on a page can be relied on for a kind; None when it can."""
    if not reading.verdict.is_readable:
        return NotMeasured(reason=describe(reading), verdict=reading.verdict)
    if reading.presence.get(kind, Presence.SUSPECT) is Presence.SUSPECT:
        return NotMeasured(
            reason=f"the {kind} block contradicts itself: {describe(reading)}",
            verdict=PageVerdict.LAYOUT_UNKNOWN,
        )
    return None


def _judge_rest(reading: PageReading, counting: ExposureCriteria, depth: int) -> NotMeasured | None:
    """Describe why a target that no card shows could still stand where nothing was read; None when it could not."""
    unread = [code for code in reading.unread if counting.areas and counting.covers(code)]
    if unread:
        return NotMeasured(
            reason=f"{', '.join(unread)} is listed, but no card of it could be read: {describe(reading)}",
            verdict=PageVerdict.LAYOUT_UNKNOWN,
        )
    if reading.beyond is not None:
        return NotMeasured(
            reason=f"not among the {depth} that were read, and what lies behind could not be: {describe(reading)}",
            verdict=reading.beyond,
        )
    return None


def _exposed(matches: Sequence[Match], depth: int) -> Exposed:
    """State the first match; a bundled one counts only where no own card does."""
    first = matches[0]
    showing = {MatchedBy.OWN, MatchedBy.ELSEWHERE, first.matched_by}
    cards = sorted((match.card for match in matches if match.matched_by in showing), key=lambda card: card.page_rank)
    return Exposed(
        rank=first.card.rank,
        area=first.card.area,
        page_rank=first.card.page_rank,
        areas=tuple(dict.fromkeys(card.area for card in cards)),
        depth=depth,
        matched_by=first.matched_by,
    )


def describe(reading: PageReading) -> str:
    """Describe in one line what a page was and why it was taken for that."""
    evidence = "; ".join(reading.evidence) or "no evidence"
    return f"{reading.verdict} ({evidence})"
