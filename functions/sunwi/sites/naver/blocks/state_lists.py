"""Lists of places within one state blob of a page.

Source: docs/naver.md, place block and place list.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from sunwi.sites.naver.document import decode_value

#: Fields known to hold the organic order; a new field is found by its shape.
_KNOWN_LISTS = frozenset({"restaurantList", "placeList", "hairshopList", "hospitals", "places", "nxPlaces"})
#: Fields that list places beside others, and never an order of search results.
_RECOMMENDING = frozenset({"poiRecommendations", "otherBusinesses", "trips"})
#: Field that describes one place.
_DETAIL = "placeDetail"
_OPENING_KEYS = re.compile(r"filterOpening\\*\"\s*:\s*true|openingPlace|\"nop_")
_KEY = re.compile(r"(\w+)[(:]?")
_PLACE_NUMBER = re.compile(r"[1-9][0-9]{5,11}")
#: What places have, and other things with numbers (pictures, reviews, films) have not.
_OF_PLACES = frozenset({"address", "businessCategory", "category", "commonAddress", "roadAddress"})
#: Levels of objects within a field, or within its arguments, that are searched.
_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Listing:
    """One list of places in the page state.

    Attributes:
        ids: Place numbers in Naver's order, paid entries left out.
        query: The keyword that the list says it answers; None where it does not say.
        start: Number of its first entry, from 1, as it says it was asked for; None where it does not say.
        total: How many places Naver says there are.
        raw_ids: Place numbers of all entries, paid ones included; nothing for an entry without number.
        new: Place numbers that the list itself marks as new openings.
    """

    name: str
    is_opening: bool
    ids: tuple[str, ...]
    query: str | None
    start: int | None
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

    @property
    def is_organic(self) -> bool:
        """Whether it may be the organic order."""
        return not (self.is_opening or self.is_paid)


def read_listings(blob: Mapping[str, object]) -> Iterator[Listing]:
    """Read every field of the root query that lists places, in page order."""
    root = blob.get("ROOT_QUERY")
    for key, value in root.items() if isinstance(root, dict) else ():
        match = _KEY.match(str(key))
        if match is None or match[1] in _RECOMMENDING:
            continue
        listing = _read_listing(blob, match[1], str(key)[match.end() :], value)
        if listing is not None:
            yield listing


def read_recommended(blob: Mapping[str, object]) -> Iterator[str]:
    """Read the numbers of the places that are recommended beside another one, or listed as goals of trips."""
    root = blob.get("ROOT_QUERY")
    for key, value in root.items() if isinstance(root, dict) else ():
        match = _KEY.match(str(key))
        if match is not None and match[1] in _RECOMMENDING:
            yield from _numbers_within(blob, value, 0)


def _numbers_within(blob: Mapping[str, object], value: object, level: int) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            number = _place_number(blob, item)
            if number is not None:
                yield number
            elif level < 2 * _DEEPEST:
                yield from _numbers_within(blob, item, level + 1)
    elif isinstance(value, dict) and level < 2 * _DEEPEST:
        for inner in _entity(blob, value).values():
            yield from _numbers_within(blob, inner, level + 1)


def read_details(blob: Mapping[str, object]) -> Iterator[str]:
    """Read the numbers of the places that the page describes one by one, as a panel does."""
    root = blob.get("ROOT_QUERY")
    for key, value in root.items() if isinstance(root, dict) else ():
        match = _KEY.match(str(key))
        if match is None or match[1] != _DETAIL:
            continue
        asked = _field_within(_decode_arguments(str(key)[match.end() :]), "id", 0)
        base = _place_number(blob, _entity(blob, value).get("base"))
        number = asked if is_place_number(asked) else base
        if number is not None:
            yield str(number)


def is_place_number(text: object) -> bool:
    """Whether it has the form of a place number."""
    return _PLACE_NUMBER.fullmatch(str(text)) is not None


def _read_listing(blob: Mapping[str, object], name: str, arguments: str, value: object) -> Listing | None:
    """Read a list field; None when it holds no places.

    A paid entry (`nad-…`) within a known list is no place of the organic order; a list that is only
    known by its shape must hold places of one sort and nothing else.
    """
    is_known = name in _KNOWN_LISTS or name.startswith("adBusinesses")
    found = _find_items(blob, value, 0, is_known=is_known)
    if found is None:
        return None
    holder, items = found
    organic = [item for item in items if not (name in _KNOWN_LISTS and "nad-" in str(item))]
    ids = tuple(number for item in organic if (number := _place_number(blob, item)) is not None)
    if len(ids) != len(organic):
        return None
    total, asked = holder.get("total"), _decode_arguments(arguments)
    return Listing(
        name=name,
        is_opening=_OPENING_KEYS.search(arguments) is not None,
        ids=ids,
        query=_asked_query(asked, holder),
        start=start if isinstance(start := _field_within(asked, "start", 0), int) else None,
        total=total if isinstance(total, int) else None,
        raw_ids=tuple(_place_number(blob, item) or "" for item in items),
        new=frozenset(
            number
            for item in organic
            if _entity(blob, item).get("newOpening") is True and (number := _place_number(blob, item)) is not None
        ),
    )


def _find_items(
    blob: Mapping[str, object], value: object, level: int, *, is_known: bool
) -> tuple[dict[str, object], list[object]] | None:
    """Find the entries of a list field, and what holds them: `items`, of its businesses first, else by their shape."""
    holder = _entity(blob, value)
    businesses = _entity(blob, holder.get("businesses"))
    for named in (businesses, holder):
        items = named.get("items")
        if isinstance(items, list) and (is_known or _are_places(blob, items)):
            return named, items
    for inner in holder.values():
        if isinstance(inner, list) and inner and _are_places(blob, inner):
            return holder, inner
        if isinstance(inner, dict) and level < _DEEPEST:
            found = _find_items(blob, inner, level + 1, is_known=False)
            if found is not None:
                return found
    return None


def _are_places(blob: Mapping[str, object], items: Sequence[object]) -> bool:
    """Whether all entries of a list are places of one sort."""
    types = {str(item.get("__ref", "")).partition(":")[0] for item in items if isinstance(item, dict)}
    return len(types) <= 1 and all(
        _place_number(blob, item) is not None and not _OF_PLACES.isdisjoint(_entity(blob, item)) for item in items
    )


def _decode_arguments(arguments: str) -> object:
    start = arguments.find("{")
    decoded = decode_value(arguments, start) if start >= 0 else None
    return None if decoded is None else decoded[0]


def _asked_query(asked: object, holder: Mapping[str, object]) -> str | None:
    query = _field_within(asked, "query", 0)
    if isinstance(query, str):
        return query
    said = holder.get("queryString")
    return dict(parse_qsl(said)).get("q") if isinstance(said, str) else None


def _field_within(value: object, name: str, level: int) -> object:
    """Find a field in what was asked for, however deep its input stands; None where it is not."""
    if not isinstance(value, dict) or level > _DEEPEST:
        return None
    if isinstance(value.get(name), str | int):
        return value[name]
    inner = (_field_within(part, name, level + 1) for part in value.values())
    return next((found for found in inner if found is not None), None)


def _entity(blob: Mapping[str, object], item: object) -> dict[str, object]:
    found = blob.get(str(item.get("__ref", "")), item) if isinstance(item, dict) else None
    return found if isinstance(found, dict) else {}


def _place_number(blob: Mapping[str, object], item: object) -> str | None:
    if not isinstance(item, dict):
        return None
    own = str(_entity(blob, item).get("id", ""))
    parts = str(item.get("__ref", "")).split(":")[1:]
    return next((text for text in (own, *parts) if is_place_number(text)), None)
