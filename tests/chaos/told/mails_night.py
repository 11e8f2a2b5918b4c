"""Notices of a deployed stack that go by e-mail: its SES can be throttled, and its mailbox is the test's own."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from typing_extensions import override

from infra.local.sinks import MailSink
from infra.local.stack import LocalStack, wait_for
from sunwi.bootstrap.channels import MAIL_TRIES
from sunwi.domain.channel import ChannelKind, NewChannel
from sunwi.domain.notice import SYSTEM_AUDIENCE, NoticeKind, NoticeState
from tests.chaos.told.notices_night import CHANNEL, NoticesNight, deployed_with
from tests.stack.aws_proxy import MAIL, Answer, AwsProxy, Call, proxied

#: What SES says when an account sends too much, in a second and in a day: the message alone tells them apart.
RATE, QUOTA = "Maximum sending rate exceeded.", "Daily message quota exceeded."

#: Notices that have both notifiers start.
WARM_UP = 4


@dataclass(kw_only=True)
class MailsNight(NoticesNight):
    """A deployed stack with one e-mail channel of the operators.

    Attributes:
        mailbox: What SES hands mails to.
        ses: What the notifier's calls of SES come through.
        refused: Calls of the row that SES did not take.
    """

    mailbox: MailSink
    ses: AwsProxy
    refused: list[Call] = field(default_factory=list)
    _mails_before: int = 0
    _calls_before: int = 0

    @override
    def begin_row(self) -> None:
        super().begin_row()
        self.ses.meet(MAIL)
        self.refused.clear()
        self._mails_before, self._calls_before = len(self.mailbox.files()), self.ses.calls[MAIL]

    @property
    def calls(self) -> int:
        """How many calls of SES the row has cost."""
        return self.ses.calls[MAIL] - self._calls_before

    @property
    def mails(self) -> int:
        """How many mails came for the row."""
        return len(self.mailbox.files()) - self._mails_before

    @override
    def taken(self) -> Counter[str]:
        """Count the mails by notice, once every one has come that SES took: it hands them on afterwards.

        SES puts its own id in place of a message's; the boundary between its parts has the notice's.
        """
        wait_for("mails that SES took", lambda: self.mails >= self.calls - len(self.refused))
        return Counter(str(mail.get_boundary()).removeprefix("=_") for mail in self.mailbox.mails())

    def marks(self) -> set[int]:
        """Return how often each notice of the row was marked as told, from the notifier's log, which comes late."""

        def logged() -> Counter[str]:
            lines = [json.loads(line) for line in self.stack.function_logs("Notifier") if line.startswith("{")]
            tried = [line for line in lines if line.get("event") == "notice_tried" and line["delivery"] == "told"]
            return Counter(line["notice_id"] for line in tried)

        wait_for("marks in the log", lambda: logged().keys() >= set(self.own))
        found = logged()
        return {found[one] for one in self.own}

    @override
    def post(self, number: int = 1, kind: NoticeKind = NoticeKind.TEST) -> list[str]:
        return super().post(number, kind)

    def throttle(self, said: str, *, tries: int) -> None:
        """Let SES refuse so many tries of the notifier, each with all that boto3 makes of it by itself."""

        def refuse(_proxy: AwsProxy, call: Call) -> Answer:
            self.refused.append(call)
            return Answer(429, json.dumps({"__type": "TooManyRequestsException", "message": said}).encode())

        self.ses.meet(MAIL, *[refuse] * (tries * MAIL_TRIES))

    def is_refused(self, tries: int) -> bool:
        """Return whether the notifier has failed so often with each notice of the row."""
        notices = [self.notice(one) for one in self.own]
        return all(
            notice.tries == tries and notice.failure is not None and notice.state is not NoticeState.QUEUED
            for notice in notices
        )


@contextmanager
def mails_night(stack: LocalStack, name: str, folder: Path, mailbox: MailSink) -> Iterator[MailsNight]:
    """Deploy the real template with a sender of mails, on a new SQLite file.

    Args:
        stack: One whose SES hands mails to the mailbox.
        name: Of the CloudFormation stack.
        folder: Takes the database.
        mailbox: Running.
    """
    channel = NewChannel(name=CHANNEL, kind=ChannelKind.EMAIL, address="boss@shop.co.kr", audience=SYSTEM_AUDIENCE)
    parameters = {"MailSender": "notice@agency.co.kr", "MailReplyTo": "help@agency.co.kr"}
    url = f"sqlite:///{folder / 'sunwi.db'}"
    with deployed_with(stack, channel, url, name=name, environment={}, parameters=parameters) as (outputs, adapters):
        place = NoticesNight(stack, outputs, adapters, folder)
        with proxied(place, outputs.notifier_function_name) as ses:
            night = MailsNight(stack, outputs, adapters, folder, mailbox=mailbox, ses=ses)
            # A notifier's first mail takes much longer than the others: on a busy machine nearly a whole minute.
            night.post(WARM_UP)
            night.settle(timeout_seconds=240)
            yield night
