"""What makes a kind suspect: the one place that says so.

Doubt has a price: a kind that is suspect is not measured, and a day that was not measured is lost. So a kind is
doubted only where a card *of its own* may be missing or out of order:

- an area that must hold cards of the kind is listed, and none of it could be read;
- a card that may be of the kind cannot be named (a video, a question, an image or a foreign site is of no kind of
  ours: it takes its rank without a name);
- a box could not be cut into cards, so that the ranks behind it are not known;
- a card of the kind stands where the page lists no area, or in no card at all.

Naver's own numbers running ahead of the boxes cast no doubt: it numbers a site once for each of its links.

Source: docs/adr/0038-doubt-has-a-price.md.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from sunwi.domain.reading import Doubt, Presence
from sunwi.domain.tracking import Kind
from sunwi.sites.naver.blocks.found_card import FoundCard
from sunwi.sites.naver.links.links import LinkForm

POST_KINDS = frozenset({Kind.BLOG, Kind.CAFE})
_KINDS_OF_FORM = {
    LinkForm.BLOG_POST: Kind.BLOG,
    LinkForm.BLOG_PAGE: Kind.BLOG,
    LinkForm.INFLUENCER_POST: Kind.BLOG,
    LinkForm.INFLUENCER_PAGE: Kind.BLOG,
    LinkForm.CAFE_POST: Kind.CAFE,
    LinkForm.CAFE_PAGE: Kind.CAFE,
}
#: Areas that hold posts of one kind alone.
_AREAS_OF_KIND = (
    (re.compile(r"[a-z]{2}[A-Z]_c[te]R"), frozenset({Kind.CAFE})),
    (re.compile(r"[a-z]{2}[A-Z]_ipR"), frozenset({Kind.BLOG})),
)


def kinds_of_area(code: str) -> frozenset[Kind]:
    """Return the kinds whose posts an area of posts can hold."""
    return next((kinds for codes, kinds in _AREAS_OF_KIND if codes.fullmatch(code)), POST_KINDS)


def kinds_of_forms(forms: Iterable[LinkForm]) -> frozenset[Kind]:
    """Return the kinds that a card's links speak of, those of its author included."""
    return frozenset(_KINDS_OF_FORM[form] for form in forms if form in _KINDS_OF_FORM)


def doubt_unread_area(code: str) -> Iterator[Doubt]:
    """Doubt what an area holds that is listed, and of which no card could be read."""
    for kind in sorted(kinds_of_area(code)):
        yield Doubt(kind=kind, area=code, card="", reason=f"{code} is listed, but no card could be read")


def doubt_nameless_cards(cards: Sequence[FoundCard]) -> Iterator[Doubt]:
    """Doubt the kinds that cards without a name may be of, each card by its rank."""
    ranks: dict[str, int] = {}
    for card in cards:
        ranks[card.area] = ranks.get(card.area, 0) + 1
        if card.id is None:
            for kind in sorted(card.may_be):
                shown = card.title or card.url or f"number {ranks[card.area]}"
                yield Doubt(kind=kind, area=card.area, card=shown, reason=f"a card of {card.area} cannot be named")


def doubt_unlisted_area(code: str, cards: Iterable[FoundCard]) -> Iterator[Doubt]:
    """Doubt the kinds of the cards of an area that is shown in the midst of others, and not listed."""
    for card in cards:
        for kind in sorted(_kinds_of_card(card)):
            yield Doubt(kind=kind, area=code, card=card.id or "", reason=f"{code} is shown, but not listed")


def doubt_stray_post(name: str) -> Doubt:
    """Doubt the kind of a post that stands in an area of which no card was read."""
    kind = Kind.CAFE if name.startswith("cafe:") else Kind.BLOG
    return Doubt(kind=kind, area="", card=name, reason=f"{name} stands in an area of unknown sort")


def doubt_uncut_post(name: str, area: str) -> Iterator[Doubt]:
    """Doubt all posts for one that stands among the cards of a box and in none: the ranks behind it are not known."""
    for kind in sorted(POST_KINDS):
        yield Doubt(kind=kind, area=area, card=name, reason=f"{name} stands in no card of {area}")


def doubt_places(reason: str, area: str, number: str = "") -> Doubt:
    """Doubt the places: rows and page state disagree, at the place of this number or as a whole."""
    return Doubt(kind=Kind.PLACE, area=area, card=number, reason=reason)


def doubt_stray_place(number: str) -> Doubt:
    """Doubt the places for one that stands in no row that was read."""
    return doubt_places(f"{number} stands in an area of unknown sort", "", number)


def presence_of(kind: Kind, doubts: Iterable[Doubt], *, has_cards: bool) -> Presence:
    """Conclude whether a page has a block for a kind."""
    if any(doubt.kind is kind for doubt in doubts):
        return Presence.SUSPECT
    return Presence.PRESENT if has_cards else Presence.ABSENT


def _kinds_of_card(card: FoundCard) -> frozenset[Kind]:
    if card.id is None:
        return card.may_be
    scheme = card.id.partition(":")[0]
    return {"blog": frozenset({Kind.BLOG}), "in": frozenset({Kind.BLOG}), "cafe": frozenset({Kind.CAFE})}.get(
        scheme, frozenset()
    )
