import json
from collections.abc import Callable

import pytest

from sunwi.domain.outcome import Exposed
from sunwi.domain.tracking import Device, Kind, PageKey, Surface, Target
from sunwi.service.pages.look_up_target import Lookup
from sunwi.wording.reading_documents import rank_document
from tests.unit.cli.command_line import CommandLine
from tests.unit.cli.job_life import FilesInMemory, JobLife, OnSleep

URL = "https://m.place.naver.com/restaurant/1234567890"
RANK = ("rank", "강남역 김밥", URL, "--remote", "--device", "mobile")
ANSWER = rank_document(
    Lookup(
        target=Target(Kind.PLACE, "1234567890"),
        outcome=Exposed(rank=3, area="nmb_rnk", page_rank=3, areas=("nmb_rnk",), depth=5),
    ),
    PageKey(Surface.INTEGRATED, Device.MOBILE, "강남역 김밥"),
)


@pytest.fixture
def only_job(sunwi: CommandLine) -> Callable[[], str]:
    """Returns the id of the lookup that was submitted."""

    def find() -> str:
        (job,) = sunwi("jobs", "list", "--json").document()["jobs"]
        return str(job["job_id"])

    return find


@pytest.fixture
def _answered(life: JobLife, files: FilesInMemory, on_sleep: OnSleep, only_job: Callable[[], str]) -> None:
    """A worker answers while the command waits."""

    def answer() -> None:
        key = life.run(only_job())
        file = f"results/{key.job_id}/{key.generation}/rank.json"
        files.kept[file] = json.dumps(ANSWER).encode()
        life.succeed(key, {"outcome": ANSWER["outcome"], "file": file})

    on_sleep(answer)


@pytest.mark.usefixtures("_answered")
def test_a_rank_that_a_worker_looked_up_is_shown_as_one_of_this_machine(sunwi: CommandLine) -> None:
    output = sunwi(*RANK)
    assert output.code == 0
    assert output.out.splitlines() == [
        "통합검색 모바일, 키워드 강남역 김밥, 플레이스 1234567890",
        "노출 3위 (영역 플레이스 (nmb_rnk), 페이지 3번째)",
    ]
    assert "실시간 조회 성공  100%" in output.err
    (job,) = sunwi("jobs", "list", "--json").document()["jobs"]
    assert (job["work"], job["params"]["device"], job["priority"]) == ("lookup", "mobile", "normal")


@pytest.mark.usefixtures("_answered")
def test_its_document_is_that_of_a_rank_of_this_machine(sunwi: CommandLine) -> None:
    output = sunwi(*RANK, "--json")
    assert (output.code, output.document(), output.err) == (0, ANSWER, "")


def test_a_page_that_was_refused_is_not_measured(
    sunwi: CommandLine, life: JobLife, on_sleep: OnSleep, only_job: Callable[[], str]
) -> None:
    on_sleep(lambda: life.fail(life.run(only_job()), "blocked", "blocked (HTTP status 403)"))
    output = sunwi(*RANK)
    assert output.code == 1
    assert "미측정: 네이버가 조회를 막았습니다 (HTTP 403)" in output.out


def test_the_document_of_a_refused_page_says_so(
    sunwi: CommandLine, life: JobLife, on_sleep: OnSleep, only_job: Callable[[], str]
) -> None:
    on_sleep(lambda: life.fail(life.run(only_job()), "blocked", "blocked (HTTP status 403)"))
    output = sunwi(*RANK, "--json")
    outcome = output.document()["outcome"]
    assert (output.code, outcome["outcome"], outcome["rank"]) == (1, "not_measured", None)
    assert output.document()["verdict"] == "blocked"
    assert outcome["reason"] == "blocked (HTTP status 403)"


def test_a_lookup_that_crashed_is_an_error_and_no_rank(
    sunwi: CommandLine, life: JobLife, on_sleep: OnSleep, only_job: Callable[[], str]
) -> None:
    on_sleep(lambda: life.fail(life.run(only_job()), "crash", "Runtime.ExitError"))
    output = sunwi(*RANK)
    assert (output.code, output.out) == (1, "")
    assert "순위가 없습니다: 실패 (작업을 실행하던 함수가 비정상 종료했습니다)" in output.err


def test_a_lookup_that_nobody_waits_for_is_cancelled(
    sunwi: CommandLine, on_sleep: OnSleep, only_job: Callable[[], str]
) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    on_sleep(stop)
    assert sunwi(*RANK).code != 0
    assert sunwi("jobs", "show", only_job(), "--json").document()["state"] == "CANCELLED"


def test_what_cannot_be_looked_up_is_refused_before_anybody_waits(sunwi: CommandLine) -> None:
    output = sunwi("rank", "강남역 김밥", "https://example.com/", "--remote")
    assert output.code == 2
    assert sunwi("jobs", "list", "--json").document() == {"jobs": []}


@pytest.mark.parametrize("code", ["page_timed_out", "surface_refuses"])
def test_a_page_that_never_came_has_no_verdict(
    sunwi: CommandLine, life: JobLife, on_sleep: OnSleep, only_job: Callable[[], str], code: str
) -> None:
    on_sleep(lambda: life.fail(life.run(only_job()), code, "Timeout 4500ms exceeded"))
    document = sunwi(*RANK, "--json").document()
    assert document["verdict"] is None
    assert document["outcome"]["reason"] == "the page could not be opened: Timeout 4500ms exceeded"


def test_a_shortened_link_that_was_not_followed_names_no_target(
    sunwi: CommandLine, life: JobLife, on_sleep: OnSleep, only_job: Callable[[], str]
) -> None:
    on_sleep(lambda: life.fail(life.run(only_job()), "blocked", "blocked (HTTP status 403)"))
    output = sunwi("rank", "강남역 김밥", "https://naver.me/xAbCdEfG", "--remote")
    assert (output.code, output.out) == (1, "")
    assert "순위가 없습니다: 실패 (네이버가 조회를 막았습니다 (HTTP 403))" in output.err
