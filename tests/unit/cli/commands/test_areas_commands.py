from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sunwi.cli.screens.reading_screens import describe_outcome
from sunwi.domain.exposure_criteria import ExposureCriteria
from sunwi.domain.matching import MatchedBy
from sunwi.domain.reading import Card, PageReading
from sunwi.domain.tracking import Kind, Target
from sunwi.service.pages.look_up_target import look_up_target
from sunwi.wording.reading_documents import outcome_document, rank_document
from tests.examples import DAY, blog_tracking, page_key, recognised
from tests.unit.cli.command_line import CommandLine, FakeContainer
from tests.unit.cli.ledger_days import write_day

BLOG = (
    *("trackings", "add", "--kind", "blog", "--keyword", "맛집", "--no-measure"),
    *("--url", "https://blog.naver.com/writer/223000000001"),
)
POST = Target(Kind.BLOG, "blog:writer/1")


def test_add_list_and_show_say_what_counts(sunwi: CommandLine) -> None:
    added = sunwi(*BLOG, "--areas", "인기글,ugB_b1R,ugB_zzR", "--bundled", "--json").document()
    assert (added["areas"], added["counts_bundled"]) == (["popular_posts", "ugB_b1R", "ugB_zzR"], True)
    said = "인기글, 스마트블록 (ugB_b1R), ugB_zzR, 묶인 글 포함"
    assert f"집계 {said}" in sunwi("trackings", "show", "1").out
    assert "인기글" in sunwi("trackings", "list").out
    [line] = sunwi("trackings", "list", "--json").document()["trackings"]
    assert line["areas"] == added["areas"]


def test_without_options_every_organic_area_counts(sunwi: CommandLine) -> None:
    added = sunwi(*BLOG, "--json").document()
    assert (added["areas"], added["counts_bundled"]) == ([], False)
    assert "집계 모든 영역\n" in sunwi("trackings", "show", "1").out


@pytest.mark.parametrize("command", [BLOG, ("trackings", "change", "1"), ("rank", "맛집", BLOG[-1])])
def test_an_unknown_area_is_a_bad_argument_that_lists_the_known_ones(
    sunwi: CommandLine, command: tuple[str, ...]
) -> None:
    output = sunwi(*command, "--areas", "인기블록")
    assert (output.code, output.out) == (2, "")
    assert "'인기블록': 알 수 없습니다. 플레이스, 인기글" in output.err


def test_change_sets_what_counts_from_the_next_look_on(sunwi: CommandLine) -> None:
    sunwi(*BLOG)
    output = sunwi("trackings", "change", "1", "--areas", "스마트블록", "--bundled")
    assert output.out == "추적 1번 (맛집): 집계 스마트블록, 묶인 글 포함 (다음 조회부터, 지난 기록은 그대로)\n"
    [changed] = sunwi("trackings", "change", "1", "--areas", "", "--json").document()["trackings"]
    assert (changed["areas"], changed["counts_bundled"]) == ([], True)
    [changed] = sunwi("trackings", "change", "1", "--own-only", "--json").document()["trackings"]
    assert changed["counts_bundled"] is False


def test_change_of_nothing_or_of_what_never_counts_is_refused(sunwi: CommandLine) -> None:
    sunwi(*BLOG)
    nothing = sunwi("trackings", "change", "1")
    assert (nothing.code, "--areas, --bundled, --own-only 가운데" in nothing.err) == (2, True)
    never = sunwi("trackings", "change", "1", "--areas", "플레이스")
    assert (never.code, "나오지 않는 영역입니다: 플레이스" in never.err) == (2, True)


def test_an_equal_tracking_keeps_what_it_counts_and_says_how_to_change_it(sunwi: CommandLine) -> None:
    sunwi(*BLOG, "--areas", "인기글")
    again = sunwi(*BLOG, "--areas", "단독글").out
    assert "집계는 인기글 그대로이고, 바꾸려면 sunwi trackings change 1" in again
    assert "바꾸려면" not in sunwi(*BLOG, "--areas", "인기글").out


def test_the_same_target_of_another_client_is_stored_with_a_warning(sunwi: CommandLine) -> None:
    sunwi(*BLOG, "--client", "가나")
    output = sunwi(*BLOG, "--client", "다라")
    assert output.code == 0
    assert "주의: 같은 키워드와 대상이 추적 1번에도 있습니다 (맛집, 광고주 가나, 업체 -, 진행)" in output.err
    shared = sunwi(*BLOG, "--agency", "마바", "--json").document()["shared"]
    assert [(other["tracking_id"], other["client"]) for other in shared] == [(1, "가나"), (2, "다라")]


