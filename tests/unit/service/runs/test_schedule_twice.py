"""The schedule's event comes twice, late, or around midnight in Korea: one run of its own date, or none."""

from datetime import UTC, date, datetime, timedelta

import pytest

from sunwi.domain.schedule import KST
from sunwi.errors import StaleEvent
from tests.examples import place_tracking, recognised
from tests.night import Night

DAY = date(2026, 1, 2)


def at(hour: int, minute: int, *, days: int = 0) -> datetime:
    """An instant of that day in Korea, in UTC."""
    korean = datetime(DAY.year, DAY.month, DAY.day, hour, minute, tzinfo=KST) + timedelta(days=days)
    return korean.astimezone(UTC)


def runs(night: Night) -> list[str]:
    with night.sql.read() as tx:
        return [run.id for run in tx.runs.list(10)]


@pytest.fixture
def night(night: Night) -> Night:
    """One tracking, and a schedule late in the evening whose run just ends by midnight."""
    night.clock.at = at(12, 0)
    night.track(place_tracking(1))
    night.show(recognised("1"))
    night.batch_timeout = timedelta(minutes=15)
    return night


def test_an_event_of_2340_that_comes_at_2350_and_again_at_0010_is_one_run_of_its_own_date(night: Night) -> None:
    event = at(23, 40)
    night.clock.at = at(23, 50)
    run = night.dispatch.scheduled(event)
    assert (run.id, run.business_date, run.deadline) == ("scheduled-20260102", DAY, at(0, 0, days=1))
    night.clock.at = at(0, 10, days=1)
    with pytest.raises(StaleEvent, match="belongs to 2026-01-02 KST, and today is 2026-01-03"):
        night.dispatch.scheduled(event)
    assert runs(night) == ["scheduled-20260102"]
    assert len(night.queue.sent) == 1


def test_an_event_of_2340_that_comes_at_0010_only_starts_nothing_and_says_what_to_do(night: Night) -> None:
    night.clock.at = at(0, 10, days=1)
    with pytest.raises(StaleEvent, match=r"start a run by hand$"):
        night.dispatch.scheduled(at(23, 40))
    assert (runs(night), night.queue.sent) == ([], [])


def test_what_is_read_after_midnight_is_not_written_to_the_day_before(night: Night) -> None:
    night.clock.at = at(23, 50)
    run = night.dispatch.scheduled(at(23, 40))
    night.clock.at = at(0, 10, days=1)
    assert night.close.check(run.id).done
    night.deliver(1, run_id=run.id, sent_at=at(23, 50))
    assert night.history(1) == []
    assert night.close.summarise(run.id)["expired"] == 1


def test_the_event_of_0100_that_comes_twice_at_once_is_one_run(night: Night) -> None:
    night.clock.at = at(1, 0)
    first, second = night.dispatch.scheduled(at(1, 0)), night.dispatch.scheduled(at(1, 0))
    assert first.id == second.id == "scheduled-20260102"
    assert len(night.queue.sent) == 1


def test_the_event_of_0100_that_comes_in_the_evening_starts_nothing(night: Night) -> None:
    night.clock.at = at(23, 50)
    with pytest.raises(StaleEvent, match="old, more than 1:00:00"):
        night.dispatch.scheduled(at(1, 0))
    assert runs(night) == []


def test_events_of_two_days_either_side_of_midnight_are_two_runs(night: Night) -> None:
    night.clock.at = at(23, 50)
    before = night.dispatch.scheduled(at(23, 45))
    night.clock.at = at(0, 10, days=1)
    after = night.dispatch.scheduled(at(0, 5, days=1))
    assert [before.id, after.id] == ["scheduled-20260102", "scheduled-20260103"]
