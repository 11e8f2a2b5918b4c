import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from structlog.contextvars import get_contextvars

from notifier.handler import handler
from sunwi.bootstrap.command_line import CommandContainer
from sunwi.domain.channel import ChannelKind, NewChannel
from sunwi.domain.notice import SYSTEM_AUDIENCE, NewNotice, NoticeKind, NoticeState
from sunwi.domain.stored_notice import NoticeKey
from sunwi.errors import NotTaken, StoreUnavailable
from sunwi.testing.notices import InMemoryChannelSender, InMemoryNoticeQueue
from tender.handler import handler as tend
from tests.examples import NIGHT
from tests.notice_world import PlainWords
from tests.parts import replace_parts
from tests.unit.handlers.job_functions import JobFunctions

CONTEXT = SimpleNamespace(aws_request_id="request")
BOUNCE = Path(__file__).parents[2] / "events/sns-bounce.json"


def record(message_id: str, body: str) -> dict[str, Any]:
    return {
        "messageId": message_id,
        "receiptHandle": f"handle-{message_id}",
        "body": body,
        "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": str(int(NIGHT.timestamp() * 1000))},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:ap-northeast-2:000000000000:notices",
    }


def messages(*bodies: str) -> dict[str, Any]:
    return {"Records": [record(f"m{number}", body) for number, body in enumerate(bodies)]}


@pytest.fixture
def sender(container: CommandContainer) -> InMemoryChannelSender:
    """A mail channel of the operators, and one notice for it that waits."""
    found = InMemoryChannelSender(container.adapters.clock)
    replace_parts(
        container, senders={ChannelKind.EMAIL: found}, notice_words=PlainWords(), notice_queue=InMemoryNoticeQueue()
    )
    channel = NewChannel(name="ops", kind=ChannelKind.EMAIL, address="ops@a.co.kr", audience=SYSTEM_AUDIENCE)
    notice = NewNotice(kind=NoticeKind.BACKUP, audience=SYSTEM_AUDIENCE, dedupe_key="k", content={"title": "백업 성공"})
    with container.adapters.store.begin() as tx:
        tx.channels.add(channel, at=NIGHT)
        tx.notices.post([notice], at=NIGHT)
    return found


def queued(container: CommandContainer) -> list[str]:
    """Let a minute be over for the tender, and return the messages that it sent."""
    JobFunctions(container)
    tend({"source": "aws.events"}, CONTEXT)
    queue = container.notices.notice_queue
    assert isinstance(queue, InMemoryNoticeQueue)
    return queue.take_bodies()


def states(container: CommandContainer) -> list[NoticeState]:
    with container.adapters.store.read() as tx:
        rows = tx.connection.exec_driver_sql("SELECT state FROM notice ORDER BY id")
        return [NoticeState(row[0]) for row in rows]


def test_a_minute_of_the_tender_queues_what_is_due_and_the_notifier_tells_it(
    container: CommandContainer, sender: InMemoryChannelSender
) -> None:
    bodies = queued(container)
    assert states(container) == [NoticeState.QUEUED]
    assert handler(messages(*bodies), CONTEXT) == {"batchItemFailures": []}
    assert sender.titles() == ["백업 성공"]
    assert states(container) == [NoticeState.TOLD]
    assert get_contextvars()["function"] == "notifier"


def test_a_message_that_is_none_of_ours_comes_again_alone(
    container: CommandContainer, sender: InMemoryChannelSender
) -> None:
    event = messages("{", *queued(container), NoticeKey("gone", 1).as_message())
    assert handler(event, CONTEXT) == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert sender.titles() == ["백업 성공"]


def test_what_is_not_taken_is_acknowledged_since_the_outbox_has_it(
    container: CommandContainer, sender: InMemoryChannelSender
) -> None:
    sender.failures = [NotTaken("busy")]
    assert handler(messages(*queued(container)), CONTEXT) == {"batchItemFailures": []}
    assert states(container) == [NoticeState.WAITING]


def test_while_the_database_is_away_a_message_comes_again(
    container: CommandContainer, sender: InMemoryChannelSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies = queued(container)

    def away(_store: object) -> Any:
        raise StoreUnavailable("gone")

    monkeypatch.setattr("sunwi.adapters.sql.store.SqlStore.begin", away)
    assert handler(messages(*bodies), CONTEXT) == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert sender.sent == []


def test_what_the_mail_service_reports_goes_to_whoever_records_it(container: CommandContainer) -> None:
    taken: list[str] = []
    replace_parts(container, record_mail_report=taken.append)
    event = json.loads(BOUNCE.read_text(encoding="utf-8"))
    assert handler(event, CONTEXT) == {"batchItemFailures": []}
    assert [json.loads(message)["eventType"] for message in taken] == ["Bounce"]


def test_a_report_that_cannot_be_recorded_is_raised_so_that_it_is_delivered_again(container: CommandContainer) -> None:
    def fail(_message: str) -> None:
        raise StoreUnavailable("gone")

    replace_parts(container, record_mail_report=fail)
    with pytest.raises(StoreUnavailable):
        handler(json.loads(BOUNCE.read_text(encoding="utf-8")), CONTEXT)
