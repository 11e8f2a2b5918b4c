"""The state of place pages: which places Naver lists, in which order.

Source: docs/naver.md, place block and place list.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl

from sunwi.naver.document import PageDocument, assigned_values, decode_value

_STATE = "__APOLLO_STATE__"
_ASSIGNMENT = re.compile(r"__APOLLO_STATE__[\"'\]]*\s*=\s*(?=\{)")
#: Fields known to hold the organic order; a new field is found by its shape.
_KNOWN_LISTS = frozenset({"restaurantList", "placeList", "hairshopList", "hospitals", "places"})
_OPENING_KEYS = re.compile(r"filterOpening\\*\"\s*:\s*true|openingPlace|\"nop_")
#: Characters before an assignment that name the block it belongs to.
_OWNER_LENGTH = 40
_PLACE_NUMBER = re.compile(r"[1-9][0-9]{5,11}")
_MARKUP = re.compile(r"<[^<>]{1,20}>")


@dataclass(frozen=True, slots=True)
class Listing:
    """One list of places in the page state.

    Attributes:
        ids: Place numbers in Naver's order, paid entries left out.
        query: The keyword that the list says it answers; None where it does not say.
        total: How many places Naver says there are.
        raw_ids: Place numbers of all entries, paid ones included; nothing for an entry without number.
        new: Place numbers that the list itself marks as new openings.
    """

    name: str
    is_opening: bool
    ids: tuple[str, ...]
    query: str | None
    total: int | None
    raw_ids: tuple[str, ...]
    new: frozenset[str]

    @property
    def is_known(self) -> bool:
        """Whether the field is known to hold an organic order."""
        return self.name in _KNOWN_LISTS

    @property
    def is_paid(self) -> bool:
        """Whether the list is one of advertisements."""
        return self.name.startswith("adBusinesses")


@dataclass(frozen=True, slots=True)
class PlaceState:
    """What the page state says about places.

    Attributes:
        organic: Place numbers in Naver's order; None where no state lists any.
        ads: Place numbers that are shown because someone paid.
        openings: Place numbers of the block of new openings.
        names: Name by place number.
        listings: Every list of places, in page order.
    """

    organic: tuple[str, ...] | None = None
    ads: frozenset[str] = frozenset()
    openings: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)
    listings: tuple[Listing, ...] = ()

    @property
    def orders(self) -> tuple[tuple[str, ...], ...]:
        """Every organic order that the state has of a known field, the usual one first."""
        known = (item.ids for item in self.listings if item.is_known and not (item.is_opening or item.is_paid))
        return (*([self.organic] if self.organic else []), *known)


def read_place_state(document: PageDocument) -> PlaceState:
    """Read every state blob of the page; the organic order is in at most one of them."""
    listings: list[Listing] = []
    names: dict[str, str] = {}
    for assignment, blob in assigned_values(document, _STATE, _ASSIGNMENT):
        if isinstance(blob, dict):
            listings.extend(_read_listings(blob, is_opening=_is_of_openings(assignment)))
            names.update(_read_names(blob))
    ads = frozenset(number for listing in listings if listing.name.startswith("ad") for number in listing.ids)
    openings = frozenset(number for listing in listings if listing.is_opening for number in listing.ids)
    chosen = choose_listing(listings)
    organic = (chosen.ids or None) if chosen else None
    return PlaceState(organic, ads, openings, names, tuple(listings))


def choose_listing(listings: list[Listing] | tuple[Listing, ...]) -> Listing | None:
    """Choose the organic list: the first of a known field that is not empty, else the longest of unknown fields."""
    candidates = [listing for listing in listings if not listing.is_opening and not listing.is_paid]
    known = [listing for listing in candidates if listing.is_known and listing.ids]
    return known[0] if known else max(candidates, key=lambda listing: len(listing.ids), default=None)


def _is_of_openings(assignment: re.Match[str]) -> bool:
    owner = assignment.string[max(0, assignment.start() - _OWNER_LENGTH) : assignment.start()]
    return ".nop." in owner.rpartition("\n")[2]


def _read_listings(blob: dict[str, object], *, is_opening: bool) -> Iterator[Listing]:
    root = blob.get("ROOT_QUERY")
    if not isinstance(root, dict):
        return
    for key, value in root.items():
        name, _, arguments = str(key).partition("(")
        listing = _read_listing(blob, name, arguments, value)
        if listing is not None:
            yield replace(listing, is_opening=True) if is_opening else listing


def _read_listing(blob: dict[str, object], name: str, arguments: str, value: object) -> Listing | None:
    """Read a list field: its items, or its businesses' items; None when it holds no places.

    A paid entry (`nad-…`) within a known list is no place of the organic order; a list that is only
    known by its shape must hold places of one sort and nothing else.
    """
    if not isinstance(value, dict):
        return None
    holder = value.get("businesses") if isinstance(value.get("businesses"), dict) else value
    items = holder.get("items") if isinstance(holder, dict) else None
    if not isinstance(items, list) or not isinstance(holder, dict):
        return None
    is_known = name in _KNOWN_LISTS
    types = {str(item.get("__ref", "")).partition(":")[0] for item in items if isinstance(item, dict)}
    organic = [item for item in items if not (is_known and "nad-" in str(item))]
    ids = tuple(number for item in organic if (number := _place_number(blob, item)) is not None)
    if len(ids) != len(organic) or not (is_known or len(types) <= 1):
        return None
    total = holder.get("total")
    return Listing(
        name=name,
        is_opening=_OPENING_KEYS.search(arguments) is not None,
        ids=ids,
        query=_asked_query(arguments, holder),
        total=total if isinstance(total, int) else None,
        raw_ids=tuple(_place_number(blob, item) or "" for item in items),
        new=frozenset(
            number for item in organic if _is_new(blob, item) and (number := _place_number(blob, item)) is not None
        ),
    )


def _asked_query(arguments: str, holder: dict[str, object]) -> str | None:
    decoded = decode_value(arguments, 0) if arguments.startswith("{") else None
    fields = decoded[0] if decoded is not None and isinstance(decoded[0], dict) else {}
    inner = fields.get("input")
    for source in (inner if isinstance(inner, dict) else {}, fields):
        if isinstance(source.get("query"), str):
            return str(source["query"])
    said = holder.get("queryString")
    return dict(parse_qsl(said)).get("q") if isinstance(said, str) else None


def _entity(blob: dict[str, object], item: object) -> dict[str, object]:
    found = blob.get(str(item.get("__ref", "")), item) if isinstance(item, dict) else None
    return found if isinstance(found, dict) else {}


def _is_new(blob: dict[str, object], item: object) -> bool:
    return _entity(blob, item).get("newOpening") is True


def _place_number(blob: dict[str, object], item: object) -> str | None:
    if not isinstance(item, dict):
        return None
    own = str(_entity(blob, item).get("id", ""))
    parts = str(item.get("__ref", "")).split(":")[1:]
    return next((text for text in (own, *parts) if _PLACE_NUMBER.fullmatch(text)), None)


def _read_names(blob: dict[str, object]) -> Iterator[tuple[str, str]]:
    for entity in blob.values():
        if isinstance(entity, dict) and "name" in entity and _PLACE_NUMBER.fullmatch(str(entity.get("id", ""))):
            yield str(entity["id"]), _MARKUP.sub("", str(entity["name"]))
