"""The AWS account that is deployed to."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudformation.type_defs import StackTypeDef

#: A stack whose first deployment failed: it is empty, and can only be deleted.
NEVER_CREATED = "ROLLBACK_COMPLETE"


class AccountFailed(Exception):
    """The account cannot be used, or refuses; the message says what to do."""


@dataclass(frozen=True)
class Account:
    """One account in one region."""

    region: str

    @cached_property
    def cloudformation(self) -> "CloudFormationClient":
        """CloudFormation of the region."""
        return boto3.client("cloudformation", region_name=self.region)

    def identity(self) -> str:
        """Say who deploys.

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
        """Give the outputs of a stack; None when there is none. One that was never created is cleared away."""
        found = self._find(stack)
        if found is None or found["StackStatus"] == "REVIEW_IN_PROGRESS":
            return None
        if found["StackStatus"] == NEVER_CREATED:
            self.delete(stack)
            return None
        return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}

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
        self.cloudformation.delete_stack(StackName=stack)
        try:
            self.cloudformation.get_waiter("stack_delete_complete").wait(StackName=stack_id, WaiterConfig={"Delay": 2})
        except BotoCoreError as error:
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

    def _find(self, stack: str) -> "StackTypeDef | None":
        try:
            return self.cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise AccountFailed(f"the stack {stack} cannot be looked at: {error}") from error
