"""The database refuses a write at any step of a crawl: nothing is half-written, and the next look sets it right."""

import pytest
from structlog.testing import capture_logs

from sunwi.domain.run import TaskState
from sunwi.errors import LayoutUnknown, StoreConflict, StoreUnavailable
from sunwi.service.ports.retry_conflicts import TRIES
from tests.examples import place_tracking, recognised
from tests.injection import CONNECTION_KILLED, Injection
from tests.night import SCHEDULED, Night

#: Every table that a crawl writes, in its order.
TABLES = ["attempt", "page_reading", "observation", "rank_history", "task"]
NOTHING = {"observation": 0, "rank_history": 0, "session": 1}
MEASURED = {"observation": 1, "rank_history": 1, "session": 1}


@pytest.fixture
def started(night: Night) -> Night:
    """A run of one tracking, which its page shows."""
    night.start(place_tracking())
    night.show(recognised("101"))
    return night


def check_healed(night: Night, injection: Injection) -> None:
    """Deliver once more, as the queue would, and look that all is as if nothing had been."""
    measured = night.deliver()
    assert measured is not None
    assert measured.rank == 1
    assert injection.counts() == MEASURED
    assert len(night.loader.loads) <= 2
    assert night.counts().succeeded == 1
    night.clock.advance(hours=2)
    summary = night.close.summarise(SCHEDULED)
    assert summary["expected"] == summary["succeeded"] == 1


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("53100", "its disk is full: enlarge it; nothing was written"),
        ("25006", "it takes no writes: a failover is under way, or its storage has run full"),
        ("53200", "the database cannot be reached or asks to try again"),
        ("57014", "the database cannot be reached or asks to try again"),
    ],
)
def test_a_refused_write_postpones_the_message_and_leaves_nothing_half_written(
    started: Night, injection: Injection, table: str, code: str, said: str
) -> None:
    injection.refuse(table, code)
    with pytest.raises(StoreUnavailable, match=said):
        started.deliver()
    assert injection.counts() == NOTHING
    assert started.queue.postponed == [("m1", 300)]
    assert started.task().state not in {TaskState.SUCCEEDED, TaskState.FAILED}
    injection.end()
    check_healed(started, injection)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("code", ["53100", "57014"])
def test_a_commit_that_is_refused_leaves_nothing_half_written(
    started: Night, injection: Injection, table: str, code: str
) -> None:
    injection.refuse(table, code, at_commit=True)
    with pytest.raises(StoreUnavailable):
        started.deliver()
    assert injection.counts() == NOTHING
    injection.end()
    check_healed(started, injection)


@pytest.mark.parametrize("table", TABLES)
def test_a_connection_that_is_killed_at_any_step_is_replaced_for_the_next_look(
    started: Night, injection: Injection, table: str
) -> None:
    injection.interfere(table, CONNECTION_KILLED, times=1)
    with pytest.raises(StoreUnavailable):
        started.deliver()
    assert injection.counts() == NOTHING
    check_healed(started, injection)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("code", ["40001", "40P01"])
@pytest.mark.parametrize("at_commit", [False, True])
def test_a_conflict_is_tried_again_at_once_and_costs_neither_look_nor_message(
    started: Night, injection: Injection, table: str, code: str, *, at_commit: bool
) -> None:
    injection.refuse(table, code, times=TRIES - 1, at_commit=at_commit)
    with capture_logs() as logs:
        measured = started.deliver()
    assert measured is not None
    assert measured.rank == 1
    assert [line["event"] for line in logs].count("transaction_repeated") == TRIES - 1
    assert injection.counts() == MEASURED
    assert started.queue.postponed == []
    assert started.task().attempts_used == len(started.loader.loads) == 1


def test_a_conflict_that_does_not_end_postpones_the_message(started: Night, injection: Injection) -> None:
    injection.refuse("rank_history", "40P01")
    with pytest.raises(StoreConflict, match="was in the way, this one was taken back: injected"):
        started.deliver()
    assert injection.counts() == NOTHING
    assert started.queue.postponed == [("m1", 300)]
    injection.end()
    check_healed(started, injection)


def test_a_conflict_while_a_failure_is_noted_is_no_failure_of_its_own(started: Night, injection: Injection) -> None:
    started.show(LayoutUnknown("another layout"), recognised("101"))
    injection.refuse("task", "40001", times=1, at_commit=False)
    with pytest.raises(LayoutUnknown):
        started.deliver()
    assert started.task().state is TaskState.RETRYING
    assert [seconds for _, seconds in started.queue.postponed] != [300]
    check_healed(started, injection)


@pytest.mark.parametrize("code", ["40001", "40P01"])
def test_a_run_closes_in_spite_of_a_conflict(started: Night, injection: Injection, code: str) -> None:
    started.deliver()
    started.clock.advance(hours=2)
    injection.refuse("run", code, times=TRIES - 1)
    summary = started.close.summarise(SCHEDULED)
    assert (summary["expected"], summary["succeeded"]) == (1, 1)
    assert started.close.summarise(SCHEDULED) == summary


def test_a_run_that_could_not_be_closed_is_closed_by_the_next_try(started: Night, injection: Injection) -> None:
    started.deliver()
    started.clock.advance(hours=2)
    injection.refuse("run", "53100")
    with pytest.raises(StoreUnavailable, match="its disk is full"):
        started.close.summarise(SCHEDULED)
    with started.sql.read() as tx:
        assert tx.runs.summary(SCHEDULED) is None
    injection.end()
    assert started.close.summarise(SCHEDULED)["succeeded"] == 1
