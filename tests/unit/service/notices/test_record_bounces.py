"""Reports as SES publishes them to a topic. Source: docs/aws.md, SES."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from sunwi.errors import StoreUnavailable
from sunwi.service.notices.record_bounces import BOUNCED, COMPLAINED, RecordBounces, unreachable_of
from sunwi.testing import ManualClock
from tests.examples import NIGHT

MAIL = {"messageId": "0c-1", "destination": ["boss@shop.co.kr"], "tags": {"notice": ["n-1"]}}


def bounce(*addresses: str, kind: str = "Permanent", field_name: str = "eventType") -> dict[str, Any]:
    recipients = [{"emailAddress": address, "action": "failed", "status": "5.1.1"} for address in addresses]
    return {
        field_name: "Bounce",
        "bounce": {"bounceType": kind, "bounceSubType": "General", "bouncedRecipients": recipients},
        "mail": MAIL,
    }


def complaint(*addresses: str, **more: str) -> dict[str, Any]:
    recipients = [{"emailAddress": address} for address in addresses]
    return {"eventType": "Complaint", "complaint": {"complainedRecipients": recipients, **more}, "mail": MAIL}


def event(*reports: object) -> dict[str, Any]:
    return {
        "Records": [
            {
                "EventSource": "aws:sns",
                "EventVersion": "1.0",
                "Sns": {
                    "Type": "Notification",
                    "Subject": "Amazon SES Email Event Notification",
                    "Message": report if isinstance(report, str) else json.dumps(report),
                },
            }
            for report in reports
        ]
    }


@dataclass
class FakeStore:
    """Transactions that commit, or a database that is away."""

    is_away: bool = False
    begun: int = 0

    @contextmanager
    def begin(self) -> Iterator[object]:
        if self.is_away:
            raise StoreUnavailable("away", code="database_unreachable")
        self.begun += 1
        yield object()


@dataclass
class Suppressed:
    """What was suppressed, with the number of channels that an address has."""

    channels: int = 1
    addresses: list[tuple[str, str, datetime]] = field(default_factory=list)

    def __call__(self, _tx: object, address: str, reason: str, at: datetime) -> int:
        self.addresses.append((address, reason, at))
        return self.channels


def recorder(store: FakeStore, suppressed: Suppressed) -> RecordBounces:
    return RecordBounces(store=cast("Any", store), clock=ManualClock(NIGHT), suppress=suppressed)


@pytest.mark.parametrize("field_name", ["eventType", "notificationType"])
def test_an_address_that_does_not_exist_gets_no_mail_any_more(field_name: str) -> None:
    store, suppressed = FakeStore(), Suppressed(channels=2)
    assert recorder(store, suppressed).record(event(bounce("gone@shop.co.kr", field_name=field_name))) == 2
    assert suppressed.addresses == [("gone@shop.co.kr", BOUNCED, NIGHT)]
    assert store.begun == 1


def test_whoever_complains_gets_no_mail_any_more() -> None:
    suppressed = Suppressed()
    assert recorder(FakeStore(), suppressed).record(event(complaint("angry@shop.co.kr"))) == 1
    assert suppressed.addresses == [("angry@shop.co.kr", COMPLAINED, NIGHT)]


@pytest.mark.parametrize(
    "report",
    [
        bounce("full@shop.co.kr", kind="Transient"),
        bounce("odd@shop.co.kr", kind="Undetermined"),
        complaint("kind@shop.co.kr", complaintFeedbackType="not-spam"),
        {"eventType": "Delivery", "delivery": {"recipients": ["boss@shop.co.kr"]}},
        {"eventType": "DeliveryDelay"},
        "Successfully validated SNS topic for Amazon SES event publishing.",
        "[1, 2]",
        "",
        {},
        {"eventType": "Bounce"},
        {"eventType": "Complaint"},
        bounce(),
        bounce("no address"),
        {**bounce("x@shop.co.kr"), "bounce": {"bounceType": "Permanent", "bouncedRecipients": ["x@shop.co.kr"]}},
    ],
)
def test_what_is_no_lasting_failure_or_no_report_changes_nothing(report: object) -> None:
    store, suppressed = FakeStore(), Suppressed()
    assert recorder(store, suppressed).record(event(report)) == 0
    assert (store.begun, suppressed.addresses) == (0, [])


def test_a_record_of_another_form_is_passed_over_and_those_beside_it_are_not() -> None:
    reports = event(bounce("gone@shop.co.kr"))
    reports["Records"].insert(0, {"eventSource": "aws:sqs", "body": "{}"})
    assert [address for address, _ in unreachable_of(reports)] == ["gone@shop.co.kr"]
    assert list(unreachable_of({})) == []


def test_each_address_of_an_event_is_suppressed_once_in_one_transaction() -> None:
    store, suppressed = FakeStore(), Suppressed()
    reports = event(bounce("a@shop.co.kr", '"B" <b@shop.co.kr>'), bounce("a@shop.co.kr"), complaint("a@shop.co.kr"))
    with capture_logs() as lines:
        recorder(store, suppressed).record(reports)
    assert [(address, reason) for address, reason, _ in suppressed.addresses] == [
        ("a@shop.co.kr", BOUNCED),
        ("b@shop.co.kr", BOUNCED),
        ("a@shop.co.kr", COMPLAINED),
    ]
    assert store.begun == 1
    assert "shop.co.kr" not in str(lines)


def test_a_database_that_is_away_has_the_event_delivered_again() -> None:
    with pytest.raises(StoreUnavailable):
        recorder(FakeStore(is_away=True), Suppressed()).record(event(bounce("gone@shop.co.kr")))
