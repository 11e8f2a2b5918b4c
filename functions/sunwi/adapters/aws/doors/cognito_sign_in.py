"""Signing in at a Cognito user pool's own pages.

Source: docs/sign-in.md; Amazon Cognito developer guide, "Authorize endpoint", "Token endpoint", "Logout endpoint",
"Verifying JSON web tokens", and "Managed login localization" for `lang`.
"""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Any
from urllib.parse import urlencode

import jwt
from typing_extensions import override

from sunwi.domain.sign_in import Departure
from sunwi.errors import ConfigurationError, Forbidden, Retryable
from sunwi.service.ports.doors.identity_provider import Identity, IdentityProvider

#: What is fetched: an answer's status and body.
Fetch = Callable[[str, Mapping[str, str] | None], tuple[int, bytes]]

_OK, _BAD_REQUEST, _OUR_FAULT = 200, 400, 500
#: Seconds that Cognito may take; the function has 29 for a whole request.
_FETCH_SECONDS = 8
_MOST_BYTES = 100_000
#: Seconds between two looks for a key that is not among the known ones.
_KEYS_PAUSE = 60.0
#: Seconds by which clocks may differ.
_LEEWAY = 10
_REQUIRED = ["aud", "email", "exp", "iat", "iss", "nonce", "sub", "token_use"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CognitoSettings:
    """A pool and its client for browsers.

    Attributes:
        pool_id: `REGION_NAME`.
        client_id: Public: it has no secret.
        address: Of the pool's pages, without a slash at its end.
        public_address: Of our own pages, the same.
        standin: Where the pool's keys are when it is not AWS; None for AWS.
        language: That the pages are asked for in; None where they know only one.
    """

    pool_id: str
    client_id: str
    address: str
    public_address: str
    standin: str | None = None
    language: str | None = None

    @property
    def issuer(self) -> str:
        """Who signs the pool's tokens."""
        return f"https://cognito-idp.{self.pool_id.partition('_')[0]}.amazonaws.com/{self.pool_id}"

    @property
    def keys_address(self) -> str:
        """Where the keys are by which it signs."""
        base = self.issuer if self.standin is None else f"{self.standin}/{self.pool_id}"
        return f"{base}/.well-known/jwks.json"

    @property
    def callback(self) -> str:
        """Where its pages lead back to."""
        return f"{self.public_address}/signed-in"


def fetch(address: str, form: Mapping[str, str] | None) -> tuple[int, bytes]:
    """Get an address, or post a form to it; the answer may be an error's. No redirect is followed.

    Raises:
        OSError: Nobody answers.
    """
    data = None if form is None else urlencode(form).encode()
    request = urllib.request.Request(address, data=data)  # noqa: S310 - a setting of the deployment
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=_FETCH_SECONDS) as answer:
            return int(answer.status), bytes(answer.read(_MOST_BYTES))
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(_MOST_BYTES)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    @override
    def redirect_request(self, *_: Any) -> None:
        return None


@dataclass(slots=True, kw_only=True)
class CognitoSignIn(IdentityProvider):
    """The pool; it keeps its keys while the environment lives."""

    settings: CognitoSettings
    fetch: Fetch = fetch
    monotonic: Callable[[], float] = time.monotonic
    _keys: dict[str, jwt.PyJWK] = field(default_factory=dict)
    _looked_at: float = field(default=float("-inf"))

    @override
    def sign_in_address(self, departure: Departure) -> str:
        settings = self.settings
        query = {
            "response_type": "code",
            "client_id": settings.client_id,
            "redirect_uri": settings.callback,
            "scope": "openid email",
            "state": departure.state,
            "nonce": departure.nonce,
            "code_challenge": departure.challenge,
            "code_challenge_method": "S256",
            **({"lang": settings.language} if settings.language else {}),
        }
        return f"{settings.address}/oauth2/authorize?{urlencode(query)}"

    @override
    def sign_out_address(self) -> str:
        query = {"client_id": self.settings.client_id, "logout_uri": f"{self.settings.public_address}/signed-out"}
        return f"{self.settings.address}/logout?{urlencode(query)}"

    @override
    def identify(self, code: str, departure: Departure) -> Identity:
        form = {
            "grant_type": "authorization_code",
            "client_id": self.settings.client_id,
            "redirect_uri": self.settings.callback,
            "code": code,
            "code_verifier": departure.verifier,
        }
        status, answer = self._ask(f"{self.settings.address}/oauth2/token", form)
        if status != _OK:
            raise _refusal(status, answer)
        return self._verified(answer.get("id_token"), departure)

    def _verified(self, token: object, departure: Departure) -> Identity:
        if not isinstance(token, str):
            raise _not_believed("there is no token of an identity")
        try:
            claims = jwt.decode(
                token,
                self._key_of(token),
                algorithms=["RS256"],
                audience=self.settings.client_id,
                issuer=self.settings.issuer,
                leeway=_LEEWAY,
                options={"require": _REQUIRED},
            )
        except jwt.PyJWTError as error:
            raise _not_believed(f"the token of an identity is no good ({type(error).__name__})") from error
        nonce, sub, email = (str(claims[name]) for name in ("nonce", "sub", "email"))
        kind = claims["token_use"]
        if kind != "id" or not compare_digest(nonce.encode(), departure.nonce.encode()):
            raise _not_believed("the token is not of this sign-in")
        if str(claims.get("email_verified", "")).lower() != "true":
            raise _not_believed("the provider has not verified the e-mail address")
        return Identity(sub=sub, email=email.strip().lower())

    def _key_of(self, token: str) -> jwt.PyJWK:
        """Return the key that a token says it is signed by.

        Raises:
            jwt.PyJWTError: It says none, or one that is not the pool's.
            Retryable: The keys cannot be had.
        """
        key_id = str(jwt.get_unverified_header(token).get("kid", ""))
        if key_id not in self._keys and self.monotonic() - self._looked_at >= _KEYS_PAUSE:
            status, answer = self._ask(self.settings.keys_address, None)
            if status != _OK:
                raise _unavailable(f"its keys came with status {status}")
            self._keys = {each.key_id: each for each in jwt.PyJWKSet.from_dict(answer).keys if each.key_id}
            self._looked_at = self.monotonic()
        if key_id not in self._keys:
            raise jwt.InvalidKeyError("the key is not the pool's")
        return self._keys[key_id]

    def _ask(self, address: str, form: Mapping[str, str] | None) -> tuple[int, dict[str, Any]]:
        try:
            status, body = self.fetch(address, form)
            answer = json.loads(body)
        except OSError as error:
            raise _unavailable(str(error)) from error
        except ValueError:
            answer = {}
        if status >= _OUR_FAULT:
            raise _unavailable(f"it answered with status {status}")
        return status, answer if isinstance(answer, dict) else {}


def _refusal(status: int, answer: Mapping[str, Any]) -> Exception:
    reason = str(answer.get("error", ""))[:50]
    if status == _BAD_REQUEST and reason in ("invalid_grant", "invalid_request"):
        return Forbidden("the code is no good, or was used before", code="sign_in_code_refused")
    return ConfigurationError(
        f"Cognito does not take our client ({status}, {reason}): compare COGNITO_CLIENT_ID, COGNITO_ADDRESS and "
        "PUBLIC_ADDRESS with the stack's outputs",
        code="sign_in_client_refused",
        cause=reason,
    )


def _not_believed(reason: str) -> Forbidden:
    return Forbidden(reason, code="sign_in_token_refused")


def _unavailable(cause: str) -> Retryable:
    return Retryable(f"Cognito cannot be reached: {cause}", code="sign_in_unavailable", cause=cause)
