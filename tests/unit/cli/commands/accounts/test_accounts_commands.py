"""`sunwi accounts`, `keys` and `audit`, and the names of agencies and clients."""

import pytest

from sunwi.service.accounts.keep_sessions import hash_of
from sunwi.testing.accounts import InMemoryIdentities
from tests.parts import replace_parts
from tests.unit.cli.command_line import CommandLine, FakeContainer

KIM, BOSS = "kim@agency.test", "boss@sunwi.test"


@pytest.fixture
def identities(container: FakeContainer) -> InMemoryIdentities:
    """Who knows people by their passwords."""
    fake = InMemoryIdentities()
    replace_parts(container, identities=fake)
    return fake


@pytest.fixture
def boss(sunwi: CommandLine, identities: InMemoryIdentities) -> str:
    """An admin who was invited; the id of the account."""
    found = sunwi("accounts", "invite", BOSS, "--role", "admin", "--json").document()
    assert identities.mails == [BOSS]
    return str(found["id"])


def sign_in(container: FakeContainer, email: str) -> str:
    opened = container.accounts.keep_sessions.open(sub=f"sub of {email}", email=email, browser="Chrome", address="::1")
    return opened.session.id_hash


def test_whoever_is_invited_is_shown_with_whom_they_belong_to(
    sunwi: CommandLine, identities: InMemoryIdentities
) -> None:
    assert "업체 1번: 온누리 (추적 0건)" in sunwi("agencies", "add", "온누리").out
    assert "광고주 1번: 가나 (추적 0건)" in sunwi("clients", "add", "가나", "--agency", "1").out
    output = sunwi("accounts", "invite", KIM, "--role", "advertiser", "--client", "1")
    assert output.code == 0
    assert "계정: kim@agency.test (광고주: 가나 (온누리))" in output.out
    assert "초대 메일을 보냈습니다" in output.out
    again = sunwi("accounts", "invite", KIM, "--role", "ADVERTISER", "--client", "1", "--json").document()
    assert (again["invitation"], again["client"], again["agency_id"]) == ("sent_again", "가나", 1)
    assert identities.mails == [KIM, KIM]


def test_without_a_pool_the_account_is_stored_and_the_screen_says_that_nobody_was_told(sunwi: CommandLine) -> None:
    output = sunwi("accounts", "invite", KIM, "--role", "admin")
    assert (output.code, "COGNITO_USER_POOL_ID" in output.out) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("accounts", "invite", "kim", "--role", "admin"), "메일 주소"),
        (("accounts", "invite", KIM, "--role", "agency"), "업체 계정에는 업체가 필요합니다"),
        (("accounts", "invite", KIM, "--role", "system"), "역할 시스템은(는) 줄 수 없습니다"),
        (("accounts", "invite", BOSS, "--role", "advertiser"), "광고주 계정에는 광고주가 필요합니다"),
        (("accounts", "disable", BOSS), "마지막 관리자입니다"),
        (("accounts", "disable", "nobody"), "sunwi accounts list"),
        (("accounts", "sign-out", BOSS, "--session", "0"), "sunwi accounts sessions"),
        (("keys", "revoke", "nothing"), "sunwi keys list"),
        (("keys", "make", " "), "키 이름"),
        (("clients", "rename", "9", "x"), "9번이 없습니다"),
        (("agencies", "add", ""), "이름이 비어 있습니다"),
    ],
)
@pytest.mark.usefixtures("boss")
def test_what_cannot_be_is_one_sentence_with_what_to_do(
    sunwi: CommandLine, arguments: tuple[str, ...], words: str
) -> None:
    output = sunwi(*arguments)
    assert (output.code, words in output.err) == (2, True), output.err
    assert output.out == ""


def test_a_provider_that_is_away_leaves_with_1_and_says_how_to_go_on(
    sunwi: CommandLine, identities: InMemoryIdentities
) -> None:
    identities.is_away = True
    output = sunwi("accounts", "invite", KIM, "--role", "admin")
    assert (output.code, "다시 실행하면 이어서 합니다" in output.err) == (1, True)


@pytest.mark.usefixtures("boss")
def test_accounts_are_listed_changed_disabled_and_enabled(sunwi: CommandLine) -> None:
    sunwi("agencies", "add", "온누리")
    sunwi("accounts", "invite", KIM, "--role", "admin")
    assert "관리자" in sunwi("accounts", "list", "--find", "kim").out
    assert "(업체: 온누리, 초대함)" in sunwi("accounts", "change", KIM, "--role", "agency", "--agency", "1").out
    assert "중지" in sunwi("accounts", "disable", KIM).out
    disabled = sunwi("accounts", "list", "--role", "agency", "--json").document()["accounts"][0]
    assert (disabled["email"], disabled["disabled_at"] is None) == (KIM, False)
    assert "초대함" in sunwi("accounts", "enable", KIM).out
    first = sunwi("accounts", "list", "--limit", "1")
    cursor = sunwi("accounts", "list", "--limit", "1", "--json").document()["next"]
    assert f"--after {cursor}" in first.out
    assert BOSS in sunwi("accounts", "list", "--limit", "1", "--after", cursor).out
    taken = sunwi("accounts", "invite", KIM, "--role", "admin")
    assert (taken.code, "sunwi accounts change" in taken.err) == (2, True)
    shown = sunwi("accounts", "change", KIM, "--role", "admin", "--json").document()
    assert (shown["role"], shown["agency"]) == ("admin", "")
    for name in ("disable", "enable"):
        assert sunwi("accounts", name, KIM, "--json").document()["email"] == KIM


