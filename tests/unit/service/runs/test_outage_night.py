"""A night in which nothing can be read: no rank changes, and whoever is to know is told once."""

from collections.abc import Sequence
from contextlib import suppress

import pytest

from sunwi.domain.job import JobState
from sunwi.domain.reading import PageReading, PageVerdict
from sunwi.domain.run import TaskState
from sunwi.domain.session import LedgerRow
from sunwi.errors import PageTimedOut, PageUnreachable, SunwiError
from tests.examples import NIGHT, place_tracking, recognised, unreadable
from tests.monitored_jobs import evaluate
from tests.night import SCHEDULED, Night
from tests.unit.service.watchdog.test_watch_day import Watchdog

KEYWORDS = ["강남역 맛집", "홍대 카페", "성수동 김밥", "이사 견적", "치과", "필라테스"]

OUTAGES: dict[str, Sequence[PageReading | BaseException]] = {
    "no connection": [PageUnreachable("https://x could not be opened: net::ERR_INTERNET_DISCONNECTED")],
    "too slow": [PageTimedOut("https://x could not be opened: Timeout 4500ms exceeded")],
    "refused": [unreadable(PageVerdict.BLOCKED)],
    "changed": [unreadable(PageVerdict.LAYOUT_UNKNOWN)],
    "cut": [unreadable(PageVerdict.TRUNCATED)],
}


@pytest.fixture
def dog(night: Night) -> Watchdog:
    """Six trackings, of which the night before has ranks of four and two that are not exposed."""
    for number, keyword in enumerate(KEYWORDS, start=1):
        night.show(recognised("1") if number <= 4 else recognised("9"), keyword=keyword)
    night.clock.advance(days=-1)
    night.track(*(place_tracking(1, keyword) for keyword in KEYWORDS))
    run = night.dispatch.scheduled(night.clock.now())
    for number in range(1, 7):
        night.deliver(number, f"before-{number}", run_id=run.id, sent_at=night.clock.now())
    night.close.summarise(run.id)
    night.machine.ended.add(run.execution_name)
    night.clock.at = NIGHT
    return Watchdog(night)


def ledger(night: Night) -> dict[int, list[LedgerRow]]:
    return {number: night.history(number) for number in range(1, 7)}


def sessions(night: Night) -> list[tuple[int, ...]]:
    with night.sql.read() as tx:
        return [(tracking.id, tracking.current_session) for tracking in tx.trackings.list()]


def observations(night: Night) -> int:
    with night.sql.read() as tx:
        return int(tx.connection.exec_driver_sql("SELECT count(*) FROM observation").scalar_one())


def attempt_everything(night: Night) -> None:
    """Deliver every message as often as a queue would: three looks and what comes beside them, to the deadline."""
    night.dispatch.scheduled(night.clock.now())
    for _ in range(12):
        for number in range(1, 7):
            with suppress(SunwiError):
                night.deliver(number, f"m{number}")
        night.clock.advance(minutes=5)


@pytest.mark.parametrize("pages", OUTAGES.values(), ids=OUTAGES.keys())
def test_an_outage_changes_no_rank_and_is_one_alarm(
    dog: Watchdog, pages: Sequence[PageReading | BaseException]
) -> None:
    night = dog.night
    before = ledger(night), sessions(night), observations(night)
    for keyword in KEYWORDS:
        night.show(*pages, keyword=keyword)
    attempt_everything(night)
    night.close.summarise(SCHEDULED)
    with night.sql.begin() as tx:
        evaluate(tx, 1, JobState.SUCCEEDED, at=night.clock.now())
    night.machine.ended.add(f"{SCHEDULED}-0")
    counts = night.counts()
    assert (counts.succeeded, counts.unmeasured, counts.left) == (0, 6, 0)
    assert (ledger(night), sessions(night), observations(night)) == before
    assert [len(rows) for rows in before[0].values()] == [1] * 6

    night.clock.advance(hours=1)
    for _ in range(4):
        dog.check()
        night.clock.advance(hours=2)
    assert dog.raised() == ["RUN_MOSTLY_UNMEASURED"]
    assert "6/6건" in dog.alarms.raised[0].text


def test_an_outage_that_ends_in_the_night_leaves_nothing_to_raise(dog: Watchdog) -> None:
    night = dog.night
    for keyword in KEYWORDS:
        night.show(PageUnreachable("no connection"), recognised("1"), keyword=keyword)
    attempt_everything(night)
    night.close.summarise(SCHEDULED)
    with night.sql.begin() as tx:
        evaluate(tx, 1, JobState.SUCCEEDED, at=night.clock.now())
    night.machine.ended.add(f"{SCHEDULED}-0")
    with night.sql.read() as tx:
        assert dict(tx.tasks.count_states(SCHEDULED)) == {TaskState.SUCCEEDED: 6}
    night.clock.advance(hours=1)
    dog.check()
    assert dog.raised() == []
