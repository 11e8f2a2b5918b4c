"""The AWS account that is deployed to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError, WaiterError

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudformation.type_defs import StackTypeDef

#: A stack whose first deployment failed: it is empty, and can only be deleted.
NEVER_CREATED = "ROLLBACK_COMPLETE"

#: How long a deletion is waited for: functions in a VPC take 20 minutes and more to give up their network interfaces.
DELETE_MINUTES = 60
#: Pause between two looks at a stack that is being deleted, in seconds.
POLL_SECONDS = 5


class AccountFailed(Exception):
    """The account cannot be used, or refuses; the message says what to do."""


@dataclass(frozen=True)
class Account:
    """One account in one region.

    Attributes:
        tell: Takes a line for whoever waits.
    """

    region: str
    tell: Callable[[str], None]

    @cached_property
    def cloudformation(self) -> "CloudFormationClient":
        """CloudFormation of the region."""
        return boto3.client("cloudformation", region_name=self.region)

    def identity(self) -> str:
        """Describe who deploys.

        Raises:
            AccountFailed: There are no credentials, or they are not taken.
        """
        try:
            return str(boto3.client("sts", region_name=self.region).get_caller_identity()["Arn"])
        except (BotoCoreError, ClientError) as error:
            raise AccountFailed(
                f"AWS does not know who deploys ({error}): set AWS_PROFILE, or sign in (aws sso login, aws configure)"
            ) from error

    def outputs(self, stack: str) -> Mapping[str, str] | None:
        """Return the outputs of a stack; None when there is none. One that was never created is cleared away."""
        found = self._find(stack)
        if found is None or found["StackStatus"] == "REVIEW_IN_PROGRESS":
            return None
        if found["StackStatus"] == NEVER_CREATED:
            self.delete(stack)
            return None
        return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}

    def parameters(self, stack: str) -> Mapping[str, str]:
        """Return the parameters that a stack has; none when there is no stack."""
        found = self._find(stack)
        kept = [] if found is None else found.get("Parameters", [])
        return {parameter["ParameterKey"]: parameter["ParameterValue"] for parameter in kept}

    def delete(self, stack: str) -> list[str]:
        """Delete a stack and wait for its end.

        Returns:
            What stays, since the template retains it: type and name of each resource.

        Raises:
            AccountFailed: It could not be deleted.
        """
        found = self._find(stack)
        if found is None:
            return []
        # A deleted stack is known by its id only.
        stack_id = found["StackId"]
        try:
            self.cloudformation.delete_stack(StackName=stack)
            self._wait_until_deleted(stack, stack_id)
        except (BotoCoreError, ClientError) as error:
            raise AccountFailed(
                f"the stack {stack} was not deleted ({error}): its events in the CloudFormation console say why"
            ) from error
        pages = self.cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack_id)
        return [
            f"{event['ResourceType']} {event.get('PhysicalResourceId', '')}"
            for page in pages
            for event in page["StackEvents"]
            if event["ResourceStatus"] == "DELETE_SKIPPED"
        ]

    def _wait_until_deleted(self, stack: str, stack_id: str) -> None:
        """Wait, and tell each minute that the wait goes on.

        Raises:
            AccountFailed: It takes too long.
            WaiterError: The deletion failed, or cannot be looked at.
        """
        waiter = self.cloudformation.get_waiter("stack_delete_complete")
        for minute in range(1, DELETE_MINUTES + 1):
            try:
                # The first look has no pause before it.
                waiter.wait(
                    StackName=stack_id, WaiterConfig={"Delay": POLL_SECONDS, "MaxAttempts": 60 // POLL_SECONDS + 1}
                )
            except WaiterError as error:
                if _status_in(error.last_response) != "DELETE_IN_PROGRESS":
                    raise
                self.tell(f"{stack} is still being deleted, after {minute} of at most {DELETE_MINUTES} minutes")
            else:
                return
        raise AccountFailed(f"the stack {stack} is still being deleted: call this again to go on waiting")

    def _find(self, stack: str) -> "StackTypeDef | None":
        try:
            return self.cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise AccountFailed(f"the stack {stack} cannot be looked at: {error}") from error


def _status_in(response: Mapping[str, Any]) -> str:
    """Return the status of the one stack in an answer; empty in an error's."""
    return "".join(stack["StackStatus"] for stack in response.get("Stacks", []))
