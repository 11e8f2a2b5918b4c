import unicodedata
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.exposure_criteria import ExposureCriteria
from sunwi.domain.tracking import MAX_KEYWORD_LENGTH, Device, Surface, TrackingStatus, normalise_keyword
from tests.examples import NIGHT, blog_tracking, cafe_tracking, place_tracking

WORDS = ["강남역 맛집", "맛집 🍜", "été ", "a'b\"c%_\\", "가" * MAX_KEYWORD_LENGTH]


def test_a_tracking_is_stored_and_given_back_whole(store: SqlStore) -> None:
    new = place_tracking(101, "강남역 맛집", client="광고주", agency="업체", location="127.027,37.497")
    with store.begin() as tx:
        (tracking_id,) = tx.trackings.add([new], at=NIGHT)
    assert tracking_id is not None
    with store.read() as tx:
        tracking = tx.trackings.get(tracking_id)
    assert tracking is not None
    fields = ("target", "target_url", "keyword", "surface", "device", "location", "client", "agency")
    assert all(getattr(tracking, name) == getattr(new, name) for name in fields)
    assert tracking.status is TrackingStatus.ACTIVE
    assert tracking.current_session == 1
    assert tracking.created_at == NIGHT
    assert tracking.created_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize("keyword", WORDS)
def test_a_keyword_comes_back_as_it_was(store: SqlStore, keyword: str) -> None:
    with store.begin() as tx:
        tx.trackings.add([place_tracking(keyword=keyword)], at=NIGHT)
    with store.read() as tx:
        assert [tracking.keyword for tracking in tx.trackings.list()] == [keyword]


def test_composed_and_decomposed_hangul_are_one_keyword_once_normalised(store: SqlStore) -> None:
    spellings = [unicodedata.normalize(form, "강남역 맛집") for form in ("NFC", "NFD")]
    assert spellings[0] != spellings[1]
    with store.begin() as tx:
        ids = tx.trackings.add([place_tracking(keyword=normalise_keyword(text)) for text in spellings], at=NIGHT)
    assert ids == [1, None]


def test_equal_trackings_are_stored_once_whatever_their_link(store: SqlStore) -> None:
    first = place_tracking(101)
    with store.begin() as tx:
        assert tx.trackings.add([first, blog_tracking(), first], at=NIGHT) == [1, 2, None]
    with store.begin() as tx:
        others = [place_tracking(101, client="다른 광고주"), place_tracking(101, location="127,37"), cafe_tracking()]
        ids = tx.trackings.add([blog_tracking(), *others, first], at=NIGHT)
    assert ids[0] is None
    assert ids[-1] is None
    assert all(ids[1:4])
    with store.read() as tx:
        assert len(tx.trackings.list()) == 5


def test_trackings_are_listed_by_status(store: SqlStore) -> None:
    with store.begin() as tx:
        tx.trackings.add([place_tracking(number) for number in range(1, 4)], at=NIGHT)
        tx.trackings.set_status(2, TrackingStatus.PAUSED)
    with store.read() as tx:
        assert [tracking.id for tracking in tx.trackings.list(TrackingStatus.ACTIVE)] == [1, 3]
        assert [tracking.id for tracking in tx.trackings.list(TrackingStatus.PAUSED)] == [2]
        assert [tracking.id for tracking in tx.trackings.list()] == [1, 2, 3]


def test_a_tracking_nobody_stored_is_none(store: SqlStore) -> None:
    with store.read() as tx:
        assert tx.trackings.get(1) is None


def test_a_locked_tracking_moves_to_a_session(store: SqlStore) -> None:
    with store.begin() as tx:
        tx.trackings.add([place_tracking(1), place_tracking(2)], at=NIGHT)
        assert tx.trackings.lock(1).current_session == 1
        tx.trackings.set_session(1, 2)
    with store.read() as tx:
        assert [tracking.current_session for tracking in tx.trackings.list()] == [2, 1]


def test_pages_are_counted_once_however_many_trackings_share_them(store: SqlStore) -> None:
    with store.begin() as tx:
        shared = [place_tracking(1), place_tracking(2), blog_tracking(), cafe_tracking()]
        tx.trackings.add([*shared, place_tracking(1, "다른 말"), place_tracking(1, location="127,37")], at=NIGHT)
        assert tx.trackings.count_active_pages() == {Surface.INTEGRATED: 3}
        tx.trackings.set_status(5, TrackingStatus.PAUSED)
        tx.trackings.add([replace(place_tracking(1), surface=Surface.PLACE_LIST)], at=NIGHT)
        assert tx.trackings.count_active_pages() == {Surface.INTEGRATED: 2, Surface.PLACE_LIST: 1}


def test_a_transaction_that_raises_stores_nothing(store: SqlStore) -> None:
    def fail_half_way() -> None:
        with store.begin() as tx:
            tx.trackings.add([place_tracking()], at=NIGHT)
            raise KeyError

    with pytest.raises(KeyError):
        fail_half_way()
    with store.read() as tx:
        assert tx.trackings.list() == []


def test_10000_trackings_cost_two_statements_per_thousand(store: SqlStore, engine: Engine) -> None:
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    new = [place_tracking(number, f"말 {number % 700}") for number in range(10_000)]
    with store.begin() as tx:
        ids = tx.trackings.add(new, at=NIGHT)
    inserts = [statement for statement in statements if statement.startswith("INSERT INTO tracking ")]
    states = [statement for statement in statements if statement.startswith("INSERT INTO tracking_state ")]
    assert (len(inserts), len(states)) == (10, 10)
    # Five more link names to agencies and clients, whatever the number of trackings.
    assert len(statements) <= 27
    assert len(set(ids)) == 10_000
    with store.read() as tx:
        stored = {tracking.id: tracking for tracking in tx.trackings.list()}
    assert all(
        stored[tracking_id].target == tracking.target
        for tracking_id, tracking in zip(ids, new, strict=True)
        if tracking_id is not None
    )


def test_what_counts_is_stored_changed_and_no_part_of_what_makes_trackings_equal(store: SqlStore) -> None:
    counting = ExposureCriteria(frozenset({"popular_posts", "urB_coR"}), bundled=True)
    with store.begin() as tx:
        new = [replace(blog_tracking(), counting=counting), place_tracking()]
        assert tx.trackings.add(new, at=NIGHT) == [1, 2]
        assert tx.trackings.add([blog_tracking()], at=NIGHT) == [None]
        assert [tracking.counting for tracking in tx.trackings.find_equal([blog_tracking()])] == [counting]
        tx.trackings.set_counting(2, ExposureCriteria(frozenset({"place_block"})))
    with store.read() as tx:
        stored = [tracking.counting for tracking in tx.trackings.list()]
    assert stored == [counting, ExposureCriteria(frozenset({"place_block"}))]


def test_trackings_of_one_target_are_found_whoever_owns_them(store: SqlStore) -> None:
    with store.begin() as tx:
        same = [place_tracking(1, client="a"), place_tracking(1, client="b"), place_tracking(1, agency="c")]
        others = [place_tracking(2), place_tracking(1, "다른 말"), replace(place_tracking(1), device=Device.MOBILE)]
        tx.trackings.add([*same, *others], at=NIGHT)
        assert [tracking.id for tracking in tx.trackings.find_same_target([place_tracking(1)])] == [1, 2, 3]
        assert tx.trackings.find_same_target([blog_tracking()]) == []
