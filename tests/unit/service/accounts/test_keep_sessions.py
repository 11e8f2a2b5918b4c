from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

import pytest
from structlog.testing import capture_logs

from sunwi.domain.account import SEEN_EVERY, SESSION_IDLE, SESSION_LIFE
from sunwi.domain.actor import Role
from sunwi.errors import Forbidden, InvalidInput, Retryable, StoreUnavailable
from sunwi.service.accounts.rights import Rights
from sunwi.service.ports.outside import Store
from tests.account_world import OPERATOR, AccountWorld

SECOND = timedelta(seconds=1)


def code_of(do: Callable[[], object], kind: type[Exception] = InvalidInput) -> str:
    with pytest.raises(kind) as error:
        do()
    return str(error.value.code)  # type: ignore[attr-defined]


def test_a_session_is_opened_with_an_id_that_is_given_once_and_stored_as_a_hash(world: AccountWorld) -> None:
    account = world.invite()
    with capture_logs() as logs:
        opened = world.sign_in(account, browser="Chrome\n" + "x" * 500)
    assert len(opened.session_id) == 22
    assert opened.session.id_hash == sha256(opened.session_id.encode()).hexdigest()
    assert (len(opened.session.browser), opened.session.address) == (200, "203.0.113.7")
    assert opened.session_id not in repr(opened) + repr(logs) + repr(world.audit())
    assert account.email not in repr(logs)
    assert (world.actions()[-1], world.audit()[-1].actor) == ("signed_in", f"account:{account.id}")
    assert world.account(account.id).last_seen_at == world.now()


def test_whoever_was_invited_is_known_by_the_address_first_and_then_by_what_the_provider_calls_them(
    world: AccountWorld,
) -> None:
    world.identities.is_away = True
    with pytest.raises(Retryable):
        world.invite("kim@sunwi.test")
    opened = world.sessions.open(sub="s", email="KIM@sunwi.test")
    assert (opened.account.sub, world.account(opened.account.id).sub) == ("s", "s")
    assert world.sessions.open(sub="s", email="new@sunwi.test").account.id == opened.account.id
    denied = code_of(lambda: world.sessions.open(sub="t", email="kim@sunwi.test"), Forbidden)
    assert denied == "account_not_invited"


def test_a_session_ends_after_12_hours_unused_and_after_7_days_at_the_latest(world: AccountWorld) -> None:
    opened = world.sign_in(world.invite())
    start, hash_ = world.now(), opened.session.id_hash
    assert world.entrance.of_session(hash_, at=start + SESSION_IDLE - SECOND) is not None
    assert world.entrance.of_session(hash_, at=start + 2 * SESSION_IDLE - 2 * SECOND) is not None
    assert world.entrance.of_session(hash_, at=start + 3 * SESSION_IDLE) is None
    assert world.entrance.of_session("0" * 64, at=start) is None


def test_a_session_that_is_used_all_the_time_ends_after_7_days(world: AccountWorld) -> None:
    opened = world.sign_in(world.invite())
    start = at = world.now()
    while world.entrance.of_session(opened.session.id_hash, at=at) is not None:
        at += SESSION_IDLE - SECOND
    assert start + SESSION_LIFE <= at < start + SESSION_LIFE + SESSION_IDLE


def test_that_a_session_was_used_is_stored_every_5_minutes(world: AccountWorld) -> None:
    opened = world.sign_in(world.invite())
    start = world.now()

    def seen() -> timedelta:
        (session,) = world.sessions.list(opened.account.actor)
        assert world.account(opened.account.id).last_seen_at == session.last_seen_at
        return session.last_seen_at - start

    world.entrance.of_session(opened.session.id_hash, at=start + SEEN_EVERY - SECOND)
    assert seen() == timedelta(0)
    world.entrance.of_session(opened.session.id_hash, at=start + SEEN_EVERY)
    assert seen() == SEEN_EVERY
    world.entrance.of_session(opened.session.id_hash, at=start + SEEN_EVERY + SECOND)
    assert seen() == SEEN_EVERY


def test_a_request_goes_on_where_its_use_cannot_be_stored(world: AccountWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = world.sign_in(world.invite())

    def refuse(_store: Store) -> object:
        raise StoreUnavailable("a failover is under way")

    monkeypatch.setattr(type(world.store), "begin", refuse)
    with capture_logs() as logs:
        assert world.entrance.of_session(opened.session.id_hash, at=world.now() + SEEN_EVERY) is not None
    assert [line["event"] for line in logs] == ["use_not_stored"]


def test_a_session_is_ended_once_and_by_its_owner_or_an_admin_alone(world: AccountWorld) -> None:
    agency = world.owners.add_agency(OPERATOR, "온누리")
    of_agency = Rights(role=Role.AGENCY, agency_id=agency.id)
    kim, lee = world.invite("kim@a.kr", of_agency), world.invite("lee@a.kr", of_agency)
    first, second = world.sign_in(kim), world.sign_in(kim)
    assert code_of(lambda: world.sessions.revoke(lee.actor, first.session.id_hash)) == "session_unknown"
    assert code_of(lambda: world.sessions.revoke(lee.actor, first.session.id_hash, kim.id)) == "account_unknown"
    assert code_of(lambda: world.sessions.list(lee.actor, kim.id)) == "account_unknown"
    assert {one.id_hash for one in world.sessions.list(kim.actor)} == {
        first.session.id_hash,
        second.session.id_hash,
    }
    world.sessions.revoke(kim.actor, first.session.id_hash)
    assert world.entrance.of_session(first.session.id_hash, at=world.now()) is None
    assert code_of(lambda: world.sessions.revoke(kim.actor, first.session.id_hash)) == "session_unknown"
    world.sessions.revoke(OPERATOR, second.session.id_hash, kim.id)
    assert world.sessions.list(OPERATOR, kim.id) == []
    assert world.actions()[-2:] == ["session_ended", "session_ended"]


def test_all_sessions_of_an_account_are_ended_here_and_there(world: AccountWorld) -> None:
    account = world.invite()
    for _ in range(3):
        world.sign_in(account)
    assert world.sessions.revoke_all(OPERATOR, account.id) == 3
    assert world.identities.signed_out == [account.email]
    assert world.sessions.revoke_all(account.actor) == 0
    assert world.actions().count("sessions_ended") == 1


def test_the_command_line_has_no_sessions_of_its_own(world: AccountWorld) -> None:
    assert code_of(lambda: world.sessions.list(OPERATOR)) == "account_not_named"
    assert code_of(lambda: world.sessions.revoke_all(OPERATOR, "nobody")) == "account_unknown"


def test_sessions_that_ended_30_days_ago_are_deleted_a_batch_at_a_time(world: AccountWorld) -> None:
    account = world.invite()
    opened = [world.sign_in(account) for _ in range(3)]
    world.sessions.revoke(account.actor, opened[0].session.id_hash)
    start = world.now()

    def deleted(before: timedelta, limit: int = 10) -> int:
        with world.store.begin() as tx:
            return tx.web_sessions.delete_ended(start + before, limit)

    assert deleted(-SECOND) == 0
    assert deleted(timedelta(0)) == 1
    assert deleted(SESSION_IDLE - SECOND) == 0
    assert [deleted(SESSION_IDLE, limit=1) for _ in range(3)] == [1, 1, 0]
