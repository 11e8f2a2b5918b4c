"""A look ends before its function is killed, whatever takes its time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sunwi.domain.run import RunKind, TaskState
from sunwi.domain.tracking import Kind, Surface
from sunwi.errors import PageTimedOut
from sunwi.service.pages.open_page import OpenPage
from sunwi.service.ports.reading_terms import UNLIMITED, ReadingTerms, TimeLimit
from sunwi.sites.naver.pages import page_address
from tests.examples import blog_tracking, place_tracking, recognised
from tests.list_loader import LIST, ListLoader
from tests.night import SCHEDULED, Night

LISTED = replace(place_tracking(1000000299, LIST.keyword), surface=Surface.PLACE_LIST)
#: Of a function of 60 seconds, which `tests/night.py` keeps 5 of for saving.
REMAINING = 60
TOKEN = "0a1b2c3d"


@pytest.fixture
def listed(night: Night) -> ListLoader:
    """A list of five pages, tracked to its end."""
    loader = ListLoader(night.clock)
    night.loader = loader  # type: ignore[assignment]  # a loader too
    night.start(LISTED)
    return loader


def seconds_of(night: Night) -> float:
    """Deliver the message to a look that is cut, and say how long that took."""
    began = night.clock.monotonic()
    with pytest.raises(PageTimedOut):
        night.deliver(remaining_seconds=REMAINING)
    return night.clock.monotonic() - began


def test_five_slow_pages_end_as_timed_out_before_the_function_is_killed(night: Night, listed: ListLoader) -> None:
    listed.seconds = 24
    assert seconds_of(night) <= REMAINING - 5
    assert len(listed.loads) == 3
    with night.sql.read() as tx:
        (task,) = tx.tasks.of_run(SCHEDULED)
    assert task.state is TaskState.RETRYING
    assert task.failure is not None
    assert task.failure.cause == "timeout"
    assert "page 3 of the list could not be opened; 2 pages with 140 rows read" in task.failure.reason
    (look,) = night.evidence.kept.values()
    assert len(look.pages) == 2


def test_no_page_is_begun_that_has_no_time(night: Night, listed: ListLoader) -> None:
    listed.seconds = 26
    assert seconds_of(night) == 52
    assert len(listed.loads) == 2


def test_a_look_with_time_for_all_its_pages_is_not_cut(night: Night, listed: ListLoader) -> None:
    listed.seconds = 10
    measured = night.deliver(remaining_seconds=REMAINING)
    assert measured is not None
    assert measured.rank == 299


def test_pauses_count_against_the_time(night: Night, listed: ListLoader) -> None:
    night.delay, listed.seconds = timedelta(seconds=12), 1
    assert seconds_of(night) <= REMAINING - 5
    assert 4 <= len(listed.loads) < 5


def test_a_second_look_has_what_the_first_has_left(night: Night) -> None:
    night.load_time = timedelta(seconds=52)
    night.track(blog_tracking())
    night.show(recognised("101", "blog:writer/223000000001"))
    first = night.dispatch.started(RunKind.ON_DEMAND, [1], request_id=TOKEN)
    night.deliver(1, "n1", run_id=first.id)
    night.clock.advance(days=1)
    run = night.dispatch.scheduled(night.clock.now())
    night.show(recognised("101", absent=[Kind.BLOG]))
    loads = len(night.loader.loads)
    with pytest.raises(PageTimedOut, match=r"3\.0 s are left, too little for another page"):
        night.deliver(1, "m1", run_id=run.id, remaining_seconds=REMAINING)
    assert len(night.loader.loads) == loads + 1
    night.load_time = timedelta()
    measured = night.deliver(1, "m1", run_id=run.id, remaining_seconds=REMAINING)
    assert measured is not None
    assert measured.rank is None
    assert len(night.loader.loads) == loads + 2


def test_each_page_is_told_what_is_left(night: Night) -> None:
    night.start(place_tracking(101), place_tracking(102, "다른 말"))
    night.show(recognised("101"))
    night.show(recognised("102"), keyword="다른 말")
    night.deliver(1, "m1", remaining_seconds=REMAINING)
    night.deliver(2, "m2")
    assert night.loader.left_seconds == [REMAINING - 5, float("inf")]


def test_a_command_has_a_time_of_its_own(night: Night) -> None:
    loader = ListLoader(night.clock, seconds=100)
    open_page = OpenPage(loader=loader)
    terms = ReadingTerms(limit=TimeLimit.after(180, night.clock))
    url = "https://pcmap.place.naver.com/place/list?query=q&start=1"
    assert open_page(page_address(LIST, url), terms=terms).served.requested_url == url
    with pytest.raises(PageTimedOut):
        open_page(page_address(LIST, url), terms=terms)
    assert night.clock.monotonic() - loader.loads[0] == 180


def test_without_a_limit_there_is_always_time() -> None:
    assert UNLIMITED.left_seconds() == float("inf")
    assert UNLIMITED.at_most(24) == 24


def test_a_limit_that_is_over_leaves_nothing_and_never_less(night: Night) -> None:
    limit = TimeLimit.after(5, night.clock)
    night.clock.advance(seconds=60)
    assert (limit.left_seconds(), limit.at_most(24)) == (0, 0)
