"""Signing in and out at the identity provider's pages, and the first page.

Source: docs/adr/0065-sign-in-by-a-code.md.
"""

from contextlib import suppress
from urllib.parse import urlsplit

import structlog
from aws_lambda_powertools.shared.cookies import Cookie, SameSite
from pydantic import BaseModel, ConfigDict, Field

from sunwi.domain.access_failure import AccessKind
from sunwi.domain.account import SESSION_LIFE
from sunwi.domain.live import Watcher
from sunwi.domain.sign_in import SIGN_IN_LIFE, own_path, read_departure
from sunwi.errors import Forbidden, InvalidInput
from sunwi.service.accounts.sign_in import Browser, Return
from sunwi.web.answer import Answer
from sunwi.web.pages import page
from sunwi.web.protection.guard import SESSION_COOKIE
from sunwi.web.request import Request
from sunwi.web.route import Route
from sunwi.web.write_answer import PAGE_POLICY
from sunwi.wording.error_words import WORDS_OF_FIELDS, error_words

log = structlog.get_logger()

#: Keeps a sign-in on its way.
DEPARTURE_COOKIE = "__Host-sunwi-sign-in"

_FOUND, _SEE_OTHER, _FORBIDDEN = 302, 303, 403
#: Whoever meets these has signed in at the provider, as somebody that is not let in here.
_OF_ANOTHER_ACCOUNT = frozenset({"account_not_invited", "account_disabled"})


class SignInQuery(BaseModel):
    """Where somebody was."""

    model_config = ConfigDict(extra="forbid")

    return_to: str = Field("/", max_length=2000)


class SignedInQuery(BaseModel):
    """What the provider sends back; whatever else it adds is its own matter."""

    model_config = ConfigDict(extra="ignore")

    code: str = Field("", max_length=2000)
    state: str = Field("", max_length=500)
    error: str = Field("", max_length=500)


def show_home(request: Request[None, None]) -> Answer:
    """Show who is signed in."""
    account = None if request.caller is None else request.caller.account
    return page(
        "home",
        headers=_with_way_out(request),
        email=None if account is None else account.email,
        role=None if account is None else WORDS_OF_FIELDS["role"](account.role),
    )


def begin_sign_in(request: Request[SignInQuery, None]) -> Answer:
    """Lead to the provider's pages."""
    if request.caller is not None:
        return _led_to(own_path(request.query.return_to))
    departure, address = request.house.sign_in.sign_in.begin(request.query.return_to, at=request.at)
    life = int(SIGN_IN_LIFE.total_seconds())
    return _led_to(address, _cookie(DEPARTURE_COOKIE, departure.as_text(), seconds=life))


def finish_sign_in(request: Request[SignedInQuery, None]) -> Answer:
    """Let somebody in who comes back from them; the cookie of the sign-in is gone after it, whatever came of it."""
    query, used = request.query, _cookie(DEPARTURE_COOKIE, "", seconds=0)
    back = Return(
        departure=read_departure(request.cookie(DEPARTURE_COOKIE)),
        state=query.state,
        code=query.code,
        error=query.error,
    )
    browser = Browser(name=request.headers.get("user-agent", ""), address=request.address)
    try:
        signed_in = request.house.sign_in.sign_in.finish(back, browser, at=request.at)
    except Forbidden as error:
        log.warning("sign_in_failed", code=error.code, reason=str(error), request_id=request.id)
        request.house.requests.count_failures.count(AccessKind.SIGN_IN, request.address, at=request.at)
        shown = page(
            "not_signed_in",
            status=_FORBIDDEN,
            headers=_with_way_out(request),
            reason=error_words(error),
            leads_out=error.code in _OF_ANOTHER_ACCOUNT,
        )
        return Answer(
            status=shown.status,
            content=shown.content,
            content_type=shown.content_type,
            headers=shown.headers,
            cookies=(used,),
        )
    life = int(SESSION_LIFE.total_seconds())
    return _led_to(signed_in.return_to, _cookie(SESSION_COOKIE, signed_in.session_id, seconds=life), used)


def sign_out(request: Request[None, None]) -> Answer:
    """End the session here, and lead to where the provider's ends."""
    caller = request.caller
    if caller is not None and caller.session_hash is not None:
        with suppress(InvalidInput):  # ended meanwhile, in another window
            request.house.sign_in.sessions.revoke(caller.actor, caller.session_hash)
        request.house.live.close_dead.close_session(Watcher(caller.session_hash, caller.account.id))
    address = request.house.sign_in.provider.sign_out_address()
    gone = _cookie(SESSION_COOKIE, "", seconds=0)
    return Answer(status=_SEE_OTHER, headers={"Location": address}, cookies=(gone,))


def show_signed_out(_: Request[None, None]) -> Answer:
    """Show that nobody is signed in any more."""
    return page("signed_out")


def _led_to(address: str, *cookies: Cookie) -> Answer:
    return Answer(status=_FOUND, headers={"Location": address}, cookies=cookies)


def _cookie(name: str, value: str, *, seconds: int) -> Cookie:
    # Lax and not strict: whoever comes back comes from the provider's site.
    return Cookie(name, value, path="/", secure=True, http_only=True, max_age=seconds, same_site=SameSite.LAX_MODE)


def _with_way_out(request: Request[SignedInQuery, None] | Request[None, None]) -> dict[str, str]:
    """Let the page's form lead to the provider, too: Chromium holds a form's redirects to what the policy lets it."""
    parts = urlsplit(request.house.sign_in.provider.sign_out_address())
    origin = f"{parts.scheme}://{parts.netloc}"
    return {"Content-Security-Policy": PAGE_POLICY.replace("form-action 'self'", f"form-action 'self' {origin}")}


ROUTES: tuple[Route, ...] = (
    Route(
        name="show_home",
        method="GET",
        path="/",
        action=None,
        handle=show_home,
        summary="Show who is signed in.",
        is_page=True,
    ),
    Route(
        name="begin_sign_in",
        method="GET",
        path="/sign-in",
        action=None,
        handle=begin_sign_in,
        summary="Lead to the sign-in pages.",
        query=SignInQuery,
        success=_FOUND,
        is_page=True,
    ),
    Route(
        name="finish_sign_in",
        method="GET",
        path="/signed-in",
        action=None,
        handle=finish_sign_in,
        summary="Let somebody in who comes back from the sign-in pages.",
        query=SignedInQuery,
        success=_FOUND,
        is_page=True,
    ),
    Route(
        name="sign_out",
        method="POST",
        path="/sign-out",
        action=None,
        handle=sign_out,
        summary="Sign out here and at the sign-in pages.",
        success=_SEE_OTHER,
        takes=("application/x-www-form-urlencoded",),
        is_page=True,
    ),
    Route(
        name="show_signed_out",
        method="GET",
        path="/signed-out",
        action=None,
        handle=show_signed_out,
        summary="Show that nobody is signed in any more.",
        is_page=True,
    ),
)
