from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.store import SqlStore
from sunwi.domain.failure import Failure, FailureCause
from sunwi.domain.retry import RetryCandidate
from sunwi.domain.run import TaskState
from sunwi.domain.task import CrawlMessage
from sunwi.domain.tracking import TrackingStatus
from sunwi.errors import LayoutUnknown
from sunwi.service.ports.outside import Transaction
from tests.examples import DAY, HOUR, NIGHT, new_run, place_tracking, receipt

RUN = "scheduled-20260102"
VERDICT = NIGHT + HOUR
SENT_AGAIN = VERDICT + timedelta(hours=2)
BROKEN = Failure(FailureCause.LAYOUT, "LayoutUnknown: broken")


@pytest.fixture
def failures(store: SqlStore) -> SqlStore:
    """Seven tasks: measured, failed, failed and late, expired, failed and paused, cancelled, failed and sent again."""
    states = [
        TaskState.SUCCEEDED,
        TaskState.FAILED,
        TaskState.FAILED,
        TaskState.EXPIRED,
        TaskState.FAILED,
        TaskState.CANCELLED,
        TaskState.FAILED,
    ]
    with store.begin() as tx:
        tx.trackings.add([place_tracking(number) for number in range(1, 8)], at=NIGHT)
        tx.runs.add(new_run(), None)
        tx.tasks.mark_sent(RUN, range(1, 8), at=NIGHT)
        for tracking_id, state in enumerate(states, 1):
            task = tx.tasks.lock(RUN, tracking_id, message_id="m")
            assert task is not None
            tx.tasks.set_state(task, state, decided_at=VERDICT, failure=BROKEN)
            if tracking_id == 3:
                tx.tasks.set_late(task, DAY)
        tx.trackings.set_status(5, TrackingStatus.PAUSED)
        tx.tasks.mark_sent(RUN, [7], at=SENT_AGAIN)
    return store


def candidates(store: SqlStore) -> Sequence[RetryCandidate]:
    with store.read() as tx:
        return tx.failures.retry_candidates(RUN)


def look(tx: Transaction, tracking_id: int, message_id: str, at: datetime, *, permanent: bool = False) -> None:
    task = tx.tasks.lock(RUN, tracking_id, message_id=message_id)
    assert task is not None
    attempt = tx.attempts.start(task, CrawlMessage(RUN, tracking_id, receipt(message_id)), at=at, page_loads=1)
    tx.attempts.finish(attempt, at=at, error=LayoutUnknown("broken"), permanent=permanent)


def test_candidates_are_the_failed_and_expired_that_nobody_measured_since(failures: SqlStore) -> None:
    assert [(found.tracking_id, found.state, found.is_active, found.is_waiting) for found in candidates(failures)] == [
        (2, TaskState.FAILED, True, False),
        (4, TaskState.EXPIRED, True, False),
        (5, TaskState.FAILED, False, False),
        (7, TaskState.FAILED, True, True),
    ]


def test_a_message_waits_until_its_looks_are_used_up_whatever_older_messages_did(failures: SqlStore) -> None:
    def is_waiting() -> bool:
        return candidates(failures)[-1].is_waiting

    with failures.begin() as tx:
        for number in range(3):
            look(tx, 7, "old", NIGHT + timedelta(minutes=number))
    assert is_waiting()
    for number in range(3):
        assert is_waiting()
        with failures.begin() as tx:
            look(tx, 7, "new", SENT_AGAIN + timedelta(minutes=number))
    assert not is_waiting()


def test_a_message_that_failed_for_good_waits_no_more(failures: SqlStore) -> None:
    with failures.begin() as tx:
        look(tx, 7, "new", SENT_AGAIN + timedelta(minutes=1), permanent=True)
    assert not candidates(failures)[-1].is_waiting


def test_what_may_be_sent_again_is_locked_in_send_order_and_looked_at_anew(failures: SqlStore) -> None:
    with failures.begin() as tx:
        assert tx.failures.lock_retryable(RUN, [7, 4, 3, 2, 1, 6], with_waiting=False) == [2, 4]
        assert tx.failures.lock_retryable(RUN, [7, 4, 3, 2, 1, 6], with_waiting=True) == [2, 4, 7]
        tx.tasks.mark_sent(RUN, [2], at=SENT_AGAIN)
        assert tx.failures.lock_retryable(RUN, [2, 4], with_waiting=False) == [4]


def test_what_somebody_else_sends_just_now_is_passed_over(postgres_engine: Engine) -> None:
    store = SqlStore(postgres_engine)
    other = create_store_engine(postgres_engine.url.render_as_string(hide_password=False))
    with store.begin() as tx:
        tx.trackings.add([place_tracking(number) for number in (1, 2)], at=NIGHT)
        tx.runs.add(new_run(), None)
        tx.tasks.expire_open(RUN, at=VERDICT, failure=BROKEN)
    with store.begin() as tx, SqlStore(other).begin() as beside:
        assert tx.failures.lock_retryable(RUN, [1], with_waiting=False) == [1]
        assert beside.failures.lock_retryable(RUN, [1, 2], with_waiting=False) == [2]
    other.dispose()


def test_a_messages_history_is_that_of_its_own_looks(failures: SqlStore) -> None:
    messages = [CrawlMessage(RUN, 7, receipt("old")), CrawlMessage(RUN, 7, receipt("new"))]
    crashed = CrawlMessage(RUN, 2, receipt("crashed"))
    unread = CrawlMessage(RUN, 3, receipt("unread"))
    unknown = [CrawlMessage(RUN, 99, receipt("x")), CrawlMessage("scheduled-19990101", 1, receipt("y"))]
    with failures.begin() as tx:
        for number in range(3):
            look(tx, 7, "old", NIGHT + timedelta(minutes=number))
        look(tx, 7, "new", SENT_AGAIN)
        task = tx.tasks.lock(RUN, 2, message_id="crashed")
        assert task is not None
        tx.attempts.start(task, crashed, at=NIGHT, page_loads=1)
    with failures.read() as tx:
        found = tx.failures.histories([*messages, crashed, unread, *unknown])
        assert tx.failures.histories([]) == {}
    assert set(found) == {"old", "new", "crashed", "unread"}
    assert {key: (known.attempts, known.last_cause, known.is_last_ended) for key, known in found.items()} == {
        "old": (3, FailureCause.LAYOUT, True),
        "new": (1, FailureCause.LAYOUT, True),
        "crashed": (1, None, False),
        "unread": (0, None, False),
    }
    assert (found["unread"].state, found["unread"].is_late) == (TaskState.FAILED, True)
    assert (found["old"].keyword, found["old"].reason) == ("강남역 맛집", "LayoutUnknown: broken")


def test_the_histories_of_many_messages_are_asked_for_at_once(failures: SqlStore) -> None:
    messages = [CrawlMessage(RUN, 1 + number % 7, receipt(f"m{number}")) for number in range(500)]
    with failures.read() as tx:
        assert len(tx.failures.histories(messages)) == 500
