import inspect
from dataclasses import replace

import pytest

from sunwi.cli.commands.bulk_trackings import act_on_all
from sunwi.cli.commands.list_trackings import list_trackings
from tests.examples import NIGHT, blog_tracking, place_tracking
from tests.unit.cli.command_line import CommandLine, FakeContainer

#: Options of a list that choose nothing.
OF_A_LIST = {"ctx", "sort", "desc", "limit", "after", "every", "as_json"}


@pytest.fixture(autouse=True)
def _trackings(container: FakeContainer) -> None:
    with container.adapters.store.begin() as tx:
        tx.trackings.add(
            [
                replace(place_tracking(1, "강남역 맛집", agency="순위마케팅"), tags=frozenset({"중요"})),
                place_tracking(2, "강남역 맛집", agency="순위마케팅"),
                blog_tracking("writer/1", "홍대 술집"),
            ],
            at=NIGHT,
        )


def stored(sunwi: CommandLine) -> list[dict[str, object]]:
    jobs: list[dict[str, object]] = sunwi("jobs", "list", "--json").document()["jobs"]
    return jobs


def test_what_matches_is_counted_and_then_submitted_with_that_count(sunwi: CommandLine) -> None:
    output = sunwi("trackings", "bulk", "pause", "--agency", "순위마케팅", "--kind", "플레이스")
    (job,) = stored(sunwi)
    assert output.code == 0
    assert output.out.splitlines() == [
        "조건에 맞는 추적: 2건 (일시 중지)",
        f"작업을 제출했습니다: {job['job_id']} (일괄 처리, 보통)",
        f"진행 보기: sunwi jobs watch {job['job_id']}",
        f"되돌리기: sunwi jobs undo {job['job_id']}",
    ]
    wanted = {"agency": "순위마케팅", "kind": "place"}
    assert job["params"] == {"action": "pause", "filter": wanted, "expected_count": 2}


def test_a_measuring_is_not_said_to_be_taken_back(sunwi: CommandLine) -> None:
    output = sunwi("trackings", "bulk", "measure", "--tag", "중요")
    assert "되돌리기" not in output.out
    assert "조건에 맞는 추적: 1건 (측정)" in output.out


def test_a_dry_run_counts_and_submits_nothing(sunwi: CommandLine) -> None:
    assert sunwi("trackings", "bulk", "end", "--keyword", "강남", "--dry-run").out == "조건에 맞는 추적: 2건 (종료)\n"
    document = sunwi("trackings", "bulk", "end", "--keyword", "없는 말", "--dry-run", "--json").document()
    assert document == {"action": "end", "matched": 0, "job": None}
    assert stored(sunwi) == []


def test_tags_come_with_their_action(sunwi: CommandLine) -> None:
    document = sunwi(
        "trackings", "bulk", "tag", "--client", "", "--text", "writer", "--add", "단골", "--json"
    ).document()
    assert (document["matched"], document["job"]["params"]["tags"]) == (1, ["단골"])
    document = sunwi("trackings", "bulk", "untag", "--tag", "중요", "--remove", "중요", "--json").document()
    assert (document["matched"], document["job"]["params"]["tags"]) == (1, ["중요"])


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        (("pause",), "조건이 없어 모두가 대상이 됩니다"),
        (("pause", "--keyword", " "), "조건이 없어 모두가 대상이 됩니다"),
        (("pause", "--keyword", "강남", "--expected-count", "3"), "3건이 아니라 2건입니다: 아무것도 제출하지"),
        (("pause", "--keyword", "없는 말"), "조건에 맞는 추적이 없습니다: 아무것도 제출하지 않았습니다"),
        (("pause", "--keyword", "강남", "--add", "단골"), "태그를 붙이려면"),
        (("tag", "--keyword", "강남"), "태그를 붙이려면"),
        (("tag", "--keyword", "강남", "--remove", "단골"), "태그를 붙이려면"),
        (("untag", "--keyword", "강남", "--add", "단골", "--remove", "중요"), "태그를 붙이려면"),
        (("pause", "--kind", "video"), "video"),
        (("retry", "--keyword", "강남"), "retry"),
    ],
)
def test_what_cannot_be_done_is_refused_and_nothing_is_submitted(
    sunwi: CommandLine, options: tuple[str, ...], wanted: str
) -> None:
    output = sunwi("trackings", "bulk", *options)
    assert (output.code, wanted in output.err) == (2, True), output.err
    assert stored(sunwi) == []


def test_a_count_that_is_as_expected_is_submitted(sunwi: CommandLine) -> None:
    assert sunwi("trackings", "bulk", "pause", "--keyword", "강남", "--expected-count", "2").code == 0
    assert len(stored(sunwi)) == 1


def test_whatever_chooses_trackings_for_a_list_chooses_them_for_an_action() -> None:
    listed = set(inspect.signature(list_trackings).parameters) - OF_A_LIST
    assert listed <= set(inspect.signature(act_on_all).parameters)
    assert len(listed) == 10
