"""Agencies and clients: listed, found to look alike, made one."""

from pydantic import Field

from sunwi.domain.owner_list import OwnerQuery, read_cursor
from sunwi.service.accounts.permissions import Action
from sunwi.service.owners.page_owners import MAX_PAGE_LENGTH
from sunwi.web.answer import Answer
from sunwi.web.asked.fields import PAGE_LENGTH, Asked, Cursor, RowId, Word
from sunwi.web.request import Request
from sunwi.web.route import Route
from sunwi.wording.owner_documents import (
    agency_document,
    agency_page_document,
    client_document,
    client_page_document,
    merge_document,
)


class OwnerListQuery(Asked):
    """Which of them, and from where on."""

    text: Word = Field("", description="That the name has in it, in whatever case.")
    limit: int = Field(PAGE_LENGTH, ge=1, le=MAX_PAGE_LENGTH)
    after: Cursor = None


class MergeBody(Asked):
    """Who becomes one with the one that the address names."""

    other_id: RowId
    apply: bool = Field(default=False, description="Do it; without, only what would be done is said.")


def list_agencies(request: Request[OwnerListQuery, None]) -> Answer:
    """Answer with one page of the agencies that the caller sees."""
    return Answer(document=agency_page_document(request.house.owners.page_owners.agencies(_query(request))))


def list_clients(request: Request[OwnerListQuery, None]) -> Answer:
    """Answer with one page of the clients that the caller sees."""
    return Answer(document=client_page_document(request.house.owners.page_owners.clients(_query(request))))


def list_agencies_alike(request: Request[None, None]) -> Answer:
    """Answer with agencies whose names look alike."""
    groups = request.house.owners.page_owners.look_alikes(request.actor).agencies
    return Answer(document={"groups": [[agency_document(agency) for agency in group] for group in groups]})


def list_clients_alike(request: Request[None, None]) -> Answer:
    """Answer with clients of one agency whose names look alike."""
    groups = request.house.owners.page_owners.look_alikes(request.actor).clients
    return Answer(document={"groups": [[client_document(client) for client in group] for group in groups]})


def merge_agencies(request: Request[None, MergeBody]) -> Answer:
    """Move an agency's clients and trackings to another, or say what that would move."""
    merge, asked = request.house.owners.merge_owners.merge_agencies, request.body
    done = merge(request.actor, request.number("agency_id"), asked.other_id, apply=asked.apply)
    return Answer(document=merge_document(done))


def merge_clients(request: Request[None, MergeBody]) -> Answer:
    """Move a client's trackings to another of the same agency, or say what that would move."""
    merge, asked = request.house.owners.merge_owners.merge_clients, request.body
    done = merge(request.actor, request.number("client_id"), asked.other_id, apply=asked.apply)
    return Answer(document=merge_document(done))


def _query(request: Request[OwnerListQuery, None]) -> OwnerQuery:
    asked = request.query
    after = None if asked.after is None else read_cursor(asked.after)
    return OwnerQuery(actor=request.actor, text=asked.text, limit=asked.limit, after=after)


ROUTES: tuple[Route, ...] = (
    Route(
        name="list_agencies",
        method="GET",
        path="/api/v1/agencies",
        action=Action.OWNERS_READ,
        handle=list_agencies,
        summary="List agencies by name, with the number of their trackings.",
        query=OwnerListQuery,
    ),
    Route(
        name="list_agencies_alike",
        method="GET",
        path="/api/v1/agencies/look-alikes",
        action=Action.OWNERS_READ,
        handle=list_agencies_alike,
        summary="List agencies whose names differ only in case, spaces or how letters are composed.",
    ),
    Route(
        name="merge_agencies",
        method="POST",
        path="/api/v1/agencies/<agency_id>/merge",
        action=Action.OWNERS_CHANGE,
        handle=merge_agencies,
        summary="Move another agency's clients and trackings to this one.",
        body=MergeBody,
    ),
    Route(
        name="list_clients",
        method="GET",
        path="/api/v1/clients",
        action=Action.OWNERS_READ,
        handle=list_clients,
        summary="List clients by agency and name, with the number of their trackings.",
        query=OwnerListQuery,
    ),
    Route(
        name="list_clients_alike",
        method="GET",
        path="/api/v1/clients/look-alikes",
        action=Action.OWNERS_READ,
        handle=list_clients_alike,
        summary="List clients of one agency whose names differ only in case, spaces or how letters are composed.",
    ),
    Route(
        name="merge_clients",
        method="POST",
        path="/api/v1/clients/<client_id>/merge",
        action=Action.OWNERS_CHANGE,
        handle=merge_clients,
        summary="Move another client's trackings to this one, of the same agency.",
        body=MergeBody,
    ),
)
