"""What may be asked: a method, a path, who may, and what answers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from sunwi.service.accounts.permissions import Action
from sunwi.web.answer import Answer
from sunwi.web.request import Request

#: Bytes of a body, where a route says nothing else.
MAX_BODY_BYTES = 1_000_000

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One route.

    Attributes:
        name: Unique, snake case, verb first; the reference's operationId.
        method: HTTP's. No GET changes anything; every POST takes an Idempotency-Key.
        path: With parameters as `<tracking_id>`.
        action: Whose right it takes; None: everybody's.
        handle: Parses nothing: reads the request's parts, calls a use case, words its answer.
        summary: One English line for the reference.
        query: Model of the query; None takes no parameters. Unknown ones are refused.
        body: Model of the JSON body; None takes none. Unknown fields are refused.
        success: Status of an answer without an error.
        takes: Content types of a body that is no JSON.
        most_bytes: Of a body; the gateway takes 6 MB at most, whatever stands here.
        is_secret: Its answer holds something that is stored nowhere, so a repeated POST is not answered with it again.
        is_page: Answers HTML, and errors as pages; else JSON and problem+json.
    """

    name: str
    method: Method
    path: str
    action: Action | None
    handle: Callable[[Request[Any, Any]], Answer]
    summary: str
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    success: int = 200
    takes: tuple[str, ...] = ()
    most_bytes: int = MAX_BODY_BYTES
    is_secret: bool = False
    is_page: bool = False
