"""The database secret in Secrets Manager."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnection
from sqlalchemy import URL

from sunwi.errors import ConfigurationError, StoreUnavailable

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

#: What is not in the secret that RDS itself manages, and what an IAM login does without.
_NEEDED = ("host", "username", "password")

#: HTTP statuses from here on are the service's own failures.
_SERVER_ERROR = 500


def database_url_from_secret(
    client: "SecretsManagerClient", secret_arn: str, given: Mapping[str, str] | None = None
) -> str:
    """Build the database URL from a secret in the form that RDS writes.

    Args:
        client: Secrets Manager client.
        secret_arn: Name or ARN; the secret is JSON with host, username, password, and maybe port
            and dbname.
        given: Fields that are known from elsewhere, and go before the secret's. An empty password is one.

    Raises:
        ConfigurationError: No such secret, no permission, or fields missing; never shows its value.
        StoreUnavailable: Secrets Manager does not answer, or asks to try again.
    """
    known = given or {}
    fields = {**_parse(_read(client, secret_arn), secret_arn), **known}
    if missing := [name for name in _NEEDED if not fields.get(name) and name not in known]:
        raise ConfigurationError(
            f"the database secret {secret_arn} lacks {', '.join(missing)}: add what is missing (the host may stand in "
            "DATABASE_HOST instead)",
            code="secret_incomplete",
            secret=secret_arn,
            missing=missing,
        )
    return URL.create(
        "postgresql+pg8000",
        username=fields["username"],
        password=fields["password"],
        host=fields["host"],
        port=fields["port"],
        database=fields.get("dbname") or "postgres",
    ).render_as_string(hide_password=False)


def _read(client: "SecretsManagerClient", secret_arn: str) -> str:
    try:
        return client.get_secret_value(SecretId=secret_arn)["SecretString"]
    except (BotoCoreError, ClientError) as error:
        if _passes(error):
            raise StoreUnavailable(
                f"the database secret {secret_arn} cannot be read just now: {error}",
                code="secret_unreadable_now",
                secret=secret_arn,
                cause=str(error),
            ) from error
        raise ConfigurationError(
            f"the database secret {secret_arn} (DATABASE_SECRET_ARN) cannot be read: {error}. Create it, or let the "
            "function's role read it (secretsmanager:GetSecretValue)",
            code="secret_unreadable",
            secret=secret_arn,
            cause=str(error),
        ) from error


def _parse(text: str, secret_arn: str) -> dict[str, Any]:
    """Return the fields of a secret, its port as a number."""
    try:
        fields = {**json.loads(text)}
        return {**fields, "port": int(fields.get("port") or 5432)}
    except (ValueError, TypeError, AttributeError):
        # Its value must not be shown, nor the error that quotes it.
        raise ConfigurationError(
            f"the database secret {secret_arn} is not a JSON object, or its port is no number: write it as RDS does",
            code="secret_malformed",
            secret=secret_arn,
        ) from None


def _passes(error: BotoCoreError | ClientError) -> bool:
    """Return whether an error is one of the way, of throttling or of the service, and not of what was asked."""
    if isinstance(error, ClientError):
        code = error.response.get("Error", {}).get("Code", "")
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return "Throttling" in code or code == "InternalServiceError" or status >= _SERVER_ERROR
    return isinstance(error, HTTPClientError | NoConnection)
