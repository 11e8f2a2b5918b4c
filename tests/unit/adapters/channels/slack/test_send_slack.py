import json
import traceback
from dataclasses import replace
from datetime import timedelta

import pytest

from sunwi.adapters.channels.slack.send_slack import SlackSender
from sunwi.adapters.channels.slack.slack_message import slack_message
from sunwi.errors import NotTaken, Permanent
from sunwi.testing import ManualClock
from sunwi.wording.error_words import error_words
from tests.channels.example_notices import SLACK, SLACK_URL, notice
from tests.examples import NIGHT
from tests.unit.adapters.channels.hook_answers import CannedHook


def send(client: CannedHook, address: str = SLACK_URL) -> None:
    SlackSender(client, ManualClock(NIGHT)).send(replace(SLACK, address=address), notice())


def test_a_notice_is_posted_to_the_hook_in_korean() -> None:
    client = CannedHook()
    send(client)
    ((method, url, body, _),) = client.asked
    assert (method, url) == ("POST", SLACK_URL)
    assert json.loads(body) == slack_message(notice())
    assert "이탈" in body.decode()


@pytest.mark.parametrize(
    "address",
    [
        "https://hooks.shop.co.kr/services/T000/B000/SECRETHOOK",
        "https://hooks.slack.com.shop.co.kr/services/SECRETHOOK",
        "http://hooks.slack.com/services/SECRETHOOK",
        "SECRETHOOK",
    ],
)
def test_no_host_but_slacks_is_ever_asked(address: str) -> None:
    client = CannedHook()
    with pytest.raises(Permanent) as caught:
        send(client, address)
    assert client.asked == []
    assert caught.value.code == "channel_address_refused"
    assert "SECRETHOOK" not in "".join(traceback.format_exception(caught.value))
    assert "영업팀 슬랙" in str(caught.value)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, b"no_service"),
        (404, b"channel_not_found"),
        (403, b"invalid_token"),
        (403, b"action_prohibited"),
        (410, b"channel_is_archived"),
        (400, b"no_team"),
        (404, b""),
    ],
)
def test_a_hook_that_is_gone_is_not_asked_again_and_the_remedy_is_told(status: int, body: bytes) -> None:
    with pytest.raises(Permanent) as caught:
        send(CannedHook(status=status, body=body))
    assert caught.value.code == "slack_hook_gone"
    assert "웹훅을 새로 만들어" in error_words(caught.value)


@pytest.mark.parametrize(("status", "body"), [(400, b"invalid_payload"), (400, b"too_many_attachments"), (413, b"")])
def test_a_message_that_slack_refuses_is_not_sent_again(status: int, body: bytes) -> None:
    with pytest.raises(Permanent) as caught:
        send(CannedHook(status=status, body=body))
    assert caught.value.code == "slack_message_refused"
    assert str(status) in str(caught.value)


@pytest.mark.parametrize(
    ("status", "header", "pause"),
    [
        (429, "30", timedelta(seconds=30)),
        (429, "", None),
        (500, "", None),
        (503, "Thu, 01 Jan 2026 16:01:00 GMT", timedelta(minutes=1)),
        (408, "", None),
        (302, "", None),
    ],
)
def test_what_slack_does_not_take_now_is_sent_again_when_it_says(
    status: int, header: str, pause: timedelta | None
) -> None:
    with pytest.raises(NotTaken) as caught:
        send(CannedHook(status=status, headers={"retry-after": header} if header else {}))
    assert caught.value.retry_after == pause
    assert caught.value.code == "slack_busy"
