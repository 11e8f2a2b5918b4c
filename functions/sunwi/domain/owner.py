"""Agencies (업체) and clients (광고주): whom trackings belong to."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sunwi.domain.typed_text import is_invisible


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """Who sells trackings.

    Attributes:
        name: Unique.
        created_at: Aware UTC; of one whose name trackings carried before, since the first of them.
        trackings: Number of its trackings, ended ones too.
    """

    id: int
    name: str
    created_at: datetime
    trackings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """An advertiser.

    Attributes:
        name: Unique within its agency, and among the clients that have none.
        agency_id: None where nobody but the client itself is known.
        agency: Name of the agency; empty without one.
        created_at: As of an agency.
        trackings: As of an agency.
    """

    id: int
    name: str
    agency_id: int | None
    agency: str
    created_at: datetime
    trackings: int


@dataclass(frozen=True, slots=True)
class EqualTrackings:
    """Two trackings that would be one if their clients, or agencies, were.

    Attributes:
        stays: Id of the one that cannot move.
        equal_to: Id of the one that stands where it would go.
        keyword: Of both.
    """

    stays: int
    equal_to: int
    keyword: str


def look_alike_key(name: str) -> str:
    """Return what is left of a name without case, spaces, invisible characters and ways of composing a letter.

    `㈜ 강남치과`, `(주)강남치과` and the same in decomposed Hangul leave one; whether it is one client, a person knows.
    """
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(letter for letter in plain if not letter.isspace() and not is_invisible(letter))


def find_look_alikes(names: Iterable[str]) -> list[list[str]]:
    """Return the groups of different names that look alike, both in the order in which they were given."""
    groups: dict[str, list[str]] = {}
    for name in dict.fromkeys(names):
        groups.setdefault(look_alike_key(name), []).append(name)
    return [group for group in groups.values() if len(group) > 1]
