"""The picture of a page, and where each card stands in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sunwi.domain.exposure_criteria import ExposureCriteria
from sunwi.domain.matching import MatchedBy, find_matches
from sunwi.domain.reading import Card, PageReading, PageVerdict
from sunwi.domain.tracking import Device, Surface, Target

#: A picture is stored for every page that bills, for good: what is larger is drawn again, smaller or coarser.
MAX_PICTURE_BYTES = 300_000

#: What shows a target: its own card, or another post's card that links it.
_SHOWING = frozenset({MatchedBy.OWN, MatchedBy.BUNDLED})


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Part of a picture, in its pixels, from its upper left corner."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class SoughtCard:
    """A card whose place on the page is wanted.

    Attributes:
        names: Words of an address that leads to the card, for each of its names: all words of one name are in it.
    """

    card: Card
    names: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """What is to be drawn of the page that was loaded last.

    Attributes:
        cards: Down the page; their rectangles are wanted.
        others: Names, as those of `SoughtCard`, of rows that are no cards: no rectangle may reach over them.
        markup: What is drawn in the page's place, where a script would have put it into another page.
        is_whole: Draw the whole page instead of its main column.
    """

    cards: tuple[SoughtCard, ...] = ()
    others: tuple[tuple[str, ...], ...] = ()
    markup: str | None = None
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class PicturedCard:
    """A card of the page.

    Attributes:
        rectangle: None when no element of the page could be tied to the card, or it lies outside of the picture.
    """

    card: Card
    rectangle: Rectangle | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePicture:
    """A picture of one page.

    Attributes:
        data: WebP, at most `MAX_PICTURE_BYTES`.
        width: In pixels, as `height`.
        scale: Pixels of the picture per CSS pixel of the page.
        cards: In page order.
    """

    data: bytes
    width: int
    height: int
    scale: float
    cards: tuple[PicturedCard, ...] = ()


def find_pictured(
    cards: Iterable[PicturedCard], target: Target, *, area: str | None, rank: int | None
) -> PicturedCard | None:
    """Find the card that shows a target, by its identity: a later correction does not reach the ranks kept beside it.

    Args:
        cards: Of all pages of a load.
        target: What was looked for.
        area: What the ledger says, as `rank`; decides between several cards of the target.
        rank: Within the area.
    """
    pictured = {(each.card.page_rank, each.card.id): each for each in cards}
    matches = find_matches(
        _reading_of([each.card for each in pictured.values()]), target, ExposureCriteria(bundled=True)
    )
    shown = [match.card for match in matches if match.matched_by in _SHOWING]
    shown.sort(key=lambda card: (card.area != area, card.rank != rank))
    return pictured[shown[0].page_rank, shown[0].id] if shown else None


def _reading_of(cards: Sequence[Card]) -> PageReading:
    """Make a reading of nothing but cards, which is all that a match asks for."""
    return PageReading(surface=Surface.INTEGRATED, device=Device.PC, verdict=PageVerdict.RECOGNISED, cards=tuple(cards))
