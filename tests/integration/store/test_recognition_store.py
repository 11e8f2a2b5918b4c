from datetime import timedelta

import pytest
from sqlalchemy import text

from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.reading import PageReading, PageVerdict
from sunwi.domain.recognition import SurfaceCounts
from sunwi.domain.run import RunKind
from sunwi.domain.task import CrawlMessage
from sunwi.domain.tracking import Device, Kind, PageKey, Surface
from sunwi.errors import PageUnreachable
from tests.examples import NIGHT, blog_tracking, new_reading, new_run, page_key, place_tracking, receipt, recognised
from tests.examples import unreadable as unread

RUN = "scheduled-20260102"
BLOCKED = unread(PageVerdict.BLOCKED)
UNKNOWN = unread(PageVerdict.LAYOUT_UNKNOWN)
SUSPECT = recognised("1", suspect=[Kind.PLACE])


def counts(device: Device = Device.PC, **found: int) -> SurfaceCounts:
    return SurfaceCounts(surface=Surface.INTEGRATED, device=device, **found)


def read(store: SqlStore, *readings: PageReading, key: PageKey | None = None, run_id: str = RUN) -> None:
    with store.begin() as tx:
        for reading in readings:
            tx.readings.add(new_reading(run_id, reading, key=key or page_key()))


def count(store: SqlStore) -> list[SurfaceCounts]:
    with store.read() as tx:
        return list(tx.recognition.of_run(RUN))


@pytest.fixture
def run(store: SqlStore) -> SqlStore:
    """A run of three trackings on two pages, and one of another kind."""
    with store.begin() as tx:
        tx.trackings.add([place_tracking(1), blog_tracking(), place_tracking(2, "부산 맛집")], at=NIGHT)
        tx.runs.add(new_run(), None)
        tx.runs.add(new_run("manual-1", RunKind.MANUAL), None)
    return store


def test_a_run_that_opened_nothing_has_no_surface(run: SqlStore) -> None:
    read(run, recognised("1"), run_id="manual-1")
    assert count(run) == []


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        ([UNKNOWN, BLOCKED, recognised("1")], counts(recognised=1)),
        ([recognised("1"), UNKNOWN], counts(recognised=1)),
        ([UNKNOWN, BLOCKED, UNKNOWN], counts(blocked=1)),
        ([unread(PageVerdict.LOGIN_WALL)], counts(blocked=1)),
        ([SUSPECT, UNKNOWN], counts(layout_unknown=1)),
        ([SUSPECT, recognised("1")], counts(recognised=1)),
        ([unread(PageVerdict.TRUNCATED)], counts(layout_unknown=1)),
        ([unread(PageVerdict.RECOGNISED_EMPTY)], counts(recognised=1)),
    ],
)
def test_a_page_counts_once_by_the_best_of_its_loads(
    run: SqlStore, readings: list[PageReading], expected: SurfaceCounts
) -> None:
    read(run, *readings)
    assert count(run) == [expected]


def test_keywords_places_and_devices_are_pages_of_their_own(run: SqlStore) -> None:
    read(run, recognised("1"))
    read(run, UNKNOWN, key=page_key("부산 맛집"))
    read(run, BLOCKED, key=page_key(location="127,37"))
    read(run, recognised("1"), key=page_key(device=Device.MOBILE))
    assert count(run) == [counts(Device.MOBILE, recognised=1), counts(recognised=1, layout_unknown=1, blocked=1)]


def test_a_page_that_was_looked_for_and_never_served_is_unreachable(run: SqlStore) -> None:
    with run.begin() as tx:
        for tracking_id in (1, 2, 3):
            message = CrawlMessage(RUN, tracking_id, receipt(f"m{tracking_id}"))
            task = tx.tasks.lock(RUN, tracking_id, message_id=message.receipt.message_id)
            assert task is not None
            attempt = tx.attempts.start(task, message, at=NIGHT, page_loads=1)
            if tracking_id != 1:
                later = NIGHT + timedelta(seconds=9)
                tx.attempts.finish(attempt, at=later, error=PageUnreachable("timed out"))
    assert count(run) == [counts(unreachable=2)]
    read(run, recognised("1"))
    assert count(run) == [counts(recognised=1, unreachable=1)]


def test_readings_of_an_earlier_release_count_by_their_verdict(run: SqlStore) -> None:
    read(run, SUSPECT)
    read(run, UNKNOWN, key=page_key("부산 맛집"))
    with run.begin() as tx:
        tx.connection.execute(text("UPDATE page_reading SET is_suspect = NULL"))
    assert count(run) == [counts(recognised=1, layout_unknown=1)]
