import io
from types import SimpleNamespace

import pytest

from tests.unit.cli.command_line import CommandLine
from tests.unit.cli.commands.notices.conftest import SLACK

pytestmark = pytest.mark.usefixtures("channel")


def test_a_channel_is_added_and_how_to_try_it_is_said(sunwi: CommandLine) -> None:
    asked = ("둘", "email", "Kim@Agency.co.kr", "--audience", "agency:1", "--quiet", "22:00-08:00")
    output = sunwi("channels", "add", *asked)
    assert output.code == 0
    assert "채널을 추가했습니다: 둘 (메일, 업체 한빛)" in output.out
    assert "시험: sunwi notices test 둘" in output.out
    assert "비밀" not in output.out


def test_channels_are_listed_without_their_addresses(sunwi: CommandLine) -> None:
    sunwi("channels", "add", "둘", "email", "kim@agency.co.kr", "--audience", "client:1", "--only", "digest")
    listed = sunwi("channels", "list")
    assert SLACK not in listed.out
    assert "…1234" in listed.out
    assert "kim@agency.co.kr" in listed.out
    assert "광고주 가게 1" in listed.out
    documents = sunwi("channels", "list", "--json").document()["channels"]
    assert [one["name"] for one in documents] == ["ops", "둘"]
    assert documents[0] == {
        "channel_id": 1,
        "name": "ops",
        "kind": "slack",
        "address": "…1234",
        "audience": "system",
        "audience_name": None,
        "kinds": [],
        "quiet_from": None,
        "quiet_until": None,
        "muted_until": None,
        "suppressed": None,
        "created_at": "2026-01-01T16:00:00+00:00",
    }
    assert (documents[1]["audience"], documents[1]["audience_name"], documents[1]["kinds"]) == (
        "client:1",
        "가게 1",
        ["digest"],
    )


def test_without_channels_the_list_says_how_to_add_one(sunwi: CommandLine) -> None:
    sunwi("channels", "remove", "ops")
    assert "sunwi channels add" in sunwi("channels", "list").out


def test_a_webhooks_secret_is_shown_this_once(sunwi: CommandLine) -> None:
    added = sunwi("channels", "add", "hook", "webhook", "https://hook.agency.co.kr/sunwi", "--json").document()
    assert added["secret"].startswith("whsec_")
    assert added["address"] == "…unwi"
    other = sunwi("channels", "add", "other", "webhook", "https://hook.agency.co.kr/sunwi")
    assert "whsec_" in other.out
    assert added["secret"] not in other.out
    assert "whsec_" not in sunwi("channels", "list", "--json").out


def test_an_address_may_come_by_standard_input(sunwi: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    given = SimpleNamespace(stdin=io.StringIO(f"{SLACK}\n"))
    monkeypatch.setattr("sunwi.cli.commands.notices.channels.sys", given)
    assert sunwi("channels", "add", "piped", "slack", "-", "--json").document()["address"] == "…1234"


def test_quiet_hours_are_shown(sunwi: CommandLine) -> None:
    sunwi("channels", "add", "night", "slack", SLACK, "--quiet", "22:00-08:30")
    document = sunwi("channels", "list", "--json").document()["channels"][0]
    assert (document["name"], document["quiet_from"], document["quiet_until"]) == ("night", "22:00", "08:30")
    assert "22:00~08:30" in sunwi("channels", "list").out


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (("add", "ops", "slack", SLACK), "채널 'ops'이(가) 이미 있습니다"),
        (("add", "x", "slack", "https://evil.kr/secret"), "https://hooks.slack.com/services/ 로 시작하는"),
        (("add", "x", "email", "kim"), "메일 주소 'kim'"),
        (("add", "x", "pigeon", "kim"), "'pigeon'은(는) 없습니다"),
        (("add", "x", "slack", SLACK, "--audience", "agency"), "system, agency:번호, client:번호"),
        (("add", "x", "slack", SLACK, "--audience", "agency:9"), "agency:9이(가) 없습니다"),
        (("add", "x", "slack", SLACK, "--quiet", "22"), "22:00-08:00 처럼"),
        (("add", "x", "slack", SLACK, "--quiet", "22:00:30-08:00"), "22:00-08:00 처럼"),
        (("add", "x", "slack", SLACK, "--quiet", "08:00-08:00"), "22:00과 08:00"),
        (("remove", "none"), "채널 'none'이(가) 없습니다: sunwi channels list 로 확인하세요"),
    ],
)
def test_what_is_no_use_is_refused_in_words(sunwi: CommandLine, arguments: tuple[str, ...], wanted: str) -> None:
    output = sunwi("channels", *arguments)
    assert (output.code, wanted in output.err) == (2, True), output.err
    assert "secret" not in output.err


def test_a_channel_that_is_removed_says_what_was_not_sent(sunwi: CommandLine) -> None:
    sunwi("notices", "test", "ops")
    output = sunwi("channels", "remove", "ops")
    assert "채널을 삭제했습니다: ops. 보내지 못한 알림 1건은 실패로 남습니다" in output.out
    sunwi("channels", "add", "ops", "slack", SLACK)
    assert sunwi("channels", "remove", "ops", "--json").document() == {"channel": "ops", "dead": 0}
