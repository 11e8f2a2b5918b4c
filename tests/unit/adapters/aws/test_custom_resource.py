import json
from dataclasses import dataclass, field
from threading import Event
from typing import Any
from urllib.request import Request

import pytest

from sunwi.adapters.aws import custom_resource as aws_custom_resource
from sunwi.adapters.aws.custom_resource import MAX_REASON_LENGTH, ResourceRequest, answered, parse_request
from sunwi.errors import ConfigurationError, InvalidInput

EVENT = {
    "RequestType": "Update",
    "RequestId": "request-1",
    "StackId": "stack-1",
    "LogicalResourceId": "Schema",
    "PhysicalResourceId": "Schema",
    "ResponseURL": "https://bucket.example/answer?signature=secret",
    "ResourceProperties": {"Revision": "0002"},
}
PATIENCE = 20


@dataclass
class CloudFormation:
    """Takes answers, after so many failures."""

    failures: int = 0
    tries: int = 0
    answers: list[dict[str, Any]] = field(default_factory=list)
    heard: Event = field(default_factory=Event)

    def __call__(self, put: Request, timeout: float) -> "CloudFormation":
        assert timeout > 0
        assert (put.get_method(), put.full_url) == ("PUT", EVENT["ResponseURL"])
        assert put.get_header("Content-type") == ""
        self.tries += 1
        if self.tries <= self.failures:
            raise TimeoutError("no answer")
        assert isinstance(put.data, bytes)
        assert len(put.data) <= 4096
        self.answers.append(json.loads(put.data))
        self.heard.set()
        return self

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


@pytest.fixture
def cloudformation(monkeypatch: pytest.MonkeyPatch) -> CloudFormation:
    listening = CloudFormation()
    monkeypatch.setattr(aws_custom_resource, "urlopen", listening)
    monkeypatch.setattr("sunwi.adapters.aws.custom_resource.time.sleep", lambda _: None)
    return listening


@pytest.fixture
def request_() -> ResourceRequest:
    parsed = parse_request(EVENT)
    assert parsed is not None
    return parsed


def test_a_call_that_is_not_cloudformations_is_no_request() -> None:
    assert parse_request({}) is None


def test_a_request_that_cannot_be_answered_is_refused() -> None:
    with pytest.raises(InvalidInput, match="has no 'RequestId'"):
        parse_request({name: value for name, value in EVENT.items() if name != "RequestId"})


def test_a_new_resource_is_known_by_its_name_in_the_template_for_good() -> None:
    created = parse_request({name: value for name, value in EVENT.items() if name != "PhysicalResourceId"})
    assert created is not None
    assert created.physical_id == "Schema"


def test_the_signed_address_is_not_shown(request_: ResourceRequest) -> None:
    assert "signature" not in repr(request_)


def test_a_block_that_ends_is_a_success_with_its_data(
    request_: ResourceRequest, cloudformation: CloudFormation
) -> None:
    with answered(request_, seconds=PATIENCE) as data:
        data["after"] = "0002"
    assert cloudformation.answers == [
        {
            "StackId": "stack-1",
            "RequestId": "request-1",
            "LogicalResourceId": "Schema",
            "PhysicalResourceId": "Schema",
            "Status": "SUCCESS",
            "Data": {"after": "0002"},
        }
    ]


def fail(request: ResourceRequest, message: str) -> None:
    with answered(request, seconds=PATIENCE) as data:
        data["after"] = "0002"
        raise ConfigurationError(message)


def test_whatever_the_block_raises_is_a_failure_with_its_sentence(
    request_: ResourceRequest, cloudformation: CloudFormation
) -> None:
    with pytest.raises(ConfigurationError):
        fail(request_, "no database is set")
    (answer,) = cloudformation.answers
    assert (answer["Status"], answer["Reason"]) == ("FAILED", "ConfigurationError: no database is set")
    assert answer["Data"] == {}


def test_a_long_reason_is_cut_to_what_cloudformation_takes(
    request_: ResourceRequest, cloudformation: CloudFormation
) -> None:
    with pytest.raises(ConfigurationError):
        fail(request_, "가" * 10_000)
    assert len(cloudformation.answers[0]["Reason"]) == MAX_REASON_LENGTH


def test_a_block_that_does_not_end_in_time_is_answered_for_once(
    request_: ResourceRequest, cloudformation: CloudFormation
) -> None:
    with answered(request_, seconds=0) as data:
        assert cloudformation.heard.wait(PATIENCE)
        data["after"] = "0002"
    assert [answer["Status"] for answer in cloudformation.answers] == ["FAILED"]
    assert "did not end within 0 s" in cloudformation.answers[0]["Reason"]


def test_an_answer_that_did_not_arrive_is_sent_again(request_: ResourceRequest, cloudformation: CloudFormation) -> None:
    cloudformation.failures = 3
    with answered(request_, seconds=PATIENCE):
        pass
    assert [answer["Status"] for answer in cloudformation.answers] == ["SUCCESS"]


def test_an_answer_that_never_arrives_is_an_error(request_: ResourceRequest, cloudformation: CloudFormation) -> None:
    cloudformation.failures = 100
    with pytest.raises(TimeoutError), answered(request_, seconds=PATIENCE):
        pass
    assert cloudformation.tries == 4
