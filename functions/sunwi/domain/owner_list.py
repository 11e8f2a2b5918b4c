"""A list of agencies or clients: which, for whom, and where a page ends."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sunwi.domain.actor import Actor
from sunwi.domain.owner import Agency, Client
from sunwi.errors import InvalidInput

Owner = TypeVar("Owner", Agency, Client)

#: The largest id that a database holds.
_MAX_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class OwnerPosition:
    """Where an agency or client stands in its list.

    Attributes:
        agency: Name of a client's agency; empty of an agency itself, and of a client without one.
    """

    agency: str
    name: str
    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerQuery:
    """One page of a list, by name.

    Attributes:
        actor: Sees all, its own agency and that one's clients, or the one client that it is.
        text: That a name has in it, in whatever case; empty lets everything through.
        limit: At most so many, from 1.
        after: The last one of the page before; None begins at the top.
    """

    actor: Actor
    text: str = ""
    limit: int
    after: OwnerPosition | None = None


@dataclass(frozen=True, slots=True)
class OwnerPage(Generic[Owner]):
    """One page of a list.

    Attributes:
        next: Where the next page begins; None on the last one.
    """

    owners: Sequence[Owner]
    next: OwnerPosition | None


def write_cursor(position: OwnerPosition) -> str:
    """Write where a page ends as a word that fits an address."""
    parts = [position.agency, position.name, position.id]
    return base64.urlsafe_b64encode(json.dumps(parts, ensure_ascii=False).encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> OwnerPosition:
    """Read what `write_cursor` wrote.

    Raises:
        InvalidInput: It did not write that.
    """
    try:
        agency, name, number = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_"))
        return OwnerPosition(_text(agency), _text(name), _id(number))
    except (ValueError, TypeError, RecursionError):
        raise InvalidInput(
            "the cursor belongs to no list in this order: repeat the options of the list that it was printed by",
            code="cursor_unusable",
        ) from None


def _text(value: object) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(value)
    value.encode()
    return value


def _id(value: object) -> int:
    if type(value) is not int or not 0 < value <= _MAX_ID:
        raise ValueError(value)
    return value
