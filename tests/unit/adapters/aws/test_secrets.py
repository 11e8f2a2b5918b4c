import json
from dataclasses import dataclass
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError
from sqlalchemy import make_url

from sunwi.adapters.aws.secrets import database_url_from_secret
from sunwi.errors import ConfigurationError, StoreUnavailable

ARN = "arn:aws:secretsmanager:ap-northeast-2:000000000000:secret:sunwi"
FULL = {"host": "db.example", "port": 6432, "username": "sun/wi", "password": "p@ss:/?#[ 비밀", "dbname": "ranks"}


def refusal(code: str, status: int = 400) -> ClientError:
    return ClientError(
        {"Error": {"Code": code, "Message": "none"}, "ResponseMetadata": cast("Any", {"HTTPStatusCode": status})},
        "GetSecretValue",
    )


@dataclass
class FakeSecrets:
    text: str | Exception

    def get_secret_value(self, *, SecretId: str) -> dict[str, str]:  # noqa: N803 - boto3's own name
        assert SecretId == ARN
        if isinstance(self.text, Exception):
            raise self.text
        return {"SecretString": self.text}


def read(text: str | Exception) -> str:
    return database_url_from_secret(cast("Any", FakeSecrets(text)), ARN)


def test_a_secret_in_the_form_of_rds_gives_the_url_whatever_the_password_holds() -> None:
    url = make_url(read(json.dumps(FULL)))
    assert (url.host, url.port, url.username, url.password, url.database) == tuple(FULL.values())
    assert url.drivername == "postgresql+pg8000"


def test_port_and_database_have_defaults() -> None:
    url = make_url(read(json.dumps({name: FULL[name] for name in ("host", "username", "password")})))
    assert (url.port, url.database) == (5432, "postgres")


def test_what_is_known_from_elsewhere_goes_before_the_secret() -> None:
    managed_by_rds = json.dumps({"username": "sunwi", "password": "p@ss"})
    given = {"host": "cluster.example", "dbname": "ranks"}
    url = make_url(database_url_from_secret(cast("Any", FakeSecrets(managed_by_rds)), ARN, given))
    assert (url.host, url.port, url.username, url.password, url.database) == (
        "cluster.example",
        5432,
        "sunwi",
        "p@ss",
        "ranks",
    )


def test_a_login_without_a_password_needs_none_in_the_secret() -> None:
    given = {"username": "sunwi_app", "password": ""}
    url = make_url(database_url_from_secret(cast("Any", FakeSecrets(json.dumps(FULL))), ARN, given))
    assert (url.username, url.password or "") == ("sunwi_app", "")


@pytest.mark.parametrize("name", ["host", "username", "password"])
def test_a_missing_field_is_named_and_no_value_is_shown(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"lacks {name}") as caught:
        read(json.dumps({**FULL, name: None}))
    assert "p@ss" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["p@ss", '"p@ss"', '["p@ss"]', '{"host": "h", "username": "u", "password": "p@ss", "port": "x"}']
)
def test_a_secret_of_another_shape_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(ConfigurationError, match=f"the database secret {ARN}") as caught:
        read(text)
    assert "p@ss" not in str(caught.value)


@pytest.mark.parametrize("code", ["ResourceNotFoundException", "AccessDeniedException"])
def test_a_secret_that_is_not_there_says_what_to_do(code: str) -> None:
    with pytest.raises(ConfigurationError, match=r"DATABASE_SECRET_ARN.*secretsmanager:GetSecretValue"):
        read(refusal(code))


@pytest.mark.parametrize(
    "error",
    [
        refusal("ThrottlingException"),
        refusal("InternalServiceError", status=500),
        refusal("ServiceUnavailable", status=503),
        EndpointConnectionError(endpoint_url="https://secretsmanager"),
        ReadTimeoutError(endpoint_url="https://secretsmanager"),
    ],
)
def test_a_service_that_does_not_answer_is_asked_again_later(error: Exception) -> None:
    with pytest.raises(StoreUnavailable, match=f"the database secret {ARN} cannot be read just now"):
        read(error)
