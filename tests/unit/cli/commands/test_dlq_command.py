from collections.abc import Sequence
from datetime import timedelta

import pytest

from sunwi.cli.screens.dlq_table import describe_age
from sunwi.domain.dead_letter import DeadMessage, QueueName
from sunwi.domain.failure import Failure, FailureCause
from sunwi.domain.run import TaskState
from sunwi.domain.task import CrawlMessage, message_body
from sunwi.errors import Blocked, Retryable
from sunwi.service.ports.dead_letters import Move, MoveStatus, SentBack
from sunwi.testing import InMemoryDeadLetterQueue
from tests.examples import NIGHT, blog_tracking, new_run, place_tracking, receipt
from tests.parts import replace_parts
from tests.unit.cli.command_line import CommandLine, FakeContainer

RUN = "scheduled-20260102"


@pytest.fixture
def crawl(container: FakeContainer) -> InMemoryDeadLetterQueue:
    """Dead letters of a night: one blocked three times, one never looked at, one that is not ours."""
    with container.adapters.store.begin() as tx:
        tx.trackings.add([place_tracking(), blog_tracking()], at=NIGHT)
        tx.runs.add(new_run(), None)
        for number in range(3):
            task = tx.tasks.lock(RUN, 1, message_id="m1")
            assert task is not None
            at = NIGHT + timedelta(minutes=number)
            attempt = tx.attempts.start(task, CrawlMessage(RUN, 1, receipt("m1")), at=at, page_loads=1)
            tx.attempts.finish(attempt, at=at, error=Blocked("403 \x1b[31m"))
        task = tx.tasks.lock(RUN, 1, message_id="m1")
        assert task is not None
        tx.tasks.set_state(task, TaskState.FAILED, decided_at=NIGHT, failure=Failure(FailureCause.BLOCKED, "403"))
    dead = container.own_dead_letters[QueueName.CRAWL]
    dead.put("m1", message_body(RUN, 1), sent_at=NIGHT)
    dead.put("m2", message_body(RUN, 2), sent_at=NIGHT)
    container.own_clock.advance(hours=26, minutes=5)
    dead.put("m3", "{not json")
    return dead


@pytest.fixture
def express(container: FakeContainer) -> InMemoryDeadLetterQueue:
    dead = container.own_dead_letters[QueueName.EXPRESS]
    dead.put("x1", message_body("manual-20260102-010000-0a1b2c3d", 1))
    return dead


@pytest.mark.usefixtures("express")
def test_list_groups_both_queues_by_cause_and_changes_nothing(
    sunwi: CommandLine, crawl: InMemoryDeadLetterQueue
) -> None:
    output = sunwi("dlq", "list")
    assert output.code == 0
    assert output.out.index("잘못된 메시지 2건") < output.out.index("차단 1건")
    assert "측정 기회 없음 1건" in output.out
    assert "1일 2시간" in output.out
    assert "네이버가 조회를 막았습니다" in output.out
    assert "정기 대기열: 약 3건 중 3건 확인" in output.out
    assert "즉시 대기열: 약 1건 중 1건 확인" in output.out
    assert "crawl 읽는 중  3/3" in output.err
    assert len(crawl.visible()) == 3


def test_a_tracking_with_several_letters_counts_once(sunwi: CommandLine, crawl: InMemoryDeadLetterQueue) -> None:
    crawl.put("m4", message_body(RUN, 2), sent_at=NIGHT)
    output = sunwi("dlq", "list").out
    assert "측정 기회 없음 2건 (추적 1건)" in output
    assert "차단 1건\n" in output
    assert "모두 메시지 4건, 추적 2건" in output
    document = sunwi("dlq", "list", "--json").document()
    assert {entry["cause"]: entry["trackings"] for entry in document["causes"]} == {
        "blocked": 1,
        "starved": 1,
        "bad_message": 0,
    }
    assert document["trackings"] == 2


@pytest.mark.usefixtures("crawl", "express")
def test_list_as_json_says_of_each_message_what_is_known(sunwi: CommandLine) -> None:
    document = sunwi("dlq", "list", "--queue", "crawl", "--json").document()
    assert document["queues"] == [
        {"queue": "crawl", "about": 3, "seen": 3, "left": 0, "is_end_reached": True, "still_hidden": 0}
    ]
    assert {entry["cause"]: entry["count"] for entry in document["causes"]} == {
        "blocked": 1,
        "starved": 1,
        "bad_message": 1,
    }
    first, _, third = document["letters"]
    assert first == {
        "queue": "crawl",
        "cause": "blocked",
        "run_id": RUN,
        "tracking_id": 1,
        "keyword": "강남역 맛집",
        "state": "FAILED",
        "is_settled": False,
        "attempts": 3,
        "receives": 1,
        "sent_at": NIGHT.isoformat(),
        "age_seconds": 93_900,
        "message_id": "m1",
        "reason": "Blocked: 403 \x1b[31m",
    }
    assert (third["run_id"], third["tracking_id"], third["keyword"], third["state"]) == (None, None, None, None)


