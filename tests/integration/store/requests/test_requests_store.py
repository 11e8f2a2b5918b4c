"""Claims of requests, links to files and counts of failures, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from random import Random
from threading import Barrier

import pytest
from sqlalchemy import Engine

from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.access_failure import AccessKind, window_of
from sunwi.domain.file_link import FileLink
from sunwi.domain.request_claim import KeptAnswer, RequestClaim, RequestKey
from sunwi.errors import Conflict
from sunwi.service.ports.outside import Transaction
from sunwi.service.requests.claim_request import ClaimRequest
from sunwi.service.requests.count_failures import CountFailures
from tests.examples import NIGHT
from tests.statement_counts import counting

REQUEST = RequestKey(owner="account:a", key="key-1", fingerprint="f" * 64)
ANSWER = KeptAnswer(status=201, headers={"Location": "/api/v1/notes/1"}, body='{"keyword":"강남 맛집"}')
LINK = FileLink(
    token_hash="0" * 64,
    key="reports/7.xlsx",
    name="강남 치과.xlsx",
    content_type="application/xlsx",
    owner="account:a",
    created_at=NIGHT,
    expires_at=NIGHT + timedelta(days=1),
)


def test_a_claim_is_kept_with_its_answer(store: SqlStore) -> None:
    claims = ClaimRequest(store)
    claim = claims.claim(REQUEST, at=NIGHT)
    assert claim == RequestClaim(request=REQUEST, generation=1, claimed_at=NIGHT)
    claims.keep(claim, ANSWER)
    assert claims.claim(REQUEST, at=NIGHT + timedelta(hours=23)) == replace(claim, answer=ANSWER)


def test_of_two_at_once_one_works_and_the_other_is_told_so(store: SqlStore, engine: Engine) -> None:
    stores = [store, SqlStore(create_store_engine(engine.url.render_as_string(hide_password=False)))]
    for number in range(10):
        request = replace(REQUEST, key=f"key-{number}")
        both = Barrier(2)

        def ask(own: SqlStore, *, request: RequestKey = request, both: Barrier = both) -> str:
            both.wait()
            try:
                return str(ClaimRequest(own).claim(request, at=NIGHT).generation)
            except Conflict as error:
                return error.code

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(ask, stores)) == ["1", "request_in_flight"]
    stores[1].engine.dispose()


def test_of_two_that_take_over_one_does(store: SqlStore) -> None:
    claims = ClaimRequest(store)
    first = claims.claim(REQUEST, at=NIGHT)
    later = NIGHT + timedelta(minutes=1)
    second = claims.claim(REQUEST, at=later)
    assert (second.generation, second.claimed_at) == (2, later)
    with pytest.raises(Conflict) as refused:
        claims.claim(REQUEST, at=later)
    assert (refused.value.code, refused.value.fields["retry_after_seconds"]) == ("request_in_flight", 60)
    with store.begin() as tx:
        assert not tx.requests.take_over(first, REQUEST, at=later)


def test_whoever_was_taken_over_answers_and_releases_nothing(store: SqlStore) -> None:
    claims = ClaimRequest(store)
    first = claims.claim(REQUEST, at=NIGHT)
    second = claims.claim(REQUEST, at=NIGHT + timedelta(minutes=1))
    with store.begin() as tx:
        assert not tx.requests.answer(first, ANSWER)
        assert not tx.requests.release(first)
    claims.keep(second, ANSWER)
    with store.begin() as tx:
        # The first one's answer does not take the second one's place, and an answer is not released.
        assert not tx.requests.answer(second, replace(ANSWER, status=200))
        assert not tx.requests.release(second)
    assert claims.claim(REQUEST, at=NIGHT + timedelta(minutes=2)).answer == ANSWER


def test_a_released_key_is_free_at_once(store: SqlStore) -> None:
    claims = ClaimRequest(store)
    claims.release(claims.claim(REQUEST, at=NIGHT))
    other = replace(REQUEST, fingerprint="0" * 64)
    assert claims.claim(other, at=NIGHT).request == other


def test_ten_thousand_verdicts_are_kept_and_what_is_larger_than_a_row_may_be_is_not(store: SqlStore) -> None:
    claims = ClaimRequest(store)
    rows = ",".join(f'{{"line":{n},"tracking_id":{n + 400_000}}}' for n in range(10_000))
    claim = claims.claim(REQUEST, at=NIGHT)
    claims.keep(claim, replace(ANSWER, body=rows))
    assert claims.claim(REQUEST, at=NIGHT).answer == replace(ANSWER, body=rows)
    noise = Random(0).randbytes(300_000).hex()
    other = replace(REQUEST, key="key-2")
    claims.keep(claims.claim(other, at=NIGHT), replace(ANSWER, body=noise))
    assert claims.claim(other, at=NIGHT).answer == replace(ANSWER, body=None)


def test_claims_cost_as_many_statements_as_they_must(store: SqlStore, engine: Engine) -> None:
    claims = ClaimRequest(store)
    with counting(engine) as first:
        claim = claims.claim(REQUEST, at=NIGHT)
    with counting(engine) as kept:
        claims.keep(claim, ANSWER)
    with counting(engine) as again:
        claims.claim(REQUEST, at=NIGHT)
    assert [one.statements.total() for one in (first, kept, again)] == [1, 1, 2]


def test_a_link_is_found_by_the_hash_of_its_token(store: SqlStore) -> None:
    with store.begin() as tx:
        tx.file_links.add(LINK)
    with store.read() as tx:
        assert tx.file_links.find(LINK.token_hash) == LINK
        assert tx.file_links.find("1" * 64) is None


def test_failures_are_counted_by_kind_source_and_quarter_of_an_hour(store: SqlStore) -> None:
    window = window_of(NIGHT + timedelta(minutes=14, seconds=59))
    assert window == NIGHT
    with store.begin() as tx:
        counted = [
            tx.access_failures.count(kind, subject, window=at)
            for kind, subject, at in (
                (AccessKind.KEY, "a", window),
                (AccessKind.KEY, "a", window),
                (AccessKind.SIGN_IN, "a", window),
                (AccessKind.KEY, "b", window),
                (AccessKind.KEY, "a", window + timedelta(minutes=15)),
                (AccessKind.KEY, "a", window),
            )
        ]
    assert counted == [1, 2, 1, 1, 1, 3]


def test_one_failure_is_one_statement_and_no_address_is_stored(store: SqlStore, engine: Engine) -> None:
    with counting(engine) as counts:
        CountFailures(store).count(AccessKind.KEY, "203.0.113.7", at=NIGHT)
    assert counts.statements.total() == 1
    with engine.connect() as connection:
        subject = connection.exec_driver_sql("SELECT subject FROM access_failure").scalar_one()
    assert len(subject) == 64


def test_what_has_expired_is_deleted_the_oldest_first(store: SqlStore) -> None:
    claims = ClaimRequest(store)
    for number in range(3):
        claims.claim(replace(REQUEST, key=f"key-{number}"), at=NIGHT + timedelta(minutes=number))
        with store.begin() as tx:
            expires_at = NIGHT + timedelta(minutes=number)
            tx.file_links.add(replace(LINK, token_hash=str(number) * 64, expires_at=expires_at))
            tx.access_failures.count(AccessKind.KEY, "a", window=NIGHT + timedelta(minutes=15 * number))

    def delete(tx: Transaction, most: int) -> list[int]:
        before = NIGHT + timedelta(minutes=2)
        return [
            tx.requests.delete_old(before, most),
            tx.file_links.delete_expired(before, most),
            tx.access_failures.delete_old(NIGHT + timedelta(minutes=30), most),
        ]

    with store.begin() as tx:
        assert [delete(tx, 1), delete(tx, 5), delete(tx, 5)] == [[1, 1, 1], [1, 1, 1], [0, 0, 0]]
        assert tx.requests.find(REQUEST.owner, "key-2") is not None
        assert tx.requests.find(REQUEST.owner, "key-0") is None
        assert tx.file_links.find("2" * 64) is not None
