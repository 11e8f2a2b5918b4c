"""Whose rights somebody is to get, checked and said."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sunwi.domain.account import Account
from sunwi.domain.actor import Role
from sunwi.errors import InvalidInput
from sunwi.service.ports.outside import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What an account may do, and for whom.

    Attributes:
        role: ADMIN, AGENCY or ADVERTISER.
        agency_id: Of an agency's account; of an advertiser's, filled in from the client.
        client_id: Of an advertiser's account.
    """

    role: Role
    agency_id: int | None = None
    client_id: int | None = None

    @property
    def document(self) -> Mapping[str, Any]:
        """They, for the audit."""
        return {"role": self.role.value, "agency_id": self.agency_id, "client_id": self.client_id}


def rights_of(account: Account) -> Rights:
    """Return what an account may do."""
    return Rights(role=account.role, agency_id=account.agency_id, client_id=account.client_id)


def check_rights(tx: Transaction, asked: Rights) -> Rights:
    """Return rights with the agency of their client.

    Raises:
        InvalidInput: No such role, agency or client, or one is missing or too many.
    """
    match asked.role:
        case Role.ADMIN:
            _refuse(asked.agency_id is not None or asked.client_id is not None, asked.role)
            return asked
        case Role.AGENCY:
            _refuse(asked.client_id is not None, asked.role)
            return _of_agency(tx, asked)
        case Role.ADVERTISER:
            _refuse(asked.agency_id is not None, asked.role)
            return _of_client(tx, asked)
        case _:
            raise InvalidInput(
                f"nobody gets the role {asked.role.value}: use admin, agency or advertiser",
                code="account_role_unusable",
                role=asked.role.value,
            )


def _of_agency(tx: Transaction, asked: Rights) -> Rights:
    if asked.agency_id is None:
        raise InvalidInput("an agency's account needs its agency: name one that is listed", code="account_needs_agency")
    if tx.owners.find_agency(asked.agency_id) is None:
        raise _unknown(asked.agency_id)
    return asked


def _of_client(tx: Transaction, asked: Rights) -> Rights:
    if asked.client_id is None:
        raise InvalidInput(
            "an advertiser's account needs its client: name one that is listed", code="account_needs_client"
        )
    client = tx.owners.find_client(asked.client_id)
    if client is None:
        raise _unknown(asked.client_id)
    return Rights(role=asked.role, agency_id=client.agency_id, client_id=client.id)


def _refuse(is_too_much: bool, role: Role) -> None:  # noqa: FBT001 - what is asked of each role
    if is_too_much:
        raise InvalidInput(
            f"the role {role.value} takes no such owner: an agency's account has an agency, an advertiser's a client, "
            "an admin's neither",
            code="account_owner_unwanted",
            role=role.value,
        )


def _unknown(owner_id: int) -> InvalidInput:
    return InvalidInput(
        f"there is none numbered {owner_id}: list them to see what there is", code="owner_unknown", owner_id=owner_id
    )
