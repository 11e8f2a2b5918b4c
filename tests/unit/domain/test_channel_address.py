import pytest

from sunwi.domain.channel import ChannelKind
from sunwi.domain.channel_address import check_channel_address, check_mail_address, check_slack_hook
from sunwi.errors import InvalidInput
from sunwi.wording.error_sentences import SENTENCES
from tests.notices import SLACK_URL

HOOK = "T000/B000/SECRETHOOK"


def test_a_slack_hook_is_one_of_slacks_own_host() -> None:
    assert check_slack_hook(f" {SLACK_URL} ") == SLACK_URL
    assert check_slack_hook(f"HTTPS://HOOKS.SLACK.COM:443/services/{HOOK}") == SLACK_URL


@pytest.mark.parametrize(
    "typed",
    [
        "",
        f"http://hooks.slack.com/services/{HOOK}",
        f"https://hooks.slack.com.evil.co.kr/services/{HOOK}",
        f"https://evil.co.kr/hooks.slack.com/services/{HOOK}",
        f"https://hooks.slack.com@evil.co.kr/services/{HOOK}",
        f"https://api.slack.com/services/{HOOK}",
        f"https://hooks.slack.com:8443/services/{HOOK}",
        f"https://hooks.slack.com/workflows/{HOOK}",
        f"https://hooks.slack.com/{HOOK}",
        f"https://127.0.0.1/services/{HOOK}",
        f"hooks.slack.com/services/{HOOK}",
    ],
)
def test_anything_else_is_no_slack_hook_and_is_not_repeated(typed: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_slack_hook(typed)
    assert caught.value.code in SENTENCES
    assert "SECRETHOOK" not in f"{caught.value} {caught.value.fields}"
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" boss@Shop.co.KR ", "boss@shop.co.kr"),
        ("a.b+tag_1@mail.shop.co.kr", "a.b+tag_1@mail.shop.co.kr"),
        ("o'brien@shop.co.kr", "o'brien@shop.co.kr"),
        ("kim@서울대.한국", "kim@xn--vk1bo1ydle.xn--3e0b707e"),
        (f"{'a' * 64}@shop.co.kr", f"{'a' * 64}@shop.co.kr"),
    ],
)
def test_an_address_of_mail_has_its_domain_in_ascii_and_lower_case(typed: str, address: str) -> None:
    assert check_mail_address(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "boss",
        "@shop.co.kr",
        "boss@",
        "boss@shop",
        "boss@localhost",
        "boss@127.0.0.1",
        "boss@[127.0.0.1]",
        "Boss <boss@shop.co.kr>",
        "boss@shop.co.kr, other@shop.co.kr",
        "boss@shop.co.kr\r\nBcc: other@shop.co.kr",
        "boss\n@shop.co.kr",
        "bo ss@shop.co.kr",
        "보스@shop.co.kr",
        ".boss@shop.co.kr",
        "bo..ss@shop.co.kr",
        '"boss"@shop.co.kr',
        f"{'a' * 65}@shop.co.kr",
        f"a@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.{'f' * 20}.co.kr",
        "boss@shop.co.kr\x00",
    ],
)
def test_what_is_no_single_address_of_mail_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_mail_address(typed)
    assert caught.value.code == "mail_address_unusable"


def test_each_kind_has_its_own_rule() -> None:
    assert check_channel_address(ChannelKind.SLACK, SLACK_URL) == SLACK_URL
    assert check_channel_address(ChannelKind.EMAIL, "a@shop.co.kr") == "a@shop.co.kr"
    assert check_channel_address(ChannelKind.WEBHOOK, "https://shop.co.kr/in?a=1") == "https://shop.co.kr/in?a=1"


@pytest.mark.parametrize("typed", ["http://shop.co.kr/SECRETHOOK", "https://10.0.0.1/SECRETHOOK", "SECRETHOOK"])
def test_a_webhook_that_leads_nowhere_public_is_refused_and_not_repeated(typed: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_channel_address(ChannelKind.WEBHOOK, typed)
    assert caught.value.code == "webhook_address_unusable"
    assert "SECRETHOOK" not in f"{caught.value} {caught.value.fields}"
