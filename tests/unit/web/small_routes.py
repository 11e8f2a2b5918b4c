"""Routes that do next to nothing, to ask about what surrounds them."""

from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict

from sunwi.errors import Conflict, InvalidInput, StoreUnavailable
from sunwi.service.accounts.permissions import Action
from sunwi.web.answer import NO_CONTENT, NOT_MODIFIED, Answer
from sunwi.web.request import Request
from sunwi.web.route import Route


class Note(BaseModel):
    """What the routes take."""

    model_config = ConfigDict(extra="forbid")

    text: str = ""


class Search(BaseModel):
    """What a query may have."""

    model_config = ConfigDict(extra="forbid")

    limit: int = 10


@dataclass
class Small:
    """Counts what was done."""

    done: list[Any] = field(default_factory=list)
    version: str | None = None

    def read(self, request: Request[Any, Any]) -> Answer:
        if self.version is not None and request.knows(self.version):
            return Answer(status=NOT_MODIFIED, version=self.version)
        self.done.append("read")
        return Answer(document={"keyword": "강남 맛집", "limit": request.query.limit}, version=self.version)

    def write(self, request: Request[Any, Any]) -> Answer:
        self.done.append(request.body.text)
        if request.body.text == "unusable":
            raise InvalidInput("no", code="keyword_empty")
        if request.body.text == "away":
            raise StoreUnavailable("no", code="database_unreachable", cause="host db.internal", sqlstate="")
        if request.body.text == "full":
            raise Conflict("no", code="jobs_waiting_full", waiting=1, most=1, retry_after_seconds=9)
        if request.body.text == "broken":
            raise RuntimeError("secret of kim@example.com")
        return Answer(status=201, document={"number": len(self.done)}, headers={"Location": "/api/v1/notes/1"})

    def remove(self, _request: Request[Any, Any]) -> Answer:
        self.done.append("removed")
        return NO_CONTENT

    @property
    def routes(self) -> tuple[Route, ...]:
        action = Action.TRACKINGS_CHANGE
        return (
            Route(
                name="read_notes",
                method="GET",
                path="/api/v1/notes",
                action=Action.TRACKINGS_READ,
                handle=self.read,
                summary="Read.",
                query=Search,
            ),
            Route(
                name="write_note",
                method="POST",
                path="/api/v1/notes",
                action=action,
                handle=self.write,
                summary="Write.",
                body=Note,
                success=201,
            ),
            Route(
                name="write_secret",
                method="POST",
                path="/api/v1/secrets",
                action=action,
                handle=self.write,
                summary="Write a secret.",
                body=Note,
                success=201,
                is_secret=True,
            ),
            Route(
                name="remove_note",
                method="DELETE",
                path="/api/v1/notes/<note_id>",
                action=action,
                handle=self.remove,
                summary="Remove.",
                success=204,
            ),
        )
