"""A POST with a key is done once."""

from collections.abc import Callable
from typing import Any

import pytest

from sunwi.bootstrap.command_line import CommandContainer
from sunwi.domain.account import Account
from sunwi.domain.actor import Role
from sunwi.domain.request_claim import RequestKey
from sunwi.errors import StoreUnavailable
from sunwi.testing import ManualClock
from sunwi.web.app import WebApp
from sunwi.web.repeatable import fingerprint_request
from tests.examples import NIGHT
from tests.unit.web.asking import ADMIN, LetIn, Reply, http_event
from tests.unit.web.small_routes import Small

OTHER = Account(id="01990000-0000-7000-8000-00000000000b", email="b@sunwi.test", role=Role.ADMIN, created_at=NIGHT)
Write = Callable[..., Reply]


@pytest.fixture
def small() -> Small:
    return Small()


@pytest.fixture
def write(house: CommandContainer, small: Small) -> Write:
    def ask(text: str, key: str = "key-1", *, account: Account = ADMIN, path: str = "/api/v1/notes") -> Reply:
        app = WebApp(small.routes, house=lambda: house, guard=LetIn(account))
        body: Any = {"text": text}
        answer = app.resolve(http_event("POST", path, body, {"Idempotency-Key": key}), None)
        return Reply(answer["statusCode"], answer["headers"], answer["body"])

    return ask


def test_the_same_request_is_answered_with_the_first_answer(write: Write, small: Small) -> None:
    first, again = write("하나"), write("하나")
    assert (again.status, again.body, again.headers["Location"]) == (201, first.body, first.headers["Location"])
    assert ("Idempotency-Replayed" in first.headers, again.headers["Idempotency-Replayed"]) == (False, "true")
    assert again.headers["Content-Type"] == "application/json"
    assert small.done == ["하나"]


def test_another_request_with_the_same_key_is_refused(write: Write, small: Small) -> None:
    write("하나")
    for reply in (write("둘"), write("하나", path="/api/v1/secrets")):
        assert (reply.status, reply.document["code"]) == (409, "idempotency_key_reused")
    assert small.done == ["하나"]


def test_keys_of_two_accounts_have_nothing_to_do_with_each_other(write: Write, small: Small) -> None:
    write("하나")
    assert write("둘", account=OTHER).status == 201
    assert small.done == ["하나", "둘"]


def test_a_problem_of_the_request_is_kept_too(write: Write, small: Small) -> None:
    replies = [write("unusable") for _ in range(2)]
    assert [reply.status for reply in replies] == [422, 422]
    assert replies[0].body == replies[1].body
    assert replies[1].headers["Content-Type"] == "application/problem+json"
    assert small.done == ["unusable"]


@pytest.mark.parametrize(("text", "status"), [("away", 503), ("full", 429), ("broken", 500)])
def test_what_may_be_otherwise_soon_is_not_kept(write: Write, small: Small, text: str, status: int) -> None:
    assert [write(text).status for _ in range(2)] == [status, status]
    assert small.done == [text, text]


def claim(house: CommandContainer) -> None:
    """Somebody has begun with the request, and has not answered."""
    fingerprint = fingerprint_request("POST", "/api/v1/notes", "", '{"text": "하나"}'.encode())
    key = RequestKey(owner=ADMIN.owner, key="key-1", fingerprint=fingerprint)
    house.requests.claim_request.claim(key, at=house.adapters.clock.now())


def test_while_somebody_works_on_it_one_has_to_wait(
    house: CommandContainer, clock: ManualClock, write: Write, small: Small
) -> None:
    claim(house)
    clock.advance(seconds=18)
    reply = write("하나")
    assert (reply.status, reply.document["code"], reply.headers["Retry-After"]) == (409, "request_in_flight", "42")
    assert small.done == []


def test_what_was_cut_off_goes_on_after_a_minute(
    house: CommandContainer, clock: ManualClock, write: Write, small: Small
) -> None:
    claim(house)
    clock.advance(seconds=60)
    assert write("하나").status == 201
    assert write("하나").headers["Idempotency-Replayed"] == "true"
    assert small.done == ["하나"]


def test_after_a_day_a_key_is_a_new_one(clock: ManualClock, write: Write, small: Small) -> None:
    write("하나")
    clock.advance(hours=24)
    assert write("둘").status == 201
    assert small.done == ["하나", "둘"]


def test_a_secret_is_not_kept_and_the_work_not_done_again(house: CommandContainer, write: Write, small: Small) -> None:
    assert write("하나", path="/api/v1/secrets").status == 201
    reply = write("하나", path="/api/v1/secrets")
    assert (reply.status, reply.document["code"]) == (409, "answer_not_kept")
    assert small.done == ["하나"]
    with house.adapters.store.read() as tx:
        claim = tx.requests.find(ADMIN.owner, "key-1")
    assert claim is not None
    assert claim.answer is not None
    assert claim.answer.body is None


@pytest.mark.parametrize("key", ["", "a b", "가", "x" * 101, "tab\t"])
def test_a_key_that_is_none_is_refused(write: Write, small: Small, key: str) -> None:
    reply = write("하나", key)
    assert (reply.status, reply.document["code"], small.done) == (422, "request_key_unusable", [])


def test_an_answer_that_cannot_be_kept_is_an_answer_all_the_same(
    house: CommandContainer, write: Write, small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    def be_away(*_: object) -> None:
        raise StoreUnavailable("away", code="database_unreachable")

    monkeypatch.setattr(type(house.requests.claim_request), "keep", be_away)
    assert write("하나").status == 201
    assert write("하나").status == 409
    assert small.done == ["하나"]
