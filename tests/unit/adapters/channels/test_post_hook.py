import traceback
from datetime import timedelta

import pytest

from sunwi.adapters.channels.post_hook import asked_pause, first_words, post_to_hook
from sunwi.adapters.http.guarded_client import Answer
from sunwi.errors import InvalidInput, NotTaken, Permanent, Retryable
from tests.channels.example_notices import WEBHOOK, WEBHOOK_URL
from tests.examples import NIGHT
from tests.unit.adapters.channels.hook_answers import CannedHook


def answer(body: bytes = b"", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(url=WEBHOOK_URL, status=429, headers=named, body=body, is_cut=False)


def test_json_is_posted_to_the_address_of_the_channel() -> None:
    client = CannedHook()
    assert post_to_hook(client, WEBHOOK, body=b"{}", headers={"webhook-id": "1"}).status == 200
    ((method, url, body, headers),) = client.asked
    assert (method, url, body) == ("POST", WEBHOOK_URL, b"{}")
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert headers["webhook-id"] == "1"


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        (
            Retryable(f"{WEBHOOK_URL} cannot be reached", code="address_unreachable", url=WEBHOOK_URL),
            NotTaken,
            "channel_unreachable",
        ),
        (
            InvalidInput(f"{WEBHOOK_URL} is refused", code="host_leads_inside", url=WEBHOOK_URL),
            Permanent,
            "channel_address_refused",
        ),
    ],
)
def test_what_goes_wrong_is_said_without_the_address_whoever_prints_it(
    error: Exception, kind: type[Exception], code: str
) -> None:
    with pytest.raises(kind) as caught:
        post_to_hook(CannedHook(error=error), WEBHOOK, body=b"{}", headers={})
    assert getattr(caught.value, "code", "") == code
    printed = "".join(traceback.format_exception(caught.value))
    assert "SECRETHOOK" not in f"{printed} {vars(caught.value)}"
    assert WEBHOOK.name in str(caught.value)


def test_the_reason_of_the_system_is_told() -> None:
    error = Retryable("no answer", code="address_unreachable")
    error.__cause__ = TimeoutError("timed out")
    with pytest.raises(NotTaken, match="cannot be reached: timed out"):
        post_to_hook(CannedHook(error=error), WEBHOOK, body=b"{}", headers={})


@pytest.mark.parametrize(
    ("header", "pause"),
    [
        ("30", timedelta(seconds=30)),
        ("Thu, 01 Jan 2026 16:05:00 GMT", timedelta(minutes=5)),
        ("999999999999", timedelta(seconds=10**9)),
        ("soon", None),
        ("", None),
    ],
)
def test_an_answer_asks_for_a_pause_in_seconds_or_with_a_date(header: str, pause: timedelta | None) -> None:
    assert asked_pause(answer(retry_after=header), NIGHT) == pause
    assert asked_pause(answer(), NIGHT) is None


def test_the_first_words_of_an_answer_are_a_short_line() -> None:
    assert first_words(answer(b"no_service")) == "no_service"
    assert len(first_words(answer(b"<html>\n" + b"\xff x" * 5000))) <= 100
    assert "\n" not in first_words(answer(b"a\nb"))
