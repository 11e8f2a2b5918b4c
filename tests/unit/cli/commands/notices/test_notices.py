import pytest

from sunwi.domain.notice import SYSTEM_AUDIENCE, NewNotice, NoticeKind
from sunwi.errors import Permanent
from sunwi.testing.notices import InMemoryChannelSender
from tests.unit.cli.command_line import CommandLine, FakeContainer
from tests.unit.cli.commands.notices.conftest import Minute

pytestmark = pytest.mark.usefixtures("channel", "sender")


def post(container: FakeContainer, *titles: str, kind: NoticeKind = NoticeKind.BACKUP) -> None:
    notices = [
        NewNotice(kind=kind, audience=SYSTEM_AUDIENCE, dedupe_key=title, content={"title": title}) for title in titles
    ]
    with container.adapters.store.begin() as tx:
        assert tx.notices.post(notices, at=container.own_clock.now()) == len(titles)


def kill(container: FakeContainer, sender: InMemoryChannelSender, minute: Minute, *titles: str) -> list[str]:
    """Let notices be refused for good, and return their ids."""
    post(container, *titles)
    sender.failures = [Permanent("the hook is gone", code="slack_gone") for _ in titles]
    minute()
    with container.adapters.store.read() as tx:
        return list(tx.connection.exec_driver_sql("SELECT id FROM notice ORDER BY id").scalars())


def test_notices_are_listed_with_what_they_say_and_where_they_stand(
    sunwi: CommandLine, container: FakeContainer, minute: Minute
) -> None:
    assert "알림이 없습니다" in sunwi("notices", "list").out
    post(container, "백업 성공")
    minute()
    post(container, "백업 실패")
    out = sunwi("notices", "list").out
    assert out.index("백업 실패") < out.index("백업 성공")
    assert "보냄" in out
    assert "대기" in out
    (waiting, told) = sunwi("notices", "list", "--json").document()["notices"]
    assert (waiting["state"], waiting["channel"], waiting["kind"], waiting["audience"]) == (
        "WAITING",
        "ops",
        "backup",
        "system",
    )
    assert (told["state"], told["tries"], told["told_at"]) == ("TOLD", 1, "2026-01-01T16:00:00+00:00")
    assert (told["content"], told["failure"]) == ({"title": "백업 성공"}, None)


def test_a_list_is_narrowed_and_read_on(sunwi: CommandLine, container: FakeContainer) -> None:
    post(container, "a", "b", "c")
    post(container, "d", kind=NoticeKind.DIGEST)
    first = sunwi("notices", "list", "--kind", "backup", "--limit", "2", "--json").document()
    assert [one["dedupe_key"] for one in first["notices"]] == ["c", "b"]
    rest = sunwi("notices", "list", "--kind", "backup", "--after", first["next"], "--json").document()
    assert ([one["dedupe_key"] for one in rest["notices"]], "next" in rest) == (["a"], False)
    assert sunwi("notices", "list", "--state", "dead", "--json").document() == {"notices": []}
    assert f"더 보기: --after {first['next']}" in sunwi("notices", "list", "--kind", "backup", "--limit", "2").out


def test_a_dead_notice_says_why(
    sunwi: CommandLine, container: FakeContainer, sender: InMemoryChannelSender, minute: Minute
) -> None:
    kill(container, sender, minute, "a")
    assert "the hook is gone" in sunwi("notices", "list", "--state", "dead").out
    (dead,) = sunwi("notices", "list", "--json").document()["notices"]
    assert dead["failure"] == {"code": "slack_gone", "reason": "the hook is gone"}


def test_a_test_is_posted_and_where_to_look_is_said(sunwi: CommandLine) -> None:
    output = sunwi("notices", "test", "ops")
    assert (output.code, "sunwi notices list --channel ops" in output.out) == (0, True)
    document = sunwi("notices", "test", "ops", "--json").document()
    assert (document["kind"], document["state"], document["channel"]) == ("test", "WAITING", "ops")


def test_a_test_that_is_watched_ends_with_what_became_of_it(
    sunwi: CommandLine, container: FakeContainer, minute: Minute
) -> None:
    def sleep(_seconds: float) -> None:
        container.own_clock.advance(minutes=1)
        minute()

    container.adapters.__dict__["sleep"] = sleep
    output = sunwi("notices", "test", "ops", "--watch")
    assert (output.code, "보냈습니다: ops" in output.out) == (0, True)


