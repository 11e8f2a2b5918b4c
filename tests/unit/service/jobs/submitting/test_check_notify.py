from typing import Any

import pytest

from sunwi.domain.actor import SYSTEM, Actor
from sunwi.domain.channel import ChannelKind, NewChannel
from sunwi.domain.notice import SYSTEM_AUDIENCE, Audience, AudienceKind
from sunwi.errors import InvalidInput
from sunwi.wording.error_words import error_words
from tests.examples import NIGHT
from tests.job_desk import ADMIN, ADVERTISER, AGENCY, OTHER_AGENCY, JobDesk, order
from tests.statement_counts import counting

AGENCY_1 = Audience(AudienceKind.AGENCY, 1)


@pytest.fixture
def channels(desk: JobDesk) -> JobDesk:
    """Channels of the operators and of agency 1; agency 2 has none."""
    with desk.store.begin() as tx:
        for name, audience in (("ops", SYSTEM_AUDIENCE), ("한빛", AGENCY_1)):
            channel = NewChannel(name=name, kind=ChannelKind.EMAIL, address=f"{name}@a.co.kr", audience=audience)
            assert tx.channels.add(channel, at=NIGHT)
    return desk


@pytest.mark.parametrize(
    ("actor", "notify", "code"),
    [
        (ADMIN, {"channel": "ops"}, None),
        (ADMIN, {"channel": "한빛"}, None),
        (SYSTEM, {"audience": "system"}, None),
        (ADMIN, {"audience": "agency:1"}, None),
        (ADMIN, {"channel": "none"}, "notify_unknown"),
        (ADMIN, {"audience": "agency:2"}, "notify_reaches_nobody"),
        (ADMIN, {"audience": "agency:9"}, "notify_audience_unknown"),
        (ADMIN, {"audience": "client:9"}, "notify_audience_unknown"),
        (AGENCY, {"channel": "한빛"}, None),
        (AGENCY, {"audience": "agency:1"}, None),
        (AGENCY, {"channel": "ops"}, "notify_unknown"),
        (AGENCY, {"audience": "system"}, "notify_audience_unknown"),
        (AGENCY, {"audience": "agency:2"}, "notify_audience_unknown"),
        (OTHER_AGENCY, {"channel": "한빛"}, "notify_unknown"),
        (ADVERTISER, {"channel": "한빛"}, "notify_unknown"),
    ],
)
def test_a_job_is_told_of_where_its_submitter_may_and_somebody_is_reached(
    channels: JobDesk, actor: Actor, notify: dict[str, Any], code: str | None
) -> None:
    if code is None:
        assert channels.submit(actor=actor, notify=notify).notify == notify
        return
    with pytest.raises(InvalidInput) as caught:
        channels.submit(actor=actor, notify=notify)
    assert caught.value.code == code
    assert error_words(caught.value) != str(caught.value)


def test_an_address_that_takes_nothing_is_no_channel_to_name(channels: JobDesk) -> None:
    with channels.store.begin() as tx:
        assert len(tx.notices.suppress("ops@a.co.kr", "bounced", at=NIGHT)) == 1
    with pytest.raises(InvalidInput) as caught:
        channels.submit(notify={"channel": "ops"})
    assert caught.value.code == "notify_suppressed"


def test_of_many_each_is_judged_by_itself(channels: JobDesk) -> None:
    wishes = [{"channel": "ops"}, {"channel": "none"}, None, {"audience": "agency:2"}, {"email": "a@b.kr"}]
    answer = channels.submit_bulk.submit(ADMIN, [order(notify=notify) for notify in wishes], partial=True)
    assert [(problem.row, problem.error.code) for problem in answer.refused] == [
        (2, "notify_unknown"),
        (4, "notify_reaches_nobody"),
        (5, "notify_unusable"),
    ]
    assert answer.stored == 2


def test_a_thousand_wishes_cost_no_more_statements_than_one(channels: JobDesk) -> None:
    engine = channels.store.engine

    def count(number: int) -> int:
        orders = [order(notify={"channel": f"none-{one}"}) for one in range(number)]
        with counting(engine) as counts:
            channels.submit_bulk.submit(ADMIN, orders)
        return counts.statements.total()

    assert count(1) == count(1000)
