from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from infra.deploy.account import DELETE_MINUTES, Account, AccountFailed

STACK_ID = "arn:aws:cloudformation:ap-northeast-2:123456789012:stack/sunwi/1"
MISSING = {"Error": {"Code": "ValidationError", "Message": "Stack with id sunwi does not exist"}}
#: What the network interfaces of functions in a VPC can take, in seconds, with some to spare.
SLOW_DELETION = 45 * 60


@dataclass
class CloudFormation:
    """A stack that is deleted in the time of `sleep`, which passes at once.

    Attributes:
        takes: Seconds that the deletion takes.
        end: Its status afterwards.
        refusal: Answered to the deletion itself.
    """

    takes: float = 0.0
    end: str = "DELETE_COMPLETE"
    refusal: str | None = None
    exists: bool = True
    slept: float = 0.0
    is_begun: bool = False
    told: list[str] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept += seconds

    def answer(self, model: Any, **_: object) -> Any:
        status = 200
        body: dict[str, Any] = {}
        if model.name == "DeleteStack" and self.refusal:
            status, body = 400, {"Error": {"Code": "ValidationError", "Message": self.refusal}}
        elif model.name == "DeleteStack":
            self.is_begun = True
        elif model.name == "DescribeStacks":
            parameters = [{"ParameterKey": "Architecture", "ParameterValue": "arm64"}]
            stack = {"StackId": STACK_ID, "StackName": "sunwi", "StackStatus": self.status, "Parameters": parameters}
            status, body = (200, {"Stacks": [stack]}) if self.exists else (400, MISSING)
        else:
            kept = {
                "ResourceStatus": "DELETE_SKIPPED",
                "ResourceType": "AWS::S3::Bucket",
                "PhysicalResourceId": "pages",
            }
            body = {"StackEvents": [kept]}
        return AWSResponse("", status, HTTPHeaders(), None), body

    @property
    def status(self) -> str:
        if not self.is_begun:
            return "CREATE_COMPLETE"
        return self.end if self.slept >= self.takes else "DELETE_IN_PROGRESS"


@pytest.fixture
def open_account(monkeypatch: pytest.MonkeyPatch) -> Callable[[CloudFormation], Account]:
    """Opens an account whose CloudFormation is a fake behind boto3's own client."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.delenv("AWS_PROFILE", raising=False)

    def open_one(cloudformation: CloudFormation) -> Account:
        monkeypatch.setattr("botocore.waiter.time.sleep", cloudformation.sleep)
        account = Account("ap-northeast-2", cloudformation.told.append)
        account.cloudformation.meta.events.register("before-call.cloudformation", cloudformation.answer)
        return account

    return open_one


def test_a_stack_that_is_gone_at_once_costs_no_pause(open_account: Callable[[CloudFormation], Account]) -> None:
    cloudformation = CloudFormation()
    assert open_account(cloudformation).delete("sunwi") == ["AWS::S3::Bucket pages"]
    assert (cloudformation.slept, cloudformation.told) == (0, [])


def test_a_deletion_of_three_quarters_of_an_hour_is_waited_for_and_told_of(
    open_account: Callable[[CloudFormation], Account],
) -> None:
    cloudformation = CloudFormation(takes=SLOW_DELETION)
    assert open_account(cloudformation).delete("sunwi") == ["AWS::S3::Bucket pages"]
    assert SLOW_DELETION <= cloudformation.slept < SLOW_DELETION + 60
    assert len(cloudformation.told) == SLOW_DELETION // 60 - 1
    assert cloudformation.told[3] == f"sunwi is still being deleted, after 4 of at most {DELETE_MINUTES} minutes"


def test_a_deletion_that_does_not_end_is_given_up_with_what_to_do(
    open_account: Callable[[CloudFormation], Account],
) -> None:
    cloudformation = CloudFormation(takes=float("inf"))
    with pytest.raises(AccountFailed, match="the stack sunwi is still being deleted: call this again"):
        open_account(cloudformation).delete("sunwi")
    assert cloudformation.slept == DELETE_MINUTES * 60 >= SLOW_DELETION


@pytest.mark.parametrize("takes", [0, 300])
def test_a_deletion_that_fails_is_told_at_once(open_account: Callable[[CloudFormation], Account], takes: int) -> None:
    cloudformation = CloudFormation(takes=takes, end="DELETE_FAILED")
    with pytest.raises(AccountFailed, match=r"the stack sunwi was not deleted .*its events in the CloudFormation"):
        open_account(cloudformation).delete("sunwi")
    assert cloudformation.slept == takes


def test_a_deletion_that_is_refused_is_told_with_the_reason(open_account: Callable[[CloudFormation], Account]) -> None:
    cloudformation = CloudFormation(refusal="TerminationProtection is enabled")
    with pytest.raises(AccountFailed, match=r"sunwi was not deleted .*TerminationProtection is enabled"):
        open_account(cloudformation).delete("sunwi")


def test_a_stacks_parameters_are_what_it_keeps(open_account: Callable[[CloudFormation], Account]) -> None:
    assert open_account(CloudFormation()).parameters("sunwi") == {"Architecture": "arm64"}
    assert open_account(CloudFormation(exists=False)).parameters("sunwi") == {}
