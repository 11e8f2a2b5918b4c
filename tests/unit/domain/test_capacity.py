import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunwi.domain.capacity import MOST_CRAWLERS, LoadPace, Pages, answers_per_second, capacity_warning

HOUR = timedelta(hours=1)


def warn(loads: int, seconds: int, *, crawlers: int = 1, delay: float = 2, load: float | None = 3) -> str:
    pace = LoadPace(delay_seconds=delay, load_seconds=load, crawlers=crawlers)
    pages = Pages(distinct=loads, loads=loads)
    warning = capacity_warning(pages, pace, batch_timeout=timedelta(seconds=seconds))
    return "" if warning is None else warning.text


@given(
    loads=st.integers(0, 20_000),
    delay=st.floats(0, 60),
    load=st.none() | st.floats(0, 60),
    seconds=st.integers(1, 86_400),
    crawlers=st.integers(1, MOST_CRAWLERS),
)
def test_the_warning_names_values_that_are_enough(
    loads: int, delay: float, load: float | None, seconds: int, crawlers: int
) -> None:
    said = warn(loads, seconds, crawlers=crawlers, delay=delay, load=load)
    if not said:
        assert loads * max(delay, (delay + (3.0 if load is None else load)) / crawlers) <= seconds
        return
    named = re.search(r"CRAWL_BATCH_TIMEOUT to at least (\d+)", said)
    assert named is not None
    needed = int(named[1])
    assert needed > seconds
    assert not warn(loads, needed, crawlers=crawlers, delay=delay, load=load)
    assert warn(loads, needed - 1, crawlers=crawlers, delay=delay, load=load)
    if more := re.search(r"CRAWLER_CONCURRENCY to at least (\d+)$", said):
        assert not warn(loads, seconds, crawlers=int(more[1]), delay=delay, load=load)
        assert warn(loads, seconds, crawlers=int(more[1]) - 1, delay=delay, load=load)
    else:
        assert warn(loads, seconds, crawlers=MOST_CRAWLERS, delay=delay, load=load)


def test_720_pages_of_5_seconds_fit_into_an_hour_and_721_do_not() -> None:
    assert warn(720, 3600) == ""
    warning = warn(721, 3600)
    assert warning == (
        "721 distinct pages are 721 page loads and need about 3605 s (2 s delay + 3.0 s load each), and "
        "CRAWL_BATCH_TIMEOUT is 3600 s: set CRAWL_BATCH_TIMEOUT to at least 3605, or CRAWLER_CONCURRENCY to at least 2"
    )


def test_two_crawlers_read_twice_as_many_pages() -> None:
    assert not warn(1440, 3600, crawlers=2)
    warning = warn(1441, 3600, crawlers=2)
    assert "3.0 s load each, 2 at a time)" in warning


def test_no_number_of_crawlers_loads_oftener_than_once_in_the_delay() -> None:
    warning = warn(1801, 3600)
    assert warning.endswith("set CRAWL_BATCH_TIMEOUT to at least 9005")
    assert warn(1800, 3600).endswith("or CRAWLER_CONCURRENCY to at least 3")


def test_a_look_of_several_pages_is_counted_by_its_loads() -> None:
    pace = LoadPace(delay_seconds=2, load_seconds=3)
    assert capacity_warning(Pages(distinct=72, loads=720), pace, batch_timeout=HOUR) is None
    warning = capacity_warning(Pages(distinct=73, loads=730), pace, batch_timeout=HOUR)
    assert warning is not None
    assert warning.text.startswith("73 distinct pages are 730 page loads and need about 3650 s")


def test_messages_are_answered_as_fast_as_their_looks() -> None:
    pace = LoadPace(delay_seconds=2, load_seconds=3)
    assert answers_per_second(Pages(distinct=0, loads=0), pace) == pytest.approx(0.2)
    assert answers_per_second(Pages(distinct=10, loads=40), pace) == pytest.approx(0.05)
    two = LoadPace(delay_seconds=2, load_seconds=3, crawlers=2)
    assert answers_per_second(Pages(distinct=10, loads=10), two) == pytest.approx(0.4)
    at_once = LoadPace(delay_seconds=0, load_seconds=0)
    assert answers_per_second(Pages(distinct=1, loads=1), at_once) == pytest.approx(10)
