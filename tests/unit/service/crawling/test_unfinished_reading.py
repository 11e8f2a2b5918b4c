"""A page on which a reader fails, and a list that cannot be read to its end: nothing that was loaded is thrown away."""

from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from sunwi.adapters.aws.evidence import FAILURES_PREFIX, evidence_key
from sunwi.domain.failure import FailureCause
from sunwi.domain.reading import PageReading, PageVerdict, ServedPage
from sunwi.domain.run import TaskState
from sunwi.domain.tracking import PageKey, Surface
from sunwi.errors import Blocked, LayoutUnknown, PageTimedOut, PageUnreachable, Permanent
from sunwi.sites.naver.lists import paged_reading
from sunwi.sites.naver.lists.list_page import ListPage
from sunwi.sites.naver.lists.place_list import read_place_list
from sunwi.sites.naver.site import circuit_of_page
from sunwi.wording.failure_words import failure_words
from tests.examples import place_tracking
from tests.list_loader import LIST, ListLoader
from tests.night import SCHEDULED, Night

LISTED = replace(place_tracking(1000000001, LIST.keyword), surface=Surface.PLACE_LIST)


def crash(_served: ServedPage, _key: PageKey) -> PageReading:
    raise KeyError("naver.search.ext 🍜\0")


@pytest.fixture
def crashing(night: Night, monkeypatch: pytest.MonkeyPatch) -> Night:
    """One page on which a reader fails."""
    night.start(place_tracking(101))
    night.loader.serve = lambda key: ServedPage(
        requested_url="https://search.naver.com/", final_url="https://search.naver.com/", status=200, html=key.keyword
    )
    monkeypatch.setattr("sunwi.sites.naver.surface_reading.read_page", crash)
    return night


@pytest.fixture
def listed(night: Night) -> ListLoader:
    """A list of five pages that is tracked to its end."""
    loader = ListLoader(night.clock)
    night.loader = loader  # type: ignore[assignment]  # a loader too
    night.start(LISTED)
    return loader


def causes(night: Night) -> list[tuple[FailureCause, str]]:
    with night.sql.read() as tx:
        tasks = tx.tasks.of_run(SCHEDULED)
    return [(task.failure.cause, task.failure.reason) for task in tasks if task.failure]


def test_a_page_on_which_a_reader_fails_is_kept_and_not_measured_for_its_layout(crashing: Night) -> None:
    with capture_logs() as logs, pytest.raises(LayoutUnknown, match="a reader failed: KeyError"):
        crashing.deliver()
    (look,) = crashing.evidence.kept.values()
    assert [page.served.html for page in look.pages] == ["강남역 맛집"]
    assert evidence_key(SCHEDULED, look).startswith(f"{FAILURES_PREFIX}/")
    ((cause, reason),) = causes(crashing)
    assert cause is FailureCause.LAYOUT
    assert failure_words(cause, reason) == "화면의 구조를 알아보지 못했습니다 (판독 오류 KeyError)"
    assert [entry["log_level"] for entry in logs if entry["event"] == "reader_failed"] == ["error"]
    assert crashing.history() == []


def test_a_reader_that_fails_raises_an_alarm_and_counts_in_the_runs_recognition(crashing: Night) -> None:
    with pytest.raises(LayoutUnknown):
        crashing.deliver()
    assert crashing.metrics.published == [("integrated-pc", "ReaderErrors", 1), ("worst", "ReaderErrors", 1)]
    with crashing.sql.read() as tx:
        (counts,) = tx.recognition.of_run(SCHEDULED)
    assert (counts.layout_unknown, counts.unreachable, counts.has_layout_alarm) == (1, 0, True)


def test_a_reader_that_fails_is_tried_like_an_unknown_layout_three_times_in_all(crashing: Night) -> None:
    for _ in range(3):
        with pytest.raises(LayoutUnknown):
            crashing.deliver()
        crashing.clock.advance(minutes=3)
    assert crashing.task().state is TaskState.FAILED
    assert crashing.loader.fresh == [False, True, True]
    assert len(crashing.evidence.kept) == 3
    with pytest.raises(Permanent):
        crashing.deliver()


