"""What fits a terminal of 80 columns."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from rich.cells import cell_len

from sunwi.domain.dead_letter import QueueName
from sunwi.domain.exposure_criteria import ExposureCriteria
from sunwi.domain.failure import Failure, FailureCause
from sunwi.domain.run import RunKind, TaskState, started_run_id
from sunwi.domain.task import message_body
from sunwi.domain.tracking import Device, Surface
from tests.examples import DAY, NIGHT, blog_tracking, new_run, place_tracking
from tests.unit.cli.command_line import CommandLine, FakeContainer
from tests.unit.cli.ledger_days import write_day

RUN = started_run_id(RunKind.ON_DEMAND, NIGHT, "0a1b2c3d")


@pytest.fixture(autouse=True)
def _eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture(autouse=True)
def _one_of_each(container: FakeContainer) -> None:
    """Two trackings with everything that a list can say, and a run with a task of each state."""
    named = partial(replace, keyword="강남역 맛집 추천", client="가나다라식당 강남본점", agency="순위마케팅")
    place = named(place_tracking(1), surface=Surface.PLACE_LIST, device=Device.MOBILE)
    blog = named(blog_tracking(), counting=ExposureCriteria(frozenset({"popular_posts"})))
    states = [TaskState.SUCCEEDED, TaskState.CANCELLED, TaskState.EXPIRED, TaskState.FAILED, TaskState.RUNNING]
    with container.adapters.store.begin() as tx:
        tx.trackings.add([place, blog, *(place_tracking(number) for number in range(2, 5))], at=NIGHT)
        tx.runs.add(new_run(RUN, at=NIGHT), None)
        for tracking_id, state in enumerate(states, 1):
            task = tx.tasks.lock(RUN, tracking_id, message_id="m")
            assert task is not None
            failure = Failure(FailureCause.BLOCKED, "Blocked: blocked (HTTP status 403)")
            tx.tasks.set_state(task, state, decided_at=NIGHT, failure=None if state is TaskState.SUCCEEDED else failure)
    write_day(container.adapters.store, 1, DAY - timedelta(days=1), None)
    for number in (1, 2, 3):
        container.own_dead_letters[QueueName.EXPRESS].put(f"m{number}", message_body(RUN, number), sent_at=NIGHT)
    container.own_clock.advance(days=26, hours=23)


@pytest.mark.parametrize(
    "command",
    [("trackings", "list"), ("trackings", "show", "1"), ("runs", "list"), ("runs", "show", RUN), ("dlq", "list")],
)
def test_tables_fit_and_keep_the_ids_in_one_piece(sunwi: CommandLine, command: tuple[str, ...]) -> None:
    output = sunwi(*command)
    rows = [line for line in output.out.splitlines() if "배치를" not in line]
    assert max(cell_len(line) for line in rows) <= 80
    if "trackings" not in command:
        assert RUN in output.out


def test_the_list_of_trackings_keeps_whole_words_together(sunwi: CommandLine) -> None:
    output = sunwi("trackings", "list").out
    for word in ("플레이스", "모바일", "강남역", "강남본점", "1회차", "0/25", "미노출", "진행"):
        assert word in output


def test_a_reason_is_told_once_for_all_letters_that_share_it(sunwi: CommandLine) -> None:
    output = sunwi("dlq", "list").out
    assert output.count("사유 (") == 2
    assert "  사유 (2건): 측정할 차례가 오지 않았습니다 (HTTP 403)\n" in output


def test_a_pipe_without_a_width_is_wide(sunwi: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "not a number")
    assert "플레이스 목록 모바일" in sunwi("trackings", "list").out
