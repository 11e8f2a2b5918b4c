"""Cognito's word is taken for whom its key, its client and this very sign-in vouch for."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from sunwi.adapters.aws.doors.cognito_sign_in import CognitoSettings, CognitoSignIn
from sunwi.domain.sign_in import Departure
from sunwi.errors import ConfigurationError, Forbidden, Retryable
from tests.examples import NIGHT

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
FOREIGN_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
LEFT = Departure(state="state", nonce="nonce", verifier="verifier", return_to="/", began_at=NIGHT)
SETTINGS = CognitoSettings(
    pool_id="ap-northeast-2_AbCdEf",
    client_id="client",
    address="https://sunwi-1.auth.ap-northeast-2.amazoncognito.com",
    public_address="https://sunwi.example.com",
    language="ko",
)
ISSUER = "https://cognito-idp.ap-northeast-2.amazonaws.com/ap-northeast-2_AbCdEf"


def public_key(key: rsa.RSAPrivateKey, key_id: str) -> dict[str, Any]:
    return {**RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": key_id, "alg": "RS256", "use": "sig"}


def claims(**other: object) -> dict[str, Any]:
    now = int(time.time())
    whole = {
        "iss": ISSUER,
        "aud": "client",
        "sub": "sub-1",
        "email": "Kim@Agency.co.kr",
        "email_verified": True,
        "nonce": "nonce",
        "token_use": "id",
        "iat": now,
        "exp": now + 300,
    }
    return {name: value for name, value in {**whole, **other}.items() if value is not None}


@dataclass
class Cognito:
    """What answers."""

    token: str = ""
    status: int = 200
    error: str = ""
    keys: list[dict[str, Any]] = field(default_factory=lambda: [public_key(KEY, "k1")])
    fault: OSError | None = None
    asked: list[tuple[str, Mapping[str, str] | None]] = field(default_factory=list)

    def fetch(self, address: str, form: Mapping[str, str] | None) -> tuple[int, bytes]:
        self.asked.append((address, form))
        if self.fault is not None:
            raise self.fault
        if form is None:
            return 200, json.dumps({"keys": self.keys}).encode()
        document = {"error": self.error} if self.error else {"id_token": self.token}
        return self.status, json.dumps(document).encode()

    @property
    def looks_for_keys(self) -> int:
        return sum(form is None for _, form in self.asked)


def signed(key: rsa.RSAPrivateKey = KEY, key_id: str = "k1", other: Mapping[str, object] | None = None) -> str:
    return jwt.encode(claims(**(other or {})), key, algorithm="RS256", headers={"kid": key_id})


@pytest.fixture
def cognito() -> Cognito:
    return Cognito(token=signed())


@pytest.fixture
def sign_in(cognito: Cognito) -> CognitoSignIn:
    return CognitoSignIn(settings=SETTINGS, fetch=cognito.fetch)


def refused(sign_in: CognitoSignIn) -> str:
    with pytest.raises(Forbidden) as raised:
        sign_in.identify("code", LEFT)
    return raised.value.code


def test_the_pages_are_asked_for_with_everything_that_ties_the_answer_to_this_browser(sign_in: CognitoSignIn) -> None:
    parts = urlsplit(sign_in.sign_in_address(LEFT))
    assert (parts.netloc, parts.path) == ("sunwi-1.auth.ap-northeast-2.amazoncognito.com", "/oauth2/authorize")
    assert {name: values[0] for name, values in parse_qs(parts.query).items()} == {
        "response_type": "code",
        "client_id": "client",
        "redirect_uri": "https://sunwi.example.com/signed-in",
        "scope": "openid email",
        "state": "state",
        "nonce": "nonce",
        "code_challenge": LEFT.challenge,
        "code_challenge_method": "S256",
        "lang": "ko",
    }


def test_signing_out_there_leads_back_to_a_page_of_ours(sign_in: CognitoSignIn) -> None:
    parts = urlsplit(sign_in.sign_out_address())
    assert parts.path == "/logout"
    assert parse_qs(parts.query)["logout_uri"] == ["https://sunwi.example.com/signed-out"]


def test_a_token_of_this_sign_in_says_who_somebody_is(sign_in: CognitoSignIn, cognito: Cognito) -> None:
    identity = sign_in.identify("code", LEFT)
    assert (identity.sub, identity.email) == ("sub-1", "kim@agency.co.kr")
    address, form = cognito.asked[0]
    assert address.endswith("/oauth2/token")
    assert form == {
        "grant_type": "authorization_code",
        "client_id": "client",
        "redirect_uri": "https://sunwi.example.com/signed-in",
        "code": "code",
        "code_verifier": "verifier",
    }


@pytest.mark.parametrize(
    "other",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another"},
        {"iss": ISSUER + "x"},
        {"token_use": "access"},
        {"exp": 1},
        {"exp": None},
        {"email": None},
        {"email_verified": False},
        {"email_verified": None},
        {"sub": None},
    ],
)
def test_a_token_with_anything_else_in_it_is_not_believed(
    sign_in: CognitoSignIn, cognito: Cognito, other: dict[str, object]
) -> None:
    cognito.token = signed(other=other)
    assert refused(sign_in) == "sign_in_token_refused"


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b.c",
        signed(FOREIGN_KEY),
        signed(FOREIGN_KEY, "k2"),
        jwt.encode(claims(), "", algorithm="none", headers={"kid": "k1"}),
        jwt.encode(claims(), "k" * 32, algorithm="HS256", headers={"kid": "k1"}),
    ],
)
def test_a_token_that_the_pool_has_not_signed_is_not_believed(
    sign_in: CognitoSignIn, cognito: Cognito, token: str
) -> None:
    cognito.token = token
    assert refused(sign_in) == "sign_in_token_refused"


def test_a_code_that_was_used_lets_nobody_in(sign_in: CognitoSignIn, cognito: Cognito) -> None:
    cognito.status, cognito.error = 400, "invalid_grant"
    assert refused(sign_in) == "sign_in_code_refused"


def test_a_client_that_cognito_does_not_know_is_a_setting(sign_in: CognitoSignIn, cognito: Cognito) -> None:
    cognito.status, cognito.error = 400, "invalid_client"
    with pytest.raises(ConfigurationError, match="COGNITO_CLIENT_ID"):
        sign_in.identify("code", LEFT)


def test_a_provider_that_is_away_is_asked_again_later(sign_in: CognitoSignIn, cognito: Cognito) -> None:
    cognito.status = 503
    with pytest.raises(Retryable):
        sign_in.identify("code", LEFT)
    cognito.fault = ConnectionRefusedError("nobody there")
    with pytest.raises(Retryable, match="nobody there"):
        sign_in.identify("code", LEFT)


def test_keys_are_asked_for_once_and_again_for_a_new_one_but_not_for_every_forgery(cognito: Cognito) -> None:
    now = 0.0
    sign_in = CognitoSignIn(settings=SETTINGS, fetch=cognito.fetch, monotonic=lambda: now)
    for _ in range(3):
        sign_in.identify("code", LEFT)
    assert cognito.looks_for_keys == 1
    cognito.token = signed(FOREIGN_KEY, "k2")
    assert [refused(sign_in), refused(sign_in), cognito.looks_for_keys] == ["sign_in_token_refused"] * 2 + [1]
    cognito.keys.append(public_key(FOREIGN_KEY, "k2"))
    now = 61.0
    assert sign_in.identify("code", LEFT).sub == "sub-1"
    assert cognito.looks_for_keys == 2


def test_the_local_stack_has_the_keys_elsewhere() -> None:
    local = CognitoSettings(
        pool_id="ap-northeast-2_AbCdEf",
        client_id="c",
        address="http://a",
        public_address="http://b",
        standin="http://c",
    )
    assert local.keys_address == "http://c/ap-northeast-2_AbCdEf/.well-known/jwks.json"
    assert SETTINGS.keys_address == f"{ISSUER}/.well-known/jwks.json"
