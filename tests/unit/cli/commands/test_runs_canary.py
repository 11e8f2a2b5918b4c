from dataclasses import replace
from datetime import timedelta

import pytest

from sunwi.domain.canary import CanaryCheck, CanaryState
from sunwi.domain.recognition import SurfaceCounts
from sunwi.domain.tracking import Device, Surface
from sunwi.service.runs.close_run import CloseRun
from tests.examples import HOUR, NIGHT, new_run, place_tracking
from tests.unit.cli.command_line import CommandLine, FakeContainer

RUN = "scheduled-20260102"


@pytest.fixture(autouse=True)
def _tracking(container: FakeContainer) -> None:
    with container.adapters.store.begin() as tx:
        tx.trackings.add([place_tracking()], at=NIGHT)


def check(container: FakeContainer, recognised: int, number: int = 0) -> None:
    surface = SurfaceCounts(
        surface=Surface.INTEGRATED, device=Device.MOBILE, recognised=recognised, layout_unknown=3 - recognised
    )
    failures = ["integrated mobile 강남역 맛집: layout_unknown: no section list"] * (recognised < 3)
    made = CanaryCheck(run_id=RUN, number=number, checked_at=NIGHT, surfaces=[surface], failures=failures)
    with container.adapters.store.begin() as tx:
        tx.canaries.add(made)


def start(container: FakeContainer, state: CanaryState | None, *, held_minutes: int | None = None) -> None:
    """Store a run that the canary has let start so, or not yet."""
    held_until = None if held_minutes is None else NIGHT + HOUR / 2
    with container.adapters.store.begin() as tx:
        tx.runs.add(replace(new_run(), canary=state, held_until=held_until), None)
        if state and held_minutes is not None and state is not CanaryState.HELD:
            tx.runs.set_released(RUN, state, at=NIGHT + timedelta(minutes=held_minutes))


@pytest.mark.parametrize(
    ("state", "held_minutes", "words"),
    [
        (CanaryState.MISSING, None, "주의: 카나리아 점검 없이 배치를 시작했습니다\n"),
        (
            CanaryState.UNRECOGNISED,
            30,
            "주의: 카나리아 화면을 끝내 알아보지 못했지만 배치를 시작했습니다 (보류 1800초)\n",
        ),
        (CanaryState.CHECK_FAILED, 10, "주의: 보류 중에 카나리아 점검이 실패하여 배치를 시작했습니다 (보류 600초)\n"),
        (
            CanaryState.BY_HAND,
            1,
            "주의: 카나리아 화면을 알아보지 못해 보류한 배치를 사람이 시작했습니다 (보류 60초)\n",
        ),
        (CanaryState.RECOGNISED, 10, "카나리아: 다시 인식되어 배치를 시작했습니다 (보류 600초)\n"),
    ],
)
def test_show_says_how_the_canary_let_the_run_start(
    sunwi: CommandLine, container: FakeContainer, state: CanaryState, held_minutes: int | None, words: str
) -> None:
    start(container, state, held_minutes=held_minutes)
    assert words in sunwi("runs", "show", RUN).out


def test_show_lists_the_pages_that_were_not_recognised(sunwi: CommandLine, container: FakeContainer) -> None:
    check(container, 1)
    start(container, CanaryState.HELD, held_minutes=0)
    output = sunwi("runs", "show", RUN).out
    assert "카나리아: 통합검색 모바일 1/3쪽 (33.3%), 구조 불명 2쪽\n" in output
    assert "  integrated mobile 강남역 맛집: layout_unknown: no section list\n" in output
    assert sunwi("runs", "show", RUN, "--json").document()["canary"] == {
        "state": "held",
        "held_seconds": 0,
        "checks": 1,
        "surfaces": [
            {
                "surface": "integrated",
                "device": "mobile",
                "pages": 3,
                "recognised": 1,
                "blocked": 0,
                "layout_unknown": 2,
                "unreachable": 0,
                "recognised_share": 0.3333,
                "recognised_of_served": 0.3333,
                "blocked_share": 0.0,
            }
        ],
        "failures": ["integrated mobile 강남역 맛집: layout_unknown: no section list"],
    }


def test_a_held_run_is_shown_as_held_until_it_is_closed(sunwi: CommandLine, container: FakeContainer) -> None:
    start(container, CanaryState.HELD, held_minutes=0)
    container.own_clock.advance(minutes=5)
    shown, listed = sunwi("runs", "show", RUN).out, sunwi("runs", "list").out
    assert "보류 중" in shown
    assert "보류 중" in listed
    assert "주의: 카나리아 화면을 알아보지 못해 배치를 보류하고 있습니다 (보류 300초)\n" in shown
    assert sunwi("runs", "list", "--json").document()["runs"][0]["is_held"] is True
    container.own_clock.advance(hours=1)
    CloseRun(store=container.adapters.store, clock=container.adapters.clock).summarise(RUN)
    closed = sunwi("runs", "show", RUN).out
    assert "보류 중" not in closed
    assert "주의: 카나리아 화면을 알아보지 못해 배치를 끝까지 보류했습니다 (보류 3900초)\n" in closed
    assert "배치 보류" in closed


def test_resume_starts_a_held_run(sunwi: CommandLine, container: FakeContainer) -> None:
    check(container, 0)
    start(container, CanaryState.HELD, held_minutes=0)
    assert sunwi("runs", "resume", RUN).code == 0
    assert len(container.own_queue.sent) == 1
    assert "사람이 시작했습니다" in sunwi("runs", "show", RUN).out


def test_a_run_that_no_canary_comes_before_says_nothing_of_it(sunwi: CommandLine, container: FakeContainer) -> None:
    start(container, None)
    assert "카나리아" not in sunwi("runs", "show", RUN).out
    assert sunwi("runs", "show", RUN, "--json").document()["canary"] is None


def test_a_good_check_is_shown_and_warns_of_nothing(sunwi: CommandLine, container: FakeContainer) -> None:
    check(container, 3)
    start(container, CanaryState.RECOGNISED)
    output = sunwi("runs", "show", RUN).out
    assert "카나리아: 통합검색 모바일 3/3쪽 (100.0%)\n" in output
    assert "주의" not in output
