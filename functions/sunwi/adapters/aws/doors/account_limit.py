"""How many functions an AWS account runs at a time."""

from typing import TYPE_CHECKING

import structlog
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient

log = structlog.get_logger()


def account_limit(client: "LambdaClient") -> int | None:
    """Return the account's limit in this region; None when it cannot be asked for."""
    try:
        return client.get_account_settings()["AccountLimit"]["ConcurrentExecutions"]
    except (BotoCoreError, ClientError, KeyError) as error:
        log.warning("account_limit_unknown", error=str(error))
        return None
