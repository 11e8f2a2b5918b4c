from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from sunwi.adapters.aws.alarm_remedies import ALARM_REMEDIES
from sunwi.domain.actor import SYSTEM
from sunwi.domain.job import JobState
from sunwi.domain.run import RunKind, RunStatus, TaskState
from sunwi.domain.schema_version import SchemaVersion
from sunwi.domain.tracking import TrackingStatus
from sunwi.domain.watch import ProblemKind
from sunwi.domain.watch_finding import WatchFinding
from sunwi.errors import Retryable
from sunwi.service.schedules.check_schedules import CheckSchedules
from sunwi.service.watchdog.gather_facts import CRAWL_DEAD_LETTERS, DISPATCHER_FAILURES, WATCHDOG_FAILURES, GatherFacts
from sunwi.service.watchdog.raise_findings import RaiseFindings
from sunwi.service.watchdog.repair_run import RepairRun
from sunwi.service.watchdog.watch_day import PATIENCE, RETRY_SECONDS, WatchDay, WatchReport
from sunwi.testing import FakeSchemaState, InMemoryAlarmChannel, InMemoryMessageCounts
from sunwi.wording.problem_words import describe_problem
from sunwi.wording.watch_words import KoreanWatchWords
from tests.examples import DAY, HOUR, NIGHT, new_run, place_tracking, recognised
from tests.monitored_jobs import evaluate
from tests.night import SCHEDULED, Night

PLACES = [place_tracking(number) for number in (1, 2, 3)]


@dataclass
class Watchdog:
    """The watchdog of a night."""

    night: Night
    alarms: InMemoryAlarmChannel = field(default_factory=InMemoryAlarmChannel)
    messages: InMemoryMessageCounts = field(default_factory=lambda: InMemoryMessageCounts({CRAWL_DEAD_LETTERS: 0}))
    schema: FakeSchemaState = field(default_factory=FakeSchemaState)
    pauses: list[float] = field(default_factory=list)
    cutoff_hour: int = 18
    schedules: CheckSchedules | None = None
    backed_up: str | None = None

    def check(self, *, repair: bool = True) -> WatchReport:
        night = self.night
        return WatchDay(
            store=night.store,
            schema=self.schema,
            gather_facts=GatherFacts(
                store=night.store,
                state_machine=night.machine,
                messages=self.messages,
                hour=1,
                minute=0,
                schedules=self.schedules,
                backed_up=self.backed_up,
            ),
            repair_run=RepairRun(
                dispatch=night.dispatch,
                close=night.close,
                clock=night.clock,
                batch_timeout=night.batch_timeout,
                cutoff_hour=self.cutoff_hour,
                words=KoreanWatchWords(remedies=ALARM_REMEDIES),
            ),
            findings=RaiseFindings(
                store=night.store,
                alarms=self.alarms,
                clock=night.clock,
                words=KoreanWatchWords(remedies=ALARM_REMEDIES),
            ),
            clock=night.clock,
            pause=self.pause,
        ).check(repair=repair)

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.night.clock.advance(seconds=seconds)

    def open(self) -> list[WatchFinding]:
        with self.night.sql.read() as tx:
            return list(tx.watch.open_findings())

    def raised(self) -> list[str]:
        return [alarm.kind for alarm in self.alarms.raised]


@pytest.fixture
def dog(night: Night) -> Watchdog:
    return Watchdog(night)


def kinds(report: WatchReport) -> set[ProblemKind]:
    return {seen.problem.kind for seen in report.seen}


def wait_in_vain(night: Night) -> None:
    """Let three trackings wait for a run that does not come, until 03:00 KST."""
    night.clock.at = NIGHT - HOUR
    night.track(*PLACES)
    night.clock.advance(hours=3)


def measure_all(night: Night, *, evaluation: JobState | None = JobState.SUCCEEDED) -> None:
    """Let the whole night go well, and its evaluation end in a state, if there is one."""
    night.show(recognised("1", "2", "3"))
    night.start(*PLACES)
    for tracking_id in (1, 2, 3):
        night.deliver(tracking_id, f"m{tracking_id}")
    night.close.summarise(SCHEDULED)
    if evaluation is not None:
        with night.sql.begin() as tx:
            evaluate(tx, 1, evaluation, at=night.clock.now())
    night.machine.ended.add(f"{SCHEDULED}-0")
    night.clock.advance(hours=2)


def test_a_healthy_night_raises_nothing(dog: Watchdog) -> None:
    measure_all(dog.night)
    report = dog.check()
    assert (report.day, report.seen, report.left) == (DAY, [], 0)
    assert (dog.raised(), dog.open()) == ([], [])


