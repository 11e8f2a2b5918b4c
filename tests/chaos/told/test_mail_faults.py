"""Notices by e-mail whose SES throttles: told once, marked once, none lost, by a pause that fits what SES says."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from infra.local.sinks import MailSink
from infra.local.stack import LocalStack, wait_for
from sunwi.adapters.channels.mail.ses_errors import LONG_PAUSE
from sunwi.bootstrap.channels import MAIL_TRIES
from sunwi.domain.notice import NoticeState
from sunwi.domain.notice_rules import MOST_TRIES, PAUSES
from tests.chaos.audit import Row
from tests.chaos.told.mails_night import QUOTA, RATE, MailsNight, mails_night

pytestmark = [pytest.mark.timeout(600), pytest.mark.chaos]

Tell = Callable[[Row], None]
#: Notices of a row.
SEVERAL = 5


@pytest.fixture(scope="module")
def module_night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailsNight]:
    folder = tmp_path_factory.mktemp("mails")
    with (
        MailSink(folder / "mailbox") as mailbox,
        LocalStack(mail_address=mailbox.address) as stack,
        mails_night(stack, "mail-faults", folder, mailbox) as night,
    ):
        yield night


@pytest.fixture
def night(module_night: MailsNight) -> MailsNight:
    module_night.begin_row()
    return module_night


def refused(night: MailsNight, tries: int) -> set[tuple[NoticeState, str]]:
    """Wait until the notifier has failed so often with each notice; return how they stand, and why."""
    wait_for(f"{tries} tries", lambda: night.is_refused(tries), timeout_seconds=90)
    notices = [night.notice(one) for one in night.own]
    return {(notice.state, notice.failure.code) for notice in notices if notice.failure is not None}


def pauses(night: MailsNight, since: datetime) -> list[timedelta]:
    """Return for how long the notices are left alone."""
    return [night.notice(one).not_before - since for one in night.own]


def test_mails_that_ses_throttles_longer_than_boto3_tries_are_tried_again_by_the_notifier(
    night: MailsNight, tell: Tell
) -> None:
    night.throttle(RATE, tries=SEVERAL)
    night.post(SEVERAL)
    since = datetime.now(UTC)
    night.tick()
    assert refused(night, tries=1) == {(NoticeState.WAITING, "mail_throttled")}
    assert (night.calls, night.mails) == (SEVERAL * MAIL_TRIES, 0)
    assert PAUSES[0] <= min(pauses(night, since)) <= max(pauses(night, since)) < LONG_PAUSE
    row = night.audit(f"SES throttles the first try of each of {SEVERAL} mails, both calls of it")
    tell(row)
    assert row.happened == f"{SEVERAL} told"
    assert {night.notice(one).tries for one in night.own} == {2}
    assert (night.calls, night.mails) == (SEVERAL * MAIL_TRIES + SEVERAL, SEVERAL)
    assert night.marks() == {1}


def test_mails_beyond_the_quota_of_a_day_wait_for_an_hour_and_are_told(night: MailsNight, tell: Tell) -> None:
    night.throttle(QUOTA, tries=SEVERAL)
    night.post(SEVERAL)
    since = datetime.now(UTC)
    night.tick()
    assert refused(night, tries=1) == {(NoticeState.WAITING, "mail_quota_used")}
    assert min(pauses(night, since)) >= LONG_PAUSE
    row = night.audit(f"SES's quota of 24 hours is used up at the first try of each of {SEVERAL} mails")
    tell(row)
    assert row.happened == f"{SEVERAL} told"
    assert (night.mails, night.marks()) == (SEVERAL, {1})


def test_mails_that_ses_throttles_for_good_are_dead_with_the_reason_and_can_be_sent_again(
    night: MailsNight, tell: Tell
) -> None:
    night.throttle(RATE, tries=SEVERAL * MOST_TRIES)
    night.post(SEVERAL)
    night.settle()
    assert refused(night, tries=MOST_TRIES) == {(NoticeState.DEAD, "mail_throttled")}
    assert (night.calls, night.mails) == (SEVERAL * MOST_TRIES * MAIL_TRIES, 0)
    with night.adapters.store.begin() as tx:
        assert tx.notices.resend(night.own, at=datetime.now(UTC)) == SEVERAL
    row = night.audit(f"SES throttles all tries of {SEVERAL} mails; they are resent")
    tell(row)
    assert row.happened == f"{SEVERAL} told"
    assert (night.mails, night.marks()) == (SEVERAL, {1})
