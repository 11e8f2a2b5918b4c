import pytest

from tests.unit.cli.command_line import CommandLine
from tests.unit.cli.job_life import JobLife


def test_the_pool_shows_what_waits_and_what_is_busy(sunwi: CommandLine, life: JobLife) -> None:
    life.run(life.submit())
    life.submit()
    output = sunwi("pool", "show").out
    assert "워커 1개 (한도 1~10), 받는 중" in output
    assert "바쁨 1 / 1 (실시간 조회 1)" in output
    assert "기다리는 작업 1건" in output
    document = sunwi("pool", "show", "--json").document()
    assert (document["workers"], document["busy"], document["waiting"]) == (1, 1, 1)
    assert (document["paused"], document["busy_by_work"]) == (None, {"lookup": 1})


def test_limits_are_set_one_by_one_and_move_the_pool_with_them(sunwi: CommandLine) -> None:
    assert sunwi("pool", "limits", "--min", "3").code == 0
    document = sunwi("pool", "limits", "--max", "5", "--json").document()
    assert (document["min"], document["max"], document["workers"]) == (3, 5, 3)
    assert [(change["before"], change["after"], change["reason"]) for change in document["changes"]] == [
        (3, 3, "limits"),
        (1, 3, "limits"),
    ]
    assert "1 → 3  한도 변경" in sunwi("pool", "show").out


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ((), "--min 이나 --max 를 쓰세요"),
        (("--min", "5", "--max", "3"), "워커를 5~3개로 할 수 없습니다"),
        (("--max", "11"), "10 이하의 값을 쓰세요"),
    ],
)
def test_limits_that_cannot_be_are_refused(sunwi: CommandLine, options: tuple[str, ...], wanted: str) -> None:
    output = sunwi("pool", "limits", *options)
    assert (output.code, wanted in output.err) == (2, True)


@pytest.mark.parametrize(
    ("options", "paused", "told"),
    [((), "people", "멈춤 (시스템 작업만 계속)"), (("--all",), "all", "모두 멈춤")],
)
def test_a_pause_is_shown_and_a_resume_ends_it(
    sunwi: CommandLine, options: tuple[str, ...], paused: str, told: str
) -> None:
    assert told in sunwi("pool", "pause", *options).out
    assert sunwi("pool", "show", "--json").document()["paused"] == paused
    document = sunwi("pool", "resume", "--json").document()
    assert (document["paused"], document["changes"][0]["reason"]) == (None, "resumed")
    assert document["changed_by"].startswith("cli:")