def test_a_run_that_never_started_is_raised_and_started(dog: Watchdog) -> None:
    night = dog.night
    wait_in_vain(night)
    report = dog.check()
    (seen,) = report.seen
    assert (seen.problem.kind, seen.problem.extent, seen.is_gone) == (ProblemKind.RUN_MISSING, 3, True)
    assert (report.left, dog.open()) == (0, [])
    assert night.machine.started == [f"{SCHEDULED}-0"]
    assert [sent[0] for sent in night.queue.sent] == [SCHEDULED] * 3
    (alarm,) = dog.alarms.raised
    assert "2026-01-02 정기 배치가 시작되지 않았습니다" in alarm.title
    assert "조치: 감시가 배치를 시작했습니다: scheduled-20260102, 추적 3건, 기한 01-02 04:00 KST" in alarm.text
    assert dog.check().seen == []
    assert len(dog.alarms.raised) == 1


def test_a_missing_run_is_not_started_after_the_cutoff_but_raised_with_what_to_do(dog: Watchdog) -> None:
    wait_in_vain(dog.night)
    dog.cutoff_hour = 3
    assert dog.check().left == 1
    assert (dog.night.queue.sent, dog.night.machine.started) == ([], [])
    (alarm,) = dog.alarms.raised
    assert "할 일: 오늘 배치라면 sunwi runs start --scheduled" in alarm.text


def test_a_look_that_is_not_to_repair_changes_nothing(dog: Watchdog) -> None:
    wait_in_vain(dog.night)
    assert dog.check(repair=False).left == 1
    assert dog.night.queue.sent == []


def test_the_run_of_a_day_that_is_over_is_not_started_but_stays_known(dog: Watchdog) -> None:
    wait_in_vain(dog.night)
    dog.check(repair=False)
    dog.night.clock.advance(hours=22)
    dog.night.dispatch.scheduled(dog.night.clock.now())
    report = dog.check()
    assert (kinds(report), report.left) == ({ProblemKind.RUN_MISSING}, 1)
    assert dog.raised() == ["RUN_MISSING"]


def test_an_orphaned_run_is_closed_in_balance_and_what_it_did_not_measure_is_told(dog: Watchdog) -> None:
    night = dog.night
    night.show(recognised("1", "2", "3"))
    night.start(*PLACES)
    night.deliver(1, "m1")
    night.machine.ended.add(f"{SCHEDULED}-0")
    night.clock.advance(hours=2)
    report = dog.check()
    assert kinds(report) == {ProblemKind.RUN_OPEN, ProblemKind.RUN_MOSTLY_UNMEASURED}
    counts = night.counts()
    assert (counts.succeeded, counts.expired, counts.left) == (1, 2, 0)
    with night.sql.read() as tx:
        stored = tx.runs.get(SCHEDULED)
    assert stored is not None
    assert stored.status is RunStatus.CLOSED
    closed, unmeasured = dog.alarms.raised
    assert "조치: 감시가 마감했습니다: 전체 3 = 성공 1 + 실패 0 + 취소 0 + 기한 초과 2" in closed.text
    assert "미측정: 2/3건" in unmeasured.text
    assert [found.problem.kind for found in dog.open()] == [ProblemKind.RUN_MOSTLY_UNMEASURED]


def test_an_unbalanced_run_past_its_deadline_is_closed_as_failed_and_told(dog: Watchdog) -> None:
    night = dog.night
    night.start(*PLACES)
    with night.sql.begin() as tx:
        tx.connection.exec_driver_sql("DELETE FROM task WHERE tracking_id = 3")
    night.clock.advance(hours=2)
    report = dog.check()
    assert kinds(report) == {
        ProblemKind.RUN_OPEN,
        ProblemKind.RUN_FAILED,
        ProblemKind.RUN_UNBALANCED,
        ProblemKind.RUN_MOSTLY_UNMEASURED,
    }


def test_a_run_whose_execution_was_killed_is_watched_by_the_next_one(dog: Watchdog) -> None:
    night = dog.night
    night.start(*PLACES)
    night.machine.ended.add(f"{SCHEDULED}-0")
    night.clock.advance(minutes=20)
    report = dog.check()
    assert (kinds(report), report.left) == ({ProblemKind.RUN_UNWATCHED}, 0)
    assert night.machine.started == [f"{SCHEDULED}-0", f"{SCHEDULED}-1"]
    assert len(night.queue.sent) == 3
    assert dog.check().seen == []
    assert dog.raised() == ["RUN_UNWATCHED"]


