"""The watchdog notices a night that nobody was told of, since its evaluation failed for good."""

from sunwi.domain.job import JobState
from sunwi.domain.watch import ProblemKind
from tests.examples import HOUR
from tests.monitored_jobs import evaluate
from tests.night import Night
from tests.unit.service.watchdog.test_watch_day import Watchdog, measure_all


def test_a_night_whose_evaluation_failed_for_good_is_raised_once_and_told_and_gone_when_one_succeeds(
    night: Night,
) -> None:
    dog = Watchdog(night)
    measure_all(night, evaluation=None)
    with night.sql.begin() as tx:
        evaluate(tx, 1, JobState.FAILED, at=night.clock.now())
    assert dog.check().left == 0
    night.clock.advance(minutes=1)
    dog.check()
    dog.check()
    (alarm,) = dog.alarms.raised
    assert "평가하지 못한 밤이 1건 있습니다" in alarm.text
    assert "scheduled-20260102" in alarm.text
    with night.sql.read() as tx:
        told = tx.connection.exec_driver_sql("SELECT kind, content FROM notice").all()
    assert [row.kind for row in told] == ["watch"]
    assert "EVALUATION_MISSING" in told[0].content
    with night.sql.begin() as tx:
        evaluate(tx, 2, JobState.SUCCEEDED, at=night.clock.now())
    assert dog.check().left == 0


def test_a_night_that_was_evaluated_before_it_closed_is_raised(night: Night) -> None:
    dog = Watchdog(night)
    night.clock.at -= HOUR
    with night.sql.begin() as tx:
        evaluate(tx, 1, JobState.SUCCEEDED, at=night.clock.now())
    night.clock.at += HOUR
    measure_all(night, evaluation=None)
    night.clock.advance(minutes=1)
    dog.check()
    assert dog.raised() == [ProblemKind.EVALUATION_MISSING]


def test_each_further_night_without_an_evaluation_is_raised_again(night: Night) -> None:
    dog = Watchdog(night)
    measure_all(night, evaluation=None)
    night.clock.advance(minutes=1)
    dog.check()
    night.clock.advance(hours=22)
    night.dispatch.scheduled(night.clock.now())
    night.close.fail("scheduled-20260103", "because")
    night.clock.advance(hours=3)
    dog.check()
    assert dog.raised().count(ProblemKind.EVALUATION_MISSING) == 2
