from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.tracking import NewTracking, Surface
from sunwi.service.runs.check_capacity import CheckCapacity
from sunwi.testing import ManualClock
from tests.examples import NIGHT, blog_tracking, cafe_tracking, new_reading, new_run, place_tracking, recognised


def check(engine: Engine, *trackings: NewTracking, seconds: int, **more: int) -> CheckCapacity:
    store = SqlStore(engine)
    with store.begin() as tx:
        tx.trackings.add(trackings, at=NIGHT)
    timeout = timedelta(seconds=seconds)
    crawlers = more.get("crawlers", 1)
    return CheckCapacity(
        store=store, clock=ManualClock(NIGHT), batch_timeout=timeout, delay_seconds=2, crawlers=crawlers
    )


LISTS = (
    replace(place_tracking(1), surface=Surface.PLACE_LIST),
    replace(blog_tracking(), surface=Surface.BLOG_TAB),
    replace(cafe_tracking(), surface=Surface.CAFE_TAB),
    place_tracking(2),
)


def test_pauses_between_the_pages_of_one_look_count(sqlite_engine: Engine) -> None:
    warning = check(sqlite_engine, *LISTS, seconds=99).warning()
    assert warning is not None
    assert warning.text.startswith("4 distinct pages are 20 page loads and need about 100 s")
    assert check(sqlite_engine, seconds=100).warning() is None


def test_two_crawlers_share_the_pages_of_a_run(sqlite_engine: Engine) -> None:
    capacity = check(sqlite_engine, *LISTS, seconds=50, crawlers=2)
    assert capacity.warning() is None
    with capacity.store.begin() as tx:
        run = replace(tx.runs.add(new_run(), None), deadline=NIGHT + timedelta(seconds=49))
    warning = capacity.warning(run)
    assert warning is not None
    assert "need about 50 s (2 s delay + 3.0 s load each, 2 at a time)" in warning.text


def test_the_measured_load_is_that_of_one_page(sqlite_engine: Engine) -> None:
    capacity = check(sqlite_engine, *LISTS, seconds=61)
    with capacity.store.begin() as tx:
        tx.runs.add(new_run(), None)
        new = new_reading("scheduled-20260102", recognised("1"), fetched_at=NIGHT)
        pages = tuple(replace(new.loaded.pages[0], load_seconds=1.0) for _ in range(5))
        tx.readings.add(replace(new, loaded=replace(new.loaded, pages=pages)))
    assert capacity.warning() is None
    assert capacity.answers_per_second() == pytest.approx(4 / 60)
