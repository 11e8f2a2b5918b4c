"""What the walk has to know of a route that its action does not say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.unit.web.walk.callers import OF_ALL
from tests.unit.web.walk.world import World

#: Prepares rows, and returns what stands in the path for them.
Rows = Callable[[World], Mapping[str, object]]


def no_rows(_world: World) -> Mapping[str, object]:
    """Of a route whose path names no row."""
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One route on the walk.

    Attributes:
        rows: Stores the rows that the path names, of agency 1 or its client, and returns its parameters by name.
        seen_by: Names of the callers to whom those rows belong; 404 for everybody else whose role may ask.
        acts_for: Names of the callers for whom it changes something; the others, whose rows the body does not name,
            get an answer that says that there are none, and leave no audit row.
        query: Behind the question mark.
        body: Makes the JSON body, after the rows.
        content: A body that is no JSON, with its content type.
        status: Of the answer to whoever may have one; None is the route's own.
        leaves_audit: A changing route leaves an audit row. False only where `why` says what is kept instead.
        why: Of a changing route without an audit row.
    """

    rows: Rows = no_rows
    seen_by: frozenset[str] = OF_ALL
    acts_for: frozenset[str] = OF_ALL
    query: str = ""
    body: Callable[[World], Any] | None = None
    content: tuple[str, str] | None = None
    status: int | None = None
    leaves_audit: bool = True
    why: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