def test_a_run_that_was_stored_and_never_sent_is_sent_and_watched(dog: Watchdog) -> None:
    night = dog.night
    night.track(*PLACES)
    with night.sql.begin() as tx:
        tx.runs.add(new_run(), None)
    assert dog.check().seen == []
    night.clock.advance(minutes=16)
    dog.check()
    assert (len(night.queue.sent), night.machine.started) == (3, [f"{SCHEDULED}-0"])


def test_a_repair_that_fails_is_told_and_tried_again_by_the_next_look(dog: Watchdog) -> None:
    night = dog.night
    wait_in_vain(night)
    night.machine.ended = {f"{SCHEDULED}-{generation}" for generation in range(20)}
    report = dog.check()
    assert report.seen[0].repair is not None
    assert f"하지 못했습니다: 배치 {SCHEDULED}의 상태 머신 실행 20번이 모두 끝났습니다" in dog.alarms.raised[0].text
    night.machine.ended = set()
    night.clock.advance(hours=1)
    dog.check()
    assert (len(night.queue.sent), night.machine.started) == (3, [f"{SCHEDULED}-0"])


def test_what_a_repair_could_not_send_is_told_and_left_to_the_execution_that_it_started(dog: Watchdog) -> None:
    night = dog.night
    wait_in_vain(night)
    night.queue.refused = {1, 2, 3}
    dog.check()
    assert f"하지 못했습니다: 배치 {SCHEDULED}의 메시지를 다 보내지 못했습니다" in dog.alarms.raised[0].text
    assert "대기열이 메시지 3건 중 3건을 거절했습니다" in dog.alarms.raised[0].text
    assert night.machine.started == [f"{SCHEDULED}-0"]
    assert night.close.check(SCHEDULED).has_unsent


def test_an_active_tracking_that_the_run_left_out_is_named(dog: Watchdog) -> None:
    measure_all(dog.night)
    with dog.night.sql.begin() as tx:
        tx.trackings.add([place_tracking(9)], at=NIGHT - HOUR)
    (seen,) = dog.check().seen
    assert (seen.problem.kind, seen.problem.detail) == (ProblemKind.TRACKING_WITHOUT_TASK, "4")


def test_a_tracking_that_came_or_was_resumed_after_the_run_is_not_missed(dog: Watchdog) -> None:
    night = dog.night
    night.track(place_tracking(4))
    night.manage.set_status(SYSTEM, [1], TrackingStatus.PAUSED)
    night.clock.advance(minutes=1)
    night.start()
    night.clock.advance(minutes=1)
    night.manage.set_status(SYSTEM, [1], TrackingStatus.ACTIVE)
    night.track(place_tracking(5))
    night.close.summarise(SCHEDULED)
    assert dog.check().seen == []


def test_a_tracking_that_resumes_though_it_never_paused_is_still_missed(dog: Watchdog) -> None:
    measure_all(dog.night)
    with dog.night.sql.begin() as tx:
        tx.trackings.add([place_tracking(9)], at=NIGHT - HOUR)
    dog.night.manage.set_status(SYSTEM, [4], TrackingStatus.ACTIVE)
    assert kinds(dog.check()) == {ProblemKind.TRACKING_WITHOUT_TASK}


def test_a_success_without_its_ledger_row_is_named(dog: Watchdog) -> None:
    measure_all(dog.night)
    with dog.night.sql.begin() as tx:
        tx.connection.exec_driver_sql("DELETE FROM rank_history WHERE tracking_id = 2")
    (seen,) = dog.check().seen
    assert (seen.problem.kind, seen.problem.detail) == (ProblemKind.LEDGER_ROW_MISSING, "2")


def test_a_look_that_hangs_is_named_while_the_run_is_open(dog: Watchdog) -> None:
    night = dog.night
    night.start(*PLACES)
    with night.sql.begin() as tx:
        task = tx.tasks.lock(SCHEDULED, 2, message_id="m2")
        assert task is not None
        tx.tasks.set_state(task, TaskState.RUNNING)
    night.clock.advance(minutes=31)
    (seen,) = dog.check().seen
    assert (seen.problem.kind, seen.problem.detail) == (ProblemKind.TASK_STUCK, "2")


def test_messages_where_none_should_be_are_raised_once_and_again_when_they_grow(dog: Watchdog) -> None:
    measure_all(dog.night)
    for count in (2, 2, 5, 3):
        dog.messages.counts = {CRAWL_DEAD_LETTERS: count, DISPATCHER_FAILURES: 1}
        dog.check()
    assert dog.raised() == ["DEAD_LETTERS", "DISPATCH_FAILED", "DEAD_LETTERS"]
    dog.messages.counts = {CRAWL_DEAD_LETTERS: 0, DISPATCHER_FAILURES: 0}
    assert dog.check().seen == []
    assert dog.open() == []
    dog.messages.counts = {CRAWL_DEAD_LETTERS: 1, DISPATCHER_FAILURES: 0}
    dog.check()
    assert dog.raised()[3:] == ["DEAD_LETTERS"]


