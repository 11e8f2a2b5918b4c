import json
from dataclasses import replace
from datetime import timedelta

import pytest

from sunwi.adapters.channels.webhook.send_webhook import WebhookSender
from sunwi.adapters.channels.webhook.signature import sign
from sunwi.errors import NotTaken, Permanent
from sunwi.testing import ManualClock
from tests.channels.example_notices import SECRET, WEBHOOK, WEBHOOK_URL, notice
from tests.examples import NIGHT
from tests.unit.adapters.channels.hook_answers import CannedHook


def sender(client: CannedHook, clock: ManualClock | None = None) -> WebhookSender:
    return WebhookSender(client, clock or ManualClock(NIGHT))


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_a_notice_is_posted_with_the_signature_of_its_very_bytes(status: int) -> None:
    client = CannedHook(status=status, body=b"")
    sender(client).send(WEBHOOK, notice())
    ((method, url, body, headers),) = client.asked
    assert (method, url) == ("POST", WEBHOOK_URL)
    assert json.loads(body)["id"] == notice().id
    assert headers.items() >= sign(SECRET, message_id=notice().id, at=NIGHT, body=body).items()


def test_a_second_try_has_the_same_id_and_body_and_a_time_of_its_own() -> None:
    client, clock = CannedHook(), ManualClock(NIGHT)
    sender(client, clock).send(WEBHOOK, notice())
    clock.advance(minutes=10)
    sender(client, clock).send(WEBHOOK, notice())
    (_, _, body, first), (_, _, again, second) = client.asked
    assert body == again
    assert first["webhook-id"] == second["webhook-id"]
    assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) == 600
    assert first["webhook-signature"] != second["webhook-signature"]


def test_a_webhook_that_says_that_it_is_gone_is_not_asked_again() -> None:
    with pytest.raises(Permanent) as caught:
        sender(CannedHook(status=410)).send(WEBHOOK, notice())
    assert caught.value.code == "webhook_gone"


@pytest.mark.parametrize(
    ("status", "header", "pause"),
    [
        (429, "120", timedelta(minutes=2)),
        (503, "Thu, 01 Jan 2026 16:01:00 GMT", timedelta(minutes=1)),
        (500, "", None),
        (404, "", None),
        (401, "", None),
        (301, "", None),
        (307, "", None),
    ],
)
def test_any_other_answer_is_worth_another_try_and_a_redirect_leads_nowhere(
    status: int, header: str, pause: timedelta | None
) -> None:
    headers = {"location": "https://elsewhere.co.kr/", **({"retry-after": header} if header else {})}
    client = CannedHook(status=status, headers=headers)
    with pytest.raises(NotTaken) as caught:
        sender(client).send(WEBHOOK, notice())
    assert (caught.value.retry_after, caught.value.code) == (pause, "webhook_not_taken")
    assert len(client.asked) == 1


@pytest.mark.parametrize("secret", [None, "", "whsec_short"])
def test_nothing_is_sent_without_a_secret_to_sign_it_with(secret: str | None) -> None:
    client = CannedHook()
    with pytest.raises(Permanent) as caught:
        sender(client).send(replace(WEBHOOK, secret=secret), notice())
    assert (caught.value.code, client.asked) == ("webhook_without_secret", [])
