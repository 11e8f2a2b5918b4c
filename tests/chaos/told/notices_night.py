"""Notices of a deployed stack, whose minutes are the test's own and whose Slack is a hook of the test's."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import update

from infra.local.stack import LocalStack, Overlay, StackOutputs, wait_for
from sunwi.adapters.aws.tender import NoTender
from sunwi.adapters.sql.tables import NoticeRow
from sunwi.bootstrap.adapters import Adapters
from sunwi.domain.actor import SYSTEM
from sunwi.domain.channel import ChannelKind, NewChannel
from sunwi.domain.notice import SYSTEM_AUDIENCE, NewNotice, NoticeKind, NoticeState
from sunwi.domain.notice_list import NoticeFilter, NoticeQuery
from sunwi.domain.stored_notice import Notice, NoticeKey
from sunwi.settings import Settings
from tests.chaos.audit import Row
from tests.chaos.overlay.held.hook import ADDRESS, PAUSE
from tests.chaos.overlay.held.points import FOLDER
from tests.chaos.told.hook_server import Hook
from tests.stack.jobs_stack import JobsStack, kill

OVERLAY = Overlay(
    folder=Path(__file__).parents[1] / "overlay",
    handlers={"Notifier": "held.notifier.handler", "Tender": "held.hasty_tender.handler"},
)
#: Seconds after which a message that was not taken comes again; the template says 360.
VISIBILITY_SECONDS = 2
#: Longer than anything waits: a lease, a back-off, a message that is lost.
LONG = timedelta(hours=1)
#: Seconds between two messages to a hook: a tenth of the product's.
HOOK_PAUSE_SECONDS = 0.1
CHANNEL = "ops"


@dataclass(frozen=True, slots=True)
class HeldNotifier:
    """A notifier that waits at a point with a notice."""

    notice_id: str
    pid: int
    file: Path

    def let_go(self) -> None:
        """Let it go on, and wait until it does."""
        go = self.file.with_suffix(".go")
        go.touch()
        wait_for(f"notifier {self.pid} going on", lambda: not go.exists())


@dataclass
class NoticesNight(JobsStack):
    """A deployed stack with one hook of the operators.

    Attributes:
        own: Ids of the notices of the present row.
        kills: Of each notice, how often its notifier was killed once it was told.
    """

    hook: Hook = field(default_factory=Hook)
    own: list[str] = field(default_factory=list)
    kills: Counter[str] = field(default_factory=Counter)

    def begin_row(self) -> None:
        """Forget the notices of the rows before."""
        self.own.clear()
        self.kills.clear()
        self.hook.forget()

    def post(self, number: int = 1, kind: NoticeKind = NoticeKind.BACKUP) -> list[str]:
        """Post notices as whatever tells does, and return their ids."""
        now = datetime.now(UTC)
        keys = [f"{now.isoformat()}-{one}" for one in range(number)]
        notices = [
            NewNotice(kind=kind, audience=SYSTEM_AUDIENCE, dedupe_key=key, content={"title": key}) for key in keys
        ]
        with self.adapters.store.begin() as tx:
            assert tx.notices.post(notices, at=now) == number
        found = {notice.dedupe_key: notice.id for notice in self.all()}
        ids = [found[key] for key in keys]
        self.own += ids
        return ids

    def all(self) -> list[Notice]:
        query = NoticeQuery(wanted=NoticeFilter(), actor=SYSTEM, limit=10_000)
        with self.adapters.store.read() as tx:
            return list(tx.notices.page(query).notices)

    def notice(self, notice_id: str) -> Notice:
        with self.adapters.store.read() as tx:
            found = tx.notices.get(notice_id)
        assert found is not None
        return found

    def send_message(self, notice_id: str) -> None:
        """Send a notice's present message once more."""
        key = NoticeKey(notice_id, self.notice(notice_id).generation)
        url = self.outputs.notices_queue_url
        self.stack.client("sqs").send_message(QueueUrl=url, MessageBody=key.as_message())

    def waiting_messages(self) -> int:
        """Count the messages to the notifier, those in flight included."""
        url = self.outputs.notices_queue_url
        found = self.stack.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return int(found["ApproximateNumberOfMessages"]) + int(found["ApproximateNumberOfMessagesNotVisible"])

    def lose_messages(self) -> int:
        """Take whatever is in the queue, and forget it."""
        sqs, url, count = self.stack.client("sqs"), self.outputs.notices_queue_url, 0
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            count += len(messages)
        return count

    def hold(self, point: str) -> HeldNotifier:
        """Post a notice, and hold its notifier at a point."""
        (notice_id,) = self.post()
        file = self.gates / f"{point}-{notice_id}"
        file.with_suffix(".armed").touch()
        self.tick()
        reached = file.with_suffix(".reached")
        try:
            wait_for(f"notifier at {file.name}", reached.exists, timeout_seconds=60)
        except TimeoutError as error:
            raise AssertionError("\n".join([str(error), *self.stack.function_logs("Notifier")[-60:]])) from error
        return HeldNotifier(notice_id, json.loads(reached.read_text())["pid"], file)

    def kill(self, held: HeldNotifier, *, was_told: bool) -> None:
        """Kill a notifier as a machine does that loses its power; its lease is over by the time that anybody looks."""
        kill(held.pid)
        self.kills[held.notice_id] += was_told
        self.let_minutes_pass(held.notice_id)

    def let_minutes_pass(self, *notice_ids: str) -> None:
        """Put back when notices were queued and leased, and until when they are to wait; all of the row by default."""
        now = datetime.now(UTC)
        own = NoticeRow.id.in_(notice_ids or self.own)
        queued, waits = NoticeRow.state == NoticeState.QUEUED.value, NoticeRow.state == NoticeState.WAITING.value
        with self.adapters.engine.begin() as connection:
            connection.execute(update(NoticeRow).where(own, queued).values(queued_at=now - LONG))
            is_leased = NoticeRow.leased_until.is_not(None)
            connection.execute(update(NoticeRow).where(own, queued, is_leased).values(leased_until=now - LONG))
            connection.execute(update(NoticeRow).where(own, waits, NoticeRow.not_before > now).values(not_before=now))

    def settle(self, timeout_seconds: float = 120) -> None:
        """Let minutes pass until every notice of the row is told or dead, and no message is on its way."""

        def is_over() -> bool:
            if self.waiting_messages():
                return False
            if all(self.notice(one).state in (NoticeState.TOLD, NoticeState.DEAD) for one in self.own):
                return True
            self.let_minutes_pass()
            self.tick()
            return False

        wait_for("end of every notice", is_over, timeout_seconds=timeout_seconds)

    def taken(self) -> Counter[str]:
        """Count what the other side took, by notice."""
        return self.hook.taken()

    def audit(self, fault: str, *, healed_at: datetime | None = None, timeout_seconds: float = 120) -> Row:
        """Settle the row's notices, and close their books from the table and what was taken alone."""
        self.settle(timeout_seconds)
        taken = self.taken()
        notices = [self.notice(notice_id) for notice_id in self.own]
        states = Counter(notice.state.value.lower() for notice in notices)
        ends = [one.told_at for one in notices if one.told_at is not None]
        late = [(end - healed_at).total_seconds() for end in ends if healed_at is not None and end >= healed_at]
        return Row(
            fault=fault,
            happened=", ".join(f"{count} {state}" for state, count in sorted(states.items())),
            lost=sum(notice.state is NoticeState.TOLD and not taken[notice.id] for notice in notices)
            + sum(notice.state is NoticeState.DEAD and notice.failure is None for notice in notices),
            doubled=sum(max(0, taken[notice.id] - 1 - self.kills[notice.id]) for notice in notices),
            false=sum((notice.told_at is None) == (notice.state is NoticeState.TOLD) for notice in notices),
            is_balanced=states["told"] + states["dead"] == len(self.own) and not self.waiting_messages(),
            recovery_seconds=max(late, default=None),
        )


