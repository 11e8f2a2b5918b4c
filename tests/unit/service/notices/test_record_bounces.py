"""Reports as SES publishes them to a topic. Source: docs/aws.md, SES."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from sunwi.domain.notice import SYSTEM_AUDIENCE, NewNotice, NoticeKind
from sunwi.errors import StoreUnavailable
from sunwi.service.notices.record_bounces import BOUNCED, COMPLAINED, RecordBounces
from sunwi.testing import ManualClock
from sunwi.wording.notices.watch_text import watch_text
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


@dataclass
class FakeNotices:
    """What was suppressed, with the number of channels that an address has."""

    channels: int = 1
    suppressed: list[tuple[str, str, datetime]] = field(default_factory=list)

    def suppress(self, address: str, reason: str, *, at: datetime) -> list[str]:
        self.suppressed.append((address, reason, at))
        return [f"channel-{number}" for number in range(self.channels)]


@dataclass
class FakeStore:
    """Transactions that commit, or a database that is away."""

    notices: FakeNotices = field(default_factory=FakeNotices)
    is_away: bool = False
    begun: int = 0
    posted: list[NewNotice] = field(default_factory=list)

    @contextmanager
    def begin(self) -> Iterator["FakeStore"]:
        if self.is_away:
            raise StoreUnavailable("away", code="database_unreachable")
        self.begun += 1
        yield self

    def post(self, tx: object, notices: Sequence[NewNotice], *, at: datetime) -> int:
        assert tx is self, "in the transaction that suppresses"
        assert at == NIGHT
        self.posted += notices
        return len(notices)


def record(store: FakeStore, report: object) -> int:
    text = report if isinstance(report, str) else json.dumps(report)
    return RecordBounces(store=cast("Any", store), clock=ManualClock(NIGHT), post=store.post).record(text)


@pytest.mark.parametrize("field_name", ["eventType", "notificationType"])
def test_an_address_that_does_not_exist_gets_no_mail_any_more(field_name: str) -> None:
    store = FakeStore(FakeNotices(channels=2))
    assert record(store, bounce("gone@shop.co.kr", field_name=field_name)) == 2
    assert store.notices.suppressed == [("gone@shop.co.kr", BOUNCED, NIGHT)]
    assert store.begun == 1


def test_whoever_complains_gets_no_mail_any_more() -> None:
    store = FakeStore()
    assert record(store, complaint("angry@shop.co.kr")) == 1
    assert store.notices.suppressed == [("angry@shop.co.kr", COMPLAINED, NIGHT)]


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
        {"eventType": "Bounce", "bounce": "none"},
        {"eventType": "Complaint"},
        bounce(),
        bounce("no address"),
        {**bounce("x@shop.co.kr"), "bounce": {"bounceType": "Permanent", "bouncedRecipients": ["x@shop.co.kr"]}},
    ],
)
def test_what_is_no_lasting_failure_or_no_report_changes_nothing(report: object) -> None:
    store = FakeStore()
    assert record(store, report) == 0
    assert (store.begun, store.notices.suppressed) == (0, [])


def test_each_address_of_a_report_is_suppressed_once_in_one_transaction_and_stands_in_no_log() -> None:
    store = FakeStore()
    with capture_logs() as lines:
        assert record(store, bounce("a@shop.co.kr", '"B" <b@shop.co.kr>', "a@shop.co.kr")) == 2
    assert [address for address, _, _ in store.notices.suppressed] == ["a@shop.co.kr", "b@shop.co.kr"]
    assert store.begun == 1
    assert [line["event"] for line in lines] == ["address_suppressed"] * 2
    assert "shop.co.kr" not in str(lines)


@pytest.mark.parametrize(
    ("report", "kind", "title"),
    [
        (bounce("gone@shop.co.kr"), "MAIL_BOUNCED", "메일이 되돌아와 더는 보내지 않는 채널이 2개 있습니다"),
        (
            complaint("gone@shop.co.kr"),
            "MAIL_COMPLAINED",
            "스팸으로 신고되어 메일을 더는 보내지 않는 채널이 2개 있습니다",
        ),
    ],
)
def test_the_operators_are_told_which_channels_get_no_mail_any_more(
    report: dict[str, Any], kind: str, title: str
) -> None:
    store = FakeStore(FakeNotices(channels=2))
    record(store, report)
    [notice] = store.posted
    assert (notice.kind, notice.audience, notice.is_urgent) == (NoticeKind.WATCH, SYSTEM_AUDIENCE, True)
    assert (notice.content["kind"], notice.content["detail"]) == (kind, "channel-0, channel-1")
    assert watch_text(notice.content).title == title
    assert "shop.co.kr" not in f"{notice.content} {notice.dedupe_key}"


def test_an_address_that_was_suppressed_before_is_not_told_of_again() -> None:
    store = FakeStore(FakeNotices(channels=0))
    assert record(store, bounce("gone@shop.co.kr")) == 0
    assert store.posted == []


def test_a_database_that_is_away_has_the_report_delivered_again() -> None:
    with pytest.raises(StoreUnavailable):
        record(FakeStore(is_away=True), bounce("gone@shop.co.kr"))
