from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from sunwi.domain.reading import PageReading, PageVerdict
from sunwi.domain.run import TaskState
from sunwi.domain.tracking import Kind
from sunwi.errors import BadMessage, Blocked, ConfigurationError, LayoutUnknown, PageTruncated, PageUnreachable
from tests.examples import DAY, NIGHT, blog_tracking, cafe_tracking, place_tracking, receipt, recognised, unreadable
from tests.night import SCHEDULED, Night

SHOWN = recognised("100", "101")
NOT_SHOWN = recognised("100", "102", "103")
ABSENT = recognised("blog:a/1", absent=[Kind.PLACE])

UNMEASURED: list[tuple[PageReading | Exception, type[Exception]]] = [
    (unreadable(PageVerdict.BLOCKED, "captcha"), Blocked),
    (unreadable(PageVerdict.BLOCKED, "status 403"), Blocked),
    (unreadable(PageVerdict.LOGIN_WALL), Blocked),
    (unreadable(PageVerdict.TRUNCATED), PageTruncated),
    (unreadable(PageVerdict.LAYOUT_UNKNOWN), LayoutUnknown),
    (recognised("101", suspect=[Kind.PLACE]), LayoutUnknown),
    (replace(recognised("101"), presence={}), LayoutUnknown),
    (PageUnreachable("timed out"), PageUnreachable),
    (ConfigurationError("no browser is installed"), ConfigurationError),
]


def rows(night: Night, statement: str) -> list[tuple[Any, ...]]:
    with night.sql.read() as tx:
        return [tuple(row) for row in tx.connection.execute(text(statement))]


def test_a_shown_target_is_exposed_at_its_rank(night: Night) -> None:
    night.start(place_tracking())
    night.show(SHOWN)
    with capture_logs() as logs:
        measured = night.deliver()
    assert measured is not None
    assert (measured.rank, measured.area, measured.session_number, measured.is_late) == (2, "nmb_rnk", 1, False)
    (row,) = night.history()
    assert (row.date, row.rank, row.area, row.page_rank, row.depth, row.looks) == (DAY, 2, "nmb_rnk", 2, 2, 1)
    task = night.task()
    assert (task.state, task.decided_at, task.attempts_used) == (TaskState.SUCCEEDED, NIGHT, 1)
    assert rows(night, "SELECT tracking_id, rank, depth FROM observation") == [(1, 2, 2)]
    assert rows(night, "SELECT number, page_loads, error, finished_at IS NULL FROM attempt") == [(1, 1, None, 0)]
    (result,) = [entry for entry in logs if entry["event"] == "crawl_result"]
    assert (result["tracking_id"], result["rank_type"], result["rank"], result["session_number"]) == (1, "place", 2, 1)
    assert night.queue.postponed == []


def test_a_target_that_is_not_shown_is_a_day_without_a_rank(night: Night) -> None:
    night.start(place_tracking())
    night.show(NOT_SHOWN)
    measured = night.deliver()
    assert measured is not None
    assert measured.rank is None
    (row,) = night.history()
    assert (row.rank, row.area, row.page_rank, row.depth) == (None, None, None, 3)
    assert night.task().state is TaskState.SUCCEEDED


def test_an_absent_block_is_a_day_without_a_rank(night: Night) -> None:
    night.start(place_tracking())
    night.show(ABSENT)
    night.deliver()
    (row,) = night.history()
    assert (row.rank, row.depth) == (None, 0)
    assert rows(night, "SELECT block_absent FROM observation") == [(1,)]
    assert len(night.loader.loads) == 1


@pytest.mark.parametrize(("answer", "error"), UNMEASURED)
def test_a_look_that_fails_is_no_rank_and_no_null_rank(
    night: Night, answer: PageReading | Exception, error: type[Exception]
) -> None:
    night.start(place_tracking())
    night.show(answer)
    with capture_logs() as logs, pytest.raises(error):
        night.deliver()
    assert night.history() == []
    assert rows(night, "SELECT * FROM observation") == []
    task = night.task()
    assert (task.state, task.attempts_used, task.is_permanent) == (TaskState.RETRYING, 1, False)
    assert rows(night, "SELECT error_name, finished_at IS NULL FROM attempt") == [(error.__name__, 0)]
    (warning,) = [entry for entry in logs if entry["log_level"] == "warning"]
    assert (warning["event"], warning["tracking_id"], warning["error_name"]) == ("crawl_retry", 1, error.__name__)
    ((message_id, seconds),) = night.queue.postponed
    assert message_id == "m1"
    assert 54 <= seconds <= 66


@pytest.mark.parametrize("answer", [answer for answer, _ in UNMEASURED if isinstance(answer, PageReading)])
def test_a_page_that_says_nothing_is_kept_as_evidence(night: Night, answer: PageReading) -> None:
    night.start(place_tracking())
    night.show(answer)
    with pytest.raises((Blocked, LayoutUnknown, PageTruncated)):
        night.deliver()
    assert rows(night, "SELECT verdict FROM page_reading") == [(answer.verdict.value,)]