@contextmanager
def notices_night(
    stack: LocalStack, name: str, folder: Path, hook: Hook, url: str | None = None
) -> Iterator[NoticesNight]:
    """Deploy the real template with the hook for Slack; on a new SQLite file unless another database is given."""
    url = url or f"sqlite:///{folder / 'sunwi.db'}"
    gates = folder / "held"
    gates.mkdir()
    environment = {FOLDER: str(gates), ADDRESS: hook.address, PAUSE: str(HOOK_PAUSE_SECONDS)}
    channel = NewChannel(
        name=CHANNEL,
        kind=ChannelKind.SLACK,
        address="https://hooks.slack.com/services/T0/B0/chaos",
        audience=SYSTEM_AUDIENCE,
    )
    with deployed_with(stack, channel, url, name=name, environment=environment, overlay=OVERLAY) as (outputs, adapters):
        yield NoticesNight(stack, outputs, adapters, gates, hook)


@contextmanager
def deployed_with(
    stack: LocalStack, channel: NewChannel, url: str, /, *, environment: Mapping[str, str], **deployment: Any
) -> Iterator[tuple[StackOutputs, Adapters]]:
    """Deploy the real template with one channel; its minutes are the test's, and lost messages come again soon.

    Args:
        stack: A running one.
        channel: The one.
        url: Of the database.
        environment: Variables of the functions, besides the database.
        deployment: What else `LocalStack.deploy` takes.
    """
    outputs = stack.deploy(environment={"DATABASE_URL": url, **environment}, **deployment)
    stack.client("events").disable_rule(Name=outputs.tender_rule_arn.rsplit("/", 1)[-1])
    stack.client("sqs").set_queue_attributes(
        QueueUrl=outputs.notices_queue_url, Attributes={"VisibilityTimeout": str(VISIBILITY_SECONDS)}
    )
    adapters = Adapters(Settings(database_url=url), tender=NoTender())
    with adapters.store.begin() as tx:
        assert tx.channels.add(channel, at=datetime.now(UTC))
    try:
        yield outputs, adapters
    finally:
        stack.client("cloudformation").delete_stack(StackName=deployment["name"])
        adapters.close()
