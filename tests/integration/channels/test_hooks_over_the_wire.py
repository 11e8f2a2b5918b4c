"""Slack and webhooks as servers on this machine answer them, or do not."""

import json
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from infra.local.sinks import HookFault, HookSink
from sunwi.adapters.channels.slack.send_slack import SlackSender
from sunwi.adapters.channels.slack.slack_message import slack_message
from sunwi.adapters.channels.webhook.send_webhook import WebhookSender
from sunwi.adapters.channels.webhook.signature import sign
from sunwi.adapters.http.standin_client import client_of_standin
from sunwi.domain.channel import Channel
from sunwi.errors import ConfigurationError, NotTaken, Permanent
from sunwi.service.ports.notices import ChannelSender
from sunwi.testing import ManualClock
from sunwi.wording.notices.copy_text import copy_text_of
from tests.channels.example_notices import DIGEST, SECRET, SLACK, WEBHOOK, hostile_text, huge_text, notice
from tests.examples import NIGHT

SLACK_HOST, WEBHOOK_HOST = "hooks.slack.com", "hooks.shop.co.kr"
#: What a sender of the tests gets for one message.
SECONDS = 0.5
#: A slow machine between the end of a wait and the test's own look at its watch.
MARGIN_SECONDS = 5


@pytest.fixture
def sink() -> Iterator[HookSink]:
    with HookSink() as running:
        yield running


@pytest.fixture(params=["slack", "webhook"])
def way(request: pytest.FixtureRequest, sink: HookSink) -> tuple[ChannelSender, Channel, str]:
    client, clock = client_of_standin(sink.address, seconds=SECONDS), ManualClock(NIGHT)
    if request.param == "slack":
        return SlackSender(client, clock), SLACK, SLACK_HOST
    return WebhookSender(client, clock), WEBHOOK, WEBHOOK_HOST


Way = tuple[ChannelSender, Channel, str]


def test_slack_gets_the_message_under_its_own_name_and_path(sink: HookSink) -> None:
    made = notice(hostile_text(), copy_text=copy_text_of(DIGEST))
    SlackSender(client_of_standin(sink.address, seconds=SECONDS), ManualClock(NIGHT)).send(SLACK, made)
    (hook,) = sink.taken(SLACK_HOST)
    assert hook.path == "/services/T000/B000/SECRETHOOK"
    assert hook.body == slack_message(made)
    assert hook.headers["content-type"] == "application/json; charset=utf-8"


def test_a_webhook_gets_what_its_owner_can_verify(sink: HookSink) -> None:
    WebhookSender(client_of_standin(sink.address, seconds=SECONDS), ManualClock(NIGHT)).send(WEBHOOK, notice())
    (hook,) = sink.taken(WEBHOOK_HOST)
    assert hook.path == "/in?token=SECRETHOOK"
    wanted = sign(SECRET, message_id=notice().id, at=NIGHT, body=hook.text.encode())
    assert hook.headers.items() >= wanted.items()
    assert json.loads(hook.text)["title"] == DIGEST.title


def test_a_digest_of_thousands_is_one_message_of_each(sink: HookSink, way: Way) -> None:
    sender, channel, host = way
    sender.send(channel, notice(huge_text(), copy_text=copy_text_of(huge_text())))
    (hook,) = sink.taken(host)
    assert len(hook.text) < 100_000


def test_a_pause_that_is_asked_for_is_told_and_the_next_try_is_taken(sink: HookSink, way: Way) -> None:
    sender, channel, host = way
    sink.meet(host, HookFault(status=429, headers={"Retry-After": "17"}))
    with pytest.raises(NotTaken) as caught:
        sender.send(channel, notice())
    assert caught.value.retry_after == timedelta(seconds=17)
    sender.send(channel, notice())
    assert (sink.asked[host], len(sink.taken(host))) == (2, 1)


def test_an_error_of_the_server_is_worth_another_try(sink: HookSink, way: Way) -> None:
    sender, channel, host = way
    sink.meet(host, HookFault(status=500, body="<html>oops"))
    with pytest.raises(NotTaken) as caught:
        sender.send(channel, notice())
    assert caught.value.retry_after is None
    assert sink.taken(host) == []


def test_a_server_that_hangs_is_given_up_in_time(sink: HookSink, way: Way) -> None:
    sender, channel, host = way
    sink.meet(host, HookFault(way="hang"))
    began = time.monotonic()
    with pytest.raises(NotTaken) as caught:
        sender.send(channel, notice())
    assert SECONDS * 0.9 <= time.monotonic() - began < SECONDS + MARGIN_SECONDS
    assert caught.value.code == "channel_unreachable"


def test_a_connection_that_breaks_off_leaves_it_open_whether_it_was_taken(sink: HookSink, way: Way) -> None:
    sender, channel, host = way
    sink.meet(host, HookFault(way="cut", takes=True))
    with pytest.raises(NotTaken) as caught:
        sender.send(channel, notice())
    assert caught.value.code == "channel_unreachable"
    assert "SECRETHOOK" not in str(caught.value)
    sender.send(channel, notice())
    assert len(sink.taken(host)) == 2, "told twice, as at least once means"


def test_a_server_that_is_not_there_is_worth_another_try(way: Way, sink: HookSink) -> None:
    sender, channel, _ = way
    sink.__exit__(None, None, None)
    with pytest.raises(NotTaken, match="cannot be reached"):
        sender.send(channel, notice())


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(sink: HookSink, way: Way, status: int) -> None:
    sender, channel, host = way
    sink.meet(host, HookFault(status=status, headers={"Location": "https://hooks.slack.com/services/other"}))
    with pytest.raises(NotTaken):
        sender.send(channel, notice())
    assert sum(sink.asked.values()) == 1


def test_what_is_gone_is_not_asked_again(sink: HookSink, way: Way) -> None:
    sender, channel, host = way
    sink.meet(host, HookFault(status=410, body="channel_is_archived"))
    with pytest.raises(Permanent):
        sender.send(channel, notice())


@pytest.mark.parametrize(
    "address", ["8.8.8.8:80", "hooks.shop.co.kr:80", "127.0.0.1", "127.0.0.1:", "[2406:da12::1]:80", "", ":80"]
)
def test_no_address_that_a_deployment_could_have_stands_in_for_hooks(address: str) -> None:
    with pytest.raises(ConfigurationError, match="local stack alone"):
        client_of_standin(address, seconds=SECONDS)
