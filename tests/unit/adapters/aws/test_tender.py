import json
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError
from structlog.testing import capture_logs

from sunwi.adapters.aws.tender import LambdaTender, NoTender


@dataclass
class FakeLambda:
    error: Exception | None = None
    invoked: list[dict[str, Any]] = field(default_factory=list)

    def invoke(self, **call: Any) -> None:
        if self.error:
            raise self.error
        self.invoked.append(call)


@pytest.mark.parametrize("urgent", [False, True])
def test_a_nudge_is_an_event_that_nobody_waits_for(*, urgent: bool) -> None:
    client = FakeLambda()
    LambdaTender(cast("Any", client), "sunwi-Tender").nudge(urgent=urgent)
    (call,) = client.invoked
    assert (call["FunctionName"], call["InvocationType"]) == ("sunwi-Tender", "Event")
    assert json.loads(call["Payload"]) == {"action": "nudge", "urgent": urgent}


@pytest.mark.parametrize(
    "error",
    [
        ConnectTimeoutError(endpoint_url="https://lambda"),
        ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "Invoke"),
    ],
)
def test_a_lost_nudge_fails_nothing_and_leaves_a_line(error: Exception) -> None:
    with capture_logs() as lines:
        LambdaTender(cast("Any", FakeLambda(error)), "sunwi-Tender").nudge(urgent=True)
    assert [line["event"] for line in lines] == ["tender_not_nudged"]


def test_where_no_tender_is_set_nobody_is_asked() -> None:
    with capture_logs() as lines:
        NoTender().nudge(urgent=True)
    assert lines == []
