"""Notices whose notifier, hook, queue or database fail: told at least once, marked once, none lost."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from threading import Event
from typing import Any, cast

import pytest
from sqlalchemy import update

from infra.local.postgres import PostgresServer, running_postgres
from infra.local.stack import LocalStack, wait_for
from sunwi.adapters.sql.connection.engine import create_store_engine
from sunwi.adapters.sql.connection.migrations import upgrade_schema
from sunwi.adapters.sql.tables import NoticeRow
from sunwi.domain.notice import NoticeKind, NoticeState
from tests.chaos.audit import Row
from tests.chaos.overlay.held.hook import PATIENCE_SECONDS
from tests.chaos.told.hook_server import Hook, HookAnswer, serving_hook
from tests.chaos.told.notices_night import HOOK_PAUSE_SECONDS, LONG, NoticesNight, notices_night
from tests.stack.jobs_stack import never_invoked
from tests.stack.outside import AlarmQueue

pytestmark = [pytest.mark.timeout(300), pytest.mark.chaos]

Tell = Callable[[Row], None]
#: Notices of a burst, and what of a second's pace a machine that runs everything may be early or late by.
BURST, JITTER_SECONDS = 1000, 0.05
#: What one message of a thousand may be late by on a busy machine.
LATE_SECONDS = 0.5


@pytest.fixture(scope="module")
def hook() -> Iterator[Hook]:
    with serving_hook() as serving:
        yield serving


@pytest.fixture(scope="module")
def module_night(hook: Hook, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NoticesNight]:
    folder = tmp_path_factory.mktemp("notices")
    with LocalStack() as stack, notices_night(stack, "notice-faults", folder, hook) as night:
        yield night


@pytest.fixture
def night(module_night: NoticesNight) -> NoticesNight:
    module_night.begin_row()
    return module_night


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server of this module's own, to stop and to start."""
    with running_postgres() as running:
        yield running


@pytest.fixture(scope="module")
def module_postgres_night(
    server: PostgresServer, hook: Hook, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[NoticesNight]:
    url = server.create_database("notices")
    engine = create_store_engine(url)
    upgrade_schema(engine)
    engine.dispose()
    folder = tmp_path_factory.mktemp("notices")
    with LocalStack() as stack, notices_night(stack, "notice-database", folder, hook, url) as night:
        yield night


@pytest.fixture
def postgres_night(module_postgres_night: NoticesNight) -> NoticesNight:
    module_postgres_night.begin_row()
    return module_postgres_night


@contextmanager
def never_delivered(night: NoticesNight) -> Iterator[None]:
    """Let the notifier receive nothing for as long as the block lasts."""
    functions = night.stack.client("lambda")
    (mapping,) = functions.list_event_source_mappings(FunctionName=night.outputs.notifier_function_name)[
        "EventSourceMappings"
    ]
    functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    try:
        yield
    finally:
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)


def test_a_notifier_that_is_killed_before_the_send_tells_once(night: NoticesNight, tell: Tell) -> None:
    for _ in range(2):
        night.kill(night.hold("before_send"), was_told=False)
    row = night.audit("notifier killed before the send, twice")
    tell(row)
    assert row.happened == "2 told"
    assert set(night.hook.taken().values()) == {1}


def test_a_notifier_that_is_killed_between_the_answer_and_the_mark_tells_twice_and_marks_once(
    night: NoticesNight, tell: Tell
) -> None:
    for _ in range(2):
        night.kill(night.hold("after_send"), was_told=True)
    row = night.audit("notifier killed between Slack's 200 and the mark, twice (told twice, marked once)")
    tell(row)
    assert row.happened == "2 told"
    assert set(night.hook.taken().values()) == {2}


def test_a_hook_that_throttles_is_left_alone_for_as_long_as_it_asks(night: NoticesNight, tell: Tell) -> None:
    asked = 4
    night.hook.answers = [HookAnswer(429, retry_after=asked)]
    night.post(3)
    night.tick()
    wait_for("throttled message", lambda: len(night.hook.heard) >= 1)
    row = night.audit(f"Slack answers 429 with Retry-After {asked} s to the first of three notices")
    tell(row)
    assert row.happened == "3 told"
    first, second = night.hook.times()[:2]
    assert second - first >= asked - JITTER_SECONDS


def test_a_hook_that_fails_for_a_while_is_tried_again(night: NoticesNight, tell: Tell) -> None:
    night.hook.answers = [HookAnswer(500)] * 2
    (notice_id,) = night.post()
    row = night.audit("Slack answers 500 twice to one notice")
    tell(row)
    assert (row.happened, night.notice(notice_id).tries) == ("1 told", 3)


def test_a_hook_that_fails_for_good_leaves_a_dead_notice_that_can_be_sent_again(
    night: NoticesNight, tell: Tell
) -> None:
    night.hook.answers = [HookAnswer(500)] * 3 + [HookAnswer(404)]
    for _ in range(2):
        night.post()
        night.settle()
    assert [night.notice(one).state for one in night.own] == [NoticeState.DEAD] * 2
    with night.adapters.store.begin() as tx:
        assert tx.notices.resend(night.own, at=datetime.now(UTC)) == 2
    row = night.audit("Slack answers 500 three times to one notice and 404 to another; both are resent")
    tell(row)
    assert row.happened == "2 told"


def test_a_hook_that_hangs_is_given_up_and_tried_again(night: NoticesNight, tell: Tell) -> None:
    night.hook.answers = [HookAnswer(503, seconds=PATIENCE_SECONDS + 2)]
    night.post(2)
    row = night.audit("Slack's hook hangs once, with another notice behind it")
    tell(row)
    assert row.happened == "2 told"


