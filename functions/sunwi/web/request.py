"""What a route is called with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from sunwi.bootstrap.command_line import CommandContainer
from sunwi.domain.actor import Actor
from sunwi.errors import InvalidInput
from sunwi.web.caller import Caller
from sunwi.web.etag import is_known, tag_of_version

QueryT = TypeVar("QueryT")
BodyT = TypeVar("BodyT")

#: The largest id that a database holds.
_MAX_ID = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(Generic[QueryT, BodyT]):
    """A request that was let in, with its parts read.

    Attributes:
        house: The use cases, a capability at a time.
        caller: Who it is from; None only where everybody may come.
        path: Values of the path's parameters, by name.
        query: As the route's model has it; None of a route without one.
        body: As the route's model has it; None of a route without one.
        content: The body as it came, for what is no JSON.
        headers: By lower-case name.
        at: When it came; aware UTC.
        id: Of the request: leads to its log lines.
        idempotency_key: As it came with a POST, checked; None without one. A use case that keeps keys of its own is
            passed it, so that a request which was cut off goes on.
        address: Where it came from.
        cookies: Each as `name=value`.
    """

    house: CommandContainer
    caller: Caller | None
    path: Mapping[str, str]
    query: QueryT
    body: BodyT
    content: bytes
    headers: Mapping[str, str]
    at: datetime
    id: str
    idempotency_key: str | None = None
    address: str = ""
    cookies: Sequence[str] = ()

    def cookie(self, name: str) -> str:
        """Return the value of a cookie; empty without one."""
        found = (each.strip().partition("=") for each in self.cookies)
        return next((value for known, _, value in found if known == name), "")

    def knows(self, version: str) -> bool:
        """Return whether the sender has a version already: then `Answer(status=NOT_MODIFIED, version=…)` suffices."""
        return is_known(tag_of_version(version), self.headers.get("if-none-match"))

    @property
    def actor(self) -> Actor:
        """Who asks.

        Raises:
            RuntimeError: The route is one for everybody.
        """
        if self.caller is None:
            raise RuntimeError("a route for everybody has no actor")
        return self.caller.actor

    def number(self, name: str) -> int:
        """Return a path parameter that is the number of a row.

        Raises:
            InvalidInput: It is none: there is no such row (`not_found`).
        """
        text = self.path[name]
        if text.isascii() and text.isdigit() and 0 < (number := int(text[:20])) <= _MAX_ID:
            return number
        raise not_found(name, text)


def not_found(name: str, value: object) -> InvalidInput:
    """Return the error of a row that is not there, or is somebody else's: nobody can tell which."""
    return InvalidInput(f"there is no {name} {value}", code="not_found", name=name, value=value)
