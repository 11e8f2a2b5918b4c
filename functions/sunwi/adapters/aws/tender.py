"""The function that admits jobs."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from botocore.exceptions import BotoCoreError, ClientError
from typing_extensions import override

from sunwi.service.ports.job_engine import Tender

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class LambdaTender(Tender):
    """Invokes the tender asynchronously."""

    client: "LambdaClient"
    function_name: str

    @override
    def nudge(self, *, urgent: bool = False) -> None:
        try:
            self.client.invoke(
                FunctionName=self.function_name,
                InvocationType="Event",
                Payload=json.dumps({"action": "nudge", "urgent": urgent}),
            )
        except (BotoCoreError, ClientError) as error:
            log.warning("tender_not_nudged", function_name=self.function_name, error=str(error))


@dataclass(frozen=True, slots=True)
class NoTender(Tender):
    """Where no tender is set, or this is it: the next minute's tick sees to what was submitted."""

    @override
    def nudge(self, *, urgent: bool = False) -> None:
        """Do nothing."""
