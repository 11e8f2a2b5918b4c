from collections.abc import Callable
from datetime import timedelta

import pytest

from sunwi.testing import InMemoryMessageCounts, ManualClock
from tests.examples import NIGHT, place_tracking
from tests.parts import replace_parts
from tests.unit.cli.command_line import CommandLine, FakeContainer


@pytest.fixture
def in_vain(container: FakeContainer, clock: ManualClock) -> Callable[[], None]:
    """Lets a tracking wait in vain until 03:00 KST."""
    replace_parts(container, message_counts=InMemoryMessageCounts(), state_machine=container.own_state_machine)

    def wait() -> None:
        with container.adapters.store.begin() as tx:
            tx.trackings.add([place_tracking()], at=NIGHT - timedelta(hours=1))
        clock.advance(hours=2)

    return wait


Wait = Callable[[], None]


@pytest.mark.usefixtures("in_vain")
def test_a_day_without_problems_is_said_to_be_fine(sunwi: CommandLine) -> None:
    output = sunwi("watch")
    assert (output.code, output.out.strip()) == (0, "2026-01-02 감시: 이상 없음")


def test_a_look_tells_what_is_wrong_and_what_to_do(sunwi: CommandLine, in_vain: Wait, container: FakeContainer) -> None:
    in_vain()
    output = sunwi("watch")
    assert output.code == 1
    assert "2026-01-02 정기 배치가 시작되지 않았습니다" in output.out
    assert "sunwi runs start --scheduled" in output.out
    assert "남은 문제 1건" in output.out
    assert container.own_queue.sent == []


def test_a_repair_is_told_and_ends_well(sunwi: CommandLine, in_vain: Wait, container: FakeContainer) -> None:
    in_vain()
    output = sunwi("watch", "--repair")
    assert output.code == 0
    assert "조치: 감시가 배치를 시작했습니다: scheduled-20260102" in output.out
    assert "바로잡은 문제 1건" in output.out
    assert len(container.own_queue.sent) == 1


def test_the_document_lists_every_problem(sunwi: CommandLine, in_vain: Wait) -> None:
    in_vain()
    output = sunwi("watch", "--date", "2026-01-02", "--json")
    assert output.code == 1
    assert output.document() == {
        "date": "2026-01-02",
        "is_healthy": False,
        "problems": [
            {
                "kind": "RUN_MISSING",
                "subject": "scheduled-20260102",
                "date": "2026-01-02",
                "extent": 1,
                "detail": "",
                "repair": None,
                "is_gone": False,
            }
        ],
    }


def test_what_is_no_date_is_refused(sunwi: CommandLine) -> None:
    output = sunwi("watch", "--date", "어제")
    assert output.code == 2
    assert "'어제': 날짜가 아닙니다. 2026-01-02 처럼 쓰세요" in output.err


@pytest.mark.parametrize("options", [(), ("--repair",)])
@pytest.mark.usefixtures("in_vain")
def test_a_day_that_is_yet_to_come_is_refused(sunwi: CommandLine, options: tuple[str, ...]) -> None:
    output = sunwi("watch", "--date", "2026-01-03", *options)
    assert (output.code, output.out) == (2, "")
    assert "2026-01-03은(는) 아직 오지 않은 날입니다: 2026-01-02 또는 그 전" in output.err


def test_a_look_needs_the_state_machine(sqlite_settings_only: CommandLine) -> None:
    output = sqlite_settings_only("watch")
    assert output.code == 1
    assert "STATE_MACHINE_ARN 설정이 없습니다" in output.err
