from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sunwi.domain.run import RunKind, TaskState
from sunwi.errors import LayoutUnknown
from tests.examples import DAY, HOUR, NIGHT, blog_tracking, place_tracking, recognised
from tests.night import SCHEDULED, Night

SHOWN = recognised("101", "blog:writer/223000000001")
#: 23:00 KST on 2 January, an hour before the date changes.
EVENING = datetime(2026, 1, 2, 14, 0, tzinfo=UTC)
MIDNIGHT = EVENING + HOUR
NEXT_DAY = DAY + timedelta(days=1)
TOKEN = "0a1b2c3d"


def test_a_reading_is_reused_for_as_long_as_the_batch_timeout(night: Night) -> None:
    night.batch_timeout = timedelta(hours=3)
    night.start(place_tracking(), blog_tracking(), place_tracking(102))
    night.batch_timeout = HOUR
    night.show(SHOWN)
    night.deliver(1, "m1")
    night.clock.advance(hours=1)
    night.deliver(2, "m2")
    assert len(night.loader.loads) == 1
    night.clock.advance(seconds=1)
    night.deliver(3, "m3")
    assert len(night.loader.loads) == 2


def test_a_reading_of_yesterday_is_not_reused_after_midnight(night: Night) -> None:
    night.clock.at = MIDNIGHT - timedelta(minutes=10)
    night.track(place_tracking(), blog_tracking())
    run = night.dispatch.started(RunKind.ON_DEMAND, [1, 2], request_id=TOKEN)
    night.show(SHOWN)
    night.deliver(1, "m1", run_id=run.id, sent_at=night.clock.now())
    night.clock.at = MIDNIGHT + timedelta(minutes=10)
    night.deliver(2, "m2", run_id=run.id, sent_at=night.clock.now())
    assert len(night.loader.loads) == 2
    assert [row.date for row in night.history(1)] == [DAY]
    assert [row.date for row in night.history(2)] == [NEXT_DAY]
    assert (night.counts(run.id).succeeded, night.counts(run.id).left) == (2, 0)


def test_a_page_fetched_before_midnight_and_saved_after_it_belongs_to_the_day_it_was_fetched(night: Night) -> None:
    night.clock.at = EVENING
    night.start(place_tracking())
    night.show(SHOWN)
    night.clock.at = MIDNIGHT - timedelta(seconds=1)
    loaded = night.loader.load

    def save_after_midnight(site: Any, address: Any, **options: Any) -> Any:
        page = loaded(site, address, **options)
        night.clock.at = MIDNIGHT + timedelta(seconds=1)
        return page

    night.loader.load = save_after_midnight  # type: ignore[method-assign]  # the clock moves between load and save
    measured = night.deliver(sent_at=EVENING)
    assert measured is not None
    assert not measured.is_late
    assert [row.date for row in night.history()] == [DAY]


def test_a_page_that_arrives_after_midnight_is_the_next_days_and_expires_in_its_run(night: Night) -> None:
    night.clock.at = EVENING
    night.start(place_tracking())
    night.show(SHOWN)
    night.clock.at = MIDNIGHT - timedelta(seconds=1)
    opened = night.loader.serve

    def arrive_after_midnight(key: Any) -> Any:
        night.clock.at = MIDNIGHT + timedelta(seconds=1)
        return opened(key)

    night.loader.serve = arrive_after_midnight
    measured = night.deliver(sent_at=EVENING)
    assert measured is not None
    assert measured.is_late
    assert [row.date for row in night.history()] == [NEXT_DAY]
    summary = night.close.summarise(SCHEDULED)
    assert (summary["succeeded"], summary["expired"]) == (0, 1)
    with night.sql.read() as tx:
        assert tx.tasks.list_late(SCHEDULED) == [(1, NEXT_DAY)]


def test_a_look_that_fails_after_midnight_keeps_its_reason(night: Night) -> None:
    night.clock.at = EVENING
    night.start(place_tracking())
    night.clock.at = MIDNIGHT - timedelta(seconds=1)

    def fail_after_midnight(_key: Any) -> Any:
        night.clock.at = MIDNIGHT + timedelta(seconds=1)
        raise LayoutUnknown("no landmark")

    night.loader.serve = fail_after_midnight
    with pytest.raises(LayoutUnknown):
        night.deliver(sent_at=EVENING)
    assert night.deliver(sent_at=EVENING) is None
    night.close.summarise(SCHEDULED)
    with night.sql.read() as tx:
        ((_, _, reason),) = tx.tasks.list_reasons(SCHEDULED, [TaskState.EXPIRED])
    assert reason.endswith("last look: LayoutUnknown: no landmark")


def test_tonights_reading_is_not_tomorrows(night: Night) -> None:
    night.start(place_tracking())
    night.show(SHOWN)
    night.deliver()
    night.clock.at = NIGHT + timedelta(days=1)
    night.dispatch.scheduled(night.clock.now())
    night.show(recognised("102"))
    night.deliver(run_id="scheduled-20260103", sent_at=night.clock.now())
    assert [(row.date, row.rank) for row in night.history()] == [(DAY, 1), (NEXT_DAY, None)]
