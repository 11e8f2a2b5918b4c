"""The state of place pages: which places Naver lists, in which order.

Source: docs/naver.md, place block and place list.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sunwi.sites.naver.blocks.state_lists import Listing, is_place_number, read_details, read_listings, read_recommended
from sunwi.sites.naver.document import PageDocument, assigned_values, decode_value

_STATE = "__APOLLO_STATE__"
#: The state is an object, or the text of one that a script decodes.
_ASSIGNMENT = re.compile(r"__APOLLO_STATE__[\"'\]]*\s*=\s*(?:(?=\{)|JSON\.parse\(\s*(?=\"))")
#: Characters before an assignment that name the block it belongs to.
_OWNER_LENGTH = 40
_MARKUP = re.compile(r"<[^<>]{1,20}>")


@dataclass(frozen=True, slots=True)
class PlaceState:
    """What the page state says about places.

    Attributes:
        organic: Place numbers in Naver's order; None where no state lists any.
        ads: Place numbers that are shown because someone paid.
        openings: Place numbers of the block of new openings.
        names: Name by place number.
        listings: Every list of places, in page order.
        details: Place numbers that a panel describes, each once, in page order.
        recommended: Place numbers that are recommended beside others.
        is_empty: A state is assigned, and none has anything in it: a script is to fill it.
    """

    organic: tuple[str, ...] | None = None
    ads: frozenset[str] = frozenset()
    openings: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)
    listings: tuple[Listing, ...] = ()
    details: tuple[str, ...] = ()
    recommended: frozenset[str] = frozenset()
    is_empty: bool = False

    @property
    def orders(self) -> tuple[tuple[str, ...], ...]:
        """Every organic order that the state has of a known field, the usual one first."""
        known = (item.ids for item in self.listings if item.is_known and item.is_organic)
        return (*([self.organic] if self.organic else []), *known)

    @property
    def ranked(self) -> frozenset[str]:
        """Place numbers of all these orders together."""
        return frozenset(number for order in self.orders for number in order)

    @property
    def says_empty(self) -> bool:
        """Whether a list that is known to hold the organic order is there, and none has any entry."""
        known = [listing for listing in self.listings if listing.is_known and listing.is_organic]
        return bool(known) and not any(listing.raw_ids for listing in known)


def read_place_state(document: PageDocument) -> PlaceState:
    """Read every state blob of the page; the organic order is in at most one of them."""
    listings: list[Listing] = []
    names: dict[str, str] = {}
    details: dict[str, None] = {}
    recommended: set[str] = set()
    blobs: list[dict[str, object]] = []
    for assignment, value in assigned_values(document, _STATE, _ASSIGNMENT):
        decoded = decode_value(value, 0) if isinstance(value, str) else (value, 0)
        blob = decoded[0] if decoded is not None else None
        if isinstance(blob, dict):
            is_opening = _is_of_openings(assignment)
            listings += [replace(item, is_opening=True) if is_opening else item for item in read_listings(blob)]
            names.update(_read_names(blob))
            details.update(dict.fromkeys(read_details(blob)))
            recommended.update(read_recommended(blob))
            blobs.append(blob)
    ads = frozenset(number for listing in listings if listing.name.startswith("ad") for number in listing.ids)
    openings = frozenset(number for listing in listings if listing.is_opening for number in listing.ids)
    chosen = choose_listing(listings)
    organic = (chosen.ids or None) if chosen else None
    state = PlaceState(
        organic=organic,
        ads=ads,
        openings=openings,
        names=names,
        listings=tuple(listings),
        details=tuple(details),
        is_empty=bool(blobs) and not any(blobs),
    )
    return replace(state, recommended=frozenset(recommended) - state.ranked)


def choose_listing(listings: Sequence[Listing]) -> Listing | None:
    """Choose the organic list: the first of a known field that is not empty, else the longest of unknown fields."""
    candidates = [listing for listing in listings if listing.is_organic]
    known = [listing for listing in candidates if listing.is_known and listing.ids]
    return known[0] if known else max(candidates, key=lambda listing: len(listing.ids), default=None)


def _is_of_openings(assignment: re.Match[str]) -> bool:
    owner = assignment.string[max(0, assignment.start() - _OWNER_LENGTH) : assignment.start()]
    return ".nop." in owner.rpartition("\n")[2]


def _read_names(blob: dict[str, object]) -> Iterator[tuple[str, str]]:
    for entity in blob.values():
        if isinstance(entity, dict) and "name" in entity and is_place_number(entity.get("id", "")):
            yield str(entity["id"]), _MARKUP.sub("", str(entity["name"]))
