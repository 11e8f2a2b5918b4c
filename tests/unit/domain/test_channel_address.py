from typing import Any

import pytest

from sunwi.domain.channel import Channel, ChannelKind
from sunwi.domain.channel_address import check_address, show_address
from sunwi.domain.notice import SYSTEM_AUDIENCE
from sunwi.errors import InvalidInput

SLACK = "https://hooks.slack.com/services/T01ABCDEF/B01ABCDEF/abcdefghijklmnopqrstuvwx"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (SLACK, SLACK),
        (f"  {SLACK}\n", SLACK),
        ("HTTPS://HOOKS.SLACK.COM/services/T0/B0/abc", "https://hooks.slack.com/services/T0/B0/abc"),
        ("https://hooks.slack.com:443/services/T0/B0/abc", "https://hooks.slack.com/services/T0/B0/abc"),
        ("https://hooks.slack.com/workflows/T0/A0/1/abc", "https://hooks.slack.com/workflows/T0/A0/1/abc"),
    ],
)
def test_a_slack_hook_is_taken_in_one_form(typed: str, stored: str) -> None:
    assert check_address(ChannelKind.SLACK, typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "hooks.slack.com/services/T0/B0/abcdefgh",
        "http://hooks.slack.com/services/T0/B0/abcdefgh",
        "https://hooks.slack.com.evil.kr/services/T0/B0/abcdefgh",
        "https://evil.kr/hooks.slack.com/services/T0/B0/abcdefgh",
        "https://slack.com/services/T0/B0/abcdefgh",
        "https://a.hooks.slack.com/services/T0/B0/abcdefgh",
        "https://hooks.slack.com@evil.kr/services/T0/B0/abcdefgh",
        "https://user:pass@hooks.slack.com/services/T0/B0/abcdefgh",
        "https://hooks.slack.com:8443/services/T0/B0/abcdefgh",
        "https://hooks.slack.com/",
        "https://hooks.slack.com/services/",
        "https://hooks.slack.com/services/T0/B0/abcdefgh?x=1",
        "https://hooks.slack.com/services/../evil",
        "https://hooks.slack.com\\@evil.kr/services/T0/B0/abcdefgh",
    ],
)
def test_what_is_no_slack_hook_is_refused_without_being_repeated(typed: str) -> None:
    with pytest.raises(InvalidInput, match="incoming webhook of Slack") as caught:
        check_address(ChannelKind.SLACK, typed)
    assert "abcdefgh" not in f"{caught.value} {caught.value.fields}"
    assert caught.value.code == "slack_address_unusable"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("kim@agency.co.kr", "kim@agency.co.kr"),
        (" Kim.Lee+sunwi@Agency.CO.KR ", "Kim.Lee+sunwi@agency.co.kr"),
        ("a@한글.한국", "a@xn--bj0bj06e.xn--3e0b707e"),
        (f"{'a' * 64}@agency.co.kr", f"{'a' * 64}@agency.co.kr"),
    ],
)
def test_a_mail_address_keeps_its_own_part_and_gets_its_domain_in_ascii(typed: str, stored: str) -> None:
    assert check_address(ChannelKind.EMAIL, typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "kim",
        "@agency.co.kr",
        "kim@",
        "kim@localhost",
        "kim@10.0.0.1",
        "kim@agency",
        "kim@@agency.co.kr",
        "kim lee@agency.co.kr",
        "kim..lee@agency.co.kr",
        ".kim@agency.co.kr",
        "kim\r\nBcc: all@agency.co.kr",
        "kim@agency.co.kr\nBcc: all@agency.co.kr",
        "kim\u200b@agency.co.kr",
        "김@agency.co.kr",
        f"{'a' * 65}@agency.co.kr",
        f"a@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.{'f' * 20}.kr",
        '"kim lee"@agency.co.kr',
        "kim@agency.co.kr,lee@agency.co.kr",
    ],
)
def test_what_is_no_mail_address_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_address(ChannelKind.EMAIL, typed)
    assert caught.value.code == "email_address_unusable"


def test_a_webhook_is_held_to_the_guard_of_addresses() -> None:
    assert check_address(ChannelKind.WEBHOOK, "https://Hook.Agency.co.kr/sunwi?k=1") == (
        "https://hook.agency.co.kr/sunwi?k=1"
    )


@pytest.mark.parametrize(
    "typed",
    [
        "http://hook.agency.co.kr/secret",
        "https://127.0.0.1/secret",
        "https://[::1]/secret",
        "https://0x7f.1/secret",
        "https://metadata.internal/secret",
        "https://user:secret@hook.agency.co.kr/",
        "https://hook.agency.co.kr:8443/secret",
        "ftp://hook.agency.co.kr/secret",
    ],
)
def test_a_webhook_that_could_lead_inside_is_refused_without_being_repeated(typed: str) -> None:
    with pytest.raises(InvalidInput, match="public server") as caught:
        check_address(ChannelKind.WEBHOOK, typed)
    assert "secret" not in f"{caught.value} {caught.value.fields} {caught.value.__cause__}"
    assert caught.value.code == "webhook_address_unusable"


@pytest.mark.parametrize(
    ("kind", "address", "shown"),
    [
        (ChannelKind.SLACK, SLACK, "…uvwx"),
        (ChannelKind.WEBHOOK, "https://hook.agency.co.kr/k/1234", "…1234"),
        (ChannelKind.EMAIL, "kim@agency.co.kr", "kim@agency.co.kr"),
    ],
)
def test_of_a_hook_four_characters_are_shown_and_it_is_in_no_representation(
    kind: ChannelKind, address: str, shown: str
) -> None:
    keys: dict[str, Any] = {"address": address, "secret": "whsec_1"}
    channel = Channel(id=1, name="ops", kind=kind, audience=SYSTEM_AUDIENCE, **keys)
    assert show_address(channel) == shown
    assert address not in repr(channel)
    assert "whsec_1" not in repr(channel)
