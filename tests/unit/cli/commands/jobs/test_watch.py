from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from tests.unit.cli.command_line import CommandLine, FakeContainer
from tests.unit.cli.job_life import JobLife, OnSleep

if TYPE_CHECKING:
    from sunwi.domain.job import JobKey


def steps(*actions: Callable[[], None]) -> Callable[[], None]:
    """Return what does one thing more each time; the command has to end after the last."""
    following: Iterator[Callable[[], None]] = iter(actions)

    def act() -> None:
        next(following)()

    return act


def test_watch_prints_each_step_until_the_job_has_ended(sunwi: CommandLine, life: JobLife, on_sleep: OnSleep) -> None:
    job_id = life.submit()
    keys: list[JobKey] = []
    on_sleep(
        steps(
            lambda: keys.append(life.run(job_id)),
            lambda: life.progress(keys[0], 5, "wait"),
            lambda: life.progress(keys[0], 20, "read"),
            lambda: life.progress(keys[0], 21, "read"),
            lambda: life.succeed(keys[0]),
        )
    )
    output = sunwi("jobs", "watch", job_id)
    assert output.code == 0
    lines = [line for line in output.out.splitlines() if line.startswith(job_id)]
    assert lines == [
        f"{job_id}  실시간 조회 대기  0%",
        f"{job_id}  실시간 조회 진행 중  0%",
        f"{job_id}  실시간 조회 진행 중  5%  1/2 순서 대기",
        f"{job_id}  실시간 조회 진행 중  20%  2/2 페이지 읽기",
        f"{job_id}  실시간 조회 성공  100%",
    ]
    assert f"결과 보기: sunwi jobs result {job_id}" in output.out


def test_watch_without_ids_follows_what_has_not_ended(sunwi: CommandLine, life: JobLife, on_sleep: OnSleep) -> None:
    ended, first, second = life.submit(), life.submit(), life.submit()
    life.succeed(life.run(ended))
    on_sleep(steps(lambda: life.succeed(life.run(first)), lambda: life.fail(life.run(second))))
    output = sunwi("jobs", "watch")
    assert output.code == 1
    assert output.out.splitlines()[-1] == "작업 2건: 실패 1, 성공 1"
    assert ended not in output.out


def test_watch_with_nothing_to_follow_says_so(sunwi: CommandLine) -> None:
    output = sunwi("jobs", "watch")
    assert (output.code, output.out) == (0, "기다리거나 진행 중인 작업이 없습니다\n")
    assert sunwi("jobs", "watch", "--json").document() == {"jobs": []}


def test_watch_prints_one_document_in_the_order_asked_for(sunwi: CommandLine, life: JobLife, on_sleep: OnSleep) -> None:
    first, second = life.submit(), life.submit()
    on_sleep(steps(lambda: life.succeed(life.run(second)), lambda: life.succeed(life.run(first))))
    output = sunwi("jobs", "watch", first, second, first, "--json")
    assert output.code == 0
    assert [job["job_id"] for job in output.document()["jobs"]] == [first, second]


def test_watch_gives_up_on_a_job_that_nobody_ends(
    sunwi: CommandLine, container: FakeContainer, life: JobLife, on_sleep: OnSleep
) -> None:
    job_id = life.submit()
    on_sleep(lambda: container.own_clock.advance(minutes=10))
    output = sunwi("jobs", "watch", job_id)
    assert output.code == 1
    assert f"작업 {job_id}은(는) 기한이 지났지만 끝나지 않았습니다" in output.err


def test_more_jobs_than_a_person_can_follow_are_refused(sunwi: CommandLine) -> None:
    output = sunwi("jobs", "watch", *(f"id-{number}" for number in range(51)))
    assert (output.code, "최대 50건" in output.err) == (2, True)
