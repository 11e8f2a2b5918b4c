"""Add agencies and clients, and call them otherwise."""

from pydantic import Field

from sunwi.service.accounts.permissions import Action
from sunwi.web.answer import Answer
from sunwi.web.asked.fields import Asked, RowId
from sunwi.web.request import Request
from sunwi.web.route import Route
from sunwi.wording.owner_documents import agency_document, client_document


class OwnerNameBody(Asked):
    """What it is to be called."""

    name: str = Field(max_length=500)


class NewClientBody(OwnerNameBody):
    """A client that is asked for."""

    agency_id: RowId | None = Field(None, description="Left out: of none.")


def add_agency(request: Request[None, OwnerNameBody]) -> Answer:
    """Add an agency."""
    agency = request.house.owners.manage_owners.add_agency(request.actor, request.body.name)
    return Answer(status=201, document=agency_document(agency))


def rename_agency(request: Request[None, OwnerNameBody]) -> Answer:
    """Rename an agency, and what its trackings carry, at once."""
    rename = request.house.owners.manage_owners.rename_agency
    return Answer(document=agency_document(rename(request.actor, request.number("agency_id"), request.body.name)))


def add_client(request: Request[None, NewClientBody]) -> Answer:
    """Add a client, of an agency or of none."""
    asked = request.body
    client = request.house.owners.manage_owners.add_client(request.actor, asked.name, asked.agency_id)
    return Answer(status=201, document=client_document(client))


def rename_client(request: Request[None, OwnerNameBody]) -> Answer:
    """Rename a client, and what its trackings carry, at once."""
    rename = request.house.owners.manage_owners.rename_client
    return Answer(document=client_document(rename(request.actor, request.number("client_id"), request.body.name)))


ROUTES: tuple[Route, ...] = (
    Route(
        name="add_agency",
        method="POST",
        path="/api/v1/agencies",
        action=Action.OWNERS_CHANGE,
        handle=add_agency,
        summary="Add an agency.",
        body=OwnerNameBody,
        success=201,
    ),
    Route(
        name="rename_agency",
        method="PATCH",
        path="/api/v1/agencies/<agency_id>",
        action=Action.OWNERS_CHANGE,
        handle=rename_agency,
        summary="Rename an agency.",
        body=OwnerNameBody,
    ),
    Route(
        name="add_client",
        method="POST",
        path="/api/v1/clients",
        action=Action.OWNERS_CHANGE,
        handle=add_client,
        summary="Add a client, of an agency or of none.",
        body=NewClientBody,
        success=201,
    ),
    Route(
        name="rename_client",
        method="PATCH",
        path="/api/v1/clients/<client_id>",
        action=Action.OWNERS_CHANGE,
        handle=rename_client,
        summary="Rename a client.",
        body=OwnerNameBody,
    ),
)
