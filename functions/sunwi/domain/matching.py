"""How a target shows up in a reading: with a card of its own, or only near one.

Source: docs/naver.md, aliases.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sunwi.domain.exposure_criteria import ANY_AREA, ExposureCriteria
from sunwi.domain.reading import Card, PageReading
from sunwi.domain.tracking import Target


class MatchedBy(StrEnum):
    """What ties a card to a target; only the first two are the target itself."""

    OWN = "own"
    #: It has a card of its own, in an area that does not count for the tracking.
    ELSEWHERE = "elsewhere"
    #: Another post's card links the target.
    BUNDLED = "bundled"
    #: The card is another post of the target's author.
    AUTHOR = "author"


@dataclass(frozen=True, slots=True)
class Match:
    """A card that has to do with a target, how, and whether that is exposure."""

    matched_by: MatchedBy
    card: Card
    counts: bool = False


def find_matches(reading: PageReading, target: Target, counting: ExposureCriteria = ANY_AREA) -> tuple[Match, ...]:
    """Find every card that has to do with a target: those that count, its own, those that bundle it, its author's.

    Each sort is in page order, but areas that count go before the others. Cards of one cafe are not one
    author's, so a cafe post has no `author` matches.
    """
    names = names_of(reading, target)
    author = _author_of(target.id)
    found: list[Match] = []
    for card in reading.cards:
        allowed = counting.covers(card.area)
        if not names.isdisjoint(_names(card)):
            found.append(Match(MatchedBy.OWN if allowed else MatchedBy.ELSEWHERE, card, counts=allowed))
            continue
        if not names.isdisjoint(card.bundled):
            found.append(Match(MatchedBy.BUNDLED, card, counts=allowed and counting.bundled))
        if author and author in map(_author_of, _names(card)):
            found.append(Match(MatchedBy.AUTHOR, card))
    order = list(MatchedBy)
    return tuple(
        sorted(
            found,
            key=lambda match: (not match.counts, order.index(match.matched_by), not counting.covers(match.card.area)),
        )
    )


def names_of(reading: PageReading, target: Target) -> frozenset[str]:
    """Return all names of a target: a cafe has a short name and a number, which cards of the reading tie together.

    A blog post is also known by its number alone, as an influencer's card names it; post numbers are
    unique over all blogs.
    """
    scheme, _, path = target.id.partition(":")
    holder, _, number = path.partition("/")
    if scheme == "blog":
        return frozenset({target.id, f"blog:*/{number}"})
    if scheme != "cafe":
        return frozenset({target.id})
    cafes = {holder}
    for card in reading.cards:
        tied = {name.partition("/")[0].removeprefix("cafe:") for name in _names(card) if name.startswith("cafe:")}
        cafes |= tied if holder in tied else set()
    return frozenset(f"cafe:{cafe}/{number}" for cafe in cafes)


def _names(card: Card) -> Iterator[str]:
    yield card.id
    yield from card.aliases


def _author_of(name: str) -> str | None:
    scheme, _, path = name.partition(":")
    author = path.partition("/")[0]
    return f"{scheme}:{author}" if scheme in {"blog", "in"} and author != "*" else None