def test_a_test_that_fails_leaves_with_one(
    sunwi: CommandLine, container: FakeContainer, sender: InMemoryChannelSender, minute: Minute
) -> None:
    def sleep(_seconds: float) -> None:
        sender.failures = [Permanent("gone", code="slack_gone")]
        minute()

    container.adapters.__dict__["sleep"] = sleep
    output = sunwi("notices", "test", "ops", "--watch")
    assert (output.code, "보내지 못했습니다: gone" in output.out) == (1, True)


def test_a_test_that_nobody_sends_is_watched_for_minutes_and_not_for_ever(sunwi: CommandLine) -> None:
    output = sunwi("notices", "test", "ops", "--watch", "--json")
    assert (output.code, output.document()["state"]) == (1, "WAITING")


def test_dead_notices_are_sent_again_by_id_and_by_what_matches(
    sunwi: CommandLine, container: FakeContainer, sender: InMemoryChannelSender, minute: Minute
) -> None:
    first, second = kill(container, sender, minute, "a", "b")
    document = sunwi("notices", "resend", first, "--json").document()
    assert document == {
        "resent": 1,
        "refused": 0,
        "notices": [{"notice_id": first, "is_resent": True, "code": None, "message": None}],
    }
    assert "다시 보낼 알림 1건: 1분 안에 나갑니다" in sunwi("notices", "resend", "--channel", "ops").out
    minute()
    container.own_clock.advance(seconds=5)
    assert sorted(sender.titles()) == ["a", "b"]
    refused = sunwi("notices", "resend", second, "none")
    assert refused.code == 1
    assert "보냄 상태입니다" in refused.out
    assert "알림 'none'이(가) 없습니다: sunwi notices list 로 확인하세요" in refused.out
    assert sunwi("notices", "resend", "--kind", "backup", "--since", "2026-01-01").code == 0


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (("resend",), "--channel, --kind, --since"),
        (("test", "none"), "채널 'none'이(가) 없습니다"),
        (("mute", "ops"), "--until, --hours, --off"),
        (("mute", "ops", "--hours", "1", "--off"), "--until, --hours, --off"),
        (("mute", "ops", "--until", "yesterday"), "시각이 아닙니다"),
        (("mute", "ops", "--until", "2020-01-01"), "366일 안의 시각"),
        (("mute", "none", "--off"), "채널 'none'이(가) 없습니다"),
        (("list", "--limit", "0"), "1 이상"),
    ],
)
def test_what_is_no_use_is_refused_in_words(sunwi: CommandLine, arguments: tuple[str, ...], wanted: str) -> None:
    output = sunwi("notices", *arguments)
    assert (output.code, wanted in output.err) == (2, True), output.err


def test_a_channel_is_muted_for_hours_or_until_a_time_and_heard_again(
    sunwi: CommandLine, container: FakeContainer
) -> None:
    post(container, "a")
    output = sunwi("notices", "mute", "ops", "--hours", "1.5")
    assert "채널 ops: 01-02 02:30:00까지 보내지 않습니다. 기다리는 알림 1건" in output.out
    assert "01-02 02:30:00까지 멈춤" in sunwi("channels", "list").out
    assert "대기 (01-02 02:30)" in sunwi("notices", "list").out
    until = sunwi("notices", "mute", "ops", "--until", "2026-01-02T09:00", "--json").document()
    assert until == {"channel": "ops", "muted_until": "2026-01-02T09:00:00+09:00", "waiting": 1}
    assert "채널 ops: 다시 보냅니다" in sunwi("notices", "mute", "ops", "--off").out
    assert sunwi("channels", "list", "--json").document()["channels"][0]["muted_until"] is None


def test_a_job_says_where_its_end_is_told(sunwi: CommandLine) -> None:
    place = "https://map.naver.com/p/entry/place/1648862917"
    lookup = ("jobs", "submit", "lookup", "--param", "keyword=강남역", "--param", f"url={place}")
    document = sunwi(*lookup, "--notify", "ops", "--json").document()
    assert document["notify"] == {"channel": "ops"}
    refused = sunwi(*lookup, "--notify", "none")
    assert refused.code == 2
    assert "알릴 채널 'none'이(가) 없습니다: sunwi channels list 로 확인하세요" in refused.err