def test_three_trackings_of_a_keyword_cost_one_page_load(night: Night) -> None:
    night.start(place_tracking(), blog_tracking(), cafe_tracking())
    night.show(recognised("101", "cafe:x/1", "blog:writer/223000000001", "cafe:club/77"))
    found = [night.deliver(number, f"m{number}") for number in (1, 2, 3)]
    assert [measured.rank if measured else None for measured in found] == [1, 2, 3]
    assert len(night.loader.loads) == 1
    summary = night.close.summarise(SCHEDULED)
    assert (summary["pages"], summary["page_loads"], summary["exposed"]) == (1, 1, 3)


def test_a_suspect_block_is_not_measured_and_the_other_kinds_of_the_page_are(night: Night) -> None:
    night.start(place_tracking(), blog_tracking())
    night.show(recognised("101", "blog:writer/223000000001", suspect=[Kind.PLACE]))
    with pytest.raises(LayoutUnknown):
        night.deliver(1, "m1")
    measured = night.deliver(2, "m2")
    assert measured is not None
    assert measured.rank == 1
    assert night.history(1) == []
    assert len(night.loader.loads) == 1


def test_a_suspect_page_is_loaded_again_by_the_retry(night: Night) -> None:
    night.start(place_tracking())
    night.show(recognised("101", suspect=[Kind.PLACE]), SHOWN)
    with pytest.raises(LayoutUnknown):
        night.deliver()
    night.clock.advance(seconds=60)
    measured = night.deliver()
    assert measured is not None
    assert measured.rank == 2
    assert len(night.loader.loads) == 2


def test_a_block_that_has_gone_is_looked_for_once_more_before_a_day_turns_not_exposed(night: Night) -> None:
    night.start(place_tracking())
    night.show(SHOWN)
    night.deliver()
    night.clock.advance(days=1)
    night.dispatch.scheduled(night.clock.now())
    night.show(ABSENT, SHOWN)
    measured = night.deliver(run_id="scheduled-20260103")
    assert measured is not None
    assert measured.rank == 2
    assert len(night.loader.loads) == 3
    assert rows(night, "SELECT number, page_loads FROM attempt") == [(1, 1), (1, 2)]


def test_a_block_that_stays_away_is_believed_the_second_time(night: Night) -> None:
    night.start(place_tracking(), place_tracking(100))
    night.show(SHOWN)
    night.deliver(1, "m1")
    night.deliver(2, "m2")
    night.clock.advance(days=1)
    night.dispatch.scheduled(night.clock.now())
    night.show(ABSENT)
    for number in (1, 2):
        measured = night.deliver(number, f"n{number}", run_id="scheduled-20260103")
        assert measured is not None
        assert measured.rank is None
    # Two loads the second day, for both trackings together.
    assert len(night.loader.loads) == 3


def test_a_second_look_that_fails_is_no_null_rank(night: Night) -> None:
    night.start(place_tracking())
    night.show(SHOWN)
    night.deliver()
    night.clock.advance(days=1)
    night.dispatch.scheduled(night.clock.now())
    night.show(ABSENT, unreadable(PageVerdict.BLOCKED), SHOWN)
    with pytest.raises(Blocked):
        night.deliver(run_id="scheduled-20260103")
    assert len(night.history()) == 1
    measured = night.deliver(run_id="scheduled-20260103")
    assert measured is not None
    assert measured.rank == 2


@pytest.mark.parametrize("answer", [NOT_SHOWN, ABSENT])
def test_no_second_look_is_taken_where_nothing_is_lost(night: Night, answer: PageReading) -> None:
    night.start(place_tracking())
    night.show(NOT_SHOWN)
    night.deliver()
    night.clock.advance(days=1)
    night.dispatch.scheduled(night.clock.now())
    night.show(answer)
    night.deliver(run_id="scheduled-20260103")
    assert len(night.loader.loads) == 2


@pytest.mark.parametrize(
    "body", ["", "[]", '{"run_id": "scheduled-20260102"}', '{"run_id": "\\u0000", "tracking_id": 1}']
)
def test_a_message_nobody_wrote_goes_to_the_dlq_untouched(night: Night, body: str) -> None:
    night.start(place_tracking())
    with capture_logs() as logs, pytest.raises(BadMessage):
        night.crawl.handle(body, receipt("m9"))
    assert night.queue.postponed == [("m9", 0)]
    assert [(entry["event"], entry["log_level"]) for entry in logs] == [("bad_message", "error")]
    assert night.loader.loads == []


@pytest.mark.parametrize(("run_id", "tracking_id"), [(SCHEDULED, 99), ("scheduled-19990101", 1)])
def test_a_message_that_names_nothing_known_goes_to_the_dlq(night: Night, run_id: str, tracking_id: int) -> None:
    night.start(place_tracking())
    with pytest.raises(BadMessage, match=f"run {run_id} has no task for tracking {tracking_id}.*DLQ"):
        night.deliver(tracking_id, run_id=run_id)
    assert night.queue.postponed == [("m1", 0)]


def test_a_message_that_comes_again_after_it_was_measured_is_acknowledged(night: Night) -> None:
    night.start(place_tracking())
    night.show(SHOWN)
    night.deliver()
    with capture_logs() as logs:
        assert night.deliver() is None
        assert night.deliver(message_id="a doubled message") is None
    assert [entry["event"] for entry in logs] == ["message_acknowledged"] * 2
    assert (len(night.history()), night.history()[0].looks, len(night.loader.loads)) == (1, 1, 1)
