"""Logging in to RDS as an IAM identity."""

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError
from sqlalchemy import URL

from sunwi.errors import ConfigurationError

if TYPE_CHECKING:
    from types_boto3_rds import RDSClient


def iam_token(client: "RDSClient", url: URL) -> str:
    """Sign a password for one login; it is good for 15 minutes, and signing asks nobody.

    Args:
        client: RDS client of the database's region.
        url: Of the server; its user must have been granted rds_iam.

    Raises:
        ConfigurationError: There are no credentials to sign with.
    """
    try:
        return client.generate_db_auth_token(
            DBHostname=url.host or "", Port=url.port or 5432, DBUsername=url.username or ""
        )
    except BotoCoreError as error:
        raise ConfigurationError(
            f"DATABASE_IAM_LOGIN is set, and no token can be signed ({error}): sign in to AWS, or set AWS_PROFILE",
            code="iam_token_not_signed",
            cause=str(error),
        ) from error


def iam_user(login: str) -> str:
    """Return the database's user out of `RESOURCE/USER`, as an IAM policy names it.

    Raises:
        ConfigurationError: It is not of that form.
    """
    resource, _, user = login.partition("/")
    if not resource or not user:
        raise ConfigurationError(
            f"DATABASE_IAM_LOGIN is {login!r}: write RESOURCE/USER, for example cluster-ABCDEFGHIJKL/sunwi_app",
            code="iam_login_unusable",
            login=login,
        )
    return user
