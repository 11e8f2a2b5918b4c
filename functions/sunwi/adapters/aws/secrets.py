"""The database secret in Secrets Manager."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnection
from sqlalchemy import URL

from sunwi.errors import ConfigurationError, StoreUnavailable
from sunwi.service.ports.vendor_words import aws_words

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
    try:
        text = client.get_secret_value(SecretId=secret_arn)["SecretString"]
    except (BotoCoreError, ClientError) as error:
        if _passes(error):
            raise StoreUnavailable(
                f"the database secret {secret_arn} cannot be read just now: {error}",
                korean=f"보안 암호 {secret_arn} (DATABASE_SECRET_ARN)을(를) 지금 읽을 수 없습니다: {aws_words(error)}",
            ) from error
        raise ConfigurationError(
            f"the database secret {secret_arn} (DATABASE_SECRET_ARN) cannot be read: {error}. Create it, or let the "
            "function's role read it (secretsmanager:GetSecretValue)",
            korean=f"보안 암호 {secret_arn} (DATABASE_SECRET_ARN)을(를) 읽을 수 없습니다: {aws_words(error)}",
        ) from error
    try:
        fields = {**json.loads(text), **(given or {})}
        missing = [name for name in _NEEDED if not fields.get(name) and name not in (given or {})]
        port = int(fields.get("port") or 5432)
    except (ValueError, TypeError, AttributeError):
        # Its value must not be shown, nor the error that quotes it.
        raise ConfigurationError(
            f"the database secret {secret_arn} is not a JSON object, or its port is no number: write it as RDS does",
            korean=f"보안 암호 {secret_arn}이(가) JSON 객체가 아니거나 port가 숫자가 아닙니다: RDS처럼 쓰세요",
        ) from None
    if missing:
        raise ConfigurationError(
            f"the database secret {secret_arn} lacks {', '.join(missing)}: add what is missing (the host may stand in "
            "DATABASE_HOST instead)",
            korean=f"보안 암호 {secret_arn}에 {', '.join(missing)}이(가) 없습니다: 채워 넣으세요 "
            "(호스트는 DATABASE_HOST로도 됩니다)",
        )
    return URL.create(
        "postgresql+pg8000",
        username=fields["username"],
        password=fields["password"],
        host=fields["host"],
        port=port,
        database=fields.get("dbname") or "postgres",
    ).render_as_string(hide_password=False)


def _passes(error: BotoCoreError | ClientError) -> bool:
    """Return whether an error is one of the way, of throttling or of the service, and not of what was asked."""
    if isinstance(error, ClientError):
        code = error.response.get("Error", {}).get("Code", "")
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return "Throttling" in code or code == "InternalServiceError" or status >= _SERVER_ERROR
    return isinstance(error, HTTPClientError | NoConnection)
