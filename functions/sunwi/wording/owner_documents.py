"""Agencies, clients and merges as JSON.

Source: docs/trackings-json.md.
"""

from typing import Any

from sunwi.domain.owner import Agency, Client
from sunwi.domain.owner_list import OwnerPage, OwnerPosition, write_cursor
from sunwi.service.owners.merge_owners import Merge


def agency_document(agency: Agency) -> dict[str, Any]:
    """Write an agency."""
    return {
        "id": agency.id,
        "name": agency.name,
        "trackings": agency.trackings,
        "created_at": agency.created_at.isoformat(),
    }


def client_document(client: Client) -> dict[str, Any]:
    """Write a client."""
    return {
        "id": client.id,
        "name": client.name,
        "agency_id": client.agency_id,
        "agency": client.agency,
        "trackings": client.trackings,
        "created_at": client.created_at.isoformat(),
    }


def agency_page_document(page: OwnerPage[Agency]) -> dict[str, Any]:
    """Write one page of a list; what follows is named only where something does."""
    return {"agencies": [agency_document(agency) for agency in page.owners], **_next(page.next)}


def client_page_document(page: OwnerPage[Client]) -> dict[str, Any]:
    """Write one page of a list; what follows is named only where something does."""
    return {"clients": [client_document(client) for client in page.owners], **_next(page.next)}


def _next(position: OwnerPosition | None) -> dict[str, str]:
    return {} if position is None else {"next": write_cursor(position)}


def merge_document(merge: Merge[Agency] | Merge[Client]) -> dict[str, Any]:
    """Write what a merge did, or would do."""
    return {
        "kept": {"id": merge.kept.id, "name": merge.kept.name},
        "other": {"id": merge.other.id, "name": merge.other.name},
        "is_applied": merge.is_applied,
        "moved": merge.moved,
        "staying": [
            {"tracking_id": pair.stays, "equal_to": pair.equal_to, "keyword": pair.keyword} for pair in merge.staying
        ],
    }
