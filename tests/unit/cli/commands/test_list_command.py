from dataclasses import replace
from datetime import timedelta

import pytest

from sunwi.cli.commands.list_trackings import list_trackings
from sunwi.domain.exposure_criteria import ExposureCriteria
from sunwi.domain.tracking import Surface
from tests.examples import DAY, NIGHT, blog_tracking, place_tracking
from tests.unit.cli.command_line import CommandLine, FakeContainer
from tests.unit.cli.ledger_days import write_day


@pytest.fixture(autouse=True)
def _trackings(container: FakeContainer) -> None:
    counted = ExposureCriteria(frozenset({"popular_posts"}))
    with container.adapters.store.begin() as tx:
        tx.trackings.add(
            [
                replace(place_tracking(1, "강남역 맛집", agency="순위마케팅"), tags=frozenset({"중요"})),
                replace(blog_tracking("writer/1", "홍대 술집"), counting=counted, surface=Surface.BLOG_TAB),
                place_tracking(3, "전주 한옥"),
            ],
            at=NIGHT,
        )
    write_day(container.adapters.store, 1, DAY, 4)
    write_day(container.adapters.store, 3, DAY, None)
    write_day(container.adapters.store, 1, DAY + timedelta(days=1), 2)
    container.own_clock.advance(days=1)


def ids(sunwi: CommandLine, *options: str) -> list[int]:
    return [line["id"] for line in sunwi("trackings", "list", *options, "--json").document()["trackings"]]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--state", "exposed"), [1]),
        (("--state", "NOT_EXPOSED"), [3]),
        (("--state", "new"), [2]),
        (("--surface", "블로그탭"), [2]),
        (("--area", "인기글"), [2]),
        (("--area", "플레이스"), [1]),
        (("--agency", "마케팅"), [1]),
        (("--tag", "중요"), [1]),
        (("--text", "맛집"), [1]),
        (("--text", "WRITER"), [2]),
        (("--sort", "keyword"), [1, 3, 2]),
        (("--sort", "rank"), [1, 2, 3]),
        (("--sort", "finish", "--desc"), [3, 2, 1]),
        (("--sort", "measured"), [2, 3, 1]),
        (("--sort", "days_left", "--limit", "1"), [1]),
        (("--all", "--state", "exposed"), [1]),
    ],
)
def test_a_list_is_filtered_and_sorted(sunwi: CommandLine, options: tuple[str, ...], expected: list[int]) -> None:
    assert ids(sunwi, *options) == expected


def test_a_list_goes_on_where_the_page_before_ended(sunwi: CommandLine) -> None:
    first = sunwi("trackings", "list", "--limit", "2", "--json").document()
    assert [line["id"] for line in first["trackings"]] == [1, 2]
    last = sunwi("trackings", "list", "--limit", "2", "--after", first["next"], "--json").document()
    assert [line["id"] for line in last["trackings"]] == [3]
    assert "next" not in last
    output = sunwi("trackings", "list", "--limit", "2").out
    assert f"더 있습니다. 이어보기: 같은 옵션에 --after {first['next']}" in output
    assert "더 있습니다" not in sunwi("trackings", "list", "--limit", "3").out


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--after", "x"), "이 목록의 이어보기 값이 아닙니다"),
        (("--all", "--after", "x"), "--after 를 빼고"),
        (("--area", "인기글,스마트블록"), "영역 하나로만"),
        (("--area", "없는영역"), "알 수 없습니다"),
        (("--surface", "뉴스"), "알 수 없는 값입니다"),
    ],
)
def test_what_a_list_cannot_be_asked_for_is_said_in_korean(
    sunwi: CommandLine, options: tuple[str, ...], told: str
) -> None:
    output = sunwi("trackings", "list", *options)
    assert (output.code, output.out) == (2, "")
    assert told in output.err


def test_a_line_says_where_its_tracking_stands_and_when_its_session_ends(sunwi: CommandLine) -> None:
    line = sunwi("trackings", "list", "--state", "exposed", "--json").document()["trackings"][0]
    found = {name: line[name] for name in ("standing", "since", "last_exposed_on", "days_left", "expected_finish")}
    assert found == {
        "standing": "exposed",
        "since": "2026-01-02",
        "last_exposed_on": "2026-01-03",
        "days_left": 23,
        "expected_finish": "2026-01-26",
    }
    assert "2/25 (01-26 종료 예정)" in sunwi("trackings", "list", "--state", "exposed").out
    assert sunwi("trackings", "show", "1", "--json").document()["expected_finish"] == "2026-01-26"
    assert "이번 회차 종료 예정 2026-01-26" in sunwi("trackings", "show", "1").out
    assert "종료 예정" not in sunwi("trackings", "show", "3").out


def test_the_order_by_finish_says_that_it_is_by_days_to_go() -> None:
    help_of_sort = list_trackings.__annotations__["sort"].__metadata__[0].help
    assert "days to go" in help_of_sort
    assert "종료까지 남은 측정일" in help_of_sort