def test_where_there_is_none_the_list_says_how_to_begin(sunwi: CommandLine) -> None:
    assert "sunwi accounts invite" in sunwi("accounts", "list").out
    assert "sunwi keys make" in sunwi("keys", "list").out
    assert "기록이 없습니다" in sunwi("audit", "list").out


def test_browsers_are_listed_and_signed_out(
    sunwi: CommandLine, container: FakeContainer, boss: str, identities: InMemoryIdentities
) -> None:
    identities.subs[BOSS] = f"sub of {BOSS}"
    with container.adapters.store.begin() as tx:
        tx.connection.exec_driver_sql("UPDATE account SET sub = NULL")
    first = sign_in(container, BOSS)
    sign_in(container, BOSS)
    listed = sunwi("accounts", "sessions", BOSS)
    assert (listed.out.count("Chrome"), first[:12] in listed.out) == (2, True)
    ended = sunwi("accounts", "sign-out", BOSS, "--session", first, "--json").document()
    assert ended == {"account_id": boss, "ended": 1}
    assert len(sunwi("accounts", "sessions", boss, "--json").document()["sessions"]) == 1
    assert "로그인 1건을 끝냈습니다" in sunwi("accounts", "sign-out", BOSS).out
    assert "끝낼 로그인이 없습니다" in sunwi("accounts", "sign-out", BOSS).out
    assert "로그인한 곳이 없습니다" in sunwi("accounts", "sessions", BOSS).out
    assert identities.signed_out == [BOSS, BOSS]


def test_a_key_is_printed_once_listed_and_revoked(sunwi: CommandLine, container: FakeContainer, boss: str) -> None:
    made = sunwi("keys", "make", "보고서", "--days", "30", "--scope", "write", "--json").document()
    assert (made["account_id"], made["scope"], made["prefix"]) == (boss, "write", made["key"][:17])
    found = container.accounts.entrance.of_key(hash_of(made["key"]), at=container.own_clock.now())
    assert found is not None
    listed = sunwi("keys", "list", "--account", BOSS)
    assert made["key"] not in listed.out
    assert ("사용 가능" in listed.out, "2026-02-01" in listed.out) == (True, True)
    container.own_clock.advance(days=31)
    assert "만료" in sunwi("keys", "list").out
    assert f"키를 폐기했습니다: 보고서 ({made['prefix']}…)" in sunwi("keys", "revoke", made["id"]).out
    assert "폐기" in sunwi("keys", "list").out
    assert sunwi("keys", "revoke", made["id"], "--json").document()["revoked_at"] is not None
    output = sunwi("keys", "make", "k", "--account", BOSS)
    assert "다시 보여 주지 않습니다" in output.out
    first = sunwi("keys", "list", "--limit", "1", "--json").document()
    assert f"--after {first['next']}" in sunwi("keys", "list", "--limit", "1").out


@pytest.mark.usefixtures("boss")
def test_with_two_admins_a_key_says_whose_it_is(sunwi: CommandLine) -> None:
    sunwi("accounts", "invite", KIM, "--role", "admin")
    output = sunwi("keys", "make", "k")
    assert (output.code, "--account" in output.err) == (2, True)


def test_who_did_what_is_listed(sunwi: CommandLine, boss: str) -> None:
    sunwi("agencies", "add", "온누리")
    sunwi("agencies", "rename", "1", "온누리랩")
    shown = sunwi("audit", "list").out
    assert ("업체 이름 변경" in shown, "name=온누리 → name=온누리랩" in shown) == (True, True)
    assert "계정 초대" in sunwi("audit", "list", "--subject", f"account {boss}").out
    page = sunwi("audit", "list", "--action", "agency_added", "--json").document()
    assert [(one["action"], one["subject"], one["before"], one["after"]) for one in page["entries"]] == [
        ("agency_added", "agency 1", None, {"name": "온누리"})
    ]
    first = sunwi("audit", "list", "--limit", "1", "--json").document()
    assert f"--after {first['next']}" in sunwi("audit", "list", "--limit", "1").out
    assert sunwi("audit", "list", "--limit", "1", "--after", first["next"], "--json").document()["entries"]


def test_owners_are_named_and_a_name_that_is_taken_leads_to_merge(sunwi: CommandLine) -> None:
    assert sunwi("agencies", "add", "온누리", "--json").document()["name"] == "온누리"
    assert sunwi("clients", "add", "가나", "--json").document()["agency"] == ""
    assert sunwi("clients", "rename", "1", "다라", "--json").document()["name"] == "다라"
    assert "광고주 1번: 마바" in sunwi("clients", "rename", "1", "마바").out
    assert sunwi("agencies", "rename", "1", "한빛", "--json").document()["trackings"] == 0
    taken = sunwi("agencies", "add", "한빛")
    assert (taken.code, "sunwi agencies merge" in taken.err) == (2, True)
    taken = sunwi("clients", "add", "마바")
    assert (taken.code, "sunwi clients merge" in taken.err) == (2, True)
