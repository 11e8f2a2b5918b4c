from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Engine

from sunwi.domain.reading import PageVerdict
from sunwi.settings import Settings
from sunwi.sites.naver.read_page import PARSER_VERSION
from tests.examples import DAY, place_tracking, recognised, unreadable
from tests.night import SCHEDULED, Night
from tests.parts import replace_parts
from tests.unit.cli.command_line import CommandLine, FakeContainer
from tests.unit.cli.ledger_days import write_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sunwi.domain.reading import PageReading, ServedPage
    from sunwi.domain.tracking import PageKey
    from sunwi.testing import ManualClock


@pytest.fixture
def sunwi(
    container: FakeContainer, settings: Settings, sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> CommandLine:
    """A run that found two places; today's reader sees them the other way round."""
    night = Night(container.adapters.store)
    monkeypatch.setattr("sunwi.sites.naver.surface_reading.read_page", night.read_page)
    night.start(place_tracking(101), place_tracking(102))
    night.show(recognised("101", "102"))
    for tracking_id in (1, 2):
        night.deliver(tracking_id, f"m{tracking_id}")

    def read_again(_served: "Sequence[ServedPage]", _key: "PageKey") -> "PageReading":
        return recognised("999", "101")

    monkeypatch.setattr("sunwi.service.ledger.replay_run.read_pages", read_again)
    clock: ManualClock = container.own_clock
    kept = FakeContainer(settings, own_engine=sqlite_engine, own_clock=clock)
    replace_parts(kept, evidence=night.evidence)
    return CommandLine(kept)


def test_a_replay_lists_what_would_change(sunwi: CommandLine) -> None:
    output = sunwi("serp", "replay", "--run", SCHEDULED)
    assert output.code == 0
    assert f"판독 1건을 판독기 {PARSER_VERSION}(으)로 다시 읽었습니다, 관측 2건" in output.out
    assert "1위 (nmb_rnk, 페이지 1번째)" in output.out
    assert "미노출 (2개까지 확인)" in output.out
    assert "정정할 장부 2건 (--apply 로 정정)" in output.out
    assert "정정 01-02" not in sunwi("trackings", "show", "1").out


def test_a_replay_as_json_is_one_document(sunwi: CommandLine) -> None:
    document = sunwi("serp", "replay", "--run", SCHEDULED, "--json").document()
    first = document["changes"][0]
    assert (document["run_id"], document["readings"], document["looks"]) == (SCHEDULED, 1, 2)
    assert (document["is_applied"], document["unreadable"], document["short"]) == (False, [], [])
    own = {"matched_by": "own", "near_area": None, "near_rank": None}
    assert first == {
        "tracking_id": 1,
        "keyword": "강남역 맛집",
        "target": "101",
        "date": "2026-01-02",
        "page_reading_id": 1,
        "old": {"rank": 1, "area": "nmb_rnk", "page_rank": 1, "depth": 2, **own},
        "new": {"rank": 2, "area": "nmb_rnk", "page_rank": 2, "depth": 2, **own},
        "old_parser_version": PARSER_VERSION,
        "in_ledger": True,
        "is_applied": False,
        "counts": True,
        "counts_instead": None,
    }


def test_an_applied_replay_is_said_in_the_history_of_each_tracking(sunwi: CommandLine) -> None:
    output = sunwi("serp", "replay", "--run", SCHEDULED, "--apply")
    assert output.code == 0
    assert "장부 정정 2건" in output.out
    assert "장부 정정 0건" in sunwi("serp", "replay", "--run", SCHEDULED, "--apply").out
    shown = sunwi("trackings", "show", "2")
    assert f"정정 01-02: 2위 → 미노출 (판독기 {PARSER_VERSION} → {PARSER_VERSION}" in shown.out
    [correction] = sunwi("trackings", "show", "2", "--json").document()["corrections"]
    assert (correction["old"]["rank"], correction["new"]["rank"]) == (2, None)
    assert correction["reason"] == f"replay of {SCHEDULED}"


def test_an_unknown_run_and_a_missing_bucket_are_said(sunwi: CommandLine, container: FakeContainer) -> None:
    unknown = sunwi("serp", "replay", "--run", "nothing")
    assert (unknown.code, "배치 'nothing'이(가) 없습니다: sunwi runs list" in unknown.err) == (2, True)
    bare = CommandLine(container)("serp", "replay", "--run", SCHEDULED)
    assert (bare.code, "EVIDENCE_BUCKET을 스택의 증빙 버킷으로 지정하세요" in bare.err) == (1, True)


def test_a_day_beyond_the_25_of_its_session_is_listed_as_such(sunwi: CommandLine, container: FakeContainer) -> None:
    with container.adapters.store.begin() as tx:
        row = tx.ledger.get(1, DAY)
        assert row is not None
        tx.ledger.update(replace(row, counts=False))
    changes = sunwi("serp", "replay", "--run", SCHEDULED, "--json").document()["changes"]
    assert [change["counts"] for change in changes] == [False, False]
    assert "정정 가능, 초과 노출" in " ".join(sunwi("serp", "replay", "--run", SCHEDULED).out.split())
    assert "정정함, 초과 노출" in " ".join(sunwi("serp", "replay", "--run", SCHEDULED, "--apply").out.split())


def test_a_day_that_counts_in_the_place_of_another_is_named(sunwi: CommandLine, container: FakeContainer) -> None:
    over = DAY + timedelta(days=1)
    write_day(container.adapters.store, 2, over, 4)
    with container.adapters.store.begin() as tx:
        row = tx.ledger.get(2, over)
        assert row is not None
        tx.ledger.update(replace(row, counts=False))
    words = "추적 2번: 2026-01-02 대신 초과 노출이던 2026-01-03을(를) 집계"
    assert words in sunwi("serp", "replay", "--run", SCHEDULED).out
    changes = sunwi("serp", "replay", "--run", SCHEDULED, "--apply", "--json").document()["changes"]
    assert [change["counts_instead"] for change in changes] == [None, over.isoformat()]
    [line] = [line for line in sunwi("trackings", "list", "--json").document()["trackings"] if line["id"] == 2]
    assert (line["exposed_days"], line["last"]["counts"]) == (1, True)


def test_why_a_page_cannot_be_read_any_more_is_said_in_korean(
    sunwi: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_served: "Sequence[ServedPage]", _key: "PageKey") -> "PageReading":
        raise KeyError("businesses")

    for read, words in (
        (fail, "화면의 구조를 알아보지 못했습니다 (판독 오류 KeyError)"),
        (lambda _served, _key: unreadable(PageVerdict.TRUNCATED, "no end"), "페이지가 중간에 잘렸습니다"),
    ):
        monkeypatch.setattr("sunwi.service.ledger.replay_run.read_pages", read)
        output = sunwi("serp", "replay", "--run", SCHEDULED)
        assert f"다시 읽을 수 없음: 추적 1번 2026-01-02 ({words})" in " ".join(output.out.split())
