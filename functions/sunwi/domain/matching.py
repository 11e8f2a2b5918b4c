"""How a target shows up in a reading: with a card of its own, or only near one.

Source: docs/naver.md, aliases.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sunwi.domain.reading import Card, PageReading
from sunwi.domain.tracking import Target


class MatchedBy(StrEnum):
    """What ties a card to a target; only the first is the target itself."""

    OWN = "own"
    #: Another post's card links the target.
    BUNDLED = "bundled"
    #: The card is another post of the target's author.
    AUTHOR = "author"


@dataclass(frozen=True, slots=True)
class Match:
    """A card that has to do with a target, and how."""

    matched_by: MatchedBy
    card: Card


def find_matches(reading: PageReading, target: Target) -> tuple[Match, ...]:
    """Find every card that has to do with a target, in page order, the target's own ones first.

    Cards of one cafe are not one author's, so a cafe post has no `author` matches.
    """
    names = names_of(reading, target)
    own = [Match(MatchedBy.OWN, card) for card in reading.cards if not names.isdisjoint(_names(card))]
    others = [card for card in reading.cards if names.isdisjoint(_names(card))]
    bundled = [Match(MatchedBy.BUNDLED, card) for card in others if not names.isdisjoint(card.bundled)]
    author = _author_of(target.id)
    same = [Match(MatchedBy.AUTHOR, card) for card in others if author and author in map(_author_of, _names(card))]
    return (*own, *bundled, *same)


def names_of(reading: PageReading, target: Target) -> frozenset[str]:
    """Give all names of a target: a cafe has a short name and a number, which cards of the reading tie together.

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
