"""A card as a reader found it, before it is numbered."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sunwi.domain.reading import Card
from sunwi.domain.tracking import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCard:
    """A card with its place in the document.

    Attributes:
        position: Grows down the page.
        id: None for a card that was seen and whose identity cannot be read: it takes a rank.
        numbered: Rank within its area that Naver itself logs with a click on the card, where it does.
        may_be: Of a card without identity, the kinds that it may be of; none of a video, say, or a question.
    """

    position: int
    area: str
    id: str | None
    title: str = ""
    url: str = ""
    bundled: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    numbered: int | None = None
    may_be: frozenset[Kind] = frozenset()


def number_cards(found: Iterable[FoundCard]) -> tuple[Card, ...]:
    """Count cards down the page and within each area; cards without identity leave a gap."""
    ranks: Counter[str] = Counter()
    cards: list[Card] = []
    for page_rank, card in enumerate(sorted(found, key=lambda card: card.position), start=1):
        ranks[card.area] += 1
        if card.id is not None:
            cards.append(
                Card(
                    id=card.id,
                    area=card.area,
                    rank=ranks[card.area],
                    page_rank=page_rank,
                    title=card.title,
                    url=card.url,
                    bundled=card.bundled,
                    aliases=card.aliases,
                )
            )
    return tuple(cards)
