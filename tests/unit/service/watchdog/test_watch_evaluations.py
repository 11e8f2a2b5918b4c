"""The watchdog notices a night that nobody was told of, since its evaluation failed for good."""

from datetime import timedelta

from sunwi.domain.evaluation import EVALUATION_WORK
from sunwi.domain.job import JobState
from sunwi.domain.watch import ProblemKind
from tests.examples import HOUR
from tests.monitored_jobs import admit, end, new_job, new_worker, start
from tests.night import Night
from tests.unit.service.watchdog.test_watch_day import Watchdog, measure_all

MINUTE = timedelta(minutes=1)


def evaluate(night: Night, number: int, state: JobState) -> None:
    """Let an evaluation that is submitted now end in a state."""
    now = night.clock.now()
    job = new_job(number, at=now, work=EVALUATION_WORK)
    with night.sql.begin() as tx:
        tx.jobs.add([job])
        tx.job_queue.record_tick(now)
        (key,) = admit(tx, job, at=now)
        start(tx, key, new_worker(number), at=now)
        end(tx, key, state, at=now, code="crash" if state is JobState.FAILED else "")


def test_a_night_whose_evaluation_failed_for_good_is_raised_once_and_told_and_gone_when_one_succeeds(
    night: Night,
) -> None:
    dog = Watchdog(night)
    measure_all(night)
    evaluate(night, 1, JobState.FAILED)
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
    evaluate(night, 2, JobState.SUCCEEDED)
    assert dog.check().left == 0


def test_a_night_that_was_evaluated_before_it_closed_is_raised(night: Night) -> None:
    dog = Watchdog(night)
    night.clock.at -= HOUR
    evaluate(night, 1, JobState.SUCCEEDED)
    night.clock.at += HOUR
    measure_all(night)
    night.clock.advance(minutes=1)
    dog.check()
    assert dog.raised() == [ProblemKind.EVALUATION_MISSING]


def test_each_further_night_without_an_evaluation_is_raised_again(night: Night) -> None:
    dog = Watchdog(night)
    measure_all(night)
    night.clock.advance(minutes=1)
    dog.check()
    night.clock.advance(hours=22)
    night.dispatch.scheduled(night.clock.now())
    night.close.fail("scheduled-20260103", "because")
    night.clock.advance(hours=3)
    dog.check()
    assert dog.raised().count(ProblemKind.EVALUATION_MISSING) == 2