def test_list_says_what_it_did_not_read(sunwi: CommandLine, crawl: InMemoryDeadLetterQueue) -> None:
    output = sunwi("dlq", "list", "--limit", "2", "--queue", "crawl")
    assert "약 3건 중 2건 확인" in output.out
    assert "약 1건은 읽지 않았습니다 (더 보기: --limit)" in output.out
    crawl.receive(1, hide_seconds=300)
    output = sunwi("dlq", "list", "--queue", "crawl")
    assert "약 1건은 다른 곳에서 읽는 중" in output.out


def test_redrive_by_cause_sends_back_that_cause_and_keeps_the_rest(
    sunwi: CommandLine, crawl: InMemoryDeadLetterQueue
) -> None:
    output = sunwi("dlq", "redrive", "--cause", "blocked", "--queue", "crawl")
    assert output.code == 0
    assert "정기 대기열: 1건을 다시 보냈습니다, 그대로 둔 2건" in output.out
    assert crawl.sent_back == [message_body(RUN, 1)]
    assert crawl.visible() == ["m2", "m3"]


def test_redrive_of_everything_is_left_to_sqs_where_it_can(
    sunwi: CommandLine, crawl: InMemoryDeadLetterQueue, express: InMemoryDeadLetterQueue
) -> None:
    crawl.can_move = express.can_move = True
    document = sunwi("dlq", "redrive", "--rate", "7.9", "--json").document()
    assert [(queue["queue"], queue["method"], queue["status"], queue["moved"]) for queue in document["queues"]] == [
        ("crawl", "move", "COMPLETED", 3),
        ("express", "move", "COMPLETED", 1),
    ]
    assert crawl.move is not None
    assert crawl.move.handle == "7"
    assert crawl.receives == []


def test_without_a_rate_sqs_moves_as_slowly_as_it_can(sunwi: CommandLine, crawl: InMemoryDeadLetterQueue) -> None:
    crawl.can_move = True
    output = sunwi("dlq", "redrive", "--queue", "crawl")
    assert "SQS 이동 완료, 3건 중 3건" in output.out
    assert crawl.move is not None
    assert crawl.move.handle == "1"


@pytest.mark.parametrize("options", [["--rate", "0.5"], ["--limit", "5", "--rate", "9"], []])
def test_redrive_goes_message_by_message_where_sqs_cannot_or_is_too_coarse(
    sunwi: CommandLine, crawl: InMemoryDeadLetterQueue, options: list[str]
) -> None:
    crawl.can_move = bool(options)
    document = sunwi("dlq", "redrive", "--queue", "crawl", *options, "--json").document()
    [queue] = document["queues"]
    assert (queue["method"], queue["moved"], queue["is_well"]) == ("message", 3, True)
    assert queue["by_cause"] == {"blocked": 1, "starved": 1, "bad_message": 1}
    assert crawl.messages == {}


def test_the_rate_that_nobody_names_is_what_one_crawler_answers(
    sunwi: CommandLine, container: FakeContainer, crawl: InMemoryDeadLetterQueue
) -> None:
    started = container.own_clock.now()
    document = sunwi("dlq", "redrive", "--queue", "crawl", "--json").document()
    # A pause of 2 s, and 3 s for a page as long as none was measured.
    assert document["per_second"] == pytest.approx(1 / 5)
    assert (container.own_clock.now() - started).total_seconds() == pytest.approx(3 * 5)
    assert crawl.messages == {}


def test_a_dry_run_counts_and_sends_nothing(sunwi: CommandLine, crawl: InMemoryDeadLetterQueue) -> None:
    crawl.can_move = True
    command = ["dlq", "redrive", "--dry-run", "--queue", "crawl", "--rate", "0.1"]
    output = sunwi(*command, "--cause", "blocked", "--cause", "starved")
    assert "다시 보낼 메시지 2건 (초당 0.1건이면 약 0.3분)" in output.out
    document = sunwi(*command, "--limit", "1", "--json").document()
    assert (document["is_dry_run"], document["would_send"]) == (True, 1)
    assert len(crawl.visible()) == 3
    assert (crawl.sent_back, crawl.move) == ([], None)


def test_what_could_not_be_sent_back_is_an_error_and_the_other_queue_goes_on(
    sunwi: CommandLine, crawl: InMemoryDeadLetterQueue, express: InMemoryDeadLetterQueue
) -> None:
    crawl.refused = {"m2"}
    output = sunwi("dlq", "redrive", "--rate", "0.5")
    assert output.code == 1
    assert "정기 대기열: 2건을 다시 보냈습니다, 대기열이 거절한 1건" in output.err
    assert "즉시 대기열: 1건을 다시 보냈습니다" in output.out
    assert express.messages == {}


