"""What a list of trackings is asked for, and where its next page begins."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sunwi.domain.actor import Actor
from sunwi.domain.tracking import Kind, Surface, TrackingStatus
from sunwi.domain.tracking_state import ListedTracking, Standing
from sunwi.errors import InvalidInput


class TrackingSort(StrEnum):
    """What a list is ordered by, ascending; equal ones by id."""

    ID = "id"
    KEYWORD = "keyword"
    #: Whatever has no rank comes behind every rank.
    RANK = "rank"
    DAYS_LEFT = "days_left"
    #: Measured days to go; what nobody can tell the end of, and what is not active, comes last.
    FINISH = "finish"
    #: The day of the latest ledger row; what was never measured comes first.
    MEASURED = "measured"


#: Numbers that a database can hold.
_MAX_NUMBER = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingFilter:
    """What to list; None and "" let everything through.

    Attributes:
        standing: Of active ones whether they are exposed now, and so on.
        keyword: Part of the keyword, whatever its case.
        client: Part of the client's name, whatever its case.
        agency: Part of the agency's name, whatever its case.
        client_id: Of the client's row.
        agency_id: Of the agency's row.
        area: Value of `NamedArea` or a code of Naver's own: what was exposed there on its latest day, or counts it.
        tag: One of its tags, whole.
        text: Part of the keyword, of the target's id or of the client's name, whatever its case.
        ids: Only these; empty lets everything through.
    """

    status: TrackingStatus | None = None
    standing: Standing | None = None
    kind: Kind | None = None
    surface: Surface | None = None
    keyword: str = ""
    client: str = ""
    agency: str = ""
    client_id: int | None = None
    agency_id: int | None = None
    area: str = ""
    tag: str = ""
    text: str = ""
    ids: tuple[int, ...] = ()


#: Lets all trackings through.
ALL_TRACKINGS = TrackingFilter()


@dataclass(frozen=True, slots=True)
class ListPosition:
    """The tracking behind which a page begins, by the list's sort.

    Attributes:
        key: What it is sorted by.
        tracking_id: What follows where keys are equal.
    """

    key: int | str | date
    tracking_id: int


@dataclass(frozen=True, slots=True)
class ListOrder:
    """What a list is ordered by, and which end comes first."""

    sort: TrackingSort = TrackingSort.ID
    is_descending: bool = False


#: In the order in which they were stored.
BY_ID = ListOrder()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """One page of a list.

    Attributes:
        actor: Sees its agency's trackings, its client's, or everybody's, whatever is wanted.
        limit: Trackings at most, from 1.
        after: None begins at the top.
    """

    actor: Actor
    wanted: TrackingFilter = ALL_TRACKINGS
    order: ListOrder = BY_ID
    limit: int
    after: ListPosition | None = None


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list.

    Attributes:
        end: Position of its last tracking, behind which the next page begins; None when nothing follows.
    """

    trackings: Sequence[ListedTracking]
    end: ListPosition | None


def write_cursor(position: ListPosition, order: ListOrder) -> str:
    """Write a position as a word that fits a command and an address; only `read_cursor` knows what is in it."""
    key = position.key.isoformat() if isinstance(position.key, date) else position.key
    parts = [order.sort.value, order.is_descending, key, position.tracking_id]
    return base64.urlsafe_b64encode(json.dumps(parts, ensure_ascii=False).encode()).decode().rstrip("=")


def read_cursor(cursor: str, order: ListOrder) -> ListPosition:
    """Read what `write_cursor` wrote for a list of the same order.

    Raises:
        InvalidInput: It is no such word, or of a list in another order.
    """
    try:
        data = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        parts = json.loads(data)
        return _position(order, *parts)
    except (ValueError, TypeError, RecursionError):
        raise InvalidInput(
            "the cursor belongs to no list in this order: repeat the options of the list that it was printed by",
            code="cursor_unusable",
        ) from None


def _position(order: ListOrder, sort: object, is_descending: object, key: object, tracking_id: object) -> ListPosition:
    if (sort, is_descending) != (order.sort.value, order.is_descending):
        raise ValueError(sort)
    if order.sort is TrackingSort.MEASURED:
        return ListPosition(date.fromisoformat(_text(key)), _number(tracking_id))
    return ListPosition(_text(key) if order.sort is TrackingSort.KEYWORD else _number(key), _number(tracking_id))


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > _MAX_NUMBER:
        raise ValueError(value)
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(value)
    value.encode()
    return value