def test_a_reader_that_fails_on_a_later_page_costs_none_of_those_before(
    night: Night, listed: ListLoader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_behind(served: ServedPage, key: PageKey, start: int) -> ListPage:
        if start > 140:
            raise IndexError("list index out of range")
        return read_place_list(served, key, start)

    monkeypatch.setattr(paged_reading, "read_place_list", fail_behind)
    with pytest.raises(LayoutUnknown, match="a reader failed: IndexError: 'list index out of range'"):
        night.deliver()
    (look,) = night.evidence.kept.values()
    assert len(look.pages) == len(listed.loads) == 3
    assert look.reading.cards == ()


def test_the_canary_tells_of_a_reader_that_fails_too(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sunwi.sites.naver.surface_reading.read_page", crash)
    night.loader.serve = lambda _key: ServedPage(requested_url="u", final_url="u", status=200, html="<html>")
    look = night.crawl.read_surface(PageKey(Surface.INTEGRATED, LIST.device, "김밥"))
    assert look.reading.verdict is PageVerdict.LAYOUT_UNKNOWN
    assert ("worst", "ReaderErrors", 1) in night.metrics.published


@pytest.mark.parametrize(
    ("error", "cause", "told"),
    [
        (PageUnreachable("net::ERR_CONNECTION_RESET"), FailureCause.UNREACHABLE, "페이지에 접속하지 못했습니다"),
        (PageTimedOut("Timeout 24000ms"), FailureCause.TIMEOUT, "제한 시간 안에 페이지가 열리지 않았습니다"),
    ],
)
def test_the_pages_before_one_that_cannot_be_opened_are_kept_and_the_reason_says_how_far_it_came(
    night: Night, listed: ListLoader, error: PageUnreachable, cause: FailureCause, told: str
) -> None:
    listed.failures[3] = error
    words = "page 3 of the list could not be opened; 2 pages with 140 rows read"
    with pytest.raises(type(error), match=words):
        night.deliver()
    (look,) = night.evidence.kept.values()
    assert len(look.pages) == 2
    assert evidence_key(SCHEDULED, look).startswith(f"{FAILURES_PREFIX}/")
    ((found, reason),) = causes(night)
    assert found is cause
    assert failure_words(found, reason).startswith(f"{told} (")
    assert "목록 3쪽 실패, 앞 2쪽 140건 판독" in failure_words(found, reason)
    assert night.history() == []


def test_a_list_that_was_not_read_to_its_end_is_no_reading_that_anything_is_looked_up_in(
    night: Night, listed: ListLoader
) -> None:
    """A replay of its pages would look up in a part of the list; so would a second tracking of it."""
    listed.failures[2] = PageUnreachable("reset")
    with pytest.raises(PageUnreachable, match="1 page with 70 rows read"):
        night.deliver()
    with night.sql.read() as tx:
        assert list(tx.corrections.kept_readings(SCHEDULED)) == []
        (counts,) = tx.recognition.of_run(SCHEDULED)
    assert (counts.unreachable, counts.layout_unknown) == (1, 0)


def test_evidence_that_cannot_be_kept_leaves_the_reason(night: Night, listed: ListLoader) -> None:
    listed.failures[2] = PageUnreachable("reset")
    night.evidence.is_away = True
    with pytest.raises(PageUnreachable, match="page 2 of the list could not be opened"):
        night.deliver()


def test_a_later_page_is_not_asked_for_once_its_circuit_has_opened(night: Night, listed: ListLoader) -> None:
    listed.events[2] = lambda: night.open_circuit(circuit_of_page(LIST))
    with pytest.raises(Blocked, match=r"page 3 of the list .* 2 pages with 140 rows read: .*has begun to refuse"):
        night.deliver()
    assert len(listed.loads) == 2
    task = night.task()
    assert (task.state, task.attempts_used, task.attempts_started) == (TaskState.RETRYING, 0, 1)
    ((_, seconds),) = night.queue.postponed
    assert seconds >= 300
    (look,) = night.evidence.kept.values()
    assert len(look.pages) == 2
