"""Who the caller is, and the browsers in which somebody has signed in."""

from sunwi.service.accounts.permissions import Action
from sunwi.web.answer import Answer
from sunwi.web.request import Request
from sunwi.web.route import Route
from sunwi.wording.accounts.account_documents import account_document, session_document


def show_me(request: Request[None, None]) -> Answer:
    """Answer with the caller's own account."""
    account_id = request.actor.account_id or ""
    return Answer(document=account_document(request.house.accounts.manage_accounts.find(request.actor, account_id)))


def list_own_sessions(request: Request[None, None]) -> Answer:
    """Answer with the caller's own sessions that hold."""
    return _sessions(request, None)


def end_own_session(request: Request[None, None]) -> Answer:
    """End one of the caller's own sessions at once."""
    request.house.accounts.keep_sessions.revoke(request.actor, request.path["session"])
    return Answer(document={"ended": 1})


def end_own_sessions(request: Request[None, None]) -> Answer:
    """End all of the caller's own sessions."""
    return Answer(document={"ended": request.house.accounts.keep_sessions.revoke_all(request.actor)})


def list_sessions(request: Request[None, None]) -> Answer:
    """Answer with an account's sessions that hold."""
    return _sessions(request, request.path["account_id"])


def end_sessions(request: Request[None, None]) -> Answer:
    """End all sessions of an account."""
    ended = request.house.accounts.keep_sessions.revoke_all(request.actor, request.path["account_id"])
    return Answer(document={"ended": ended})


def _sessions(request: Request[None, None], account_id: str | None) -> Answer:
    """Answer with sessions; an account has at most a few hundred, and the use case shows no more."""
    sessions = request.house.accounts.keep_sessions.list(request.actor, account_id)
    own = None if request.caller is None else request.caller.session_hash
    return Answer(
        document={
            "sessions": [{**session_document(each), "is_this_one": each.id_hash == own} for each in sessions],
        }
    )


ROUTES: tuple[Route, ...] = (
    Route(
        name="show_me",
        method="GET",
        path="/api/v1/me",
        action=Action.OWN_ACCOUNT_READ,
        handle=show_me,
        summary="Show the caller's own account.",
    ),
    Route(
        name="list_own_sessions",
        method="GET",
        path="/api/v1/me/sessions",
        action=Action.OWN_ACCOUNT_READ,
        handle=list_own_sessions,
        summary="List the browsers in which the caller has signed in.",
    ),
    Route(
        name="end_own_session",
        method="DELETE",
        path="/api/v1/me/sessions/<session>",
        action=Action.OWN_ACCOUNT_CHANGE,
        handle=end_own_session,
        summary="End one of the caller's own sessions at once.",
    ),
    Route(
        name="end_own_sessions",
        method="DELETE",
        path="/api/v1/me/sessions",
        action=Action.OWN_ACCOUNT_CHANGE,
        handle=end_own_sessions,
        summary="Sign the caller out everywhere.",
    ),
    Route(
        name="list_sessions",
        method="GET",
        path="/api/v1/accounts/<account_id>/sessions",
        action=Action.ACCOUNTS_READ,
        handle=list_sessions,
        summary="List the browsers in which somebody has signed in.",
    ),
    Route(
        name="end_sessions",
        method="DELETE",
        path="/api/v1/accounts/<account_id>/sessions",
        action=Action.ACCOUNTS_CHANGE,
        handle=end_sessions,
        summary="Sign somebody out everywhere.",
    ),
)