def test_a_redrive_that_is_under_way_is_named_with_what_to_do(
    sunwi: CommandLine, crawl: InMemoryDeadLetterQueue, express: InMemoryDeadLetterQueue
) -> None:
    crawl.move = Move(status=MoveStatus.RUNNING, handle=None, moved=2, to_move=9, started_at=NIGHT, failure=None)
    output = sunwi("dlq", "redrive", "--cause", "blocked")
    assert output.code == 1
    assert "SQS가 DLQ의 메시지를 모두 옮기고 있습니다 (지금까지 2건)" in output.err
    assert "즉시 대기열: 0건을 다시 보냈습니다, 그대로 둔 1건" in output.out
    assert len(express.visible()) == 1


def test_a_move_that_fails_says_why_and_what_else_there_is(
    sunwi: CommandLine, crawl: InMemoryDeadLetterQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    reason = "CouldNotDetermineMessageSource"
    failed = Move(status=MoveStatus.FAILED, handle=None, moved=0, to_move=3, started_at=NIGHT, failure=reason)
    monkeypatch.setattr(InMemoryDeadLetterQueue, "last_move", lambda _self: failed)
    crawl.can_move = True
    output = sunwi("dlq", "redrive", "--queue", "crawl")
    assert output.code == 1
    assert "SQS 이동 실패" in output.err
    assert "한 건씩 보내기: sunwi dlq redrive --rate 0.5" in output.err


def test_status_and_cancel_show_and_stop_the_services_own_move(
    sunwi: CommandLine, crawl: InMemoryDeadLetterQueue
) -> None:
    assert "정기 대기열: SQS가 옮긴 기록이 없습니다" in sunwi("dlq", "redrive", "--status").out
    crawl.can_move = True
    crawl.start_move(per_second=1)
    [move] = sunwi("dlq", "redrive", "--status", "--json").document()["moves"]
    assert (move["queue"], move["status"], move["moved"], move["to_move"]) == ("crawl", "RUNNING", 1, 3)
    output = sunwi("dlq", "redrive", "--cancel")
    assert output.code == 0
    assert "정기 대기열: SQS 이동 중지, 3건 중 2건" in output.out
    assert "SQS 이동 중지" in sunwi("dlq", "redrive", "--cancel").out


def test_options_that_exclude_each_other_are_bad_arguments(sunwi: CommandLine) -> None:
    assert sunwi("dlq", "redrive", "--status", "--dry-run").code == 2
    assert sunwi("dlq", "redrive", "--rate", "0").code == 2
    assert sunwi("dlq", "redrive", "--rate", "501").code == 2
    assert sunwi("dlq", "redrive", "--cause", "bad luck").code == 2


def test_whoever_stops_waiting_for_sqs_is_told_that_it_goes_on(
    container: FakeContainer, sunwi: CommandLine, crawl: InMemoryDeadLetterQueue
) -> None:
    crawl.can_move = True

    def interrupt(_seconds: float) -> None:
        raise KeyboardInterrupt

    replace_parts(container, sleep=interrupt)
    output = sunwi("dlq", "redrive", "--queue", "crawl")
    assert output.code != 0
    assert "SQS는 계속 옮깁니다" in output.err
    assert container.own_dead_letters[QueueName.CRAWL].move is not None


def test_a_source_queue_that_goes_away_is_said_with_what_was_done(
    sunwi: CommandLine, crawl: InMemoryDeadLetterQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def leave(_self: InMemoryDeadLetterQueue, _messages: Sequence[DeadMessage]) -> SentBack:
        raise Retryable("the queue cannot be reached", code="queue_unreachable", url="crawl", cause="EOF")

    monkeypatch.setattr(InMemoryDeadLetterQueue, "send_back", leave)
    output = sunwi("dlq", "redrive", "--queue", "crawl", "--rate", "0.5", "--json")
    assert output.code == 1
    [queue] = output.document()["queues"]
    assert (queue["is_well"], queue["moved"], queue["error"]) == (False, 0, "the queue cannot be reached")
    assert "중단됨: 대기열 crawl에 연결할 수 없습니다" in output.err
    assert len(crawl.visible()) == 3


@pytest.mark.parametrize(
    ("age", "told"),
    [
        (timedelta(seconds=-5), "0분"),
        (timedelta(minutes=59, seconds=59), "59분"),
        (timedelta(hours=3, minutes=7), "3시간 7분"),
        (timedelta(days=13, hours=23), "13일 23시간"),
    ],
)
def test_an_age_is_told_in_its_two_largest_units(age: timedelta, told: str) -> None:
    assert describe_age(age) == told