def test_an_import_warns_of_targets_of_another_client(sunwi: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "trackings.csv"
    rows = "".join(f"블로그,맛집,{BLOG[-1]},{client}\n" for client in ("가나", "다라"))
    file.write_text("유형,키워드,대상 URL,광고주\n" + rows)
    output = sunwi("trackings", "import", str(file), "--no-measure")
    assert output.code == 0
    assert "3행 주의: 같은 키워드와 대상이 추적 1번에도 있습니다" in output.err
    assert "2행 주의" not in output.err


def test_show_names_the_areas_of_exposed_days_and_where_a_missed_day_stood(
    sunwi: CommandLine, container: FakeContainer
) -> None:
    with container.adapters.store.begin() as tx:
        tx.trackings.add([blog_tracking()], at=container.adapters.clock.now())
    write_day(container.adapters.store, 1, DAY, 4)
    write_day(container.adapters.store, 1, DAY + timedelta(days=1), None)
    with container.adapters.store.begin() as tx:
        first, second = tx.ledger.history(1)
        tx.ledger.update(replace(first, area="ugB_bsR", matched_by=MatchedBy.BUNDLED.value))
        tx.ledger.update(replace(second, matched_by="elsewhere", near_area="urB_coR", near_rank=2))
    output = sunwi("trackings", "show", "1").out
    assert "01-02 4위 묶음" in output
    assert "노출 영역: 인기글 (ugB_bsR) 1일" in output
    assert "01-03 (7칸 확인, 다른 영역 단독글 (urB_coR) 2위)" in output
    [session] = sunwi("trackings", "show", "1", "--json").document()["sessions"]
    assert session["exposed"][0]["matched_by"] == "bundled"
    assert (session["not_exposed"][0]["near_area"], session["not_exposed"][0]["near_rank"]) == ("urB_coR", 2)


def page(*cards: tuple[str, str], bundled: str = "") -> PageReading:
    found = [
        Card(name, area, 1, rank, "", "", (bundled,) if bundled else ()) for rank, (area, name) in enumerate(cards, 1)
    ]
    return replace(recognised(), cards=tuple(found), depth={Kind.BLOG: len(found)})


@pytest.mark.parametrize(
    ("reading", "counting", "said", "fields"),
    [
        (
            page(("ugB_b1R", POST.id), ("ugB_bsR", "blog:a/1")),
            ExposureCriteria(frozenset({"popular_posts"})),
            "미노출 (1개까지 확인), 집계하지 않는 영역에 노출: 스마트블록 (ugB_b1R) 1위",
            {"outcome": "not_exposed", "matched_by": "elsewhere", "near_area": "ugB_b1R", "near_rank": 1},
        ),
        (
            page(("ugB_bsR", "blog:a/1"), bundled=POST.id),
            ExposureCriteria(bundled=True),
            "노출 1위 (영역 인기글 (ugB_bsR), 페이지 1번째, 다른 글의 칸에 묶인 링크)",
            {"outcome": "exposed", "matched_by": "bundled", "near_area": None, "bundled_rank": None},
        ),
        (
            page(("urB_coR", POST.id), ("ugB_bsR", POST.id)),
            ExposureCriteria(frozenset({"ugB_bsR"})),
            "노출 1위 (영역 인기글 (ugB_bsR), 페이지 2번째), 다른 영역에도 노출: 단독글 (urB_coR)",
            {"outcome": "exposed", "area": "ugB_bsR", "areas": ["urB_coR", "ugB_bsR"], "matched_by": "own"},
        ),
    ],
)
def test_an_outcome_says_which_area_it_speaks_of(
    reading: PageReading, counting: ExposureCriteria, said: str, fields: dict[str, object]
) -> None:
    lookup = look_up_target(reading, POST, counting)
    assert describe_outcome(lookup) == said
    document = outcome_document(lookup)
    assert {name: document[name] for name in fields} == fields
    rank = rank_document(lookup, page_key())
    assert (rank["areas"], rank["counts_bundled"]) == (sorted(counting.areas), counting.bundled)
