"""AWS clients whose answers a test writes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber


@dataclass
class StubbedClient:
    """A real client of boto3, so that calls and answers are checked against the service's model."""

    client: Any
    stub: Stubber


@pytest.fixture
def stubbed_sqs(monkeypatch: pytest.MonkeyPatch) -> Iterator[StubbedClient]:
    """SQS; every answer must be used."""
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    client = boto3.client("sqs", region_name="ap-northeast-2")
    with Stubber(client) as stub:
        yield StubbedClient(client, stub)
        stub.assert_no_pending_responses()
