"""Lists of trackings, page by page, on both databases."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.actor import SYSTEM
from sunwi.domain.exposure_criteria import ExposureCriteria
from sunwi.domain.tracking import Kind, Surface, TrackingStatus
from sunwi.domain.tracking_list import ALL_TRACKINGS, ListOrder, ListQuery, TrackingFilter, TrackingSort
from sunwi.domain.tracking_state import ListedTracking, Standing
from sunwi.service.trackings.list_trackings import MAX_PAGE_LENGTH, ListTrackings
from sunwi.testing import ManualClock
from tests.examples import (
    DAY,
    EXPOSED_DAY,
    EXPOSED_LOOK,
    MISSED_DAY,
    NIGHT,
    blog_tracking,
    cafe_tracking,
    new_reading,
    new_run,
    place_tracking,
    recognised,
)

TRACKINGS = [
    place_tracking(1, "강남역 맛집", client="가나식당", agency="순위마케팅"),
    place_tracking(2, "café 100%", client="Alpha_1"),
    place_tracking(3, "강남역 맛집", client="AlphaX1", agency="Other"),
    replace(blog_tracking("writer/1", "홍대 술집"), counting=ExposureCriteria(frozenset({"popular_posts"}))),
    replace(blog_tracking("writer/2", "홍대\\맛집"), surface=Surface.BLOG_TAB),
    cafe_tracking("club/77", "강남역 맛집"),
    place_tracking(7, "전주"),
    place_tracking(8, "전주 한옥"),
]
#: Days of each, from the first: a rank, or None for not exposed.
DAYS: dict[int, list[int | None]] = {1: [3, 1], 2: [1, None], 3: [None, 9], 4: [2, 2, 2], 5: [None], 6: [1]}
AREAS = {1: "nmb_rnk", 3: "nmb_rnk", 4: "urB_coR", 6: "ugB_bsR"}
BEYOND = 10**9


@pytest.fixture(autouse=True)
def _trackings(store: SqlStore) -> None:
    with store.begin() as tx:
        tx.trackings.add(TRACKINGS, at=NIGHT)
        tx.runs.add(new_run(), None)
        tx.readings.add(new_reading(new_run().id, recognised("1")))
        tx.ledger.observe(EXPOSED_LOOK)
        for tracking_id, ranks in DAYS.items():
            for number, rank in enumerate(ranks):
                row = (
                    MISSED_DAY if rank is None else replace(EXPOSED_DAY, rank=rank, area=AREAS.get(tracking_id, "web"))
                )
                tx.ledger.add(replace(row, tracking_id=tracking_id, date=DAY + timedelta(days=number)))
        tx.states.recount(range(1, 9))
        tx.states.add_missed(6, DAY + timedelta(days=5))
        tx.trackings.set_status(1, TrackingStatus.PAUSED)
        tx.trackings.set_status(5, TrackingStatus.ENDED)
        tx.states.recount([1, 5])
        for tracking_id, tag in ((1, "중요"), (4, "중요"), (4, "가을")):
            tx.connection.execute(text(f"INSERT INTO tracking_tag VALUES ({tracking_id}, '{tag}')"))  # noqa: S608 - of our own


def pages(store: SqlStore, wanted: TrackingFilter, order: ListOrder, limit: int = 2) -> list[list[ListedTracking]]:
    found = []
    query = ListQuery(actor=SYSTEM, wanted=wanted, order=order, limit=limit)
    while True:
        with store.read() as tx:
            page = tx.lists.page(query)
        found.append(list(page.trackings))
        if page.end is None:
            return found
        query = replace(query, after=page.end)


def ids(store: SqlStore, wanted: TrackingFilter, order: ListOrder = ListOrder()) -> list[int]:  # noqa: B008 - frozen
    return [listed.tracking.id for page in pages(store, wanted, order) for listed in page]


def to_go(listed: ListedTracking) -> int:
    finish = listed.state.expected_finish(listed.tracking.status, today=date.min + timedelta(days=1))
    if finish is None:
        return BEYOND
    last = listed.state.last
    return (finish - (last.date if last else date.min)).days


KEYS: dict[TrackingSort, Callable[[ListedTracking], Any]] = {
    TrackingSort.ID: lambda _: 0,
    TrackingSort.KEYWORD: lambda listed: listed.tracking.keyword,
    TrackingSort.RANK: lambda listed: (listed.state.last and listed.state.last.rank) or BEYOND,
    TrackingSort.DAYS_LEFT: lambda listed: listed.state.days_left,
    TrackingSort.FINISH: to_go,
    TrackingSort.MEASURED: lambda listed: listed.state.last.date if listed.state.last else date.min,
}


@pytest.mark.parametrize("order", [ListOrder(sort, down) for sort in TrackingSort for down in (False, True)])
@pytest.mark.parametrize("limit", [1, 2, 3, 8])
def test_pages_follow_each_other_without_a_gap_or_a_repeat(store: SqlStore, order: ListOrder, limit: int) -> None:
    found = pages(store, ALL_TRACKINGS, order, limit)
    assert {len(page) for page in found[:-1]} <= {limit}
    in_order = [listed for page in found for listed in page]
    assert sorted(listed.tracking.id for listed in in_order) == list(range(1, 9))

    def key(listed: ListedTracking) -> tuple[Any, int]:
        return KEYS[order.sort](listed), listed.tracking.id

    assert in_order == sorted(in_order, key=key, reverse=order.is_descending)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (TrackingFilter(status=TrackingStatus.PAUSED), [1]),
        (TrackingFilter(standing=Standing.NEW), [7, 8]),
        (TrackingFilter(standing=Standing.EXPOSED), [3, 4]),
        (TrackingFilter(standing=Standing.NOT_EXPOSED), [2]),
        (TrackingFilter(standing=Standing.UNMEASURED), [6]),
        (TrackingFilter(standing=Standing.PAUSED), [1]),
        (TrackingFilter(standing=Standing.ENDED), [5]),
        (TrackingFilter(kind=Kind.BLOG), [4, 5]),
        (TrackingFilter(surface=Surface.BLOG_TAB), [5]),
        (TrackingFilter(area="popular_posts"), [4, 6]),
        (TrackingFilter(area="place_block"), [1, 3]),
        (TrackingFilter(area="urB_coR"), [4]),
        (TrackingFilter(area="single_boxes"), [4]),
        (TrackingFilter(tag="중요"), [1, 4]),
        (TrackingFilter(tag="중"), []),
        (TrackingFilter(keyword="강남"), [1, 3, 6]),
        (TrackingFilter(keyword="CAFÉ"), [2]),
        (TrackingFilter(keyword="100%"), [2]),
        (TrackingFilter(keyword="0%0"), []),
        (TrackingFilter(keyword="대\\맛"), [5]),
        (TrackingFilter(client="alpha_1"), [2]),
        (TrackingFilter(client="ALPHA"), [2, 3]),
        (TrackingFilter(agency="순위"), [1]),
        (TrackingFilter(text="식당"), [1]),
        (TrackingFilter(text="맛집"), [1, 3, 5, 6]),
        (TrackingFilter(text="CLUB/77"), [6]),
        (TrackingFilter(text="' OR 1=1 --"), []),
        (TrackingFilter(kind=Kind.PLACE, text="강남", standing=Standing.EXPOSED), [3]),
    ],
)
def test_a_list_takes_what_was_asked_for(store: SqlStore, wanted: TrackingFilter, expected: list[int]) -> None:
    for sort in TrackingSort:
        assert sorted(ids(store, wanted, ListOrder(sort))) == expected


def test_trackings_of_a_client_and_of_an_agency_are_found_by_their_rows(store: SqlStore) -> None:
    with store.begin() as tx:
        owners = text("SELECT client_id, agency_id FROM tracking WHERE id = 1")
        client_id, agency_id = tx.connection.execute(owners).one()
        moved = text("UPDATE tracking SET client_id = :client_id, agency_id = :agency_id WHERE id = 3")
        tx.connection.execute(moved, {"client_id": client_id, "agency_id": agency_id})
    assert ids(store, TrackingFilter(client_id=client_id)) == [1, 3]
    assert ids(store, TrackingFilter(agency_id=agency_id)) == [1, 3]
    assert ids(store, TrackingFilter(client_id=client_id + 1000)) == []


def test_decomposed_hangul_and_spaces_around_it_find_the_same(store: SqlStore) -> None:
    listing = ListTrackings(store=store, clock=ManualClock(NIGHT))
    assert [line.tracking.id for line in listing.page(SYSTEM, TrackingFilter(keyword=" 강남 ")).lines] == [1, 3, 6]


def test_a_line_says_where_its_tracking_stands(store: SqlStore) -> None:
    listing = ListTrackings(store=store, clock=ManualClock(NIGHT + timedelta(days=3)))
    lines = {line.tracking.id: line for line in listing.every(SYSTEM)}
    paused, exposed, missed, new = lines[1], lines[4], lines[6], lines[7]
    assert (paused.standing, paused.exposed_days, paused.expected_finish) == (Standing.PAUSED, 2, None)
    assert (exposed.standing, exposed.tags, exposed.state.since) == (Standing.EXPOSED, ("가을", "중요"), DAY)
    assert exposed.last == replace(EXPOSED_DAY, tracking_id=4, date=DAY + timedelta(days=2), rank=2, area="urB_coR")
    assert exposed.expected_finish == DAY + timedelta(days=24)
    assert (missed.missed_on, missed.state.since) == (DAY + timedelta(days=5), DAY + timedelta(days=5))
    assert (new.last, new.exposed_days, new.state.days_left) == (None, 0, 25)


def test_a_tracking_that_joins_while_somebody_turns_pages_moves_none_of_them(store: SqlStore) -> None:
    listing = ListTrackings(store=store, clock=ManualClock(NIGHT))
    order = ListOrder(TrackingSort.KEYWORD)
    first = listing.page(SYSTEM, order=order, limit=3)
    with store.begin() as tx:
        tx.trackings.add([place_tracking(99, "가")], at=NIGHT)
    rest = listing.page(SYSTEM, order=order, limit=MAX_PAGE_LENGTH, cursor=first.cursor)
    seen = [line.tracking.id for page in (first, rest) for line in page.lines]
    assert sorted(seen) == list(range(1, 9))
    assert rest.cursor is None


def test_a_tracking_that_the_release_before_has_stored_is_listed(store: SqlStore) -> None:
    with store.begin() as tx:
        tx.connection.execute(text("DELETE FROM tracking_state WHERE tracking_id = 8"))
    assert 8 in ids(store, ALL_TRACKINGS)
    assert ids(store, TrackingFilter(keyword="한옥"), ListOrder(TrackingSort.KEYWORD)) == [8]


def test_all_pages_of_everything_come_in_one_go(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sunwi.service.trackings.list_trackings.MAX_PAGE_LENGTH", 3)
    listing = ListTrackings(store=store, clock=ManualClock(NIGHT))
    assert [line.tracking.id for line in listing.every(SYSTEM)] == list(range(1, 9))
