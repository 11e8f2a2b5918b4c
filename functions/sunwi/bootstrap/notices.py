"""What keeps, sends, lists and resends notices, and manages the channels that they go to."""

import secrets
from collections.abc import Callable, Mapping
from functools import cached_property

from uuid_utils import uuid7

from sunwi.adapters.aws.alarms import SnsAlarmChannel
from sunwi.adapters.aws.notice_queue import SqsNoticeQueue
from sunwi.bootstrap.adapters import Capability
from sunwi.bootstrap.channels import ChannelContainer
from sunwi.domain.channel import ChannelKind
from sunwi.domain.webhook_secret import webhook_secret_of
from sunwi.service.notices.deliver_notice import DeliverNotice
from sunwi.service.notices.list_notices import ListNotices
from sunwi.service.notices.manage_channels import ManageChannels
from sunwi.service.notices.mute_channel import MuteChannel
from sunwi.service.notices.record_bounces import RecordBounces
from sunwi.service.notices.resend_notices import ResendNotices
from sunwi.service.notices.send_due import SendDue
from sunwi.service.notices.show_notice import ShowNotice
from sunwi.service.notices.tell_overdue import TellOverdue
from sunwi.service.notices.try_channel import TryChannel
from sunwi.service.ports.notices import ChannelSender
from sunwi.wording.notices.notice_words import KoreanNoticeWords

#: Bytes of the key that a webhook's secret stands for.
_KEY_BYTES = 32


class NoticeContainer(Capability):
    """Notices, from the outbox to whoever is told."""

    @cached_property
    def notice_queue(self) -> SqsNoticeQueue | None:
        """The queue to the notifier; None where none is set, so that nothing asks for AWS."""
        url = self.adapters.settings.notices_queue_url
        return SqsNoticeQueue(self.adapters.aws_client("sqs"), url) if url else None

    @cached_property
    def notice_alarms(self) -> SnsAlarmChannel | None:
        """Where alarms go; None when no topic is set."""
        topic_arn = self.adapters.settings.alarm_topic_arn
        return SnsAlarmChannel(self.adapters.aws_client("sns"), topic_arn) if topic_arn else None

    @cached_property
    def senders(self) -> Mapping[ChannelKind, ChannelSender]:
        """What sends through each kind of channel.

        Raises:
            ConfigurationError: HOOKS_STANDIN is no address of this machine.
        """
        return self.adapters.compose(ChannelContainer).senders

    @cached_property
    def notice_words(self) -> KoreanNoticeWords:
        """Words of notices."""
        return KoreanNoticeWords(environment=self.adapters.settings.environment_name)

    @cached_property
    def deliver_notice(self) -> DeliverNotice:
        """Delivers one."""
        adapters = self.adapters
        return DeliverNotice(
            store=adapters.store,
            senders=self.senders,
            words=self.notice_words,
            clock=adapters.clock,
            sleep=adapters.sleep,
        )

    @cached_property
    def record_mail_report(self) -> Callable[[str], object]:
        """Takes what the mail service reports of mails that came back, as the body of its message."""
        return RecordBounces(store=self.adapters.store, clock=self.adapters.clock).record

    @cached_property
    def send_due(self) -> SendDue:
        """Queues what is due."""
        return SendDue(store=self.adapters.store, queue=self.notice_queue, clock=self.adapters.clock)

    @cached_property
    def tell_overdue(self) -> TellOverdue:
        """Tells of what was due and not sent."""
        adapters = self.adapters
        return TellOverdue(
            store=adapters.store, alarms=self.notice_alarms, words=self.notice_words, clock=adapters.clock
        )

    def queue_due(self) -> int:
        """Queue what is due; put together when it is asked for, so that an unfit setting fails that alone."""
        return self.send_due.send()

    def report_overdue(self) -> int:
        """Tell of what was due and not sent; as of `queue_due`."""
        return self.tell_overdue.tell()

    @cached_property
    def list_notices(self) -> ListNotices:
        """Lists them."""
        return ListNotices(self.adapters.store)

    @cached_property
    def show_notice(self) -> ShowNotice:
        """Shows one."""
        return ShowNotice(store=self.adapters.store, words=self.notice_words)

    @cached_property
    def resend_notices(self) -> ResendNotices:
        """Lets dead ones be sent again."""
        return ResendNotices(store=self.adapters.store, clock=self.adapters.clock)

    @cached_property
    def manage_channels(self) -> ManageChannels:
        """Adds, lists and removes channels."""
        return ManageChannels(store=self.adapters.store, clock=self.adapters.clock, new_secret=_new_secret)

    @cached_property
    def mute_channel(self) -> MuteChannel:
        """Mutes channels."""
        return MuteChannel(store=self.adapters.store, clock=self.adapters.clock)

    @cached_property
    def try_channel(self) -> TryChannel:
        """Tries channels."""
        return TryChannel(store=self.adapters.store, clock=self.adapters.clock, new_id=lambda: str(uuid7()))


def _new_secret() -> str:
    return webhook_secret_of(secrets.token_bytes(_KEY_BYTES))
