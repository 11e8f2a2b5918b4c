"""`/api/v1/live`: what a page opens a connection by, to be told when a job goes on."""

from sunwi.domain.live import Watcher
from sunwi.errors import Forbidden
from sunwi.service.accounts.permissions import Action
from sunwi.web.answer import Answer
from sunwi.web.request import Request
from sunwi.web.route import Route

_CREATED = 201


def make_ticket(request: Request[None, None]) -> Answer:
    """Make a ticket for the session that asks."""
    caller = request.caller
    if caller is None or caller.session_hash is None:
        raise Forbidden("only a browser's session opens a connection", code="live_needs_session")
    watcher = Watcher(caller.session_hash, caller.account.id)
    made = request.house.live.make_ticket.make(watcher, at=request.at)
    return Answer(
        status=_CREATED,
        document={"ticket": made.ticket, "address": made.address, "expires_at": made.expires_at.isoformat()},
    )


ROUTES: tuple[Route, ...] = (
    Route(
        name="make_live_ticket",
        method="POST",
        path="/api/v1/live/tickets",
        action=Action.OWN_ACCOUNT_READ,
        handle=make_ticket,
        summary="Make a ticket for one WebSocket connection; it holds for 30 seconds.",
        success=_CREATED,
        is_secret=True,
    ),
)
