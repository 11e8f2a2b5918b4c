"""What the watchdog raises is told to the operators' channels, too, and no alarm fails by that."""

from dataclasses import replace

import pytest

from sunwi.adapters.aws.alarm_remedies import ALARM_REMEDIES
from sunwi.domain.actor import SYSTEM
from sunwi.domain.channel import ChannelKind, NewChannel
from sunwi.domain.notice import SYSTEM_AUDIENCE
from sunwi.domain.notice_list import NoticeFilter, NoticeQuery
from sunwi.domain.stored_notice import Notice
from sunwi.domain.watch import Problem, ProblemKind
from sunwi.errors import Retryable
from sunwi.service.watchdog.raise_findings import RaiseFindings
from sunwi.testing import InMemoryAlarmChannel
from sunwi.wording.watch_words import KoreanWatchWords
from tests.examples import NIGHT
from tests.night import Night

STUCK = Problem(kind=ProblemKind.TASK_STUCK, subject="tasks", extent=2, detail="1, 2")


@pytest.fixture
def alarms() -> InMemoryAlarmChannel:
    return InMemoryAlarmChannel()


@pytest.fixture
def findings(night: Night, alarms: InMemoryAlarmChannel) -> RaiseFindings:
    channel = NewChannel(name="ops", kind=ChannelKind.EMAIL, address="ops@a.co.kr", audience=SYSTEM_AUDIENCE)
    with night.sql.begin() as tx:
        assert tx.channels.add(channel, at=NIGHT)
    words = KoreanWatchWords(remedies=ALARM_REMEDIES)
    return RaiseFindings(store=night.store, alarms=alarms, clock=night.clock, words=words)


def told(night: Night) -> list[Notice]:
    with night.sql.read() as tx:
        page = tx.notices.page(NoticeQuery(wanted=NoticeFilter(), actor=SYSTEM, limit=100))
    return list(reversed(page.notices))


def see(findings: RaiseFindings, *problems: Problem) -> int:
    findings.remember(problems, gone=set(), repairs={})
    return findings.raise_new()


def test_a_problem_is_raised_and_told_once(findings: RaiseFindings, night: Night, alarms: InMemoryAlarmChannel) -> None:
    assert [see(findings, STUCK), see(findings, STUCK)] == [1, 0]
    (notice,) = told(night)
    assert (notice.kind, notice.channel, notice.is_urgent) == ("watch", "ops", True)
    assert (notice.content["kind"], notice.content["extent"]) == ("TASK_STUCK", 2)
    assert notice.content["advice"] == ALARM_REMEDIES[ProblemKind.TASK_STUCK]
    assert [alarm.kind for alarm in alarms.raised] == ["TASK_STUCK"]


def test_a_problem_that_grows_is_told_again(findings: RaiseFindings, night: Night) -> None:
    see(findings, STUCK)
    see(findings, replace(STUCK, extent=5))
    assert [notice.content["extent"] for notice in told(night)] == [2, 5]


def test_a_tender_that_is_silent_is_raised_and_not_told(
    findings: RaiseFindings, night: Night, alarms: InMemoryAlarmChannel
) -> None:
    assert see(findings, Problem(kind=ProblemKind.TICK_SILENT, subject="tender")) == 1
    assert (told(night), len(alarms.raised)) == ([], 1)


def test_an_alarm_that_cannot_be_raised_is_told_once_until_it_can(
    findings: RaiseFindings, night: Night, alarms: InMemoryAlarmChannel
) -> None:
    alarms.is_away = True
    for _ in range(2):
        with pytest.raises(Retryable):
            see(findings, STUCK)
    alarms.is_away = False
    assert see(findings, STUCK) == 1
    assert len(told(night)) == 1


def test_an_alarm_is_raised_though_nothing_can_be_posted(
    findings: RaiseFindings, night: Night, alarms: InMemoryAlarmChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("sunwi.service.watchdog.raise_findings.post_notices", fail)
    assert see(findings, STUCK) == 1
    assert (told(night), len(alarms.raised)) == ([], 1)


def test_a_run_that_failed_is_told_of_once_by_whoever_saw_it_first(findings: RaiseFindings, night: Night) -> None:
    night.start()
    night.close.fail("scheduled-20260102", "States.Timeout")
    night.close.fail("scheduled-20260102", "States.Timeout")
    see(findings, Problem(kind=ProblemKind.RUN_FAILED, subject="scheduled-20260102", detail="States.Timeout"))
    (notice,) = told(night)
    assert (notice.content["kind"], notice.content["subject"]) == ("RUN_FAILED", "scheduled-20260102")
    assert (notice.content["day"], notice.content["detail"]) == ("2026-01-02", "States.Timeout")


def test_a_run_that_closes_well_tells_nobody(findings: RaiseFindings, night: Night) -> None:
    assert findings.alarms is not None
    night.start()
    night.close.summarise("scheduled-20260102")
    assert told(night) == []