def test_a_look_that_did_not_come_about_is_raised_by_the_next_and_is_no_failed_dispatch(dog: Watchdog) -> None:
    measure_all(dog.night)
    dog.messages.counts = {DISPATCHER_FAILURES: 0, WATCHDOG_FAILURES: 2}
    (seen,) = dog.check().seen
    assert (seen.problem.kind, seen.problem.extent) == (ProblemKind.WATCH_FAILED, 2)
    assert (
        "밤을 확인하지 못한 watchdog 이벤트가 2건 있습니다"
        in describe_problem(seen.problem, remedies=ALARM_REMEDIES).text
    )
    dog.messages.counts = {DISPATCHER_FAILURES: 0, WATCHDOG_FAILURES: 0}
    assert dog.check().seen == []
    assert dog.open() == []


def test_a_queue_that_cannot_be_asked_resolves_nothing(dog: Watchdog) -> None:
    measure_all(dog.night)
    dog.messages.counts = {CRAWL_DEAD_LETTERS: 2}
    dog.check()
    dog.messages.counts = {CRAWL_DEAD_LETTERS: None}
    assert kinds(dog.check()) == {ProblemKind.NOT_ASKED}
    assert {found.problem.kind for found in dog.open()} == {ProblemKind.DEAD_LETTERS, ProblemKind.NOT_ASKED}
    dog.messages.counts = {}
    dog.check()
    assert len(dog.open()) == 2


def test_a_state_machine_that_cannot_be_asked_is_told_and_no_run_called_unwatched(dog: Watchdog) -> None:
    dog.night.start(*PLACES)
    dog.night.machine.is_away = True
    report = dog.check()
    assert kinds(report) == {ProblemKind.NOT_ASKED}


def test_an_alarm_that_could_not_be_sent_is_sent_by_the_next_look(dog: Watchdog) -> None:
    night = dog.night
    wait_in_vain(night)
    dog.alarms.is_away = True
    with pytest.raises(Retryable):
        dog.check()
    dog.alarms.is_away = False
    assert dog.check().seen == []
    assert dog.raised() == ["RUN_MISSING"]


def test_a_database_that_comes_back_is_waited_for(dog: Watchdog) -> None:
    measure_all(dog.night)
    dog.schema.tries_away = 3
    assert dog.check().seen == []
    assert dog.pauses == [RETRY_SECONDS] * 3


def test_a_database_that_stays_away_is_an_alarm_of_its_own(dog: Watchdog) -> None:
    dog.night.clock.advance(hours=2)
    dog.schema.tries_away = 1000
    report = dog.check()
    assert (kinds(report), report.left) == ({ProblemKind.DATABASE_AWAY}, 1)
    assert timedelta(seconds=sum(dog.pauses)) == PATIENCE
    (alarm,) = dog.alarms.raised
    assert "데이터베이스에 연결할 수 없어 2026-01-02 배치를 확인하지 못했습니다" in alarm.title


def test_a_schema_that_lags_behind_is_an_alarm_and_nothing_is_asked_of_it(dog: Watchdog) -> None:
    dog.schema.stand = SchemaVersion(current="0002", head="0003")
    assert kinds(dog.check()) == {ProblemKind.SCHEMA_BEHIND}
    assert dog.night.store.opened == 0


def test_every_run_that_is_open_is_looked_at_whoever_started_it(dog: Watchdog) -> None:
    measure_all(dog.night)
    run = dog.night.dispatch.started(RunKind.MANUAL, [1], request_id="0a1b2c3d")
    dog.night.machine.ended.add(f"{run.id}-0")
    dog.night.clock.advance(hours=2)
    report = dog.check()
    assert [(seen.problem.kind, seen.problem.subject, seen.is_gone) for seen in report.seen] == [
        (ProblemKind.RUN_OPEN, run.id, True)
    ]


def test_each_problem_is_one_line_in_the_log_when_it_is_raised(dog: Watchdog) -> None:
    measure_all(dog.night)
    dog.messages.counts = {CRAWL_DEAD_LETTERS: 2}
    with capture_logs() as logs:
        dog.check()
        dog.check()
    (line,) = [line for line in logs if line["log_level"] == "error"]
    assert (line["event"], line["kind"], line["extent"]) == ("problem_found", "DEAD_LETTERS", 2)