def test_messages_that_are_lost_are_sent_again(night: NoticesNight, tell: Tell) -> None:
    with never_delivered(night):
        night.post(5)
        night.tick()
        assert wait_for("messages to lose", night.lose_messages) == 5
        assert night.hook.heard == []
    row = night.audit("five messages of the notices' queue lost")
    tell(row)
    assert row.happened == "5 told"
    assert {night.notice(one).generation for one in night.own} == {2}


def test_messages_that_come_many_times_tell_once(night: NoticesNight, tell: Tell) -> None:
    night.post(5)
    night.tick()
    for notice_id in night.own * 3:
        night.send_message(notice_id)
    row = night.audit("each message of five notices delivered four times")
    tell(row)
    assert row.happened == "5 told"
    assert set(night.hook.taken().values()) == {1}


@pytest.mark.timeout(900)
def test_a_thousand_notices_at_once_to_one_hook_are_told_whole_at_its_pace(night: NoticesNight, tell: Tell) -> None:
    night.post(BURST)

    def is_over() -> bool:
        night.tick()
        return all(notice.state is NoticeState.TOLD for notice in night.all() if notice.id in own)

    own = set(night.own)
    wait_for("end of the burst", is_over, timeout_seconds=800)
    row = night.audit(f"{BURST} notices at once to one hook, time ten times as fast")
    tell(row)
    assert row.happened == f"{BURST} told"
    assert set(night.hook.taken().values()) == {1}
    times = night.hook.times()
    # Of any eleven, the last one comes ten pauses behind the first, but for what a message is late by.
    spans = [later - earlier for earlier, later in zip(times, times[10:], strict=False)]
    assert min(spans) >= 10 * HOOK_PAUSE_SECONDS - LATE_SECONDS
    assert times[-1] - times[0] >= (BURST - 1) * HOOK_PAUSE_SECONDS - LATE_SECONDS
    assert all(earlier <= later for earlier, later in pairwise(times))


def test_a_digest_that_cannot_be_sent_for_two_hours_is_told_by_an_alarm_and_by_a_notice(
    night: NoticesNight, tell: Tell
) -> None:
    alarms = AlarmQueue(cast("Any", night), "notice-faults")
    with never_invoked(night, night.outputs.notifier_function_name):
        (digest,) = night.post(kind=NoticeKind.DIGEST)
        night.tick()
        with night.adapters.engine.begin() as connection:
            late = update(NoticeRow).where(NoticeRow.id == digest).values(overdue_at=datetime.now(UTC) - LONG)
            connection.execute(late)
        night.tick()
        raised = wait_for("alarm", alarms.raised)
        night.tick()
        assert alarms.raised() == []
    assert [alarm["MessageAttributes"]["kind"]["Value"] for alarm in raised] == ["NOTICES_OVERDUE"]
    night.own += [notice.id for notice in night.all() if notice.kind == NoticeKind.OVERDUE.value]
    row = night.audit("notifier not invoked while a digest was due two hours ago")
    tell(row)
    assert row.happened == "2 told"


def test_a_database_that_goes_away_behind_the_send_is_marked_when_it_is_back(
    postgres_night: NoticesNight, tell: Tell, server: PostgresServer
) -> None:
    held = postgres_night.hold("after_send")
    server.stop()
    held.let_go()
    Event().wait(3)
    server.start()
    postgres_night.adapters.engine.dispose()
    healed_at = datetime.now(UTC)
    row = postgres_night.audit("PostgreSQL away for 3 s between Slack's 200 and the mark", healed_at=healed_at)
    tell(row)
    assert row.happened == "1 told"
    assert postgres_night.hook.taken() == {held.notice_id: 1}


def test_a_database_that_is_away_while_messages_wait_loses_none(
    postgres_night: NoticesNight, tell: Tell, server: PostgresServer
) -> None:
    with never_delivered(postgres_night):
        postgres_night.post(3)
        postgres_night.tick()
        server.stop()
    postgres_night.tick()
    wait_for(
        "refused messages",
        lambda: sum("StoreUnavailable" in line for line in postgres_night.stack.function_logs("Notifier")) >= 3,
        timeout_seconds=60,
    )
    server.start()
    postgres_night.adapters.engine.dispose()
    healed_at = datetime.now(UTC)
    row = postgres_night.audit("PostgreSQL away while three messages wait", healed_at=healed_at)
    tell(row)
    assert row.happened == "3 told"


def test_with_database_and_notifier_down_an_alarm_still_tells(
    postgres_night: NoticesNight, tell: Tell, server: PostgresServer
) -> None:
    night = postgres_night
    alarms = AlarmQueue(cast("Any", night), "notice-database")
    with never_invoked(night, night.outputs.notifier_function_name):
        night.post()
        night.tick()
        server.stop()
        # It waits for the database for a minute and a half before it says so.
        night.stack.client("lambda").invoke(
            FunctionName=night.outputs.watchdog_function_name,
            InvocationType="Event",
            Payload=json.dumps({"repair": False}),
        )
        raised = wait_for("alarm", alarms.raised, timeout_seconds=150)
        server.start()
    night.adapters.engine.dispose()
    assert [alarm["MessageAttributes"]["kind"]["Value"] for alarm in raised] == ["DATABASE_AWAY"]
    row = night.audit("PostgreSQL and the notifier down: the watchdog's alarm is raised", healed_at=datetime.now(UTC))
    tell(row)
    assert row.happened == "1 told"
