"""What routes of agencies and clients answer."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, Field

from sunwi.web.openapi.answered import Answered, Document


class Agency(Document):
    """Who sells trackings."""

    id: int
    name: str
    trackings: int
    created_at: datetime


class Client(Document):
    """An advertiser."""

    id: int
    name: str
    agency_id: int | None
    agency: str
    trackings: int
    created_at: datetime


class AgencyPage(Document):
    """One page of a list of agencies."""

    agencies: list[Agency]
    next: str = Field("", description="Only where more follow: the word for `after`.")


class ClientPage(Document):
    """One page of a list of clients."""

    clients: list[Client]
    next: str = Field("", description="Only where more follow: the word for `after`.")


class AgenciesAlike(Document):
    """Groups of agencies whose names look alike."""

    groups: list[list[Agency]]


class ClientsAlike(Document):
    """Groups of clients whose names look alike."""

    groups: list[list[Client]]


class MergedOwner(Document):
    """One of two that become one."""

    id: int
    name: str


class StayingTracking(Document):
    """A tracking that both have: two histories never become one."""

    tracking_id: int
    equal_to: int
    keyword: str


class Merge(Document):
    """What a merge did, or would do."""

    kept: MergedOwner
    other: MergedOwner
    is_applied: bool
    moved: int
    staying: list[StayingTracking]


ANSWERS: Mapping[str, Answered | type[BaseModel]] = {
    "add_agency": Agency,
    "rename_agency": Agency,
    "add_client": Client,
    "rename_client": Client,
    "list_agencies": AgencyPage,
    "list_agencies_alike": AgenciesAlike,
    "merge_agencies": Merge,
    "list_clients": ClientPage,
    "list_clients_alike": ClientsAlike,
    "merge_clients": Merge,
}
