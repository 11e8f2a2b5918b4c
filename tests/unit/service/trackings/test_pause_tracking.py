from datetime import timedelta

import pytest

from sunwi.domain.actor import SYSTEM
from sunwi.domain.run import RunKind, TaskState
from sunwi.domain.tracking import TrackingStatus
from sunwi.errors import LayoutUnknown
from tests.examples import NIGHT, place_tracking, recognised
from tests.night import SCHEDULED, Night


@pytest.mark.parametrize("status", [TrackingStatus.PAUSED, TrackingStatus.ENDED])
def test_pausing_or_ending_cancels_what_waits_and_its_message_is_acknowledged(
    night: Night, status: TrackingStatus
) -> None:
    night.start(place_tracking())
    night.manage.set_status(SYSTEM, [1], status)
    assert night.deliver() is None
    assert night.loader.loads == []
    summary = night.close.summarise(SCHEDULED)
    assert (summary["expected"], summary["cancelled"]) == (1, 1)


def test_pausing_cancels_a_task_that_waits_for_its_retry(night: Night) -> None:
    night.start(place_tracking())
    night.show(LayoutUnknown("no block"))
    with pytest.raises(LayoutUnknown):
        night.deliver()
    night.manage.set_status(SYSTEM, [1], TrackingStatus.PAUSED)
    assert night.task().state is TaskState.CANCELLED
    assert night.deliver() is None


def test_resuming_leaves_what_was_cancelled_and_is_measured_by_the_next_run(night: Night) -> None:
    night.start(place_tracking())
    night.manage.set_status(SYSTEM, [1], TrackingStatus.PAUSED)
    night.manage.set_status(SYSTEM, [1], TrackingStatus.ACTIVE)
    assert night.task().state is TaskState.CANCELLED
    night.show(recognised("101"))
    night.clock.advance(minutes=1)
    run = night.dispatch.started(RunKind.ON_DEMAND, [1], request_id="0a1b2c3d")
    measured = night.deliver(run_id=run.id, sent_at=NIGHT + timedelta(minutes=1))
    assert measured is not None
    assert measured.rank == 1
